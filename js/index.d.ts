import type { Host, HostOptions } from './host.js';
import type {
  AsyncEngine, AsyncEngineOptions, Engine, EngineOptions, Fallback,
} from './types.js';

export * from './bind.js';
export * from './host.js';
export * from './order_record.js';
export * from './shop.js';
export * from './types.js';
export * from './view.js';

export interface WebOptions extends EngineOptions {
  /**
   * Path or URL, bytes, or a compiled module. Default `./suanpan.wasm`, relative to the page.
   * wasm 的路径、字节或已编译模块；默认取页面同目录的 `./suanpan.wasm`。
   */
  wasm?: string | URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module;
  /**
   * The JavaScript twin, for pages without WebAssembly: `() => import('suanpan/twin')`.
   * 无法使用 WebAssembly 时改用的 JS 构建。
   */
  fallback?: Fallback;
}

export interface WebAsyncOptions extends WebOptions, AsyncEngineOptions {
  /**
   * Makes a Worker of `suanpan/worker`: the engine then runs there, and the page goes on scrolling
   * while it prices. A worker that can't be had is named in `mode.reasons`.
   * 以 `suanpan/worker` 创建 Worker 的函数；引擎在其中运行，计价时页面不卡顿。
   */
  worker?: () => Worker;
}

/**
 * The engine in a web page.
 * 在网页中创建引擎。
 */
export function createEngine(options?: WebOptions): Promise<Engine>;

/**
 * The same with promises; where no engine runs, the server prices.
 * 同名的异步引擎；本机无法运行时可由服务器计价。
 */
export function createEngineAsync(options?: WebAsyncOptions): Promise<AsyncEngine>;

/** Storage, network, random numbers and keys of this page. 本页面的存储、网络、随机数与密钥。 */
export function createHost(options?: HostOptions): Host;
