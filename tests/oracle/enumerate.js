// Walks over ALL lawful decisions of a prepared cart and keeps the best one (src/README.md §3.3):
// every subset of the rules of shared groups, every assignment of lines to the rules of once_line
// groups, every subset of the wallet. No bound, no merging of equal coupons: only a branch that has
// become unlawful is left, because no later turn can heal it.

import {
  afterRecord,
  costOf,
  decisionOf,
  enterStage,
  openLines,
  replay,
  runTurn,
  servedLines,
  startState,
  tieKeys
} from './price.js';
import { compareLists, compareIds, STAGE } from './prepare.js';

const compareNumbers = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Orders two final states of equal cost: the preferred one first. */
export function compareTies(ctx, a, b) {
  const { mutant } = ctx;
  const turned = (name) => (mutant === name ? -1 : 1);
  return (
    turned('more_coupons') * (a.couponCount - b.couponCount) ||
    (mutant === 'slack_ignored' ? 0 : a.slack - b.slack) ||
    turned('late_expiry') * compareLists(a.expiries, b.expiries, compareNumbers) ||
    turned('last_rule_ids') * compareLists(a.rules, b.rules, compareIds) ||
    compareLists(a.coupons, b.coupons, compareIds) ||
    turned('unassigned_first') * compareLists(a.assignment, b.assignment, compareNumbers)
  );
}

/** Keeps the best of the states it is shown. */
class Best {
  constructor(ctx, costOfState) {
    this.ctx = ctx;
    this.costOfState = costOfState;
    this.cost = Infinity;
    this.state = null;
    this.ties = null;
  }

  offer(state, cost = this.costOfState(state)) {
    if (cost > this.cost) return;
    if (cost === this.cost) {
      const ties = tieKeys(this.ctx, state);
      this.ties ??= tieKeys(this.ctx, this.state);
      if (compareTies(this.ctx, ties, this.ties) >= 0) return;
      this.ties = ties;
    } else {
      this.ties = null;
    }
    this.cost = cost;
    this.state = state;
  }
}

/**
 * Calls visit(final state, path) for every lawful decision. The path says whether all lines that a
 * once_line rule could take went to it (`whole`), and in which groups a rule that could have been
 * taken was left out (`left`).
 */
export function walk(ctx, visit, pins = {}) {
  const turnCount = ctx.turns.length;

  const linesFor = (turn, state) => {
    const taken = new Set();
    for (const record of state.records) {
      if (record.turn.choice !== 'lines' || record.turn.rule.group !== turn.rule.group) continue;
      record.lines.forEach((yes, line) => yes && taken.add(line));
    }
    return openLines(ctx, state, turn, taken).filter((line) => {
      const pinned = pins.lines?.[ctx.priced[line].id];
      if (pinned === undefined || pinned === turn.rule.id) return true;
      // A rule that is named pins the line in its own group only.
      return pinned !== null && ctx.ruleOf.get(pinned).group !== turn.rule.group;
    });
  };

  const step = (state, index, path) => {
    if (index === turnCount) {
      visit(enterStage(ctx, state, STAGE.reward), path);
      return;
    }
    const turn = ctx.turns[index];
    const here = enterStage(ctx, state, turn.rule.stage);
    const take = (record, nextPath) => step(afterRecord(ctx, here, record), index + 1, nextPath);

    if (turn.choice === 'lines') {
      const free = linesFor(turn, here);
      if (free.length > 16) throw new RangeError('too many lines for the oracle');
      const whole = servedLines(ctx, here, turn, free).join();
      let couldTakeAll = false;
      for (let mask = 2 ** free.length - 1; mask > 0; mask--) {
        const given = ctx.priced.map(() => false);
        free.forEach((line, bit) => {
          if (mask & (1 << bit)) given[line] = true;
        });
        const isWhole = given.join() === whole;
        if (!isWhole && ctx.mutant === 'whole_lines_only') continue;
        const { record } = runTurn(ctx, here, turn, given);
        if (!record) continue;
        if (isWhole) couldTakeAll = true;
        take(record, isWhole ? path : { ...path, whole: false });
      }
      step(here, index + 1, couldTakeAll ? leaveOut(path, turn.rule.group) : path);
      return;
    }

    const barred =
      turn.choice === 'coupon' && pins.coupons && !pins.coupons.includes(turn.coupon.id);
    const { record } = barred ? {} : runTurn(ctx, here, turn, null);
    if (turn.choice === 'automatic') {
      if (record) take(record, path);
      else step(here, index + 1, path);
      return;
    }
    if (record) take(record, path);
    const leaves = record && turn.choice === 'rule';
    step(here, index + 1, leaves ? leaveOut(path, turn.rule.group) : path);
  };

  step(startState(ctx), 0, { whole: true, left: [] });
}

const leaveOut = (path, group) => ({ ...path, left: [...path.left, group] });

/** Does this final state give each pinned line to the rule it is pinned to? */
function linesObey(ctx, state, pinnedLines) {
  const { lines } = decisionOf(ctx, state);
  return Object.entries(pinnedLines).every(([line, rule]) =>
    rule === null
      ? !lines.some((pair) => pair.line === line)
      : lines.some((pair) => pair.line === line && pair.rule === rule)
  );
}

/**
 * The best lawful decision.
 * @param statistics also measure what the choice depends on
 * @returns {state, cost, visited, pinDropped, facts?}
 */
export function solve(ctx, { statistics = false } = {}) {
  const { request } = ctx;
  const pins = {
    lines: request.pins?.lines,
    coupons: request.pick === 'none' ? [] : request.pins?.coupons
  };
  const cost = (state) => costOf(ctx, state);
  const best = new Best(ctx, cost);
  const allPinned = new Best(ctx, cost);
  const withoutFreight = new Best(ctx, (state) => costOf(ctx, state, false) + cost(state) / 1e12);
  const wholeLines = new Best(ctx, cost);
  const nothingLeft = new Best(ctx, cost);
  let visited = 0;
  const wanted = pins.coupons?.length ?? 0;
  walk(
    ctx,
    (state, path) => {
      visited++;
      if (pins.lines && !linesObey(ctx, state, pins.lines)) return;
      best.offer(state);
      const coupons = state.records.filter((record) => record.turn.choice === 'coupon').length;
      if (coupons === wanted) allPinned.offer(state);
      if (!statistics) return;
      withoutFreight.offer(state);
      if (path.whole) wholeLines.offer(state);
      if (!leavesOut(state, path)) nothingLeft.offer(state);
    },
    pins
  );
  const exactPins = pins.coupons && request.pick !== 'none' && allPinned.state;
  const winner = exactPins ? allPinned : best;
  const result = { state: winner.state, cost: winner.cost, visited };
  result.pinDropped = Boolean(request.pins?.coupons) && !exactPins;
  if (statistics) {
    const greedy = greedyState(ctx);
    result.facts = {
      greedy: costOf(ctx, greedy) > winner.cost,
      freight: cost(withoutFreight.state) > winner.cost,
      lines: wholeLines.cost > winner.cost,
      skip: nothingLeft.cost > winner.cost
    };
  }
  return result;
}

/** Was a rule left out that could be taken, although nothing else of its group was chosen? */
function leavesOut(state, path) {
  return path.left.some(
    (group) =>
      !state.records.some(
        ({ turn: { rule, choice } }) =>
          rule.group === group && (choice === 'rule' || choice === 'lines')
      )
  );
}

/**
 * What a shop without a search gets: each choice rule in turn order if it lowers the cost (a
 * once_line rule takes all lines it can), then coupons one by one, always the one that gains most.
 */
export function greedyState(ctx) {
  let decision = { rules: [], lines: [], coupons: [] };
  let { state } = replay(ctx, decision);
  let cost = costOf(ctx, state);
  const better = (candidate) => {
    const tried = replay(ctx, candidate);
    if (tried.reason) return null;
    const candidateCost = costOf(ctx, tried.state);
    return candidateCost < cost ? { ...tried, decision: candidate, cost: candidateCost } : null;
  };
  const accept = (found) => {
    if (found) ({ state, decision, cost } = found);
  };
  for (const turn of ctx.turns) {
    const { rule, choice } = turn;
    if (choice === 'rule') accept(better({ ...decision, rules: [...decision.rules, rule.id] }));
    if (choice !== 'lines') continue;
    const taken = new Set();
    for (const pair of decision.lines) {
      if (ctx.ruleOf.get(pair.rule).group !== rule.group) continue;
      taken.add(ctx.priced.find((line) => line.id === pair.line).index);
    }
    const here = replay(ctx, decision, turn).state;
    const served = servedLines(ctx, here, turn, openLines(ctx, here, turn, taken));
    const free = ctx.priced.filter((line) => served[line.index]);
    if (free.length === 0) continue;
    const pairs = free.map((line) => ({ line: line.id, rule: rule.id }));
    accept(better({ ...decision, lines: [...decision.lines, ...pairs] }));
  }
  for (;;) {
    const candidates = ctx.wallet
      .filter((coupon) => coupon.rule && !decision.coupons.includes(coupon.id))
      .map((coupon) => better({ ...decision, coupons: [...decision.coupons, coupon.id] }))
      .filter(Boolean)
      .sort((a, b) => a.cost - b.cost);
    if (candidates.length === 0) return state;
    accept(candidates[0]);
  }
}
