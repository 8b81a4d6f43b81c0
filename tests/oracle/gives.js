// What a rule's gives do to one level group (src/README.md §3 point 4, §3.1). Everything is
// computed on the state before the rule, then added and clamped.

import { sum } from './numbers.js';
import { STAGE } from './rules.js';
import { conditionHolds, measure, packsOf } from './measures.js';
import { amountOff, nthItem, percentOff } from './gives_money.js';
import { buyGet, bundle, firstAndAdditional, itemsFree, qtyGroups } from './gives_sets.js';
import { feesOff, freightOff, takeFreight } from './gives_freight.js';
import { benefitsOf } from './benefits.js';

/** What `every` multiplies is for the order where it does not say so, whatever percent_level is. */
const asWhole = (give) =>
  give.percent_off ? { percent_off: { per: 'order', ...give.percent_off } } : give;

/** A give as {kind, content, inner: the gives inside it}, read once for a rule. */
export function readGive(give) {
  const [[kind, content]] = Object.entries(give);
  let inner = [];
  if (kind === 'tiers') inner = content.tiers.map((tier) => readGive(tier.give));
  if (kind === 'every') inner = [readGive(asWhole(content.give))];
  return { kind, content, inner };
}

/** The goods amount first; what it names beyond their room takes freight. */
function goodsThenFreight(env, give) {
  const { ctx, state, segs } = env;
  const goods = amountOff(env, give);
  if (ctx.mutant === 'lands_on_goods') return goods;
  const freight = takeFreight(ctx, state.freight, packsOf(ctx, segs), goods.excess);
  // What is taken here is not taken again at the end of the stage.
  return { ...goods, freight, refused: goods.excess > sum(freight), excess: 0 };
}

function amountGive(env, give, times) {
  if (give.lands_on === 'goods_then_freight') return goodsThenFreight(env, give);
  const result = amountOff(env, give, times);
  const { isCoupon, gives } = env.rule;
  const covers = isCoupon && gives.length === 1 && times === 1;
  return covers ? result : { ...result, excess: 0 };
}

function tiersGive(env, { by, base, tiers }, inner) {
  const { ctx, state, rule } = env;
  const measured = measure(ctx, state, rule, env.scope, by, base);
  const reached = inner.filter((_, i) => measured >= tiers[i].gte);
  if (reached.length === 0) return { reached: false };
  return applyGive(env, ctx.mutant === 'first_tier' ? reached[0] : reached.at(-1));
}

function everyGive(env, { by, base, step, limit = 10000, compound }, inner) {
  const { ctx, state, rule } = env;
  const measured = measure(ctx, state, rule, env.scope, by, base);
  const most = ctx.mutant === 'limit_ignored' ? 10000 : limit;
  const n = Math.min(most, Math.floor(measured / step));
  if (n === 0) return { reached: false };
  return { ...applyGive(env, inner[0], n, compound), excess: 0 };
}

/** One give on one level group; undefined members are those of a give that does nothing. */
function applyGive(env, give, times = 1, compound = false) {
  const { kind, content, inner } = give;
  switch (kind) {
    case 'tiers':
      return tiersGive(env, content, inner);
    case 'every':
      return everyGive(env, content, inner);
    case 'amount_off':
      return amountGive(env, content, times);
    case 'percent_off':
      return percentOff(env, content, { times, compound });
    case 'nth_item':
      return nthItem(env, content);
    case 'items_free':
      return itemsFree(env, content, times);
    case 'buy_get':
      return buyGet(env, content);
    case 'bundle':
      return bundle(env, content);
    case 'qty_groups':
      return qtyGroups(env, content);
    case 'first_and_additional':
      return firstAndAdditional(env, content);
    case 'freight_off':
      return freightOff(env, content);
    case 'fees_off':
      return feesOff(env, content);
    default:
      return { benefits: benefitsOf(env, kind, content, times) };
  }
}

/** Where cuts of a rule may land in a level group, and how much each segment can lose. */
function envOf(ctx, state, rule, eligible, given) {
  const segs = eligible.filter((s) => rule.filtered[ctx.segments[s].line]);
  const left = segs.map((s) => state.left[s]);
  const floors = ctx.mutant !== 'floor_ignored';
  const room = segs.map((s) => Math.max(0, state.left[s] - (floors ? ctx.segments[s].floor : 0)));
  return { ctx, state, rule, scope: eligible, segs, left, room, given };
}

/** Adds parts to sums, each only as far as it has room. Returns what was added. */
function addClamped(sums, parts, roomOf) {
  let added = 0;
  for (let i = 0; i < parts.length; i++) {
    const clamped = Math.min(parts[i], roomOf(i) - sums[i]);
    sums[i] += clamped;
    added += clamped;
  }
  return added;
}

/**
 * All gives of a rule on the eligible segments of one level group.
 * @param around the lines of the level group that a condition may ask for
 * @param given the benefits that the rule gave in other level groups
 * @returns null when the condition does not hold; else {cuts by position in `eligible`, freight:
 *   what each package loses, fees: what each charge does, benefits, excess: what freight may cover
 *   later, slack: the sum of (face − cut) over the gives that name an amount}; or {reason}
 */
export function applyGives(ctx, state, rule, eligible, around, given = []) {
  if (!conditionHolds(ctx, state, rule, eligible, around)) return null;
  const env = envOf(ctx, state, rule, eligible, [...given]);
  if (env.segs.length === 0) return { reason: 'no_goods' };
  const cuts = env.segs.map(() => 0);
  const freight = ctx.packages.map(() => 0);
  const fees = ctx.charges.map(() => 0);
  const benefits = [];
  let slack = 0;
  let excess = 0;
  let reached = false;
  for (const give of rule.effects) {
    const result = applyGive(ctx.mutant === 'gives_in_turn' ? later(env, cuts) : env, give);
    if (result.refused && ctx.policy.overflow === 'refuse' && ctx.mutant !== 'always_clamp') {
      return { reason: 'overflow' };
    }
    // A list whose other give is reached still gives that one.
    if (result.reached !== false) reached = true;
    let cut = 0;
    if (result.cuts) cut += addClamped(cuts, result.cuts, (i) => env.room[i]);
    if (result.freight) cut += addClamped(freight, result.freight, (p) => state.freight[p]);
    if (result.fees) cut += addClamped(fees, result.fees, (c) => state.fees[c]);
    if (typeof result.face === 'number') slack += result.face - cut;
    excess += result.excess ?? 0;
    if (result.benefits) {
      benefits.push(...result.benefits);
      env.given.push(...result.benefits);
    }
  }
  if (!reached) return null;
  const packs = packsOf(ctx, env.segs);
  freeAll(env, benefits, packs, freight);
  let at = 0;
  const all = eligible.map((s) => (env.segs[at] === s ? cuts[at++] : 0));
  return { cuts: all, freight, fees, benefits, slack, excess, packs };
}

const later = (env, cuts) => ({
  ...env,
  state: Object.assign(env.state.copy(), { left: afterCuts(env.state.left, env.segs, cuts) }),
  left: env.left.map((left, i) => left - cuts[i]),
  room: env.room.map((room, i) => room - cuts[i])
});

/** In its own stage free_freight takes all the freight of its packages. */
function freeAll(env, benefits, packs, freight) {
  if (env.rule.stage !== STAGE.freight) return;
  if (!benefits.some(({ type }) => type === 'free_freight')) return;
  for (const p of packs) {
    if (!env.ctx.packages[p].neverFree) freight[p] = env.state.freight[p];
  }
}

/** What is left after cuts at these segments. */
export function afterCuts(left, eligible, cuts) {
  const next = left.slice();
  for (let i = 0; i < eligible.length; i++) next[eligible[i]] -= cuts[i];
  return next;
}
