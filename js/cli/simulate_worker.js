// One worker of a simulation: chunks of log lines in, their differences out.
import { workerData } from 'node:worker_threads';
import { orderOf } from './orders.js';
import { enginePricer, nativePricer } from './pricers.js';
import { addPair, addUnread, emptyDifferences } from './simulate_tally.js';
import { requestsOf, serve } from './worker.js';

const { engine, books, top, options } = workerData;

const pricers = Promise.all(books.map(({ path, bytes }) => (engine === 'native'
  ? nativePricer(path)
  : enginePricer(engine, Buffer.from(bytes)))));

async function differencesOf(lines) {
  const figures = emptyDifferences();
  const { found, refused } = requestsOf(lines, options);
  for (const { number, error } of refused) addUnread(figures, error, number);
  const orders = [];
  for (const { line, number, request } of found) {
    try {
      orders.push({ line: number, text: request, order: orderOf(line.text, number) });
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

serve({ ready: () => pricers.then(() => null), differences: differencesOf }, () => pricers);
