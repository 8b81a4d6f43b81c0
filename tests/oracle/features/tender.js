// Who pays: balances, rules for a payer, payable by payer, orders of nothing.

import { goodsRules, setSwitch, someRules } from './tools.js';

export const tender = {
  meaning: 'a balance pays or a rule for a payer is in the book',
  demanded: 50,
  add(m) {
    const { random, request, maker } = m;
    if (random.chance(25)) setSwitch(m, 'zero_pay', 'refused');
    if (random.chance(75)) {
      const near = () => random.pick([100, 1000, maker.total, random.int(1, maker.total + 1)]);
      request.tender = {};
      if (random.chance(60)) request.tender.gift_card = near();
      if (random.chance(70)) request.tender.stored = { principal: near(), bonus: near() };
      if (random.chance(50)) {
        request.tender.order = random.pick(['principal_first', 'pro_rata', 'pro_rata']);
      }
    }
    for (const rule of someRules(m, goodsRules(m), random.chance(60) ? 1 : 0)) {
      rule.when = { paid_by: random.pick(['wechat', 'gift_card', 'stored_value']) };
    }
    if (random.chance(40)) request.payer = random.pick(['wechat', 'stored_value', 'card']);
    if (random.chance(25)) request.pay_options = true;
  },
  used: ({ request, ctx }) =>
    request.tender !== undefined || ctx.rules.some((rule) => rule.when.paid_by !== undefined)
};
