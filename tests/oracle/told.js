// §6: the warnings LIMIT and EXPIRED, of what somebody counted on.

import { civil, inWindow, isFor } from './scope.js';
import { actsIn, inChannel, limitReached, STAGE } from './rules.js';
import { quotasOf } from './segments.js';

/** The window of a rule has ended; what has not begun or is closed for the day has not. */
function isOver(ctx, { window }) {
  if (window?.to === undefined) return false;
  const moment = { order: ctx.now, pay: ctx.payAt, fulfilment: ctx.fulfilAt }[window.at ?? 'order'];
  const read = (text) => Date.parse(`${text}Z`) / 1000;
  const hasBegun = window.from === undefined || civil(ctx, moment) >= read(window.from);
  return hasBegun && civil(ctx, moment) >= read(window.to);
}

/** Its limit is the first reason that closes the rule. */
const isUsedUp = (ctx, rule) =>
  inWindow(ctx, rule.window) &&
  actsIn(ctx, rule) &&
  inChannel(ctx, rule) &&
  isFor(ctx, rule.for) &&
  limitReached(ctx, rule);

const bookRule = (ctx, id) => ctx.book.rules.rules.find((rule) => rule.id === id);

/** A line with pieces at list price, and the first rule that has no more of its price for them. */
function linesTold(ctx) {
  const piecesOf = (rule) =>
    ctx.whole.filter((s) => s.rule === rule).reduce((sum, { qty }) => sum + qty, 0);
  const atList = ctx.whole.filter(({ rule }) => rule === null);
  return [...new Set(atList.map(({ line }) => line))].flatMap((line) => {
    const { id, sku } = ctx.priced[line];
    const first = ctx.rules.find(
      (rule) =>
        rule.limit &&
        ctx.whole.some((s) => s.rule === rule && ctx.priced[s.line].sku === sku) &&
        piecesOf(rule) === limitOf(ctx, rule)
    );
    return first ? [['LIMIT', id, first.id, undefined]] : [];
  });
}

/** The pieces that the rule's limit leaves, whatever its quota. */
const limitOf = (ctx, rule) => quotasOf(ctx, { ...rule, gives: [{ unit_price: {} }] }).order;

function rulesTold(ctx) {
  const pinned = new Set(Object.values(ctx.request.pins?.lines ?? {}));
  return ctx.rules.flatMap(({ id, isCoupon, covers }) => {
    const rule = bookRule(ctx, id);
    const isHere = !isCoupon && covers.some(Boolean);
    return [
      ...(isHere && isUsedUp(ctx, rule) ? [['LIMIT', undefined, id, undefined]] : []),
      ...(pinned.has(id) && isOver(ctx, rule) ? [['EXPIRED', undefined, id, undefined]] : [])
    ];
  });
}

function couponsTold(ctx) {
  const { pins, seen_coupons: seen = [], coupons = [] } = ctx.request;
  const asked = new Set([...(pins?.coupons ?? []), ...seen]);
  return coupons.flatMap(({ id, rule: ruleId, from = -Infinity, to = Infinity }) => {
    const rule = bookRule(ctx, ruleId);
    if (!asked.has(id) || !rule || ctx.now < from) return [];
    const told = (code) => [[code, undefined, undefined, id]];
    if (ctx.now >= to || isOver(ctx, rule)) return told('EXPIRED');
    return isUsedUp(ctx, rule) ? told('LIMIT') : [];
  });
}

export const toldOf = (ctx) =>
  [...linesTold(ctx), ...rulesTold(ctx), ...couponsTold(ctx)]
    .map((entry) => JSON.stringify(entry))
    .sort();
