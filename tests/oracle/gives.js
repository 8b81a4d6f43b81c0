// What a rule's gives do to one level group (src/README.md §3 point 4, §3.1). Everything is
// computed on the state before the rule, then added and clamped.

import { sum } from './numbers.js';
import { STAGE } from './rules.js';
import { conditionHolds, measure, packsOf } from './measures.js';
import { amountOff, nthItem, percentOff } from './gives_money.js';
import { buyGet, bundle, firstAndAdditional, itemsFree, qtyGroups } from './gives_sets.js';
import { freightOff, takeFreight } from './gives_freight.js';
import { benefitsOf } from './benefits.js';

/** The goods amount first; what it names beyond their room takes freight. */
function goodsThenFreight(env, give) {
  const { ctx, state, segs } = env;
  const goods = amountOff(env, give);
  if (ctx.mutant === 'lands_on_goods') return goods;
  const packs = packsOf(ctx, segs).sort((a, b) => a - b);
  const freight = takeFreight(ctx, state.freight, packs, goods.excess);
  return { ...goods, freight, refused: goods.excess > sum(freight) };
}

function amountGive(env, give, times) {
  if (give.lands_on === 'goods_then_freight') return goodsThenFreight(env, give);
  const result = amountOff(env, give, times);
  const covers = env.rule.isCoupon && env.rule.gives.length === 1 && times === 1;
  return covers ? result : { ...result, excess: 0 };
}

/** One give on one level group; undefined members are those of a give that does nothing. */
function applyGive(env, give, times = 1, compound = false) {
  const { ctx, state, rule } = env;
  if (give.tiers) {
    const { by, base, tiers } = give.tiers;
    const measured = measure(ctx, state, rule, env.scope, by, base);
    const reached = tiers.filter((tier) => measured >= tier.gte);
    if (reached.length === 0) return { reached: false };
    const tier = ctx.mutant === 'first_tier' ? reached[0] : reached.at(-1);
    return applyGive(env, tier.give);
  }
  if (give.every) {
    const { by, base, step, limit = 10000, give: inner } = give.every;
    const measured = measure(ctx, state, rule, env.scope, by, base);
    const most = ctx.mutant === 'limit_ignored' ? 10000 : limit;
    const n = Math.min(most, Math.floor(measured / step));
    if (n === 0) return { reached: false };
    return { ...applyGive(env, inner, n, give.every.compound), excess: 0 };
  }
  if (give.amount_off) return amountGive(env, give.amount_off, times);
  if (give.percent_off) return percentOff(env, give.percent_off, { times, compound });
  if (give.nth_item) return nthItem(env, give.nth_item);
  if (give.items_free) return itemsFree(env, give.items_free, times);
  if (give.buy_get) return buyGet(env, give.buy_get);
  if (give.bundle) return bundle(env, give.bundle);
  if (give.qty_groups) return qtyGroups(env, give.qty_groups);
  if (give.first_and_additional) return firstAndAdditional(env, give.first_and_additional);
  if (give.freight_off) return freightOff(env, give.freight_off);
  return { benefits: benefitsOf(env, give, times) };
}

/** Where cuts of a rule may land in a level group, and how much each segment can lose. */
function envOf(ctx, state, rule, eligible) {
  const segs = eligible.filter((s) => rule.filtered[ctx.segments[s].line]);
  const left = segs.map((s) => state.left[s]);
  const floorOf = (s) => (ctx.mutant === 'floor_ignored' ? 0 : ctx.segments[s].floor);
  const room = segs.map((s, i) => Math.max(0, left[i] - floorOf(s)));
  return { ctx, state, rule, scope: eligible, segs, left, room };
}

/**
 * All gives of a rule on the eligible segments of one level group.
 * @param members the lines of the level group
 * @returns null when the condition does not hold; else {cuts by position in `eligible`, freight:
 *   what each package loses, benefits, excess: what freight may cover later, slack: the sum of
 *   (face − cut) over the gives that name an amount}; or {reason}
 */
export function applyGives(ctx, state, rule, eligible, members) {
  if (!conditionHolds(ctx, state, rule, eligible, members)) return null;
  const env = envOf(ctx, state, rule, eligible);
  if (env.segs.length === 0) return { reason: 'no_goods' };
  const cuts = env.segs.map(() => 0);
  const freight = ctx.packages.map(() => 0);
  const total = { benefits: [], slack: 0, excess: 0 };
  let reached = false;
  for (const give of rule.gives) {
    const result = applyGive(ctx.mutant === 'gives_in_turn' ? later(env, cuts) : env, give);
    if (result.refused && ctx.policy.overflow === 'refuse' && ctx.mutant !== 'always_clamp') {
      return { reason: 'overflow' };
    }
    // A list whose other give is reached still gives that one.
    if (result.reached !== false) reached = true;
    let cutOfGive = 0;
    (result.cuts ?? []).forEach((cut, i) => {
      const clamped = Math.min(cut, env.room[i] - cuts[i]);
      cuts[i] += clamped;
      cutOfGive += clamped;
    });
    (result.freight ?? []).forEach((cut, p) => {
      const clamped = Math.min(cut, state.freight[p] - freight[p]);
      freight[p] += clamped;
      cutOfGive += clamped;
    });
    if (typeof result.face === 'number') total.slack += result.face - cutOfGive;
    total.excess += result.excess ?? 0;
    total.benefits.push(...(result.benefits ?? []));
  }
  if (!reached) return null;
  freeAll(env, total.benefits, freight);
  const at = new Map(env.segs.map((s, i) => [s, cuts[i]]));
  return { ...total, cuts: eligible.map((s) => at.get(s) ?? 0), freight, packs: packsIn(env) };
}

const packsIn = (env) => packsOf(env.ctx, env.segs).sort((a, b) => a - b);

const later = (env, cuts) => ({
  ...env,
  state: { ...env.state, left: afterCuts(env.state.left, env.segs, cuts) },
  left: env.left.map((left, i) => left - cuts[i]),
  room: env.room.map((room, i) => room - cuts[i])
});

/** In its own stage free_freight takes all the freight of its packages. */
function freeAll(env, benefits, freight) {
  if (env.rule.stage !== STAGE.freight) return;
  if (!benefits.some(({ type }) => type === 'free_freight')) return;
  for (const p of packsIn(env)) {
    if (!env.ctx.packages[p].neverFree) freight[p] = env.state.freight[p];
  }
}

/** What is left after cuts at these segments. */
export function afterCuts(left, eligible, cuts) {
  const next = left.slice();
  eligible.forEach((s, i) => {
    next[s] -= cuts[i];
  });
  return next;
}
