// `suanpan replay`: what a log of orders would have paid under a book.
import { Worker } from 'node:worker_threads';
import { SuanpanError } from '../error.js';
import { partsOf, utcOffsetOf } from './book_json.js';
import { hasNativeProgram, loadVerb, rawEngine } from './engines.js';
import { parseJson, readJson, readJsonBytes } from './files.js';
import { midnight, readLog } from './orders.js';
import { progressBar } from './progress.js';
import { saidOf, textOfBook } from './said.js';
import { addTally, emptyTally } from './tally.js';
import { UsageError, wholeNumber } from './usage.js';

const chunkLines = 256;

export async function checkBook(build, book) {
  const run = await rawEngine(build);
  const { status, reply } = run(loadVerb(book), book);
  if (status >= 0) return;
  const { code, path, message } = saidOf(JSON.parse(reply.toString()), textOfBook(book));
  throw new SuanpanError(code, path, message);
}

export function requestDefaults(options) {
  const defaults = {
    now: options.now === undefined
      ? Math.floor(Date.now() / 1000)
      : wholeNumber(options.now, 'now', 0),
  };
  if (options.wallet !== undefined) {
    const wallet = readJson(options.wallet);
    defaults.coupons = Array.isArray(wallet) ? wallet : wallet.coupons;
  }
  if (options.member !== undefined) defaults.member = parseJson(options.member, '--member');
  if (options.address !== undefined) defaults.address = { region: options.address };
  if (options.points !== undefined) {
    defaults.points = options.points === 'max' ? 'max' : wholeNumber(options.points, 'points', 0);
  }
  return defaults;
}

// Workers that take chunks of the log in turn.
export class Crew {
  constructor(size, workerData, program = './replay_worker.js') {
    this.workers = Array.from({ length: size },
      () => new Worker(new URL(program, import.meta.url), { workerData }));
  }

  static ask(worker, message) {
    return new Promise((resolve, reject) => {
      worker.removeAllListeners();
      worker.once('error', reject);
      worker.once('message', ({ result, error }) =>
        (error === undefined ? resolve(result) : reject(new Error(error))));
      worker.postMessage(message);
    });
  }

  /** Every worker has its engine and its book. */
  ready() {
    return Promise.all(this.workers.map((worker) => Crew.ask(worker, { what: 'ready' })));
  }

  /** Gives all lines to `what`; `take` gets each result and the number of lines behind it. */
  async run(what, lines, take) {
    let next = 0;
    await Promise.all(this.workers.map(async (worker) => {
      while (next < lines.length) {
        const chunk = lines.slice(next, next + chunkLines);
        next += chunkLines;
        take(await Crew.ask(worker, { what, lines: chunk }), chunk.length);
      }
    }));
  }

  stop() {
    for (const worker of this.workers) worker.postMessage({ what: 'stop' });
  }
}

async function compare(crew, lines, bar) {
  let differences = 0;
  await crew.run('compare', lines, (found, count) => {
    differences += found;
    bar.add(count);
  });
  return differences;
}

/** Returns the figures; `stream` shows progress. */
export async function replay(options, stream) {
  const jobs = wholeNumber(options.jobs ?? '1', 'jobs', 1);
  if (jobs > 64) throw new UsageError('--jobs takes 64 at most');
  if (options.engine === 'native' && !hasNativeProgram()) {
    throw new UsageError('the native program is not built');
  }
  const defaults = requestDefaults(options);
  const book = readJsonBytes(options.book);
  await checkBook(options.engine === 'native' ? 'wasm' : options.engine, book);
  const dayZero = midnight(options.day0 ?? '1970-01-01', utcOffsetOf(partsOf(book)));
  if (dayZero === null) throw new UsageError('--day0 needs a date: YYYY-MM-DD');
  const lines = readLog(options.orders);

  const crew = new Crew(jobs, {
    engine: options.engine,
    book,
    bookPath: options.book,
    options: { skuPrefix: options['sku-prefix'] ?? '', dayZero, defaults },
  });
  try {
    await crew.ready();
    const figures = emptyTally();
    const bar = progressBar(stream, 'priced', lines.length);
    const start = process.hrtime.bigint();
    await crew.run('tally', lines, (tally, count) => {
      addTally(figures, tally);
      bar.add(count);
    });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    bar.end();

    let differences = null;
    let whyNotCompared = null;
    if (options['no-compare']) whyNotCompared = '--no-compare';
    else if (!hasNativeProgram()) whyNotCompared = 'the native program is not built';
    else {
      const second = progressBar(stream, 'compared', lines.length);
      differences = await compare(crew, lines, second);
      second.end();
    }
    return { ...figures, engine: options.engine, jobs, seconds, differences, whyNotCompared,
      ordersPerSecond: Math.round(lines.length / seconds) };
  } finally {
    crew.stop();
  }
}
