// The lints of `suanpan check`, each with books that it warns of and books that it leaves alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasNativeProgram } from '../../js/cli/engines.js';
import { lint, lints } from '../../js/cli/lint.js';
import { reachOf } from '../../js/cli/scope.js';
import { createEngine } from '../../js/node.js';

const program = fileURLToPath(new URL('../../js/cli/suanpan.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'suanpan-lint-'));
after(() => rmSync(folder, { recursive: true }));

const catalog = { skus: [
  { id: 'a', price: 1000, spu: 'p', tags: ['t'] }, { id: 'b', price: 3000, tags: ['u'] },
  { id: 'car', price: 5000001 }, { id: 'ring', price: 2500000 },
] };
// Free from 99.00 on, 6.00 otherwise, by what is payable for the goods.
const freight = { default: 'f', free: { gte: 9900 },
  templates: [{ id: 'f', by: 'pieces', regions: [{ first: 1, first_fee: 600 }] }] };

const promotion = (give, more = {}) =>
  ({ id: 'r', kind: 'promotion', stage: 'order', give, ...more });
const off = (amount, more) => ({ amount_off: { amount, ...more } });
const percent = (bp, more) => ({ percent_off: { bp, ...more } });
const bookOf = (rules, more = {}) => ({ catalog, rules: { preset: 'cn_sequential',
  rules: [rules].flat(), ...more } });

// Only the lint that is looked at: a book may well be wrong in two ways.
const placesOf = (code, book, options) => lint(book, options)
  .filter((found) => found.code === code).map(({ path }) => path);

function table(code, cases) {
  for (const [name, book, places, options] of cases) {
    test(name, () => assert.deepEqual(placesOf(code, book, options), places));
  }
}

describe('W_LOSES_FREE_FREIGHT', () => {
  const at = ['/rules/rules/0/give'];
  const shop = (rule, more) => bookOf(rule, { freight, ...more });
  const tiers = (...list) => ({ tiers: { by: 'amount',
    tiers: list.map(([gte, give]) => ({ gte, give })) } });
  table('W_LOSES_FREE_FREIGHT', [
    ['5.00 off from 100.00 on: 100.00 becomes 95.00 and 6.00 of freight',
      shop(promotion(off(500), { when: { amount_gte: 10000 } })), at],
    ['10.00 off is more than the freight',
      shop(promotion(off(1000), { when: { amount_gte: 10000 } })), []],
    ['5.00 off from 104.00 on leaves 99.00',
      shop(promotion(off(500), { when: { amount_gte: 10400 } })), []],
    ['5.00 off more than 103.98 leaves 98.99',
      shop(promotion(off(500), { when: { amount_gt: 10398 } })), at],
    ['a twentieth of 99.00 is 4.95', shop(promotion(percent(500))), at],
    ['a tenth of 99.00 is 9.90', shop(promotion(percent(1000))), []],
    ['a tenth of some goods may be a fen',
      shop(promotion(percent(1000), { scope: { tags: ['t'] } })), at],
    ['a tenth of 80.00 of some goods is 8.00',
      shop(promotion(percent(1000), { scope: { tags: ['t'] }, when: { amount_gte: 8000 } })), []],
    ['a tenth with a cap of 5.00', shop(promotion(percent(1000, { cap: 500 }))), at],
    ['the half of every second piece may be little',
      shop(promotion({ nth_item: { pay_bp: [10000, 5000], order: 'cart', repeat: true,
        beyond_bp: 10000 } }, { stage: 'item' })), at],
    ['the higher of two tiers', shop(promotion(tiers([5000, off(1000)], [10000, off(500)]))), at],
    ['the lower of two tiers is not reached there',
      shop(promotion(tiers([5000, off(100)], [9900, off(1000)]))), []],
    ['every 50.00 takes 3.00: 99.00 becomes 96.00 and the freight',
      shop(promotion({ every: { by: 'amount', step: 5000, give: off(300) } })), at],
    ['every 50.00 takes 7.00: more than the freight',
      shop(promotion({ every: { by: 'amount', step: 5000, give: off(700) } })), []],
    ['a rule of a choice group is not automatic',
      shop(promotion(percent(500), { stack: { group: 'g' } }), { groups: { g: {} } }), []],
    ['a coupon is not automatic',
      shop({ id: 'c', kind: 'coupon', stage: 'shop_coupon', give: percent(500) }), []],
    ['a rule that frees the freight itself',
      shop(promotion([percent(500), { free_freight: {} }])), []],
    ['a gift takes nothing off', shop(promotion({ gift: { options: [{ sku: 'a' }] } })), []],
    ['freight is free by list price', shop(promotion(percent(500)),
      { policy: { free_freight_base: 'list' } }), []],
    ['cn_parallel tests after the item stage: an order rule', shop(promotion(percent(500)),
      { preset: 'cn_parallel' }), []],
    ['cn_parallel tests after the item stage: an item rule',
      shop(promotion(percent(500), { stage: 'item' }), { preset: 'cn_parallel' }), at],
    ['no freight', bookOf(promotion(percent(500))), []],
    ['freight that is never free', shop(promotion(percent(500)),
      { freight: { ...freight, free: undefined } }), []],
  ]);

  test('the engine agrees: a cart that would pay less without the rule', async () => {
    const engine = await createEngine();
    const request = { now: 0, address: { region: '3' }, lines: [{ sku: 'x', qty: 1 }] };
    const payable = async (rules) => {
      await engine.load({ suanpan_book: 1, shop: 's', version: 1, meaning: 1,
        catalog: { skus: [{ id: 'x', price: 10000 }] },
        rules: { preset: 'cn_sequential', freight, rules } },
      { unsignedBookForDevelopment: true });
      return engine.quote(request).totals.payable;
    };
    assert.equal(await payable([]), 10000);
    assert.equal(await payable([promotion(off(500), { when: { amount_gte: 10000 } })]), 10100);
    assert.equal(await payable([promotion(off(1000), { when: { amount_gte: 10000 } })]), 9600);
    engine.dispose();
  });
});

describe('W_EXCLUDES_BETTER', () => {
  const at = ['/rules/rules/0/stack'];
  const shuts = (give, more = {}) => promotion(give, { id: 'a', stack: { excludes: ['coupon'] },
    ...more });
  const coupon = (give, more = {}) =>
    ({ id: 'c', kind: 'coupon', stage: 'shop_coupon', give, ...more });
  table('W_EXCLUDES_BETTER', [
    ['1.00 off keeps out a coupon of 5.00', bookOf([shuts(off(100)), coupon(off(500))]), at],
    ['5.00 off keeps out a coupon of 1.00', bookOf([shuts(off(500)), coupon(off(100))]), []],
    ['5.00 off keeps out a coupon of 5.00', bookOf([shuts(off(500)), coupon(off(500))]), []],
    ['a tenth keeps out a fifth', bookOf([shuts(percent(1000)), coupon(percent(2000))]), at],
    ['a fifth keeps out a tenth', bookOf([shuts(percent(2000)), coupon(percent(1000))]), []],
    ['an amount and a percentage: either may be better',
      bookOf([shuts(off(500)), coupon(percent(100))]), at],
    ['the least of its tiers counts', bookOf([shuts({ tiers: { by: 'amount', tiers: [
      { gte: 1000, give: off(100) }, { gte: 9000, give: off(900) }] } }), coupon(off(500))]), at],
    ['the coupon names the promotions',
      bookOf([promotion(off(100)), coupon(off(500), { stack: { excludes: ['promotion'] } })]), at],
    ['the group of the coupon names them', bookOf([promotion(off(100)),
      coupon(off(500), { stack: { group: 'g' } })], { groups: { g: { excludes: ['promotion'] } } }),
    at],
    ['a coupon of other goods', bookOf([shuts(off(100), { scope: { tags: ['t'] } }),
      coupon(off(500), { scope: { tags: ['u'] } })]), []],
    ['a coupon of another shop', bookOf([shuts(off(100), { shop: 'x' }),
      coupon(off(500), { shop: 'y' })]), []],
    ['a rule of a choice group is chosen only where it is better', bookOf([
      shuts(off(100), { stack: { group: 'g', excludes: ['coupon'] } }), coupon(off(500))],
    { groups: { g: {} } }), []],
    ['a gift keeps out money', bookOf([shuts({ gift: { options: [{ sku: 'a' }] } }),
      coupon(off(100))]), at],
    ['money keeps out points', bookOf([shuts(off(1)), coupon({ points: { n: 9 } })]), []],
    ['an earlier rule of its own stage is not kept out', bookOf([
      promotion(off(100), { id: 'b', stack: { group: 'g', excludes: ['promotion'] } }),
      promotion(off(500), { id: 'a', priority: 1 })], { groups: { g: {} } }), []],
    ['a later one is', bookOf([promotion(off(100), { id: 'a' }),
      promotion(off(500), { id: 'b', stack: { group: 'g', excludes: ['promotion'] } })],
    { groups: { g: {} } }), at],
    ['exclusive: nothing later', bookOf([promotion(off(100), { stack: { exclusive: true } }),
      coupon(off(500))]), at],
    ['exclusive and better', bookOf([promotion(off(900), { stack: { exclusive: true } }),
      coupon(off(500))]), []],
    ['exclusive: an earlier stage stays', bookOf([
      promotion(off(100), { stack: { exclusive: true } }),
      promotion(off(500), { id: 'i', stage: 'item' })]), []],
  ]);
});

describe('W_RAISED_THEN_CUT', () => {
  const at = ['/catalog/skus/0/price'];
  const cheaper = { skus: catalog.skus.map((sku) => ({ ...sku, price: sku.price - 100 })) };
  const flash = { id: 'f', kind: 'flash', stage: 'unit', scope: { skus: ['a'] },
    give: { unit_price: { price: 900 } } };
  const before = (rules, skus = cheaper) => ({ previous: { ...bookOf(rules), catalog: skus } });
  table('W_RAISED_THEN_CUT', [
    ['raised by 1.00 and struck', bookOf(flash), at, before([])],
    ['raised, and the struck price changed', bookOf(flash), at,
      before({ ...flash, give: { unit_price: { price: 800 } } })],
    ['raised, and the struck price was there', bookOf(flash), [], before(flash)],
    ['struck, and not raised', bookOf(flash), [], before([], catalog)],
    ['lowered and struck', bookOf(flash), [], before([], { skus: [{ id: 'a', price: 1100 }] })],
    ['a new SKU has no price before', bookOf(flash), [], before([], { skus: [] })],
    ['a percentage in the order stage', bookOf(promotion(percent(1000),
      { scope: { spus: ['p'] } })), at, before([])],
    ['an amount off is no struck price', bookOf(promotion(off(100))), [], before([])],
    ['a coupon is none either', bookOf({ id: 'c', kind: 'coupon', stage: 'shop_coupon',
      give: percent(1000) }), [], before([])],
    ['another SKU', bookOf({ ...flash, scope: { skus: ['b'] } }), ['/catalog/skus/1/price'],
      before([])],
    ['no book before', bookOf(flash), []],
  ]);
});

describe('W_STRUCK_BASIS', () => {
  const at = ['/text/struck_basis'];
  const flash = { id: 'f', kind: 'flash', stage: 'unit', scope: { skus: ['a'] },
    give: { unit_price: { price: 900 } } };
  const shown = (rules, text) => ({ ...bookOf(rules), text });
  table('W_STRUCK_BASIS', [
    ['a flash price, and nothing said', shown(flash, {}), at],
    ['a blank is nothing', shown(flash, { struck_basis: ' ' }), at],
    ['the basis is said', shown(flash, { struck_basis: '划线价为本店标价' }), []],
    ['a book without text shows nothing', bookOf(flash), []],
    ['no unit price, nothing is struck', shown(promotion(percent(1000)), {}), []],
    ['a unit price that reaches no goods',
      shown({ ...flash, scope: { tags: ['nowhere'] } }, {}), []],
  ]);
});

describe('W_PRIZE_VALUE', () => {
  const gift = (sku, qty) => ({ gift: { options: [{ sku: 'a' }, { sku, qty }] } });
  table('W_PRIZE_VALUE', [
    ['a gift of 50,000.01', bookOf(promotion(gift('car', 1))),
      ['/rules/rules/0/give/gift/options/1']],
    ['two of 25,000.00 are 50,000.00', bookOf(promotion(gift('ring', 2))), []],
    ['three of 25,000.00', bookOf(promotion([off(1), gift('ring', 3)])),
      ['/rules/rules/0/give/1/gift/options/1']],
    ['in a tier', bookOf(promotion({ tiers: { by: 'qty', tiers: [{ gte: 1, give: off(1) },
      { gte: 2, give: gift('car', 1) }] } })),
    ['/rules/rules/0/give/tiers/tiers/1/give/gift/options/1']],
    ['for every step', bookOf(promotion({ every: { by: 'qty', step: 1, give: gift('car', 1) } })),
      ['/rules/rules/0/give/every/give/gift/options/1']],
    ['a bonus of 50,000.01', bookOf(promotion({ stored_bonus: { amount: 5000001 } })),
      ['/rules/rules/0/give/stored_bonus']],
    ['a bonus of 50,000.00', bookOf(promotion({ stored_bonus: { amount: 5000000 } })), []],
  ]);
});

describe('what a public part gives away', () => {
  const manifest = (rules, skus) => ({ manifest: { parts: [
    { name: 'rules', audience: rules, len: 1 }, { name: 'catalog', audience: skus, len: 1 }] } });
  const open = manifest('public', 'public');
  const closed = manifest('server', 'member');
  const funded = bookOf(promotion(off(1), { funded_by: [{ party: 'x', bp: 10000 }] }));
  const paid = bookOf(promotion({ commission: { fixed: 1 } }, { stage: 'reward' }));
  const floored = (rules) => ({ ...bookOf(rules), catalog: { skus: [{ id: 'a', price: 9, floor: 5 },
    { id: 'b', price: 9, floor: 0 }] } });
  describe('W_PUBLIC_FUNDING', () => table('W_PUBLIC_FUNDING', [
    ['in a public part', funded, ['/rules/rules/0/funded_by'], open],
    ['in a part of the server', funded, [], closed],
    ['in a book without parts', funded, []],
    ['no funding', bookOf(promotion(off(1))), [], open],
  ]));
  describe('W_PUBLIC_COMMISSION', () => table('W_PUBLIC_COMMISSION', [
    ['in a public part', paid, ['/rules/rules/0/give/commission'], open],
    ['in a part of the server', paid, [], closed],
    ['no commission', bookOf(promotion(off(1))), [], open],
  ]));
  describe('W_PUBLIC_FLOOR', () => table('W_PUBLIC_FLOOR', [
    ['a floor that no rule reaches', floored([]), ['/catalog/skus/0/floor'], open],
    ['a floor that a rule reaches is needed', floored(promotion(off(1))), [], open],
    ['a rule of other goods', floored(promotion(off(1), { scope: { skus: ['b'] } })),
      ['/catalog/skus/0/floor'], open],
    ['in a part of members', floored([]), [], closed],
  ]));
});

describe('W_NEVER_ACTS', () => {
  const bonus = (types) => promotion({ stored_bonus: { amount: 100 } },
    { stage: 'reward', scope: { order_types: types } });
  const price = (kind, types) => promotion({ unit_price: { price: 1 } },
    { kind, stage: 'unit', scope: { order_types: types } });
  const at = ['/rules/rules/0/scope/order_types'];
  table('W_NEVER_ACTS', [
    ['a reward of a type that lists no stages', bookOf(bonus(['presale'])), at],
    ['one that names the type of stored value', bookOf(bonus(['topup'])), []],
    ['one whose stage is listed', bookOf(bonus(['topup']), { order_types: { topup: ['reward'] } }),
      []],
    ['one of two types is enough', bookOf(bonus(['topup', 'normal'])), []],
    ['unit prices act in every type', bookOf(price('timed', ['topup'])), []],
    ['a group price outside of group orders', bookOf(price('group_buy', ['normal'])), at],
    ['a group price in its own', bookOf(price('group_buy', ['group_buy'])), []],
    ['no type named', bookOf(promotion(off(1))), []],
  ]);
});

test('every lint has both texts, and its code is no one else\'s', () => {
  for (const [code, { zh, en }] of Object.entries(lints)) {
    assert.match(code, /^W_[A-Z_]+$/);
    assert.match(zh, /[一-鿿]/);
    assert.match(en, /^[ -~¥]+$/);
  }
});

test('a scope is told as src/README.md tells it', () => {
  const ids = (scope) => [...reachOf(scope, catalog)].join(' ');
  assert.equal(ids(undefined), 'a b car ring');
  assert.equal(ids('all'), 'a b car ring');
  assert.equal(ids({ skus: ['b'], spus: ['p'] }), 'a b');
  assert.equal(ids({ tags: ['t', 'none'] }), 'a');
  assert.equal(ids({ price_between: [3000, 2500000] }), 'b ring');
  assert.equal(ids({ exclude: { tags: ['t'], skus: ['car'] } }), 'b ring');
  assert.equal(ids({ skus: [] }), '');
});

const amountTiers = (...list) => ({ tiers: { by: 'amount',
  tiers: list.map(([gte, give]) => ({ gte, give })) } });
const unit = (give, more) => ({ id: 'r', kind: 'timed', stage: 'unit', give, ...more });
const price = (fen) => ({ unit_price: { price: fen } });
const inRule = (path) => [`/rules/rules/0${path}`];

describe('W_LOSES_FREE_FREIGHT counts what is added to the first fee', () => {
  const regions = [{ first: 1000, first_fee: 600, additional: 500, additional_fee: 150 }];
  const heavy = (weight, more = {}) => ({ catalog: { skus: [
    { id: 'oil', price: 6990, weight_g: weight }] }, rules: { preset: 'cn_sequential',
    rules: [promotion(amountTiers([9900, off(1000)], [19900, off(2500)]))],
    freight: { default: 'f', free: { gte: 15000 },
      templates: [{ id: 'f', by: 'weight', regions: regions.map((one) => ({ ...one, ...more })) }],
    } } });
  table('W_LOSES_FREE_FREIGHT', [
    ['two of 1,500 g cost 6.00 and 4 · 1.50', heavy(1500), inRule('/give')],
    ['two of 500 g cost 6.00', heavy(500), []],
    ['a region that is never free', heavy(1500, { never_free: true }), []],
  ]);
});

describe('W_FOR_EVERYBODY', () => table('W_FOR_EVERYBODY', [
  ['a price of members', bookOf(unit(price(900), { kind: 'member' })), inRule('/kind')],
  ['a price of newcomers', bookOf(unit(price(900), { kind: 'new_member' })), inRule('/kind')],
  ['for a tier', bookOf(unit(price(900), { kind: 'member', for: { tiers: ['gold'] } })), []],
  ['for a first order', bookOf(unit(price(900), { kind: 'new_member', when: { nth_order: 1 } })),
    []],
  ['a price of a time', bookOf(unit(price(900))), []],
]));

describe('W_TIER_GIVES_LESS', () => table('W_TIER_GIVES_LESS', [
  ['5.00 and then 3.00', bookOf(promotion(amountTiers([5000, off(500)], [9000, off(300)]))),
    inRule('/give/tiers/tiers/1/give')],
  ['10 % and then 5 %', bookOf(promotion([{ growth: { n: 1 } },
    amountTiers([5000, percent(1000)], [9000, percent(500)])])),
  inRule('/give/1/tiers/tiers/1/give')],
  ['as much', bookOf(promotion(amountTiers([5000, off(500)], [9000, off(500)]))), []],
  ['more', bookOf(promotion(amountTiers([5000, off(500)], [9000, off(800)]))), []],
  ['5.00 and then 5 %', bookOf(promotion(amountTiers([5000, off(500)], [9000, percent(500)]))), []],
  ['5.00 an order and then 3.00 a piece',
    bookOf(promotion(amountTiers([5000, off(500)], [9000, off(300, { per: 'unit' })]))), []],
]));

describe('W_ABOVE_THRESHOLD', () => table('W_ABOVE_THRESHOLD', [
  ['100.00 off from 10.00 on', bookOf(promotion(off(10000), { when: { amount_gte: 1000 } })),
    inRule('/give/amount_off')],
  ['10.00 off from 10.00 on', bookOf(promotion(off(1000), { when: { amount_gte: 1000 } })), []],
  ['5.00 off whatever is bought', bookOf(promotion(off(500))), []],
  ['a coupon is looked at, too', bookOf({ id: 'c', kind: 'coupon', stage: 'shop_coupon',
    give: off(1001), when: { amount_gte: 1000 } }), inRule('/give/amount_off')],
  ['the lower tier', bookOf(promotion(amountTiers([1000, off(1001)], [9000, off(1002)]))),
    inRule('/give/tiers/tiers/0/give')],
  ['20.00 for every 10.00',
    bookOf(promotion({ every: { by: 'amount', step: 1000, give: off(2000) } })),
    inRule('/give/every/give')],
  ['20.00 for every two pieces',
    bookOf(promotion({ every: { by: 'qty', step: 2, give: off(2000) } })), []],
]));

describe('W_OVER_HALF', () => {
  table('W_OVER_HALF', [
    ['1折', bookOf(promotion(percent(9000))), inRule('/give/percent_off/bp')],
    ['9折', bookOf(promotion(percent(1000))), []],
    ['the half', bookOf(promotion(percent(5000))), []],
    ['all of it is meant', bookOf(promotion(percent(10000, { max_units: 1, per: 'unit' }))), []],
    ['in a tier', bookOf(promotion(amountTiers([5000, percent(8500)]))),
      inRule('/give/tiers/tiers/0/give/percent_off/bp')],
  ]);
  test('what is left to pay is said', () => {
    const [{ message, zh }] = lint(bookOf(promotion(percent(8500))))
      .filter(({ code }) => code === 'W_OVER_HALF');
    assert.match(message, /pays 15 %/);
    assert.match(zh, /只付 15 %/);
  });
});

describe('W_SAVES_NOTHING', () => {
  const scope = { skus: ['a', 'b'] };
  const bundle = (fen) => promotion({ bundle: { price: fen,
    needs: [{ scope: { skus: ['a'] }, qty: 2 }, { scope: { skus: ['b'] }, qty: 1 }] } });
  const nth = (beyond) => promotion({ nth_item: { pay_bp: [10000, 10000], order: 'cart',
    repeat: true, beyond_bp: beyond } });
  const addOn = (fen) => promotion({ add_on: { options: [{ sku: 'b', price: 100 },
    { sku: 'a', price: fen }] } });
  const stores = [{ id: 's', prices: { b: 4000 } }];
  const feesOff = (more = {}) =>
    promotion({ fees_off: { bp: 10000, ...more } }, { stage: 'freight' });
  const withFees = (rule) => {
    const book = bookOf(rule);
    const fees = [{ id: 'bag', amount: 100 }, { id: 'free', amount: 0 }];
    return { ...book, rules: { ...book.rules, fees } };
  };
  table('W_SAVES_NOTHING', [
    ['30.01 for goods of 10.00 and 30.00', bookOf(unit(price(3001), { scope })),
      inRule('/give/unit_price')],
    ['30.00 is no more than one of them', bookOf(unit(price(3000), { scope })), []],
    ['a store asks more', { ...bookOf(unit(price(3001), { scope })),
      catalog: { ...catalog, stores } }, []],
    ['own prices, all above', bookOf(unit({ unit_price: { prices: { a: 1001, b: 3001 } } })),
      inRule('/give/unit_price')],
    ['own prices, one below', bookOf(unit({ unit_price: { prices: { a: 1001, b: 2999 } } })), []],
    ['a bundle for what its goods cost', bookOf(bundle(5000)), inRule('/give/bundle/price')],
    ['a bundle for less', bookOf(bundle(4999)), []],
    ['an add-on above list', bookOf(addOn(1001)), inRule('/give/add_on/options/1/price')],
    ['an add-on at list', bookOf(addOn(1000)), []],
    ['every piece at 100 %', bookOf(nth(10000)), inRule('/give/nth_item')],
    ['pieces beyond at 90 %', bookOf(nth(9000)), []],
    ['fees off in a book without fees', bookOf(feesOff()), inRule('/give/fees_off')],
    ['a fee off that is charged', withFees(feesOff({ fees: ['bag'] })), []],
    ['a fee off that is 0', withFees(feesOff({ fees: ['free'] })), inRule('/give/fees_off')],
  ]);
});

describe('W_UNKNOWN_STORE', () => {
  const of = (scope, stores) => ({ ...bookOf(promotion(off(100), { scope })),
    catalog: { ...catalog, stores } });
  const stores = [{ id: 's', tags: ['city'] }];
  table('W_UNKNOWN_STORE', [
    ['a store that is not there', of({ stores: ['s', 'x'] }, stores), inRule('/scope/stores/1')],
    ['a tag of no store', of({ store_tags: ['town'] }, stores), inRule('/scope/store_tags/0')],
    ['one that is there', of({ stores: ['s'], store_tags: ['city'] }, stores), []],
    ['without stores in the catalogue any may stand', of({ stores: ['x'] }), []],
  ]);
});

describe('W_PREFETCH_SIZE', () => {
  // 196,608 bytes are 256 KB as base64, of which 4,096 are for the head.
  const of = (catalogSize, rulesSize) => ({ manifest: { parts: [
    { name: 'catalog', audience: 'public', len: catalogSize },
    { name: 'rules', audience: 'public', len: rulesSize },
    { name: 'model', audience: 'public', len: 65536 }] } });
  const book = bookOf(promotion(off(1)));
  table('W_PREFETCH_SIZE', [
    ['a byte too many', book, ['/parts'], of(150000, 42513)],
    ['as much as there is room', book, [], of(150000, 42512)],
    ['a book without parts', book, []],
  ]);
  test('how much it is', () => {
    const [{ message }] = lint(book, of(300000, 42513)).filter(({ code }) =>
      code === 'W_PREFETCH_SIZE');
    assert.match(message, /452 KB/);
  });
});

describe('W_IDLE_CARD', () => {
  const of = (card, member, more) => bookOf(promotion(off(100), { for: member }),
    { tiers: ['silver', 'gold'], member_cards: { [catalog.skus[0].id]: card }, ...more });
  const found = [`/rules/member_cards/${catalog.skus[0].id}`];
  const earn = { num: 1, den: 100, by_tier: { gold: 20000 } };
  table('W_IDLE_CARD', [
    ['a tier that nobody asks for', of({ tier: 'gold' }, { tiers: ['silver'] }), found],
    ['a tier of a rule', of({ tier: 'gold' }, { tiers: ['gold'] }), []],
    ['a tag deep in a rule', of({ tags: ['vip'] }, { any: [{ not: { tags: ['vip'] } }] }), []],
    ['a tier that earns more', of({ tier: 'gold' }, { tags: ['x'] },
      { points: { num: 1, den: 1, earn } }), []],
  ]);
});

describe('W_TIER_GONE', () => {
  const of = (...tiers) => bookOf([], { tiers });
  table('W_TIER_GONE', [
    ['a tier less', of('gold'), ['/rules/tiers'], { previous: of('silver', 'gold') }],
    ['all tiers', bookOf([]), ['/rules/tiers'], { previous: of('silver') }],
    ['a tier more', of('silver', 'gold'), [], { previous: of('gold') }],
    ['no tiers before', of('gold'), [], { previous: bookOf([]) }],
  ]);
});

test('every lint has its text in both languages and stands in both documents', () => {
  const read = (name) => readFileSync(new URL(`../../src/${name}`, import.meta.url), 'utf8');
  const pages = ['README.md', 'README.zh-CN.md'].map(read);
  Object.entries(lints).forEach(([code, { zh, en }]) => {
    assert.ok(zh && en, code);
    pages.forEach((page) => assert.ok(page.includes(`\`${code}\``), code));
  });
});

test('at most 100 are told', () => {
  const many = Array.from({ length: 150 }, (_, i) => promotion(percent(500), { id: `r${i}` }));
  assert.equal(lint(bookOf(many, { freight })).length, 100);
});

describe('the command line', () => {
  const whole = ({ catalog: goods, rules }) =>
    ({ suanpan_book: 1, shop: 's', version: 1, meaning: 1, catalog: goods, rules });
  const file = (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const check = (...args) => spawnSync(process.execPath, [program, 'check', ...args],
    { encoding: 'utf8' });
  const bad = file('bad.json', whole(bookOf(promotion(off(500), { when: { amount_gte: 10000 } }),
    { freight })));
  const codes = ({ stdout }) => JSON.parse(stdout).warnings.map(({ code }) => code);

  test('lints stand behind the warnings of the engine', () => {
    const { status, stdout, stderr } = check('--book', bad);
    assert.equal(status, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { ok: true, errors: [], warnings: [{
      code: 'W_LOSES_FREE_FREIGHT', path: '/rules/rules/0/give',
      message: lints.W_LOSES_FREE_FREIGHT.en, zh: lints.W_LOSES_FREE_FREIGHT.zh,
    }] });
    const engines = hasNativeProgram() ? ['wasm2js', 'native'] : ['wasm2js'];
    for (const engine of engines) {
      assert.equal(check('--book', bad, '--engine', engine).stdout, stdout, engine);
    }
  });

  test('with the book before', () => {
    const flash = { id: 'f', kind: 'flash', stage: 'unit', give: { unit_price: { price: 900 } } };
    const now = file('now.json', whole(bookOf(flash)));
    const before = file('before.json', whole({ ...bookOf([]), catalog: { skus: [
      { id: 'a', price: 900 }] } }));
    assert.deepEqual(codes(check('--book', now)), []);
    assert.deepEqual(codes(check('--book', now, '--previous', before)), ['W_RAISED_THEN_CUT']);
    const refused = check('--book', now, '--previous', program);
    assert.equal(refused.status, 1);
    assert.equal(JSON.parse(refused.stdout).code, 'E_JSON');
  });

  test('a book with errors is only told its errors', () => {
    const wrong = file('wrong.json', { ...whole(bookOf(promotion(percent(500)), { freight })),
      version: 0 });
    const { status, stdout } = check('--book', wrong);
    assert.equal(status, 1);
    assert.deepEqual(codes({ stdout }), []);
  });
});
