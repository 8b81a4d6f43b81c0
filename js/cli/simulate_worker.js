// One worker of a simulation: chunks of log lines in, their differences out.
import { parentPort, workerData } from 'node:worker_threads';
import { orderOf, requestOf } from './orders.js';
import { enginePricer, nativePricer } from './pricers.js';
import { addPair, addUnread, emptyDifferences } from './simulate_tally.js';

const { engine, books, top, options } = workerData;

const pricers = Promise.all(books.map(({ path, bytes }) => (engine === 'native'
  ? nativePricer(path)
  : enginePricer(engine, Buffer.from(bytes)))));

async function differencesOf(lines) {
  const figures = emptyDifferences();
  const orders = [];
  for (const { number, text } of lines) {
    try {
      orders.push({ line: number, text: JSON.stringify(requestOf(text, options)),
        order: orderOf(text, number) });
    } catch (error) {
      addUnread(figures, error, number);
    }
  }
  if (orders.length === 0) return figures;
  const replies = [];
  for (const pricer of await pricers) {
    replies.push(await pricer.price(orders.map(({ text }) => text)));
  }
  orders.forEach((about, i) => {
    const [old, next] = replies.map((reply) => JSON.parse(reply[i].toString()));
    addPair(figures, about, old, next, top);
  });
  return figures;
}

const work = { ready: () => pricers.then(() => null), differences: differencesOf };

parentPort.on('message', async ({ what, lines }) => {
  if (what === 'stop') {
    for (const pricer of await pricers) pricer.close();
    parentPort.close();
    return;
  }
  try {
    parentPort.postMessage({ result: await work[what](lines) });
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});
