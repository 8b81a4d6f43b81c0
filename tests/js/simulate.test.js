// A simulation prices one log under two books, and says who would pay more and by which rule.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasNativeProgram } from '../../js/cli/engines.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'suanpan-simulate-'));
after(() => rmSync(folder, { recursive: true }));

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const run = (...args) => spawnSync(process.execPath, [program, 'simulate', ...args],
  { encoding: 'utf8' });

function figures(...args) {
  const { status, stdout, stderr } = run('--json', ...args);
  assert.equal(status, 0, stderr + stdout);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

// Where nothing could be compared the figures are there all the same, and the exit says so.
function figuresOfNothing(...args) {
  const { status, stdout, stderr } = run('--json', ...args);
  assert.equal(status, 1);
  assert.match(stderr, /^suanpan: E_LOG: .+\n$/);
  return JSON.parse(stdout);
}

const bookOf = (rules, skus = [{ id: 'a', price: 1000 }, { id: 'b', price: 300 }]) => ({
  suanpan_book: 1, shop: 's', version: 1, meaning: 1, catalog: { skus },
  rules: { preset: 'cn_sequential', rules },
});
const off = (id, gte, amount) => ({ id, kind: 'promotion', stage: 'order',
  when: { amount_gte: gte }, give: { amount_off: { amount } } });
const coupon = { id: 'c', kind: 'coupon', stage: 'shop_coupon',
  give: { percent_off: { bp: 1000 } } };

// Under the old book 10.00 off from 30.00 on; under the new one 15.00 off from 40.00 on, and 1.00
// more where 70.00 are left.
const old = file('old.json', bookOf([off('m', 3000, 1000), coupon]));
const next = file('new.json', bookOf([off('m', 4000, 1500), off('n', 7000, 100), coupon]));
//  A  3a        30.00: 20.00 -> 30.00, 10.00 more
//  B  5a        50.00: 40.00 -> 35.00, 5.00 less
//  C  1a        10.00 either way
//  D  9a 1b     93.00: 83.00 -> 77.00 (15.00 and 1.00 off), 6.00 less
//  E  3a 3b     39.00: 29.00 -> 39.00, 10.00 more
const log = file('orders.jsonl', [
  { order: 'A', lines: [{ sku: 'a', qty: 3 }] },
  { order: 'B', lines: [{ sku: 'a', qty: 5 }] },
  { order: 'C', lines: [{ sku: 'a', qty: 1 }] },
  { order: 'D', lines: [{ sku: 'a', qty: 9 }, { sku: 'b', qty: 1 }] },
  { lines: [{ sku: 'a', qty: 3 }, { sku: 'b', qty: 3 }] },
].map((order) => JSON.stringify(order)).join('\n'));

test('who pays more, who less, and by which rule', () => {
  const found = figures('--old', old, '--new', next, '--orders', log, '--now', '1767240000');
  assert.equal(found.orders, 5);
  assert.equal(found.compared, 5);
  assert.deepEqual(found.more, { orders: 2, fen: 2000 });
  assert.deepEqual(found.less, { orders: 2, fen: -1100 });
  assert.equal(found.same, 1);
  assert.equal(found.difference, 900);
  assert.equal(found.old.totals.payable, 2000 + 4000 + 1000 + 8300 + 2900);
  assert.equal(found.new.totals.payable, 3000 + 3500 + 1000 + 7700 + 3900);
  assert.deepEqual(found.rules, {
    m: { old: { orders: 4, fen: 4000 }, new: { orders: 2, fen: 3000 } },
    n: { old: { orders: 0, fen: 0 }, new: { orders: 1, fen: 100 } },
  });
  assert.deepEqual(Object.keys(found.rules), ['m', 'n'], 'the larger change first');
  assert.deepEqual(found.losers, [
    { order: 'A', line: 1, old: 2000, new: 3000, difference: 1000 },
    { order: 'line 5', line: 5, old: 2900, new: 3900, difference: 1000 },
  ]);
  assert.deepEqual(found.winners, [
    { order: 'D', line: 4, old: 8300, new: 7700, difference: -600 },
    { order: 'B', line: 2, old: 4000, new: 3500, difference: -500 },
  ]);
});

test('only so many orders are listed', () => {
  const args = ['--old', old, '--new', next, '--orders', log, '--now', '1767240000'];
  const one = figures(...args, '--top', '1');
  assert.deepEqual(one.losers.map(({ order }) => order), ['A']);
  assert.deepEqual(one.winners.map(({ order }) => order), ['D']);
  assert.deepEqual(figures(...args, '--top', '0').losers, []);
});

test('the coupons of a wallet count with their rule', () => {
  const wallet = file('wallet.json', [{ id: 'w', rule: 'c' }]);
  const found = figures('--old', old, '--new', next, '--orders', log, '--now', '1767240000',
    '--wallet', wallet);
  // A tenth of 20.00, 40.00, 10.00, 83.00, 29.00; and of 30.00, 35.00, 10.00, 77.00, 39.00.
  assert.deepEqual(found.rules.c,
    { old: { orders: 5, fen: 1820 }, new: { orders: 5, fen: 1910 } });
});

test('the same book twice changes nothing', () => {
  const book = fixture('book.json');
  for (const orders of [fixture('orders.txt'), log]) {
    const found = figures('--old', book, '--new', book, '--orders', orders, '--wallet',
      fixture('wallet.json'), '--now', '1767240000');
    assert.deepEqual([found.more, found.less], [{ orders: 0, fen: 0 }, { orders: 0, fen: 0 }]);
    assert.equal(found.same, found.compared);
    assert.equal(found.goods_differ, 0);
    assert.equal(found.difference, 0);
    assert.deepEqual([found.losers, found.winners], [[], []]);
    assert.deepEqual(found.old, found.new);
    for (const { old: before, new: now } of Object.values(found.rules)) {
      assert.deepEqual(before, now);
    }
  }
});

test('an order that only one book can sell is not compared', () => {
  const without = file('without.json', bookOf([off('m', 3000, 1000)], [{ id: 'a', price: 1000 }]));
  const found = figures('--old', old, '--new', without, '--orders', log, '--now', '1767240000');
  assert.equal(found.goods_differ, 2);
  assert.equal(found.compared, 3);
  assert.equal(found.same, 3);
});

test('what one book refuses is counted on its side', () => {
  const tiers = bookOf([off('m', 3000, 1000)]);
  tiers.rules.tiers = ['gold'];
  const withTiers = file('tiers.json', tiers);
  const found = figuresOfNothing('--old', withTiers, '--new', old, '--orders', log,
    '--now', '1767240000', '--member', '{"tier":"gold"}');
  assert.equal(found.refused, 5);
  assert.equal(found.compared, 0);
  assert.deepEqual(found.old.refused, {});
  assert.equal(found.new.refused.E_REFERENCE.orders, 5);
  assert.equal(found.new.refused.E_REFERENCE.first.line, 1);
  const unread = figures('--old', old, '--new', next, '--orders', fixture('orders.txt'));
  assert.equal(unread.new.refused.E_LOG_LINE.orders, 1);
});

test('workers and engines change nothing', () => {
  const long = file('long.jsonl', `${readFileSync(log, 'utf8')}\n`.repeat(200));
  const args = ['--old', old, '--new', next, '--orders', long, '--now', '1767240000'];
  const one = figures(...args);
  assert.equal(one.orders, 1000);
  assert.equal(one.losers.length, 10);
  assert.deepEqual(one.losers.map(({ line }) => line).slice(0, 4), [1, 5, 6, 10]);
  assert.deepEqual(figures(...args, '--jobs', '3'), one);
  if (hasNativeProgram()) assert.deepEqual(figures(...args, '--engine', 'native'), one);
});

test('the table says what the JSON says', () => {
  const { status, stdout, stderr } = run('--old', old, '--new', next, '--orders', log, '--now',
    '1767240000');
  assert.equal(status, 0);
  assert.equal(stderr, '');
  for (const part of [/compared +5\n/, /more +2 +\+20\.00\n/, /less +2 +-11\.00\n/,
    /the same +1 +0\.00\n/, /together +5 +\+9\.00\n/, /payable +182\.00 +191\.00 +\+9\.00\n/,
    /m +4 +40\.00 +2 +30\.00 +-10\.00\n/, /A +20\.00 +30\.00 +\+10\.00\n/,
    /D +83\.00 +77\.00 +-6\.00\n/]) assert.match(stdout, part);
});

test('wrong usage and refused books', () => {
  assert.equal(run('--old', old, '--orders', log).status, 2);
  assert.equal(run('--old', old, '--new', next, '--orders', log, '--top', 'x').status, 2);
  assert.equal(run('--old', old, '--new', join(folder, 'none'), '--orders', log).status, 2);
  const refused = run('--old', old, '--new', log, '--orders', log);
  assert.equal(refused.status, 1);
  assert.equal(JSON.parse(refused.stdout).code, 'E_JSON');
});
