// Pieces of segments, choosing among them, and sharing a cut of a rule over its segments
// (src/README.md §3.1, §4).

import { mulDivFloor, share, sum } from './numbers.js';
import { packsOf } from './measures.js';

/** Piece k of n of an amount is worth floor(amount·k/n) − floor(amount·(k−1)/n). */
export function pieceValues(ctx, amount, n) {
  const upTo = (k) => mulDivFloor(amount, k, n);
  const values = [];
  for (let k = 1; k <= n; k++) {
    values.push(ctx.mutant === 'even_pieces' ? upTo(1) : upTo(k) - upTo(k - 1));
  }
  return values;
}

/** All pieces of the segments where a cut may land, in cart order: {position, line, value}. */
export function piecesOf(env, amounts = env.left) {
  const pieces = [];
  for (let position = 0; position < env.segs.length; position++) {
    const { line, qty } = env.ctx.items[env.segs[position]];
    const values = pieceValues(env.ctx, amounts[position], qty);
    for (let k = 0; k < qty; k++) {
      pieces.push({ position, line, value: values[k], first: k === 0 });
    }
  }
  return pieces;
}

/** Sorted by value; equal ones stay in cart order, because the sort is stable. */
export function byValue(pieces, dearestFirst) {
  return pieces.toSorted(dearestFirst ? (a, b) => b.value - a.value : (a, b) => a.value - b.value);
}

/** Pieces worth nothing are skipped; `best` goes by what each piece would lose. */
export function choosePieces(env, pieces, max, choose = 'dearest', lossOf = null) {
  const worth = pieces.filter((piece) => piece.value > 0);
  if (choose === 'best' && env.ctx.mutant !== 'best_is_cheapest') {
    const loss = (piece) => Math.min(lossOf(piece), env.room[piece.position]);
    return worth.toSorted((a, b) => loss(b) - loss(a)).slice(0, max);
  }
  return byValue(worth, choose === 'dearest').slice(0, max);
}

/** Sums by position what pieces lose; together at most the room of their segment. */
export function cutsOfPieces(env, pieces, lossOf) {
  const cuts = env.segs.map(() => 0);
  for (const piece of pieces) cuts[piece.position] += lossOf(piece);
  return cuts.map((cut, i) => Math.min(cut, env.room[i]));
}

export const shareMode = (ctx) =>
  ctx.mutant === 'remainder_first' ? 'first' : ctx.policy.share_remainder;

/** Shares over the packages first, then inside each in cart order. */
export function shareOver(ctx, segs, amount, weights, caps) {
  const mode = shareMode(ctx);
  if (ctx.mutant === 'one_level_share') return share(amount, weights, caps, mode);
  const packs = packsOf(ctx, segs);
  // One package gets it all.
  if (packs.length === 1) return share(amount, weights, caps, mode);
  const pick = (list, pack) => list.filter((_, i) => ctx.segments[segs[i]].pack === pack);
  const own = packs.map((pack) => ({ weights: pick(weights, pack), caps: pick(caps, pack) }));
  const byPack = share(
    amount,
    own.map((entry) => sum(entry.weights)),
    own.map((entry) => sum(entry.caps)),
    mode
  );
  const cuts = segs.map(() => 0);
  packs.forEach((pack, p) => {
    const parts = share(byPack[p], own[p].weights, own[p].caps, mode);
    let at = 0;
    for (let i = 0; i < segs.length; i++) {
      if (ctx.segments[segs[i]].pack === pack) cuts[i] = parts[at++];
    }
  });
  return cuts;
}

/** A cut of the whole level group: at most Σ room, and its excess moves or is lost. */
export function shareCut(env, amount, weights = env.left) {
  const { ctx, segs, room, left } = env;
  const cut = Math.min(amount, sum(room));
  const lost = ctx.policy.excess_share === 'lost' && ctx.mutant !== 'excess_moves';
  if (!lost) return shareOver(ctx, segs, cut, weights, room);
  return shareOver(ctx, segs, cut, weights, left).map((part, i) => Math.min(part, room[i]));
}
