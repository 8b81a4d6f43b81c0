// Freight that rules take: freight_off, goods_then_freight, coupons_cover_freight, and the base
// goods_and_freight.

import { acted, addCoupon, addRule, goodsRules, setSwitch, someRules } from './tools.js';

function freightGive({ random }) {
  const give = random.chance(60)
    ? { amount: random.pick([100, 500, 900, 3000]) }
    : { bp: random.pick([3333, 5000, 10000]), cap: random.pick([300, 999, 5000]) };
  if (random.chance(50)) give.per = random.pick(['order', 'package']);
  return { freight_off: give };
}

function makeGive(m) {
  const { random, maker } = m;
  if (random.chance(75)) return freightGive(m);
  if (random.chance(30)) return [freightGive(m), freightGive(m)];
  const bases = ['payable_goods', 'goods_and_freight'];
  const make = () => (random.chance(80) ? freightGive(m) : { free_freight: {} });
  return { tiers: maker.tierList(make, bases) };
}

/** Gifts that travel with the goods, of rules that act before freight is counted. */
function giveWeight(m) {
  const { random, book } = m;
  setSwitch(m, 'gifts_weigh', random.chance(90));
  for (const rule of someRules(m, goodsRules(m), random.int(1, 2))) {
    const { id: sku } = random.pick(book.catalog.skus);
    const gift = { options: [{ sku, qty: random.int(1, 3) }] };
    if (rule.stack?.group || random.chance(50)) gift.goal_value_fen = random.pick([1, 300, 900]);
    rule.give = { gift };
  }
}

export const freight = {
  meaning: 'a rule takes a part of the freight',
  demanded: 30,
  add(m) {
    const { random, maker, book } = m;
    const bases = ['payable_goods', 'goods_and_freight', 'goods_and_freight'];
    if (book.rules.freight?.free && random.chance(55)) delete book.rules.freight.free;
    const add = (fields) =>
      addRule(m, { stage: 'freight', when: maker.when(50, bases), ...fields });
    if (random.chance(50)) add({ kind: 'promotion', give: makeGive(m) });
    if (random.chance(50)) addCoupon(m, add({ kind: 'coupon', give: makeGive(m) }));
    if (random.chance(40)) {
      const amount = random.chance(50) ? maker.amount() : maker.total + random.int(1, 900);
      const give = { amount_off: { amount, lands_on: 'goods_then_freight' } };
      addCoupon(m, add({ kind: 'coupon', give }));
    }
    if (random.chance(30)) {
      addRule(m, {
        kind: 'promotion',
        stage: 'reward',
        give: maker.benefit(),
        when: { amount_gte: maker.threshold() + random.int(0, 900), base: 'goods_and_freight' }
      });
    }
    if (random.chance(45)) giveWeight(m);
    if (!random.chance(40)) return;
    setSwitch(m, 'coupons_cover_freight', true);
    for (const rule of goodsRules(m).filter(({ kind }) => kind === 'coupon')) {
      const off = rule.give.amount_off;
      if (off && (off.per ?? 'order') === 'order' && random.chance(40)) {
        off.amount = maker.total + random.int(1, 900);
      }
    }
  },
  used: (seen) => {
    const { ctx, state } = seen;
    const partly = ctx.packages.some(
      ({ freight: flat }, p) => state.freight[p] > 0 && state.freight[p] < flat
    );
    return partly || acted(seen, ({ freight: cuts }) => cuts.some((fen) => fen > 0));
  }
};
