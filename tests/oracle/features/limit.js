// Limits: per order, per member, what is left, pieces a member may still have.

import { someRules } from './tools.js';

function makeLimit({ random }, rule) {
  const limit = {};
  const isUnit = rule.stage === 'unit';
  if ((rule.kind === 'coupon' || isUnit) && random.chance(60)) limit.per_order = random.int(1, 2);
  if (random.chance(40)) limit.per_member = random.int(1, 2);
  if (random.chance(40)) limit.total_left = true;
  if (isUnit && random.chance(50)) limit.qty_per_member = random.int(1, 4);
  if (Object.keys(limit).length === 0) limit.per_member = 2;
  return limit;
}

export const limit = {
  meaning: 'a limit decides',
  demanded: 15,
  add(m) {
    const { random, book, request } = m;
    const units = book.rules.rules.filter((rule) => rule.stage === 'unit');
    const rules = someRules(m, book.rules.rules, random.int(1, 4)).concat(units);
    for (const rule of rules) rule.limit = makeLimit(m, rule);
    const usage = {};
    const left = {};
    for (const { id } of rules) {
      if (random.chance(45)) usage[id] = { times: random.int(0, 2), qty: random.int(0, 3) };
      if (random.chance(50)) left[id] = random.int(0, 3);
    }
    if (request.member) request.member.usage = usage;
    request.live = { ...request.live, left };
    for (const coupon of request.coupons.slice(0, 1)) {
      const rule = rules.find(({ id }) => id === coupon.rule);
      if (rule && random.chance(50)) request.coupons.push({ ...coupon, id: 'again' });
    }
  },
  mutants: ['limits_ignored', 'member_once_closed', 'unit_limits_ignored']
};
