// §3.2 "Pieces of coupons": the coupons of one group that each cut one piece are solved together:
// the assignment coupon → piece with the largest sum of cuts.

import { sum } from './numbers.js';
import { conditionHolds } from './measures.js';
import { addTo, emptyRecord, levelGroupsOf, openSegments, unlawful } from './turn.js';
import { afterRecord } from './state.js';
import { pieceValues } from './pieces.js';
import { percentCut } from './segments.js';

/**
 * A coupon in each level group where its condition holds, with the pieces it may cut; the groups in
 * the order of their first goods that it acts on.
 */
function agentsOf(ctx, state, turn) {
  const { rule } = turn;
  const open = openSegments(ctx, state, turn);
  if (open.reason) return open;
  const agents = levelGroupsOf(rule, open.segments)
    .sort((a, b) => a.eligible[0] - b.eligible[0])
    .filter(({ eligible, around }) => conditionHolds(ctx, state, rule, eligible, around))
    .map(({ eligible }) => ({
      turn,
      eligible,
      segs: eligible.filter((s) => rule.filtered[ctx.segments[s].line])
    }));
  return agents.length > 0 ? { agents } : { reason: 'not_reached' };
}

function lossOf(ctx, rule, value) {
  const { amount_off: amountOff, percent_off: percentOff } = rule.gives[0];
  if (amountOff) return Math.min(amountOff.amount, value);
  return Math.min(percentCut(ctx, value, percentOff.bp), percentOff.cap ?? Infinity, value);
}

/** May these two not share a segment? An exclusion on the order is found before. */
function keptApart(a, b) {
  return (
    b.turn.after[a.turn.index] === 'line' ||
    a.turn.rule.exclusive ||
    (b.turn.rule.exclusive && a.turn.rule.stage === b.turn.rule.stage)
  );
}

/** Larger sums first; then the earlier coupon's earlier piece, none last. */
function isBetter(total, places, best) {
  if (total !== best.total) return total > best.total;
  for (let i = 0; i < places.length; i++) {
    if (places[i] !== best.places[i]) return places[i] < best.places[i];
  }
  return false;
}

/** All pieces of the cart that are worth something, in their order. */
function worthyPieces(ctx, state) {
  const pieces = [];
  for (const { index, qty } of ctx.segments) {
    for (const value of pieceValues(ctx, state.left[index], qty)) {
      if (value > 0) pieces.push({ segment: index, value, used: false });
    }
  }
  return pieces;
}

/** What the agents from each one on can cut at most. */
function mostFrom(ctx, agents, pieces) {
  const most = [...agents.map(() => 0), 0];
  for (let i = agents.length - 1; i >= 0; i--) {
    const { segs, turn } = agents[i];
    const own = pieces.filter(({ segment }) => segs.includes(segment));
    const losses = own.map(({ value }) => lossOf(ctx, turn.rule, value));
    most[i] = most[i + 1] + Math.max(0, ...losses);
  }
  return most;
}

/** The best of all assignments: agents to pieces, at most one agent a piece. */
function assign(ctx, state, agents) {
  const pieces = worthyPieces(ctx, state);
  const most = mostFrom(ctx, agents, pieces);
  const room = ctx.segments.map(({ index, floor }) => Math.max(0, state.left[index] - floor));
  const places = [];
  const chosen = [];
  let best = { total: -1, places: [], chosen: [] };

  const place = (i, total, at) => {
    const agent = agents[i];
    const { segment, value } = pieces[at];
    const apart = chosen.some((other) => other.segment === segment && keptApart(other, agent));
    const cut = Math.min(lossOf(ctx, agent.turn.rule, value), room[segment]);
    if (apart || cut === 0) return;
    pieces[at].used = ctx.mutant !== 'pieces_twice';
    room[segment] -= cut;
    places.push(at);
    chosen.push({ turn: agent.turn, eligible: agent.eligible, segment, cut });
    step(i + 1, total + cut);
    chosen.pop();
    places.pop();
    room[segment] += cut;
    pieces[at].used = false;
  };

  const step = (i, total) => {
    // A branch that can't reach the best sum is left alone.
    if (total + most[i] < best.total) return;
    if (i === agents.length) {
      if (isBetter(total, places, best)) best = { total, places: [...places], chosen: [...chosen] };
      return;
    }
    for (let at = 0; at < pieces.length; at++) {
      const { segment, value, used } = pieces[at];
      if (used || !agents[i].segs.includes(segment)) continue;
      // Of equal pieces of a segment the earliest free one will do.
      const like = (other, k) =>
        k < at && !other.used && other.segment === segment && other.value === value;
      if (!pieces.some(like)) place(i, total, at);
    }
    places.push(Infinity);
    step(i + 1, total);
    places.pop();
  };
  step(0, 0);
  return best.chosen;
}

function recordOf(ctx, state, turn, chosen) {
  const record = emptyRecord(ctx, turn);
  for (const { eligible, segment, cut } of chosen.filter((entry) => entry.turn === turn)) {
    const { amount_off: amountOff } = turn.rule.gives[0];
    addTo(record, eligible, {
      cuts: eligible.map((s) => (s === segment ? cut : 0)),
      freight: record.freight.map(() => 0),
      packs: [],
      benefits: [],
      slack: amountOff ? amountOff.amount - cut : 0
    });
  }
  return record;
}

/**
 * Solves these turns of one group together.
 * @returns {state} after all of them, or {reason}
 */
export function runTogether(ctx, state, turns) {
  const agents = [];
  for (const turn of turns) {
    const { agents: own, reason } = agentsOf(ctx, state, turn);
    if (reason) return { reason };
    agents.push(...own);
  }
  for (const a of turns) for (const b of turns) {
    if (a.index < b.index && b.after[a.index] === 'order') return { reason: 'excluded' };
  }
  const chosen = assign(ctx, state, agents);
  let next = state;
  for (const turn of turns) {
    const record = recordOf(ctx, state, turn, chosen);
    if (record.eligible.length === 0) return { reason: 'no_piece' };
    if (ctx.policy.overflow === 'refuse' && record.slack > 0) return { reason: 'overflow' };
    const broken = unlawful(ctx, next, record);
    if (broken) return { reason: broken };
    next = afterRecord(ctx, next, record);
  }
  return sum(next.left) >= 0 ? { state: next } : { reason: 'no_piece' };
}
