// The port of a server has a thread of its own (listener_thread.js): it reads requests and writes
// answers while this one works. Both come and go by the batch, what one turn of the thread has read
// and what one commit has answered, so a request costs next to no message.
//
// Nothing else is the thread's: it is asked here, and only what was answered here, when the disk
// had it, can be written there.
import { Worker } from 'node:worker_threads';

const thread = new URL('./listener_thread.js', import.meta.url);

// A program that was given to node as text says of what type; its threads are files.
const forThreads = (args) => args.filter((arg) => !arg.startsWith('--input-type'));

// Bytes may lie in a larger piece, of which no more than they shall travel.
const sent = (outcome) => (typeof outcome.body === 'string' ? outcome
  : { ...outcome, body: new Uint8Array(outcome.body) });

/**
 * Listens: { port, close }. answer: as handler (http.js) asks it. options: { host, port, origins,
 * proxies }. close lets what runs come to its end.
 */
export async function listen(answer, options) {
  const worker = new Worker(thread, { workerData: options,
    execArgv: forThreads(process.execArgv) });
  let answers = [];

  function send() {
    worker.postMessage({ answers });
    answers = [];
  }

  async function answerOne({ id, ask }) {
    const outcome = sent(await answer(ask));
    // Behind all that the same commit has answered.
    if (answers.length === 0) process.nextTick(send);
    answers.push({ id, outcome });
  }

  // A thread that fails ends the server: it would hear nobody any more.
  worker.on('error', (error) => {
    throw error;
  });
  const word = (name) => new Promise((resolve) => {
    worker.on('message', (message) => name in message && resolve(message[name]));
  });
  worker.on('message', ({ asks = [] }) => asks.forEach(answerOne));
  const { port, failure } = await word('bound');
  if (failure) {
    await worker.terminate();
    throw Object.assign(new Error(failure.message), failure);
  }
  return {
    port,
    async close(graceMs = 5000) {
      const closed = word('closed');
      worker.postMessage({ graceMs });
      await closed;
      await worker.terminate();
    },
  };
}
