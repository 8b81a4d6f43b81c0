// `when`: what a rule asks of the goods it may see (src/README.md §1.2).

import { sumOf } from './numbers.js';
import { inScope } from './scope.js';

/** What two pieces must share to be the same; a SKU without SPU is its own. */
const SAME = {
  line: ({ line }) => line.index,
  sku: ({ line }) => line.sku.id,
  spu: ({ line }) => JSON.stringify(line.sku.spu ? [line.sku.spu] : line.sku.id)
};

/** Pieces of the fullest line, SKU or SPU. */
function mostOfSame(items, same) {
  const keyOf = SAME[same];
  const counts = new Map();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + item.qty);
  return Math.max(0, ...counts.values());
}

/** A `when` as a list of tests, read once for a rule: {name, value, base} or {name, inner}. */
export function readWhen(when, policy) {
  const base = when.base ?? policy.threshold_base;
  return Object.entries(when)
    .filter(([name]) => name !== 'base' && name !== 'min_share_bp')
    .map(([name, value]) => {
      let inner = [];
      if (name === 'not') inner = [readWhen(value, policy)];
      if (name === 'all' || name === 'any') inner = value.map((one) => readWhen(one, policy));
      return { name, value, base, inner, share: when.min_share_bp ?? 10000 };
    });
}

/**
 * @param tests a list of readWhen
 * @param view {items: [{line, qty}] the eligible goods, amount(base), around: all lines of the
 *   level group and shop, whatever the scope}
 */
export function whenHolds(ctx, tests, view) {
  for (const test of tests) if (!holds(ctx, test, view)) return false;
  return true;
}

function holds(ctx, { name, value, base, inner, share }, view) {
  const { mutant } = ctx;
  const { items } = view;
  const isTrue = (tests) => whenHolds(ctx, tests, view);
  switch (name) {
    case 'amount_gte': {
      const measured = view.amount(base);
      return mutant === 'threshold_must_pass' ? measured > value : measured >= value;
    }
    case 'amount_gt':
      return view.amount(base) > value;
    case 'qty_gte': {
      if (typeof value === 'number') return sumOf(items, ({ qty }) => qty) >= value;
      const all = !value.same || mutant === 'same_ignored';
      return (all ? sumOf(items, ({ qty }) => qty) : mostOfSame(items, value.same)) >= value.n;
    }
    case 'kinds_gte':
      return new Set(items.map(({ line }) => line.sku.id)).size >= value;
    case 'weight_gte':
      return sumOf(items, ({ qty, line }) => qty * (line.sku.weight_g ?? 0)) >= value;
    case 'volume_gte':
      return sumOf(items, ({ qty, line }) => qty * (line.sku.volume_cm3 ?? 0)) >= value;
    case 'contains': {
      const { scope, qty = 1 } = value;
      const seen = mutant === 'contains_in_scope' ? items.map(({ line }) => line) : view.around;
      return sumOf(seen, (line) => (inScope(scope, line) ? line.qty : 0)) >= qty;
    }
    case 'nth_order':
      return (ctx.member.orders ?? 0) + (mutant === 'orders_from_zero' ? 0 : 1) === value;
    case 'group_size_gte':
      return (ctx.request.group_size ?? 0) >= value;
    case 'paid_by':
      return share <= (ctx.payers[value] ?? 0);
    case 'all':
      return inner.every(isTrue);
    case 'any':
      return mutant === 'any_is_all' ? inner.every(isTrue) : inner.some(isTrue);
    case 'not':
      return mutant === 'not_ignored' ? isTrue(inner[0]) : !isTrue(inner[0]);
    default:
      throw new TypeError(`no such condition: ${name}`);
  }
}

/** All members of a `when` and of what stands inside it, as [name, value]. */
export function membersOf(when) {
  return Object.entries(when).flatMap(([name, value]) => {
    if (name === 'all' || name === 'any') return value.flatMap(membersOf);
    return name === 'not' ? membersOf(value) : [[name, value]];
  });
}
