// A member's cart on this phone: what createShop gives, and the pure functions beside it. The bytes
// that travel are in src/sync/README.md, the states a page shows in the README of the package.
import type { Host } from './host.js';
import type { Engine, QuoteRequest, Receipt } from './types.js';
import type { Root } from './sync.js';

/** A line of the cart; `line` is its key. 购物车的一行，`line` 是行键。 */
export interface CartLine {
  line: string;
  sku: string;
  qty: number;
  options?: string[];
  store?: string;
}

/** What the shopper chose; absent members are at their default. 顾客的选择，未列出者为默认值。 */
export interface CartChoices {
  coupons?: { pick: 'best' | 'none' } | { ids: string[] };
  points?: 'max' | number;
  lines?: Array<{ line: string; rule: string | null }>;
  gifts?: Array<{ rule: string; sku: string }>;
  /** Lines that are not selected. 未勾选的行。 */
  skip?: string[];
}

export interface ShopCart {
  lines: CartLine[];
  choices: CartChoices;
}

/** The server's view of the member with what is still on its way. 会员视图，含待同步的操作。 */
export interface MemberState {
  ver: number;
  cart: ShopCart & { ver: number; hash: string };
  member: { id?: string; tier?: string; [name: string]: any };
  coupons: NonNullable<QuoteRequest['coupons']>;
  points: { points: number } | { lots: Array<{ id: string; points: number; expires?: number }> };
  tender?: { [name: string]: any };
  orders: Array<{ order: string; state: string; payable: number; [name: string]: any }>;
  /** The coupons that were used last, at most 20. 最近使用的优惠券。 */
  used?: Array<{ id: string; rule: string }>;
  /** Coupons that a code for a till holds. 正被核销码占用的优惠券。 */
  held?: Array<{ coupon: string; store: string; code: string; expires: number }>;
}

/**
 * The details of the order being made; its times and `use` end with it.
 * 当前订单的明细；其中的时间与 `use` 随该订单结束。
 */
export interface OrderDetails {
  fulfilment?: 'delivery' | 'pickup';
  address?: { region: string; [name: string]: any };
  store?: string;
  channel?: string;
  payer?: string;
  pay_at?: number;
  fulfil_at?: number;
  use?: {
    add_ons?: Array<{ rule: string; sku: string; qty?: number }>;
    gifts?: Array<{ rule: string; sku: string }>;
  };
  [name: string]: any;
}

/** What a shopper does. 顾客的操作。 */
export type ShopEvent =
  | { type: 'cart.add'; sku: string; n: number; options?: string[]; store?: string }
  | { type: 'cart.set'; sku: string; n: number; options?: string[]; store?: string }
  | { type: 'cart.remove'; line: string; seen: number }
  | ({ type: 'cart.choose' } & CartChoices)
  | { type: 'cart.clear' }
  | { type: 'coupon.claim'; rule: string }
  | { type: 'order.cancel'; order: string }
  | { type: 'share.open'; share: string };

export interface ShopStatus {
  /** null for a visitor. 访客为 null。 */
  member: string | null;
  /** null until the first word with the server. 首次通信前为 null。 */
  isOnline: boolean | null;
  isSyncing: boolean;
  /**
   * The server does not know this device any more, or, where `error` is `E_DEVICES`, the member has
   * too many: call `enrol`. 设备已失效，或登录的设备过多（`error` 为 `E_DEVICES`），请重新登记。
   */
  needsEnrolment: boolean;
  error: string | null;
  /** Operations that have no answer yet. 尚未得到应答的操作数。 */
  pending: number;
  /** Prices are promises; otherwise estimates. 价格有效，否则为估算。 */
  isFresh: boolean;
  /** Unix seconds. */
  freshUntil: number;
  /** The book was recalled. 规则书已停用。 */
  isRevoked: boolean;
  book: { epoch: number; ver: number; digest: string } | null;
  /** Milliseconds of the server's last word. 服务器最近一次应答的时间（毫秒）。 */
  serverTime: number;
}

/** An operation the server refused. 被服务器拒绝的操作。 */
export interface Rejected {
  u: string;
  k: string;
  a: any;
  code: string;
  /** Milliseconds of the server's clock. */
  at: number;
  more: any;
}

export type Submitted =
  | { state: 'accepted'; order: { id: string; payable: number; cash: number; state: string;
      note: string; pay?: any }; result: any }
  /** No network: an intent is kept. 无网络，已保存意向。 */
  | { state: 'kept' }
  /**
   * The price, what of it is cash, or what is given: show both, and submit again after the
   * shopper's word. 价格、现金部分或赠品有变，请顾客确认后重新提交。
   */
  | { state: 'changed'; before: Receipt; after: Receipt }
  | { state: 'refused'; code: string };

/** What has changed: 'cart', 'book', 'synced', 'conflict', 'quota', … 变化的种类。 */
export interface News {
  kind: string;
  [name: string]: any;
}

export interface Shop {
  readonly state: MemberState;
  readonly request: QuoteRequest;
  /** One quote for all taps of a tick; null without a book. 每个 tick 至多计价一次；无规则书时为 null。 */
  readonly receipt: Receipt | null;
  /**
   * The same with its totals alone and without a hash, in two thirds of the time, or `receipt`
   * where that is known: for `barView` in a binding's `quick`.
   * 同一报价的合计部分（不含哈希），耗时约三分之二；已计价时即为 `receipt`。供绑定的 `quick` 配合 `barView` 使用。
   */
  readonly quickReceipt: Receipt | null;
  readonly status: ShopStatus;
  readonly order: OrderDetails;
  readonly rejected: Rejected[];
  /** Lines whose quantity another device or the shop changed. 数量被另一设备或商家修改的行。 */
  readonly conflicts: Array<{ line: string; from: number; to: number }>;
  readonly intent: { state: 'waiting' | 'confirm' | 'expired'; shown: number; time: number } | null;
  readonly hints: { stock: { [sku: string]: number }; left: { [rule: string]: number } } | null;
  /** The parts of the book for `namesOf`. 规则书内容，可传给 `namesOf`。 */
  readonly book: { shop: string; version: number; catalog: any; rules: any; text: any } | null;
  /**
   * A part that is not loaded with the book, as `model`, verified by the signed manifest; null when
   * the book has none. 不随规则书一同下载的部分（如 `model`），按已签名的清单校验；没有时为 null。
   */
  laterPart(name: string): Promise<Uint8Array | null>;

  /**
   * On the screen when this returns; resolves to its uid when it is kept; rejects with `E_QUOTA`
   * when it can't be and is taken back, with `E_ARGS` for what is no event.
   */
  dispatch(event: ShopEvent): Promise<string>;
  /** Listeners hear at most once a tick. Returns what ends it. 每个 tick 至多通知一次。 */
  subscribe(listener: (news: News[]) => void): () => void;
  /**
   * Details of the order being made, merged into those that are kept; null clears one. `E_ARGS`
   * with its path for what is no such detail. 合并到已保存的订单信息；null 清除该项；不合法时为 `E_ARGS` 及路径。
   */
  setOrder(order: { [K in keyof OrderDetails]: OrderDetails[K] | null }): Promise<void>;
  submit(options?: { contact?: any; shown?: Receipt }): Promise<Submitted>;
  dropIntent(): Promise<void>;
  claim(rule: string): Promise<string>;
  cancelOrder(order: string): Promise<string>;
  /**
   * A share token of this member, and its code of 20 characters for a `scene`. Like the other
   * calls for tokens it needs the network, and rejects with the server's code: `E_NETWORK`,
   * `E_LIMIT`, …
   * 生成分享凭证与短码（可作小程序 scene）。
   */
  share(from?: { channel?: string; campaign?: string }):
    Promise<{ token: string; code: string; expires: number }>;
  /** What somebody came by; also for visitors, who tell it when they enrol. 记录来自谁的分享。 */
  openShare(share: string): Promise<string>;
  /** 兑换码：换取一张优惠券。Rejects with `E_NOT_FOUND`, `E_COUPON` (used), `E_EXPIRED`, `E_LIMIT`. */
  redeemCode(code: string): Promise<{ coupon: string; rule: string }>;
  /**
   * A code that the tills of one store can check without a network; it holds the coupon.
   * 线下核销码，仅限一家门店，五分钟内有效。
   */
  holdCoupon(coupon: string, store: string): Promise<{ code: string; expires: number }>;
  /** Goods for another app, the cart's selected ones: sku, options and qty alone. 跨端带货短码。 */
  handOver(lines?: Array<{ sku: string; qty: number; options?: string[] }>):
    Promise<{ code: string; expires: number }>;
  /** Puts the goods of such a code into the cart, once. 凭短码把商品加入购物车。 */
  takeOver(code: string): Promise<Array<{ sku: string; qty: number; options: string[] }>>;
  dismiss(u: string): Promise<void>;
  /** `evict`: the device that gives way after `E_DEVICES`. `E_DEVICES` 后由会员选定的退出设备。 */
  enrol(how?: { evict?: string }): Promise<void>;
  leave(): Promise<void>;
  sync(): Promise<void>;
  /** What the host knows of the network. 宿主得知的网络状态。 */
  reach(isOnline: boolean): void;
  live(skus: string[], store?: string): Promise<Shop['hints']>;
  seenConflicts(): void;
  /** Unix seconds of the server's clock as best known. 服务器时间（秒）。 */
  now(): number;
  stop(): void;
}

export interface ShopOptions {
  /** Made with the same shop and root. 以相同的商户与根证书创建的引擎。 */
  engine: Engine;
  host: Host;
  /** Of the server, without '/' at its end. 服务器地址，结尾不带 '/'。 */
  url: string;
  shop: string;
  root: Root;
  app?: string;
  /** A fresh login code. 取得新的登录凭证。 */
  login?(): Promise<string>;
  /** Milliseconds between words with the server when nothing happens. 空闲时的轮询间隔。 */
  pollMs?: number;
  clock?: { now(): number; after(ms: number, work: () => void): () => void };
}

/**
 * A member's cart on this phone: kept, synchronised, priced here.
 * 会员在本机的购物车：本地保存、与服务器同步、本机计价。
 */
export function createShop(options: ShopOptions): Promise<Shop>;

export const emptyCart: ShopCart;

/**
 * The key of a line: sku, options in byte order, store.
 * 行键：sku、按字节排序的选项、门店。
 */
export function lineKey(sku: string, options?: string[], store?: string): string;

/**
 * The cart after an operation, as the server computes it too.
 * 执行一个操作后的购物车，与服务器算法相同。
 */
export function reduceCart(cart: ShopCart, operation: { k: string; a: any }): ShopCart;

/**
 * The engine's request of a member's view and an order's details.
 * 由会员视图与订单明细得到计价请求。
 */
export function quoteRequest(state: MemberState, details: {
  at: OrderDetails & { now: number }; use?: OrderDetails['use'];
  live?: QuoteRequest['live']; detail?: QuoteRequest['detail'];
}): QuoteRequest;

/**
 * The id that a cart line has in the request.
 * 购物车的行在计价请求中的编号。
 */
export function requestLineId(line: CartLine, index: number): string;
