// What the engine does with keys: src/sync/README.md. All of it is synchronous once the engine is
// there. Bytes are Uint8Array; `b64u` is base64url without padding; J0 is canonical JSON text.

/** A book's manifest, as it was signed. 规则书清单。 */
export interface Manifest {
  engine_min: number;
  epoch: number;
  /** Unix seconds. */
  expires: number;
  meaning: number;
  min_ver: number;
  not_before: number;
  parts: Array<{
    audience: 'public' | 'member' | 'server'; len: number; name: string; sha256: string;
  }>;
  /** SHA-256 of the manifest before, hex. */
  prev: string | null;
  shop: string;
  ver: number;
}

export interface VerifiedRoot {
  /** J0 of the new root: keep it, and give it as `trusted` or `root` from now on. */
  root: string;
  v: number;
  /** Unix seconds; books under a root that is past it need a sync. */
  expires: number;
}

export interface VerifiedBook {
  /** J0; keep it, and give it when the next book is verified. 保存，下次验证时传入。 */
  checkpoint: string;
  manifest: Manifest;
  /** SHA-256 of the manifest, hex: the book's name in `GET /v1/book/<digest>`. */
  digest: string;
  /** Unix seconds: the earlier end of manifest and root. */
  expires: number;
}

/** The reply of `POST /v1/enroll`, as it came. */
export interface EnrollReply {
  dev: string;
  epoch: number;
  kid: string;
  mac: string;
  member: string;
  pub: string;
  sig: string;
  time: number;
}

export interface Enrolled {
  /** Opaque; for the key record in encrypted storage only. 仅存入加密存储。 */
  keys: string;
  /** b64u. */
  dev: string;
  epoch: number;
  member: string;
  /** T, b64u: `prev` of the first operation. */
  transcript: string;
}

export interface SyncRequest {
  count: number;
  have: { book: [epoch: number, ver: number]; state: number };
  /** b64u, 16 random bytes. */
  nonce: string;
  /** Client ms. */
  now: number;
  /** At most 64, their numbers `s` one after the other; `b` is the J0 of the body. */
  ops: Array<{ b: string; s: number }>;
  /** b64u: T, or the head before the first of `ops`. */
  prev: string;
}

/** A root is its J0, or the signed file that it came in (whose signatures are not asked again). */
export type Root = string | Uint8Array;

export interface EngineSync {
  /**
   * Root n+1 under root n: E_SIGNATURE unless thresholds of both signed it, E_ROOT when it breaks a
   * rule, E_SHOP when it is another shop's.
   * 用第 n 版根证书验证第 n+1 版。
   */
  verifyRoot(options: { shop: string; trusted: Root; next: Uint8Array }): VerifiedRoot;

  /**
   * A book under a root: who signed it, for whom, whether it may follow the checkpoint, and every
   * part. Loads nothing; `load` takes the answer as `verified`. `now`: unix seconds of the server's
   * clock as best known. `hashes` false leaves the hashes of the parts to `load`.
   * 验证规则书，不载入；返回值可作为 `load` 的 `verified`。`hashes` 为 false 时，各部分的哈希由 `load` 检查。
   */
  verifyBook(options: {
    shop: string; root: Root; book: Uint8Array; checkpoint?: string | null; now: number;
    hashes?: boolean;
  }): VerifiedBook;

  /**
   * An ephemeral key pair. `entropy`: 64 fresh random bytes of the host; E_ENTROPY for fewer, and
   * for bytes that are all the same.
   * 生成一次性密钥对。
   */
  enrollBegin(options: { entropy: Uint8Array }): {
    /** b64u, goes to the server. */
    pub: string;
    /** Opaque; forget it after enrollFinish. */
    secret: string;
  };

  /**
   * Verifies the server's signature and MAC and derives the keys; both or nothing.
   * `nonce`: what was sent, b64u. `wxk`: the bytes of WeChat's key, or nothing.
   * 验证服务器应答并导出设备密钥。
   */
  enrollFinish(options: {
    shop: string; app: string; root: Root; secret: string; nonce: string;
    wxk?: Uint8Array | null; wxkVer?: number; reply: EnrollReply;
  }): Enrolled;

  /**
   * The body of `POST /v1/sync`. `head` is the d of the last operation, or `prev` when there is
   * none. E_NONCANON for an op whose body is not J0, E_LIMIT beyond the protocol's sizes.
   * 生成同步请求正文。
   */
  sealSync(options: { keys: string; request: SyncRequest }): { body: string; head: string };

  /** The reply to the request of that nonce; E_MAC for any other text. 验证并读取同步应答。 */
  openSync(options: { keys: string; nonce: string; body: string }): { [key: string]: any };

  /**
   * What an `online` key of the root signed: a head, an order receipt, a recovery epoch.
   * E_SIGNATURE for anything else.
   * 验证并读取服务器签名的短文。
   */
  openNote(options: {
    purpose: 'head' | 'order' | 'recovery'; shop: string; root: Root; note: string;
  }): { [key: string]: any };

  /** A text with its MAC, for the device's own storage. 为本机存储的记录加校验码。 */
  sealRecord(options: { keys: string; name: string; text: string }): string;

  /** The text of a record; E_MAC when it was changed or has another name. */
  openRecord(options: { keys: string; name: string; record: string }): string;
}
