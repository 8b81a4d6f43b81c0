// Order types: kinds of their own, stages that may act, scopes by type.

import { addRule, goodsRules, setSwitch, skusOfCart, someRules } from './tools.js';

const TYPES = ['group_buy', 'bargain', 'presale', 'topup'];
const STAGES = ['unit', 'item', 'order', 'shop_coupon', 'platform_coupon', 'freight', 'reward'];

/** Thresholds on some goods near what those cost. */
function askOfSome(m) {
  const { random, book } = m;
  setSwitch(m, 'group_buy_threshold', 'list');
  book.rules.order_types = { group_buy: STAGES };
  const skus = skusOfCart(m);
  for (const rule of someRules(m, goodsRules(m), 2)) {
    if (skus.length > 0) rule.scope = { skus: [random.pick(skus)] };
    rule.when = { amount_gte: Math.max(1, random.int(1, m.maker.total + 1)) };
  }
}

export const types = {
  meaning: 'the order type decides',
  demanded: 30,
  add(m) {
    const { random, book, request } = m;
    if (random.chance(60)) request.order_type = random.pick(TYPES);
    else if (random.chance(30)) request.order_type = 'normal';
    const [sku] = random.shuffle(skusOfCart(m));
    if (sku !== undefined && random.chance(75)) {
      const { price } = book.catalog.skus.find(({ id }) => id === sku);
      const own = Math.max(0, price - random.pick([1, 200, 500]));
      const kind = random.chance(60) && TYPES.slice(0, 3).includes(request.order_type)
        ? request.order_type
        : random.pick(['group_buy', 'bargain', 'presale', 'new_member']);
      const give = { unit_price: { price: own } };
      addRule(m, { kind, stage: 'unit', give, scope: { skus: [sku] } });
      if (random.chance(50)) {
        const lower = Math.max(0, own - random.pick([-1, 50]));
        const other = { unit_price: { price: lower } };
        addRule(m, { kind: 'timed', stage: 'unit', give: other, scope: 'all' });
      }
      if (random.chance(25)) {
        book.rules.policy = {
          ...book.rules.policy,
          unit_price: random.pick(['new_member', 'timed'])
        };
      }
    }
    if (request.order_type === 'topup') {
      const give = random.chance(50)
        ? { stored_bonus: { amount: 500 } }
        : { grant_membership: { card: 'vip', days: 30 } };
      addRule(m, { kind: 'promotion', stage: random.pick(['item', 'order', 'reward']), give });
    }
    if (random.chance(request.order_type === 'topup' ? 20 : 60)) {
      const type = request.order_type ?? 'normal';
      book.rules.order_types = { [type]: random.subset(STAGES, 70) };
      if (random.chance(30)) book.rules.order_types.topup = ['reward'];
    }
    if (request.order_type === 'group_buy' && random.chance(60)) askOfSome(m);
    for (const rule of someRules(m, book.rules.rules, random.int(0, 2))) {
      const scope = typeof rule.scope === 'object' ? rule.scope : {};
      const types = [['normal'], ['group_buy', 'bargain'], ['topup']];
      rule.scope = { ...scope, order_types: random.pick(types) };
    }
  },
  mutants: ['order_types_ignored', 'own_type_competes', 'points_in_every_type', 'topup_as_others']
};
