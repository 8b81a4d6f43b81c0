// The golden cases through JavaScript: WebAssembly and its JavaScript twin must give what the case
// says and the same bytes as the native program. And what must hold for every receipt there is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { createEngine } from '../../js/node.js';
import { readCases } from '../cases/read_cases.js';

const native = fileURLToPath(new URL('../../build/native/suanpan', import.meta.url));
const details = ['totals', 'lines', 'full'];
// A malformed request has no JavaScript value; cases_run passes its bytes, natively and as wasm.
const cases = readCases().filter((c) => !c.isRequestRaw);
const nameOf = (c) => `${c.file}:${c.line} ${c.title}`;

// What differs, or null: every member of a subset is there, arrays have the same length.
function findMismatch(expected, actual, path = '') {
  if (expected === null || typeof expected !== 'object') {
    return Object.is(expected, actual) ? null
      : `${path}: expected ${JSON.stringify(expected)}, actual ${JSON.stringify(actual)}`;
  }
  const isArray = Array.isArray(expected);
  if (actual === null || typeof actual !== 'object' || Array.isArray(actual) !== isArray
      || (isArray && actual.length !== expected.length)) {
    return `${path}: expected ${JSON.stringify(expected)}, actual ${JSON.stringify(actual)}`;
  }
  return Object.keys(expected)
    .map((key) => findMismatch(expected[key], actual[key], `${path}/${key}`))
    .find((mismatch) => mismatch !== null) ?? null;
}

const valueAt = (value, pointer) =>
  pointer.split('/').slice(1).reduce((at, key) => at?.[key], value);

// The reply as the native program writes it, errors included.
async function replyOf(engine, c, request = c.request) {
  try {
    await engine.load(c.bookText, { unsignedBookForDevelopment: true });
    return request === undefined ? '' : JSON.stringify(engine.quote(request));
  } catch (error) {
    assert.equal(error.name, 'SuanpanError', error.stack);
    return JSON.stringify(error);
  }
}

function nativeReplyOf(folder, c, request = c.request) {
  const book = join(folder, 'book.json');
  writeFileSync(book, c.bookText);
  const input = request === undefined ? '' : `${JSON.stringify(request)}\n`;
  const run = spawnSync(native, ['batch', '--book', book], { input, encoding: 'utf8' });
  if (run.error) throw run.error;
  return run.stdout.trimEnd();
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const sumOf = (list, key) => sum(list.map((item) => item[key]));

// The identities of src/README.md, section 6. The receipt is one of detail full.
function checkSums({ totals: t, groups, lines, fees }) {
  const feesCut = t.fees_cut ?? 0;
  const list = t.list + t.options;
  assert.equal(t.goods, list - t.unit_cut - t.promotion_cut - t.coupon_cut, 'goods');
  assert.equal(t.freight, t.freight_list - t.freight_cut, 'freight');
  assert.equal(t.payable, t.goods - t.points_cut - t.rounding_off + t.freight + t.fees, 'payable');
  const charges = list + t.freight_list + feesCut;
  assert.equal(t.saved, charges - (t.goods + t.freight) + t.points_cut + t.rounding_off, 'saved');
  assert.equal(sumOf(fees, 'amount'), t.fees, 'fees');
  assert.equal(sum(fees.map(({ cuts = [] }) => sumOf(cuts, 'cut'))), feesCut, 'cuts of fees');
  for (const [key, value] of Object.entries(t)) assert.ok(value >= 0, key);
  assert.equal(sumOf(groups, 'list'), list, 'list of the groups');
  for (const key of ['goods', 'points_cut', 'rounding_off', 'freight_list', 'freight', 'fees',
    'payable']) assert.equal(sumOf(groups, key), t[key], `${key} of the groups`);
  assert.deepEqual(groups.flatMap((group) => group.lines).sort(),
    lines.filter((line) => line.state === 'priced').map((line) => line.id).sort());
  assert.equal(sumOf(lines, 'list'), list, 'list of the lines');
  assert.equal(sumOf(lines, 'net'), t.goods, 'net of the lines');
  for (const line of lines) {
    assert.equal(sumOf(line.cuts, 'cut'), line.list - line.net, `cuts of ${line.id}`);
    assert.ok(line.paid >= 0 && line.paid <= line.net, `paid of ${line.id}`);
    if (!line.segments) continue;
    for (const key of ['qty', 'list', 'net', 'paid']) {
      assert.equal(sumOf(line.segments, key), line[key], `${key} of the segments of ${line.id}`);
    }
  }
}

describe('golden cases', () => {
  let wasm;
  let twin;
  let folder;
  before(async () => {
    wasm = await createEngine();
    twin = await createEngine({ build: 'wasm2js' });
    folder = mkdtempSync(join(tmpdir(), 'suanpan-cases-'));
  });
  after(() => {
    wasm?.dispose();
    twin?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test('there are as many as ever', () => {
    assert.ok(cases.length > 450, `${cases.length} cases`);
    assert.equal(new Set(cases.map((c) => `${c.file} ${c.title}`)).size, cases.length);
  });

  for (const c of cases) {
    test(nameOf(c), async () => {
      const reply = await replyOf(wasm, c);
      assert.equal(await replyOf(twin, c), reply, 'the twin differs from the module');
      assert.equal(nativeReplyOf(folder, c), reply, 'the native program differs');
      const mismatch = findMismatch(c.error || c.expect, JSON.parse(reply));
      assert.equal(mismatch, null, mismatch || '');
      for (const path of c.absent) assert.equal(valueAt(JSON.parse(reply), path), undefined, path);
    });
  }

  test('every receipt adds up, and its hash does not depend on detail', async () => {
    for (const c of cases.filter(({ expect }) => expect)) {
      const replies = [];
      for (const detail of details) {
        replies.push(JSON.parse(await replyOf(wasm, c, { ...c.request, detail })));
      }
      try {
        checkSums(replies[2]);
        assert.deepEqual([...new Set(replies.map((reply) => reply.hash))], [replies[0].hash]);
        for (const reply of replies) assert.deepEqual(reply.totals, replies[0].totals);
      } catch (error) {
        throw new Error(`${nameOf(c)}: ${error.message}`, { cause: error });
      }
    }
  });

  test('a decision that is handed back is priced the same', async () => {
    for (const c of cases.filter(({ expect }) => expect)) {
      const receipt = JSON.parse(await replyOf(wasm, c));
      const { pins, pick, ...rest } = c.request;
      const again = JSON.parse(await replyOf(wasm, c, { ...rest, decision: receipt.decision }));
      assert.equal(again.hash, receipt.hash, nameOf(c));
      assert.deepEqual(again.totals, receipt.totals, nameOf(c));
    }
  });

  test('the best decision does not depend on the order of the wallet', async () => {
    for (const c of cases.filter(({ expect, request }) => expect && request.coupons)) {
      const receipt = JSON.parse(await replyOf(wasm, c));
      const coupons = [...c.request.coupons].reverse();
      const turned = JSON.parse(await replyOf(wasm, c, { ...c.request, coupons }));
      assert.equal(turned.hash, receipt.hash, nameOf(c));
      assert.deepEqual(turned.coupons?.reverse(), receipt.coupons, nameOf(c));
    }
  });
});

// Limits that would fill a page of Markdown: one inside and one outside.
describe('limits of a request', () => {
  const book = {
    suanpan_book: 1, shop: 's', version: 1, meaning: 1,
    catalog: { skus: [{ id: 'a', price: 100 }] },
    rules: { preset: 'cn_sequential', rules: [] },
  };
  const linesOf = (count) => Array.from({ length: count }, () => ({ sku: 'a', qty: 1 }));
  const couponsOf = (count) =>
    Array.from({ length: count }, (_, i) => ({ id: `c${i}`, rule: 'unknown' }));
  // A request whose JSON is exactly that long: an id takes up the rest.
  const requestOf = (size) => {
    const request = { now: 0, address: { region: '' }, lines: [] };
    request.address.region = 'x'.repeat(size - JSON.stringify(request).length);
    return request;
  };
  const refused = (code, path) => (error) => {
    assert.deepEqual([error.code, error.path], [code, path]);
    return true;
  };

  test('200 lines, 100 coupons and 64 KiB are enough', async () => {
    const engine = await createEngine();
    await engine.load(book, { unsignedBookForDevelopment: true });
    assert.equal(engine.quote({ now: 0, lines: linesOf(200) }).totals.payable, 20000);
    assert.equal(engine.quote({ now: 0, lines: [], coupons: couponsOf(100) }).coupons.length, 100);
    assert.equal(engine.quote(requestOf(65536)).totals.payable, 0);
    engine.dispose();
  });

  test('one more is refused', async () => {
    const engine = await createEngine();
    await engine.load(book, { unsignedBookForDevelopment: true });
    assert.throws(() => engine.quote({ now: 0, lines: linesOf(201) }),
      refused('E_LIMIT', '/lines'));
    assert.throws(() => engine.quote({ now: 0, lines: [], coupons: couponsOf(101) }),
      refused('E_LIMIT', '/coupons'));
    assert.throws(() => engine.quote(requestOf(65537)), refused('E_LIMIT', ''));
    engine.dispose();
  });
});
