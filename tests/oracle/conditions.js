// `when`: what a rule asks of the goods it may see (src/README.md §1.2).

import { sum } from './numbers.js';
import { inScope } from './scope.js';

/** Pieces of the fullest line, SKU or SPU; a SKU without SPU is its own. */
function mostOfSame(items, same) {
  const keyOf = {
    line: ({ line }) => line.index,
    sku: ({ line }) => line.sku.id,
    spu: ({ line }) => JSON.stringify(line.sku.spu ? [line.sku.spu] : line.sku.id)
  }[same];
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + item.qty);
  return Math.max(0, ...counts.values());
}

/**
 * @param view {items: [{line, qty}] the eligible goods, amount(base), around: all lines of the
 *   level group and shop, whatever the scope}
 */
export function whenHolds(ctx, when, view) {
  const { items, amount, around } = view;
  const { mutant } = ctx;
  const total = (of) => sum(items.map((item) => item.qty * of(item.line.sku)));
  const inner = (one) => whenHolds(ctx, one, view);
  const base = when.base ?? ctx.policy.threshold_base;
  const tests = {
    amount_gte: (fen) => {
      const measured = amount(base);
      return mutant === 'threshold_must_pass' ? measured > fen : measured >= fen;
    },
    amount_gt: (fen) => amount(base) > fen,
    qty_gte: (wanted) => {
      if (typeof wanted === 'number') return total(() => 1) >= wanted;
      if (!wanted.same || mutant === 'same_ignored') return total(() => 1) >= wanted.n;
      return mostOfSame(items, wanted.same) >= wanted.n;
    },
    kinds_gte: (n) => new Set(items.map(({ line }) => line.sku.id)).size >= n,
    weight_gte: (g) => total((sku) => sku.weight_g ?? 0) >= g,
    volume_gte: (n) => total((sku) => sku.volume_cm3 ?? 0) >= n,
    contains: ({ scope, qty = 1 }) => {
      const seen = mutant === 'contains_in_scope' ? items.map(({ line }) => line) : around;
      const found = seen.filter((line) => inScope(scope, line));
      return sum(found.map((line) => line.qty)) >= qty;
    },
    nth_order: (n) => (ctx.member.orders ?? 0) + (mutant === 'orders_from_zero' ? 0 : 1) === n,
    group_size_gte: (n) => (ctx.request.group_size ?? 0) >= n,
    paid_by: (tender) => ctx.payers.has(tender),
    all: (list) => list.every(inner),
    any: (list) => (mutant === 'any_is_all' ? list.every(inner) : list.some(inner)),
    not: (one) => (mutant === 'not_ignored' ? inner(one) : !inner(one)),
    base: () => true
  };
  return Object.entries(when).every(([name, value]) => tests[name](value));
}

/** All members of a `when` and of what stands inside it, as [name, value]. */
export function membersOf(when) {
  return Object.entries(when).flatMap(([name, value]) => {
    if (name === 'all' || name === 'any') return value.flatMap(membersOf);
    return name === 'not' ? membersOf(value) : [[name, value]];
  });
}
