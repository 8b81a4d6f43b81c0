// One worker of a replay. It gets chunks of log lines and answers with their tally, or with the
// number of replies that differ between the two builds.
import { parentPort, workerData } from 'node:worker_threads';
import { requestOf } from './orders.js';
import { enginePricer, nativePricer } from './pricers.js';
import { addReceipt, addRefused, emptyTally } from './tally.js';

const { engine, book, bookPath, options } = workerData;
const pricers = {};

// Made when first needed: without a comparison there is no second one.
async function pricerOf(build) {
  pricers[build] ??= build === 'native'
    ? nativePricer(bookPath)
    : await enginePricer(build, Buffer.from(book));
  return pricers[build];
}

// { texts, numbers, refused }: a line that is no order has no request to price.
function requestsOf(lines) {
  const found = { texts: [], numbers: [], refused: [] };
  for (const { number, text } of lines) {
    try {
      found.texts.push(JSON.stringify(requestOf(text, options)));
      found.numbers.push(number);
    } catch (error) {
      found.refused.push({ number, error });
    }
  }
  return found;
}

async function tallyOf(lines) {
  const { texts, numbers, refused } = requestsOf(lines);
  const tally = emptyTally();
  for (const { number, error } of refused) addRefused(tally, error, number);
  const pricer = await pricerOf(engine);
  const replies = texts.length > 0 ? await pricer.price(texts) : [];
  replies.forEach((reply, index) => {
    const value = JSON.parse(reply.toString());
    if (value.totals) addReceipt(tally, value);
    else addRefused(tally, value, numbers[index]);
  });
  return tally;
}

async function differencesIn(lines) {
  const { texts } = requestsOf(lines);
  if (texts.length === 0) return 0;
  const one = await (await pricerOf(engine)).price(texts);
  const other = await (await pricerOf(engine === 'native' ? 'wasm' : 'native')).price(texts);
  return texts.filter((_, index) => !other[index] || !one[index].equals(other[index])).length;
}

const work = { ready: () => pricerOf(engine).then(() => null), tally: tallyOf,
  compare: differencesIn };

parentPort.on('message', async ({ what, lines }) => {
  if (what === 'stop') {
    for (const pricer of Object.values(pricers)) pricer.close();
    parentPort.close();
    return;
  }
  try {
    parentPort.postMessage({ result: await work[what](lines) });
  } catch (error) {
    parentPort.postMessage({ error: error.message });
  }
});
