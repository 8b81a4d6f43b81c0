// The thread of listener.js: a port, and between the two node:http.
import { parentPort, workerData } from 'node:worker_threads';
import { handler, serve } from './http.js';

const { host, port, origins, proxies } = workerData;
const waiting = new Map();
let asks = [];
let number = 0;

function send() {
  parentPort.postMessage({ asks });
  asks = [];
}

const answer = (ask) => new Promise((resolve) => {
  number += 1;
  waiting.set(number, resolve);
  // Behind all that this turn has read.
  if (asks.length === 0) setImmediate(send);
  asks.push({ id: number, ask });
});

const http = serve(handler(answer, { origins, proxies }));

parentPort.on('message', async ({ answers = [], graceMs }) => {
  answers.forEach(({ id, outcome }) => {
    waiting.get(id)(outcome);
    waiting.delete(id);
  });
  if (graceMs === undefined) return;
  await http.close(graceMs);
  parentPort.postMessage({ closed: true });
});

// A clone of an error keeps its message alone.
http.server.once('error', (error) =>
  parentPort.postMessage({ bound: { failure: { ...error, message: error.message } } }));
http.server.listen(port, host, () =>
  parentPort.postMessage({ bound: { port: http.server.address().port } }));
