// The newer parts of the rule language, worked by hand from src/README.md.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer } from './answer.js';

const NOW = 1749609000;

function quote({ prices, rules, lines, policy, catalog, part, groups, ...request }) {
  const skus = Object.entries(prices).map(([id, price]) => ({ id, price, ...catalog?.[id] }));
  const book = { suanpan_book: 1, shop: 's', version: 1, meaning: 1, catalog: { skus } };
  book.rules = { preset: 'cn_sequential', rules, ...part };
  if (policy) book.rules.policy = policy;
  if (groups) book.rules.groups = groups;
  const cart = Object.entries(lines).map(([sku, qty]) => ({ sku, qty }));
  return answer(book, { now: NOW, lines: cart, ...request }).result;
}

const ruleOf = (kind, stage) => (id, give, more) => ({ id, kind, stage, give, ...more });
const promotion = ruleOf('promotion', 'order');
const coupon = ruleOf('coupon', 'shop_coupon');
const nets = (result) => result.lines.map((line) => line.net);

test('buy two get one: the last set may be partial, the got pieces are the cheapest', () => {
  const at = (qty, more) =>
    quote({
      prices: { a: 1000, b: 300 },
      rules: [
        promotion('r', {
          buy_get: { buy: { qty: 2 }, get: { qty: 1 }, choose: 'cheapest', repeat: true, ...more }
        })
      ],
      lines: { a: qty, b: 1 }
    }).totals.promotion_cut;
  assert.equal(at(1), 0);
  assert.equal(at(2), 300);
  assert.equal(at(4), 300);
  assert.equal(at(5), 1300);
  assert.equal(at(5, { off_bp: 5000 }), 650);
});

test('a bundle takes the dearest pieces and as many sets as cut most', () => {
  const at = (repeat) =>
    quote({
      prices: { a: 1000, b: 300 },
      rules: [
        promotion('r', {
          bundle: {
            needs: [{ scope: { skus: ['a'] }, qty: 1 }, { scope: { skus: ['b'] }, qty: 1 }],
            price: 1100,
            repeat
          }
        })
      ],
      lines: { a: 2, b: 3 }
    }).totals.promotion_cut;
  assert.equal(at(false), 200);
  assert.equal(at(true), 400);
});

test('a floor sends the excess on, or it is lost', () => {
  const at = (excess) =>
    nets(
      quote({
        prices: { a: 1000, b: 1000 },
        catalog: { a: { floor: 900 } },
        policy: { excess_share: excess },
        rules: [promotion('r', { amount_off: { amount: 400 } })],
        lines: { a: 1, b: 1 }
      })
    );
  assert.deepEqual(at('moves'), [900, 700]);
  assert.deepEqual(at('lost'), [900, 800]);
});

test('a percentage in every adds up, or goes on what is left', () => {
  const at = (compound) =>
    quote({
      prices: { a: 1000 },
      rules: [
        promotion('r', {
          every: { by: 'qty', step: 1, compound, give: { percent_off: { bp: 1000, per: 'order' } } }
        })
      ],
      lines: { a: 3 }
    }).totals.promotion_cut;
  assert.equal(at(false), 900);
  // 300, then 10 % of 2700, then of 2430.
  assert.equal(at(true), 813);
});

test('an exclusive rule displaces a better automatic one of its stage', () => {
  const at = (exclusive) =>
    quote({
      prices: { a: 1000 },
      rules: [
        promotion('big', { amount_off: { amount: 500 } }, { priority: 9 }),
        promotion('only', { amount_off: { amount: 100 } }, { stack: { exclusive } })
      ],
      lines: { a: 1 }
    }).totals.goods;
  assert.equal(at(false), 400);
  assert.equal(at(true), 900);
});

test('pieces of one line serve two rules of a once_piece group', () => {
  const stack = { group: 'g' };
  const result = quote({
    prices: { a: 1000 },
    groups: { g: { pieces: 'once_piece', max: 2 } },
    rules: [
      promotion('free', { items_free: { count: 1 } }, { stack, when: { qty_gte: 2 } }),
      promotion('half', { percent_off: { bp: 5000, per: 'order' } }, { stack })
    ],
    lines: { a: 3 }
  });
  // Two pieces for the free one, the third at half its price.
  assert.equal(result.totals.goods, 1500);
  assert.deepEqual(result.decision.pieces, [
    { line: '0', segment: 0, rule: 'free', qty: 2 },
    { line: '0', segment: 0, rule: 'half', qty: 1 }
  ]);
});

test('two coupons for one cup each are shared out best', () => {
  const result = quote({
    prices: { a: 1000, b: 600 },
    groups: { g: { max: 2 } },
    rules: [
      coupon('free', { percent_off: { bp: 10000, per: 'piece' } }, { stack: { group: 'g' } }),
      coupon('half', { percent_off: { bp: 5000, per: 'piece' } }, { stack: { group: 'g' } })
    ],
    lines: { a: 1, b: 1 },
    coupons: [{ id: '1', rule: 'free' }, { id: '2', rule: 'half' }]
  });
  assert.deepEqual(nets(result), [0, 300]);
});

test('points or coupons, whichever is worth more', () => {
  const at = (bp) =>
    quote({
      prices: { a: 1000 },
      policy: { points_with_coupons: false, points_goal_bp: bp },
      part: { points: { num: 1, den: 1 } },
      rules: [coupon('c', { amount_off: { amount: 300 } })],
      lines: { a: 1 },
      coupons: [{ id: 'w', rule: 'c' }],
      member: { points: 400 },
      points: 'max'
    }).totals;
  assert.equal(at(10000).points_cut, 400);
  // 400 points count as 300 in the goal: the tie goes to the coupon.
  assert.equal(at(7500).coupon_cut, 300);
});

test('an add-on costs its price only beside enough other goods', () => {
  const at = (qty) =>
    quote({
      prices: { a: 1000, tea: 500 },
      rules: [
        promotion(
          'r',
          { add_on: { options: [{ sku: 'tea', price: 100 }] } },
          { when: { amount_gte: 2000 } }
        )
      ],
      lines: { a: qty }
    });
  assert.deepEqual(at(2).addOns.open, [{ rule: 'r', sku: 'tea', price: 100, max: 1, taken: 0 }]);
  assert.deepEqual(at(1).addOns.open, []);
});

test('a tender is paid card first, then principal and bonus by their balances', () => {
  const { tender } = quote({
    prices: { a: 1000 },
    rules: [],
    lines: { a: 1 },
    tender: { gift_card: 101, stored: { principal: 300, bonus: 150 }, order: 'pro_rata' }
  });
  assert.deepEqual(tender, { gift_card: 101, principal: 300, bonus: 150, cash: 449 });
});

test('tax lies in the price, half up', () => {
  const { lines } = quote({
    prices: { a: 1000 },
    catalog: { a: { tax_bp: 1300 } },
    rules: [],
    lines: { a: 1 }
  });
  assert.equal(lines[0].tax, 115);
});
