// Gives that take freight: freight_off, and what goods_then_freight has left after the goods
// (src/README.md §3.1). Amounts are by package.

import { share, sum } from './numbers.js';
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
