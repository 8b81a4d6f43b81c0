// §3 point 3: the turns, in their order.

import { compareIds, exclusion, STAGE } from './rules.js';

const CHOICE = { shared: 'rule', once_line: 'lines', once_piece: 'pieces' };

function readWallet(ctx) {
  ctx.wallet = (ctx.request.coupons ?? []).map((coupon) => ({
    id: coupon.id,
    rule: ctx.ruleOf.get(coupon.rule) ?? null,
    ruleId: coupon.rule,
    expiry: coupon.to ?? Infinity,
    claimable: Boolean(coupon.claimable),
    valid: (coupon.from ?? -Infinity) <= ctx.now && ctx.now < (coupon.to ?? Infinity)
  }));
}

/** Is this a coupon for one piece, to be solved together with its like? */
export function isPieceCoupon(rule) {
  const [give] = rule.gives;
  const content = give.amount_off ?? give.percent_off;
  return rule.isCoupon && rule.gives.length === 1 && content?.per === 'piece';
}

/** In a group where one such coupon keeps the others off a line, each has its own turn. */
function isSolvedTogether(ctx, rule) {
  if (!isPieceCoupon(rule)) return false;
  const like = ctx.rules.filter(
    (other) => isPieceCoupon(other) && other.slot.name === rule.slot.name
  );
  return !like.some(
    (one) => one.exclusive || like.some((other) => namesOnLine(one, other))
  );
}

/** Does the first name the second one's class or group, with an exclusion of lines? */
const namesOnLine = (one, other) =>
  one.on === 'line' && (one.excludes.includes(other.cls) || one.excludes.includes(other.group));

/**
 * One turn for each promotion and one for each coupon of the wallet, in their order. `choice` says
 * how a decision speaks about it: 'automatic', 'rule' (G), 'lines' or 'pieces' (X) or 'coupon' (C).
 */
export function buildTurns(ctx) {
  readWallet(ctx);
  const turns = [];
  for (const rule of ctx.rules) {
    if (rule.stage === STAGE.unit || rule.isCoupon) continue;
    const choice = rule.group === null ? 'automatic' : CHOICE[rule.pieces];
    turns.push({ rule, coupon: null, choice });
  }
  for (const coupon of ctx.wallet) {
    if (coupon.rule) turns.push({ rule: coupon.rule, coupon, choice: 'coupon' });
  }
  const amountsFirst = ctx.policy.amounts_first && ctx.mutant !== 'amounts_not_first';
  turns.sort(
    (a, b) =>
      a.rule.stage - b.rule.stage ||
      b.rule.priority - a.rule.priority ||
      (amountsFirst ? Number(a.rule.percentage) - Number(b.rule.percentage) : 0) ||
      compareIds(a.rule.id, b.rule.id) ||
      (a.coupon ? compareIds(a.coupon.id, b.coupon.id) : 0)
  );
  ctx.turns = turns;
  turns.forEach((turn, index) => {
    turn.index = index;
    turn.together = turn.coupon && isSolvedTogether(ctx, turn.rule) ? turn.rule.slot.name : null;
    turn.after = turns.map((earlier) =>
      earlier.rule === turn.rule && !(earlier.coupon && turn.coupon)
        ? null
        : exclusion(ctx, earlier.rule, turn.rule)
    );
    turn.afterUnit = new Map(
      ctx.rules
        .filter((rule) => rule.stage === STAGE.unit)
        .map((rule) => [rule, exclusion(ctx, rule, turn.rule)])
    );
  });
  const displaces = ({ choice, rule }) => choice === 'automatic' && rule.exclusive;
  ctx.displacing = ctx.mutant === 'nothing_displaced' ? [] : turns
    .filter(displaces)
    .sort((a, b) => b.rule.priority - a.rule.priority || compareIds(a.rule.id, b.rule.id));
  ctx.assigningRules = ctx.rules
    .filter((rule) => rule.pieces === 'once_line' || rule.pieces === 'once_piece')
    .map((rule) => rule.id)
    .sort(compareIds);
}
