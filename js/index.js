// Web pages: `import { createEngine } from 'suanpan'`.
import { createEngineOn } from './engine.js';
import { createEngineAsyncOn, threadStep } from './engine_async.js';
import { fullVerbs } from './engine_full.js';
import { fetchHttp } from './host/fetch_http.js';
import { serverSteps } from './host/server_step.js';
import { text } from './host/text.js';
import { webHost } from './host/web.js';
import { webLoad } from './host/web_load.js';
import { forWorker, webWorker } from './host/web_worker.js';
import { workerSteps } from './host/worker_step.js';
import { engineOptions } from './options.js';

const own = 'wasm? fallback?';

export async function createEngine(options = {}) {
  return createEngineOn(await webLoad(engineOptions(options, own)), options, fullVerbs);
}

export async function createEngineAsync(options = {}) {
  const { worker, wasm = './suanpan.wasm' } = engineOptions(options, `${own} server? worker?`);
  return createEngineAsyncOn([
    ...workerSteps(worker && webWorker(worker), worker && forWorker(wasm), text),
    threadStep(() => webLoad(options)),
    ...serverSteps(options.server, fetchHttp, text),
  ], options, fullVerbs);
}

/** Storage, network, random numbers and keys of this page, for a shop. */
export const createHost = webHost;

export * from './common.js';
export { orderRecord } from './order_record.js';
export {
  createShop, emptyCart, lineKey, quoteRequest, reduceCart, requestLineId,
} from './shop/index.js';
export { createCart } from './bind/cart.js';
export { bindPage } from './bind/page.js';
export {
  asColumns, barView, changesView, couponSheetView, detailView, lineCutsView, namesOf, patch,
  receiptView, refusalText, ruleTag, ruleTerms, ruleText, shopView, tierText,
} from './view/index.js';
