// A rule at its turn (src/README.md §3 point 4, §3.2): what it may see, what it does, and whether a
// decision may say so. A turn makes a record (what the rule did) or a reason why it can't.

import { sum, sumOf } from './numbers.js';
import { applyGives } from './gives.js';
import { addOnCuts } from './add_ons.js';
import { conditionHolds, measure } from './measures.js';
import { STAGE, usesLeft } from './rules.js';

/** Where the rule of a record was felt, for exclusions and maxima. */
function occupied(ctx, record) {
  if (record.felt !== null) return record.felt;
  const { eligible, cuts, freight, fees } = record;
  const cutIn = (pack) =>
    freight[pack] > 0 || ctx.charges.some((charge, c) => charge.pack === pack && fees[c] > 0);
  const felt = eligible.filter((s, i) => cuts[i] > 0 || cutIn(ctx.segments[s].pack));
  record.felt = felt.length > 0 ? felt : eligible;
  return record.felt;
}

const isDiscount = (rule) => rule.stage >= STAGE.item && rule.stage <= STAGE.platform_coupon;

const NONE = [];

/** What earlier rules keep from a turn: 'excluded', or a list of the segments it loses. */
function lostSegments(ctx, state, turn) {
  const { rule } = turn;
  let lost = NONE;
  for (const earlier of state.records) {
    const on = turn.after[earlier.turn.index];
    const { exclusive, stage } = earlier.turn.rule;
    if (on === 'order') return 'excluded';
    if (on === 'line' || (exclusive && isDiscount(rule))) {
      lost = [...lost, ...occupied(ctx, earlier)];
    }
    if (rule.exclusive && stage === rule.stage && ctx.mutant !== 'exclusive_keeps_cut') {
      lost = [...lost, ...earlier.eligible.filter((_, i) => earlier.cuts[i] > 0)];
    }
  }
  for (const [unitRule, segments] of ctx.pricedByUnitRule) {
    const on = turn.afterUnit.get(unitRule);
    if (on === 'order') return 'excluded';
    if (on === 'line') lost = [...lost, ...segments];
  }
  if (turn.choice === 'automatic' && isDiscount(rule)) {
    for (const [s, owner] of state.displaced) if (owner !== rule.id) lost = [...lost, s];
  }
  return lost;
}

/** The segments a rule may see at its turn, before lines are given: {segments} or {reason}. */
export function openSegments(ctx, state, turn) {
  const { rule, coupon } = turn;
  if (rule.closed) return { reason: rule.closed };
  if (coupon && !coupon.valid) return { reason: 'expired' };
  const lost = lostSegments(ctx, state, turn);
  if (lost === 'excluded') return { reason: lost };
  const segments = ctx.segments.filter(
    (segment) =>
      rule.covers[segment.line] &&
      !lost.includes(segment.index) &&
      (rule.appliesToDiscounted || state.left[segment.index] + segment.fixed >= segment.list) &&
      (turn.choice !== 'pieces' || segment.owners[rule.group] === rule.id)
  );
  return { segments };
}

/** The eligible segments of each level group that has some: {eligible, around}. */
export function levelGroupsOf(rule, segments) {
  const groups = rule.arounds.map((around) => ({ around, eligible: [] }));
  for (const { line, index } of segments) groups[rule.levelOf[line]].eligible.push(index);
  return groups.filter(({ eligible }) => eligible.length > 0)
    .sort((a, b) => a.eligible[0] - b.eligible[0]);
}

/** Does one give of the rule reach its first tier or step? */
function stepReached(ctx, state, rule, eligible) {
  return rule.gives.some((give) => {
    const { by, base, tiers, step } = give.tiers ?? give.every ?? {};
    if (!by) return true;
    return measure(ctx, state, rule, eligible, by, base) >= (step ?? tiers[0].gte);
  });
}

/** The eligible segments where the condition of a turn holds on this state. */
export function conditionIn(ctx, state, turn) {
  const { rule } = turn;
  return levelGroupsOf(rule, openSegments(ctx, state, turn).segments ?? [])
    .filter(({ around, eligible }) => conditionHolds(ctx, state, rule, eligible, around))
    .filter(({ eligible }) => stepReached(ctx, state, rule, eligible))
    .flatMap(({ eligible }) => eligible);
}

/** A rule that did nothing yet; addTo makes new lists of these. */
export const emptyRecord = (ctx, turn, given = null) => ({
  turn,
  lines: given,
  eligible: NONE,
  cuts: NONE,
  cut: 0,
  freight: ctx.packages.map(() => 0),
  fees: ctx.charges.map(() => 0),
  packs: NONE,
  excess: NONE,
  benefits: NONE,
  slack: 0,
  goal: 0,
  felt: null // see occupied
});

/** Adds what the rule did in one level group. */
export function addTo(record, eligible, result) {
  const more = (list, entries) => (list.length === 0 ? entries : [...list, ...entries]);
  record.eligible = more(record.eligible, eligible);
  record.cuts = more(record.cuts, result.cuts);
  record.cut += sum(result.cuts);
  record.freight = record.freight.map((fen, p) => fen + result.freight[p]);
  record.fees = record.fees.map((fen, c) => fen + (result.fees?.[c] ?? 0));
  record.packs = more(record.packs, result.packs);
  const { excess, packs } = result;
  if (excess > 0) record.excess = [...record.excess, { amount: excess, packs }];
  record.benefits = more(record.benefits, result.benefits);
  record.slack += result.slack;
  record.goal += sumOf(result.benefits, ({ goal }) => goal);
}

/**
 * What a rule does at its turn, whether or not a decision may say so.
 * @param given for a rule of a once_line group: array of booleans by line, else null
 * @param open its openSegments on this state
 * @returns {record} or {reason}
 */
function ruleRecord(ctx, state, turn, given, open) {
  const { rule } = turn;
  if (rule.isAddOn) return addOnRecord(ctx, state, turn);
  if (open.reason) return open;
  const record = emptyRecord(ctx, turn, given);
  const mine = given ? open.segments.filter(({ line }) => given[line]) : open.segments;
  let reason = 'no_goods';
  for (const { around, eligible } of levelGroupsOf(rule, mine)) {
    const result = applyGives(ctx, state, rule, eligible, around, record.benefits);
    if (!result || result.reason) {
      if (!result) reason = 'not_reached';
      continue;
    }
    // In this level group the rule applied only if it cuts at least 1 fen or gives a benefit.
    const cut = sum(result.cuts) + sum(result.freight) + sum(result.fees);
    const did = cut > 0 || result.benefits.length > 0;
    if (did) addTo(record, eligible, result);
    else if (reason === 'no_goods') reason = 'no_gain';
  }
  return record.eligible.length > 0 ? { record } : { reason };
}

/** §3.6: a rule that sells add-ons cheaper when its own goods reach its condition. */
function addOnRecord(ctx, state, turn) {
  if (conditionIn(ctx, state, turn).length === 0) return { reason: 'not_reached' };
  const { eligible, cuts } = addOnCuts(ctx, turn.rule);
  const record = emptyRecord(ctx, turn);
  if (sum(cuts) === 0) return { reason: 'no_gain' };
  addTo(record, eligible, { cuts, freight: record.freight, packs: [], benefits: [], slack: 0 });
  return { record };
}

const serves = (ctx, record, line) => record.eligible.some((s) => ctx.segments[s].line === line);

/** The rule of a turn, if that is lawful: {record} or {reason}. */
export function runTurn(ctx, state, turn, given, open = openSegments(ctx, state, turn)) {
  const { record, reason } = ruleRecord(ctx, state, turn, given, open);
  if (!record) return { reason };
  const broken = unlawful(ctx, state, record);
  return broken ? { reason: broken } : { record };
}

/** The lines of open segments, which a rule of a once_line group could be given. */
export function openLines({ segments = [] }) {
  return [...new Set(segments.map(({ line }) => line))];
}

/** Of these lines all that the rule would serve if it got them together: array of booleans. */
export function servedLines(ctx, state, turn, lines, open) {
  const given = ctx.priced.map((line) => lines.includes(line.index));
  const { record } = ruleRecord(ctx, state, turn, given, open);
  return given.map((_, line) => record !== undefined && serves(ctx, record, line));
}

/** What keeps an applied rule of a decision from being lawful, or null. */
export function unlawful(ctx, state, record) {
  const { rule, coupon, choice } = record.turn;
  if (choice === 'automatic') return null;
  if (choice === 'lines') {
    const unserved = record.lines.some((given, line) => given && !serves(ctx, record, line));
    if (unserved) return 'line_not_served';
  }
  if (choice === 'pieces' && ctx.mutant !== 'pieces_unserved') {
    const given = ctx.segments.filter((segment) => segment.owners[rule.group] === rule.id);
    if (given.some(({ index }) => !record.eligible.includes(index))) return 'piece_not_served';
  }
  if (coupon) {
    const gain = record.cut + sum(record.freight) + sum(record.fees);
    const benefit = record.benefits.some(({ type }) => type !== 'free_freight');
    if (rule.takesFreight && ctx.freightState === 'unknown') return 'freight_unknown';
    if (gain < ctx.policy.coupon_min_gain_fen && !benefit) return 'no_gain';
    if (tooMany(ctx, state, rule)) return 'limit';
  }
  return maximumBroken(ctx, state, record) ? 'not_stackable' : null;
}

function tooMany(ctx, state, rule) {
  const before = state.records.filter((record) => record.turn.rule === rule).length;
  return before >= usesLeft(ctx, rule);
}

/** Does a record count, for the maximum of its group, in the place where a segment lies? */
function countsAt(ctx, record, segment) {
  const { maxPer } = record.turn.rule.slot;
  const shopOf = ({ line }) => ctx.priced[line].shop;
  return occupied(ctx, record).some((s) => {
    if (maxPer === 'order') return true;
    const own = ctx.segments[s];
    return maxPer === 'shop' ? shopOf(own) === shopOf(segment) : own.line === segment.line;
  });
}

/** Is there a line, a shop or an order with more records of the group than it may have? */
function maximumBroken(ctx, state, record) {
  const { slot } = record.turn.rule;
  if (slot === null || slot.max === Infinity || ctx.mutant === 'maximum_ignored') return false;
  const same = state.records.filter(({ turn }) => turn.rule.slot?.name === slot.name);
  // With the record itself there are not more of them than may stand in one place.
  if (same.length < slot.max) return false;
  return occupied(ctx, record).some((s) => {
    const others = same.filter((other) => countsAt(ctx, other, ctx.segments[s]));
    return others.length + 1 > slot.max;
  });
}
