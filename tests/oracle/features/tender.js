// Who pays: balances, rules for a payer, payable by payer, orders of nothing.

import { addRule, goodsRules, setSwitch, someRules } from './tools.js';

/** An order that may cost nothing at all. */
function makeFree(m) {
  const { book } = m;
  for (const name of ['freight', 'min_order']) delete book.rules[name];
  for (const fee of book.rules.fees ?? []) fee.amount = 0; // Rules may name them.
  for (const sku of book.catalog.skus) delete sku.freight;
  setSwitch(m, 'percent_rounding', 'up');
  const give = { percent_off: { bp: 10000, per: 'order', base: 'list' } };
  const rule = addRule(m, { kind: 'promotion', stage: 'order', give, scope: 'all' });
  for (const name of ['shop', 'window', 'for', 'level']) delete rule[name];
}

export const tender = {
  meaning: 'a balance pays or a rule for a payer is in the book',
  demanded: 50,
  add(m) {
    const { random, request, maker } = m;
    if (random.chance(25)) setSwitch(m, 'zero_pay', 'refused');
    if (random.chance(15)) makeFree(m);
    if (random.chance(75)) {
      const near = () => random.pick([100, 1000, maker.total, random.int(1, maker.total + 1)]);
      request.tender = {};
      if (random.chance(60)) request.tender.gift_card = near();
      if (random.chance(70)) request.tender.stored = { principal: near(), bonus: near() };
      if (random.chance(50)) {
        request.tender.order = random.pick(['principal_first', 'pro_rata', 'pro_rata']);
      }
    }
    // A book asks at most two shares of a payer: the whole, and this one.
    let share;
    for (const rule of someRules(m, goodsRules(m), random.pick([0, 1, 1, 2]))) {
      rule.when = { paid_by: random.pick(['wechat', 'gift_card', 'stored_value']) };
      if (!random.chance(40)) continue;
      const drawn = random.pick([1, 2500, 5000, 9999]);
      share ??= drawn;
      rule.when.min_share_bp = share;
    }
    if (random.chance(50)) {
      request.payer = random.pick(['wechat', 'wechat', 'stored_value', 'card']);
    }
    if (random.chance(25)) request.pay_options = true;
  },
  used: ({ request, ctx }) =>
    request.tender !== undefined || ctx.rules.some((rule) => rule.when.paid_by !== undefined)
};
