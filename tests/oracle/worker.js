// One thread of a run: takes blocks of carts, one after the other, until it is told to stop.

import { parentPort, workerData } from 'node:worker_threads';
import { checkCarts } from './check.js';
import { openEngine } from './engines.js';

const engine = await openEngine(workerData.engine);

parentPort.on('message', async (block) => {
  if (block === null) {
    engine.close();
    parentPort.close();
    return;
  }
  const report = (failure) => parentPort.postMessage({ failure });
  const result = await checkCarts(engine, { ...workerData, ...block }, report);
  parentPort.postMessage({ block, result });
});
parentPort.postMessage({ ready: true });
