// Mini-programs: `const { createEngine } = require('../suanpan/miniprogram.js')`.
import { createEngineOn } from './engine.js';
import { wxHost } from './host/wx.js';
import { wxLoad } from './host/wx_load.js';

/* global WXWebAssembly, wx, tt */
const ownPlatform = typeof WXWebAssembly === 'undefined' ? null : WXWebAssembly;
const defaultPaths = ['/suanpan/suanpan.wasm.br', '/suanpan/suanpan.wasm'];

export async function createEngine(options = {}) {
  const { wasm = defaultPaths, platform = ownPlatform, fallback } = options;
  return createEngineOn(await wxLoad({ wasm, platform, fallback }), options);
}

/** Storage, network and random numbers of this phone, for a shop. */
export function createHost(options = {}) {
  const ownApi = typeof wx === 'undefined' ? tt : wx;
  return wxHost(options.api || ownApi, options);
}

export * from './common.js';
export { bindPage } from './bind/page.js';
export {
  couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView, ruleTag, ruleTerms,
  ruleText,
} from './view/index.js';
