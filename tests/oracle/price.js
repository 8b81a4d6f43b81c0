// Prices one decision in one pass, by the text of src/README.md §3 and §4. It shares no code with
// the engine and looks at nothing but that text.
//
// A state is what is known between two turns: {left, afterItem, free, couponFreight, records}. A
// turn makes a record (what the rule did) or a reason why it can't; `enumerate.js` walks over the
// same turns, so that pricing and searching can't disagree about what is lawful.

import { mulDivCeil, mulDivFloor, safe, share, sum } from './numbers.js';
import { afterCuts, applyGives } from './gives.js';
import { compareIds, pointSegments, STAGE } from './prepare.js';

export const startState = (ctx) => ({
  left: ctx.segments.map((segment) => segment.left),
  afterItem: null,
  free: null,
  couponFreight: 0,
  records: []
});

/** What happens between stages: the snapshot after the item stage, the free test before freight. */
export function enterStage(ctx, state, stage) {
  let next = state;
  if (stage > STAGE.item && next.afterItem === null) next = { ...next, afterItem: next.left };
  if (stage >= STAGE.freight && next.free === null) next = { ...next, free: freeTest(ctx, next) };
  return next;
}

/** For each package: is it free before any rule of the freight stage? */
function freeTest(ctx, state) {
  const test = ctx.book.rules.freight?.free;
  const base = test?.base ?? ctx.policy.free_freight_base;
  const value = (segment) => {
    if (base === 'list') return segment.list;
    const left = base === 'after_item' ? state.afterItem : state.left;
    return left[segment.index] + segment.fixed;
  };
  const orderSum = sum(ctx.segments.map(value));
  const free = ctx.packages.map((pack) => {
    if (!test) return false;
    const whole = (test.per ?? 'package') === 'order';
    const goods = whole
      ? orderSum
      : sum(ctx.segments.filter((segment) => segment.pack === pack.index).map(value));
    return goods >= test.gte;
  });
  for (const record of state.records) freePackages(ctx, free, record);
  return free.map((isFree, i) => isFree && !ctx.packages[i].neverFree);
}

function freePackages(ctx, free, record) {
  if (!record.benefits.some((benefit) => benefit.type === 'free_freight')) return;
  for (const s of record.eligible) {
    const { pack } = ctx.segments[s];
    if (!ctx.packages[pack].neverFree) free[pack] = true;
  }
}

/**
 * The segments where the rule of a record was felt, for exclusions and maxima: where its cut is
 * > 0, else all its eligible ones. A rule of the freight stage cuts where it freed a package.
 */
function occupied(ctx, record) {
  if (record.freed.length > 0) {
    return record.eligible.filter((s) => record.freed.includes(ctx.segments[s].pack));
  }
  const cut = record.eligible.filter((_, i) => record.cuts[i] > 0);
  return cut.length > 0 ? cut : record.eligible;
}

/**
 * The segments a rule may see at its turn, before lines are given to it: {segments} or {reason}.
 */
function openSegments(ctx, state, turn) {
  const { rule, coupon } = turn;
  if (rule.closed) return { reason: rule.closed };
  if (coupon && !coupon.valid) return { reason: 'expired' };
  const lost = new Set();
  for (const earlier of state.records) {
    const on = turn.after[earlier.turn.index];
    if (on === 'order') return { reason: 'excluded' };
    if (on === 'line') occupied(ctx, earlier).forEach((s) => lost.add(s));
  }
  for (const [unitRule, segments] of ctx.pricedByUnitRule) {
    const on = turn.afterUnit.get(unitRule);
    if (on === 'order') return { reason: 'excluded' };
    if (on === 'line') segments.forEach((s) => lost.add(s));
  }
  const segments = ctx.segments.filter(
    (segment) =>
      rule.covers[segment.line] &&
      !lost.has(segment.index) &&
      (rule.appliesToDiscounted || state.left[segment.index] + segment.fixed >= segment.list)
  );
  return { segments };
}

/**
 * What a rule does at its turn, whether or not a decision may say so.
 * @param given for a rule of a once_line group: array of booleans by line, else null
 * @returns {record} or {reason}
 */
function ruleRecord(ctx, state, turn, given) {
  const { rule } = turn;
  const open = openSegments(ctx, state, turn);
  if (open.reason) return open;
  const record = {
    turn,
    lines: given,
    eligible: [],
    cuts: [],
    cut: 0,
    benefits: [],
    slack: 0,
    goal: 0,
    freed: []
  };
  let reason = 'no_goods';
  for (const members of rule.levelGroups) {
    const eligible = open.segments
      .filter(({ line }) => members.includes(line) && (given === null || given[line]))
      .map((segment) => segment.index);
    if (eligible.length === 0) continue;
    const result = applyGives(ctx, state, rule, eligible);
    if (!result) {
      reason = 'not_reached';
      continue;
    }
    const cut = sum(result.cuts);
    // In this level group the rule applied only if it cuts at least 1 fen or gives a benefit.
    if (cut === 0 && result.benefits.length === 0) {
      if (reason === 'no_goods') reason = 'no_gain';
      continue;
    }
    record.eligible.push(...eligible);
    record.cuts.push(...result.cuts);
    record.cut += cut;
    record.benefits.push(...result.benefits);
    record.slack += result.slack;
  }
  if (record.eligible.length === 0) return { reason };
  record.goal = sum(record.benefits.map((benefit) => benefit.goal));
  if (rule.stage === STAGE.freight) record.freed = packagesToFree(ctx, state, record);
  return { record };
}

const linesOf = (ctx, segments) => new Set(segments.map((s) => ctx.segments[s].line));

/** The rule of a turn, if that is lawful: {record} or {reason}. */
export function runTurn(ctx, state, turn, given) {
  const { record, reason } = ruleRecord(ctx, state, turn, given);
  if (!record) return { reason };
  const broken = unlawful(ctx, state, record);
  return broken ? { reason: broken } : { record };
}

/** The lines a rule of a once_line group could be given, `taken` ones left out. */
export function openLines(ctx, state, turn, taken) {
  const { segments = [] } = openSegments(ctx, state, turn);
  return [...new Set(segments.map(({ line }) => line))].filter((line) => !taken.has(line));
}

/** Of these lines all that the rule would serve if it got them together: array of booleans. */
export function servedLines(ctx, state, turn, lines) {
  const given = ctx.priced.map((line) => lines.includes(line.index));
  const { record } = ruleRecord(ctx, state, turn, given);
  const served = record ? linesOf(ctx, record.eligible) : new Set();
  return given.map((_, line) => served.has(line));
}

/** What keeps an applied rule of a decision from being lawful, or null. */
function unlawful(ctx, state, record) {
  const { rule, coupon, choice } = record.turn;
  if (choice === 'automatic') return null;
  if (choice === 'lines') {
    const served = linesOf(ctx, record.eligible);
    if (record.lines.some((given, line) => given && !served.has(line))) return 'line_not_served';
  }
  if (coupon && rule.stage === STAGE.freight) {
    if (ctx.freightState === 'unknown') return 'freight_unknown';
    if (freightOf(ctx, record.freed) < ctx.policy.coupon_min_gain_fen) return 'no_gain';
  } else if (coupon && record.cut < ctx.policy.coupon_min_gain_fen) {
    if (!record.benefits.some((benefit) => benefit.type !== 'free_freight')) return 'no_gain';
  }
  return maximumBroken(ctx, state, record) ? 'not_stackable' : null;
}

/** Packages a rule of the freight stage frees beyond what is free already. */
function packagesToFree(ctx, state, record) {
  const packs = new Set(record.eligible.map((s) => ctx.segments[s].pack));
  return [...packs].filter(
    (p) => !state.free[p] && !ctx.packages[p].neverFree && ctx.packages[p].freight > 0
  );
}

const freightOf = (ctx, packs) => sum(packs.map((p) => ctx.packages[p].freight));

/** The lines, the shops or the order that a record counts in, for the maximum of its group. */
function places(ctx, record) {
  const { maxPer } = record.turn.rule.slot;
  if (maxPer === 'order') return ['order'];
  const lines = occupied(ctx, record).map((s) => ctx.segments[s].line);
  if (maxPer === 'shop') return [...new Set(lines.map((line) => ctx.priced[line].shop))];
  return [...new Set(lines)];
}

function maximumBroken(ctx, state, record) {
  const { slot } = record.turn.rule;
  if (slot === null || ctx.mutant === 'maximum_ignored') return false;
  const counts = new Map();
  for (const other of [...state.records, record]) {
    if (other.turn.rule.slot?.name !== slot.name) continue;
    for (const place of places(ctx, other)) counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count > slot.max);
}

/** The state after a record. */
export function afterRecord(ctx, state, record) {
  const next = { ...state, records: [...state.records, record] };
  if (record.cut > 0) next.left = afterCuts(state.left, record.eligible, record.cuts);
  if (record.turn.rule.stage === STAGE.freight) {
    next.free = state.free.slice();
    freePackages(ctx, next.free, record);
    if (record.turn.coupon) next.couponFreight += freightOf(ctx, record.freed);
  }
  return next;
}

export const goodsOf = (ctx, state) => sum(state.left) + sum(ctx.segments.map((s) => s.fixed));

export const freightCharged = (ctx, state) =>
  sum(ctx.packages.filter((pack) => !state.free[pack.index]).map((pack) => pack.freight));

/** §3.3: what the search makes as small as it can. */
export function costOf(ctx, state, withFreight = true) {
  const values = sum(state.records.map((record) => record.goal));
  const freightCounts = withFreight && ctx.mutant !== 'freight_not_in_goal';
  if (ctx.policy.goal === 'largest_saving') {
    const cuts = sum(state.records.map((record) => record.cut));
    return -(cuts + (freightCounts ? state.couponFreight : 0) + values);
  }
  const freight = freightCounts ? freightCharged(ctx, state) : 0;
  return goodsOf(ctx, state) + freight + ctx.feeSum - values;
}

/** The decision that a final state stands for, in the form of a request's `decision`. */
export function decisionOf(ctx, state) {
  const rules = [];
  const lines = [];
  const coupons = [];
  for (const { turn, lines: assigned } of state.records) {
    if (turn.choice === 'rule') rules.push(turn.rule.id);
    if (turn.choice === 'coupon') coupons.push(turn.coupon.id);
    if (turn.choice !== 'lines') continue;
    assigned.forEach((given, line) => {
      if (given) lines.push({ line: ctx.priced[line].id, rule: turn.rule.id, at: line });
    });
  }
  lines.sort((a, b) => a.at - b.at || compareIds(a.rule, b.rule));
  return {
    rules: rules.sort(compareIds),
    lines: lines.map(({ line, rule }) => ({ line, rule })),
    coupons: coupons.sort(compareIds)
  };
}

/** The keys that break ties, in their order (§3.3). */
export function tieKeys(ctx, state) {
  const coupons = state.records.filter((record) => record.turn.choice === 'coupon');
  const chosen = state.records.filter(
    ({ turn }) => turn.choice === 'rule' || turn.choice === 'lines'
  );
  return {
    couponCount: coupons.length,
    slack: sum(coupons.map((record) => record.slack)),
    expiries: coupons.map(({ turn }) => turn.coupon.expiry).sort((a, b) => (a < b ? -1 : +(a > b))),
    rules: chosen.map(({ turn }) => turn.rule.id).sort(compareIds),
    coupons: coupons.map(({ turn }) => turn.coupon.id).sort(compareIds),
    // Row by row, 0 for an assigned line, so that the smaller one is preferred.
    assignment: ctx.onceLineRules.flatMap((id) => {
      const record = chosen.find(({ turn }) => turn.rule.id === id);
      return ctx.priced.map((_, line) => (record?.lines[line] ? 0 : 1));
    })
  };
}

/** Prices the decision D = {rules, lines, coupons}. */
export function price(ctx, decision) {
  const final = replay(ctx, decision);
  return final.reason
    ? { lawful: false, reason: final.reason }
    : { lawful: true, ...settle(ctx, final.state) };
}

/** Runs all turns (or those before `until`) under a decision: {state} or {reason}. */
export function replay(ctx, decision, until = null) {
  const used = { rules: 0, lines: 0, coupons: 0 };
  const once = new Set();
  let state = startState(ctx);
  for (const turn of ctx.turns) {
    const { rule, coupon, choice } = turn;
    if (turn === until) return { state: enterStage(ctx, state, rule.stage) };
    let assigned = null;
    if (choice === 'rule') {
      if (!decision.rules.includes(rule.id)) continue;
      used.rules++;
    } else if (choice === 'coupon') {
      if (!decision.coupons.includes(coupon.id)) continue;
      used.coupons++;
    } else if (choice === 'lines') {
      const ids = decision.lines.filter((pair) => pair.rule === rule.id).map((pair) => pair.line);
      if (ids.length === 0) continue;
      assigned = ctx.priced.map((line) => ids.includes(line.id));
      used.lines += assigned.filter(Boolean).length;
      for (const id of ids) {
        const key = JSON.stringify([rule.group, id]);
        if (once.has(key)) return { reason: 'line_given_twice' };
        once.add(key);
      }
    }
    state = enterStage(ctx, state, rule.stage);
    const { record, reason } = runTurn(ctx, state, turn, assigned);
    if (record) state = afterRecord(ctx, state, record);
    else if (choice !== 'automatic') return { reason: `${coupon?.id ?? rule.id}: ${reason}` };
  }
  for (const part of ['rules', 'lines', 'coupons']) {
    if (used[part] !== decision[part].length) return { reason: `unknown or repeated ${part}` };
  }
  return { state: enterStage(ctx, state, STAGE.reward) };
}

// --- §3.4: what follows from a decision ---

const shareMode = (ctx) =>
  ctx.mutant === 'remainder_first' ? 'first' : ctx.policy.share_remainder;

/** n and cut of the points used when so many are asked for. */
export function pointsUsed(ctx, state, asked) {
  const none = { used: 0, cut: 0, segments: [] };
  const table = ctx.book.rules.points;
  if (!table) return none;
  const { num, den, step: stepOf = 1, share_bp: shareBp = 10000, min_payable: keep = 0 } = table;
  const step = ctx.mutant === 'points_any_step' ? 1 : stepOf;
  const segments = pointSegments(ctx);
  const net = (segment) => state.left[segment.index] + segment.fixed;
  const eligible = sum(segments.map(net));
  const limit = Math.min(mulDivFloor(eligible, shareBp, 10000), Math.max(0, eligible - keep));
  const most = Math.min(ctx.request.member?.points ?? 0, table.max ?? Infinity, asked);
  const worth = (n) => mulDivFloor(n, num, den);

  let used = 0;
  while (used + step <= most && worth(used + step) <= limit) used += step;
  const cut = worth(used);
  if (table.last_step_partial && ctx.mutant !== 'no_partial_step') {
    const partial = mulDivCeil(limit, den, num);
    // A step that would add nothing to the cut is not taken in part either.
    if (cut < limit && worth(used + step) > limit && partial <= most) {
      return { used: partial, cut: limit, segments };
    }
  }
  while (used > 0 && worth(used - step) === cut) used -= step;
  return { used, cut, segments };
}

/** Everything a receipt says about a final state. */
export function settle(ctx, state) {
  const net = ctx.segments.map((segment) => state.left[segment.index] + segment.fixed);
  const paid = net.slice();
  const goods = sum(net);

  const asked = ctx.request.points === 'max' ? Infinity : (ctx.request.points ?? 0);
  const points = pointsUsed(ctx, state, asked);
  const pointWeights = points.segments.map((segment) => net[segment.index]);
  share(points.cut, pointWeights, pointWeights, shareMode(ctx)).forEach((part, i) => {
    paid[points.segments[i].index] -= part;
  });

  const freight = freightCharged(ctx, state);
  const unit = ctx.policy.rounding_off_fen;
  const toPay = goods - points.cut;
  const odd = (toPay + freight + ctx.feeSum) % unit;
  const roundingOfGoods = Math.min(odd, toPay);
  const roundingOff = toPay > 0 ? roundingOfGoods : Math.min(odd, freight);
  const afterPoints = paid.slice();
  share(roundingOfGoods, afterPoints, afterPoints, shareMode(ctx)).forEach((part, i) => {
    paid[i] -= part;
  });

  const cutOf = (test) => sum(state.records.filter(test).map((record) => record.cut));
  const freightList = sum(ctx.packages.map((pack) => pack.freight));
  const list = sum(ctx.priced.map((line) => line.qty * line.sku.price));
  const options = sum(ctx.priced.map((line) => line.list)) - list;
  const totals = {
    list,
    options,
    unit_cut: sum(ctx.segments.map((segment) => segment.unitCut)),
    promotion_cut: cutOf((record) => !record.turn.coupon),
    coupon_cut: cutOf((record) => record.turn.coupon),
    goods,
    points_cut: points.cut,
    rounding_off: roundingOff,
    freight_list: freightList,
    freight_cut: freightList - freight,
    freight,
    fees: ctx.feeSum,
    payable: toPay - roundingOff + freight + ctx.feeSum,
    saved: list + options + freightList - goods - freight + points.cut + roundingOff
  };
  const earn = ctx.book.rules.points?.earn;
  return {
    totals,
    lines: lineResults(ctx, state, net, paid),
    packages: packageResults(ctx, state, { net, afterPoints, paid }),
    freightState: ctx.freightState,
    submit: submitResult(ctx, state),
    coupons: couponResults(ctx, state),
    applied: appliedRules(ctx, state),
    points: {
      usable: pointsUsed(ctx, state, Infinity).used,
      used: points.used,
      cut: points.cut,
      earned: earn ? mulDivFloor(toPay - roundingOfGoods, earn.num, earn.den) : 0
    },
    gifts: benefitSums(state, 'gift', (benefit) => benefit.sku),
    granted: benefitSums(state, 'grant_coupon', (benefit) => benefit.coupon),
    rewardPoints: benefitSums(state, 'points', () => ''),
    decision: decisionOf(ctx, state),
    cost: costOf(ctx, state),
    ties: tieKeys(ctx, state)
  };
}

function lineResults(ctx, state, net, paid) {
  return ctx.lines.map((line) => {
    if (line.state !== 'priced') return { id: line.id, state: line.state };
    const own = ctx.segments.filter((segment) => segment.line === line.index);
    const cuts = {};
    const add = (name, cut) => {
      if (cut > 0) cuts[name] = (cuts[name] ?? 0) + cut;
    };
    for (const segment of own) {
      if (segment.rule) add(segment.rule.id, segment.unitCut);
    }
    for (const { turn, eligible, cuts: cutsOf } of state.records) {
      eligible.forEach((s, i) => {
        if (ctx.segments[s].line !== line.index) return;
        add(turn.coupon ? `${turn.rule.id} ${turn.coupon.id}` : turn.rule.id, cutsOf[i]);
      });
    }
    return {
      id: line.id,
      state: line.state,
      list: line.list,
      net: sum(own.map((segment) => net[segment.index])),
      paid: sum(own.map((segment) => paid[segment.index])),
      cuts,
      segments: own.map((segment) => ({
        qty: segment.qty,
        rule: segment.rule?.id ?? null,
        unit: segment.unit,
        net: net[segment.index],
        paid: paid[segment.index]
      }))
    };
  });
}

/** Sums of each package. Rounding off taken from freight (goods are 0) is left out of them. */
function packageResults(ctx, state, { net, afterPoints, paid }) {
  return ctx.packages.map((pack) => {
    const own = ctx.segments.filter((segment) => segment.pack === pack.index);
    const of = (values) => sum(own.map((segment) => values[segment.index]));
    return {
      shop: pack.shop,
      store: pack.store,
      fulfilment: pack.fulfilment,
      lines: pack.lines.map((line) => line.id),
      list: sum(pack.lines.map((line) => line.list)),
      goods: of(net),
      points_cut: of(net) - of(afterPoints),
      rounding_off: of(afterPoints) - of(paid),
      freight_list: pack.freight,
      freight: state.free[pack.index] ? 0 : pack.freight,
      fees: sum(ctx.feeAmounts.map((fee) => fee.byPackage[pack.index]))
    };
  });
}

const couponCut = (ctx, record) =>
  record.turn.rule.stage === STAGE.freight ? freightOf(ctx, record.freed) : record.cut;

/**
 * Each coupon of the wallet: picked with its cut; usable with the cut it would make as the only
 * coupon beside the same G and X; or unusable.
 */
function couponResults(ctx, state) {
  const { rules, lines } = decisionOf(ctx, state);
  return ctx.wallet.map(({ id }) => {
    const own = (records) => records.find(({ turn }) => turn.coupon?.id === id);
    const picked = own(state.records);
    if (picked) return { id, state: 'picked', cut: couponCut(ctx, picked) };
    const alone = replay(ctx, { rules, lines, coupons: [id] });
    if (alone.reason) return { id, state: 'unusable', cut: 0 };
    return { id, state: 'usable', cut: couponCut(ctx, own(alone.state.records)) };
  });
}

/** The cut of each unit rule and promotion that applied: {rule id: cut}. */
function appliedRules(ctx, state) {
  const applied = {};
  for (const [rule, segments] of ctx.pricedByUnitRule) {
    applied[rule.id] = sum(segments.map((s) => ctx.segments[s].unitCut));
  }
  for (const { turn, cut } of state.records) {
    if (!turn.coupon) applied[turn.rule.id] = cut;
  }
  return applied;
}

/** Can the order be sent, and how much is missing to the minimum order? */
function submitResult(ctx, state) {
  const delivered = ctx.packages.every((pack) => !pack.undeliverable);
  const ok = ctx.priced.length > 0 && delivered;
  const minimum = ctx.book.rules.min_order;
  if (!minimum) return { ok, gap: 0 };
  const asked = ctx.segments.filter(({ pack }) =>
    (minimum.fulfilment ?? ['delivery', 'pickup']).includes(ctx.packages[pack].fulfilment)
  );
  if (asked.length === 0) return { ok, gap: 0 };
  const goods = sum(
    asked.map((segment) => {
      if (minimum.base === 'list') return segment.list;
      const left = minimum.base === 'after_item' ? state.afterItem : state.left;
      return left[segment.index] + segment.fixed;
    })
  );
  const gap = Math.max(0, minimum.amount - goods);
  return { ok: ok && gap === 0, gap };
}

/** Benefits of one type, added up by rule and name: {"rule name": n}. */
function benefitSums(state, type, nameOf) {
  const sums = {};
  for (const { turn, benefits } of state.records) {
    for (const benefit of benefits.filter((entry) => entry.type === type)) {
      const key = `${turn.rule.id} ${nameOf(benefit)}`.trim();
      sums[key] = safe((sums[key] ?? 0) + benefit.n);
    }
  }
  return sums;
}
