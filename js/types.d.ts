// What goes in and comes out. The meaning of every field is in src/README.md; amounts are integers
// in fen, rates basis points, times unix seconds.
import type { Errors, Reasons, Warnings } from './generated/codes.js';

// ---- book ----

export type Base = 'list' | 'after_item' | 'current' | 'payable_goods';
export type Fulfilment = 'delivery' | 'pickup';
export type Choose = 'dearest' | 'cheapest';

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
}

export interface Option {
  id: string;
  price: number;
  discountable?: boolean;
}

export interface RuleBook {
  utc_offset_s?: number;
  preset: 'cn_sequential' | 'cn_parallel';
  policy?: Policy;
  tiers?: string[];
  groups?: { [id: string]: RuleGroup };
  rules: Rule[];
  freight?: Freight;
  fees?: Fee[];
  points?: PointsRule;
  min_order?: {
    amount: number;
    base?: 'list' | 'after_item' | 'payable_goods';
    fulfilment?: Fulfilment[];
  };
}

export interface Policy {
  threshold_base?: 'list' | 'after_item' | 'current';
  percent_base?: 'list' | 'after_item' | 'current';
  percent_rounding?: 'floor' | 'half_up' | 'half_even' | 'up';
  percent_side?: 'discount' | 'price';
  share_remainder?: 'last' | 'first' | 'largest';
  free_freight_base?: Base;
  coupon_slots?: 'shop' | 'shop_and_platform' | 'unlimited';
  amounts_first?: boolean;
  unit_price?: 'lowest' | 'member' | 'timed' | 'flash';
  goal?: 'lowest_payable' | 'largest_saving' | 'best_per_level';
  coupon_min_gain_fen?: number;
  rounding_off_fen?: 1 | 10 | 100;
  overflow?: 'clamp';
  zero_pay?: 'allowed';
  coupons_cover_freight?: false;
  points_with_coupons?: boolean;
  points_goal_bp?: number;
  points_earned_on?: 'goods_paid';
}

export type RuleKind = 'member' | 'timed' | 'flash' | 'promotion' | 'coupon';
export type RuleStage =
  | 'unit' | 'item' | 'order' | 'shop_coupon' | 'platform_coupon' | 'freight' | 'reward';

export interface Rule {
  id: string;
  title?: string;
  kind: RuleKind;
  stage: RuleStage;
  priority?: number;
  shop?: string;
  scope?: Scope;
  for?: { tiers: string[] };
  window?: Window;
  when?: When;
  level?: 'order' | 'shop' | 'store';
  give: Give | Give[];
  stack?: Stack;
}

export type Scope = 'all' | {
  skus?: string[];
  spus?: string[];
  tags?: string[];
  price_between?: [number, number];
  exclude?: { skus?: string[]; spus?: string[]; tags?: string[] };
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
  qty_gte?: number;
  kinds_gte?: number;
  base?: Base;
}

type Per = 'order' | 'line' | 'unit' | 'piece';

export type Give =
  | { amount_off: { amount: number; per?: Per; max_units?: number;
      max_units_per?: 'line' | 'rule'; choose?: Choose } }
  | { percent_off: { bp: number; per?: Per; cap?: number; base?: Base; max_units?: number;
      max_units_per?: 'line' | 'rule'; choose?: Choose } }
  | { unit_price: { price?: number; prices?: { [sku: string]: number }; max_units?: number;
      max_units_per?: 'line' | 'rule' } }
  | { tiers: { by: 'amount' | 'qty'; base?: Base; tiers: Array<{ gte: number; give: Give }> } }
  | { every: { by: 'amount' | 'qty'; step: number; base?: Base; limit?: number; give: Give } }
  | { nth_item: { pay_bp: number[]; order: 'cart' | 'price_desc' | 'price_asc';
      repeat: boolean; beyond_bp: number } }
  | { gift: { options: Array<{ sku: string; qty?: number }>; goal_value_fen?: number } }
  | { grant_coupon: { rule: string; n?: number; goal_value_fen?: number } }
  | { points: { n: number; goal_value_fen?: number } }
  | { free_freight: {} };

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
  pieces?: 'shared' | 'once_line';
  excludes?: string[];
  on?: 'line' | 'order';
}

export interface Freight {
  templates: FreightTemplate[];
  default: string;
  combine?: 'sum' | 'max_first_plus_additional';
  free?: { gte: number; per?: 'package' | 'order'; base?: Base };
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
  earn?: { num: number; den: number };
}

// ---- request ----

export interface QuoteRequest {
  /** Unix seconds. 下单时间，Unix 秒。 */
  now: number;
  pay_at?: number;
  fulfil_at?: number;
  /** How much the receipt tells; absent: 'full'. 回执的详细程度，缺省为 'full'。 */
  detail?: 'totals' | 'lines' | 'full';
  member?: { id?: string; tier?: string; points?: number };
  lines: RequestLine[];
  address?: { region: string };
  coupons?: Array<{ id: string; rule: string; from?: number; to?: number; claimable?: boolean }>;
  points?: 'max' | number;
  pick?: 'best' | 'none';
  pins?: { coupons?: string[]; lines?: { [line: string]: string | null } };
  /** With pins: the receipt's `best` says what they cost. 有自选项时，回执给出其代价。 */
  compare_best?: boolean;
  decision?: Decision;
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
  /** The unit price the shopper saw; a different one raises a warning. 顾客看到的单价。 */
  seen_unit?: number;
}

export interface Decision {
  rules: string[];
  lines: Array<{ line: string; rule: string }>;
  coupons: string[];
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
  payable: number;
  saved: number;
}

/** With `detail: 'totals'` only the fields without a question mark are there. */
export interface Receipt {
  meaning: number;
  totals: Totals;
  groups?: ReceiptGroup[];
  lines?: ReceiptLine[];
  activities?: Activity[];
  coupons?: ReceiptCoupon[];
  gifts?: Array<{ rule: string; sku: string; qty: number }>;
  rewards?: Array<{ rule: string; coupon: string; n: number } | { rule: string; points: number }>;
  freight?: { state: 'known' | 'unknown' | 'none'; free: boolean; gap?: number };
  points: {
    balance: number; usable: number; used: number; cut: number; step: number; earned: number;
  };
  fees?: Array<{ id: string; amount: number }>;
  submit: { ok: boolean; reason?: string; gap?: number };
  warnings: Array<{
    code: Warnings[number]; line?: string; coupon?: string; seen?: number; unit?: number;
  }>;
  decision: Decision;
  /** The best answer without pins; `costs`: fen of the goal. 不自选时的最优方案。 */
  best?: { payable: number; costs: number; decision: Decision };
  search: { exact: boolean; visited: number; gap?: number };
  /** SHA-256 of the book, hex. */
  book: string;
  /** SHA-256 of the receipt's core, hex: two sides that agree on it agree on every amount. */
  hash: string;
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
  cuts?: Array<{ rule: string; coupon?: string; cut: number }>;
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
  next?: { by: 'amount' | 'qty' | 'kinds'; gte: number; gap: number };
}

export interface ReceiptCoupon {
  id: string;
  rule: string;
  state: 'picked' | 'usable' | 'unusable' | 'claim_first';
  reason: ReasonCode;
  cut: number;
  gap?: number;
  by?: 'amount' | 'qty' | 'kinds';
  with?: string;
}

// ---- the other verbs ----

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

export interface LoadedBook {
  /** SHA-256, hex. */
  digest: string;
  version: number;
  shop: string;
}

// ---- the engine ----

export interface EngineMode {
  /** `wasm`, or its JavaScript twin. 正在使用的构建。 */
  build: 'wasm' | 'wasm2js';
  /** Why the preferred build is not in use; null when it is. 未用首选构建的原因。 */
  reason:
    | null | 'NO_WEBASSEMBLY' | 'WASM_NOT_LOADED' | 'WASM_REFUSED' | 'NO_WXWEBASSEMBLY'
    | 'BR_REFUSED';
  /** Mini-programs: the file that is running. 小程序：正在运行的文件。 */
  path?: string | null;
}

export interface LoadOptions {
  /**
   * Accepts a book whose signature nobody has verified. For development only.
   * 接受未验证签名的规则书，仅用于开发。
   */
  unsignedBookForDevelopment?: boolean;
}

export interface EngineOptions {
  /**
   * Freezes every result all the way down, for development.
   * 深度冻结返回结果，用于开发阶段发现误改。
   */
  freeze?: boolean;
}

export interface Engine {
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
   * All errors and warnings of a development book, at most 100; loads nothing.
   *
   * 检查规则书，列出全部错误与警告（最多 100 条），不载入。
   */
  check(book: Uint8Array | ArrayBuffer | string | Book): BookCheck;

  /**
   * Splits an amount over weights so that the parts add up to it exactly.
   *
   * 按权重分摊金额，各份之和恰好等于总额。
   */
  share(request: ShareRequest): { parts: number[] };

  /** Version, meaning and error numbers of the module. 模块的版本与错误码。 */
  info(): { [key: string]: unknown };

  /** Lets go of the module and the book; every later call throws. 释放引擎。 */
  dispose(): void;
}

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
