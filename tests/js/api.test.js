// The engine as programs see it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createEngine, errors, limits, SuanpanError, version } from '../../js/node.js';

const fixture = (name) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const bookBytes = fixture('book.json');
const book = JSON.parse(bookBytes);
const request = JSON.parse(fixture('request.json'));
const unsigned = { unsignedBookForDevelopment: true };

async function engineWithBook(options) {
  const engine = await createEngine(options);
  await engine.load(book, unsigned);
  return engine;
}

const fails = (code, path) => (error) => {
  assert.ok(error instanceof SuanpanError && error instanceof Error, String(error));
  assert.equal(error.name, 'SuanpanError');
  assert.equal(error.code, code, error.message);
  if (path !== undefined) assert.equal(error.path, path);
  assert.ok(error.message.length > 0 && error.zh.length > 0 && error.en.length > 0);
  return true;
};

test('a cart is priced, and the parts add up', async () => {
  const engine = await engineWithBook();
  const receipt = engine.quote(request);
  const { totals, lines } = receipt;
  const sum = (key) => lines.reduce((total, line) => total + line[key], 0);
  assert.equal(totals.list, 2 * 1800 + 2250 + 2 * 599);
  assert.equal(totals.options, 300);
  assert.equal(totals.unit_cut, 400);
  assert.equal(sum('list'), totals.list + totals.options);
  assert.equal(sum('net'), totals.goods);
  assert.equal(sum('paid'), totals.goods - totals.points_cut - totals.rounding_off);
  assert.equal(totals.payable,
    totals.goods - totals.points_cut - totals.rounding_off + totals.freight + totals.fees);
  assert.match(receipt.hash, /^[0-9a-f]{64}$/);
  assert.deepEqual(engine.quote(request), receipt);
});

test('each form of a development book loads, and is the same book', async () => {
  const engine = await createEngine();
  const text = bookBytes.toString();
  const forms = [book, text, bookBytes, new Uint8Array(bookBytes), new Uint8Array(bookBytes).buffer,
    new DataView(new Uint8Array(bookBytes).buffer)];
  for (const form of forms) {
    const loaded = await engine.load(form, unsigned);
    assert.deepEqual(Object.keys(loaded).sort(), ['digest', 'shop', 'version']);
    assert.equal(loaded.shop, 'noodle_house');
    assert.equal(loaded.version, 7);
    assert.match(loaded.digest, /^[0-9a-f]{64}$/);
    assert.equal(engine.quote(request).book, loaded.digest);
  }
});

test('no book goes in unverified unless the option says so', async () => {
  const engine = await createEngine();
  const container = new TextEncoder().encode('SPB1\x7f\x7f\x7f\x7f');
  for (const form of [book, bookBytes, container]) {
    for (const options of [undefined, {}, { unsignedBookForDevelopment: 'yes' }]) {
      await assert.rejects(engine.load(form, options), fails('E_UNVERIFIED'));
    }
  }
  assert.throws(() => engine.quote(request), fails('E_NO_BOOK'));
  await assert.rejects(engine.load(container, unsigned), fails('E_MAGIC'));
});

test('a book that is refused leaves the one before', async () => {
  const engine = await engineWithBook();
  const before = engine.quote(request);
  await assert.rejects(engine.load({ ...book, colour: 'red' }, unsigned),
    fails('E_FIELD', '/colour'));
  await assert.rejects(engine.load('{"suanpan_book": 1', unsigned), fails('E_JSON'));
  await assert.rejects(engine.load('', unsigned), fails('E_JSON'));
  assert.deepEqual(engine.quote(request), before);
});

test('errors carry a code and the path of the field', async () => {
  const engine = await engineWithBook();
  const line = { sku: '1', qty: 1 };
  const lineWith = (change) => ({ ...request, lines: [line, { ...line, ...change }] });
  const cases = [
    [lineWith({ qty: 0 }), 'E_RANGE', '/lines/1/qty'],
    [lineWith({ qty: 10000 }), 'E_RANGE', '/lines/1/qty'],
    [lineWith({ qty: 1.5 }), 'E_NUMBER', '/lines/1/qty'],
    [lineWith({ qty: 1e300 }), 'E_NUMBER', '/lines/1/qty'],
    [lineWith({ qty: '1' }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ qty: '99.9' }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ qty: '' }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ qty: null }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ qty: NaN }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ qty: Infinity }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ qty: undefined }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ selected: undefined }), 'E_TYPE', '/lines/1/selected'],
    [lineWith({ qty: 1n }), 'E_TYPE', '/lines/1/qty'],
    [lineWith({ colour: 'red' }), 'E_FIELD', '/lines/1/colour'],
    [lineWith({ sku: '' }), 'E_ID', '/lines/1/sku'],
    [lineWith({ id: '0' }), 'E_DUPLICATE_ID', '/lines/1/id'],
    [{ ...request, now: new Date() }, 'E_TYPE', '/now'],
    [{ ...request, pins: { lines: { 0: NaN } } }, 'E_TYPE', '/pins/lines/0'],
    [{ lines: [] }, 'E_REQUIRED', '/now'],
    [undefined, 'E_TYPE', ''],
    [null, 'E_TYPE', ''],
    ['{}', 'E_TYPE', ''],
    [[], 'E_TYPE', ''],
  ];
  for (const [bad, code, path] of cases) assert.throws(() => engine.quote(bad), fails(code, path));
  assert.throws(() => engine.quote(undefined), fails('E_TYPE', ''));
});

test('a cart of two types of orders is refused with the orders it makes', async () => {
  const engine = await engineWithBook();
  const lines = [{ sku: '1', qty: 1 }, { sku: '1', qty: 1, order_type: 'presale' }];
  const split = [
    { order_type: 'normal', lines: ['0'] }, { order_type: 'presale', lines: ['1'] },
  ];
  assert.throws(() => engine.quote({ ...request, lines }), (error) => {
    assert.deepEqual(JSON.parse(JSON.stringify(error)), { code: 'E_ORDER_TYPE',
      path: '/lines/1/order_type', message: error.message, split });
    return true;
  });
});

test('an error can be sent and told apart', async () => {
  const engine = await createEngine();
  try {
    engine.quote(request);
    assert.fail('no book is loaded');
  } catch (error) {
    assert.deepEqual(JSON.parse(JSON.stringify(error)),
      { code: 'E_NO_BOOK', path: error.path, message: error.message });
    assert.match(String(error), /^SuanpanError: /);
  }
});

test('the other verbs', async () => {
  const engine = await engineWithBook();
  const { receipt, explain } = engine.explain(request);
  assert.deepEqual(receipt.totals, engine.quote(request).totals);
  assert.ok(explain.length > 0 && explain.every(({ zh, en }) => zh && en));
  assert.deepEqual(engine.share({ amount: 6666, weights: [3333, 3333, 1], mode: 'last' }),
    { parts: [3332, 3332, 2] });
  const weights = [3333, 3333, 1];
  assert.deepEqual(engine.share({ amount: 6666, weights, caps: weights, mode: 'last' }),
    { parts: [3332, 3333, 1] });
  for (const form of [book, bookBytes, bookBytes.toString()]) {
    assert.deepEqual(engine.check(form), { ok: true, errors: [], warnings: [] });
  }
  const { ok, errors: found } = engine.check({ ...book, colour: 'red', version: 0 });
  assert.equal(ok, false);
  assert.deepEqual(found.map(({ path }) => path).sort(), ['/colour', '/version']);
  assert.equal(engine.info().version, version);
  assert.throws(() => engine.share({ amount: 1.5, weights: [] }), fails('E_NUMBER', '/amount'));
});

test('results are frozen only when asked', async () => {
  const frozen = (await engineWithBook({ freeze: true })).quote(request);
  assert.ok(Object.isFrozen(frozen) && Object.isFrozen(frozen.lines[0].cuts));
  assert.throws(() => { frozen.totals.payable = 0; }, TypeError);
  assert.ok(!Object.isFrozen((await engineWithBook()).quote(request)));
});

test('two engines do not see each other, and one can be let go', async () => {
  const [one, other] = [await engineWithBook(), await createEngine()];
  assert.throws(() => other.quote(request), fails('E_NO_BOOK'));
  one.dispose();
  assert.throws(() => one.quote(request), fails('E_ENGINE'));
  await assert.rejects(one.load(book, unsigned), fails('E_ENGINE'));
  assert.equal(other.info().version, version);
});

test('memory grows under the calls and nothing is lost', async () => {
  const engine = await engineWithBook();
  const small = engine.quote(request);
  const many = JSON.parse(JSON.stringify(book));
  for (let i = 0; i < limits.skus_max - 6; i++) many.catalog.skus.push({ id: `s${i}`, price: i });
  await engine.load(many, unsigned);
  const lines = Array.from({ length: limits.lines_max }, (_, i) =>
    ({ id: `行${i}`, sku: `s${i * 3}`, qty: 2 }));
  const large = engine.quote({ ...request, lines, detail: 'full' });
  assert.equal(large.lines.length, limits.lines_max);
  assert.equal(large.lines[199].id, '行199');
  assert.equal(large.totals.list, lines.reduce((sum, _, i) => sum + 2 * 3 * i, 0));
  assert.deepEqual(engine.quote(request).totals, small.totals);
});

test('a request that is too large is refused, not the memory', async () => {
  const engine = await engineWithBook();
  const id = '算'.repeat(limits.request_bytes_max);
  assert.throws(() => engine.quote({ ...request, lines: [{ id, sku: '1', qty: 1 }] }),
    fails('E_LIMIT'));
  assert.ok(engine.quote(request).totals.payable > 0);
});

test('every code has texts in both languages', () => {
  for (const code of Object.keys(errors)) {
    const error = new SuanpanError(code);
    assert.ok(error.zh && error.en, code);
    assert.equal(error.message, error.en);
  }
});
