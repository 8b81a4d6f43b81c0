// §3.5: who pays how much of a decision, which `paid_by` that makes hold, and the price under it.

import { membersOf } from './conditions.js';
import { prepare } from './prepare.js';
import { replay } from './price.js';
import { payableOf, settle } from './settle.js';
import { compareIds } from './rules.js';

/** The payers that some rule of the book asks for. */
export const payersAsked = (book) =>
  [
    ...new Set(
      book.rules.rules
        .flatMap((rule) => membersOf(rule.when ?? {}))
        .filter(([name]) => name === 'paid_by')
        .map(([, payer]) => payer)
    )
  ].sort(compareIds);

/** The shares that the book asks of each payer: {payer: [bp, the greatest first]}. */
function sharesAsked(book) {
  const asked = {};
  for (const { when = {} } of book.rules.rules) {
    for (const [payer, bp] of sharesIn(when)) (asked[payer] ??= new Set()).add(bp);
  }
  const descending = (set) => [...set].sort((a, b) => b - a);
  return Object.fromEntries(Object.entries(asked).map(([name, set]) => [name, descending(set)]));
}

/** [payer, bp] of each `paid_by` of a `when` and of what stands inside it. */
function sharesIn(when) {
  const own = when.paid_by === undefined ? [] : [[when.paid_by, when.min_share_bp ?? 10000]];
  const inner = [...(when.all ?? []), ...(when.any ?? []), ...(when.not ? [when.not] : [])];
  return [...own, ...inner.flatMap(sharesIn)];
}

/** What gift card, stored value and the request's payer pay of an amount. */
function partsOf(request, payable) {
  const { gift_card: card = 0, stored } = request.tender;
  const byCard = Math.min(card, payable);
  const value = (stored?.principal ?? 0) + (stored?.bonus ?? 0);
  const byValue = Math.min(value, payable - byCard);
  return { byCard, byValue, byPayer: payable - byCard - byValue };
}

const BALANCES = { gift_card: 'byCard', stored_value: 'byValue' };

/** Without balances the payer pays it all: {payer: 10000}, or nobody is said to. */
export function payersWithout({ payer, tender }) {
  if (payer === undefined) return {};
  if (!tender) return { [payer]: 10000 };
  const isShared = Object.values(BALANCES).some((part) => hasBalance({ tender }, part));
  return isShared || payer in BALANCES ? {} : { [payer]: 10000 };
}

/** The kinds whose part depends on the decision, as [{payer, part, shares}…]. */
export function kindsAsked(book, request) {
  if (!request.tender) return [];
  const asked = sharesAsked(book);
  const kinds = Object.entries(BALANCES)
    .filter(([, part]) => hasBalance(request, part))
    .map(([payer, part]) => ({ payer, part }));
  const { payer } = request;
  if (payer !== undefined && !(payer in BALANCES) && kinds.length > 0) {
    kinds.push({ payer, part: 'byPayer' });
  }
  return kinds
    .filter((kind) => asked[kind.payer])
    .map((kind) => ({ ...kind, shares: asked[kind.payer] }));
}

function hasBalance({ tender }, part) {
  const { gift_card: card = 0, stored } = tender;
  return (part === 'byCard' ? card : (stored?.principal ?? 0) + (stored?.bonus ?? 0)) > 0;
}

/** All ways in which the kinds may hold: {payer: the greatest share that holds}. */
export function* waysToHold(kinds) {
  if (kinds.length === 0) {
    yield {};
    return;
  }
  const [{ payer, shares }, ...others] = kinds;
  for (const rest of waysToHold(others)) {
    yield rest;
    for (const bp of shares) yield { [payer]: bp, ...rest };
  }
}

export const keyOf = (held) => JSON.stringify(Object.entries(held).sort());

/** The same cart when these shares are paid; each is made once. */
export function underPayers(ctx, held) {
  if (Object.keys(held).length === 0) return ctx;
  const key = keyOf(held);
  if (!ctx.under.has(key)) {
    const { book, request, mutant } = ctx;
    ctx.under.set(key, prepare(book, request, mutant, { ...payersWithout(request), ...held }));
  }
  return ctx.under.get(key);
}

/** Does a kind pay that share of what the decision costs if nothing but that share holds? */
function paysShare(ctx, decision, { payer, part }, bp) {
  const tried = replay(underPayers(ctx, { [payer]: bp }), decision);
  if (tried.reason) return false;
  const payable = payableOf(tried.ctx, tried.state);
  const paid = partsOf(ctx.request, payable)[part];
  const asked = ctx.mutant === 'any_share_will_do' ? 1 : bp;
  return BigInt(paid) * 10000n >= BigInt(payable) * BigInt(asked);
}

/** What holds for a decision: of each kind the greatest share that it then pays. */
export function heldBy(ctx, decision) {
  if (ctx.mutant === 'payer_only') return {};
  ctx.kinds ??= kindsAsked(ctx.book, ctx.request);
  const held = {};
  for (const kind of ctx.kinds) {
    const bp = kind.shares.find((share) => paysShare(ctx, decision, kind, share));
    if (bp !== undefined) held[kind.payer] = bp;
  }
  return held;
}

/** The cart as it is priced under a decision: its payers hold. */
export function ctxFor(ctx, decision) {
  return underPayers(ctx, heldBy(ctx, decision));
}

/** The price of the decision D = {rules, lines, pieces?, coupons}. */
export function price(plain, decision) {
  const { ctx, state, reason } = replay(ctxFor(plain, decision), decision);
  return reason ? { lawful: false, reason } : { lawful: true, ...settle(ctx, state) };
}
