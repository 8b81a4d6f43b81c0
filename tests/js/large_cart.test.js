// Carts whose tree is too large to be walked: the answer is not proven, but it must be a good one.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createEngine } from '../../js/node.js';

const now = 1767240000;
const count = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const tags = (i) => [`t${i % 3}`, `u${i % 4}`, `v${i % 5}`];

const skus = count(40, (i) => ({ id: `s${i}`, price: 900 + ((i * 733) % 4000), tags: tags(i) }));
const gives = (i) => [
  { percent_off: { bp: 500 + 90 * i } },
  { tiers: { by: 'amount', tiers: [
    { gte: 9000, give: { amount_off: { amount: 900 + 70 * i } } },
    { gte: 20000, give: { amount_off: { amount: 2500 + 150 * i } } }] } },
  { nth_item: { pay_bp: [10000, 5000], order: 'price_desc', repeat: true, beyond_bp: 10000 } },
][i % 3];
const scopes = ['t0', 't1', 't2', 'u0', 'u1', 'u2', 'u3', 'v0', 'v1', 'v2', 'v3', 'v4'];
const promotions = scopes.map((tag, i) => ({
  id: `r${String(i).padStart(2, '0')}`, kind: 'promotion', stage: i % 2 ? 'order' : 'item',
  scope: { tags: [tag] }, give: gives(i), stack: { group: 'one' },
}));
const coupons = count(12, (i) => ({
  id: `c${i}`, kind: 'coupon', stage: i % 2 ? 'platform_coupon' : 'shop_coupon',
  when: { amount_gte: 20000 + 5000 * i },
  give: i % 3
    ? { amount_off: { amount: 900 + 210 * i } }
    : { percent_off: { bp: 400 + 60 * i, cap: 3000 } },
}));
const book = {
  suanpan_book: 1, shop: 'large', version: 1, meaning: 1, catalog: { skus },
  rules: { preset: 'cn_sequential', groups: { one: {} }, rules: [...promotions, ...coupons] },
};
const request = {
  now,
  lines: skus.map(({ id }, i) => ({ id, sku: id, qty: 1 + (i % 3) })),
  coupons: coupons.map(({ id }) => ({ id: `w-${id}`, rule: id })),
};

describe('a cart too large to be proven', () => {
  let engine;
  before(async () => {
    engine = await createEngine();
    await engine.load(book, { unsignedBookForDevelopment: true });
  });

  test('says that it is not proven, and by how much it may be off', () => {
    const { search } = engine.quote(request);
    assert.equal(search.exact, false);
    assert.ok(search.gap > 0);
  });

  test('costs no more than any one promotion on all of its goods', () => {
    const { payable } = engine.quote(request).totals;
    promotions.forEach(({ id, scope }) => {
      const lines = Object.fromEntries(skus.map((sku) =>
        [sku.id, sku.tags.includes(scope.tags[0]) ? id : null]));
      const simple = engine.quote({ ...request, pins: { lines } });
      assert.ok(payable <= simple.totals.payable, `${id}: ${simple.totals.payable} < ${payable}`);
    });
  });

  test('costs no more than any one coupon', () => {
    const { payable } = engine.quote(request).totals;
    request.coupons.forEach(({ id }) => {
      const simple = engine.quote({ ...request, pins: { coupons: [id] } });
      assert.ok(payable <= simple.totals.payable, `${id}: ${simple.totals.payable} < ${payable}`);
    });
  });

  test('is priced alike when its decision is handed back', () => {
    const { decision, hash } = engine.quote(request);
    assert.equal(engine.quote({ ...request, decision }).hash, hash);
  });
});
