// Mini-programs, the cart that keeps, syncs and orders: `require('suanpan/client.js')`. Its engine
// has every verb, so it wants the module of miniprogram_optional/full/.
import { fullVerbs } from './engine_full.js';
import { ownApi } from './host/own_platform.js';
import { wxHost } from './host/wx.js';
import { engineMaker } from './miniprogram_engine.js';
import { asyncEngineMaker } from './miniprogram_engine_async.js';

export const createEngine = engineMaker(fullVerbs);
export const createEngineAsync = asyncEngineMaker(fullVerbs);

/** Storage, network and random numbers of this phone, for a shop. */
export function createHost({ api = ownApi(), namespace } = {}) {
  return wxHost(api, { namespace });
}

export { orderRecord } from './order_record.js';
export {
  createShop, emptyCart, lineKey, quoteRequest, reduceCart, requestLineId,
} from './shop/index.js';
