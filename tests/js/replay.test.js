// A replay counts every order of the log, and its sums do not depend on how it was run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { hasNativeProgram } from '../../js/cli/engines.js';
import { midnight, requestOf } from '../../js/cli/orders.js';
import { createEngine } from '../../js/node.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const book = fixture('book.json');
const folder = mkdtempSync(join(tmpdir(), 'suanpan-replay-'));
after(() => rmSync(folder, { recursive: true }));

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath,
    [program, 'replay', '--book', book, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function figures(...args) {
  const { status, stdout, stderr } = run('--json', ...args);
  assert.equal(status, 0, stderr + stdout);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const wantedDifferences = hasNativeProgram() ? 0 : 'not compared';

test('a log in the field form', async () => {
  const found = figures('--orders', fixture('orders.txt'), '--day0', '1970-01-01');
  assert.equal(found.orders, 7);
  assert.equal(found.priced, 5);
  assert.deepEqual(found.warnings, { OFF_SHELF: 2 });
  assert.deepEqual(found.refused, {
    E_LOG_LINE: { orders: 1, first: { line: 7, path: '', message: 'not item:qty:price: 1-1' } },
    E_RANGE: {
      orders: 1,
      first: { line: 6, path: '/lines/0/qty', message: found.refused.E_RANGE.first.message },
    },
  });
  assert.equal(found.differences, wantedDifferences);
});

test('orders and users may have any names, minutes are those of a day', () => {
  const log = join(folder, 'named.txt');
  writeFileSync(log, 'A-7 ann 0 1439 tea:1:1\nA-8 bob 0 1440 tea:1:1\n');
  const { refused, priced } = figures('--orders', log, '--no-compare');
  assert.equal(priced, 1);
  assert.deepEqual(refused.E_LOG_LINE.first, { line: 2, path: '',
    message: 'a minute is below 1440: 1440' });
});

test('a log of which nothing could be priced is not exact', () => {
  const log = join(folder, 'nothing.txt');
  writeFileSync(log, 'what is this\nno log\n');
  const found = run('--orders', log, '--json', '--no-compare');
  assert.equal(found.status, 1);
  assert.equal(JSON.parse(found.stdout).exact.share, null);
  const told = run('--orders', log, '--no-compare');
  assert.equal(told.status, 1);
  assert.match(told.stdout, /exact +nothing priced/);
  writeFileSync(log, '');
  assert.equal(run('--orders', log, '--no-compare').status, 0);
});

test('a broken archive is told in a line', () => {
  const log = join(folder, 'broken.gz');
  const whole = gzipSync(readFileSync(fixture('orders.txt')));
  writeFileSync(log, whole.subarray(0, whole.length - 9));
  const { status, stdout, stderr } = run('--orders', log);
  assert.deepEqual([status, stdout], [2, '']);
  assert.match(stderr, /^suanpan: E_FILE: can't unpack .*broken\.gz: .*\n$/);
});

test('the sums are those of the receipts', async () => {
  const engine = await createEngine();
  await engine.load(readFileSync(book), { unsignedBookForDevelopment: true });
  const options = { skuPrefix: '', dayZero: midnight('1970-01-01', 28800),
    defaults: { coupons: JSON.parse(readFileSync(fixture('wallet.json'))),
      address: { region: '31' }, member: { tier: 'gold', points: 500 }, points: 'max' } };
  const totals = {};
  const coupons = {};
  let lines = 0;
  for (const line of readFileSync(fixture('orders.txt'), 'utf8').split('\n')) {
    if (line === '' || /1-1|:0:/.test(line)) continue;
    const receipt = engine.quote(requestOf(line, options));
    lines += receipt.lines.length;
    for (const key of Object.keys(receipt.totals)) {
      totals[key] = (totals[key] || 0) + receipt.totals[key];
    }
    for (const { id, state, cut } of receipt.coupons) {
      if (state !== 'picked') continue;
      coupons[id] = { orders: (coupons[id] ? coupons[id].orders : 0) + 1,
        fen: (coupons[id] ? coupons[id].fen : 0) + cut };
    }
  }
  const found = figures('--orders', fixture('orders.txt'), '--wallet', fixture('wallet.json'),
    '--address', '31', '--member', '{"tier":"gold","points":500}', '--points', 'max');
  assert.deepEqual(found.totals, totals);
  assert.deepEqual(found.coupons, coupons);
  assert.equal(found.lines, lines);
  assert.ok(found.rules.order_tiers.fen > 0);
  assert.equal(found.exact.share, 1);
  assert.equal(found.differences, wantedDifferences);
});

test('a log in the JSON form', () => {
  const found = figures('--orders', fixture('orders.jsonl'), '--now', '1767240000');
  assert.equal(found.orders, 6);
  assert.equal(found.priced, 3);
  assert.equal(found.lines, 4);
  assert.deepEqual(Object.keys(found.refused), ['E_FIELD', 'E_LOG_LINE']);
  assert.equal(found.refused.E_FIELD.first.line, 4);
  assert.equal(found.refused.E_FIELD.first.path, '/colour');
  assert.equal(found.refused.E_LOG_LINE.orders, 2);
});

test('gzip, workers and engines change nothing but the time', () => {
  const log = readFileSync(fixture('orders.txt'), 'utf8').repeat(60);
  const plain = join(folder, 'orders.txt');
  const packed = join(folder, 'orders.log');
  writeFileSync(plain, log);
  writeFileSync(packed, gzipSync(log));
  const timeless = ({ jobs, seconds, orders_per_s: rate, engine, ...rest }) => rest;
  const one = figures('--orders', plain);
  assert.equal(one.orders, 420);
  assert.deepEqual(timeless(figures('--orders', packed, '--jobs', '3')), timeless(one));
  assert.deepEqual(timeless(figures('--orders', packed, '--engine', 'wasm2js')), timeless(one));
  if (hasNativeProgram()) {
    assert.deepEqual(timeless(figures('--orders', packed, '--engine', 'native')), timeless(one));
  }
  const { differences } = figures('--orders', plain, '--no-compare');
  assert.equal(differences, 'not compared');
});

test('the table says what the JSON says', () => {
  const { status, stdout, stderr } = run('--orders', fixture('orders.txt'));
  assert.equal(status, 0);
  assert.equal(stderr, '');
  for (const part of [/orders +7\n/, /priced +5\n/, /refused +2\n/, /orders\/s +\d+\n/, /payable +/,
    /order_tiers +\d+ +\d+\.\d\d\n/, /E_LOG_LINE +1 +line 7: not item:qty:price: 1-1\n/,
    /OFF_SHELF +2\n/]) assert.match(stdout, part);
  assert.match(stdout, hasNativeProgram()
    ? /\ndifferences: 0\n$/
    : /\ndifferences: not compared \(the native program is not built\)\n$/);
});

test('progress is drawn on request', () => {
  const { stderr } = run('--orders', fixture('orders.txt'), '--progress');
  assert.match(stderr, /\[#{30}\] 100 % {2}7\/7 priced, \d+\/s/);
});

test('an empty log has no orders', () => {
  const empty = join(folder, 'empty.txt');
  writeFileSync(empty, '\n');
  const found = figures('--orders', empty);
  assert.equal(found.orders, 0);
  assert.deepEqual(found.refused, {});
});

test('a book or a wallet that is refused is exit 1 with the error', () => {
  const log = fixture('orders.txt');
  const wrong = [
    [['--book', fixture('request.json'), '--orders', log], 'E_FIELD'],
    [['--orders', log, '--wallet', log], 'E_JSON'],
    [['--orders', log, '--member', '{'], 'E_JSON'],
  ];
  for (const [args, code] of wrong) {
    const { status, stdout } = run(...args);
    assert.equal(status, 1, stdout);
    assert.equal(JSON.parse(stdout).code, code);
  }
});

test('days are days of the calendar in the book\'s own zone', () => {
  assert.equal(midnight('1970-01-01', 0), 0);
  assert.equal(midnight('2026-01-01', 28800), 1767196800);
  for (const wrong of ['2026-02-29', '2026-1-1', 'today', '']) {
    assert.equal(midnight(wrong, 0), null);
  }
});
