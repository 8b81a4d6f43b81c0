// The engine in a worker, so that a long search never holds up a tap. This side sends,
// js/worker_answers.js answers.
//
//   { id, work: 'start', wasm }           → { id, reply: mode }
//   { id, work: 'load' | 'call', verb, text | binary }  → { id, reply: text } or { id, error }
//
// Before base library 2.20.2 a message is plain JSON, so bytes cross as a string with a byte a
// character. WeChat lets an app have one worker, wants its file in the `workers` folder of
// app.json, and the module outside of that folder. iOS may take an experimental worker away.
import { SuanpanError } from '../error.js';
import { named } from '../ladder.js';

const startMs = 5000;
// The longest search or load of a slow phone is far below it.
const answerMs = 30000;
const chunkSize = 4096;

/** Bytes as a string with a character for each. */
export function binaryOf(bytes) {
  let binary = '';
  for (let from = 0; from < bytes.length; from += chunkSize) {
    binary += String.fromCharCode.apply(null, bytes.subarray(from, from + chunkSize));
  }
  return binary;
}

const errorOf = ({ code, path, message, split, reason, reasons }) =>
  Object.assign(new SuanpanError(code, path, message, split),
    reasons ? { reason, reasons } : {});

// Questions and answers over one worker. `lost` is called when it dies or says nothing any more.
function talkTo(worker, lost) {
  const waiting = {};
  let lastId = 0;
  // What it ended by.
  let over = null;

  function taken(id) {
    const one = waiting[id];
    delete waiting[id];
    if (one) clearTimeout(one.timer);
    return one;
  }

  function giveUp(error) {
    over = error;
    Object.keys(waiting).forEach((id) => taken(id).reject(error));
    lost();
  }

  const died = (cause) => giveUp(Object.assign(new SuanpanError('E_TRAP'), { cause }));

  /** Every call that waits is answered by the error. */
  function end(error) {
    worker.terminate();
    giveUp(error);
  }

  worker.onMessage(({ id, reply, error }) => {
    const one = taken(id);
    if (!one) return;
    if (error) one.reject(errorOf(error));
    else one.resolve(reply);
  });
  if (worker.onError) worker.onError(died);
  if (worker.onProcessKilled) worker.onProcessKilled(died);

  return {
    ask: (question, limitMs = answerMs) => new Promise((resolve, reject) => {
      lastId += 1;
      const timer = setTimeout(() => {
        worker.terminate();
        died(new Error(`no answer within ${limitMs} ms`));
      }, limitMs);
      waiting[lastId] = { resolve, reject, timer };
      worker.postMessage(Object.assign({ id: lastId }, question));
    }),
    end,
    checkAlive() {
      if (over) throw over;
    },
  };
}

// What a new worker loads again, each for the one before it. A model or a history that the book of
// today refuses is left out, as the engine in this thread leaves it out.
const kinds = [/^sp_book_/, /^sp_model_/, /^sp_history$/];
const placeOf = ({ verb }) => kinds.findIndex((kind) => kind.test(verb));

async function loadAgain(talk, kept) {
  for (const question of kept) {
    try {
      await talk.ask(question);
    } catch (error) {
      if (question === kept[0]) throw error;
      return;
    }
  }
}

const asInput = (input) => (typeof input === 'string' ? { text: input }
  : { binary: binaryOf(input) });

/**
 * create: () => a worker; wasm: the paths for it. The step fails as NO_WORKER where there can't be
 * one, as WORKER_NOT_STARTED where it does not answer, and as the module's own ladder does.
 */
export const workerSteps = (create, wasm, text) => (create ? [{
  reason: 'WORKER_NOT_STARTED',
  async run() {
    let talk = null;
    let newest = null;
    let kept = [];
    let isDisposed = false;
    const disposed = () => new SuanpanError('E_ENGINE', '', 'the engine was disposed of');

    async function start() {
      let worker = null;
      try {
        worker = create();
      } catch (cause) {
        throw named('NO_WORKER', cause);
      }
      const fresh = talkTo(worker, () => {
        if (talk === fresh) talk = null;
      });
      newest = fresh;
      try {
        const mode = await fresh.ask({ work: 'start', wasm }, startMs);
        await loadAgain(fresh, kept);
        fresh.checkAlive();
        talk = fresh;
        return mode;
      } catch (cause) {
        fresh.end(cause);
        throw cause;
      }
    }

    let starting = null;
    // One start at a time, and calls wait for it.
    async function running() {
      while (talk === null) {
        if (isDisposed) throw disposed();
        starting = starting || start();
        try {
          await starting;
        } catch (cause) {
          if (isDisposed) throw cause;
          throw Object.assign(new SuanpanError('E_REVIVING'), { cause });
        } finally {
          starting = null;
        }
      }
      return talk;
    }

    const mode = await start();
    const module = {
      call: async (verb, input) => (await running())
        .ask(Object.assign({ work: 'call', verb }, asInput(input))),
      async load(verb, bytes) {
        const question = Object.assign({ work: 'load', verb }, asInput(bytes));
        const reply = await (await running()).ask(question);
        kept = kept.filter((one) => placeOf(one) !== placeOf(question)).concat(question)
          .sort((a, b) => placeOf(a) - placeOf(b));
        return reply;
      },
      dispose() {
        isDisposed = true;
        newest.end(disposed());
      },
    };
    return { mode: Object.assign({}, mode, { runs: 'worker' }), text, module };
  },
}] : []);
