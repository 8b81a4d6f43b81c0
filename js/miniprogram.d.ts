import type { Engine, EngineOptions } from './types.js';

export * from './types.js';
export * from './view.js';

export interface MiniProgramOptions extends EngineOptions {
  /**
   * Path in the package, or paths to try in turn. Default `/suanpan/suanpan.wasm.br`, then
   * `/suanpan/suanpan.wasm`.
   * wasm 在小程序包内的路径，可给多个依次尝试。
   */
  wasm?: string | string[];
  /** WXWebAssembly, or its like on a sibling platform. 默认 WXWebAssembly，可换成 TTWebAssembly。 */
  platform?: { instantiate(path: string, imports: object): Promise<any> };
  /**
   * The JavaScript twin, for hosts without WXWebAssembly: `fallback: () => require('…')`.
   * 无 WXWebAssembly 时改用的 JS 构建。
   */
  fallback?: () => unknown;
}

/**
 * The engine in a mini-program. After a trap calls throw `E_REVIVING` until the new instance runs.
 * 在小程序中创建引擎；引擎内部出错重启期间，调用会抛出 `E_REVIVING`。
 */
export function createEngine(options?: MiniProgramOptions): Promise<Engine>;
