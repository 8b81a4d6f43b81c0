// Walks over ALL lawful decisions of a prepared cart and keeps the best one (src/README.md §3.3):
// every subset of the rules of shared groups, every assignment of lines to the rules of once_line
// groups, every table of pieces for once_piece groups, every subset of the wallet. No bound, no
// merging of equal coupons: only a branch that has become unlawful is left, because no later turn
// can heal it.

import { costOf, costWithPoints, decisionOf, replay, tieKeys } from './price.js';
import { heldBy, keyOf, kindsAsked, underPayers, waysToHold } from './payers.js';
import { afterRecord, enterStage, startState } from './state.js';
import { openLines, openSegments, runTurn, servedLines } from './turn.js';
import { runTogether } from './coupon_pieces.js';
import { splitPieces } from './segments.js';
import { compareLists, compareIds, STAGE } from './rules.js';

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

export const compareCosts = (a, b) => compareLists(a, b, compareNumbers);

/** Keeps the best of the states it is shown. */
class Best {
  constructor(costOfState) {
    this.costOfState = costOfState;
    this.cost = null;
    this.found = null;
    this.ties = null;
  }

  offer(ctx, state) {
    const cost = this.costOfState(ctx, state);
    const order = this.found ? compareCosts(cost, this.cost) : -1;
    if (order > 0) return;
    if (order === 0) {
      const ties = tieKeys(ctx, state);
      this.ties ??= tieKeys(this.found.ctx, this.found.state);
      if (compareTies(ctx, ties, this.ties) >= 0) return;
      this.ties = ties;
    } else {
      this.ties = null;
    }
    this.cost = cost;
    this.found = { ctx, state };
  }
}

/**
 * The best decision; where points and coupons exclude each other, the better one of the best
 * without coupons plus its points and of the best with coupons.
 */
class Winner {
  constructor(ctx, costOfState = costOf) {
    this.apart = !ctx.policy.points_with_coupons;
    this.all = new Best(costOfState);
    this.plain = new Best(costOfState);
  }

  offer(ctx, state) {
    const plain = this.apart && !state.records.some((record) => record.turn.coupon);
    (plain ? this.plain : this.all).offer(ctx, state);
  }

  get found() {
    if (!this.plain.found || !this.all.found) return this.plain.found ?? this.all.found;
    const costs = [this.plain, this.all].map(({ found }) => costWithPoints(found.ctx, found.state));
    const order = compareCosts(...costs);
    const toPlain = order < 0 || (order === 0 && this.plain.found.ctx.mutant === 'tie_to_points');
    return toPlain ? this.plain.found : this.all.found;
  }

  get cost() {
    return this.found ? costWithPoints(this.found.ctx, this.found.state) : [Infinity];
  }
}

/** All ways to give at most n pieces to a row of rules, as lists of numbers. */
function* portions(n, rules) {
  if (rules === 0) {
    yield [];
    return;
  }
  for (let first = n; first >= 0; first--) {
    for (const rest of portions(n - first, rules - 1)) yield [first, ...rest];
  }
}

/** All tables x[rule][segment] of the once_piece groups. */
function* tables(ctx) {
  const cells = [];
  const groups = new Set(
    ctx.rules.filter((rule) => rule.pieces === 'once_piece').map((rule) => rule.group)
  );
  for (const group of groups) {
    for (const { index, line, qty } of ctx.whole) {
      const rules = ctx.rules.filter((r) => r.group === group && !r.closed && r.covers[line]);
      if (rules.length > 0) cells.push({ segment: index, qty, rules });
    }
  }
  const rows = function* (at) {
    if (at === cells.length) {
      yield [];
      return;
    }
    const { segment, qty, rules } = cells[at];
    for (const rest of rows(at + 1)) {
      for (const counts of portions(qty, rules.length)) {
        if (ctx.mutant === 'whole_segments' && counts.some((n) => n > 0 && n < qty)) continue;
        const own = rules.map(({ id }, i) => ({ rule: id, segment, qty: counts[i] }));
        yield [...own.filter((entry) => entry.qty > 0), ...rest];
      }
    }
  };
  yield* rows(0);
}

/** Calls visit(ctx, final state, path) for every lawful decision, whatever table it has. */
export function walk(whole, visit, pins = {}) {
  for (const table of tables(whole)) walkTurns(splitPieces(whole, table), visit, pins);
}

/**
 * The decisions of one table. The path says whether all lines that a once_line rule could take
 * went to it (`whole`), and in which groups a rule that could be taken was left out (`left`).
 */
function walkTurns(ctx, visit, pins) {
  const turnCount = ctx.turns.length;

  const linesFor = (turn, state, open) => {
    const taken = new Set();
    for (const record of state.records) {
      if (record.turn.choice !== 'lines' || record.turn.rule.group !== turn.rule.group) continue;
      record.lines.forEach((yes, line) => yes && taken.add(line));
    }
    return openLines(open).filter((line) => {
      if (taken.has(line)) return false;
      const pinned = pins.lines?.[ctx.priced[line].id];
      if (pinned === undefined || pinned === turn.rule.id) return true;
      // A rule that is named pins the line in its own group only.
      return pinned !== null && ctx.ruleOf.get(pinned).group !== turn.rule.group;
    });
  };

  const barred = (turn) =>
    turn.choice === 'coupon' && pins.coupons && !pins.coupons.includes(turn.coupon.id);

  const step = (state, index, path) => {
    if (index === turnCount) {
      visit(ctx, enterStage(ctx, state, STAGE.reward), path);
      return;
    }
    const turn = ctx.turns[index];
    const here = enterStage(ctx, state, turn.rule.stage);
    const take = (record, nextPath) => step(afterRecord(ctx, here, record), index + 1, nextPath);

    if (turn.choice === 'lines') {
      stepLines(turn, here, index, path, take);
      return;
    }
    if (turn.together !== null) {
      stepTogether(turn, here, index, path);
      return;
    }
    if (turn.choice === 'pieces') {
      // The table says that the rule has pieces, so it acts or the decision is unlawful.
      if (!ctx.segments.some(({ owners }) => owners[turn.rule.group] === turn.rule.id)) {
        step(here, index + 1, path);
        return;
      }
      const { record } = runTurn(ctx, here, turn, null);
      if (record) take(record, path);
      return;
    }
    const { record } = barred(turn) ? {} : runTurn(ctx, here, turn, null);
    if (turn.choice === 'automatic') {
      if (record) take(record, path);
      else step(here, index + 1, path);
      return;
    }
    if (record) take(record, path);
    const leaves = record && turn.choice === 'rule';
    step(here, index + 1, leaves ? leaveOut(path, turn.rule.group) : path);
  };

  const stepLines = (turn, here, index, path, take) => {
    const open = openSegments(ctx, here, turn);
    const free = linesFor(turn, here, open);
    if (free.length > 16) throw new RangeError('too many lines for the oracle');
    const served = servedLines(ctx, here, turn, free, open);
    let couldTakeAll = false;
    for (let mask = 2 ** free.length - 1; mask > 0; mask--) {
      const given = ctx.priced.map(() => false);
      free.forEach((line, bit) => {
        if (mask & (1 << bit)) given[line] = true;
      });
      const isWhole = given.every((yes, line) => yes === served[line]);
      if (!isWhole && ctx.mutant === 'whole_lines_only') continue;
      const { record } = runTurn(ctx, here, turn, given, open);
      if (!record) continue;
      if (isWhole) couldTakeAll = true;
      take(record, isWhole ? path : pathOf(false, path.left, path.begins));
    }
    step(here, index + 1, couldTakeAll ? leaveOut(path, turn.rule.group) : path);
  };

  /** At the first coupon of such a group it is chosen which of them are picked together. */
  const stepTogether = (turn, here, index, path) => {
    const all = ctx.turns.filter((other) => other.together === turn.together);
    if (all[0] !== turn) {
      // A later one that begins was put off until its own turn.
      const begins = path.begins.get(turn.together);
      if (begins?.[0] !== turn) {
        step(here, index + 1, path);
        return;
      }
      runPicked(here, index, path, begins);
      return;
    }
    const free = all.filter((other) => !barred(other));
    for (let mask = 2 ** free.length - 1; mask >= 0; mask--) {
      const picked = free.filter((_, bit) => mask & (1 << bit));
      const next = putOff(path, turn.together, picked);
      if (picked[0] === turn) runPicked(here, index, next, picked);
      else step(here, index + 1, next);
    }
  };

  const runPicked = (here, index, path, picked) => {
    if (picked.length > 1 && ctx.mutant !== 'pieces_in_turn') {
      const { state } = runTogether(ctx, here, picked);
      if (state) step(state, index + 1, path);
      return;
    }
    const { record } = runTurn(ctx, here, picked[0], null);
    if (!record) return;
    // What is left begins at its own turn.
    const next = putOff(path, picked[0].together, picked.slice(1));
    step(afterRecord(ctx, here, record), index + 1, next);
  };

  step(startState(ctx), 0, pathOf(true, [], new Map()));
}

/** @param begins by group the turns that were picked together and have not run yet */
const pathOf = (whole, left, begins) => ({ whole, left, begins });

const leaveOut = ({ whole, left, begins }, group) => pathOf(whole, [...left, group], begins);

const putOff = ({ whole, left, begins }, group, turns) =>
  pathOf(whole, left, new Map([...begins, [group, turns]]));

/** Does this final state give each pinned line to the rule it is pinned to? */
function linesObey(ctx, state, pinnedLines) {
  const { lines } = decisionOf(ctx, state);
  return Object.entries(pinnedLines).every(([line, rule]) =>
    rule === null
      ? !lines.some((pair) => pair.line === line)
      : lines.some((pair) => pair.line === line && pair.rule === rule)
  );
}

/** Every lawful decision, with the payers that it makes hold. */
export function walkAll(ctx, visit, pins) {
  const { book, request } = ctx;
  const kinds = kindsAsked(book, request);
  for (const held of waysToHold(kinds)) {
    walk(
      underPayers(ctx, held),
      (own, state, path) => {
        const stands =
          kinds.length === 0 || keyOf(heldBy(ctx, decisionOf(own, state))) === keyOf(held);
        if (stands) visit(own, state, path);
      },
      pins
    );
  }
}

/**
 * The best lawful decision.
 * @param statistics also measure what the choice depends on
 * @returns {ctx, state, cost, visited, pinDropped, facts?}; the ctx has the pieces as segments
 */
export function solve(ctx, options) {
  const { lines, coupons } = ctx.request.pins ?? {};
  const first = solveUnder(ctx, options, lines);
  if (!lines || (first.state && !first.pinDropped)) return first;
  // Pins of lines are given up before those of coupons.
  const second = solveUnder(ctx, options, undefined);
  if (first.state && (second.pinDropped || !coupons)) return first;
  return { ...second, pinDropped: true };
}

function solveUnder(ctx, { statistics = false } = {}, pinnedLines) {
  const { request } = ctx;
  const pins = {
    lines: pinnedLines,
    coupons: request.pick === 'none' ? [] : request.pins?.coupons
  };
  const best = new Winner(ctx);
  const allPinned = new Winner(ctx);
  const withoutFreight = new Best((own, state) => [
    ...costOf(own, state, false),
    ...costOf(own, state)
  ]);
  const wholeLines = new Winner(ctx);
  const nothingLeft = new Winner(ctx);
  let visited = 0;
  const wanted = pins.coupons?.length ?? 0;
  walkAll(
    ctx,
    (own, state, path) => {
      visited++;
      if (pins.lines && !linesObey(own, state, pins.lines)) return;
      best.offer(own, state);
      const coupons = state.records.filter((record) => record.turn.choice === 'coupon').length;
      if (pins.coupons && coupons === wanted) allPinned.offer(own, state);
      if (!statistics) return;
      withoutFreight.offer(own, state);
      if (path.whole) wholeLines.offer(own, state);
      if (!leavesOut(state, path)) nothingLeft.offer(own, state);
    },
    pins
  );
  const exactPins = pins.coupons && request.pick !== 'none' && allPinned.found;
  const winner = exactPins ? allPinned : best;
  const result = { ...winner.found, cost: winner.cost, visited };
  result.pinDropped = Boolean(request.pins?.coupons) && !exactPins;
  if (statistics) {
    const greedy = greedyState(ctx);
    const isWorse = (cost) => compareCosts(cost, winner.cost) > 0;
    const { found } = withoutFreight;
    result.facts = {
      greedy: isWorse(costWithPoints(greedy.ctx, greedy.state)),
      cliff: isWorse(costWithPoints(found.ctx, found.state)),
      lines: isWorse(wholeLines.cost),
      skip: isWorse(nothingLeft.cost)
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
          rule.group === group && choice !== 'automatic' && choice !== 'coupon'
      )
  );
}

/**
 * What a shop without a search gets: each choice rule in turn order if it lowers the cost (a
 * once_line rule takes all lines it can), then coupons one by one, always the one that gains most.
 */
export function greedyState(ctx) {
  let decision = { rules: [], lines: [], coupons: [] };
  let now = replay(ctx, decision);
  let cost = costWithPoints(now.ctx, now.state);
  const better = (candidate) => {
    const tried = replay(ctx, candidate);
    if (tried.reason) return null;
    const costOfIt = costWithPoints(tried.ctx, tried.state);
    if (compareCosts(costOfIt, cost) >= 0) return null;
    return { now: tried, decision: candidate, cost: costOfIt };
  };
  const accept = (found) => {
    if (found) ({ now, decision, cost } = found);
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
    const open = openSegments(ctx, here, turn);
    const lines = openLines(open).filter((line) => !taken.has(line));
    const served = servedLines(ctx, here, turn, lines, open);
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
      .sort((a, b) => compareCosts(a.cost, b.cost));
    if (candidates.length === 0) return now;
    accept(candidates[0]);
  }
}
