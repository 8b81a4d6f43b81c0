// node tests/recommend/unseen_run.js [--kinds a,b] [--seeds 1] [--bytes 65536] [--orders N]
//   [--log FILE --split 0.9]...
//
// How a model does on orders that its training never saw, beside the usual methods on the same
// orders: trains on the first nine tenths of synthetic logs (or of a log of yours in the form
// `order user day minute item:qty:price …`), hides an item of each later basket, and prints NDCG@10
// of popularity, the better item-kNN, dense EASE, the model, and the model with the member's own
// history through the engine. Several seeds of one kind count together.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rank } from '../../js/cli/rank.js';
import { trainer } from '../../js/cli/train.js';
import { asCase, asLine, kinds, syntheticOrders } from './synthetic_log.js';

/** { log, cases, full } as text. */
export function splitLog(kind, own) {
  const orders = [...syntheticOrders(kind, own)];
  const first = Math.floor(orders.length * 0.9);
  return {
    log: orders.slice(0, first).map(asLine).join(''),
    cases: orders.slice(first).map(asCase).join(''),
    full: orders.map(asLine).join(''),
  };
}

/** The same of a file of orders, split at a share of its lines. */
export function splitFile(path, share) {
  const lines = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '');
  const first = Math.floor(lines.length * share);
  const cases = lines.slice(first).map((line, order) => {
    const [, user, day, , ...items] = line.split(' ');
    const ids = [...new Set(items.map((item) => item.split(':')[0]))];
    if (ids.length < 2) return '';
    const [hidden] = ids.splice(order % ids.length, 1);
    return `c${order}\t${user}\t${day}\t${ids.join(' ')}\t${hidden}\n`;
  });
  const text = (some) => some.map((line) => `${line}\n`).join('');
  return { log: text(lines.slice(0, first)), cases: cases.join(''), full: text(lines) };
}

const numbersOf = (text, name) => {
  const found = text.match(new RegExp(`^${name} +([0-9. ]+)$`, 'm'));
  return found ? Number(found[1].trim().split(/ +/)[0]) : NaN;
};

async function withHistory(model, cases, orders) {
  const wanted = new Map(readFileSync(cases, 'utf8').trim().split('\n')
    .map((line) => [line.split('\t')[0], line.split('\t')[4]]));
  let sum = 0;
  await rank({ model, cases, history: orders }, (line) => {
    const [name, ids] = line.trim().split('\t');
    const at = ids.split(' ').indexOf(wanted.get(name));
    if (at >= 0 && at < 10) sum += 1 / Math.log2(at + 2);
  });
  return 100 * sum / wanted.size;
}

/** Of one log: { popularity, neighbours, dense, model, own, cases, items, bytes, seconds }. */
export async function measureUnseen({ log, cases, full }, bytes = 65536) {
  const folder = mkdtempSync(join(tmpdir(), 'suanpan-unseen-'));
  try {
    const at = (name) => join(folder, name);
    Object.entries({ log, cases, full }).forEach(([name, text]) => writeFileSync(at(name), text));
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(trainer, ['--orders', at('log'), '--out',
      at('model'), '--bytes', String(bytes), '--cases', at('cases')], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const seconds = (performance.now() - start) / 1000;
    const table = stdout.slice(stdout.indexOf('cases of the file'));
    return {
      cases: Number(stdout.match(/(\d+) cases of the file/)[1]),
      items: Number(stdout.match(/\((\d+) in the model\)/)[1]),
      bytes: readFileSync(at('model')).length,
      seconds,
      popularity: numbersOf(table, 'popularity'),
      neighbours: Math.max(numbersOf(table, 'item-kNN cosine'), numbersOf(table, 'item-kNN BM25')),
      dense: numbersOf(table, 'dense EASE'),
      model: numbersOf(table, 'this model'),
      own: await withHistory(at('model'), at('cases'), at('full')),
      tuned: stdout.match(/tuned in[^\n]*\n[^\n]*\n[^\n]*/)[0],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const columns = ['popularity', 'neighbours', 'dense', 'model', 'own'];

/** The means of several, weighted by their cases. */
export function together(all) {
  const cases = all.reduce((sum, one) => sum + one.cases, 0);
  const mean = (name) => all.reduce((sum, one) => sum + one[name] * one.cases, 0) / cases;
  return { cases, ...Object.fromEntries([...columns, 'seconds', 'bytes', 'items']
    .map((name) => [name, mean(name)])) };
}

async function main() {
  const { values } = parseArgs({ options: {
    kinds: { type: 'string', default: Object.keys(kinds).filter((kind) => kind !== 'supermarket'
      && kind !== 'wide').join(',') },
    seeds: { type: 'string', default: '1' }, bytes: { type: 'string', default: '65536' },
    orders: { type: 'string' }, items: { type: 'string' }, verbose: { type: 'boolean' },
    log: { type: 'string', multiple: true, default: [] }, split: { type: 'string', default: '0.9' },
  } });
  const own = Object.fromEntries(['orders', 'items'].filter((name) => values[name])
    .map((name) => [name, Number(values[name])]));
  console.log(`${'log'.padEnd(14)}${['items', 'cases', ...columns, 'of dense', 'history', 'bytes',
    'seconds'].map((name) => name.padStart(11)).join('')}`);
  const tell = (name, some) => {
    const all = together(some);
    const figures = [all.items.toFixed(0), all.cases, ...columns.map((one) => all[one].toFixed(2)),
      `${(100 * all.model / all.dense).toFixed(1)} %`, (all.own - all.model).toFixed(2),
      all.bytes.toFixed(0), all.seconds.toFixed(1)];
    console.log(name.padEnd(14) + figures.map((one) => String(one).padStart(11)).join(''));
    if (values.verbose) some.forEach(({ tuned }) => console.log(tuned));
  };
  const bytes = Number(values.bytes);
  if (values.log.length > 0) {
    for (const path of values.log) {
      tell(path.split('/').pop().slice(0, 13),
        [await measureUnseen(splitFile(path, Number(values.split)), bytes)]);
    }
    return;
  }
  for (const kind of values.kinds.split(',')) {
    const all = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      all.push(await measureUnseen(splitLog(kind, { seed, ...own }), bytes));
    }
    tell(kind, all);
  }
}

if (process.argv[1] && process.argv[1].endsWith('unseen_run.js')) await main();
