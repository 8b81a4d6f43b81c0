// Prices one decision in one pass, by the text of src/README.md §3 and §4. It shares no code with
// the engine and looks at nothing but that text. `enumerate.js` walks over the same turns, so that
// pricing and searching can't disagree about what is lawful.

import { mulDivFloor, sum, sumOf } from './numbers.js';
import {
  afterRecord,
  enterStage,
  feesCharged,
  freightCharged,
  goodsOf,
  startState
} from './state.js';
import { compareIds, STAGE } from './rules.js';
import { pointsAsked, pointsUsed } from './points.js';
import { runTogether } from './coupon_pieces.js';
import { runTurn } from './turn.js';
import { splitPieces } from './segments.js';

/** §3.3: what the search makes as small as it can, a list compared one by one. */
export function costOf(ctx, state, withFreight = true) {
  const values = sumOf(state.records, (record) => record.goal);
  const freightCounts = withFreight && ctx.mutant !== 'freight_not_in_goal';
  if (ctx.policy.goal === 'largest_saving') {
    const cuts = sumOf(state.records, (record) => record.cut);
    return [-(cuts + (freightCounts ? state.couponFreight : 0) + values)];
  }
  const freight = freightCounts ? freightCharged(state) : 0;
  const fees = ctx.mutant === 'fees_not_in_goal' ? 0 : feesCharged(state);
  const payable = goodsOf(ctx, state) + freight + fees - values;
  const byLevel = ctx.policy.goal === 'best_per_level' && ctx.mutant !== 'levels_at_once';
  return byLevel ? [...state.levels, payable] : [payable];
}

/** Where points and coupons exclude each other, a decision without coupons gains its points. */
export function costWithPoints(ctx, state) {
  const cost = costOf(ctx, state);
  if (ctx.policy.points_with_coupons) return cost;
  const { cut } = pointsUsed(ctx, state, pointsAsked(ctx));
  const bp = ctx.mutant === 'points_at_face' ? 10000 : ctx.policy.points_goal_bp;
  return [...cost.slice(0, -1), cost.at(-1) - mulDivFloor(cut, bp, 10000)];
}

const hasPieces = (ctx) => ctx.turns.some((turn) => turn.choice === 'pieces');

/** x[rule][segment] of a state, as {`rule segment`: qty} over the whole segments. */
function piecesGiven(ctx, state) {
  const given = [];
  for (const { turn } of state.records) {
    if (turn.choice !== 'pieces') continue;
    const { id, group } = turn.rule;
    for (const whole of ctx.whole) {
      const parts = ctx.segments.filter(
        (segment) =>
          segment.line === whole.line && segment.rule === whole.rule && segment.owners[group] === id
      );
      const qty = sum(parts.map((part) => part.qty));
      if (qty > 0) given.push({ rule: id, segment: whole.index, qty });
    }
  }
  return given;
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
  const decision = {
    rules: rules.sort(compareIds),
    lines: lines.map(({ line, rule }) => ({ line, rule })),
    coupons: coupons.sort(compareIds)
  };
  const pieces = hasPieces(ctx) ? piecesGiven(ctx, state) : [];
  if (pieces.length === 0) return decision;
  pieces.sort((a, b) => a.segment - b.segment || compareIds(a.rule, b.rule));
  return { ...decision, pieces: pieces.map((entry) => pieceOf(ctx, entry)) };
}

/** The segments of a line are counted from 0. */
function pieceOf(ctx, { rule, segment, qty }) {
  const whole = ctx.whole[segment];
  const first = ctx.whole.find(({ line }) => line === whole.line);
  return { line: ctx.priced[whole.line].id, segment: segment - first.index, rule, qty };
}

/** The table of a decision's `pieces`, or null when it names what is not there. */
function tableOf(ctx, pieces) {
  const table = pieces.map(({ line, segment, rule, qty }) => {
    const own = ctx.whole.filter((whole) => ctx.priced[whole.line].id === line);
    const group = ctx.ruleOf.get(rule)?.group;
    return { rule, group, segment: own[segment]?.index ?? -1, qty };
  });
  const fits = table.every(({ segment, group }) => {
    const same = table.filter((entry) => entry.segment === segment && entry.group === group);
    return segment >= 0 && sum(same.map(({ qty }) => qty)) <= ctx.whole[segment].qty;
  });
  return fits ? table : null;
}

/** The keys that break ties, in their order (§3.3). */
export function tieKeys(ctx, state) {
  const coupons = state.records.filter((record) => record.turn.choice === 'coupon');
  const chosen = state.records.filter(({ turn }) =>
    ['rule', 'lines', 'pieces'].includes(turn.choice)
  );
  const pieces = hasPieces(ctx) ? piecesGiven(ctx, state) : [];
  const row = (id) => {
    const record = chosen.find(({ turn }) => turn.rule.id === id);
    if (ctx.ruleOf.get(id).pieces === 'once_piece') {
      const qtyAt = (s) =>
        pieces.find(({ rule, segment }) => rule === id && segment === s)?.qty ?? 0;
      return ctx.whole.map(({ index }) => -qtyAt(index));
    }
    return ctx.priced.map((_, line) => (record?.lines[line] ? -1 : 0));
  };
  return {
    couponCount: coupons.length,
    slack: sum(coupons.map((record) => record.slack)),
    expiries: coupons.map(({ turn }) => turn.coupon.expiry).sort((a, b) => (a < b ? -1 : +(a > b))),
    rules: chosen.map(({ turn }) => turn.rule.id).sort(compareIds),
    coupons: coupons.map(({ turn }) => turn.coupon.id).sort(compareIds),
    // Row by row, turned to negative, so that the larger number is preferred.
    assignment: ctx.assigningRules.flatMap(row)
  };
}

/** The picked turns that are solved with this one, when it is the first of them; else []. */
function togetherWith(ctx, turn, isPicked) {
  const own = ctx.turns.filter((other) => other.together === turn.together && isPicked(other));
  return own[0] === turn ? own : [];
}

/** The lines a decision gives to a rule of a once_line group, or null when one is given twice. */
function linesGiven(ctx, decision, rule) {
  const groupOf = (pair) => ctx.ruleOf.get(pair.rule).group;
  const inGroup = decision.lines.filter((pair) => groupOf(pair) === rule.group);
  const own = inGroup.filter((pair) => pair.rule === rule.id);
  const twice = ({ line }) => inGroup.filter((pair) => pair.line === line).length > 1;
  if (own.some(twice)) return null;
  return ctx.priced.map((line) => own.some((pair) => pair.line === line.id));
}

/** Is the turn one that the decision speaks of? */
function isNamed(turn, decision) {
  const { rule, coupon, choice } = turn;
  if (choice === 'rule') return decision.rules.includes(rule.id);
  if (choice === 'coupon') return decision.coupons.includes(coupon.id);
  if (choice === 'pieces') return (decision.pieces ?? []).some((entry) => entry.rule === rule.id);
  return choice === 'automatic' || decision.lines.some((pair) => pair.rule === rule.id);
}

const isOnce = (list) => list.every((id, i) => list.indexOf(id) === i);

/** A name of the decision that no turn answers to, or null. */
function unanswered(ctx, decision) {
  const { rules, coupons, lines, pieces = [] } = decision;
  const has = (choice, test) => ctx.turns.some((turn) => turn.choice === choice && test(turn));
  const hasRule = (choice, id) => has(choice, ({ rule }) => rule.id === id);
  if (!isOnce(rules) || !rules.every((id) => hasRule('rule', id))) return 'rules';
  const hasCoupon = (id) => has('coupon', ({ coupon }) => coupon.id === id);
  if (!isOnce(coupons) || !coupons.every(hasCoupon)) return 'coupons';
  if (!lines.every(({ rule }) => hasRule('lines', rule))) return 'lines';
  if (!lines.every(({ line }) => ctx.priced.some(({ id }) => id === line))) return 'lines';
  return pieces.every(({ rule }) => hasRule('pieces', rule)) ? null : 'pieces';
}

function runNamed(ctx, state, turn, decision) {
  const isPicked = (other) => isNamed(other, decision);
  if (turn.together !== null) {
    const turns = togetherWith(ctx, turn, isPicked);
    if (turns.length === 0) return { state };
    if (turns.length > 1) return runTogether(ctx, state, turns);
  }
  const given = turn.choice === 'lines' ? linesGiven(ctx, decision, turn.rule) : null;
  if (turn.choice === 'lines' && given === null) return { reason: 'line_given_twice' };
  const { record, reason } = runTurn(ctx, state, turn, given);
  if (record) return { state: afterRecord(ctx, state, record) };
  return turn.choice === 'automatic' ? { state } : { reason };
}

/** Runs all turns (or those before `until`) under a decision: {ctx, state} or {reason}. */
export function replay(whole, decision, until = null) {
  const table = tableOf(whole, decision.pieces ?? []);
  const unknown = table ? unanswered(whole, decision) : 'pieces';
  if (unknown) return { reason: `unknown or repeated ${unknown}` };
  const ctx = splitPieces(whole, table);
  let state = startState(ctx);
  for (const turn of ctx.turns) {
    if (turn === until) return { ctx, state: enterStage(ctx, state, turn.rule.stage) };
    if (!isNamed(turn, decision)) continue;
    state = enterStage(ctx, state, turn.rule.stage);
    const next = runNamed(ctx, state, turn, decision);
    if (next.reason) return { reason: `${turn.coupon?.id ?? turn.rule.id}: ${next.reason}` };
    state = next.state;
  }
  return { ctx, state: enterStage(ctx, state, STAGE.reward) };
}
