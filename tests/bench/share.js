// npm run bench:wallets -- [--wallets N] [--seed S] [--json]
//
// Quotes the wallets of a seed (wallets.js) and says in how many the best decision was proven, what
// the proofs cost in visited nodes, and how long a quote takes.
import { parseArgs } from 'node:util';
import { createEngine } from '../../js/node.js';
import { shopper } from './wallets.js';

const { values } = parseArgs({ options: {
  wallets: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
} });
const count = Number(values.wallets);
const seed = Number(values.seed);

const engine = await createEngine();
const times = [];
const visited = [];
const open = [];
for (let n = 0; n < count; n++) {
  const { book, request } = shopper(seed, n);
  await engine.load(book, { unsignedBookForDevelopment: true });
  const before = performance.now();
  const { search } = engine.quote(request);
  times.push((performance.now() - before) * 1000);
  visited.push(search.visited);
  if (!search.exact) open.push({ n, gap: search.gap });
}
engine.dispose();

const at = (numbers, share) => {
  numbers.sort((a, b) => a - b);
  return Math.round(numbers[Math.min(count - 1, Math.floor(count * share))]);
};
const found = {
  name: 'wallets', seed, wallets: count, exact: count - open.length,
  exact_percent: Math.round((count - open.length) / count * 10000) / 100,
  median_us: at(times, 0.5), p99_us: at(times, 0.99), max_us: at(times, 1),
  median_visited: at(visited, 0.5), p99_visited: at(visited, 0.99), max_visited: at(visited, 1),
  open: open.slice(0, 20),
};
console.log(values.json ? JSON.stringify(found) : found);
