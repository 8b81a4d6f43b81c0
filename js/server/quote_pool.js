// `POST /v1/quote`: worker threads that price, one request each at a time, with a limit of time.
//
// A member has one request with a thread and one more that waits, so whoever asks without end keeps
// others waiting for one price of his at most, and pays for the time that his prices took.
import { Worker } from 'node:worker_threads';
import { SuanpanError } from '../error.js';
import { HttpError } from './refused.js';

const QUOTE_MS = 2000;
const START_MS = 15000;
const WAITING_MAX = 64;
const OWN_MAX = 2;

/** shop: its id; book(): the current book. */
export function openQuotePool({ shop, book, threads = 2, quoteMs = QUOTE_MS }) {
  const slots = Array.from({ length: threads }, () => ({ worker: null, digest: '', job: null }));
  let waiting = [];
  let number = 0;
  let isClosed = false;

  // Takes the job out of a slot; the time that it took is its member's, however it ended.
  function end(slot) {
    const { job } = slot;
    slot.job = null;
    clearTimeout(job.timer);
    if (job.sentMs !== null) job.charge(performance.now() - job.sentMs);
    return job;
  }

  function drop(slot, error) {
    const { worker } = slot;
    const job = slot.job && end(slot);
    Object.assign(slot, { worker: null, digest: '' });
    if (worker) worker.terminate();
    if (job) job.reject(error);
    next();
  }

  const late = (slot) => drop(slot, new HttpError(503, 'E_BUSY', 'this price takes too long'));

  function start(slot, { digest, file, rootFile, manifest }) {
    const worker = new Worker(new URL('./quote_worker.js', import.meta.url), {
      workerData: { shop, book: { digest, file, rootFile, manifest } },
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    Object.assign(slot, { worker, digest });
    worker.unref();
    worker.on('error', () => slot.worker === worker
      && drop(slot, new HttpError(500, 'E_TRAP', 'the price could not be computed')));
    worker.on('message', (answer) => {
      const { job } = slot;
      if (slot.worker !== worker || !job) return;
      if (answer.ready) {
        clearTimeout(job.timer);
        send(slot);
        return;
      }
      if (answer.id !== job.id) return;
      // Where this thread was held up, an answer may be seen before the timer that it came after.
      if (performance.now() - job.sentMs > quoteMs) {
        late(slot);
        return;
      }
      end(slot);
      if (answer.error) {
        const { code, path, message, split } = answer.error;
        job.reject(new SuanpanError(code, path, message, split));
      } else job.resolve(answer.receipt);
      next();
    });
  }

  function send(slot) {
    const { job } = slot;
    job.timer = setTimeout(late, quoteMs, slot);
    job.sentMs = performance.now();
    try {
      slot.worker.postMessage({ id: job.id, text: job.text });
    } catch (error) {
      drop(slot, error);
    }
  }

  function give(slot, job) {
    const current = book();
    if (!current) {
      job.reject(new HttpError(503, 'E_BUSY', 'no book is published'));
      return;
    }
    slot.job = job;
    if (slot.worker && slot.digest !== current.digest) {
      slot.worker.terminate();
      slot.worker = null;
    }
    if (slot.worker) {
      send(slot);
      return;
    }
    job.timer = setTimeout(() =>
      drop(slot, new HttpError(503, 'E_BUSY', 'no engine starts')), START_MS);
    try {
      start(slot, current);
    } catch (error) {
      drop(slot, error);
    }
  }

  const isPriced = (member) => slots.some(({ job }) => job && job.member === member);

  function next() {
    for (;;) {
      const slot = slots.find(({ job }) => job === null);
      const job = waiting.find(({ member }) => !isPriced(member));
      if (!slot || !job) return;
      waiting = waiting.filter((one) => one !== job);
      give(slot, job);
    }
  }

  return {
    /** The receipt of a body's text; charge(ms) is told what it took of a thread. */
    quote(member, text, charge = () => {}) {
      const own = waiting.filter((job) => job.member === member).length;
      if (own + (isPriced(member) ? 1 : 0) >= OWN_MAX) {
        return Promise.reject(new HttpError(429, 'E_BUSY', 'a price is on its way'));
      }
      if (isClosed || waiting.length >= WAITING_MAX) {
        return Promise.reject(new HttpError(503, 'E_BUSY'));
      }
      return new Promise((resolve, reject) => {
        number += 1;
        waiting.push({ id: number, member, text, charge, resolve, reject, sentMs: null });
        next();
      });
    },
    async close() {
      isClosed = true;
      await Promise.all(slots.map(({ worker }) => worker && worker.terminate()));
    },
  };
}
