// Members: tags, segments, birthdays, registration, what was bought.

import { acted, someRules } from './tools.js';

const MAKERS = {
  tags: ({ random }) => ({ tags: random.pick([['vip'], ['vip', 'staff'], ['staff']]) }),
  birthday: ({ random }) => ({ birthday: random.pick(['day', 'month']) }),
  within: ({ random }) => ({ registered_within_s: random.pick([0, 59, 60, 3600]) }),
  before: ({ random }) => ({ registered_before_s: random.pick([0, 60, 61, 3600]) }),
  bought: ({ random }) => ({ bought: random.pick([['p1'], ['q', 'p1']]) }),
  not_bought: ({ random }) => ({ not_bought: random.pick([['p1'], ['P']]) }),
  tiers: ({ random }) => ({ tiers: random.pick([['gold'], ['silver', 'gold']]) }),
  segments: ({ random }) => ({ segments: random.pick([['lost'], ['lost', 'new']]) })
};

function makeFor(m, isCoupon, depth = 0) {
  const form = depth < 2 ? m.random.weighted({ plain: 65, all: 8, any: 15, not: 12 }) : 'plain';
  const inner = () => makeFor(m, isCoupon, depth + 1);
  if (form === 'not') return { not: inner() };
  if (form !== 'plain') return { [form]: [inner(), inner()] };
  const names = Object.keys(MAKERS).filter((name) => isCoupon || name !== 'segments');
  const [one, two] = m.random.shuffle(names);
  const wanted = MAKERS[one](m);
  return m.random.chance(30) ? { ...wanted, ...MAKERS[two](m) } : wanted;
}

/** The last day of February of a common year, with its leap-day births. */
function leapDay({ book, request }) {
  for (const coupon of request.coupons) for (const end of ['from', 'to']) delete coupon[end];
  for (const end of ['pay_at', 'fulfil_at']) delete request[end];
  request.now = 1740708000;
  request.member.birthday = '02-29';
  const rule = book.rules.rules.find(({ stage }) => stage !== 'reward');
  if (rule) rule.for = { birthday: 'day' };
}

/** One or two SKUs of the cart make their buyer a member. */
function addCards({ random, book, request }) {
  const known = new Set(book.catalog.skus.map(({ id }) => id));
  const lines = request.lines.filter(({ sku }) => known.has(sku));
  book.rules.member_cards = {};
  for (const { sku } of random.shuffle(lines).slice(0, random.int(1, 2))) {
    const card = random.pick(['tier', 'tags', 'both']);
    book.rules.member_cards[sku] = {
      ...(card === 'tags' ? {} : { tier: random.pick(['silver', 'gold']) }),
      ...(card === 'tier' ? {} : { tags: random.pick([['vip'], ['staff', 'x']]) })
    };
  }
}

export const audience = {
  meaning: 'a rule for some members acts',
  demanded: 20,
  add(m) {
    const { random, book, request } = m;
    const { rules } = book.rules;
    for (const rule of someRules(m, rules, random.int(1, 4))) {
      rule.for = makeFor(m, rule.kind === 'coupon');
    }
    if (random.chance(30)) addCards(m);
    if (!request.member && random.chance(70)) request.member = {};
    const { member } = request;
    if (!member) return;
    if (random.chance(60)) member.tags = random.pick([['vip'], ['staff'], ['vip', 'x'], []]);
    if (random.chance(60)) member.segments = random.pick([['lost'], ['new'], []]);
    if (random.chance(70)) member.birthday = random.pick(['06-11', '06-30', '07-11', '06-11']);
    if (random.chance(70)) member.registered_at = request.now - random.pick([0, 60, 61, 4000]);
    if (random.chance(60)) member.bought = random.pick([['p1'], ['P', 'q'], []]);
    if (random.chance(6)) leapDay(m);
  },
  used: (seen) => {
    const wanted = new Map(seen.book.rules.rules.map((rule) => [rule.id, rule.for]));
    const isNew = ({ id }) => Object.keys(wanted.get(id) ?? {}).some((name) => name !== 'tiers');
    const unitRules = [...seen.ctx.pricedByUnitRule.keys()];
    return acted(seen, ({ turn }) => isNew(turn.rule)) || unitRules.some(isNew);
  }
};
