// Reads a book and a request into the tables the oracle works on: priced lines, segments, packages,
// level groups, compiled rules, who excludes whom, and the turns in their order.
//
// Written from the text of src/README.md alone (§1, §2, §3 points 1-3, §5). It trusts its input:
// the generator makes lawful books, and refusing bad ones is tested elsewhere.

import { mulDivRound, safe, sum } from './numbers.js';

const PRESETS = {
  cn_sequential: {
    threshold_base: 'current',
    percent_base: 'current',
    percent_rounding: 'floor',
    percent_side: 'discount',
    share_remainder: 'last',
    free_freight_base: 'payable_goods',
    coupon_slots: 'shop',
    amounts_first: true,
    unit_price: 'lowest',
    goal: 'lowest_payable',
    coupon_min_gain_fen: 1,
    rounding_off_fen: 1
  },
  cn_parallel: {
    threshold_base: 'after_item',
    percent_base: 'after_item',
    percent_rounding: 'floor',
    percent_side: 'discount',
    share_remainder: 'last',
    free_freight_base: 'after_item',
    coupon_slots: 'shop_and_platform',
    amounts_first: true,
    unit_price: 'lowest',
    goal: 'lowest_payable',
    coupon_min_gain_fen: 1,
    rounding_off_fen: 1
  }
};

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

/** Ids are compared by bytes. */
export const compareIds = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Compares two sorted lists one by one; a prefix comes first. */
export function compareLists(a, b, compare) {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The cut of a percentage of `base`, by the policy's rounding and side. */
export function percentCut(ctx, base, bp) {
  const { percent_rounding: mode, percent_side: side } = ctx.policy;
  if (side === 'price') return base - mulDivRound(base, 10000 - bp, 10000, mode);
  return mulDivRound(base, bp, 10000, mode);
}

/**
 * @param mutant name of a deliberate misreading (see mutants.js) or null
 */
export function prepare(book, request, mutant = null) {
  const part = book.rules;
  const ctx = { book, request, mutant, policy: { ...PRESETS[part.preset], ...part.policy } };
  ctx.skus = new Map(book.catalog.skus.map((sku) => [sku.id, sku]));
  ctx.options = new Map((book.catalog.options ?? []).map((option) => [option.id, option]));
  ctx.now = request.now;
  ctx.payAt = request.pay_at ?? request.now;
  ctx.fulfilAt = request.fulfil_at ?? request.now;
  ctx.tier = request.member?.tier ?? null;

  readLines(ctx);
  ctx.groups = part.groups ?? {};
  ctx.rules = part.rules.map((rule) => compileRule(ctx, rule));
  ctx.ruleOf = new Map(ctx.rules.map((rule) => [rule.id, rule]));
  resolveGroups(ctx);
  buildSegments(ctx);
  buildPackages(ctx);
  buildTurns(ctx);
  ctx.feeAmounts = feeAmounts(ctx);
  ctx.feeSum = sum(ctx.feeAmounts.map((fee) => fee.amount));
  return ctx;
}

function readLines(ctx) {
  ctx.lines = ctx.request.lines.map((line, i) => {
    const sku = ctx.skus.get(line.sku);
    let state = 'priced';
    if (!sku || sku.on_sale === false) state = 'off_shelf';
    else if (line.selected === false) state = 'unselected';
    let optionsOff = 0;
    let optionsFixed = 0;
    for (const { id, qty = 1 } of line.options ?? []) {
      const option = ctx.options.get(id);
      if (option.discountable === false) optionsFixed += option.price * qty;
      else optionsOff += option.price * qty;
    }
    return {
      id: line.id ?? String(i),
      sku,
      qty: line.qty,
      state,
      shop: line.shop ?? '',
      store: line.store ?? '',
      fulfilment: line.fulfilment ?? 'delivery',
      options: line.options ?? [],
      optionsOff,
      optionsFixed,
      list: sku ? safe(line.qty * (sku.price + optionsOff + optionsFixed)) : 0
    };
  });
  ctx.priced = ctx.lines.filter((line) => line.state === 'priced');
  ctx.priced.forEach((line, i) => {
    line.index = i;
  });
}

// --- rules ---

function inScope(scope, sku) {
  if (scope === undefined || scope === 'all') return true;
  const named = (lists) =>
    (lists.skus ?? []).includes(sku.id) ||
    (sku.spu !== undefined && (lists.spus ?? []).includes(sku.spu)) ||
    (lists.tags ?? []).some((tag) => (sku.tags ?? []).includes(tag));
  if ((scope.skus || scope.spus || scope.tags) && !named(scope)) return false;
  if (scope.price_between) {
    const [lo, hi] = scope.price_between;
    if (sku.price < lo || sku.price > hi) return false;
  }
  return !(scope.exclude && named(scope.exclude));
}

const secondsOfDay = (text) => Number(text.slice(0, 2)) * 3600 + Number(text.slice(3, 5)) * 60;

function inWindow(ctx, window) {
  if (!window) return true;
  const moment = { order: ctx.now, pay: ctx.payAt, fulfilment: ctx.fulfilAt }[window.at ?? 'order'];
  // Civil seconds since 1970-01-01 00:00 of the book's own clock.
  const civil = moment + (ctx.book.rules.utc_offset_s ?? 28800);
  const read = (text) => Date.parse(`${text}Z`) / 1000;
  if (window.from !== undefined && civil < read(window.from)) return false;
  if (window.to !== undefined && civil >= read(window.to)) return false;
  const day = Math.floor(civil / 86400);
  const second = civil - day * 86400;
  // 1970-01-01 was a Thursday, number 4.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  if (window.weekdays && !window.weekdays.includes(weekday)) return false;
  if (!window.daily) return true;
  return window.daily.some(
    ([from, to]) => secondsOfDay(from) <= second && second < secondsOfDay(to)
  );
}

function isPercentage(give) {
  if (give.percent_off || give.nth_item) return true;
  return give.tiers ? give.tiers.tiers.some((tier) => isPercentage(tier.give)) : false;
}

function compileRule(ctx, rule) {
  const gives = Array.isArray(rule.give) ? rule.give : [rule.give];
  const stack = rule.stack ?? {};
  let closed = null;
  if (!inWindow(ctx, rule.window)) closed = 'closed';
  else if (rule.for?.tiers && !rule.for.tiers.includes(ctx.tier)) closed = 'not_for_you';
  const level = ctx.mutant === 'level_ignored' ? 'order' : (rule.level ?? 'order');
  return {
    id: rule.id,
    kind: rule.kind,
    isCoupon: rule.kind === 'coupon',
    cls: rule.kind === 'coupon' ? 'coupon' : 'promotion',
    stageName: rule.stage,
    stage: STAGE[rule.stage],
    priority: rule.priority ?? 0,
    percentage: gives.some(isPercentage),
    gives,
    when: rule.when ?? {},
    closed,
    group: stack.group ?? null,
    ownExcludes: stack.excludes ?? [],
    ownOn: stack.on,
    appliesToDiscounted: stack.applies_to_discounted !== false,
    covers: ctx.priced.map(
      (line) =>
        inScope(rule.scope, line.sku) && (rule.shop === undefined || rule.shop === line.shop)
    ),
    levelGroups: levelGroups(ctx, level)
  };
}

/** The priced lines (by index) of the order, of each shop or of each store, in cart order. */
function levelGroups(ctx, level) {
  const key = {
    order: () => '',
    shop: (line) => line.shop,
    store: (line) => JSON.stringify([line.shop, line.store])
  }[level];
  const groups = new Map();
  for (const line of ctx.priced) {
    const name = key(line);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(line.index);
  }
  return [...groups.values()];
}

/** Defaults of groups, the default coupon slots, and the exclusion of each pair of rules. */
function resolveGroups(ctx) {
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
    rule.onceLine = false;
    rule.slot = null;
    if (rule.group !== null) {
      const couponsOnly = !holds.get(rule.group).has('promotion');
      rule.onceLine = (group.pieces ?? (couponsOnly ? 'shared' : 'once_line')) === 'once_line';
      const maxPer = group.max_per ?? (couponsOnly ? 'shop' : 'line');
      rule.slot = { name: `group ${rule.group}`, max: group.max ?? 1, maxPer };
    } else if (rule.isCoupon) {
      rule.slot = defaultSlot(ctx.policy.coupon_slots, rule.stageName);
    }
  }
}

function defaultSlot(slots, stageName) {
  if (slots === 'unlimited') return null;
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

// --- §3 point 1: unit prices and segments ---

const SOURCE = { member: 0, timed: 1 };

/** The price a stage-unit rule offers for a SKU, or null. */
function offeredPrice(ctx, rule, sku) {
  const give = rule.gives[0];
  if (give.unit_price) return give.unit_price.price ?? give.unit_price.prices[sku.id] ?? null;
  if (give.percent_off) return sku.price - percentCut(ctx, sku.price, give.percent_off.bp);
  return Math.max(0, sku.price - give.amount_off.amount);
}

/** Does `when` of a unit rule hold in the level group of this line? The base is always list. */
function unitRuleHolds(rule, lines, index) {
  const group = rule.levelGroups.find((members) => members.includes(index));
  const eligible = group.filter((i) => rule.covers[i]).map((i) => lines[i]);
  const amount = sum(eligible.map((line) => line.list));
  return whenHolds(
    rule.when,
    () => amount,
    () => sum(eligible.map((line) => line.qty)),
    () => new Set(eligible.map((line) => line.sku.id)).size
  );
}

/** All conditions of `when` that stand, on the sums given. */
export function whenHolds(when, amount, qty, kinds, mutant = null) {
  if (when.amount_gte !== undefined) {
    const measured = amount();
    if (measured < when.amount_gte) return false;
    if (mutant === 'threshold_must_pass' && measured === when.amount_gte) return false;
  }
  if (when.amount_gt !== undefined && !(amount() > when.amount_gt)) return false;
  if (when.qty_gte !== undefined && !(qty() >= when.qty_gte)) return false;
  return !(when.kinds_gte !== undefined && !(kinds() >= when.kinds_gte));
}

function buildSegments(ctx) {
  ctx.segments = [];
  const unitRules = ctx.rules.filter((rule) => rule.stage === STAGE.unit);
  const quotaOf = (rule) => Object.values(rule.gives[0])[0];
  const leftOfRule = new Map(); // quota per rule: what earlier lines left
  for (const line of ctx.priced) {
    let offers = [];
    for (const rule of unitRules) {
      if (rule.closed || !rule.covers[line.index]) continue;
      const price = offeredPrice(ctx, rule, line.sku);
      if (price === null || price >= line.sku.price) continue;
      if (!unitRuleHolds(rule, ctx.priced, line.index)) continue;
      offers.push({ rule, price, source: SOURCE[rule.kind] ?? 2 });
    }
    const preferred = offers.filter((offer) => offer.rule.kind === ctx.policy.unit_price);
    if (preferred.length > 0) offers = preferred;
    offers.sort(
      (a, b) => a.price - b.price || a.source - b.source || compareIds(a.rule.id, b.rule.id)
    );
    for (const offer of offers) {
      const { max_units: max = Infinity, max_units_per: per = 'line' } = quotaOf(offer.rule);
      offer.perRule = per === 'rule' && ctx.mutant !== 'quota_per_line';
      offer.quota = offer.perRule ? (leftOfRule.get(offer.rule) ?? max) : max;
    }
    let toServe = line.qty;
    let count = 0;
    const take = (offer, qty) => {
      addSegment(ctx, line, offer?.rule ?? null, offer?.price ?? line.sku.price, qty);
      if (offer?.perRule) leftOfRule.set(offer.rule, offer.quota - qty);
      toServe -= qty;
      count++;
    };
    for (const offer of offers) {
      if (toServe === 0) break;
      if (count === 3) {
        // The fourth and last segment must take all the rest.
        if (offer.quota >= toServe) take(offer, toServe);
        continue;
      }
      const qty = Math.min(toServe, offer.quota);
      if (qty > 0) take(offer, qty);
    }
    if (toServe > 0) take(null, toServe);
  }
}

function addSegment(ctx, line, rule, unit, qty) {
  const listUnit = line.sku.price + line.optionsOff;
  ctx.segments.push({
    index: ctx.segments.length,
    line: line.index,
    rule,
    unit,
    qty,
    list: safe(qty * (listUnit + line.optionsFixed)),
    listOff: safe(qty * listUnit), // the part a percentage may count
    left: safe(qty * (unit + line.optionsOff)),
    fixed: safe(qty * line.optionsFixed),
    unitCut: safe(qty * (line.sku.price - unit))
  });
}

// --- §3 point 2 and §3.4: packages, their flat freight, fees ---

function buildPackages(ctx) {
  ctx.packages = [];
  const byKey = new Map();
  for (const line of ctx.priced) {
    const key = JSON.stringify([line.shop, line.store, line.fulfilment]);
    if (!byKey.has(key)) {
      const { shop, store, fulfilment } = line;
      byKey.set(key, { index: ctx.packages.length, shop, store, fulfilment, lines: [] });
      ctx.packages.push(byKey.get(key));
    }
    line.pack = byKey.get(key).index;
    byKey.get(key).lines.push(line);
  }
  for (const segment of ctx.segments) segment.pack = ctx.priced[segment.line].pack;

  const table = ctx.book.rules.freight;
  const delivered = ctx.packages.filter((pack) => pack.fulfilment === 'delivery');
  ctx.freightState = !table || delivered.length === 0 ? 'none' : 'known';
  if (ctx.freightState === 'known' && !ctx.request.address) ctx.freightState = 'unknown';
  for (const pack of ctx.packages) {
    pack.freight = 0;
    pack.neverFree = false;
    pack.undeliverable = false;
    if (ctx.freightState === 'known' && pack.fulfilment === 'delivery') flatFreight(ctx, pack);
  }
}

/** The region with the longest code that begins the address; else the one without codes. */
function regionOf(template, address) {
  let best = null;
  let bestLength = -1;
  for (const region of template.regions) {
    const lengths = region.codes
      ? region.codes.filter((code) => address.startsWith(code)).map((code) => code.length)
      : [0];
    const length = Math.max(-1, ...lengths);
    if (length > bestLength) {
      best = region;
      bestLength = length;
    }
  }
  return best;
}

function flatFreight(ctx, pack) {
  const { templates, default: byDefault, combine = 'sum' } = ctx.book.rules.freight;
  const used = [];
  for (const template of templates) {
    const lines = pack.lines.filter((line) => (line.sku.freight ?? byDefault) === template.id);
    if (lines.length === 0) continue;
    const region = regionOf(template, ctx.request.address.region);
    if (!region) {
      pack.undeliverable = true;
      return;
    }
    if (region.never_free && ctx.mutant !== 'never_free_ignored') pack.neverFree = true;
    const unit = {
      pieces: () => 1,
      weight: (sku) => sku.weight_g ?? 0,
      volume: (sku) => sku.volume_cm3 ?? 0
    }[template.by];
    const units = sum(lines.map((line) => line.qty * unit(line.sku)));
    if (units > 0) used.push({ region, units });
  }
  const additionalFee = ({ additional = 0, additional_fee: fee = 0 }, units) =>
    additional > 0 && units > 0 ? safe(Math.ceil(units / additional) * fee) : 0;
  let leader = null;
  for (const entry of used) {
    if (!leader || entry.region.first_fee > leader.region.first_fee) leader = entry;
  }
  for (const entry of used) {
    const { region, units } = entry;
    if (combine === 'sum' || entry === leader) {
      pack.freight += region.first_fee + additionalFee(region, units - region.first);
    } else {
      pack.freight += additionalFee(region, units);
    }
  }
}

/** Each fee with its whole amount and its part in each package. */
function feeAmounts(ctx) {
  return (ctx.book.rules.fees ?? []).map((fee) => {
    const pieces = ctx.packages.map((pack) =>
      (fee.fulfilment ?? ['delivery', 'pickup']).includes(pack.fulfilment)
        ? sum(pack.lines.filter((line) => inScope(fee.scope, line.sku)).map((line) => line.qty))
        : 0
    );
    const first = pieces.findIndex((count) => count > 0);
    const times = {
      order: (_, i) => (i === first ? 1 : 0),
      package: (count) => (count > 0 ? 1 : 0),
      piece: (count) => count
    }[fee.per ?? 'order'];
    const byPackage = pieces.map(times).map((n) => n * fee.amount);
    return { id: fee.id, byPackage, amount: sum(byPackage) };
  });
}

/** Segments of lines in the scope of the points table. */
export const pointSegments = (ctx) =>
  ctx.segments.filter((segment) =>
    inScope(ctx.book.rules.points.scope, ctx.priced[segment.line].sku)
  );

// --- §3 point 3: the turns ---

/**
 * One turn for each promotion and one for each coupon of the wallet, in their order. `choice` says
 * how a decision speaks about it: 'automatic', 'rule' (G), 'lines' (X) or 'coupon' (C).
 */
function buildTurns(ctx) {
  const turns = [];
  for (const rule of ctx.rules) {
    if (rule.stage === STAGE.unit || rule.isCoupon) continue;
    const choice = rule.group === null ? 'automatic' : rule.onceLine ? 'lines' : 'rule';
    turns.push({ rule, coupon: null, choice });
  }
  ctx.wallet = (ctx.request.coupons ?? []).map((coupon) => ({
    id: coupon.id,
    rule: ctx.ruleOf.get(coupon.rule) ?? null,
    ruleId: coupon.rule,
    expiry: coupon.to ?? Infinity,
    valid: (coupon.from ?? -Infinity) <= ctx.now && ctx.now < (coupon.to ?? Infinity)
  }));
  for (const coupon of ctx.wallet) {
    if (coupon.rule) turns.push({ rule: coupon.rule, coupon, choice: 'coupon' });
  }
  const amountsFirst = ctx.policy.amounts_first && ctx.mutant !== 'amounts_not_first';
  turns.sort(
    (a, b) =>
      a.rule.stage - b.rule.stage ||
      b.rule.priority - a.rule.priority ||
      (amountsFirst ? Number(a.rule.percentage) - Number(b.rule.percentage) : 0) ||
      compareIds(a.rule.id, b.rule.id) ||
      (a.coupon ? compareIds(a.coupon.id, b.coupon.id) : 0)
  );
  ctx.turns = turns;
  turns.forEach((turn, index) => {
    turn.index = index;
    turn.after = turns.map((earlier) =>
      earlier.rule === turn.rule && !(earlier.coupon && turn.coupon)
        ? null
        : exclusion(ctx, earlier.rule, turn.rule)
    );
    turn.afterUnit = new Map(
      ctx.rules
        .filter((rule) => rule.stage === STAGE.unit)
        .map((rule) => [rule, exclusion(ctx, rule, turn.rule)])
    );
  });
  ctx.onceLineRules = ctx.rules
    .filter((rule) => rule.onceLine)
    .map((rule) => rule.id)
    .sort(compareIds);
  ctx.pricedByUnitRule = new Map();
  for (const segment of ctx.segments) {
    if (!segment.rule) continue;
    if (!ctx.pricedByUnitRule.has(segment.rule)) ctx.pricedByUnitRule.set(segment.rule, []);
    ctx.pricedByUnitRule.get(segment.rule).push(segment.index);
  }
}
