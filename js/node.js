// Node: `import { createEngine } from 'suanpan/node'`.
import { createEngineOn } from './engine.js';
import { createEngineAsyncOn, threadStep } from './engine_async.js';
import { fullVerbs } from './engine_full.js';
import { fetchHttp } from './host/fetch_http.js';
import { nodeHost } from './host/node.js';
import { nodeLoad } from './host/node_load.js';
import { serverSteps } from './host/server_step.js';
import { text } from './host/text.js';
import { engineOptions } from './options.js';

const own = 'wasm? build?';

export async function createEngine(options = {}) {
  return createEngineOn(await nodeLoad(engineOptions(options, own)), options, fullVerbs);
}

export async function createEngineAsync(options = {}) {
  return createEngineAsyncOn([
    threadStep(() => nodeLoad(options)),
    ...serverSteps(engineOptions(options, `${own} server?`).server, fetchHttp, text),
  ], options, fullVerbs);
}

/** Storage, network and random numbers of this process, for a shop. */
export const createHost = nodeHost;

export * from './common.js';
export { orderRecord } from './order_record.js';
export {
  createShop, emptyCart, lineKey, quoteRequest, reduceCart, requestLineId,
} from './shop/index.js';
