// One worker of a replay. It gets chunks of log lines and answers with their tally, or with the
// number of replies that differ between the two builds.
import { workerData } from 'node:worker_threads';
import { enginePricer, nativePricer } from './pricers.js';
import { addReceipt, addRefused, emptyTally } from './tally.js';
import { requestsOf, serve } from './worker.js';

const { engine, book, bookPath, options } = workerData;
const pricers = {};

// Made when first needed: without a comparison there is no second one.
async function pricerOf(build) {
  pricers[build] ??= build === 'native'
    ? nativePricer(bookPath)
    : await enginePricer(build, Buffer.from(book));
  return pricers[build];
}

async function tallyOf(lines) {
  const { found, refused } = requestsOf(lines, options);
  const tally = emptyTally();
  for (const { number, error } of refused) addRefused(tally, error, number);
  const pricer = await pricerOf(engine);
  const texts = found.map(({ request }) => request);
  const replies = texts.length > 0 ? await pricer.price(texts) : [];
  replies.forEach((reply, index) => {
    const value = JSON.parse(reply.toString());
    if (value.totals) addReceipt(tally, value);
    else addRefused(tally, value, found[index].number);
  });
  return tally;
}

async function differencesIn(lines) {
  const texts = requestsOf(lines, options).found.map(({ request }) => request);
  if (texts.length === 0) return 0;
  const one = await (await pricerOf(engine)).price(texts);
  const other = await (await pricerOf(engine === 'native' ? 'wasm' : 'native')).price(texts);
  return texts.filter((_, index) => !other[index] || !one[index].equals(other[index])).length;
}

serve({ ready: () => pricerOf(engine).then(() => null), tally: tallyOf, compare: differencesIn },
  () => Object.values(pricers));
