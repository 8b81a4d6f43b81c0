import type { Engine, EngineOptions } from './types.js';

export * from './types.js';
export * from './view.js';

export interface WebOptions extends EngineOptions {
  /**
   * Path or URL, bytes, or a compiled module. Default `./suanpan.wasm`, relative to the page.
   * wasm 的路径、字节或已编译模块；默认取页面同目录的 `./suanpan.wasm`。
   */
  wasm?: string | URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module;
  /**
   * The JavaScript twin, for pages without WebAssembly:
   * `fallback: () => import('./suanpan.wasm2js.mjs')`.
   * 无法使用 WebAssembly 时改用的 JS 构建。
   */
  fallback?: () => unknown;
}

/**
 * The engine in a web page.
 * 在网页中创建引擎。
 */
export function createEngine(options?: WebOptions): Promise<Engine>;
