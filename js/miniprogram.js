// Mini-programs: `const { createEngine } = require('../suanpan/miniprogram.js')`.
import { ownApi } from './host/own_platform.js';
import { wxHost } from './host/wx.js';

/** Storage, network and random numbers of this phone, for a shop. */
export function createHost({ api = ownApi(), namespace } = {}) {
  return wxHost(api, { namespace });
}

export { createEngine, createEngineAsync } from './miniprogram_pricing.js';
export * from './common.js';
export { cartBehavior } from './bind/behavior.js';
export { createCart } from './bind/cart.js';
export { bindPage } from './bind/page.js';
export {
  asColumns, couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView,
  ruleTag, ruleTerms, ruleText,
} from './view/index.js';
