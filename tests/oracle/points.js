// §3.4: points that are used and earned, lots, growth and tiers.

import { mulDivCeil, mulDivFloor, share, sum } from './numbers.js';
import { inScope, inWindow, isBirthday } from './scope.js';
import { shareMode } from './pieces.js';
import { isTopUp } from './freight.js';

/** Lots that may still be used, the earliest expiry first. */
const openLots = (ctx) =>
  (ctx.member.lots ?? [])
    .filter(({ expires = Infinity }) => expires > ctx.now || ctx.mutant === 'lots_never_expire')
    .sort(
      (a, b) =>
        (a.expires ?? Infinity) - (b.expires ?? Infinity) ||
        Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) || 0
    );

export const balanceOf = (ctx) =>
  ctx.member.lots ? sum(openLots(ctx).map((lot) => lot.points)) : (ctx.member.points ?? 0);

/** What each lot gives: {id: used}, those that give nothing left out. */
export function lotsUsed(ctx, used) {
  let rest = used;
  const result = {};
  const lots = openLots(ctx);
  for (const { id, points } of ctx.mutant === 'late_lots' ? lots.reverse() : lots) {
    const taken = Math.min(rest, points);
    if (taken > 0) result[id] = taken;
    rest -= taken;
  }
  return result;
}

/** Segments of lines in the scope of the points table; add-ons take no points. */
const pointSegments = (ctx) =>
  ctx.segments.filter((segment) => {
    const line = ctx.priced[segment.line];
    return line.addOn === null && inScope(ctx.book.rules.points.scope, line);
  });

/** May this decision use points at all? */
function mayUse(ctx, state) {
  if (ctx.orderType !== 'normal') return ctx.mutant === 'points_in_every_type';
  const hasCoupons = state.records.some((record) => record.turn.coupon);
  return ctx.policy.points_with_coupons || !hasCoupons || ctx.mutant === 'points_beside_coupons';
}

/** n and cut of the points used when so many are asked for. */
export function pointsUsed(ctx, state, asked) {
  const none = { used: 0, cut: 0, segments: [] };
  const table = ctx.book.rules.points;
  if (!table || !mayUse(ctx, state)) return none;
  const { num, den, step: stepOf = 1, share_bp: shareBp = 10000, min_payable: keep = 0 } = table;
  const step = ctx.mutant === 'points_any_step' ? 1 : stepOf;
  const segments = pointSegments(ctx);
  const net = (segment) => state.left[segment.index] + segment.fixed;
  const eligible = sum(segments.map(net));
  const limit = Math.min(mulDivFloor(eligible, shareBp, 10000), Math.max(0, eligible - keep));
  const most = Math.min(balanceOf(ctx), table.max ?? Infinity, asked);
  const worth = (n) => mulDivFloor(n, num, den);

  let used = 0;
  while (used + step <= most && worth(used + step) <= limit) used += step;
  const cut = worth(used);
  if (table.last_step_partial && ctx.mutant !== 'no_partial_step') {
    const partial = mulDivCeil(limit, den, num);
    // A step that would add nothing to the cut is not taken in part either.
    if (cut < limit && worth(used + step) > limit && partial <= most) {
      return { used: partial, cut: limit, segments };
    }
  }
  while (used > 0 && worth(used - step) === cut) used -= step;
  return { used, cut, segments };
}

export const pointsAsked = (ctx) =>
  ctx.request.points === 'max' ? Infinity : (ctx.request.points ?? 0);

/** The rate of a line in basis points: 10000 and what tier, tag, birthday and campaigns add. */
function earnRate(ctx, sku) {
  const { by_tier: byTier, by_tag: byTag, birthday_bp: birthday, campaigns = [] } =
    ctx.book.rules.points.earn;
  const more = (rates) => (rates.length > 0 ? Math.max(...rates) - 10000 : 0);
  let rate = byTier?.[ctx.tier] ?? 10000;
  const tags = (sku?.tags ?? []).map((tag) => byTag?.[tag]).filter((bp) => bp !== undefined);
  rate += more(tags);
  if (birthday !== undefined && isBirthday(ctx, 'day')) rate += birthday - 10000;
  rate += more(campaigns.filter(({ window }) => inWindow(ctx, window)).map(({ bp }) => bp));
  return Math.max(0, rate);
}

/** @param lines [{line, paid}…]; @param freight what of it is paid */
export function pointsEarned(ctx, lines, freight) {
  const earn = ctx.book.rules.points?.earn;
  if (!earn || isTopUp(ctx)) return 0;
  const flat = ctx.mutant === 'earn_flat';
  let weighted = sum(
    lines.map(({ line, paid }) => paid * (flat ? 10000 : earnRate(ctx, line.sku)))
  );
  if (ctx.policy.points_earned_on === 'payable' && ctx.mutant !== 'earned_on_goods') {
    weighted += freight * Math.max(0, earn.by_tier?.[ctx.tier] ?? 10000);
  }
  const most = ctx.mutant === 'earn_without_max' ? Infinity : (earn.order_max ?? Infinity);
  return Math.min(most, mulDivFloor(weighted, earn.num, earn.den * 10000));
}

/** Growth of this order, and the tier it leads to. */
export function tierResult(ctx, state, goodsPaid) {
  const { growth, tiers = [] } = ctx.book.rules;
  if (!growth) return null;
  const given = state.records.flatMap(({ benefits }) =>
    benefits.filter(({ type }) => type === 'growth').map(({ n }) => n)
  );
  const counted = isTopUp(ctx) ? 0 : goodsPaid;
  const earned = mulDivFloor(counted, growth.num, growth.den) + sum(given);
  const total = (ctx.member.growth ?? 0) + earned;
  const own = tiers.indexOf(ctx.member.tier);
  const reached = growth.levels.filter((level) =>
    ctx.mutant === 'level_must_pass' ? total > level : total >= level
  ).length - 1;
  const result = { growth: earned };
  if (own >= 0) result.tier = tiers[own];
  const next = Math.max(own, reached) + 1;
  if (next < tiers.length) Object.assign(result, { next: tiers[next] });
  if (next < tiers.length) result.gap = growth.levels[next] - total;
  if (reached > own) result.upgrade = tiers[reached];
  return result;
}

/** The cut of the points used, shared by net in one level: by segment. */
export function pointParts(ctx, points, net) {
  const weights = points.segments.map((segment) => net[segment.index]);
  const parts = net.map(() => 0);
  share(points.cut, weights, weights, shareMode(ctx)).forEach((part, i) => {
    parts[points.segments[i].index] = part;
  });
  return parts;
}
