// One thread that prices for those who can't: it has an engine and a book of its own, so a wallet
// that takes the search long keeps nobody else waiting. It reads the text of a request itself, for
// what is nested too deeply can't even be handed from thread to thread.
import { parentPort, workerData } from 'node:worker_threads';
import { refuse } from '../error.js';
import { nodeLoad } from '../host/node_load.js';
import { engineOf } from './engines.js';

const { shop, book } = workerData;
const engine = await engineOf(await nodeLoad(), shop, book);

function requestOf(text) {
  let body = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Answered below.
  }
  const isObject = body !== null && typeof body === 'object' && !Array.isArray(body);
  return isObject ? body.request : refuse('E_JSON', 'the body has to be a JSON object');
}

parentPort.on('message', ({ id, text }) => {
  try {
    parentPort.postMessage({ id, receipt: engine.quote(requestOf(text)) });
  } catch (error) {
    if (error.name !== 'SuanpanError') throw error;
    parentPort.postMessage({ id, error: error.toJSON() });
  }
});
parentPort.postMessage({ ready: true });
