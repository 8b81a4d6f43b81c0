// A rule at its turn (src/README.md §3 point 4, §3.2): what it may see, what it does, and whether a
// decision may say so. A turn makes a record (what the rule did) or a reason why it can't.

import { sum } from './numbers.js';
import { applyGives } from './gives.js';
import { addOnCuts } from './add_ons.js';
import { conditionHolds, measure } from './measures.js';
import { STAGE } from './rules.js';

/** Where the rule of a record was felt, for exclusions and maxima. */
export function occupied(ctx, record) {
  const { eligible, cuts, freight } = record;
  const felt = eligible.filter((s, i) => cuts[i] > 0 || freight[ctx.segments[s].pack] > 0);
  return felt.length > 0 ? felt : eligible;
}

const isDiscount = (rule) => rule.stage >= STAGE.item && rule.stage <= STAGE.platform_coupon;

/** What earlier rules keep from a turn: 'excluded', or the set of segments it loses. */
function lostSegments(ctx, state, turn) {
  const { rule } = turn;
  const lost = new Set();
  const lose = (segments) => segments.forEach((s) => lost.add(s));
  for (const earlier of state.records) {
    const on = turn.after[earlier.turn.index];
    if (on === 'order') return 'excluded';
    if (on === 'line') lose(occupied(ctx, earlier));
    if (earlier.turn.rule.exclusive && isDiscount(rule)) lose(occupied(ctx, earlier));
    const sameStage = earlier.turn.rule.stage === rule.stage;
    if (rule.exclusive && sameStage && ctx.mutant !== 'exclusive_keeps_cut') {
      lose(earlier.eligible.filter((_, i) => earlier.cuts[i] > 0));
    }
  }
  for (const [unitRule, segments] of ctx.pricedByUnitRule) {
    const on = turn.afterUnit.get(unitRule);
    if (on === 'order') return 'excluded';
    if (on === 'line') lose(segments);
  }
  if (turn.choice === 'automatic' && isDiscount(rule)) {
    for (const [s, owner] of state.displaced) if (owner !== rule.id) lost.add(s);
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
      !lost.has(segment.index) &&
      (rule.appliesToDiscounted || state.left[segment.index] + segment.fixed >= segment.list) &&
      (turn.choice !== 'pieces' || segment.owners[rule.group] === rule.id)
  );
  return { segments };
}

/** The eligible segments of each level group that has some: {eligible, members}. */
export function levelGroupsOf(rule, segments) {
  return rule.levelGroups
    .map((members) => ({
      members,
      eligible: segments.filter(({ line }) => members.includes(line)).map(({ index }) => index)
    }))
    .filter(({ eligible }) => eligible.length > 0);
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
    .filter(({ members, eligible }) => conditionHolds(ctx, state, rule, eligible, members))
    .filter(({ eligible }) => stepReached(ctx, state, rule, eligible))
    .flatMap(({ eligible }) => eligible);
}

export const emptyRecord = (turn, freight, given = null) => ({
  turn,
  lines: given,
  eligible: [],
  cuts: [],
  cut: 0,
  freight,
  packs: [],
  excess: [],
  benefits: [],
  slack: 0,
  goal: 0
});

/** Adds what the rule did in one level group. */
export function addTo(record, eligible, result) {
  record.eligible.push(...eligible);
  record.cuts.push(...result.cuts);
  record.cut += sum(result.cuts);
  record.freight = record.freight.map((fen, p) => fen + result.freight[p]);
  record.packs.push(...result.packs);
  if (result.excess > 0) record.excess.push({ amount: result.excess, packs: result.packs });
  record.benefits.push(...result.benefits);
  record.slack += result.slack;
  record.goal = sum(record.benefits.map((benefit) => benefit.goal));
}

/**
 * What a rule does at its turn, whether or not a decision may say so.
 * @param given for a rule of a once_line group: array of booleans by line, else null
 * @returns {record} or {reason}
 */
function ruleRecord(ctx, state, turn, given) {
  const { rule } = turn;
  if (rule.gives[0].add_on) return addOnRecord(ctx, state, turn);
  const open = openSegments(ctx, state, turn);
  if (open.reason) return open;
  const record = emptyRecord(turn, ctx.packages.map(() => 0), given);
  const mine = open.segments.filter(({ line }) => given === null || given[line]);
  let reason = 'no_goods';
  for (const { members, eligible } of levelGroupsOf(rule, mine)) {
    const result = applyGives(ctx, state, rule, eligible, members);
    if (!result || result.reason) {
      if (!result) reason = 'not_reached';
      continue;
    }
    // In this level group the rule applied only if it cuts at least 1 fen or gives a benefit.
    const did = sum(result.cuts) + sum(result.freight) > 0 || result.benefits.length > 0;
    if (did) addTo(record, eligible, result);
    else if (reason === 'no_goods') reason = 'no_gain';
  }
  return record.eligible.length > 0 ? { record } : { reason };
}

/** §3.6: a rule that sells add-ons cheaper when its own goods reach its condition. */
function addOnRecord(ctx, state, turn) {
  if (conditionIn(ctx, state, turn).length === 0) return { reason: 'not_reached' };
  const { eligible, cuts } = addOnCuts(ctx, turn.rule);
  const record = emptyRecord(turn, ctx.packages.map(() => 0));
  if (sum(cuts) === 0) return { reason: 'no_gain' };
  addTo(record, eligible, { cuts, freight: record.freight, packs: [], benefits: [], slack: 0 });
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
export function unlawful(ctx, state, record) {
  const { rule, coupon, choice } = record.turn;
  if (choice === 'automatic') return null;
  if (choice === 'lines') {
    const served = linesOf(ctx, record.eligible);
    if (record.lines.some((given, line) => given && !served.has(line))) return 'line_not_served';
  }
  if (choice === 'pieces' && ctx.mutant !== 'pieces_unserved') {
    const given = ctx.segments.filter((segment) => segment.owners[rule.group] === rule.id);
    if (given.some(({ index }) => !record.eligible.includes(index))) return 'piece_not_served';
  }
  if (coupon) {
    const gain = record.cut + sum(record.freight);
    const benefit = record.benefits.some(({ type }) => type !== 'free_freight');
    if (rule.stage === STAGE.freight && ctx.freightState === 'unknown') return 'freight_unknown';
    if (gain < ctx.policy.coupon_min_gain_fen && !benefit) return 'no_gain';
    if (tooMany(ctx, state, rule)) return 'limit';
  }
  return maximumBroken(ctx, state, record) ? 'not_stackable' : null;
}

function tooMany(ctx, state, rule) {
  if (rule.limit?.per_order === undefined || ctx.mutant === 'limits_ignored') return false;
  const before = state.records.filter((record) => record.turn.rule === rule).length;
  return before >= rule.limit.per_order;
}

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
