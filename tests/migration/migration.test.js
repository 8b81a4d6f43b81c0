// The cart page before and after, tap by tap, on the same server's answers; and what the adapter
// maps or refuses. The pages run in a context that has what a mini-program has.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildMiniProgram } from '../../js/build/miniprogram.js';
import { createEngine } from '../../js/node.js';
import { makeContext, openPage } from './context.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(root + path);

before(buildMiniProgram);

const adapterOf = () => makeContext().load('demo/migration/pages/adapter.js');
const timesOf = () => makeContext().load('demo/migration/pages/times.js');
const tap = (dataset) => ({ currentTarget: { dataset } });
const painted = () => new Promise(setImmediate);

async function bothPages() {
  const before = openPage('demo/migration/pages/old_cart.js');
  const after = openPage('demo/migration/pages/new_cart.js');
  before.onLoad();
  await after.onLoad();
  const both = async (handler, dataset) => {
    before[handler](tap(dataset));
    after[handler](tap(dataset));
    await painted();
  };
  return { before, after, both };
}

// The rules of this shop in whole fen: 满减 first, then one coupon, its percentage rounded half up.
function exactly(goodsList, coupon) {
  const total = goodsList.filter(({ isSelected }) => isSelected)
    .reduce((sum, { price, num }) => sum + Number(price.replace('.', '')) * num, 0);
  const cut = total >= 20000 ? 3000 : total >= 10000 ? 1000 : 0;
  const left = total - cut;
  const isLawful = total >= coupon.base;
  const more = coupon.type === 1 ? coupon.value
    : Math.floor((left * (1000 - coupon.value) + 500) / 1000);
  return { total, isLawful, pay: left - Math.min(left, more) };
}

const fen = (text) => Math.round(Number(text) * 100);

test('the same template gets the same data', async () => {
  const { before, after } = await bothPages();
  assert.deepEqual(Object.keys(after.data).sort(), Object.keys(before.data).sort());
  assert.deepEqual(after.data.goodsList, before.data.goodsList);
  assert.equal(after.data.total, before.data.total);
});

test('tap by tap the new page is exact, where the old one is off by a fen or worse', async () => {
  const { before, after, both } = await bothPages();
  // How often the old page agrees, is off by a fen, and keeps a coupon it should not.
  const found = { carts: 0, equal: 0, off: 0, stale: 0 };
  for (let first = 1; first <= 8; first++) {
    for (let second = 1; second <= 8; second++) {
      await both('onNum', { index: 0, num: first });
      await both('onNum', { index: 1, num: second });
      if ((first + second) % 3 === 0) await both('onSelect', { index: 2 });
      for (const [index, coupon] of after.data.coupons.entries()) {
        await both('onCoupon', { index });
        const { total, isLawful, pay } = exactly(after.data.goodsList, coupon);
        assert.equal(fen(after.data.total), total);
        if (!isLawful) continue;
        found.carts++;
        assert.equal(after.data.picked, coupon.couponId);
        assert.equal(fen(after.data.pay), pay, JSON.stringify(after.data));
        if (fen(before.data.pay) === pay) found.equal++;
        else found.off++;
        assert.ok(Math.abs(fen(before.data.pay) - pay) <= 1, 'only floats set them apart');
      }
      // A coupon that was lawful stays in the old page when the cart no longer deserves it.
      await both('onNum', { index: 0, num: 1 });
      await both('onNum', { index: 1, num: 1 });
      const { coupons, picked } = before.data;
      const coupon = coupons.find(({ couponId }) => couponId === picked);
      if (exactly(before.data.goodsList, coupon).isLawful) continue;
      found.stale++;
      assert.notEqual(after.data.picked, coupon.couponId);
      assert.ok(fen(before.data.pay) < fen(after.data.pay));
    }
  }
  // The figures of demo/migration/README.md.
  assert.deepEqual(found, { carts: 175, equal: 163, off: 12, stale: 48 });
});

test('without a choice the engine finds the best coupon, as the old page never did', async () => {
  const { before, after } = await bothPages();
  assert.equal(before.data.picked, '');
  const pays = after.data.coupons.map((coupon) => exactly(after.data.goodsList, coupon))
    .filter(({ isLawful }) => isLawful).map(({ pay }) => pay);
  assert.equal(fen(after.data.pay), Math.min(...pays));
  assert.ok(fen(after.data.pay) < fen(before.data.pay));
});

// ---- what is mapped, and what is refused ----

const same = (actual, wanted) => assert.deepEqual(JSON.parse(JSON.stringify(actual)), wanted);
const refused = (path, code = 'E_TYPE') => (error) => error.name === 'SuanpanError'
  && error.code === code && error.path === path;

test('amounts: yuan as text or as JSON has them, fen as text or integer', () => {
  const { fenOfYuan, fenOfFen } = adapterOf();
  same(['79.00', '79.9', '79', 79.9, 79].map((value) => fenOfYuan(value, '/p')),
    [7900, 7990, 7900, 7990, 7900]);
  same(['29800', 29800, '0'].map((value) => fenOfFen(value, '/p')), [29800, 29800, 0]);
  for (const bad of ['', null, undefined, '79.005', 19.9 * 3, '¥79', '1,000', NaN, '-1', 'free']) {
    assert.throws(() => fenOfYuan(bad, '/p'), refused('/p', 'E_NUMBER'), String(bad));
  }
  for (const bad of ['', null, '79.00', 79.5, '1e3', -1, '99999999999999999999']) {
    assert.throws(() => fenOfFen(bad, '/p'), refused('/p'), String(bad));
  }
});

test('ids: 18 digits as text; a number that has lost digits is refused', () => {
  const { idOf } = adapterOf();
  same(['135676631100000017', 42].map((value) => idOf(value, '/id')),
    ['135676631100000017', '42']);
  for (const bad of [JSON.parse('135676631100000017'), null, undefined, {}]) {
    assert.throws(() => idOf(bad, '/id'), refused('/id'), String(bad));
  }
});

test('flags: 0, 1, true, false, and their texts; nothing else', () => {
  const { flagOf } = adapterOf();
  same([0, 1, '0', '1', true, false, 'true', 'false'].map((value) => flagOf(value, '/f')),
    [false, true, false, true, true, false, true, false]);
  for (const bad of ['', null, undefined, 2, 'yes', '是', 'toString']) {
    assert.throws(() => flagOf(bad, '/f'), refused('/f'), String(bad));
  }
});

test('rates: 550, 5.5, 55 and 0.55 are 5.5折 where the field is said to be so', () => {
  const { offOf } = adapterOf();
  const rates = [[550, 1000], ['5.5', 10], [5.5, 10], [55, 100], [0.55, 1], ['8.5', 10], [0.57, 1],
    ['9.85', 10]];
  same(rates.map(([value, whole]) => offOf(value, whole, '/v')),
    [4500, 4500, 4500, 4500, 4500, 1500, 4300, 150]);
  for (const [value, whole] of [[0, 10], [10, 10], [550, 10], [3, 7]]) {
    assert.throws(() => offOf(value, whole, '/v'), refused('/v'), `${value} of ${whole}`);
  }
  for (const value of ['', '5.5折', null]) {
    assert.throws(() => offOf(value, 10, '/v'), refused('/v', 'E_NUMBER'), value);
  }
});

test('activities as text: read whole or not at all', () => {
  const { tiersOf } = adapterOf();
  const tier = (gte, amount) => ({ gte, give: { amount_off: { amount } } });
  same(tiersOf('满200减30，满100减10', '/t'), [tier(10000, 1000), tier(20000, 3000)]);
  same(tiersOf('满99.9元减5.5元; 满199减20', '/t'), [tier(9990, 550), tier(19900, 2000)]);
  for (const bad of ['满100减10，第二件半价', '每满100减10', '满100打9折', '', '满100减']) {
    assert.throws(() => tiersOf(bad, '/t'), refused('/t'), bad);
  }
});

test('times: seconds, milliseconds, the shop\'s clock, or with a zone of their own', () => {
  const { timeOf } = timesOf();
  const moment = 1762790400; // 11 November 2025 in China
  same([moment, String(moment), moment * 1000, '2025-11-11', '2025-11-11 00:00:00',
    '2025/11/11 00:00', '2025-11-11T00:00:00+08:00', '2025-11-10T16:00:00Z',
    '2025-11-10T16:00:00.000Z'].map((value) => timeOf(value, '/t')), Array(9).fill(moment));
  for (const bad of ['', null, undefined, 0, -1, 1762790400.5, '2025-02-30', '2025-13-01',
    '2025-11-11 24:00:00', '11/11/2025', '明天', 17627904]) {
    assert.throws(() => timeOf(bad, '/t'), refused('/t'), String(bad));
  }
});

test('a coupon that has ended is not used', async () => {
  const { bookOf, requestOf } = adapterOf();
  const { timeOf } = timesOf();
  const goodsList = [{ skuId: 'a', price: '100.00', num: 1, isSelected: 1 }];
  const coupons = [{ couponId: 'c', type: 1, value: 1000, base: 0, title: '10' }];
  const to = timeOf('2025-11-11 00:00:00', '/coupons/0/endTime');
  const ask = (now) => {
    const request = requestOf({ goodsList, coupons, picked: '' }, now);
    return { ...request, coupons: request.coupons.map((coupon) => ({ ...coupon, to })) };
  };
  const engine = await createEngine();
  await engine.load(bookOf({ cart: { goodsList, promotionList: [] }, coupons }),
    { unsignedBookForDevelopment: true });
  const payable = (now) => engine.quote(ask(now)).totals.payable;
  assert.deepEqual([1762790399, 1762790400].map(payable), [9000, 10000]);
});

test('what the page can not map never reaches the engine', () => {
  const { bookOf, requestOf } = adapterOf();
  const goods = { skuId: 'a', price: '1.00', num: 1, isSelected: 1 };
  const answer = (change) => ({ coupons: [{ couponId: 'c', type: 3, value: 1, base: 0 }],
    cart: { goodsList: [goods], promotionList: [], ...change } });
  assert.throws(() => bookOf(answer({})), refused('/coupons/0/type'));
  assert.throws(() => bookOf(answer({ goodsList: [{ ...goods, price: '1.005' }] })),
    refused('/goodsList/0/price', 'E_NUMBER'));
  assert.throws(() => requestOf({ coupons: [], goodsList: [{ ...goods, isSelected: 'x' }] }, 1),
    refused('/goodsList/0/isSelected'));
});

test('the adapter is short enough to read', () => {
  const lines = read('demo/migration/pages/adapter.js').toString().split('\n').length - 1;
  assert.ok(lines < 140, `${lines} lines`);
  for (const name of ['README.md', 'README.zh-CN.md', 'demo/migration/README.md',
    'demo/migration/README.zh-CN.md']) {
    assert.match(read(name).toString(), new RegExp(`${lines} (lines|行)`), name);
  }
});
