// Pieces: groups where a piece serves one rule, and coupons that are each for one piece.

import { acted, addCoupon, addRule } from './tools.js';
import { gives } from './gives.js';

const TABLES_MAX = 100;

/** The tables of a group whose rules all cover everything. */
function tables(lines, rules) {
  const ways = (qty) => {
    let count = 1;
    for (let i = 1; i <= rules; i++) count = (count * (qty + i)) / i;
    return count;
  };
  return lines.reduce((product, { qty }) => product * ways(qty), 1);
}

function onceGive(m) {
  const { random, maker } = m;
  const kind = random.pick(['amount', 'percent', 'nth', 'set', 'set']);
  if (kind === 'set') {
    const rule = { give: null, kind: 'promotion' };
    gives.makeOne(m, rule);
    return rule.give;
  }
  return maker.giveOf(kind, { order: 30, line: 30, unit: 40 }, { order: 50, line: 50 });
}

/** A group of two rules over pieces; the other choices make room for its tables. */
function onceGroup(m) {
  const { random, book, request, maker } = m;
  const { rules } = book;
  const gone = new Set(rules.rules.filter((rule) => rule.stack?.group).map((rule) => rule.id));
  rules.rules = rules.rules.filter((rule) => !gone.has(rule.id));
  maker.rules = rules.rules;
  request.coupons = request.coupons.filter((coupon) => !gone.has(coupon.rule)).slice(0, 3);
  dropNames(book, request, gone);
  const group = { pieces: 'once_piece' };
  if (random.chance(80)) group.max = random.int(2, 3);
  if (random.chance(30)) group.max_per = random.pick(['line', 'shop', 'order']);
  rules.groups = { piecewise: group };
  while (tables(request.lines, 2) > TABLES_MAX) {
    const line = random.pick(request.lines);
    if (line.qty > 1) line.qty--;
    else if (request.lines.length > 1) request.lines.splice(request.lines.indexOf(line), 1);
  }
  const known = new Set(book.catalog.skus.map((sku) => sku.id));
  const skus = request.lines.map((line) => line.sku).filter((sku) => known.has(sku));
  for (let i = 0; i < 2; i++) {
    const scope = skus.length === 0 || random.chance(60) ? 'all' : { skus: [random.pick(skus)] };
    const when = random.chance(40) ? { qty_gte: random.int(1, 3) } : undefined;
    const fields = { kind: 'promotion', stage: maker.stage(), give: onceGive(m), when, scope };
    const rule = addRule(m, { ...fields, stack: { group: 'piecewise' } });
    const content = [rule.give].flat();
    content.forEach((give) => {
      for (const value of Object.values(give)) delete value.goal_value_fen;
    });
  }
}

/** Names of groups that are gone, and grants of rules that are gone. */
function dropNames(book, request, gone) {
  const known = ['promotion', 'coupon'];
  for (const { stack } of book.rules.rules) {
    if (!stack?.excludes) continue;
    stack.excludes = stack.excludes.filter((name) => known.includes(name));
    if (stack.excludes.length === 0) delete stack.excludes;
  }
  const text = JSON.stringify(book.rules.rules);
  for (const id of gone) {
    if (!text.includes(`"grant_coupon":{"rule":${JSON.stringify(id)}`)) continue;
    const points = { points: { n: 5 } };
    const visit = (value) => {
      if (value === null || typeof value !== 'object') return;
      for (const [name, inner] of Object.entries(value)) {
        if (inner?.grant_coupon?.rule === id) value[name] = points;
        else visit(inner);
      }
    };
    visit(book.rules.rules);
  }
}

/** Coupons for one piece each, several of which may be picked. */
function cupCoupons(m) {
  const { random, maker, book, request } = m;
  book.rules.groups = { ...book.rules.groups, cups: { max: random.int(2, 3) } };
  if (random.chance(60)) book.rules.groups.cups.max_per = random.pick(['line', 'shop', 'order']);
  request.coupons = request.coupons.slice(0, 2);
  for (let i = random.int(2, 3); i > 0; i--) {
    const give = random.chance(50)
      ? { amount_off: { amount: maker.amount(), per: 'piece' } }
      : { percent_off: { bp: random.pick([5000, 10000]), per: 'piece' } };
    if (give.percent_off && random.chance(40)) give.percent_off.cap = random.pick([300, 999]);
    const stage = random.chance(75) ? 'shop_coupon' : 'platform_coupon';
    const stack = { group: 'cups' };
    const when = random.chance(25) ? { qty_gte: 2 } : undefined;
    addCoupon(m, addRule(m, { kind: 'coupon', stage, give, stack, when }));
  }
}

/** Pieces of a once_piece group. */
export const pieces = {
  meaning: 'pieces of a segment serve different rules',
  demanded: 25,
  add: onceGroup,
  used: (seen) => acted(seen, ({ turn }) => turn.choice === 'pieces')
};

/** Coupons for one piece each. */
export const cups = {
  meaning: 'two coupons share out pieces',
  demanded: 25,
  add: cupCoupons,
  used: ({ state }) => state.records.filter(({ turn }) => turn.together !== null).length > 1,
  mutants: ['pieces_twice', 'pieces_in_turn']
};
