// What a shop needs of the phone or page it runs on. `createHost` of each entry makes one; a shop
// on another platform brings its own object of this shape.

/** Text under keys, asynchronous. 键值存储，异步。 */
export interface KeyValues {
  /** The value, null when there is none. 取值，没有则为 null。 */
  get(key: string): Promise<string | null>;
  /**
   * Keeps at most 700 KB. Rejects with `E_QUOTA` when the device is full; the value before stays.
   * `secret`: encrypted where the host can.
   * 保存，单值至多 700 KB；空间不足时以 `E_QUOTA` 拒绝，原值不变。`secret` 表示尽可能加密保存。
   */
  set(key: string, text: string, options?: { secret?: boolean }): Promise<void>;
  remove(key: string): Promise<void>;
  /** Keys that begin with `prefix`, sorted. 以 `prefix` 开头的键，已排序。 */
  keys(prefix?: string): Promise<string[]>;
}

export interface HttpRequest {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';
  url: string;
  headers?: { [name: string]: string };
  body?: string | Uint8Array;
  /** Default 10 s. 缺省 10 秒。 */
  timeoutMs?: number;
  responseType?: 'text' | 'bytes';
}

export interface HttpAnswer {
  /** Whatever HTTP says, 404 and 500 as well. 任何 HTTP 状态都算有回应。 */
  status: number;
  /** Names in lower case. 名称均为小写。 */
  headers: { [name: string]: string };
  body: string | Uint8Array;
}

export interface Http {
  /**
   * Rejects only when nothing answered: `E_NETWORK`, `E_TIMEOUT`.
   * 仅在没有任何回应时拒绝：`E_NETWORK`、`E_TIMEOUT`。
   */
  request(request: HttpRequest): Promise<HttpAnswer>;
}

export interface Random {
  /** Secure random bytes, or `E_RANDOM` where there are none. 安全随机数；没有则 `E_RANDOM`。 */
  bytes(length: number): Promise<Uint8Array>;
}

/** HMAC-SHA256 by keys that no script can read. 用脚本无法读取的密钥计算 HMAC-SHA256。 */
export interface Signer {
  hmac(keyId: string, bytes: Uint8Array): Promise<Uint8Array>;
  keep(keyId: string, key: Uint8Array): Promise<void>;
  forget(keyId: string): Promise<void>;
}

export interface Host {
  /** The store of the host's name space. 本命名空间的存储。 */
  kv: KeyValues;
  /** A store of another name space: text, or a list such as `[shop, member]`. 其他命名空间。 */
  kvFor(namespace: string | string[]): KeyValues;
  http: Http;
  random: Random;
  /** Null where the engine signs by itself. 为 null 时由引擎自行签名。 */
  sign: Signer | null;
  /**
   * Joins the tabs of a shop, of which one writes; absent where there is one page only.
   * 加入同一商户的多个标签页，其中一个负责写入；单页环境没有。
   */
  joinTabs?(shop: string, own: {
    clock: { now(): number; after(ms: number, work: () => void): () => void };
    name: string;
    onLead(): Promise<void>;
    onState(state: any): void;
    perform(method: string, args: any): Promise<any>;
    stateOf(): any;
  }): {
    readonly isLead: boolean;
    ready: Promise<void>;
    publish(): void;
    ask(method: string, args: any): Promise<any>;
  };
}

export interface HostOptions {
  /**
   * Whose values these are: `[shop, member]`. What one member did never goes out under another.
   * 数据归属，如 `[门店, 会员]`；甲的数据绝不会以乙的名义发出。
   */
  namespace?: string | string[];
}
