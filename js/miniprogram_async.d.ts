import type { MiniProgramOptions } from './miniprogram_pricing.js';
import type { AsyncEngine, AsyncEngineOptions } from './types.js';

export interface MiniProgramAsyncOptions extends MiniProgramOptions, AsyncEngineOptions {
  /**
   * The worker's file, or what makes the worker. The engine then runs there.
   * Worker 文件路径，或创建 Worker 的函数；引擎将在其中运行。
   */
  worker?: string | (() => any);
  /** `wx`, or what has its calls. 默认 `wx`。 */
  api?: any;
}

/**
 * The engine of a mini-program as promises: in a worker, in this thread, or priced by the server.
 * 小程序的异步引擎：在 Worker 中、在本线程中，或由服务器计价。
 */
export function createEngineAsync(options?: MiniProgramAsyncOptions): Promise<AsyncEngine>;
