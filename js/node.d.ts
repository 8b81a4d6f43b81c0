import type { Host, HostOptions } from './host.js';
import type { AsyncEngine, AsyncEngineOptions, Engine, EngineOptions } from './types.js';

export * from './host.js';
export * from './order_record.js';
export * from './shop.js';
export * from './types.js';

export interface NodeOptions extends EngineOptions {
  /**
   * Path, `file:` URL, bytes, or a compiled module. Default: the package's own file.
   * wasm 的路径、字节或已编译模块；默认用包内自带的文件。
   */
  wasm?: string | URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module;
  /** `wasm2js` runs the JavaScript twin. 可改用 JS 构建。 */
  build?: 'wasm' | 'wasm2js';
}

/**
 * The engine in Node.
 * 在 Node 中创建引擎。
 */
export function createEngine(options?: NodeOptions): Promise<Engine>;

/**
 * The same with promises; where no engine runs, the server prices.
 * 同名的异步引擎；本机无法运行时可由服务器计价。
 */
export function createEngineAsync(options?: NodeOptions & AsyncEngineOptions): Promise<AsyncEngine>;

/**
 * Storage, network and random numbers of this process. Without `folder` values live in memory.
 * 本进程的存储、网络与随机数；不给 `folder` 时数据只在内存中。
 */
export function createHost(options?: HostOptions & { folder?: string }): Host;
