// Tax in the price, who bears a cut, and what a price takes for granted.

import { acted, addRule, someRules } from './tools.js';

export const tax = {
  meaning: 'a cut is borne by several parties or a line is taxed',
  demanded: 60,
  add(m) {
    const { random, book, request } = m;
    for (const sku of book.catalog.skus) {
      if (random.chance(60)) sku.tax_bp = random.pick([600, 1300, 333, 10000]);
    }
    for (const rule of someRules(m, book.rules.rules, random.int(1, 4))) {
      const parties = random.shuffle(['shop', 'platform', 'brand']).slice(0, random.int(1, 3));
      const bp = { 1: [10000], 2: [3333, 6667], 3: [3334, 3333, 3333] }[parties.length];
      rule.funded_by = parties.map((party, i) => ({ party, bp: bp[i] }));
    }
    if (random.chance(30)) {
      const give = { commission: { levels: [random.int(1, 2000)] } };
      addRule(m, { kind: 'promotion', stage: 'reward', give });
      request.promoters = ['guide'];
    }
  },
  used: (seen) =>
    seen.result.lines.some((line) => line.tax > 0) ||
    acted(seen, ({ turn }) => turn.rule.fundedBy !== null)
};
