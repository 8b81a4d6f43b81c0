// Rewards beyond gifts: points by line, piece or amount, growth, cards, stored bonus, commission.

import { acted, addRule, goodsRules, hasGive, someRules } from './tools.js';

const goalOf = ({ random }) =>
  random.chance(60) ? { goal_value_fen: random.pick([1, 50, 100, 300]) } : {};

const MAKERS = {
  points: (m) => {
    const { random } = m;
    return { points: { n: random.int(1, 9), per: random.pick(['line', 'unit']), ...goalOf(m) } };
  },
  growth: (m) => ({ growth: { n: m.random.int(1, 40), ...goalOf(m) } }),
  grant_membership: (m) => ({
    grant_membership: { card: m.random.pick(['vip', 'svip']), days: 30, ...goalOf(m) }
  }),
  stored_bonus: (m) => ({
    stored_bonus: { amount: m.random.pick([100, 500, 5000]), ...goalOf(m) }
  })
};
const NAMES = [...Object.keys(MAKERS), 'commission'];

function makeGive(m) {
  return MAKERS[m.random.pick(Object.keys(MAKERS))](m);
}

function commission({ random }) {
  const give = {};
  if (random.chance(30)) give.fixed = random.pick([0, 100, 333]);
  if (give.fixed === undefined || random.chance(60)) {
    give.levels = random.chance(60) ? [random.int(0, 2000), random.int(0, 999)] : [1234];
  }
  return { commission: give };
}

function rewardGive(m) {
  const { random, maker } = m;
  if (random.chance(25)) return commission(m);
  if (random.chance(20)) {
    return { points: { num: random.int(1, 7), den: random.pick([1, 100, 33]) } };
  }
  const form = random.pick(['plain', 'plain', 'tiers', 'every', 'list']);
  if (form === 'list') return [makeGive(m), makeGive(m)];
  const give = makeGive(m);
  if (form === 'tiers') return { tiers: maker.tierList(() => makeGive(m), ['payable_goods']) };
  const multiplied = give.growth ?? give.stored_bonus ?? give.points;
  if (form === 'every' && multiplied) {
    if (give.points) delete give.points.per;
    return maker.every(give, ['payable_goods']);
  }
  return give;
}

export const rewards = {
  meaning: 'a reward beyond gifts is given',
  demanded: 40,
  add(m) {
    const { random, request, maker } = m;
    for (let i = random.int(1, 2); i > 0; i--) {
      const when = maker.when(40, ['payable_goods']);
      addRule(m, { kind: 'promotion', stage: 'reward', give: rewardGive(m), when });
    }
    for (const rule of someRules(m, goodsRules(m), random.chance(35) ? 1 : 0)) {
      const give = makeGive(m);
      const [content] = Object.values(give);
      if (rule.stack?.group) content.goal_value_fen ||= 77;
      rule.give = give;
    }
    if (request.member && random.chance(50)) request.member.id = 'someone';
    request.promoters = random.pick([[], ['someone'], ['guide', 'someone'], ['p', 'q'], ['p']]);
  },
  used: (seen) => acted(seen, ({ turn }) => hasGive(turn.rule, NAMES))
};
