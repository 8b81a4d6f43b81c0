// The gives of sets and single pieces, compounded percentages, filters, percent_level.

import { acted, addRule, goodsRules, hasGive, setSwitch, skusOfCart, someRules } from './tools.js';

const NAMES = [
  ...['items_free', 'buy_get', 'bundle', 'qty_groups', 'first_and_additional', 'compound'],
  ...['max_units']
];

const chooseOf = (random) =>
  random.chance(50) ? { choose: random.pick(['dearest', 'cheapest']) } : {};

const poolOf = (m) => {
  const skus = skusOfCart(m);
  if (skus.length === 0 || m.random.chance(35)) return {};
  return { scope: { skus: m.random.subset(skus, 60).concat(m.random.pick(skus)) } };
};

const distinct = ({ qty, ...pool }, n) => {
  if (pool.scope?.skus) pool.scope.skus = [...new Set(pool.scope.skus)];
  return { ...pool, qty: n };
};

const MAKERS = {
  items_free: ({ random }) => ({
    items_free: { count: random.int(1, 2), ...chooseOf(random) }
  }),

  buy_get: (m) => {
    const { random } = m;
    const give = {
      buy: distinct(poolOf(m), random.int(1, 2)),
      get: distinct(poolOf(m), random.int(1, 2)),
      ...chooseOf(random)
    };
    if (random.chance(40)) give.off_bp = random.pick([5000, 3333, 10000, 9999]);
    if (random.chance(50)) give.repeat = true;
    return { buy_get: give };
  },

  bundle: (m) => {
    const { random, book } = m;
    const skus = random.shuffle(skusOfCart(m));
    const needs = [{ scope: skus.length > 0 ? { skus: [skus[0]] } : 'all', qty: random.int(1, 2) }];
    if (skus.length > 1 && random.chance(70)) needs.push({ scope: { skus: [skus[1]] }, qty: 1 });
    const value = needs.reduce((total, { scope, qty }) => {
      const sku = book.catalog.skus.find(({ id }) => id === scope.skus?.[0]);
      return total + qty * (sku?.price ?? 500);
    }, 0);
    const give = random.chance(60)
      ? { needs, price: Math.max(0, Math.floor((value * random.int(50, 100)) / 100)) }
      : { needs, off: random.pick([1, 100, 333, 1500]) };
    if (random.chance(60)) give.repeat = true;
    return { bundle: give };
  },

  qty_groups: ({ random }) => {
    const off = { amount_off: { amount: random.pick([100, 501, 999]) } };
    const percent = { percent_off: { bp: random.pick([1000, 3333, 5000]), per: 'order' } };
    if (random.chance(25)) percent.percent_off.cap = random.pick([99, 700]);
    return { qty_groups: { size: random.int(2, 3), give: random.pick([off, percent]) } };
  },

  first_and_additional: ({ random }) => {
    const give = {
      first: random.pick([0, 100, 777, 3000]),
      additional: random.pick([0, 50, 200, 900])
    };
    if (random.chance(50)) give.max = random.int(1, 3);
    return { first_and_additional: give };
  },

  unit: ({ random }) => {
    const give = { bp: random.pick([1000, 3333, 5000]), per: 'unit' };
    if (random.chance(30)) return { percent_off: give };
    const units = { max_units: random.int(1, 3), ...chooseOf(random) };
    if (random.chance(50)) units.max_units_per = random.pick(['line', 'rule', 'line']);
    if (random.chance(70)) return { percent_off: { ...give, ...units } };
    return { amount_off: { amount: random.pick([100, 333, 900]), per: 'unit', ...units } };
  },

  piece: (m) => {
    const { random } = m;
    const choose = random.chance(75) ? { choose: random.pick(['best', 'best', 'cheapest']) } : {};
    if (random.chance(50)) {
      return { amount_off: { amount: m.maker.amount(), per: 'piece', ...choose } };
    }
    const give = { bp: random.pick([5000, 10000, 3333]), per: 'piece', ...choose };
    if (random.chance(40)) give.cap = random.pick([200, 500, 1500]);
    return { percent_off: give };
  },

  every: ({ random, maker }) => {
    const every = { by: 'qty', step: random.int(1, 2), give: null };
    if (random.chance(30)) {
      every.by = 'amount';
      every.step = Math.max(1, Math.floor(maker.threshold() / random.int(1, 3)));
    }
    if (random.chance(40)) every.limit = random.int(1, 3);
    if (random.chance(35)) {
      every.give = { items_free: { count: 1, ...chooseOf(random) } };
      return { every };
    }
    every.give = { percent_off: { bp: random.pick([500, 1000, 3333]) } };
    if (random.chance(50)) every.give.percent_off.per = 'order';
    if (random.chance(60)) every.compound = true;
    if (random.chance(25)) every.give.percent_off.cap = random.pick([300, 900]);
    return { every };
  },

  nth: ({ random, maker }) => {
    const { nth_item: give } = maker.nthItem();
    return { nth_item: { ...give, base: random.pick(['list', 'after_item', 'current']) } };
  }
};

function makeGive(m, isCoupon) {
  const { random, maker } = m;
  const names = Object.keys(MAKERS).filter((name) => name !== 'piece' || !isCoupon);
  const make = () => MAKERS[random.pick(names)](m);
  const give = make();
  if (give.every || random.chance(88)) return random.chance(90) ? give : [give, make()];
  const tiers = maker.tierList(make);
  return tiers.tiers.some((tier) => tier.give.every) ? give : { tiers };
}

/** Where all coupons stack, those for one piece are solved together: a feature of its own. */
function withoutPieceCoupons(book) {
  for (const rule of book.rules.rules.filter(({ kind }) => kind === 'coupon')) {
    for (const give of [rule.give].flat()) {
      const content = give.amount_off ?? give.percent_off;
      if (content?.per !== 'piece') continue;
      content.per = 'order';
      delete content.choose;
    }
  }
}

export const gives = {
  meaning: 'a set, a piece or a compounded percentage cuts',
  demanded: 40,
  add(m) {
    const { random, book, maker } = m;
    if (random.chance(15)) {
      book.rules.preset = 'international';
      withoutPieceCoupons(book);
    }
    else if (random.chance(20)) setSwitch(m, 'percent_level', random.pick(['line', 'unit']));
    const rules = goodsRules(m);
    if (rules.length === 0 || random.chance(25)) {
      const stage = maker.stage();
      const give = makeGive(m, false);
      addRule(m, { kind: 'promotion', stage, give, when: maker.when(30) });
    }
    for (const rule of someRules(m, rules, random.int(1, 3))) {
      rule.give = makeGive(m, rule.kind === 'coupon');
    }
    for (const rule of someRules(m, rules, random.chance(45) ? 1 : 0)) {
      const skus = skusOfCart(m);
      if (skus.length > 0) rule.filter = { skus: [random.pick(skus)] };
    }
  },
  /** One give of a set or a piece for a rule. */
  makeOne(m, rule) {
    const names = Object.keys(MAKERS).filter((name) => name !== 'piece');
    rule.give = MAKERS[m.random.pick(names)](m);
  },
  used: (seen) =>
    acted(seen, ({ turn, cut }) => cut > 0 && hasGive(turn.rule, NAMES))
};
