// What a rule's gives do to one level group (src/README.md §3 point 4, §3.1): measures, cuts for
// each segment, benefits. Everything is computed on the state before the rule.

import { mulDivFloor, mulDivRound, share, sum } from './numbers.js';
import { percentCut, STAGE, whenHolds } from './prepare.js';

/**
 * Shares a cut of the level group: over the packages first, then inside each in cart order.
 * @returns cuts by position in `eligible`
 */
function shareOver(ctx, eligible, amount, weights, caps) {
  const mode = ctx.mutant === 'remainder_first' ? 'first' : ctx.policy.share_remainder;
  const packs = [...new Set(eligible.map((s) => ctx.segments[s].pack))].sort((a, b) => a - b);
  if (ctx.mutant === 'one_level_share') return share(amount, weights, caps, mode);
  const members = packs.map((pack) =>
    eligible.map((_, i) => i).filter((i) => ctx.segments[eligible[i]].pack === pack)
  );
  const pick = (list, positions) => positions.map((i) => list[i]);
  const byPack = share(
    amount,
    members.map((positions) => sum(pick(weights, positions))),
    members.map((positions) => sum(pick(caps, positions))),
    mode
  );
  const cuts = eligible.map(() => 0);
  members.forEach((positions, p) => {
    const parts = share(byPack[p], pick(weights, positions), pick(caps, positions), mode);
    positions.forEach((i, k) => {
      cuts[i] = parts[k];
    });
  });
  return cuts;
}

/** What is measured or taken a percentage of, segment by segment. */
function baseOf(ctx, state, stage, base, s, withFixed) {
  const segment = ctx.segments[s];
  if (base === 'list') return withFixed ? segment.list : segment.listOff;
  // Before the order stage `after_item` means what is left now.
  const left = base === 'after_item' && stage > STAGE.item ? state.afterItem[s] : state.left[s];
  return left + (withFixed ? segment.fixed : 0);
}

function measure(ctx, state, rule, eligible, by, base = ctx.policy.threshold_base) {
  if (by === 'qty') return sum(eligible.map((s) => ctx.segments[s].qty));
  return sum(eligible.map((s) => baseOf(ctx, state, rule.stage, base, s, true)));
}

function conditionHolds(ctx, state, rule, eligible) {
  const { when } = rule;
  return whenHolds(
    when,
    () => measure(ctx, state, rule, eligible, 'amount', when.base),
    () => measure(ctx, state, rule, eligible, 'qty'),
    () => new Set(eligible.map((s) => ctx.priced[ctx.segments[s].line].sku.id)).size,
    ctx.mutant
  );
}

/** Piece k of n of a segment is worth floor(left·k/n) − floor(left·(k−1)/n). */
function piecesOf(ctx, state, eligible) {
  const pieces = [];
  eligible.forEach((s, position) => {
    const { qty } = ctx.segments[s];
    for (let k = 1; k <= qty; k++) {
      const upTo = (j) => mulDivFloor(state.left[s], j, qty);
      const value =
        ctx.mutant === 'even_pieces' ? upTo(1) : upTo(k) - upTo(k - 1);
      pieces.push({ position, value });
    }
  });
  return pieces;
}

/** Sorted by value; equal ones stay in cart order, because the sort is stable. */
function byValue(pieces, dearestFirst) {
  return pieces.toSorted((a, b) => (dearestFirst ? b.value - a.value : a.value - b.value));
}

function choosePieces(pieces, max, choose = 'dearest') {
  const worth = pieces.filter((piece) => piece.value > 0);
  return byValue(worth, choose === 'dearest').slice(0, max);
}

/** Positions of `eligible`, one list for each line. */
function linesOf(ctx, eligible) {
  const lines = new Map();
  eligible.forEach((s, position) => {
    const { line } = ctx.segments[s];
    if (!lines.has(line)) lines.set(line, []);
    lines.get(line).push(position);
  });
  return [...lines.values()];
}

function cutByLine(ctx, eligible, left, amountOf) {
  const cuts = eligible.map(() => 0);
  const lines = linesOf(ctx, eligible);
  for (const positions of lines) {
    const caps = positions.map((i) => left[i]);
    const amount = Math.min(amountOf(positions), sum(caps));
    const segments = positions.map((i) => eligible[i]);
    shareOver(ctx, segments, amount, caps, caps).forEach((cut, k) => {
      cuts[positions[k]] = cut;
    });
  }
  return { cuts, lines: lines.length };
}

function amountOff(ctx, state, eligible, give, times) {
  const left = eligible.map((s) => state.left[s]);
  const amount = give.amount * times;
  const per = give.per ?? 'order';
  if (per === 'order') {
    const cuts = shareOver(ctx, eligible, Math.min(amount, sum(left)), left, left);
    return { cuts, face: amount };
  }
  if (per === 'line') {
    const { cuts, lines } = cutByLine(ctx, eligible, left, () => amount);
    return { cuts, face: amount * lines };
  }
  // Pieces worth nothing are skipped, so they don't count in the face either.
  const max = per === 'piece' ? 1 : (give.max_units ?? Infinity);
  const chosen = choosePieces(piecesOf(ctx, state, eligible), max, give.choose);
  const cuts = eligible.map(() => 0);
  for (const piece of chosen) cuts[piece.position] += Math.min(amount, piece.value);
  return { cuts, face: amount * chosen.length };
}

function percentOff(ctx, state, rule, eligible, give) {
  const left = eligible.map((s) => state.left[s]);
  const base = give.base ?? ctx.policy.percent_base;
  const withFixed = ctx.mutant === 'percent_counts_fixed';
  const bases = eligible.map((s) => baseOf(ctx, state, rule.stage, base, s, withFixed));
  const cap = ctx.mutant === 'cap_ignored' ? Infinity : (give.cap ?? Infinity);
  const per = give.per ?? 'order';
  if (per === 'order') {
    const cut = Math.min(percentCut(ctx, sum(bases), give.bp), cap, sum(left));
    return { cuts: shareOver(ctx, eligible, cut, left, left), face: null };
  }
  if (per === 'line') {
    const ofLine = (positions) => percentCut(ctx, sum(positions.map((i) => bases[i])), give.bp);
    return { cuts: cutByLine(ctx, eligible, left, ofLine).cuts, face: null };
  }
  const cuts = eligible.map(() => 0);
  for (const piece of choosePieces(piecesOf(ctx, state, eligible), 1, give.choose)) {
    cuts[piece.position] = Math.min(percentCut(ctx, piece.value, give.bp), cap, piece.value);
  }
  return { cuts, face: null };
}

function nthItem(ctx, state, eligible, give) {
  let pieces = piecesOf(ctx, state, eligible);
  if (give.order !== 'cart') pieces = byValue(pieces, give.order === 'price_desc');
  const payOf = (p) => {
    if (p < give.pay_bp.length) return give.pay_bp[p];
    if (ctx.mutant === 'nth_never_repeats') return give.beyond_bp;
    return give.repeat ? give.pay_bp[p % give.pay_bp.length] : give.beyond_bp;
  };
  const left = eligible.map((s) => state.left[s]);
  const weights = eligible.map(() => 0); // unrounded cuts, times 10000
  let unrounded = 0;
  let value = 0;
  pieces.forEach((piece, p) => {
    const off = piece.value * (10000 - payOf(p));
    weights[piece.position] += off;
    unrounded += off;
    value += piece.value;
  });
  const { percent_rounding: mode, percent_side: side } = ctx.policy;
  const cut =
    side === 'price'
      ? value - mulDivRound(value * 10000 - unrounded, 1, 10000, mode)
      : mulDivRound(unrounded, 1, 10000, mode);
  return { cuts: shareOver(ctx, eligible, cut, weights, left), face: null };
}

/**
 * One give on one level group.
 * @returns {cuts: by position, face: named amount or null, benefits, reached}
 */
function applyGive(ctx, state, rule, eligible, give, times = 1) {
  const none = { cuts: eligible.map(() => 0), face: null, benefits: [], reached: true };
  const money = (result) => ({ ...none, ...result });
  const benefit = (entry, goal) => ({ ...none, benefits: [{ ...entry, goal: goal * times }] });
  if (give.amount_off) return money(amountOff(ctx, state, eligible, give.amount_off, times));
  if (give.percent_off) return money(percentOff(ctx, state, rule, eligible, give.percent_off));
  if (give.nth_item) return money(nthItem(ctx, state, eligible, give.nth_item));
  if (give.tiers) {
    const { by, base, tiers } = give.tiers;
    const measured = measure(ctx, state, rule, eligible, by, base);
    const reached = tiers.filter((tier) => measured >= tier.gte);
    if (reached.length === 0) return { ...none, reached: false };
    const tier = ctx.mutant === 'first_tier' ? reached[0] : reached.at(-1);
    return applyGive(ctx, state, rule, eligible, tier.give);
  }
  if (give.every) {
    const { by, base, step, limit = 10000, give: inner } = give.every;
    const measured = measure(ctx, state, rule, eligible, by, base);
    const most = ctx.mutant === 'limit_ignored' ? 10000 : limit;
    const n = Math.min(most, Math.floor(measured / step));
    if (n === 0) return { ...none, reached: false };
    return applyGive(ctx, state, rule, eligible, inner, n);
  }
  if (give.gift) {
    const { sku, qty = 1 } = give.gift.options[0];
    return benefit({ type: 'gift', sku, n: qty * times }, give.gift.goal_value_fen ?? 0);
  }
  if (give.grant_coupon) {
    const { rule: coupon, n = 1, goal_value_fen: goal = 0 } = give.grant_coupon;
    return benefit({ type: 'grant_coupon', coupon, n: n * times }, goal);
  }
  if (give.points) {
    const { n, goal_value_fen: goal = 0 } = give.points;
    return benefit({ type: 'points', n: n * times }, goal);
  }
  return benefit({ type: 'free_freight' }, 0);
}

/**
 * All gives of a rule on the eligible segments of one level group.
 * @returns null when the condition does not hold; else the cuts by position in `eligible`, the
 *   benefits, and the sum of (face − cut) over the gives that name an amount
 */
export function applyGives(ctx, state, rule, eligible) {
  if (!conditionHolds(ctx, state, rule, eligible)) return null;
  const cuts = eligible.map(() => 0);
  const benefits = [];
  let slack = 0;
  let reached = false;
  for (const give of rule.gives) {
    const now =
      ctx.mutant === 'gives_in_turn'
        ? { ...state, left: afterCuts(state.left, eligible, cuts) }
        : state;
    const result = applyGive(ctx, now, rule, eligible, give);
    // A list whose other give is reached still gives that one.
    if (result.reached) reached = true;
    let cutOfGive = 0;
    result.cuts.forEach((cut, i) => {
      const clamped = Math.min(cut, state.left[eligible[i]] - cuts[i]);
      cuts[i] += clamped;
      cutOfGive += clamped;
    });
    if (result.face !== null) slack += result.face - cutOfGive;
    benefits.push(...result.benefits);
  }
  return reached ? { cuts, benefits, slack } : null;
}

/** What is left after cuts at these segments. */
export function afterCuts(left, eligible, cuts) {
  const next = left.slice();
  eligible.forEach((s, i) => {
    next[s] -= cuts[i];
  });
  return next;
}
