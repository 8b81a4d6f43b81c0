// One share of a run, in a thread of its own.

import { parentPort, workerData } from 'node:worker_threads';
import { checkRange } from './check.js';

const result = await checkRange(workerData, (failure) => parentPort.postMessage({ failure }));
parentPort.postMessage({ result });
