// Two ways to price many requests with one book. A pricer is { price, close }; price takes request
// texts and gives replies in their order: bytes of a receipt, or of an error with its code.
import { spawn } from 'node:child_process';
import { loadVerb, nativeProgram, rawEngine } from './engines.js';

/** In this process. book: bytes. */
export async function enginePricer(build, book) {
  const run = await rawEngine(build);
  const loaded = run(loadVerb(book), book);
  if (loaded.status < 0) throw new Error(loaded.reply.toString());
  return {
    price: (texts) => texts.map((text) => run('sp_quote', Buffer.from(text)).reply),
    close() {},
  };
}

/** The native program's batch mode: a request a line in, a reply a line out. book: path. */
export function nativePricer(book) {
  const child = spawn(nativeProgram, ['batch', '--book', book],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  let parts = [];
  let waiting = null;

  const fail = (error) => {
    if (waiting) waiting.reject(error);
    waiting = null;
  };
  child.on('error', fail);
  child.on('close', (code, signal) => {
    fail(new Error(`the native program ended: ${signal || `exit ${code}`}`));
  });
  // A write after the program's end; 'close' says why it ended.
  child.stdin.on('error', () => {});
  child.stdout.on('data', (data) => {
    parts.push(data);
    if (!waiting) return;
    for (const byte of data) if (byte === 10) waiting.missing--;
    if (waiting.missing > 0) return;
    const bytes = Buffer.concat(parts);
    const replies = [];
    for (let from = 0, to; (to = bytes.indexOf(10, from)) >= 0; from = to + 1) {
      replies.push(bytes.subarray(from, to));
    }
    parts = [];
    waiting.resolve(replies);
    waiting = null;
  });

  return {
    price: (texts) => new Promise((resolve, reject) => {
      waiting = { resolve, reject, missing: texts.length };
      child.stdin.write(`${texts.join('\n')}\n`);
    }),
    close: () => child.stdin.end(),
  };
}
