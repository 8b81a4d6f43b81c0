// Measures the workloads on one host. Used by Node and, bundled, by jsc.
import { createEngineOn } from '../../js/engine.js';
import { enter } from '../../js/module.js';
import { measureShelf } from './shelf.js';
import { workloads } from './workload.js';

function statistics(samples) {
  samples.sort((a, b) => a - b);
  const at = (share) => samples[Math.min(samples.length - 1, Math.floor(samples.length * share))];
  const round = (us) => Math.round(us * 100) / 100;
  const found = { n: samples.length, median_us: round(at(0.5)) };
  // Fewer samples than this have no hundredth part.
  if (samples.length >= 100) found.p99_us = round(at(0.99));
  return found;
}

// clock: microseconds. Runs for a quarter of the time unmeasured first.
async function timed(work, clock, budgetUs) {
  const samples = [];
  const warmEnd = clock() + budgetUs / 4;
  while (clock() < warmEnd) await work();
  const end = clock() + budgetUs;
  let before = clock();
  do {
    const pending = work();
    // Only what is asynchronous is waited for: a tick would be the larger part of a short call.
    if (pending instanceof Promise) await pending;
    const after = clock();
    samples.push(after - before);
    before = clock();
  } while (before < end || samples.length < 3);
  return statistics(samples);
}

const unsigned = { unsignedBookForDevelopment: true };
const rawText = (host) => ({ write: host.text.write, read: (bytes) => bytes.length });

// A published book under a pinned root, from bytes to the first quote that is possible.
async function measureSigned(name, host, clock, budgetUs, emit) {
  for (const { name: what, shop, root, book } of host.signed) {
    const load = async () => (await createEngineOn(host, { shop, root })).load(book, { now: 1 });
    emit({ name: what, host: name, verb: 'load', ...await timed(load, clock, budgetUs),
      bytes: book.length });

    // The same in steps: how long the longest of each load holds up its page.
    const longest = [];
    const inSteps = async () => {
      const engine = await createEngineOn(host, { shop, root });
      const steps = [];
      let before = clock();
      const pause = async () => {
        steps.push(clock() - before);
        before = clock();
      };
      await engine.load(book, { now: 1, pause });
      await pause();
      longest.push(Math.max(...steps));
    };
    await timed(inSteps, clock, budgetUs);
    emit({ name: `${what}, longest step`, host: name, ...statistics(longest) });
  }
}

/**
 * host: see js/host, and `bytes(text)`, `signed`, what signed.js gives, and `model`, what model.js
 * gives; emit gets one object a measurement.
 */
export async function measureHost(name, host, clock, budgetUs, emit) {
  await measureSigned(name, host, clock, budgetUs, emit);
  await measureShelf(name, host, (work) => timed(work, clock, budgetUs), emit);
  const engine = await createEngineOn(host);
  const exports = await host.start();
  exports._initialize();
  for (const { name: what, verb, book, request } of workloads()) {
    const isLoad = verb === 'load' || verb === 'open';
    if (book) {
      await engine.load(book, unsigned);
      enter(exports, 'sp_book_load', host.bytes(JSON.stringify(book)), rawText(host));
    }
    const text = request === undefined ? '' : JSON.stringify(request);
    const input = request instanceof Uint8Array ? request : host.bytes(text);
    const exportName = isLoad ? `sp_book_${verb}` : `sp_${verb}`;
    const { status, reply } = enter(exports, exportName, input, rawText(host));
    if (status < 0) throw new Error(`${what}: error ${status}`);
    // A book is loaded once by an instance; replacing one reads it twice.
    const firstLoad = async () => (await createEngineOn(host)).load(input, unsigned);
    const round = isLoad ? firstLoad : () => engine[verb](request);
    emit({ name: what, host: name, verb: isLoad ? 'load' : verb,
      ...await timed(round, clock, budgetUs), bytes: reply });

    // The verb only: the request lies in its area still, the reply is not read.
    if (isLoad) continue;
    const alone = () => exports[exportName](input.length);
    emit({ name: `${what}, engine alone`, host: name, ...await timed(alone, clock, budgetUs) });
  }
}
