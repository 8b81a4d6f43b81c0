// Gives that take freight: freight_off, and what goods_then_freight has left after the goods; and
// fees_off, which takes fees (src/README.md §3.1). Amounts are by package, of fees by charge.

import { share, sum } from './numbers.js';
import { inScope } from './scope.js';
import { percentCut } from './segments.js';
import { packsOf } from './measures.js';
import { shareMode } from './pieces.js';

/** An amount over the freight that is left in these packages: amounts by package. */
export function takeFreight(ctx, freight, packs, amount) {
  const left = packs.map((p) => freight[p]);
  const cuts = freight.map(() => 0);
  const parts = share(Math.min(amount, sum(left)), left, left, shareMode(ctx));
  for (let i = 0; i < packs.length; i++) cuts[packs[i]] = parts[i];
  return cuts;
}

export function freightOff(env, { amount, bp, per = 'package', cap = Infinity }) {
  const { ctx, state, segs } = env;
  const packs = packsOf(ctx, segs);
  const cutOf = (fen) => (bp === undefined ? amount : Math.min(percentCut(ctx, fen, bp), cap));
  if (per === 'order' && ctx.mutant !== 'freight_off_per_package') {
    const cut = cutOf(sum(packs.map((p) => state.freight[p])));
    const face = bp === undefined ? amount : null;
    return { freight: takeFreight(ctx, state.freight, packs, cut), face };
  }
  const freight = state.freight.map((fen, p) =>
    packs.includes(p) ? Math.min(cutOf(fen), fen) : 0
  );
  return { freight, face: bp === undefined ? amount * packs.length : null };
}

/** What a rule may take of a charge: of a fee for each piece only those of its own pieces. */
function reachable({ ctx, state, segs }, { fees }, { fee, pack }, c) {
  if (fees && !fees.includes(fee.id) && ctx.mutant !== 'every_fee') return 0;
  const pieces = segs
    .map((s) => ctx.segments[s])
    .filter((segment) => segment.pack === pack && inScope(fee.scope, ctx.priced[segment.line]))
    .map((segment) => segment.qty);
  if (pieces.length === 0) return 0;
  if (fee.per !== 'piece' || ctx.mutant === 'fees_of_all_pieces') return state.fees[c];
  return Math.min(state.fees[c], fee.amountOfOne * sum(pieces));
}

/** An amount or a part of these fees together, shared by what is left of each. */
export function feesOff(env, give) {
  const { ctx } = env;
  const { amount, bp, cap = Infinity } = give;
  const left = ctx.charges.map((charge, c) => reachable(env, give, charge, c));
  const most = ctx.mutant === 'fees_cap_ignored' ? Infinity : cap;
  const cut = bp === undefined ? amount : Math.min(percentCut(ctx, sum(left), bp), most);
  const fees = share(Math.min(cut, sum(left)), left, left, shareMode(ctx));
  return { fees, face: bp === undefined ? amount : null };
}
