// Recommendation through the package: the shop's rules hold, habits count where they may, every
// build answers alike, and nothing leaves the phone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { createEngine } from '../../js/node.js';
import { clear, exportText, forEngine, importText, learn, noHistory }
  from '../../js/recommend/history.js';
import { moreText, shelfItems, shelfRequest, topUpRows } from '../../js/recommend/shelf.js';
import { hasTrainer, trainer } from '../../js/cli/train.js';
import { asFields, idOf, inventBook, inventLog, partnerOf } from './invented.js';

const unsigned = { unsignedBookForDevelopment: true };

describe('recommendation', { skip: hasTrainer() ? false : 'OpenBLAS is not there' }, () => {
  let model;
  let engine;
  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suanpan-model-'));
    const out = join(folder, 'model');
    const run = spawnSync(trainer, ['--orders', '-', '--out', out, '--no-table', '--bytes', '8192'],
      { input: asFields(inventLog()), encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    model = new Uint8Array(readFileSync(out));
    rmSync(folder, { recursive: true });
    engine = await createEngine();
    await engine.load(inventBook(), unsigned);
    engine.loadModel(model);
  });
  const skus = (request) => engine.recommend(request).items.map(({ sku }) => sku);

  test('what goes with the cart comes first, with its reason', () => {
    const { items } = engine.recommend({ cart: [idOf(6)], count: 5 });
    assert.equal(items.length, 5);
    assert.deepEqual([items[0].sku, items[0].why], [idOf(partnerOf(6)), 'TOGETHER']);
    assert.ok(!items.some(({ sku }) => sku === idOf(6)));
  });

  test('nobody and an empty cart: popularity', () => {
    const { items, segment } = engine.recommend({ count: 3 });
    assert.equal(segment, 'unknown');
    assert.deepEqual([...new Set(items.map(({ why }) => why))], ['POPULAR']);
  });

  test('the rules of the shop hold', async () => {
    const first = skus({ cart: [idOf(6)], count: 3 });
    const without = (more) => skus({ cart: [idOf(6)], count: 3, ...more });
    assert.ok(!without({ stock: { [first[0]]: 0 } }).includes(first[0]));
    assert.ok(!without({ limits: { [first[0]]: 0 } }).includes(first[0]));
    assert.ok(!without({ exclude: [first[0]] }).includes(first[0]));
    assert.ok(without({ tags: ['c2'] }).every((sku) => Number(sku.slice(1)) % 5 === 2));
    const categories = skus({ cart: [idOf(6)], count: 10, per_category: 2 })
      .map((sku) => Number(sku.slice(1)) % 5);
    assert.equal(categories.length, 10);
    assert.ok([0, 1, 2, 3, 4].every((c) => categories.filter((own) => own === c).length === 2));
    const boosted = skus({ boosts: [{ tag: 'c4', bp: 100000 }], count: 1 });
    assert.equal(Number(boosted[0].slice(1)) % 5, 4);
    const sold = inventBook();
    sold.catalog.skus[Number(first[0].slice(1))].on_sale = false;
    await engine.load(sold, unsigned);
    assert.ok(!without({}).includes(first[0]));
    await engine.load(inventBook(), unsigned);
    assert.deepEqual(without({}), first, 'the model came back with the book');
  });

  test('just what is missing', () => {
    const { items } = engine.recommend({ cart: [idOf(6)], gap: 900, gain: 5000, count: 1 });
    assert.equal(items[0].why, 'TOP_UP');
  });

  test('habits: again, the segment, and nothing of it in non-personal mode', () => {
    let history = noHistory;
    for (let i = 0; i < 3; i++) {
      history = learn(history,
        { id: `o${i}`, time: i * 864000, lines: [{ sku: idOf(23) }], payable: 100 });
    }
    assert.deepEqual(engine.setHistory(forEngine(history)), { orders: 3, segment: 'active' });
    const { items } = engine.recommend({ count: 1 });
    assert.deepEqual([items[0].sku, items[0].why], [idOf(23), 'AGAIN']);
    engine.setHistory(null);
    const nobody = engine.recommend({ count: 10 });
    engine.setHistory(forEngine(history));
    assert.deepEqual(engine.recommend({ count: 10, non_personal: true }), nobody);
    assert.equal(engine.recommend({ count: 1, now: 86400 * 1000 }).segment, 'sleeping');
    engine.setHistory(null);
  });

  test('learning: an order once, a hundred at most, out and in again, and gone', () => {
    const order = { id: 'a', time: 86400 * 3, lines: [{ sku: 'x' }, { sku: 'x' }, { sku: 'y' }] };
    const once = learn(noHistory, order);
    assert.equal(learn(once, order), once);
    assert.deepEqual(once.orders, [{ id: 'a', day: 3, skus: ['x', 'y'] }]);
    let many = once;
    for (let i = 0; i < 150; i++) many = learn(many, { ...order, id: `${i}` });
    assert.deepEqual([many.count, many.orders.length], [151, 100]);
    assert.deepEqual(importText(exportText(many)), many);
    for (const none of [clear(), importText('{'), importText('{"count":1}')]) {
      assert.equal(none, noHistory);
    }
  });

  test('every build gives the same bytes', async () => {
    const twin = await createEngine({ build: 'wasm2js' });
    await twin.load(inventBook(), unsigned);
    twin.loadModel(model);
    const history = { orders: [{ day: 3, skus: [idOf(4), idOf(9)] }, { day: 9, skus: [idOf(4)] }] };
    [engine, twin].forEach((one) => one.setHistory(history));
    for (let item = 0; item < 60; item++) {
      const request = { cart: [idOf(item), idOf((item * 7) % 60)], count: 20, mmr_bp: item * 100 };
      assert.deepEqual(twin.recommend(request), engine.recommend(request));
    }
    engine.setHistory(null);
  });

  test('a damaged model is refused or harmless, and the one before stays', () => {
    const want = engine.recommend({ cart: [idOf(6)] });
    for (let i = 0; i < 400; i++) {
      const bad = Uint8Array.from(model);
      bad[(i * 37) % Math.min(bad.length, 400 + i)] ^= 1 << (i % 8);
      try {
        engine.loadModel(bad);
        engine.recommend({ cart: [idOf(6)] });
        engine.loadModel(model);
      } catch (error) {
        assert.equal(error.code, 'E_MODEL');
      }
      assert.deepEqual(engine.recommend({ cart: [idOf(6)] }), want);
    }
    for (const size of [0, 3, 40, 200, model.length - 1]) {
      assert.throws(() => engine.loadModel(model.subarray(0, size)), { code: 'E_MODEL' });
    }
  });

  test('errors are named', async () => {
    const bare = await createEngine();
    assert.throws(() => bare.recommend({}), { code: 'E_NO_MODEL' });
    assert.throws(() => bare.setHistory({ orders: [] }), { code: 'E_NO_MODEL' });
    assert.throws(() => bare.topUp({}), { code: 'E_NO_BOOK' });
    bare.loadModel(model);
    assert.throws(() => bare.recommend({ tags: ['c1'] }), { code: 'E_NO_BOOK', path: '/tags' });
    assert.throws(() => engine.recommend({ count: 101 }), { code: 'E_RANGE', path: '/count' });
    assert.throws(() => engine.recommend({ store: 7 }), { code: 'E_TYPE', path: '/store' });
    const request = { now: 0, lines: [{ sku: idOf(1), qty: 1 }] };
    assert.throws(() => engine.topUp({ request, candidates: ['none'] }), { path: '/candidates/0' });
    const refused = (more, code) => assert.throws(
      () => engine.topUp({ request: { ...request, ...more }, candidates: [] }), { code });
    refused({ order_type: 'points_mall' }, 'E_UNSUPPORTED');
    refused({ decision: { rules: [], lines: [], coupons: [] } }, 'E_CONFLICT');
  });

  test('nothing is sent: no part of it knows the network', async () => {
    const known = ['fetch', 'XMLHttpRequest', 'WebSocket'].map((name) => [name, globalThis[name]]);
    let asked = 0;
    const watch = () => {
      asked += 1;
      throw new Error('the network');
    };
    known.forEach(([name]) => { globalThis[name] = watch; });
    try {
      const history = learn(noHistory, { id: 'a', time: 0, lines: [{ sku: idOf(3) }] });
      engine.setHistory(forEngine(history));
      const shelf = shelfRequest({ lines: [{ sku: idOf(1) }], now: 0, isPersonal: true });
      shelfItems(engine.recommend(shelf));
      engine.topUp({ request: { now: 0, lines: [{ sku: idOf(1), qty: 4 }] }, pairs: true });
      engine.setHistory(null);
    } finally {
      known.forEach(([name, own]) => { globalThis[name] = own; });
    }
    assert.equal(asked, 0);
  });

  test('凑单 by the model: the sheet says what is paid more or less', () => {
    const request = { now: 0, lines: [{ sku: idOf(40), qty: 3 }] };
    const answer = engine.topUp({ request, pairs: true, gap: 1000 });
    assert.equal(answer.exact, true);
    const rows = topUpRows(answer);
    assert.ok(rows.length > 0 && rows.every(({ note }) => /^(多付¥|少付¥|不用多付)/.test(note)));
    assert.deepEqual([120, -300, 0].map(moreText), ['多付¥1.20', '少付¥3.00', '不用多付']);
  });
});
