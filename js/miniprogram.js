// Mini-programs: `const { createEngine } = require('../suanpan/miniprogram.js')`.
import { ownApi } from './host/own_platform.js';
import { wxHost } from './host/wx.js';

/** Storage, network and random numbers of this phone, for a shop. */
export function createHost({ api = ownApi(), namespace } = {}) {
  return wxHost(api, { namespace });
}

export { createEngine, createEngineAsync } from './miniprogram_pricing.js';
export * from './common.js';
export {
  createShop, emptyCart, lineKey, quoteRequest, reduceCart, requestLineId,
} from './shop/index.js';
export { cartBehavior } from './bind/behavior.js';
export { createCart } from './bind/cart.js';
export { bindPage } from './bind/page.js';
export {
  asColumns, changesView, couponSheetView, detailView, lineCutsView, namesOf, patch, receiptView,
  refusalText, ruleTag, ruleTerms, ruleText, shopView,
} from './view/index.js';
