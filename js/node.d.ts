import type { Engine, EngineOptions } from './types.js';

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
