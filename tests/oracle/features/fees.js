// Fees that rules take: fees_off of promotions and coupons, beside rules that take freight.

import { acted, addCoupon, addRule } from './tools.js';

function makeFees({ random }) {
  const fee = (id) => {
    const made = { id, amount: random.pick([50, 100, 333, 800]) };
    if (random.chance(80)) made.per = random.pick(['order', 'package', 'piece', 'piece']);
    if (random.chance(25)) made.scope = { tags: [random.pick(['food', 'new'])] };
    return made;
  };
  return random.shuffle(['bag', 'box', 'fork']).slice(0, random.int(1, 3)).map(fee);
}

function feesGive({ random, book }) {
  const give = random.chance(40)
    ? { amount: random.pick([1, 100, 250, 999, 3000]) }
    : { bp: random.pick([3333, 5000, 10000, 10000]) };
  if (give.bp && random.chance(30)) give.cap = random.pick([50, 150, 700]);
  const ids = book.rules.fees.map(({ id }) => id);
  if (random.chance(45)) give.fees = random.shuffle(ids).slice(0, random.int(1, ids.length));
  return { fees_off: give };
}

function makeGive(m) {
  const { random, maker } = m;
  if (random.chance(65)) return feesGive(m);
  if (random.chance(50)) return [feesGive(m), random.pick([{ free_freight: {} }, feesGive(m)])];
  return { tiers: maker.tierList(() => feesGive(m), ['payable_goods', 'goods_and_freight']) };
}

export const fees = {
  meaning: 'a rule takes something off fees',
  demanded: 50,
  add(m) {
    const { random, maker, book } = m;
    book.rules.fees = makeFees(m);
    const add = (fields) => {
      const rule = addRule(m, {
        stage: 'freight',
        when: maker.when(65, ['payable_goods', 'goods_and_freight']),
        give: makeGive(m),
        ...fields
      });
      if (random.chance(25)) rule.filter = { tags: [random.pick(['food', 'new'])] };
      if (random.chance(25)) rule.level = random.pick(['shop', 'store']);
      if (random.chance(15)) {
        rule.funded_by = [{ party: 'shop', bp: 6667 }, { party: 'brand', bp: 3333 }];
      }
      return rule;
    };
    if (random.chance(60)) add({ kind: 'promotion' });
    for (let n = random.int(1, 2); n > 0; n--) addCoupon(m, add({ kind: 'coupon' }));
  },
  used: (seen) => acted(seen, ({ fees: cuts }) => cuts.some((fen) => fen > 0))
};
