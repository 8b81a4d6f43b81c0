// `suanpan/server`: js/server/README.md says what these mean.
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Login {
  provider: string;
  subject: string;
  /** A member that is there; found or made by the subject otherwise. */
  member?: string;
}

export interface LoginProvider {
  provider: string;
  /** Throws HttpError for a code that is not good. 校验登录凭证。 */
  identify(code: string, app: string): Promise<Login>;
  /** The bytes of the platform's key of this version. */
  userKey?(login: Login, version: number): Promise<Uint8Array>;
}

export interface PaymentGateway {
  name: string;
  /** What the phone needs to pay; J0. */
  askToPay(order: { order: string; payable: number; cash: number }): object;
  /** Throws HttpError unless the gateway has signed it. 验签并读取支付通知。 */
  readNotice(headers: Record<string, string | string[] | undefined>, body: string):
    { event: string; order: string; amount: number };
}

export interface Settings {
  freshS: number; payWithinS: number; openOrders: number; quoteThreads: number; quoteMs: number;
  devicePerSecond: number; deviceBurst: number;
  addressPerSecond: number; addressBurst: number;
  loginPerSecond: number; loginBurst: number;
  pricingPerSecond: number; pricingBurst: number;
  codesPerSecond: number; codesBurst: number;
  sharesPerSecond: number; sharesBurst: number;
  handoversPerSecond: number; handoversBurst: number;
  shareS: number; redeemS: number; settleWithinS: number;
}

/** What one order takes of something scarce. */
export interface Taking { kind: string; name: string; n: number; more?: object }

export interface Play {
  /** Tables, as [name, SQL or a function of a transaction]; applied once each, never changed. */
  steps?: Array<[string, string | ((tx: any) => void)]>;
  /** Kinds of takings; each take is one conditional UPDATE. */
  kinds?: { [kind: string]: {
    take(tx: any, order: any, taking: { name: string; n: number; more: any }): object | void;
    giveBack(tx: any, order: any, taking: { name: string; n: number; more: any }): void;
  } };
  /** Kinds of operations; what they return stands beside `c: "ok"`. */
  effects?: { [kind: string]:
    (tx: any, shop: Shop, device: { member: string }, body: any, nowMs: number) => object };
  /** What an order takes besides; `args` are those of its `order.submit`. */
  takingsOf?(order: { receipt: any; request: any; book: any; args: any }): Taking[];
}

export interface Log {
  info(what: string, more?: object): void;
  warn(what: string, more?: object): void;
  error(what: string, more?: object): void;
}

export interface ServerOptions {
  /** The shop's id, the tenant of the protocol. 店铺编号。 */
  shop: string;
  /** A folder for the SQLite file, or ':memory:'. */
  data: string;
  login: LoginProvider;
  /** 32 random bytes or more, base64url. */
  secret: string;
  /** PEM of the key of role `online`. */
  onlineKey: string;
  /** PEM of the key of role `redeem`; without it no code for a till is issued. */
  redeemKey?: string;
  gateway?: PaymentGateway;
  /** Seats, bargains, … beside the shop's own (README). 玩法扩展。 */
  plays?: Play[];
  settings?: Partial<Settings>;
  clock?: () => number;
  log?: Log;
  /** Origins that CORS answers. */
  origins?: string[];
  /** false: overdue orders and the like are left to another process. */
  jobs?: boolean;
  /** How many proxies in front add to X-Forwarded-For. */
  proxies?: number;
}

/** What admin's jobs and the store work on; its members are not for others. */
export interface Shop {
  tenant: string;
  clock: () => number;
  store: { transact<T>(job: (tx: unknown) => T): Promise<T>; close(): void };
}

export interface OpenServer {
  shop: Shop;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** A port with a thread of its own; closed before the server is. */
  listen(at: { port: number; host: string }):
    Promise<{ port: number; close(graceMs?: number): Promise<void> }>;
  close(): Promise<void>;
}

export interface StartedServer {
  url: string;
  port: number;
  shop: Shop;
  close(): Promise<void>;
}

export const settingsDefault: Readonly<Settings>;

export function startServer(options: ServerOptions & { port?: number; host?: string }):
  Promise<StartedServer>;
export function openServer(options: ServerOptions): Promise<OpenServer>;
export function openShop(options: ServerOptions): Promise<Shop>;
export function openStoreOf(options: {
  shop: string; data: string; secret?: string; clock?: () => number;
}): Shop;

/** Keys in one folder, a signed development book, members: for trying things. 仅供开发。 */
export function openDevelopmentShop(options: Partial<ServerOptions> & {
  model?: Uint8Array;
  folder: string; book: object | string | Uint8Array; members?: Record<string, object>;
}): Promise<OpenServer & { root: Uint8Array }>;

export function weChatLogin(options: {
  appId: string; secret: string; fetch?: typeof fetch; clock?: () => number;
}): LoginProvider;
/** Whoever says a name is that person: never for a shop that is open. 仅供开发。 */
export function standInLogin(options?: { members?: Record<string, string> }): LoginProvider;

/** Moves no money; its notifications are signed. 仅供测试。 */
export function testGateway(options: { secret: Uint8Array }): PaymentGateway;
export function testNotice(secret: Uint8Array,
  notice: { event: string; order: string; amount: number }):
  { headers: Record<string, string>; body: string };

export class HttpError extends Error {
  constructor(status: number, code: string, message?: string, data?: object);
  status: number;
  code: string;
}

type Job = (tx: unknown) => unknown;

/** Jobs for `shop.store.transact`. */
export const admin: {
  takeRoot(shop: Shop, file: Uint8Array): Job;
  publish(shop: Shop, file: Uint8Array): Job;
  /** `isNew` makes a member who is not there, instead of refusing. */
  grant(shop: Shop, member: string, what: object, more?: { isNew?: boolean }): Job;
  restock(shop: Shop, what: { sku: string; store?: string; n: number; buckets?: number }): Job;
  setRuleLeft(shop: Shop, what: { rule: string; n: number }): Job;
  offerCoupon(shop: Shop, what: {
    rule: string; quota: number; perMember?: number; from?: number | null; to?: number | null;
    validS?: number | null;
  }): Job;
  advance(shop: Shop, what: { ord: string; state: 'shipped' | 'done' }): Job;
  refundOrder(shop: Shop, engine: { refund(request: object): object },
    what: { ord: string; name: string; refund: object; nowMs: number }): Job;
  /** The codes are told this once. 兑换码只返回这一次。 */
  makeCodes(shop: Shop, what: {
    batch: string; rule: string; n: number; perMember?: number; to?: number | null;
  }): (tx: unknown) => { batch: string; codes: string[] };
  raiseRecovery(shop: Shop): Job;
};
