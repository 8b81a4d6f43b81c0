// §3.2 "Pieces of coupons": the coupons of one group that each cut one piece are solved together:
// the assignment coupon → piece with the largest sum of cuts.

import { sum } from './numbers.js';
import { conditionHolds } from './measures.js';
import { addTo, emptyRecord, levelGroupsOf, openSegments, unlawful } from './turn.js';
import { afterRecord } from './state.js';
import { pieceValues } from './pieces.js';
import { percentCut } from './segments.js';

/** A coupon in one level group where its condition holds, with the pieces it may cut. */
function agentsOf(ctx, state, turn) {
  const { rule } = turn;
  const open = openSegments(ctx, state, turn);
  if (open.reason) return open;
  const agents = levelGroupsOf(rule, open.segments)
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
function isBetter(a, b) {
  if (a.total !== b.total) return a.total > b.total;
  for (let i = 0; i < a.places.length; i++) {
    if (a.places[i] !== b.places[i]) return a.places[i] < b.places[i];
  }
  return false;
}

/** The best of all assignments: agents to pieces, at most one agent a piece. */
function assign(ctx, state, agents) {
  const pieces = ctx.segments.flatMap(({ index, qty }) =>
    pieceValues(ctx, state.left[index], qty).map((value) => ({ segment: index, value }))
  );
  let best = { total: -1, places: [], chosen: [] };
  const room = ctx.segments.map(({ index, floor }) => Math.max(0, state.left[index] - floor));
  const used = new Set();
  // What the agents from i on can still cut at most: a branch below the best sum is left alone.
  const mostFrom = [...agents.map(() => 0), 0];
  for (let i = agents.length - 1; i >= 0; i--) {
    const { segs, turn } = agents[i];
    const own = pieces.filter(({ segment, value }) => value > 0 && segs.includes(segment));
    const most = own.map(({ value }) => lossOf(ctx, turn.rule, value));
    mostFrom[i] = mostFrom[i + 1] + Math.max(0, ...most);
  }
  const step = (i, so) => {
    if (so.total + mostFrom[i] < best.total) return;
    if (i === agents.length) {
      if (isBetter(so, best)) best = so;
      return;
    }
    const agent = agents[i];
    const tried = new Set();
    pieces.forEach(({ segment, value }, place) => {
      // Of equal pieces of a segment the earliest will do.
      const key = `${segment} ${value}`;
      if (used.has(place) || value === 0 || tried.has(key)) return;
      if (!agent.segs.includes(segment)) return;
      const apart = so.chosen.some((other) => other.segment === segment && keptApart(other, agent));
      if (apart) return;
      tried.add(key);
      const cut = Math.min(lossOf(ctx, agent.turn.rule, value), room[segment]);
      if (cut === 0) return;
      if (ctx.mutant !== 'pieces_twice') used.add(place);
      room[segment] -= cut;
      step(i + 1, {
        total: so.total + cut,
        places: [...so.places, place],
        chosen: [...so.chosen, { ...agent, segment, cut }]
      });
      room[segment] += cut;
      used.delete(place);
    });
    step(i + 1, { ...so, places: [...so.places, Infinity] });
  };
  step(0, { total: 0, places: [], chosen: [] });
  return best.chosen;
}

function recordOf(ctx, state, turn, chosen) {
  const record = emptyRecord(turn, ctx.packages.map(() => 0));
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
