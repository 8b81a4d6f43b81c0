// What is known between two turns, and what happens between stages (src/README.md §3, §3.4, §5).
//
// A state is not changed once a turn has seen it: every step makes a copy.

import { sum, sumOf } from './numbers.js';
import { afterCuts } from './gives.js';
import { freightLists } from './freight.js';
import { takeFreight } from './gives_freight.js';
import { STAGE } from './rules.js';
import { conditionIn } from './turn.js';

const NOTHING_DISPLACED = new Map();

class State {
  constructor(left) {
    this.stage = STAGE.unit;
    this.left = left; // by segment
    this.afterItem = null; // what was left after the item stage
    this.freightList = null; // by package, before anything frees it
    this.freight = null; // what is still to pay by package, from its stage on
    this.fees = []; // what is still to pay by charge
    this.couponFreight = 0; // what coupons took of freight and fees
    this.levels = []; // goods left after each discount stage
    this.displaced = NOTHING_DISPLACED; // the exclusive rule that holds a segment
    this.records = [];
  }

  copy() {
    const state = new State(this.left);
    state.stage = this.stage;
    state.afterItem = this.afterItem;
    state.freightList = this.freightList;
    state.freight = this.freight;
    state.fees = this.fees;
    state.couponFreight = this.couponFreight;
    state.levels = this.levels;
    state.displaced = this.displaced;
    state.records = this.records;
    return state;
  }
}

export function startState(ctx) {
  const state = new State(ctx.segments.map((segment) => segment.left));
  state.fees = ctx.charges.map(({ amount }) => amount);
  return state;
}

export const goodsOf = (ctx, state) => sum(state.left) + ctx.fixedSum;

/** Goes through the ends and beginnings of stages up to this one. */
export function enterStage(ctx, state, stage) {
  if (state.stage >= stage) return state;
  const next = state.copy();
  while (next.stage < stage) {
    next.stage++;
    if (next.stage > STAGE.item && next.stage <= STAGE.freight) {
      next.levels = [...next.levels, goodsOf(ctx, next)];
    }
    if (next.stage === STAGE.order) next.afterItem = next.left;
    if (next.stage === STAGE.item || next.stage === STAGE.order) displace(ctx, next);
    if (next.stage === STAGE.freight) {
      next.freightList = freightLists(ctx, next);
      next.freight = freightToPay(ctx, next);
    }
    if (next.stage === STAGE.reward) next.freight = coveredFreight(ctx, next);
  }
  return next;
}

/**
 * Before a stage runs, its automatic exclusive rules take their segments from every other automatic
 * rule of that stage and later ones, the highest priority first.
 */
function displace(ctx, state) {
  for (const turn of ctx.displacing) {
    if (turn.rule.stage !== state.stage) continue;
    const displaced = new Map(state.displaced);
    for (const s of conditionIn(ctx, state, turn)) displaced.set(s, turn.rule.id);
    state.displaced = displaced;
  }
}

/** What each package still has to pay before any rule of the freight stage. */
function freightToPay(ctx, state) {
  const test = ctx.book.rules.freight?.free;
  const base = test?.base ?? ctx.policy.free_freight_base;
  const value = (segment) => {
    // Add-ons count for no threshold.
    if (ctx.priced[segment.line].addOn !== null) return 0;
    if (base === 'list') return segment.list;
    const left = base === 'after_item' ? state.afterItem : state.left;
    return left[segment.index] + segment.fixed;
  };
  const whole = (test?.per ?? 'package') === 'order';
  const freight = ctx.packages.map((pack) => {
    if (!test || pack.neverFree) return state.freightList[pack.index];
    const valueHere = (segment) => (whole || segment.pack === pack.index ? value(segment) : 0);
    return sumOf(ctx.segments, valueHere) >= test.gte ? 0 : state.freightList[pack.index];
  });
  for (const { benefits, packs } of state.records) {
    if (!benefits.some((benefit) => benefit.type === 'free_freight')) continue;
    for (const p of packs) if (!ctx.packages[p].neverFree) freight[p] = 0;
  }
  return freight;
}

/** coupons_cover_freight: what coupons named beyond their goods takes freight at the end. */
function coveredFreight(ctx, state) {
  if (!ctx.policy.coupons_cover_freight || ctx.mutant === 'freight_not_covered') {
    return state.freight;
  }
  let { freight } = state;
  for (const { excess } of state.records) {
    for (const { amount, packs } of excess) {
      const taken = takeFreight(ctx, freight, packs, amount);
      freight = freight.map((fen, p) => fen - taken[p]);
    }
  }
  return freight;
}

/** The state after a record. */
export function afterRecord(ctx, state, record) {
  const next = state.copy();
  next.records = [...state.records, record];
  if (record.cut > 0) next.left = afterCuts(state.left, record.eligible, record.cuts);
  if (record.turn.rule.stage === STAGE.freight) {
    next.freight = state.freight.map((fen, p) => fen - record.freight[p]);
    next.fees = state.fees.map((fen, c) => fen - record.fees[c]);
    if (record.turn.coupon) next.couponFreight += sum(record.freight) + sum(record.fees);
  }
  return next;
}

export const feesCharged = (state) => sum(state.fees);
export const freightCharged = (state) => sum(state.freight);
