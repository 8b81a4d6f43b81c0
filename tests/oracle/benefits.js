// Gives that are not money off the goods: gifts, grants, points, growth, commission
// (src/README.md §3.1, §3.6). Each returns a list of benefits {type, …, n, goal}.

import { mulDivFloor, mulDivRound, sum, sumOf } from './numbers.js';

/** Pieces of a SKU that the lines of the cart and the gifts so far leave in stock. */
function stockLeft({ ctx, state, given }, sku) {
  const stock = ctx.request.live?.stock?.[sku];
  if (stock === undefined || ctx.mutant === 'stock_ignored') return Infinity;
  if (ctx.mutant === 'stock_apart') return stock;
  const inCart = sumOf(ctx.priced, (line) => (line.sku.id === sku ? line.qty : 0));
  const before = [...state.records.flatMap(({ benefits }) => benefits), ...given];
  const isGiven = (one) => one.type === 'gift' && one.sku === sku && !one.out;
  return stock - inCart - sumOf(before.filter(isGiven), ({ n }) => n);
}

/** The option of a gift that is given; with none in stock the gift stands as `out`. */
function giftOf(env, { options }, times) {
  const { ctx, rule } = env;
  const pinned = ctx.request.pins?.gifts?.[rule.id];
  const asked = options.filter(({ sku }) => pinned === undefined || sku === pinned);
  const given = asked.find(({ sku, qty = 1 }) => stockLeft(env, sku) >= qty * times);
  const { sku, qty = 1 } = given ?? asked[0];
  const pack = ctx.segments[env.segs[0]].pack;
  return { type: 'gift', sku, n: qty * times, out: !given, pack };
}

/** The tax inside a price of so much of a line's goods. */
export function taxOf(ctx, { sku }, net) {
  const { tax_bp: bp = 0 } = sku;
  const mode = ctx.mutant === 'tax_floored' ? 'floor' : 'half_up';
  return mulDivRound(net, bp, 10000 + bp, mode);
}

/** Points once, for each eligible line or for each eligible piece; or by what is paid. */
function pointsOf(env, { n, num, den, per = 'order' }) {
  const { ctx, state, segs } = env;
  const segments = segs.map((s) => ctx.segments[s]);
  if (num !== undefined) {
    return mulDivFloor(sum(segments.map((s) => state.left[s.index] + s.fixed)), num, den);
  }
  if (per === 'order' || ctx.mutant === 'points_once') return n;
  if (per === 'line') return n * new Set(segments.map(({ line }) => line)).size;
  return n * sum(segments.map(({ qty }) => qty));
}

/** Who brought the shopper: the nearest first, the member himself skipped and not counted. */
function commissionOf(env, { fixed, levels = [] }) {
  const { ctx, state, segs } = env;
  const netOf = (list) => sum(list.map((s) => state.left[s] + ctx.segments[s].fixed));
  const taxes = ctx.priced.map((line) =>
    taxOf(ctx, line, netOf(segs.filter((s) => ctx.segments[s].line === line.index)))
  );
  const base = netOf(segs) - (ctx.mutant === 'commission_on_tax' ? 0 : sum(taxes));
  const promoters = (ctx.request.promoters ?? []).filter(
    (id) => id !== ctx.member.id || ctx.mutant === 'commission_to_self'
  );
  const own = fixed !== undefined && ctx.mutant !== 'levels_before_fixed';
  return promoters.flatMap((promoter, i) => {
    if (own) return i === 0 ? [{ type: 'commission', promoter, n: fixed, goal: 0 }] : [];
    if (levels[i] === undefined) return [];
    return [{ type: 'commission', promoter, n: mulDivFloor(base, levels[i], 10000), goal: 0 }];
  });
}

/** The benefits of a give, or null when it is not one of these gives. */
export function benefitsOf(env, kind, content, times) {
  const goal = (content.goal_value_fen ?? 0) * times;
  if (kind === 'gift') {
    const gift = giftOf(env, content, times);
    return [{ ...gift, goal: gift.out ? 0 : goal }];
  }
  if (kind === 'grant_coupon') {
    const { rule: coupon, n = 1 } = content;
    return [{ type: 'grant_coupon', coupon, n: n * times, goal }];
  }
  if (kind === 'points') {
    const n = pointsOf(env, content) * times;
    return n > 0 ? [{ type: 'points', n, goal }] : [];
  }
  if (kind === 'growth') return [{ type: 'growth', n: content.n * times, goal }];
  if (kind === 'grant_membership') {
    return [{ type: 'grant_membership', card: content.card, days: content.days, n: 1, goal }];
  }
  if (kind === 'stored_bonus') return [{ type: 'stored_bonus', n: content.amount * times, goal }];
  if (kind === 'commission') return commissionOf(env, content);
  return kind === 'free_freight' ? [{ type: 'free_freight', goal: 0 }] : null;
}
