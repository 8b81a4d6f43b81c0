// Goals that go level by level, and points that coupons exclude.

import { setSwitch } from './tools.js';

export const levels = {
  meaning: 'the goal by levels or points without coupons decide',
  demanded: 8,
  add(m) {
    const { random, book, request } = m;
    if (random.chance(50)) setSwitch(m, 'goal', 'best_per_level');
    if (!random.chance(60)) return;
    setSwitch(m, 'points_with_coupons', false);
    if (random.chance(50)) setSwitch(m, 'points_goal_bp', random.pick([0, 5000, 9999]));
    if (book.rules.points) delete book.rules.points.max;
    book.rules.points ??= { num: 1, den: 1 };
    request.member ??= {};
    request.member.points = random.pick([300, 1000, 5000]);
    request.points = 'max';
  },
  mutants: ['levels_at_once', 'points_beside_coupons', 'points_at_face']
};
