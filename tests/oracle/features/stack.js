// Exclusive rules: automatic, chosen and coupons.

import { addRule, goodsRules, someRules } from './tools.js';

export const stack = {
  meaning: 'an exclusive rule decides',
  demanded: 20,
  add(m) {
    const { random, maker } = m;
    const automatic = goodsRules(m).filter((rule) => rule.kind !== 'coupon' && !rule.stack?.group);
    if (automatic.length < 2 && random.chance(80)) {
      for (let i = random.int(1, 2); i > 0; i--) {
        const stage = maker.stage();
        addRule(m, { kind: 'promotion', stage, give: maker.gives(), when: maker.when(50) });
      }
    }
    const rules = goodsRules(m);
    for (const rule of someRules(m, rules, random.int(1, 3))) {
      rule.stack = { ...rule.stack, exclusive: true };
      if (random.chance(30)) rule.priority = random.pick([-1, 2, 11]);
    }
  },
  mutants: ['exclusive_ignored']
};
