// npm run bench:wallets -- [--wallets N] [--seed S] [--json] [--keep FILE] [--against FILE]
//
// Quotes the wallets of a seed (wallets.js) and says in how many the best decision was proven, and
// in how many the price alone (the gap is 0: only the ties are open), what the proofs cost in
// visited nodes, and how long a quote takes. --keep FILE keeps what is to pay; --against FILE says
// how far that is from what another engine found, one with a longer SP_SEARCH_WORK_MAX above all.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createEngine } from '../../js/node.js';
import { shopper } from './wallets.js';

const { values } = parseArgs({ options: {
  wallets: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  keep: { type: 'string' },
  against: { type: 'string' },
} });
const count = Number(values.wallets);
const seed = Number(values.seed);

const engine = await createEngine();
const times = [];
const visited = [];
const open = [];
const payables = [];
for (let n = 0; n < count; n++) {
  const { book, request } = shopper(seed, n);
  await engine.load(book, { unsignedBookForDevelopment: true });
  const before = performance.now();
  const { search, totals } = engine.quote(request);
  times.push((performance.now() - before) * 1000);
  visited.push(search.visited);
  payables.push(totals.payable);
  if (!search.exact) open.push({ n, gap: search.gap });
}
engine.dispose();

if (values.keep) writeFileSync(values.keep, JSON.stringify(payables));

/** How far what is to pay is from the least that is known, on average and in how many wallets. */
function compared(file) {
  const off = JSON.parse(readFileSync(file)).slice(0, count).map((other, n) => payables[n] - other);
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
  return { no_dearer: off.filter((fen) => fen <= 0).length,
    cheaper: off.filter((fen) => fen < 0).length, mean_off_fen: Math.round(sum(off) / off.length),
    worst_off_fen: Math.max(...off) };
}

const at = (numbers, share) => {
  numbers.sort((a, b) => a - b);
  return Math.round(numbers[Math.min(count - 1, Math.floor(count * share))]);
};
const found = {
  name: 'wallets', seed, wallets: count, exact: count - open.length,
  exact_percent: Math.round((count - open.length) / count * 10000) / 100,
  price_proven: count - open.filter(({ gap }) => gap !== 0).length,
  ...(values.against ? { against: compared(values.against) } : {}),
  median_us: at(times, 0.5), p99_us: at(times, 0.99), max_us: at(times, 1),
  median_visited: at(visited, 0.5), p99_visited: at(visited, 0.99), max_visited: at(visited, 1),
  open: open.slice(0, 20),
};
console.log(values.json ? JSON.stringify(found) : found);
