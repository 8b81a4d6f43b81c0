import type { EngineSync, Manifest, Root } from './sync.js';

/** What js/host/subtle.js makes of WebCrypto; bring your own where there is none. 密码学原语。 */
export interface Primitives {
  sha256(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** ECDSA on P-256 with SHA-256; key x ‖ y, signature r ‖ s. */
  isSigned(
    key: Uint8Array, message: Uint8Array, signature: Uint8Array,
  ): boolean | Promise<boolean>;
}

export interface BookQuestion {
  shop: string;
  root: Root;
  book: Uint8Array;
  checkpoint?: string | null;
  /** Unix seconds. */
  now: number;
}

export interface BookAnswer {
  checkpoint: string;
  digest: string;
  expires: number;
  manifest: Manifest;
}

/** `verify` of createEngine; `given` is `crypto.subtle` or primitives of your own. 验证规则书。 */
export function bookVerifier(given: object | Primitives):
  (asked: BookQuestion) => Promise<BookAnswer>;

export interface RootValue {
  expires: number;
  keys: { [kid: string]: string };
  roles: { [role: string]: { keys: string[]; threshold: number } };
  shop: string;
  v: number;
}

/** Root n+1 under root n. 验证下一版根证书。 */
export function rootVerifier(given: object | Primitives):
  (asked: { shop: string; trusted: Root; next: Uint8Array }) => Promise<RootValue>;

/**
 * Known answers of every primitive of a module, and that a changed bit is refused; rejects with
 * E_ENGINE when one differs. For the start of a server and for tests. 模块自检。
 */
export function selfTest(sync: EngineSync): Promise<void>;

export interface RedeemValue {
  c: string;
  e: number;
  i: number;
  j: string;
  s: string;
  shop: string;
  v: unknown;
}

/** A redemption code at a till; `used` are the `j` of this store. 门店离线核销。 */
export function redeemVerifier(given: object | Primitives): (asked: {
  shop: string; root: Root; store: string; code: string; now: number; used: Set<string>;
}) => Promise<RedeemValue>;
