import type { EngineOptions, Fallback, PricingEngine } from './types.js';

export * from './types.js';

export interface MiniProgramOptions extends EngineOptions {
  /**
   * A file or a folder (ending in `/`) in the package, or a list of them to try in turn. Default:
   * `/suanpan/`, `/miniprogram_npm/suanpan/`, `/static/suanpan/`.
   * wasm 在小程序包内的文件或目录（以 `/` 结尾），可给多个依次尝试。
   */
  wasm?: string | string[];
  /**
   * WXWebAssembly, or its like on a sibling platform.
   * 默认取 WXWebAssembly 或 TTWebAssembly，也可自行传入。
   */
  platform?: { instantiate(path: string, imports: object): Promise<any> } | null;
  /**
   * The JavaScript twin, for hosts without WebAssembly: `() => require('…/suanpan.wasm2js.js')`.
   * 无 WebAssembly 时改用的 JS 构建。
   */
  fallback?: Fallback;
}

/**
 * The engine in a mini-program. After a trap calls throw `E_REVIVING` until the new instance runs.
 * 在小程序中创建引擎；引擎内部出错重启期间，调用会抛出 `E_REVIVING`。
 */
export function createEngine(options?: MiniProgramOptions): Promise<PricingEngine>;
