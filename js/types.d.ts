// What goes in and comes out. The meaning of every field is in src/README.md; amounts are integers
// in fen, rates basis points, times unix seconds.
import type { Errors, Reasons, Warnings } from './generated/codes.js';
import type { EngineSync, Manifest, Root, VerifiedBook } from './sync.js';

// ---- book ----

export type Base = 'list' | 'after_item' | 'current' | 'payable_goods' | 'goods_and_freight';
export type OrderType =
  | 'normal' | 'group_buy' | 'bargain' | 'presale' | 'points_mall' | 'topup';
export type Fulfilment = 'delivery' | 'pickup';
export type Choose = 'dearest' | 'cheapest' | 'best';

export interface Book {
  suanpan_book: 1;
  shop: string;
  version: number;
  meaning: 1;
  catalog: Catalog;
  rules: RuleBook;
  /** Display texts; the engine never reads them. 仅供显示，引擎不读。 */
  text?: unknown;
}

export interface Catalog {
  skus: Sku[];
  options?: Option[];
  stores?: Store[];
}

export interface Store {
  id: string;
  tags?: string[];
  prices?: { [sku: string]: number };
  off_shelf?: string[];
}

export interface Sku {
  id: string;
  price: number;
  spu?: string;
  tags?: string[];
  options?: string[];
  on_sale?: boolean;
  freight?: string;
  weight_g?: number;
  volume_cm3?: number;
  floor?: number;
  tax_bp?: number;
}

export interface Option {
  id: string;
  price: number;
  discountable?: boolean;
}

export interface RuleBook {
  utc_offset_s?: number;
  preset: 'cn_sequential' | 'cn_parallel' | 'international';
  policy?: Policy;
  tiers?: string[];
  groups?: { [id: string]: RuleGroup };
  rules: Rule[];
  freight?: Freight;
  fees?: Fee[];
  points?: PointsRule;
  growth?: { num: number; den: number; levels: number[] };
  /** What the buyer of a SKU has in the very order that buys it. 开卡立享。 */
  member_cards?: { [sku: string]: { tier?: string; tags?: string[] } };
  min_order?: {
    amount: number;
    base?: 'list' | 'after_item' | 'payable_goods';
    fulfilment?: Fulfilment[];
  };
  order_types?: { [type in OrderType]?: RuleStage[] };
}

export interface Policy {
  threshold_base?: 'list' | 'after_item' | 'current';
  percent_base?: 'list' | 'after_item' | 'current';
  percent_rounding?: 'floor' | 'half_up' | 'half_even' | 'up';
  percent_side?: 'discount' | 'price';
  percent_level?: 'order' | 'line' | 'unit';
  share_remainder?: 'last' | 'first' | 'largest';
  excess_share?: 'moves' | 'lost';
  free_freight_base?: Base;
  coupon_slots?: 'shop' | 'shop_and_platform' | 'unlimited';
  amounts_first?: boolean;
  unit_price?: 'lowest' | 'member' | 'timed' | 'flash' | 'new_member';
  goal?: 'lowest_payable' | 'largest_saving' | 'best_per_level';
  coupon_min_gain_fen?: number;
  rounding_off_fen?: 1 | 10 | 100;
  overflow?: 'clamp' | 'refuse';
  zero_pay?: 'allowed' | 'refused';
  coupons_cover_freight?: boolean;
  points_with_coupons?: boolean;
  points_goal_bp?: number;
  points_earned_on?: 'goods_paid' | 'payable';
  group_buy_threshold?: 'same' | 'list';
  gifts_weigh?: boolean;
}

export type RuleKind =
  | 'member' | 'timed' | 'flash' | 'promotion' | 'coupon' | 'group_buy' | 'bargain' | 'presale'
  | 'new_member';
export type RuleStage =
  | 'unit' | 'item' | 'order' | 'shop_coupon' | 'platform_coupon' | 'freight' | 'reward';

export interface Rule {
  id: string;
  title?: string;
  kind: RuleKind;
  stage: RuleStage;
  priority?: number;
  shop?: string;
  scope?: RuleScope;
  for?: For;
  window?: Window;
  when?: When;
  level?: 'order' | 'shop' | 'store';
  filter?: Scope;
  give: Give | Give[];
  stack?: Stack;
  limit?: {
    per_order?: number; per_member?: number; total_left?: boolean; qty_per_member?: number;
  };
  funded_by?: Array<{ party: string; bp: number }>;
  /** A server that prices late reads it. 服务器延后计价时使用。 */
  grace_s?: number;
}

export interface For {
  tiers?: string[];
  tags?: string[];
  /** Coupons only. 仅限优惠券。 */
  segments?: string[];
  birthday?: 'day' | 'month';
  registered_within_s?: number;
  registered_before_s?: number;
  bought?: string[];
  not_bought?: string[];
  all?: For[];
  any?: For[];
  not?: For;
}

export interface Goods {
  skus?: string[];
  spus?: string[];
  tags?: string[];
  price_between?: [number, number];
  exclude?: { skus?: string[]; spus?: string[]; tags?: string[] };
}

export type Scope = 'all' | Goods;

export type RuleScope = 'all' | Goods & {
  stores?: string[];
  store_tags?: string[];
  channels?: string[];
  order_types?: OrderType[];
  /** Lines that are delivered or picked up. 仅限外送、仅限自提。 */
  fulfilment?: Array<'delivery' | 'pickup'>;
};

export interface Window {
  from?: string;
  to?: string;
  daily?: Array<[string, string]>;
  weekdays?: number[];
  at?: 'order' | 'pay' | 'fulfilment';
}

export interface When {
  amount_gte?: number;
  amount_gt?: number;
  qty_gte?: number | { n: number; same?: 'line' | 'sku' | 'spu' };
  kinds_gte?: number;
  weight_gte?: number;
  volume_gte?: number;
  contains?: { scope: Scope; qty?: number };
  nth_order?: number;
  group_size_gte?: number;
  paid_by?: string;
  min_share_bp?: number;
  base?: Base;
  all?: When[];
  any?: When[];
  not?: When;
}

type Per = 'order' | 'line' | 'unit' | 'piece';

export type Give =
  | { amount_off: { amount: number; per?: Per; max_units?: number;
      max_units_per?: 'line' | 'rule'; choose?: Choose;
      lands_on?: 'goods' | 'goods_then_freight' } }
  | { percent_off: { bp: number; per?: Per; cap?: number; base?: Base; max_units?: number;
      max_units_per?: 'line' | 'rule'; choose?: Choose } }
  | { unit_price: { price?: number; prices?: { [sku: string]: number }; max_units?: number;
      max_units_per?: 'line' | 'rule';
      choose?: Choose } }
  | { tiers: { by: 'amount' | 'qty'; base?: Base; tiers: Array<{ gte: number; give: Give }> } }
  | { every: { by: 'amount' | 'qty'; step: number; base?: Base; limit?: number;
      compound?: boolean; give: Give } }
  | { nth_item: { pay_bp: number[]; order: 'cart' | 'price_desc' | 'price_asc';
      repeat: boolean; beyond_bp: number; base?: Base } }
  | { items_free: { count: number; choose?: Choose } }
  | { buy_get: { buy: Need; get: Need; off_bp?: number; choose?: Choose; repeat?: boolean } }
  | { bundle: { needs: Need[]; price?: number; off?: number; repeat?: boolean } }
  | { qty_groups: { size: number; give: Give } }
  | { first_and_additional: { first: number; additional: number; max?: number } }
  | { gift: { options: Array<{ sku: string; qty?: number }>; goal_value_fen?: number } }
  | { add_on: { options: Array<{ sku: string; price: number }>; max?: number } }
  | { grant_coupon: { rule: string; n?: number; goal_value_fen?: number } }
  | { points: { n?: number; per?: 'order' | 'line' | 'unit'; num?: number; den?: number;
      goal_value_fen?: number } }
  | { growth: { n: number; goal_value_fen?: number } }
  | { grant_membership: { card: string; days: number; goal_value_fen?: number } }
  | { stored_bonus: { amount: number; goal_value_fen?: number } }
  | { commission: { fixed?: number; levels?: number[] } }
  | { free_freight: {} }
  | { freight_off: { amount?: number; bp?: number; per?: 'package' | 'order'; cap?: number } }
  | { fees_off: { amount?: number; bp?: number; fees?: string[]; cap?: number } };

export interface Need {
  scope?: Scope;
  qty: number;
}

export interface Stack {
  group?: string;
  excludes?: string[];
  on?: 'line' | 'order';
  applies_to_discounted?: boolean;
  /** Nothing else acts on the goods it cuts. 独享，不与其他优惠同享。 */
  exclusive?: boolean;
}

export interface RuleGroup {
  max?: number;
  max_per?: 'line' | 'shop' | 'order';
  pieces?: 'shared' | 'once_line' | 'once_piece';
  excludes?: string[];
  on?: 'line' | 'order';
}

export interface Freight {
  templates: FreightTemplate[];
  default: string;
  combine?: 'sum' | 'max_first_plus_additional';
  free?: {
    gte: number;
    per?: 'package' | 'order';
    base?: 'list' | 'after_item' | 'current' | 'payable_goods';
  };
}

export interface FreightTemplate {
  id: string;
  by: 'pieces' | 'weight' | 'volume';
  regions: Array<{
    codes?: string[];
    first: number;
    first_fee: number;
    additional?: number;
    additional_fee?: number;
    never_free?: boolean;
  }>;
}

export interface Fee {
  id: string;
  amount: number;
  per?: 'order' | 'package' | 'piece';
  scope?: Scope;
  fulfilment?: Fulfilment[];
}

export interface PointsRule {
  num: number;
  den: number;
  step?: number;
  max?: number;
  share_bp?: number;
  min_payable?: number;
  last_step_partial?: boolean;
  scope?: Scope;
  earn?: {
    num: number;
    den: number;
    by_tier?: { [tier: string]: number };
    by_tag?: { [tag: string]: number };
    birthday_bp?: number;
    campaigns?: Array<{ window: Window; bp: number }>;
    order_max?: number;
  };
  /** What orders of type points_mall may buy. 积分商城。 */
  mall?: { [sku: string]: { points: number; price?: number } };
}

// ---- request ----

export interface QuoteRequest {
  /** Unix seconds. 下单时间，Unix 秒。 */
  now: number;
  pay_at?: number;
  fulfil_at?: number;
  /** How much the receipt tells; absent: 'full'. 回执的详细程度，缺省为 'full'。 */
  detail?: 'totals' | 'lines' | 'full';
  /** `false`: without the receipt's hash, which only an order needs. 为 `false` 时回执不含哈希。 */
  hash?: boolean;
  order_type?: OrderType;
  group_size?: number;
  channel?: string;
  /** Who is meant to pay, for rules that ask. 付款方式意向。 */
  payer?: string;
  /** Balances that may pay. 可用余额。 */
  tender?: {
    gift_card?: number;
    stored?: { principal: number; bonus: number };
    order?: 'principal_first' | 'pro_rata';
  };
  /** Also the payable under each payer that the book asks for. */
  pay_options?: boolean;
  member?: Member;
  live?: { stock?: { [sku: string]: number }; left?: { [rule: string]: number } };
  /** Who brought the shopper, nearest first. 推广人，近者在前。 */
  promoters?: string[];
  lines: RequestLine[];
  address?: { region: string };
  coupons?: Array<{
    id: string; rule: string; from?: number; to?: number; claimable?: boolean;
  }>;
  points?: 'max' | number;
  pick?: 'best' | 'none';
  pins?: {
    coupons?: string[];
    lines?: { [line: string]: string | null };
    gifts?: { [rule: string]: string };
  };
  /** With pins: the receipt's `best` says what they cost. 有自选项时，回执给出其代价。 */
  compare_best?: boolean;
  decision?: Decision;
  /** The coupons picked while freight was unknown. 运费未知时选用的券。 */
  seen_coupons?: string[];
}

export interface Member {
  id?: string;
  tier?: string;
  points?: number;
  /** Instead of points: what expires together. 分批积分。 */
  lots?: Array<{ id: string; points: number; expires?: number }>;
  growth?: number;
  orders?: number;
  tags?: string[];
  segments?: string[];
  /** MM-DD. */
  birthday?: string;
  registered_at?: number;
  bought?: string[];
  usage?: { [rule: string]: { times?: number; qty?: number } };
}

export interface RequestLine {
  id?: string;
  sku: string;
  qty: number;
  selected?: boolean;
  options?: Array<{ id: string; qty?: number }>;
  shop?: string;
  store?: string;
  fulfilment?: Fulfilment;
  /** Absent: the request's. 默认为请求的订单类型。 */
  order_type?: OrderType;
  /** The unit price the shopper saw; a different one raises a warning. 顾客看到的单价。 */
  seen_unit?: number;
  /** The rule that sells this line as an add-on. 换购活动。 */
  add_on?: string;
}

export interface Decision {
  rules: string[];
  lines: Array<{ line: string; rule: string }>;
  coupons: string[];
  /** Pieces of once_piece groups, none when absent. */
  pieces?: Array<{ line: string; segment?: number; rule: string; qty: number }>;
}

// ---- receipt ----

export type ReasonCode = keyof Reasons;

export interface Totals {
  list: number;
  options: number;
  unit_cut: number;
  promotion_cut: number;
  coupon_cut: number;
  goods: number;
  points_cut: number;
  rounding_off: number;
  freight_list: number;
  freight_cut: number;
  freight: number;
  fees: number;
  /** What rules took off fees, where they did. 附加费已减。 */
  fees_cut?: number;
  payable: number;
  saved: number;
  /** Where a SKU has a rate. 有税率的商品才有。 */
  tax?: number;
}

/** What one rule or coupon takes off. 一条规则或一张券减去的金额。 */
export interface ReceiptCut {
  rule: string;
  coupon?: string;
  cut: number;
  /** Who bears it. 由谁出资。 */
  funded?: Array<{ party: string; amount: number }>;
}

/** With `detail: 'totals'` only the fields without a question mark are there. */
export interface Receipt {
  meaning: number;
  totals: Totals;
  groups?: ReceiptGroup[];
  lines?: ReceiptLine[];
  activities?: Activity[];
  coupons?: ReceiptCoupon[];
  gifts?: Array<{ rule: string; sku: string; qty: number; state: 'given' | 'out' }>;
  rewards?: Array<{ rule: string; coupon: string; n: number } | { rule: string; points: number }
    | { rule: string; growth: number } | { rule: string; card: string; days: number }
    | { rule: string; stored_bonus: number }>;
  commission?: Array<{ rule: string; promoter: string; amount: number }>;
  /** Add-ons that may still be taken. 还可换购的商品。 */
  add_ons?: Array<{ rule: string; sku: string; price: number; max: number; taken: number }>;
  freight?: { state: 'known' | 'unknown' | 'none'; free: boolean; gap?: number };
  points: {
    balance: number; usable: number; used: number; cut: number; step: number; earned: number;
    mall?: number;
    /** Of lots: what expires within 30 days. 30 天内到期的积分。 */
    expiring?: number;
    lots?: Array<{ id: string; used: number }>;
  };
  /** Where growth leads. 成长值与等级。 */
  tier?: { growth: number; tier?: string; next?: string; gap?: number; upgrade?: string };
  tender?: { gift_card: number; principal: number; bonus: number; cash: number };
  pay_options?: Array<{ payer: string | null; payable: number; exact: boolean }>;
  /** `amount` is still to pay; of `detail: 'full'` with what rules took off it. 待付的附加费。 */
  fees?: Array<{ id: string; amount: number; cuts?: ReceiptCut[] }>;
  submit: { ok: boolean; reason?: string; gap?: number };
  warnings: Array<{
    code: Warnings[number]; line?: string; rule?: string; coupon?: string; seen?: number;
    unit?: number;
  }>;
  /** What the price takes for granted. 价格所依据的前提。 */
  assumes: Array<{
    code: 'COUPON' | 'FIRST_ORDER' | 'LIMIT' | 'PAID_BY' | 'STOCK';
    rule?: string; coupon?: string; sku?: string;
  }>;
  decision: Decision;
  /**
   * The best answer without pins; `costs`: fen of the goal; `exact`: proven to be the best.
   * 不自选时的最优方案；`exact` 表示已证明最优。
   */
  best?: { payable: number; costs: number; exact: boolean; decision: Decision };
  search: { exact: boolean; visited: number; gap?: number };
  /** SHA-256 of the book, hex. */
  book: string;
  /**
   * SHA-256 of the receipt's core, hex: two sides that agree on it agree on every amount. Always
   * there but where the request says `hash: false`. 除请求写明 `hash: false` 外总有。
   */
  hash?: string;
}

export interface ReceiptGroup {
  shop: string;
  store: string;
  fulfilment: Fulfilment;
  list: number;
  goods: number;
  points_cut: number;
  rounding_off: number;
  freight_list: number;
  freight: number;
  fees: number;
  payable: number;
  lines: string[];
}

/** With `detail: 'lines'` only the fields without a question mark are there. */
export interface ReceiptLine {
  id: string;
  sku?: string;
  qty?: number;
  state: 'priced' | 'unselected' | 'off_shelf';
  list: number;
  net: number;
  paid: number;
  tax?: number;
  /** Its share of the points earned. */
  earned?: number;
  cuts?: ReceiptCut[];
  segments?: Array<{
    qty: number;
    rule: string | null;
    unit: number;
    list: number;
    net: number;
    paid: number;
    points_cut: number;
  }>;
}

export type By = 'amount' | 'qty' | 'kinds' | 'weight' | 'volume';

export interface Activity {
  rule: string;
  state:
    | 'applied' | 'not_reached' | 'not_chosen' | 'excluded' | 'no_goods' | 'closed'
    | 'not_for_you';
  reason: ReasonCode;
  step?: number;
  times?: number;
  measure?: number;
  cut: number;
  next?: { by: By; gte: number; gap: number };
}

export interface ReceiptCoupon {
  id: string;
  rule: string;
  state: 'picked' | 'usable' | 'unusable' | 'claim_first';
  reason: ReasonCode;
  cut: number;
  gap?: number;
  by?: By;
  with?: string;
  /** Freight is unknown: this may change. 运费未知，结果可能变化。 */
  provisional?: true;
}

// ---- the other verbs ----

/** What a shelf asks for: everything of a quote that its prices can depend on, and its cards. */
export interface EstimateRequest
  extends Omit<QuoteRequest, 'lines' | 'detail' | 'address' | 'points' | 'pins' | 'decision'> {
  /** The cart that the cards would join. 已在购物车中的商品。 */
  cart?: RequestLine[];
  skus: EstimateCard[];
}

export type EstimateCard =
  | { sku: string; qty?: number; options?: Array<{ id: string; qty?: number }>; shop?: string;
      store?: string }
  | { spu: string; shop?: string; store?: string };

export interface Estimate {
  cards: EstimatedCard[];
}

/** `price` is 到手价, per piece. A card off the shelf has a `state` and nothing else. */
export interface EstimatedCard {
  sku?: string;
  spu?: string;
  state?: 'off_shelf';
  list?: number;
  price?: number;
  /** Of the SKUs of a SPU. SPU 下各 SKU 的最低价与最高价。 */
  min?: number;
  max?: number;
  /** Nothing better is possible, and that is proven. */
  exact?: boolean;
  /** What has to hold for the price. 该价格成立的条件。 */
  conditions?: Array<{
    code: 'CLAIM' | 'COUPON' | 'FIRST_ORDER' | 'LIMIT' | 'PAID_BY'; coupon?: string; rule?: string;
  }>;
}

export interface Explanation {
  receipt: Receipt;
  explain: Array<{ rule?: string; coupon?: string; code: ReasonCode; zh: string; en: string }>;
}

export interface BookCheck {
  ok: boolean;
  errors: BookMessage[];
  warnings: BookMessage[];
}

export interface BookMessage {
  code: string;
  path: string;
  message: string;
}

export interface ShareRequest {
  amount: number;
  weights: number[];
  caps?: number[];
  mode?: 'last' | 'first' | 'largest';
}

/** What was paid for an order: src/README.md, section 10. 订单实付明细，退款以此为据。 */
export interface OrderRecord {
  lines: Array<{
    id: string;
    sku?: string;
    segments: Array<{
      qty: number;
      list: number;
      /** After points and rounding off. 扣除积分与抹零后的实付。 */
      paid: number;
      points_cut?: number;
      /** Points it cost by itself (points mall). 积分商城商品自身所需积分。 */
      points?: number;
    }>;
    earned?: number;
  }>;
  freight?: number;
  fees?: number;
  fees_refundable?: boolean;
  /** Lots in the order of use. 积分批次，按使用先后排列。 */
  points?: { used: number; cut: number; lots?: Array<{ id: string; used: number }> };
  tender?: { gift_card?: number; principal?: number; bonus?: number; cash?: number };
  coupons?: Array<{ id: string; segments: Array<[string, number]> }>;
  gifts?: OrderGift[];
  earned?: number;
  /**
   * Of the earned points, those the member still had before the first refund. Absent: all.
   * 首次退款前会员尚存的所获积分；缺省为全部。
   */
  earned_balance?: number;
}

export interface GiftTerm {
  gte: number;
  by?: 'amount' | 'qty';
  lines?: string[];
  /** The gift stands in so many equal parts on it. 分成几等份，每满一次 `gte` 保住一份。 */
  times?: number;
}

export interface OrderGift {
  rule: string;
  sku: string;
  qty: number;
  /** Of all its pieces together. 全部赠品的合计价值。 */
  value: number;
  when: GiftTerm;
  and?: GiftTerm[];
}

export interface Refund {
  /** Each names pieces, or a list amount without goods (仅退款). 按件退，或仅退金额。 */
  lines: Array<{ id: string; segment?: number; qty?: number; list?: number }>;
  fault?: 'shopper' | 'merchant';
  shipped?: boolean;
  gifts_returned?: Array<{ rule: string; qty: number }>;
}

export interface RefundRequest {
  order: OrderRecord;
  done?: Refund[];
  refund: Refund;
  /** What a missing earned point costs. 已花掉的所获积分按此折算扣款。 */
  points_rate?: { num: number; den: number };
}

export interface RefundReply {
  /** May be below 0: the shopper then owes it. 可能为负，即顾客应补。 */
  money: number;
  goods: number;
  freight: number;
  fees: number;
  gifts_deducted: number;
  earned_deducted: number;
  points: number;
  earned: number;
  earned_short: number;
  tender: { cash: number; principal: number; bonus: number; gift_card: number };
  lots: Array<{ id: string; points: number }>;
  coupons: string[];
  gifts: Array<{ rule: string; sku: string; missing: number; deducted: number }>;
  lines: Array<{
    id: string;
    segment: number;
    qty: number;
    list: number;
    paid: number;
    points: number;
    earned: number;
  }>;
}

/** What a receipt does not tell of an order. 小票中没有的订单信息。 */
export interface OrderTerms {
  gifts?: OrderGift[];
  /** The book's `points.mall`. 规则书中的 `points.mall`。 */
  mall?: { [sku: string]: { points: number; price?: number } };
  fees_refundable?: boolean;
  earned_balance?: number;
}

// ---- recommendation (src/RECOMMEND.md) ----

export type Segment = 'unknown' | 'newcomer' | 'active' | 'loyal' | 'sleeping';
export type Why = 'TOGETHER' | 'AGAIN' | 'TOP_UP' | 'POPULAR';

export interface LoadedModel {
  items: number;
  weights: number;
  /** Of the last order it was trained on, days since 1970. 训练所用最后一单的日期。 */
  day: number;
}

export interface PurchaseHistory {
  orders: Array<{ day?: number; skus: string[] }>;
  count?: number;
  spent?: number;
}

export interface RecommendRequest {
  count?: number;
  cart?: string[];
  exclude?: string[];
  now?: number;
  non_personal?: boolean;
  mmr_bp?: number;
  per_category?: number;
  tags?: string[];
  boosts?: Array<{ tag: string; segment?: Segment; bp: number }>;
  store?: string;
  stock?: { [sku: string]: number };
  limits?: { [sku: string]: number };
  gap?: number;
  gain?: number;
}

export interface Recommendations {
  items: Array<{ sku: string; why: Why; score: number }>;
  segment: Segment;
}

export interface TopUpState {
  next: number;
  priced: number;
  exact: boolean;
  singles: Array<{ first: number; gain: number; more: number }>;
  pairs: Array<{ first: number; second: number; gain: number; more: number }>;
}

export interface TopUpRequest {
  request: QuoteRequest;
  candidates?: string[];
  worth?: { [sku: string]: number };
  limits?: { [sku: string]: number };
  gap?: number;
  count?: number;
  pairs?: boolean;
  work?: number;
  non_personal?: boolean;
  state?: TopUpState;
}

export interface TopUpSet {
  skus: string[];
  price: number;
  /** Paid more with it, below 0: less. 加购后多付的金额，负数为少付。 */
  more: number;
  payable: number;
  gain: number;
}

export interface TopUps {
  payable: number;
  saved: number;
  singles: TopUpSet[];
  pairs: TopUpSet[];
  exact: boolean;
  priced: number;
  /** For the next request; null when all is done. 放入下一次请求；null 表示已完成。 */
  state: TopUpState | null;
}

export interface LoadedBook {
  /** SHA-256, hex. */
  digest: string;
  version: number;
  shop: string;
  /** The rest: of a verified book only. 以下仅见于已验证的规则书。 */
  checkpoint?: string;
  /** Unix seconds: the earlier end of manifest and root. 清单与根证书中较早的到期时间。 */
  expires?: number;
  manifest?: Manifest;
}

// ---- the engine ----

/** Why something better is not in use. 未用更优方式的原因。 */
export type ModeReason =
  | 'NO_WEBASSEMBLY' | 'WASM_NOT_LOADED' | 'WASM_REFUSED' | 'NO_WXWEBASSEMBLY' | 'BR_REFUSED'
  | 'TWIN_NOT_LOADED' | 'NO_SUCH_BUILD' | 'NO_WORKER' | 'WORKER_NOT_STARTED'
  | 'ENGINE_NOT_LOADED' | 'NO_SERVER';

export interface EngineMode {
  /** `wasm`, its JavaScript twin, or the server. 正在使用的构建。 */
  readonly build: 'wasm' | 'wasm2js' | 'server';
  /** The file that is running, where it has a name. 正在运行的文件。 */
  readonly path: string | null;
  /** Why the preferred build is not in use; null when it is. 未用首选构建的原因。 */
  readonly reason: ModeReason | null;
  /** Everything that was tried before, in turn. 之前逐一尝试而失败的方式。 */
  readonly reasons: ReadonlyArray<{
    readonly reason: ModeReason; readonly path: string | null; readonly message: string;
  }>;
  /** Asynchronous engines: where they run. 异步引擎的运行位置。 */
  readonly runs?: 'here' | 'worker' | 'server';
}

export interface LoadOptions {
  /**
   * Accepts a book whose signature nobody has verified. For development only.
   * 接受未验证签名的规则书，仅用于开发。
   */
  unsignedBookForDevelopment?: boolean;
  /** The newest verified root, when it is not the one of createEngine. 已轮换时的最新根证书。 */
  root?: Root;
  /** Of the book before. 上一版的检查点。 */
  checkpoint?: string | null;
  /** Unix seconds of the server's clock as best known; default: this device's. 服务器时间。 */
  now?: number;
  /**
   * What this engine's `sync.verifyBook` said of the book: it is not verified again, and the bytes
   * that were verified are loaded. What anybody else said counts for nothing.
   * 本引擎 `sync.verifyBook` 的返回值：不再重复验签，载入的是当时验证过的字节。
   */
  verified?: VerifiedBook;
  /**
   * A published book is loaded in steps and this is waited for between them, so that a large one
   * holds up no page: `() => new Promise((done) => { setTimeout(done); })`. The book before answers
   * until the last step. In a worker nothing is held up, and it is loaded at once.
   * 分步载入已发布的规则书，步与步之间等待此函数，避免阻塞页面；最后一步之前仍用旧书计价。
   */
  pause?: () => Promise<unknown>;
}

export interface EngineOptions {
  /** Whose books are taken. 商户编号。 */
  shop?: string;
  /** Root 1, part of the merchant's configuration. 第 1 版根证书，随应用发布。 */
  root?: Root;
  /**
   * Verifies books in the place of the module; the pricing-only build needs it (`suanpan/verify`).
   * 由宿主验证规则书；仅计价的构建必须提供。
   */
  verify?: (asked: {
    shop: string; root: Root; book: Uint8Array; checkpoint?: string | null; now: number;
  }) => Promise<{ checkpoint: string; expires: number; manifest: Manifest }>;
  /**
   * Freezes every result all the way down, for development.
   * 深度冻结返回结果，用于开发阶段发现误改。
   */
  freeze?: boolean;
}

/** `() => import('suanpan/twin')`, `() => require('…/suanpan.wasm2js.js')`. */
export type Fallback = () => unknown;

export interface AsyncEngineOptions {
  /**
   * Prices where no engine can run: `POST <url>/v1/quote` with a bearer session. There is `quote`
   * only then, and nothing works offline.
   * 本机无法运行引擎时由服务器计价；此时仅有 `quote`，且必须联网。
   */
  server?: {
    url: string;
    session: string | (() => string | Promise<string>);
    headers?: { [name: string]: string };
  };
}

/** What prices: every verb but those of keys and recommendation. 计价引擎。 */
export interface PricingEngine {
  readonly mode: EngineMode;

  /**
   * Loads a book: an SPB1 container (bytes), or its development form (JSON text or an object).
   * A refused book leaves the one before in place.
   *
   * 载入规则书：SPB1 文件（字节），或开发用的 JSON 文本/对象。被拒绝时原有规则书不变。
   */
  load(book: Uint8Array | ArrayBuffer | string | Book, options?: LoadOptions): Promise<LoadedBook>;

  /**
   * Prices a cart with the loaded book. Synchronous; throws `SuanpanError` with a path to the field
   * that is wrong.
   *
   * 按已载入的规则书为购物车计价。同步返回；出错时抛出带字段路径的 `SuanpanError`。
   */
  quote(request: QuoteRequest): Receipt;

  /**
   * The receipt, and a sentence for every rule and coupon that says why it counts or does not.
   *
   * 返回小票，并逐条说明每个活动、每张券为何生效或未生效。
   */
  explain(request: QuoteRequest): Explanation;

  /**
   * What up to 60 cards of a shelf cost with everything the shopper may use.
   *
   * 到手价：一次最多 60 个商品卡片，含可用与可领的优惠券，并列明条件。
   */
  estimate(request: EstimateRequest): Estimate;

  /**
   * All errors and warnings of a development book, at most 100; loads nothing. Mini-programs: only
   * the whole module has it, others throw `E_UNSUPPORTED`.
   *
   * 检查规则书，列出全部错误与警告（最多 100 条），不载入。小程序默认模块不含此项。
   */
  check(book: Uint8Array | ArrayBuffer | string | Book): BookCheck;

  /**
   * Splits an amount over weights so that the parts add up to it exactly.
   *
   * 按权重分摊金额，各份之和恰好等于总额。
   */
  share(request: ShareRequest): { parts: number[] };

  /**
   * What a refund of an order returns, after those that are done. Needs no book. Mini-programs:
   * only the whole module has it, others throw `E_UNSUPPORTED`.
   *
   * 在已有退款的基础上，计算本次退款应退的金额、积分、优惠券等；无需载入规则书。小程序默认模块不含此项。
   */
  refund(request: RefundRequest): RefundReply;

  /** Version, meaning and error numbers of the module. 模块的版本与错误码。 */
  info(): { [key: string]: unknown };

  /** Lets go of the module and the book; every later call throws. 释放引擎。 */
  dispose(): void;
}

/**
 * The engine with what knows keys, and with recommendation. 完整引擎：另含签名、登记、同步与推荐。
 */
export interface Engine extends PricingEngine {
  /** Verifying, enrolling, sealing: src/sync/README.md. 签名、登记与同步。 */
  readonly sync: EngineSync;

  /**
   * Takes in a model of recommendations: bytes, or the part `model` of the book that was opened.
   *
   * 载入推荐模型：字节，或已载入的 SPB1 规则书中的 `model` 部分。
   */
  loadModel(model?: Uint8Array | ArrayBuffer): LoadedModel;

  /**
   * The member's own orders, spread over the model once; null for nobody. Stays on the device.
   *
   * 本机购买记录，一次展开供之后的推荐使用；null 表示无人。不离开设备。
   */
  setHistory(history: PurchaseHistory | null): { orders: number; segment: Segment };

  /** What to show next (src/RECOMMEND.md). 推荐商品。 */
  recommend(request: RecommendRequest): Recommendations;

  /** Which one or two goods to add so that the shopper gains most, exactly. 凑单。 */
  topUp(request: TopUpRequest): TopUps;
}

type Verbs = Pick<Engine, 'quote' | 'explain' | 'estimate' | 'check' | 'share' | 'refund' | 'info'>;

/**
 * The engine with promises. A call that finds it being restarted waits.
 *
 * 返回 Promise 的引擎；重启期间的调用会等待。
 */
export type AsyncEngine = {
  readonly [verb in keyof Verbs]:
    (...args: Parameters<Verbs[verb]>) => Promise<ReturnType<Verbs[verb]>>;
} & {
  readonly mode: EngineMode;
  /** Null where the server prices: it has its own book. 由服务器计价时为 null。 */
  load(...args: Parameters<Engine['load']>): Promise<LoadedBook | null>;
  dispose(): void;
};

/**
 * Every failure, of the engine and of what carries it.
 *
 * 引擎及其宿主的一切错误：`code` 用于判断，`path` 指向出错的字段，`zh` 可直接展示。
 */
export class SuanpanError extends Error {
  readonly name: 'SuanpanError';
  /** Such as `E_RANGE`. 错误码。 */
  readonly code: keyof Errors;
  /** RFC 6901 pointer into the given JSON: `/lines/2/qty`. 出错字段的路径。 */
  readonly path: string;
  readonly zh: string;
  readonly en: string;
  readonly cause?: unknown;
  /** With `E_ORDER_TYPE`: the orders to make of the cart. 应拆成的各笔订单。 */
  readonly split?: Array<{ order_type: OrderType; lines: string[] }>;
  /** With `E_ENGINE`: what was tried. 引擎无法载入时，已尝试过的方式。 */
  readonly reason?: ModeReason;
  readonly reasons?: EngineMode['reasons'];
  constructor(code: keyof Errors, path?: string, message?: string);
  toJSON(): { code: string; path: string; message: string };
}

/**
 * `'79.00'` → `7900`. Takes text only, at most two decimals, and never rounds.
 * 元（字符串）转分（整数），最多两位小数，不做四舍五入。
 */
export function fenFromYuan(text: string): number;

/** `7900` → `'79.00'`. 分（整数）转元（字符串）。 */
export function yuan(fen: number): string;

export { errors, limits, meaning, reasons, version, warnings } from './generated/codes.js';
export type { Errors, Limits, Reasons, Warnings } from './generated/codes.js';
export * from './sync.js';
