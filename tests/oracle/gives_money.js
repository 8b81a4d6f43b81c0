// The gives that name an amount, a percentage or a row of percentages (src/README.md §3.1).
// Each returns {cuts: by position, face: the named amount or null, refused, excess}.

import { mulDivRound, sum } from './numbers.js';
import { percentCut } from './segments.js';
import { baseOf } from './measures.js';
import { byValue, choosePieces, cutsOfPieces, piecesOf, shareCut, shareOver } from './pieces.js';

/** Positions of the segments, one list for each line. */
export function linesOf(env) {
  const lines = new Map();
  env.segs.forEach((s, position) => {
    const { line } = env.ctx.segments[s];
    if (!lines.has(line)) lines.set(line, []);
    lines.get(line).push(position);
  });
  return [...lines.values()];
}

/** What a line has no room for is lost. */
function cutByLine(env, amountOf, weights = env.left) {
  const cuts = env.segs.map(() => 0);
  for (const positions of linesOf(env)) {
    const caps = positions.map((i) => env.room[i]);
    const amount = Math.min(amountOf(positions), sum(caps));
    const segs = positions.map((i) => env.segs[i]);
    const own = positions.map((i) => weights[i]);
    shareOver(env.ctx, segs, amount, own, caps).forEach((cut, k) => {
      cuts[positions[k]] = cut;
    });
  }
  return cuts;
}

/** The pieces that an amount or a percentage for pieces is for. */
function chosenPieces(env, give, per, lossOf) {
  const max = per === 'piece' ? 1 : (give.max_units ?? Infinity);
  const pieces = piecesOf(env);
  const choose = (some) => choosePieces(env, some, max, give.choose, lossOf);
  if (give.max_units_per !== 'line' || env.ctx.mutant === 'units_per_rule') return choose(pieces);
  const lines = [...new Set(pieces.map(({ line }) => line))];
  return lines.flatMap((line) => choose(pieces.filter((piece) => piece.line === line)));
}

export function amountOff(env, give, times = 1) {
  const amount = give.amount * times;
  const per = give.per ?? 'order';
  if (per === 'order') {
    const room = sum(env.room);
    const excess = Math.max(0, amount - room);
    return { cuts: shareCut(env, amount), face: amount, refused: excess > 0, excess };
  }
  if (per === 'line') {
    const lines = linesOf(env);
    const refused = lines.some((positions) => amount > sum(positions.map((i) => env.room[i])));
    return { cuts: cutByLine(env, () => amount), face: amount * lines.length, refused };
  }
  // Pieces worth nothing are skipped, so they don't count in the face either.
  const lossOf = (piece) => Math.min(amount, piece.value);
  const chosen = chosenPieces(env, give, per, lossOf);
  const cuts = cutsOfPieces(env, chosen, lossOf);
  const face = amount * chosen.length;
  return { cuts, face, refused: face > sum(cuts) };
}

/** A percentage n times, or n times in turn on what is then left. */
function timesPercent(env, base, bp, times, compound) {
  const { ctx } = env;
  if (!compound || ctx.mutant === 'compound_adds') {
    return percentCut(ctx, base, Math.min(10000, bp * times));
  }
  let cut = 0;
  for (let i = 0; i < times && cut < base; i++) cut += percentCut(ctx, base - cut, bp);
  return cut;
}

export function percentOff(env, give, { times = 1, compound = false } = {}) {
  const { ctx, rule, state } = env;
  const base = give.base ?? ctx.policy.percent_base;
  const withFixed = ctx.mutant === 'percent_counts_fixed';
  const bases = env.segs.map((s) => baseOf(ctx, state, rule.stage, base, s, withFixed));
  const cap = ctx.mutant === 'cap_ignored' ? Infinity : (give.cap ?? Infinity);
  const level = ctx.mutant === 'percent_level_ignored' ? 'order' : ctx.policy.percent_level;
  const per = give.per ?? level;
  if (per === 'order') {
    const cut = Math.min(timesPercent(env, sum(bases), give.bp, times, compound), cap);
    return { cuts: shareCut(env, cut), face: null };
  }
  if (per === 'line') {
    const ofLine = (positions) => percentCut(ctx, sum(positions.map((i) => bases[i])), give.bp);
    return { cuts: cutByLine(env, ofLine), face: null };
  }
  const lossOf = (piece) => Math.min(percentCut(ctx, piece.value, give.bp), cap, piece.value);
  const chosen = chosenPieces(env, give, per, lossOf);
  return { cuts: cutsOfPieces(env, chosen, lossOf), face: null };
}

export function nthItem(env, give) {
  const { ctx, rule, state } = env;
  const based = give.base !== undefined && ctx.mutant !== 'nth_base_ignored';
  const bases = based
    ? env.segs.map((s) => baseOf(ctx, state, rule.stage, give.base, s, false))
    : env.left;
  let pieces = piecesOf(env, bases);
  if (give.order !== 'cart') pieces = byValue(pieces, give.order === 'price_desc');
  const payOf = (p) => {
    if (p < give.pay_bp.length) return give.pay_bp[p];
    if (ctx.mutant === 'nth_never_repeats') return give.beyond_bp;
    return give.repeat ? give.pay_bp[p % give.pay_bp.length] : give.beyond_bp;
  };
  const weights = env.segs.map(() => 0); // unrounded cuts, times 10000
  pieces.forEach((piece, p) => {
    weights[piece.position] += piece.value * (10000 - payOf(p));
  });
  const { percent_rounding: mode, percent_side: side } = ctx.policy;
  const cutOf = (positions) => {
    const value = sum(positions.map((i) => bases[i]));
    const unrounded = sum(positions.map((i) => weights[i]));
    if (side === 'price') return value - mulDivRound(value * 10000 - unrounded, 1, 10000, mode);
    return mulDivRound(unrounded, 1, 10000, mode);
  };
  if (ctx.policy.percent_level !== 'order' && ctx.mutant !== 'percent_level_ignored') {
    return { cuts: cutByLine(env, cutOf, weights), face: null };
  }
  return { cuts: shareCut(env, cutOf(env.segs.map((_, i) => i)), weights), face: null };
}
