import type { Host, HostOptions } from './host.js';
import type { MiniProgramAsyncOptions } from './miniprogram_async.js';
import type { MiniProgramOptions } from './miniprogram_pricing.js';
import type { AsyncEngine, Engine } from './types.js';

export * from './host.js';
export * from './order_record.js';
export * from './shop.js';

/**
 * The engine with every verb; it wants the module of `miniprogram_optional/full/`. After a trap
 * calls throw `E_REVIVING` until the new instance runs.
 * 完整引擎，需要 `miniprogram_optional/full/` 中的模块；内部出错重启期间，调用会抛出 `E_REVIVING`。
 */
export function createEngine(options?: MiniProgramOptions): Promise<Engine>;

/**
 * The same with promises: in a worker, in this thread, or priced by the server.
 * 同名的异步引擎：在 Worker 中、在本线程中，或由服务器计价。
 */
export function createEngineAsync(options?: MiniProgramAsyncOptions): Promise<AsyncEngine>;

/**
 * Storage, network and random numbers of this phone. `api`: `wx`, or what has its calls.
 * `prefetched`: what WeChat fetched before the page was there, or null.
 * 本机的存储、网络与随机数；`prefetched` 取数据预拉取的内容，没有则为 null。
 */
export function createHost(options?: HostOptions & { api?: any }): Host & {
  prefetched(fetchType: 'pre' | 'periodic'): Promise<string | null>;
};
