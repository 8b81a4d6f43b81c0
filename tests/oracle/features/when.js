// Conditions beyond sums: same, contains, weight, volume, orders, groups, payers, all/any/not.

import { acted, goodsRules, skusOfCart, someRules } from './tools.js';

const MAKERS = {
  same: ({ random }) => ({
    qty_gte: { n: random.int(2, 4), same: random.pick(['line', 'sku', 'spu']) }
  }),
  weight: ({ random }) => ({ weight_gte: random.pick([1, 500, 1500, 3000]) }),
  volume: ({ random }) => ({ volume_gte: random.pick([1, 900, 3000]) }),
  contains: (m) => {
    const { random } = m;
    const skus = skusOfCart(m);
    const scope = skus.length > 0 && random.chance(70) ? { skus: [random.pick(skus)] } : undefined;
    const contains = { scope: scope ?? { tags: ['hot'] } };
    if (random.chance(50)) contains.qty = random.int(1, 4);
    return { contains };
  },
  order: ({ random }) => ({ nth_order: random.int(1, 3) }),
  group: ({ random }) => ({ group_size_gte: random.int(1, 4) }),
  payer: ({ random }) => ({ paid_by: random.pick(['wechat', 'alipay', 'stored_value']) }),
  amount: ({ maker, random }) => {
    const when = { amount_gte: maker.threshold() };
    if (random.chance(50)) when.base = random.pick(['list', 'current', 'after_item']);
    return when;
  },
  pieces: ({ random }) => ({ qty_gte: random.int(1, 6) })
};

const plain = (m) => MAKERS[m.random.pick(Object.keys(MAKERS))](m);

function makeWhen(m, depth = 0) {
  const { random } = m;
  const form = random.weighted({ plain: 55, all: 12, any: 20, not: 13 });
  if (form === 'plain' || depth > 1) return plain(m);
  const inner = () => makeWhen(m, depth + 1);
  if (form === 'not') return { not: inner() };
  const when = { [form]: [inner(), inner()] };
  return random.chance(30) ? { ...plain(m), ...when } : when;
}

/** Conditions of unit rules are on list prices. */
function withoutBases(when) {
  const { base, ...rest } = when;
  for (const name of ['all', 'any']) if (rest[name]) rest[name] = rest[name].map(withoutBases);
  if (rest.not) rest.not = withoutBases(rest.not);
  return rest;
}

const isNew = (when) =>
  /"(same|weight_gte|volume_gte|contains|nth_order|group_size_gte|paid_by|all|any|not)":/.test(
    JSON.stringify(when)
  );

export const when = {
  meaning: 'a rule with a condition beyond sums acts',
  demanded: 45,
  add(m) {
    const { random, book, request } = m;
    for (const rule of someRules(m, goodsRules(m), random.int(1, 4))) rule.when = makeWhen(m);
    for (const rule of book.rules.rules) {
      if (rule.stage === 'unit' && random.chance(40)) rule.when = withoutBases(makeWhen(m));
      if (['freight', 'reward'].includes(rule.stage) && random.chance(30)) rule.when = makeWhen(m);
    }
    if (random.chance(60)) request.payer = random.pick(['wechat', 'alipay', 'stored_value']);
    if (random.chance(60)) request.group_size = random.int(1, 4);
    if (request.member && random.chance(80)) request.member.orders = random.int(0, 2);
  },
  used: (seen) => acted(seen, ({ turn }) => isNew(turn.rule.when))
};
