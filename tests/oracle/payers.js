// §3.5: which tenders a `paid_by` may name, and the price of a decision under them.

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

/** §3.5: the balances that could pay an order whole, by the payer they answer to. */
export function coveringKinds(book, request) {
  const { gift_card: card = 0, stored } = request.tender ?? {};
  const value = (stored?.principal ?? 0) + (stored?.bonus ?? 0);
  if (card + value === 0) return [];
  const asked = payersAsked(book);
  const balances = { gift_card: card, stored_value: value };
  return Object.entries(balances).filter(
    ([kind, fen]) => fen > 0 && kind !== request.payer && asked.includes(kind)
  );
}

const payersOf = (request, kinds) =>
  new Set([...(request.payer === undefined ? [] : [request.payer]), ...kinds]);

/** The same cart when these kinds pay; each is made once. */
export function underPayers(ctx, kinds) {
  if (kinds.length === 0) return ctx;
  const key = kinds.join();
  if (!ctx.under.has(key)) {
    const { book, request, mutant } = ctx;
    ctx.under.set(key, prepare(book, request, mutant, payersOf(request, kinds)));
  }
  return ctx.under.get(key);
}

/**
 * The kinds of tender that would cover the whole payable of a decision: each is tried as if it were
 * the payer.
 */
export function kindsCovering(ctx, decision) {
  if (ctx.mutant === 'payer_only') return [];
  ctx.covering ??= coveringKinds(ctx.book, ctx.request);
  return ctx.covering
    .filter(([kind, balance]) => {
      const tried = replay(underPayers(ctx, [kind]), decision);
      return !tried.reason && payableOf(tried.ctx, tried.state) <= balance;
    })
    .map(([kind]) => kind);
}

/** The cart as it is priced under a decision: its payers hold. */
export function ctxFor(ctx, decision) {
  return underPayers(ctx, kindsCovering(ctx, decision));
}

/** The price of the decision D = {rules, lines, pieces?, coupons}. */
export function price(plain, decision) {
  const { ctx, state, reason } = replay(ctxFor(plain, decision), decision);
  return reason ? { lawful: false, reason } : { lawful: true, ...settle(ctx, state) };
}
