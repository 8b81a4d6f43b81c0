// `suanpan simulate`: a log of orders under two books. Each order is decided anew under either, so
// the figures say what the new one would have done to the same carts.
import { partsOf, utcOffsetOf } from './book_json.js';
import { hasNativeProgram } from './engines.js';
import { readJsonBytes } from './files.js';
import { midnight, readLog } from './orders.js';
import { progressBar } from './progress.js';
import { checkBook, Crew, requestDefaults } from './replay.js';
import { addDifferences, emptyDifferences } from './simulate_tally.js';
import { UsageError, wholeNumber } from './usage.js';

/** Returns the figures; `stream` shows progress. */
export async function simulate(options, stream) {
  const jobs = wholeNumber(options.jobs ?? '1', 'jobs', 1);
  if (jobs > 64) throw new UsageError('--jobs takes 64 at most');
  const top = wholeNumber(options.top ?? '10', 'top', 0);
  if (options.engine === 'native' && !hasNativeProgram()) {
    throw new UsageError('the native program is not built');
  }
  const defaults = requestDefaults(options);
  const books = [options.old, options.new].map((path) => ({ path, bytes: readJsonBytes(path) }));
  for (const { bytes } of books) {
    await checkBook(options.engine === 'native' ? 'wasm' : options.engine, bytes);
  }
  // The days of the log are days of the book that it was written under.
  const dayZero = midnight(options.day0 ?? '1970-01-01', utcOffsetOf(partsOf(books[0].bytes)));
  if (dayZero === null) throw new UsageError('--day0 needs a date: YYYY-MM-DD');
  const lines = readLog(options.orders);

  const crew = new Crew(jobs, {
    engine: options.engine,
    books,
    top,
    options: { skuPrefix: options['sku-prefix'] ?? '', dayZero, defaults },
  }, './simulate_worker.js');
  try {
    await crew.ready();
    const figures = emptyDifferences();
    const bar = progressBar(stream, 'priced twice', lines.length);
    await crew.run('differences', lines, (part, count) => {
      addDifferences(figures, part, top);
      bar.add(count);
    });
    bar.end();
    return figures;
  } finally {
    crew.stop();
  }
}
