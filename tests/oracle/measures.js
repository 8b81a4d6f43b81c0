// What is measured, or taken a percentage of, at a rule's turn (src/README.md §1.2, §3.1).

import { sumOf } from './numbers.js';
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

/** The packages of these segments, in their order. */
export function packsOf(ctx, segs) {
  const packs = [];
  for (const s of segs) {
    const { pack } = ctx.segments[s];
    if (!packs.includes(pack)) packs.push(pack);
  }
  return packs.sort((a, b) => a - b);
}

/** The amount or the pieces of the eligible segments of a level group. */
export function measure(ctx, state, rule, eligible, by, base = ctx.policy.threshold_base) {
  if (by === 'qty') return sumOf(eligible, (s) => ctx.segments[s].qty);
  const goods = sumOf(eligible, (s) => baseOf(ctx, state, rule.stage, base, s, true));
  if (base !== 'goods_and_freight' || ctx.mutant === 'freight_not_in_base') return goods;
  return goods + sumOf(packsOf(ctx, eligible), (p) => state.freight[p]);
}

/** @param around the lines of the level group that the rule may ask for, eligible or not */
export function conditionHolds(ctx, state, rule, eligible, around) {
  if (rule.tests.length === 0) return true;
  return whenHolds(ctx, rule.tests, {
    items: eligible.map((s) => ctx.items[s]),
    amount: (base) => measure(ctx, state, rule, eligible, 'amount', base),
    around
  });
}
