// Points: lots, what is earned, growth and tiers, the points mall.

function lots({ random }, request) {
  const { now } = request;
  const expiry = () => random.pick([now + 10, now + 86400, now, now - 5, undefined]);
  return random.shuffle(['l1', 'l2', 'l10', 'K']).slice(0, random.int(1, 4)).map((id) => {
    const lot = { id, points: random.int(1, 900) };
    const expires = expiry();
    return expires === undefined ? lot : { ...lot, expires };
  });
}

function earn({ random }) {
  const table = { num: random.int(1, 3), den: random.pick([1, 100, 7]) };
  if (random.chance(60)) table.by_tier = { gold: random.pick([15000, 20000]), silver: 9000 };
  if (random.chance(50)) table.by_tag = { food: random.pick([12000, 30000, 0]), hot: 11111 };
  if (random.chance(40)) table.birthday_bp = random.pick([20000, 15000, 0]);
  if (random.chance(40)) {
    table.campaigns = [
      { window: { weekdays: [3] }, bp: random.pick([13000, 20000]) },
      { window: { weekdays: [3, 4] }, bp: 15000 }
    ];
  }
  if (random.chance(30)) table.order_max = random.int(1, 3000);
  return table;
}

function mall({ random }, book, request) {
  request.order_type = 'points_mall';
  const table = {};
  for (const sku of random.subset(book.catalog.skus, 80)) {
    table[sku.id] = { points: random.int(1, 400) };
    if (random.chance(60)) table[sku.id].price = Math.floor(sku.price / random.int(1, 3));
  }
  return table;
}

export const points = {
  meaning: 'points are earned at a rate, used from lots or spent in the mall',
  demanded: 40,
  add(m) {
    const { random, book, request } = m;
    book.rules.points ??= { num: 1, den: random.pick([1, 10]) };
    if (random.chance(80)) book.rules.points.earn = earn(m);
    if (random.chance(30)) {
      book.rules.policy = { ...book.rules.policy, points_earned_on: 'payable' };
    }
    if (random.chance(60)) {
      const levels = [random.int(0, 50), random.int(51, 3000)];
      book.rules.growth = { num: 1, den: random.pick([1, 10, 100]), levels };
    }
    if (random.chance(12)) book.rules.points.mall = mall(m, book, request);
    request.member ??= {};
    const { member } = request;
    if (random.chance(50)) {
      delete member.points;
      member.lots = lots(m, request);
      request.points = random.chance(70) ? 'max' : random.int(1, 900);
    }
    if (random.chance(40)) member.birthday = random.pick(['06-11', '06-12']);
    if (random.chance(60)) member.growth = random.int(0, 3000);
    const { growth } = book.rules;
    if (!growth || !random.chance(30)) return;
    // Nothing is earned, and the member stands right at a level or beside it.
    growth.den = 100000;
    member.growth = growth.levels[1] + random.pick([0, 0, -1]);
  },
  used: ({ result, request }) =>
    result.mall !== undefined ||
    result.points.earned > 0 ||
    (request.member?.lots !== undefined && result.points.used > 0)
};
