// What gifts and rewards stand on, from a priced order to its refunds: all by the engine, without
// a server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine, orderRecord } from '../../js/node.js';
import { tablesOf } from '../../js/server/books.js';
import { giftTerms, rewardPlace } from '../../js/server/gift_terms.js';
import { FEATURES } from '../oracle/features/index.js';
import { generateCart } from '../oracle/generate.js';

const unsigned = { unsignedBookForDevelopment: true };
const MUG = 3000;
const mug = { gift: { options: [{ sku: 'mug' }] } };
const from = (fen) => ({ when: { amount_gte: fen } });
const promotion = (id, give, more = {}) =>
  ({ id, kind: 'promotion', stage: 'order', give, ...more });
const reward = (id, give, more = {}) => promotion(id, give, { stage: 'reward', ...more });
const sum = (values) => values.reduce((total, value) => total + value, 0);

function bookOf(rules, more = {}) {
  return { suanpan_book: 1, shop: 's', version: 1, meaning: 1,
    catalog: { skus: [{ id: 'a', price: 10000, tags: ['x'] }, { id: 'b', price: 5000, spu: 'p' },
      { id: 'c', price: 10, spu: 'p' }, { id: 'mug', price: MUG }],
    stores: [{ id: 's1', tags: ['north'] }, { id: 's2' }] },
    rules: { preset: 'cn_sequential', rules, ...more } };
}

describe('gifts and rewards', () => {
  let engine;
  before(async () => {
    engine = await createEngine();
  });
  after(() => engine.dispose());

  async function ordered(book, request) {
    await engine.load(JSON.stringify(book), unsigned);
    const full = { now: 1, ...request, detail: 'full' };
    const receipt = engine.quote(full);
    const gifts = giftTerms(receipt, full, tablesOf(book.rules, book.catalog));
    const order = orderRecord({ ...receipt, rewards: [] }, full, { gifts });
    return { receipt, order };
  }

  // What is missing after each of these refunds: mugs, and of rewards by their kind.
  function missingAfter({ receipt, order }, refunds) {
    const last = new Map();
    let deducted = 0;
    return refunds.map((refund, i) => {
      const reply = engine.refund({ order, done: refunds.slice(0, i), refund });
      deducted += reply.gifts_deducted;
      reply.gifts.filter(({ rule }) => rewardPlace(rule) !== null)
        .forEach((gift) => last.set(gift.rule, gift));
      const found = deducted > 0 ? { mug: deducted / MUG } : {};
      last.forEach(({ rule, missing }) => {
        const name = Object.keys(receipt.rewards[rewardPlace(rule)]).find((key) => key !== 'rule');
        found[name] = (found[name] || 0) + missing;
      });
      return found;
    });
  }

  const back = (...lines) => ({ lines: lines.map(([place, qty]) => ({ id: String(place), qty })) });
  const cart = (...skus) => ({ lines: skus.map(([sku, qty = 1, more = {}]) =>
    ({ sku, qty, ...more })) });
  const goesBack = async (rules, request, refunds, expected, more) => {
    const found = missingAfter(await ordered(bookOf(rules, more), request), refunds);
    assert.deepEqual(found, expected);
  };

  test('a bonus for every 100 of a top-up goes with each 100', () => goesBack(
    [reward('bonus', { every: { by: 'amount', step: 10000, give: { stored_bonus: {
      amount: 5000 } } } })], { order_type: 'topup', ...cart(['a', 10]) },
    [back([0, 1]), back([0, 8]), back([0, 1])],
    [{ stored_bonus: 5000 }, { stored_bonus: 45000 }, { stored_bonus: 50000 }],
    { order_types: { topup: ['reward'] } }));

  test('a bonus that grows by tiers keeps what the lower tier gives', () => goesBack(
    [reward('bonus', { tiers: { by: 'amount', tiers: [
      { gte: 50000, give: { stored_bonus: { amount: 3000 } } },
      { gte: 100000, give: { stored_bonus: { amount: 8000 } } }] } })],
    cart(['a', 11]), [back([0, 1]), back([0, 1]), back([0, 4]), back([0, 1])],
    [{}, { stored_bonus: 5000 }, { stored_bonus: 5000 }, { stored_bonus: 8000 }]));

  test('a gift of a tier goes with its tier', () => goesBack(
    [promotion('g', { tiers: { by: 'amount', tiers: [{ gte: 10000, give: mug }] } })],
    cart(['a'], ['c']), [back([0, 1])], [{ mug: 1 }]));

  test('a gift for every 100 goes with each 100, whatever the rule asks beside', () => goesBack(
    [promotion('g', { every: { by: 'amount', step: 10000, give: mug } }, from(10000))],
    cart(['a', 3]), [back([0, 2]), back([0, 1])], [{ mug: 2 }, { mug: 3 }]));

  test('a limit of the steps keeps what it gave for longer', () => goesBack(
    [promotion('g', { every: { by: 'amount', step: 10000, limit: 2, give: mug } })],
    cart(['a', 4]), [back([0, 2]), back([0, 1])], [{}, { mug: 1 }]));

  test('each shop has its own gift', () => goesBack(
    [promotion('g', mug, { level: 'shop', ...from(10000) })],
    cart(['a', 1, { shop: 'A' }], ['a', 1, { shop: 'B' }]), [back([1, 1]), back([0, 1])],
    [{ mug: 1 }, { mug: 2 }]));

  test('a rule of a shop counts that shop alone', () => goesBack(
    [promotion('g', mug, { shop: 'A', ...from(10000) })],
    cart(['a', 1, { shop: 'A' }], ['a', 1, { shop: 'B' }]), [back([0, 1])], [{ mug: 1 }]));

  for (const [name, scope, other] of [
    ['a store', { stores: ['s1'] }, { store: 's2' }],
    ['stores of a tag', { store_tags: ['north'] }, { store: 's2' }],
    ['a way to hand over', { fulfilment: ['delivery'] }, { fulfilment: 'pickup', store: 's1' }],
    ['goods', { tags: ['x'] }, { sku: 'b', qty: 2 }],
    ['all but some goods', { exclude: { skus: ['b'] } }, { sku: 'b', qty: 2 }],
  ]) {
    test(`a rule of ${name} counts no other lines`, () => goesBack(
      [promotion('g', mug, { scope, ...from(10000) })],
      { lines: [{ sku: 'a', qty: 1, store: 's1' }, { sku: 'a', qty: 1, ...other }] },
      [back([0, 1])], [{ mug: 1 }]));
  }

  test('an add-on holds nothing', () => goesBack(
    [promotion('g', mug, from(10000)),
      promotion('plus', { add_on: { options: [{ sku: 'a', price: 2500 }] } }, from(10000))],
    cart(['a'], ['a', 1, { add_on: 'plus' }]), [back([0, 1])], [{ mug: 1 }]));

  test('a threshold of what is left is tested on its share of the list', async () => {
    const half = promotion('h', { percent_off: { bp: 5000 } }, { stage: 'item' });
    await goesBack([promotion('g', mug, from(5000)), half], cart(['a', 1], ['b', 2]),
      [back([0, 1])], [{}]);
    await goesBack([promotion('g', mug, from(5000)), half], cart(['b', 2]),
      [back([0, 1])], [{ mug: 1 }]);
    // The same on list prices.
    await goesBack([promotion('g', mug, { when: { amount_gte: 5000, base: 'list' } }), half],
      cart(['b', 2]), [back([0, 1])], [{}]);
  });

  test('what acts after the rule took nothing from its measure', () => goesBack(
    [promotion('g', mug, { priority: 1, ...from(10000) }),
      promotion('h', { percent_off: { bp: 5000 } })],
    cart(['b', 3]), [back([0, 1]), back([0, 1])], [{}, { mug: 1 }]));

  test('all conditions hold a gift, and so do kinds and pieces of one good', async () => {
    await goesBack([promotion('g', mug, { when: { amount_gte: 5000, qty_gte: 3 } })],
      cart(['a'], ['c', 2]), [back([1, 1])], [{ mug: 1 }]);
    await goesBack([promotion('g', mug, { when: { kinds_gte: 2 } })],
      cart(['a'], ['b']), [back([1, 1])], [{ mug: 1 }]);
    await goesBack([promotion('g', mug, { when: { qty_gte: { n: 2, same: 'spu' } } })],
      cart(['a'], ['b'], ['c']), [back([0, 1]), back([1, 1])], [{}, { mug: 1 }]);
    await goesBack([promotion('g', mug, { scope: { skus: ['a'] },
      when: { contains: { scope: { skus: ['c'] }, qty: 2 } } })],
    cart(['a'], ['c', 2]), [back([1, 1])], [{ mug: 1 }]);
  });

  test('what stands on nothing goes with the last of the goods it is for', () => goesBack(
    [promotion('g', mug, { scope: { skus: ['a'] } })], cart(['a', 2], ['b']),
    [back([0, 1]), back([0, 1])], [{}, { mug: 1 }]));

  test('what can not be said by a sum stays until then', () => goesBack(
    [promotion('g', mug, { when: { any: [{ amount_gte: 20000 }, { qty_gte: 9 }] } })],
    cart(['a', 2]), [back([0, 1]), back([0, 1])], [{}, { mug: 1 }]));

  test('points, growth, days and coupons go like gifts', () => goesBack(
    [reward('r', [{ points: { n: 70 } }, { growth: { n: 30 } },
      { grant_membership: { card: 'k', days: 31 } }, { grant_coupon: { rule: 'c', n: 2 } }],
    from(15000)),
    { id: 'c', kind: 'coupon', stage: 'shop_coupon', give: { amount_off: { amount: 1 } } }],
    cart(['a', 2]), [back([0, 1])], [{ points: 70, growth: 30, card: 31, coupon: 2 }],
    { growth: { num: 1, den: 100, levels: [] } }));

  test('points for pieces and money go with the goods, and all with a threshold', async () => {
    await goesBack([reward('r', { points: { n: 5, per: 'unit' } })], cart(['a', 3], ['b', 2]),
      [back([0, 1]), back([1, 2])], [{ points: 5 }, { points: 15 }]);
    await goesBack([reward('r', { points: { num: 1, den: 100 } }, from(15000))], cart(['a', 3]),
      [back([0, 1]), back([0, 1])], [{ points: 100 }, { points: 300 }]);
  });

  test('two gifts of one rule in two stores, beside a store below the threshold', () => goesBack(
    [promotion('g', [mug, { gift: { options: [{ sku: 'mug', qty: 2 }] } }],
      { level: 'store', ...from(10000) })],
    cart(['c'], ['a', 1, { store: 's1' }], ['a', 2, { store: 's2' }]),
    [back([0, 1]), back([2, 1]), back([1, 1]), back([2, 1])],
    [{}, {}, { mug: 3 }, { mug: 6 }]));

  // Random books: whatever they hold, a record is one that the engine takes, nothing is missing
  // while nothing went back, and every reward is when all has.
  test('records of carts made by chance', async () => {
    const features = Object.keys(FEATURES).filter((name) => name !== 'pieces');
    let [gifts, rewards] = [0, 0];
    for (let number = 1; number <= 400; number++) {
      const { book, request } = generateCart(7, number, features);
      let made;
      try {
        made = await ordered(book, request);
      } catch (error) {
        if (!/^E_/.test(error.code)) throw error;
        continue;
      }
      const { receipt, order } = made;
      if (!order.lines) continue;
      const all = { lines: order.lines.flatMap(({ id, segments }) =>
        segments.map(({ qty }, segment) => ({ id, segment, qty }))) };
      const missing = engine.refund({ order, refund: all }).gifts;
      const given = receipt.gifts.filter(({ state }) => state === 'given');
      const lost = missing.filter(({ rule }) => rewardPlace(rule) === null);
      assert.equal(sum(lost.map((gift) => gift.missing)), sum(given.map(({ qty }) => qty)),
        `cart ${number}: ${JSON.stringify([order.gifts, missing, receipt.gifts])}`);
      receipt.rewards.forEach((one, place) => {
        const n = one.n || one.points || one.growth || one.days || one.stored_bonus || 0;
        const gone = missing.filter(({ rule }) => rewardPlace(rule) === place);
        assert.equal(sum(gone.map((gift) => gift.missing)), n,
          `cart ${number}: ${JSON.stringify([one, order.gifts, missing])}`);
      });
      gifts += given.length;
      rewards += receipt.rewards.length;
    }
    assert.ok(gifts > 40 && rewards > 40, `${gifts} gifts, ${rewards} rewards`);
  });
});
