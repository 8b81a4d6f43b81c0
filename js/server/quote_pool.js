// `POST /v1/quote`: worker threads that price, one request each at a time, with a limit of time.
import { Worker } from 'node:worker_threads';
import { SuanpanError } from '../error.js';
import { HttpError } from './refused.js';

const QUOTE_MS = 2000;
const START_MS = 15000;
const WAITING_MAX = 64;

/** shop: its id; book(): the current book. */
export function openQuotePool({ shop, book, threads = 2, quoteMs = QUOTE_MS }) {
  const slots = Array.from({ length: threads }, () => ({ worker: null, digest: '', job: null }));
  let waiting = [];
  let number = 0;
  let isClosed = false;

  function drop(slot, error) {
    const { worker, job } = slot;
    Object.assign(slot, { worker: null, digest: '', job: null });
    if (worker) worker.terminate();
    if (job) {
      clearTimeout(job.timer);
      job.reject(error);
    }
    next();
  }

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
      clearTimeout(job.timer);
      if (answer.ready) {
        send(slot);
        return;
      }
      if (answer.id !== job.id) return;
      slot.job = null;
      if (answer.error) {
        const { code, path, message, split } = answer.error;
        job.reject(new SuanpanError(code, path, message, split));
      } else job.resolve(answer.receipt);
      next();
    });
  }

  function send(slot) {
    const { job } = slot;
    job.timer = setTimeout(() =>
      drop(slot, new HttpError(503, 'E_BUSY', 'this price takes too long')), quoteMs);
    slot.worker.postMessage({ id: job.id, request: job.request });
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

  function next() {
    for (;;) {
      const slot = slots.find(({ job }) => job === null);
      if (!slot || waiting.length === 0) return;
      const [job, ...rest] = waiting;
      waiting = rest;
      give(slot, job);
    }
  }

  return {
    quote(request) {
      if (isClosed || waiting.length >= WAITING_MAX) {
        return Promise.reject(new HttpError(503, 'E_BUSY'));
      }
      return new Promise((resolve, reject) => {
        number += 1;
        waiting.push({ id: number, request, resolve, reject });
        next();
      });
    },
    async close() {
      isClosed = true;
      await Promise.all(slots.map(({ worker }) => worker && worker.terminate()));
    },
  };
}
