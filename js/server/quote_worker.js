// One thread that prices for those who can't: it has an engine and a book of its own, so a wallet
// that takes the search long keeps nobody else waiting.
import { parentPort, workerData } from 'node:worker_threads';
import { nodeLoad } from '../host/node_load.js';
import { engineOf } from './engines.js';

const { shop, book } = workerData;
const engine = await engineOf(await nodeLoad(), shop, book);

parentPort.on('message', ({ id, request }) => {
  try {
    parentPort.postMessage({ id, receipt: engine.quote(request) });
  } catch (error) {
    if (error.name !== 'SuanpanError') throw error;
    parentPort.postMessage({ id, error: error.toJSON() });
  }
});
parentPort.postMessage({ ready: true });
