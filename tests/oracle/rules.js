// Compiles the rules of a book for one request: what they cover, whether they are closed, their
// groups, and who excludes whom (src/README.md §1.2, §3.2).

import { inPlace, inScope, inWindow, isFor } from './scope.js';
import { readGive } from './gives.js';
import { readWhen } from './conditions.js';

export const STAGES = [
  'unit',
  'item',
  'order',
  'shop_coupon',
  'platform_coupon',
  'freight',
  'reward'
];
export const STAGE = Object.fromEntries(STAGES.map((name, i) => [name, i]));

/** Where a unit of UTF-16 stands in the order of code points. */
const rankOfUnit = (unit) =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

/** Ids are compared by bytes, which in UTF-8 is the order of their code points. */
export function compareIds(a, b) {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [ours, theirs] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (ours !== theirs) return rankOfUnit(ours) - rankOfUnit(theirs);
  }
  return a.length - b.length;
}

/** Compares two sorted lists one by one; a prefix comes first. */
export function compareLists(a, b, compare) {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function isPercentage(give) {
  if (give.percent_off || give.nth_item) return true;
  if (give.buy_get) return (give.buy_get.off_bp ?? 10000) < 10000;
  const holder = give.every ?? give.qty_groups;
  if (holder) return isPercentage(holder.give);
  return give.tiers ? give.tiers.tiers.some((tier) => isPercentage(tier.give)) : false;
}

const OWN_TYPE = ['group_buy', 'bargain', 'presale'];

const GRANTS = ['stored_bonus', 'grant_coupon', 'grant_membership'];

function onlyGrants(give) {
  const [[kind, content]] = Object.entries(give);
  if (kind === 'tiers') return content.tiers.every((tier) => onlyGrants(tier.give));
  return kind === 'every' ? onlyGrants(content.give) : GRANTS.includes(kind);
}

/** Where stored value is bought: rules that name the type, and promotions that only grant. */
function actsInTopUp({ kind, scope, give }) {
  if (scope?.order_types?.includes('topup')) return true;
  return kind !== 'coupon' && [give].flat().every(onlyGrants);
}

/** May rules of this kind and stage act in an order of this type? */
function actsInOrderType(ctx, rule) {
  const { orderType } = ctx;
  if (ctx.mutant === 'order_types_ignored') return true;
  if (OWN_TYPE.includes(rule.kind)) return rule.kind === orderType;
  const listed = ctx.book.rules.order_types?.[orderType];
  if (listed) return listed.includes(rule.stage);
  if (orderType === 'topup' && ctx.mutant !== 'topup_as_others') return actsInTopUp(rule);
  return orderType === 'normal' || ['unit', 'freight'].includes(rule.stage);
}

/** How often the rule, a unit rule aside, may still act in one order. */
export function usesLeft(ctx, { id, limit }) {
  if (!limit || ctx.mutant === 'limits_ignored') return Infinity;
  const { times = 0 } = ctx.member.usage?.[id] ?? {};
  const left = limit.total_left ? ctx.request.live?.left?.[id] : undefined;
  const member = ctx.mutant === 'member_once_closed' && limit.per_member > times
    ? Infinity
    : (limit.per_member ?? Infinity) - times;
  return Math.min(limit.per_order ?? Infinity, member, left ?? Infinity);
}

export function limitReached(ctx, rule) {
  const { limit } = rule;
  if (!limit || ctx.mutant === 'limits_ignored') return false;
  if (usesLeft(ctx, rule) <= 0) return true;
  const { qty = 0 } = ctx.member.usage?.[rule.id] ?? {};
  return ctx.mutant !== 'unit_limits_ignored' && qty >= limit.qty_per_member;
}

/** Does the rule act in orders of this type? */
export function actsIn(ctx, rule) {
  const { order_types: types } = rule.scope ?? {};
  return actsInOrderType(ctx, rule) && (!types || types.includes(ctx.orderType));
}

export function inChannel(ctx, { scope }) {
  if (!scope?.channels || ctx.mutant === 'channels_ignored') return true;
  return scope.channels.includes(ctx.request.channel);
}

function closedReason(ctx, rule) {
  if (!actsIn(ctx, rule) || !inChannel(ctx, rule)) return 'closed';
  if (!inWindow(ctx, rule.window) || limitReached(ctx, rule)) return 'closed';
  return isFor(ctx, rule.for) ? null : 'not_for_you';
}

/** §5: in a group buy thresholds on some goods may look at what those are listed at. */
function thresholdsOf({ policy, orderType, mutant }, { scope = 'all' }) {
  const onList = policy.group_buy_threshold === 'list' && mutant !== 'group_threshold_ignored';
  const isMeant = onList && orderType === 'group_buy' && scope !== 'all';
  return isMeant ? { ...policy, threshold_base: 'list' } : policy;
}

export function compileRule(ctx, rule) {
  const gives = Array.isArray(rule.give) ? rule.give : [rule.give];
  const stack = rule.stack ?? {};
  const level = ctx.mutant === 'level_ignored' ? 'order' : (rule.level ?? 'order');
  const { groups, of } = ctx.levels[level];
  const inShop = (line) =>
    line.addOn === null && (rule.shop === undefined || rule.shop === line.shop);
  return {
    id: rule.id,
    kind: rule.kind,
    isCoupon: rule.kind === 'coupon',
    isAddOn: gives[0].add_on !== undefined,
    cls: rule.kind === 'coupon' ? 'coupon' : 'promotion',
    stageName: rule.stage,
    stage: STAGE[rule.stage],
    priority: rule.priority ?? 0,
    takesFreight:
      rule.stage === 'freight' &&
      /"(free_freight|freight_off|amount_off)":/.test(JSON.stringify(gives)),
    percentage: gives.some(isPercentage),
    gives,
    effects: gives.map(readGive),
    when: rule.when ?? {},
    tests: readWhen(rule.when ?? {}, thresholdsOf(ctx, rule)),
    limit: rule.limit ?? null,
    fundedBy: rule.funded_by ?? null,
    closed: closedReason(ctx, rule),
    group: stack.group ?? null,
    exclusive: Boolean(stack.exclusive) && ctx.mutant !== 'exclusive_ignored',
    ownExcludes: stack.excludes ?? [],
    ownOn: stack.on,
    appliesToDiscounted: stack.applies_to_discounted !== false,
    covers: ctx.priced.map(
      (line) => inShop(line) && inScope(rule.scope, line) && inPlace(ctx, rule.scope, line)
    ),
    filtered: ctx.priced.map(
      (line) => ctx.mutant === 'filter_ignored' || inScope(rule.filter, line)
    ),
    // Of each level group the lines that the rule may ask for, whatever its scope.
    arounds: groups.map((members) => members.filter(inShop)),
    levelOf: of
  };
}

const KEY_OF_LEVEL = {
  order: () => '',
  shop: (line) => line.shop,
  store: (line) => JSON.stringify([line.shop, line.store])
};

/**
 * By level (order, shop, store) its groups of priced lines in cart order, and of: by line, which of
 * them it is in. Add-ons are in none.
 */
export function readLevels(ctx) {
  ctx.levels = {};
  for (const [level, keyOf] of Object.entries(KEY_OF_LEVEL)) {
    const keys = ctx.priced.map((line) => (line.addOn === null ? keyOf(line) : null));
    const names = [...new Set(keys.filter((key) => key !== null))];
    ctx.levels[level] = {
      groups: names.map((name) => ctx.priced.filter((_, i) => keys[i] === name)),
      of: keys.map((key) => names.indexOf(key))
    };
  }
}

/** Defaults of groups, the default coupon slots, and the exclusion of each pair of rules. */
export function resolveGroups(ctx) {
  const holds = new Map();
  for (const rule of ctx.rules) {
    if (rule.group === null) continue;
    if (!holds.has(rule.group)) holds.set(rule.group, new Set());
    holds.get(rule.group).add(rule.cls);
  }
  for (const rule of ctx.rules) {
    const group = rule.group === null ? {} : (ctx.groups[rule.group] ?? {});
    rule.excludes = [...rule.ownExcludes, ...(group.excludes ?? [])];
    rule.on = rule.ownOn ?? group.on;
    rule.pieces = null;
    rule.slot = null;
    if (rule.group !== null) {
      const couponsOnly = !holds.get(rule.group).has('promotion');
      rule.pieces = group.pieces ?? (couponsOnly ? 'shared' : 'once_line');
      const maxPer = group.max_per ?? (couponsOnly ? 'shop' : 'line');
      const stated = group.max !== undefined || group.max_per !== undefined;
      const max = rule.pieces === 'once_piece' && !stated ? Infinity : (group.max ?? 1);
      rule.slot = { name: `group ${rule.group}`, max, maxPer };
    } else if (rule.isCoupon) {
      rule.slot = defaultSlot(ctx.policy.coupon_slots, rule.stageName);
    }
  }
}

function defaultSlot(slots, stageName) {
  if (slots === 'unlimited') return { name: 'slot unlimited', max: Infinity, maxPer: 'order' };
  if (stageName === 'freight') return { name: 'slot freight', max: 1, maxPer: 'order' };
  const name = slots === 'shop' ? 'slot shop' : `slot ${stageName}`;
  return { name, max: 1, maxPer: 'shop' };
}

/**
 * How rule a and rule b exclude each other: null, 'line' or 'order'. When both name each other with
 * a different `on`, `order` wins: it is the wider of the two.
 */
export function exclusion(ctx, a, b) {
  if (ctx.mutant === 'drop_excludes') return null;
  if (a.stage === STAGE.unit && b.stage === STAGE.unit) return null;
  const names = (x, y) => x.excludes.includes(y.cls) || x.excludes.includes(y.group);
  const byDefault = a.isCoupon && b.isCoupon ? 'order' : 'line';
  let on = null;
  if (names(a, b)) on = a.on ?? byDefault;
  if (names(b, a) && on !== 'order') on = b.on ?? byDefault;
  if (on === 'order' && ctx.mutant === 'order_exclusion_as_line') return 'line';
  return on;
}
