// Refunds as src/README.md, section 10 tells them, in fractions of big integers and without any
// cleverness: what has gone back in all is counted anew from the list of all refunds, and a refund
// is the difference of two such counts. Shares no code with the engine.
//
// Each rule is a function of its own, so that a mutant can replace one of them: a test that does
// not notice is blind.

const big = (value) => BigInt(value ?? 0);
const smaller = (a, b) => (a < b ? a : b);
const sum = (values) => values.reduce((total, value) => total + value, 0n);

// floor by weight, and the rest to the last that has any: section 4 without caps.
function shared(amount, weights) {
  const total = sum(weights);
  if (total === 0n) {
    const count = big(weights.length);
    return weights.map((_, i) => amount / count + (big(i) < amount % count ? 1n : 0n));
  }
  const parts = weights.map((weight) => (amount * weight) / total);
  const last = weights.findLastIndex((weight) => weight > 0n);
  parts[last] += amount - sum(parts);
  return parts;
}

const rules = {
  shared,
  // What of an amount has gone back after k of n pieces and a of the list amount L.
  part: (amount, { k, n, a, L }) => {
    if (L === 0n) return (amount * k) / n;
    const gone = smaller(k * L + a * n, n * L);
    return (amount * gone) / (n * L);
  },
  isGone: ({ k, n, a, L }) => (L === 0n ? k === n : k * L + a * n >= n * L),
  listBack: ({ k, n, a, L }) => smaller(L, a + (k * L) / n),
  paysFreight: (refunds) => refunds.every(({ shipped }) => shipped === false)
    || refunds.some(({ fault }) => fault === 'merchant'),
  couponReturns: (segments) => segments.every(rules.isGone),
  // One after the other, as a child would count them.
  timesHeld: (rest, gte, times) => {
    let n = 0n;
    while (n < times && rest >= (n + 1n) * gte) n++;
    return n;
  },
  ofTerms: (held) => held.reduce(smaller),
  giftDeducted: (value, qty, back) => value - (value * back) / qty,
  short: (earned, balance) => (earned > balance ? earned - balance : 0n),
  lots: (lots) => [...lots].reverse(),
  tenders: ['cash', 'principal', 'bonus', 'gift_card'],
  pointWeights: (segments) => segments.map((s) => big(s.points_cut)),
  earnedWeights: (segments) => segments.map((s) => big(s.paid)),
};

// Every segment with its pieces and amounts gone back, its points and its earned points.
function segmentsAfter(order, refunds, r) {
  const all = order.lines.flatMap(({ id, segments }) =>
    segments.map((segment, index) => ({ ...segment, id, index })));
  const own = all.map((s) => big(s.points));
  const used = r.shared(big(order.points?.used) - sum(own), r.pointWeights(all));
  const perLine = order.lines.flatMap(({ segments, earned }) =>
    r.shared(big(earned), r.earnedWeights(segments)));
  const perOrder = r.shared(big(order.earned), r.earnedWeights(all));
  const entries = refunds.flatMap(({ lines }) => lines);
  return all.map((s, i) => {
    const mine = entries.filter(({ id, segment = 0 }) => id === s.id && segment === s.index);
    return { id: s.id, index: s.index, n: big(s.qty), L: big(s.list), paid: big(s.paid),
      points: own[i] + used[i], earned: perLine[i] + perOrder[i],
      k: sum(mine.map(({ qty }) => big(qty))), a: sum(mine.map(({ list }) => big(list))) };
  });
}

function giftsAfter(order, refunds, segments, r) {
  const back = {};
  for (const { rule, qty } of refunds.flatMap(({ gifts_returned: g = [] }) => g)) {
    back[rule] = (back[rule] ?? 0n) + big(qty);
  }
  const timesLeft = ({ gte, by, lines, times = 1 }) => {
    const of = segments.filter(({ id }) => !lines || lines.includes(id));
    const rest = sum(of.map((s) => (by === 'qty'
      ? (r.isGone(s) ? 0n : s.n - s.k) : s.L - r.listBack(s))));
    return r.timesHeld(rest, big(gte), big(times));
  };
  return [...(order.gifts ?? [])].reverse().map(({ rule, sku, qty, value, when, and = [] }) => {
    const n = big(qty);
    const held = r.ofTerms([when, ...and].map((term) =>
      (n * timesLeft(term)) / big(term.times ?? 1)));
    const returned = smaller(back[rule] ?? 0n, n);
    if (rule in back) back[rule] -= returned;
    const good = smaller(n, held + returned);
    return { rule, sku, held, returned, missing: n - good,
      deducted: r.giftDeducted(big(value), n, good) };
  }).reverse();
}

// Everything that has gone back after these refunds.
function after(request, refunds, r) {
  const { order, points_rate: rate } = request;
  const segments = segmentsAfter(order, refunds, r);
  const gifts = giftsAfter(order, refunds, segments, r);
  const total = (key) => sum(segments.map((s) => r.part(s[key], s)));
  const isGone = segments.every(r.isGone);
  const freely = isGone && r.paysFreight(refunds.filter(({ lines }) => lines.length > 0));
  const earned = total('earned');
  const short = order.earned_balance === undefined
    ? 0n : r.short(earned, big(order.earned_balance));
  const figures = {
    goods: total('paid'),
    freight: freely ? big(order.freight) : 0n,
    fees: freely && order.fees_refundable !== false ? big(order.fees) : 0n,
    gifts_deducted: sum(gifts.map(({ deducted }) => deducted)),
    earned_deducted: rate ? (short * big(rate.num)) / big(rate.den) : 0n,
    points: total('points'),
    earned,
    earned_short: short,
  };
  const money = figures.goods + figures.freight + figures.fees - figures.gifts_deducted
    - figures.earned_deducted;
  const tender = {};
  let rest = money > 0n ? money : 0n;
  for (const kind of r.tenders) {
    tender[kind] = order.tender ? smaller(rest, big(order.tender[kind])) : 0n;
    if (!order.tender && kind === 'cash') tender.cash = rest;
    rest -= tender[kind];
  }
  if (money < 0n) tender.cash += money;
  let pointsLeft = figures.points;
  const lots = {};
  for (const { id, used } of r.lots(order.points?.lots ?? [])) {
    lots[id] = smaller(pointsLeft, big(used));
    pointsLeft -= lots[id];
  }
  const coupons = (order.coupons ?? []).filter(({ segments: cut }) => (cut.length === 0
    ? isGone : r.couponReturns(cut.map(([id, index]) =>
      segments.find((s) => s.id === id && s.index === index))))).map(({ id }) => id);
  const lines = segments.map((s) => ({ id: s.id, segment: s.index, qty: s.k, amount: s.a,
    list: r.listBack(s), paid: r.part(s.paid, s), points: r.part(s.points, s),
    earned: r.part(s.earned, s) }));
  return { ...figures, money, tender, lots, coupons, gifts, lines };
}

const minus = (a, b) => Object.fromEntries(Object.entries(a).map(([key, value]) =>
  [key, typeof value === 'bigint' ? Number(value - b[key]) : value]));

/** The reply to a good request, by these rules or by mutated ones. */
export function naiveRefund(request, mutant = {}) {
  const r = { ...rules, ...mutant };
  const done = request.done ?? [];
  const before = after(request, done, r);
  const now = after(request, [...done, request.refund], r);
  const lots = minus(now.lots, before.lots);
  return {
    ...minus(now, before),
    tender: minus(now.tender, before.tender),
    lots: (request.order.points?.lots ?? []).map(({ id }) => ({ id, points: lots[id] }))
      .filter(({ points }) => points !== 0),
    coupons: now.coupons.filter((id) => !before.coupons.includes(id)),
    gifts: now.gifts.flatMap((gift, i) => {
      const was = before.gifts[i];
      if (gift.held === was.held && gift.returned === was.returned) return [];
      return [{ rule: gift.rule, sku: gift.sku, missing: Number(gift.missing),
        deducted: Number(gift.deducted - was.deducted) }];
    }),
    lines: now.lines.map((line, i) => minus(line, before.lines[i]))
      .filter(({ qty, amount }) => qty > 0 || amount > 0)
      .map(({ amount, ...line }) => line),
  };
}

const roundUp = (amount, { k, n, a, L }) => (L === 0n ? (amount * k + n - 1n) / n
  : (amount * smaller(k * L + a * n, n * L) + n * L - 1n) / (n * L));

/** Faults that a test has to notice: rules that replace the right ones. */
export const mutants = {
  'rounds up': { part: roundUp },
  'forgets the list amounts': {
    part: (amount, s) => (amount * s.k) / s.n, isGone: (s) => s.k === s.n,
  },
  'lets pieces and amounts pass the whole': {
    part: (amount, { k, n, a, L }) => (L === 0n ? (amount * k) / n
      : (amount * (k * L + a * n)) / (n * L)),
  },
  'takes the list price for what was paid': { part: (amount, s) => rules.listBack(s) },
  'gives the freight to everybody': { paysFreight: () => true },
  'never gives the freight': { paysFreight: () => false },
  'asks the last refund alone': {
    paysFreight: (refunds) => {
      const last = refunds[refunds.length - 1];
      return last.shipped === false || last.fault === 'merchant';
    },
  },
  'returns a coupon with the first segment': {
    couponReturns: (segments) => segments.some(rules.isGone),
  },
  'never tests a gift again': { timesHeld: (rest, gte, times) => times },
  'breaks a gift at its threshold': {
    timesHeld: (rest, gte, times) => (rest <= gte ? 0n : rules.timesHeld(rest, gte, times)),
  },
  'breaks a gift as a whole': {
    timesHeld: (rest, gte, times) => (rest < gte * times ? 0n : times),
  },
  'keeps a gift whole for its first step': {
    timesHeld: (rest, gte, times) => (rest < gte ? 0n : times),
  },
  'asks the first threshold alone': { ofTerms: ([first]) => first },
  'asks for any of the thresholds': { ofTerms: (held) => held.reduce((a, b) => (a > b ? a : b)) },
  'rounds a gift that came back in part': {
    giftDeducted: (value, qty, back) => (value * (qty - back)) / qty,
  },
  'deducts a gift that came back': { giftDeducted: (value) => value },
  'takes all earned points for spent': { short: (earned) => earned },
  'takes none for spent': { short: () => 0n },
  'fills the first lot first': { lots: (lots) => lots },
  'pays the gift card back first': { tenders: ['gift_card', 'principal', 'bonus', 'cash'] },
  'pays the bonus before the principal': { tenders: ['cash', 'bonus', 'principal', 'gift_card'] },
  'shares points by money': { pointWeights: (segments) => segments.map((s) => big(s.paid)) },
  'shares earned points by list price': {
    earnedWeights: (segments) => segments.map((s) => big(s.list)),
  },
  'gives the rest of a share to the first': {
    shared: (amount, weights) => [...shared(amount, [...weights].reverse())].reverse(),
  },
};
