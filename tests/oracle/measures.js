// What is measured, or taken a percentage of, at a rule's turn (src/README.md §1.2, §3.1).

import { sum } from './numbers.js';
import { STAGE } from './rules.js';
import { whenHolds } from './conditions.js';

/** One segment on one base; a threshold counts the fixed part too, a percentage never does. */
export function baseOf(ctx, state, stage, base, s, withFixed) {
  const segment = ctx.segments[s];
  if (base === 'list') return withFixed ? segment.list : segment.listOff;
  // Before the order stage `after_item` means what is left now.
  const left = base === 'after_item' && stage > STAGE.item ? state.afterItem[s] : state.left[s];
  return left + (withFixed ? segment.fixed : 0);
}

export const packsOf = (ctx, segs) => [...new Set(segs.map((s) => ctx.segments[s].pack))];

/** The amount or the pieces of the eligible segments of a level group. */
export function measure(ctx, state, rule, eligible, by, base = ctx.policy.threshold_base) {
  if (by === 'qty') return sum(eligible.map((s) => ctx.segments[s].qty));
  const goods = sum(eligible.map((s) => baseOf(ctx, state, rule.stage, base, s, true)));
  if (base !== 'goods_and_freight' || ctx.mutant === 'freight_not_in_base') return goods;
  return goods + sum(packsOf(ctx, eligible).map((p) => state.freight[p]));
}

/** @param members the lines of the level group, eligible or not */
export function conditionHolds(ctx, state, rule, eligible, members) {
  return whenHolds(ctx, rule.when, {
    items: eligible.map((s) => ({
      line: ctx.priced[ctx.segments[s].line],
      qty: ctx.segments[s].qty
    })),
    amount: (base) => measure(ctx, state, rule, eligible, 'amount', base),
    around: rule.around.filter((line) => members.includes(line.index))
  });
}
