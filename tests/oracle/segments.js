// §3 point 1: unit prices cut a line into segments; a once_piece group cuts those further.

import { mulDivRound, safe, sumOf } from './numbers.js';
import { compareIds, STAGE } from './rules.js';
import { whenHolds } from './conditions.js';

const SOURCE = { member: 0, timed: 1 };
const OWN_TYPE = ['group_buy', 'bargain', 'presale'];

/** The cut of a percentage of `base`, by the policy's rounding and side. */
export function percentCut(ctx, base, bp) {
  const { percent_rounding: mode, percent_side: side } = ctx.policy;
  if (side === 'price') return base - mulDivRound(base, 10000 - bp, 10000, mode);
  return mulDivRound(base, bp, 10000, mode);
}

/** The price a stage-unit rule offers for the SKU of a line, or null. */
function offeredPrice(ctx, rule, { sku, price }) {
  const give = rule.gives[0];
  if (give.unit_price) return give.unit_price.price ?? give.unit_price.prices[sku.id] ?? null;
  if (give.percent_off) return price - percentCut(ctx, price, give.percent_off.bp);
  return Math.max(0, price - give.amount_off.amount);
}

/** Does `when` of a unit rule hold in the level group of this line? The base is always list. */
function unitRuleHolds(ctx, rule, index) {
  if (rule.tests.length === 0) return true;
  const group = rule.levelOf[index];
  const eligible = ctx.priced.filter((_, i) => rule.levelOf[i] === group && rule.covers[i]);
  return whenHolds(ctx, rule.tests, {
    items: eligible.map((line) => ({ line, qty: line.qty })),
    amount: () => sumOf(eligible, (line) => line.list),
    around: rule.arounds[group]
  });
}

/** The rule's offer for a line, where it has one: null otherwise. */
function holdingOffer(ctx, rule, line) {
  if (rule.stage !== STAGE.unit || rule.closed || line.addOn !== null) return null;
  if (!rule.covers[line.index]) return null;
  const price = offeredPrice(ctx, rule, line);
  if (price === null || price >= line.price || !unitRuleHolds(ctx, rule, line.index)) return null;
  return { rule, price, source: SOURCE[rule.kind] ?? 2 };
}

/** The offers that hold for a line, the cheapest first. */
function offersFor(ctx, line) {
  let offers = ctx.rules.map((rule) => holdingOffer(ctx, rule, line)).filter(Boolean);
  const only = (test) => {
    const kept = offers.filter(test);
    if (kept.length > 0) offers = kept;
  };
  // The price of the order's own type is taken whatever the switch says.
  const ownType = ({ rule }) => OWN_TYPE.includes(rule.kind);
  if (offers.some(ownType) && ctx.mutant !== 'own_type_competes') only(ownType);
  else only((offer) => offer.rule.kind === ctx.policy.unit_price);
  return offers.sort(
    (a, b) => a.price - b.price || a.source - b.source || compareIds(a.rule.id, b.rule.id)
  );
}

/** The most pieces at the rule's price in one line, and in the whole order. */
export function quotasOf(ctx, rule) {
  const [give] = Object.values(rule.gives[0]);
  const { max_units: max = Infinity, max_units_per: per = 'line' } = give;
  const perRule = per === 'rule' && ctx.mutant !== 'quota_per_line';
  const whole = [perRule ? max : Infinity];
  const { limit } = rule;
  if (limit && ctx.mutant !== 'unit_limits_ignored') {
    whole.push(limit.per_order ?? Infinity);
    if (limit.qty_per_member !== undefined) {
      whole.push(Math.max(0, limit.qty_per_member - (ctx.member.usage?.[rule.id]?.qty ?? 0)));
    }
    if (limit.total_left) whole.push(ctx.request.live?.left?.[rule.id] ?? Infinity);
  }
  return { line: perRule ? Infinity : max, order: Math.min(...whole) };
}

/** What a quota that is chosen for leaves to each line, by rule and line. */
function giveOutQuotas(ctx) {
  const given = new Map();
  for (const rule of ctx.rules) {
    if (rule.stage !== STAGE.unit || rule.closed || ctx.mutant === 'quota_in_cart_order') continue;
    const [give] = Object.values(rule.gives[0]);
    if (give.choose === undefined) continue;
    const offers = ctx.priced
      .map((line) => ({ line, offer: holdingOffer(ctx, rule, line) }))
      .filter(({ offer }) => offer !== null);
    const rank = {
      dearest: ({ line }) => -line.price,
      cheapest: ({ line }) => line.price,
      best: ({ line, offer }) => offer.price - line.price
    }[give.choose];
    let { order: left } = quotasOf(ctx, rule);
    const shares = new Map();
    for (const { line } of offers.sort((a, b) => rank(a) - rank(b))) {
      const share = Math.min(left, line.qty);
      shares.set(line.index, share);
      left -= share;
    }
    given.set(rule, shares);
  }
  return given;
}

function cutLine(ctx, line, used, given) {
  let toServe = line.qty;
  let count = 0;
  const take = (offer, qty) => {
    ctx.segments.push(segmentOf(line, offer?.rule ?? null, offer?.price ?? line.price, qty));
    if (offer) used.set(offer.rule, (used.get(offer.rule) ?? 0) + qty);
    toServe -= qty;
    count++;
  };
  for (const offer of offersFor(ctx, line)) {
    if (toServe === 0) break;
    const { line: ofLine, order } = quotasOf(ctx, offer.rule);
    const share = given.get(offer.rule)?.get(line.index) ?? Infinity;
    const quota = Math.min(ofLine, order - (used.get(offer.rule) ?? 0), share);
    if (count === 3) {
      // The fourth and last segment must take all the rest.
      if (quota >= toServe) take(offer, toServe);
      continue;
    }
    const qty = Math.min(toServe, quota);
    if (qty > 0) take(offer, qty);
  }
  if (toServe > 0) take(null, toServe);
}

function segmentOf(line, rule, unit, qty) {
  const listUnit = line.price + line.optionsOff;
  return {
    line: line.index,
    rule,
    unit,
    qty,
    list: safe(qty * (listUnit + line.optionsFixed)),
    listOff: safe(qty * listUnit), // the part a percentage may count
    left: safe(qty * (unit + line.optionsOff)),
    fixed: safe(qty * line.optionsFixed),
    unitCut: safe(qty * (line.price - unit)),
    floor: safe(qty * (line.sku.floor ?? 0)),
    owners: {},
    index: -1,
    pack: -1
  };
}

export function buildSegments(ctx) {
  ctx.segments = [];
  const used = new Map(); // pieces at the price of each rule so far
  const given = giveOutQuotas(ctx);
  for (const line of ctx.priced) cutLine(ctx, line, used, given);
  number(ctx);
  ctx.whole = ctx.segments;
}

function number(ctx) {
  ctx.segments.forEach((segment, index) => {
    segment.index = index;
    segment.pack = ctx.priced[segment.line].pack;
  });
  ctx.items = ctx.segments.map(({ line, qty }) => ({ line: ctx.priced[line], qty }));
  ctx.fixedSum = sumOf(ctx.segments, ({ fixed }) => fixed);
  ctx.pricedByUnitRule = new Map();
  for (const { rule, index } of ctx.segments) {
    if (!rule) continue;
    if (!ctx.pricedByUnitRule.has(rule)) ctx.pricedByUnitRule.set(rule, []);
    ctx.pricedByUnitRule.get(rule).push(index);
  }
}

/**
 * The same cart with the pieces of once_piece groups as segments of their own.
 * @param table [{rule, segment: index of the whole segment, qty}…]: x[rule][segment]
 */
export function splitPieces(ctx, table) {
  if (table.length === 0 && ctx.segments === ctx.whole) return ctx;
  const next = { ...ctx, segments: [] };
  for (const whole of ctx.whole) {
    const own = table
      .filter((entry) => entry.segment === whole.index)
      .sort((a, b) => compareIds(a.rule, b.rule));
    // Each group takes pieces from the front, its rules in the order of their ids.
    const owners = Array.from({ length: whole.qty }, () => ({}));
    const taken = {};
    for (const { rule, qty } of own) {
      const { group } = ctx.ruleOf.get(rule);
      for (let i = 0; i < qty; i++) {
        owners[taken[group] ?? 0][group] = rule;
        taken[group] = (taken[group] ?? 0) + 1;
      }
    }
    let from = 0;
    for (let k = 1; k <= whole.qty; k++) {
      const same = k < whole.qty && JSON.stringify(owners[k]) === JSON.stringify(owners[from]);
      if (same) continue;
      const line = ctx.priced[whole.line];
      const part = segmentOf(line, whole.rule, whole.unit, k - from);
      next.segments.push({ ...part, owners: owners[from] });
      from = k;
    }
  }
  number(next);
  return next;
}
