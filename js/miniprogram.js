// Mini-programs: `const { createEngine } = require('../suanpan/miniprogram.js')`.
import { createEngineOn } from './engine.js';
import { wxHost } from './host/wx.js';

/* global WXWebAssembly */
const ownPlatform = typeof WXWebAssembly === 'undefined' ? null : WXWebAssembly;
const defaultPaths = ['/suanpan/suanpan.wasm.br', '/suanpan/suanpan.wasm'];

export async function createEngine(options = {}) {
  const { wasm = defaultPaths, platform = ownPlatform, fallback } = options;
  return createEngineOn(await wxHost({ wasm, platform, fallback }), options);
}

export * from './common.js';
export { bindPage } from './bind/page.js';
export {
  couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView, ruleTag, ruleTerms,
  ruleText,
} from './view/index.js';
