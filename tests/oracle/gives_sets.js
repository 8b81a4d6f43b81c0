// The gives that work on sets of pieces: items_free, buy_get, bundle, qty_groups and
// first_and_additional (src/README.md §3.1).

import { sum } from './numbers.js';
import { inScope } from './scope.js';
import { percentCut } from './segments.js';
import { byValue, choosePieces, cutsOfPieces, piecesOf, shareCut } from './pieces.js';

const worth = (piece) => piece.value;

/** Σ of a value by the segment of the piece: the weights of a share. */
function byPosition(env, pieces) {
  const sums = env.segs.map(() => 0);
  for (const piece of pieces) sums[piece.position] += piece.value;
  return sums;
}

export function itemsFree(env, give, times = 1) {
  const count = env.ctx.mutant === 'free_once' ? give.count : give.count * times;
  const chosen = choosePieces(env, piecesOf(env), count, give.choose);
  return { cuts: cutsOfPieces(env, chosen, worth), face: null };
}

/** The largest number of got pieces that the rest of the cart has bought. */
export function buyGet(env, { buy, get, off_bp: bp = 10000, choose, repeat = false }) {
  const { ctx } = env;
  const { qty: buyQty } = buy;
  const { qty: getQty } = get;
  const pieces = piecesOf(env);
  const bought = (piece) => inScope(buy.scope, piece.line);
  const order = choosePieces(
    env,
    pieces.filter((piece) => inScope(get.scope, piece.line)),
    Infinity,
    choose
  );
  const again = repeat || ctx.mutant === 'buy_get_repeats';
  const paidFor = (g) => {
    const got = new Set(order.slice(0, g));
    const kept = pieces.filter((piece) => bought(piece) && !got.has(piece)).length;
    const sets = ctx.mutant === 'full_sets_only' ? g / getQty : Math.ceil(g / getQty);
    return Number.isInteger(sets) && kept >= buyQty * sets;
  };
  let g = again ? order.length : Math.min(order.length, getQty);
  while (g > 0 && !paidFor(g)) g--;
  if (g === 0) return { cuts: env.segs.map(() => 0), face: null, reached: false };
  const weights = byPosition(env, order.slice(0, g));
  return { cuts: shareCut(env, percentCut(ctx, sum(weights), bp), weights), face: null };
}

/** Of all numbers of sets the one with the largest cut, the smaller on a tie. */
function bestSets(env, most, piecesOfSets, cutOf) {
  let best = { cut: 0, taken: [] };
  for (let n = 1; n <= most; n++) {
    const taken = piecesOfSets(n);
    const cut = cutOf(n, sum(taken.map(worth)));
    const better = env.ctx.mutant === 'more_sets' ? cut >= best.cut : cut > best.cut;
    if (better) best = { cut, taken };
  }
  if (best.cut === 0) return { cuts: env.segs.map(() => 0), face: null };
  return { cuts: shareCut(env, best.cut, byPosition(env, best.taken)), face: null };
}

export function bundle(env, { needs, price, off, repeat = false }) {
  const pieces = byValue(piecesOf(env), env.ctx.mutant !== 'bundle_cheapest');
  const pools = needs.map(({ scope }) => pieces.filter((piece) => inScope(scope, piece.line)));
  const full = Math.min(...pools.map((pool, i) => Math.floor(pool.length / needs[i].qty)));
  return bestSets(
    env,
    repeat ? full : Math.min(1, full),
    (n) => pools.flatMap((pool, i) => pool.slice(0, n * needs[i].qty)),
    (n, value) => (off === undefined ? Math.max(0, value - n * price) : Math.min(n * off, value))
  );
}

export function qtyGroups(env, { size, give }) {
  const pieces = byValue(piecesOf(env), env.ctx.mutant !== 'groups_cheapest');
  const cutOf = (n, value) => {
    if (give.amount_off) return Math.min(n * give.amount_off.amount, value);
    const { bp, cap = Infinity } = give.percent_off;
    return Math.min(percentCut(env.ctx, value, bp), cap);
  };
  const most = Math.floor(pieces.length / size);
  return bestSets(env, most, (n) => pieces.slice(0, n * size), cutOf);
}

export function firstAndAdditional(env, { first, additional, max = Infinity }) {
  const seen = new Map(); // pieces of each line so far
  const loss = (piece) => {
    const before = seen.get(piece.line) ?? 0;
    seen.set(piece.line, before + 1);
    if (before >= max) return 0;
    const firstOne = env.ctx.mutant === 'first_of_segment' ? piece.first : before === 0;
    return Math.min(firstOne ? first : additional, piece.value);
  };
  return { cuts: cutsOfPieces(env, piecesOf(env), loss), face: null };
}
