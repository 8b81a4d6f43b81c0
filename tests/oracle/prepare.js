// Reads a book and a request into the tables the oracle works on: priced lines, segments, packages,
// level groups, compiled rules, who excludes whom, and the turns in their order.
//
// Written from the text of src/README.md alone (§1, §2, §3 points 1-3, §5). It trusts its input:
// the generator makes lawful books, and refusing bad ones is tested elsewhere.

import { payersWithout } from './payers.js';
import { PRESETS } from './policy.js';
import { readCards, readLines } from './lines.js';
import { compileRule, readLevels, resolveGroups } from './rules.js';
import { buildPackages, chargesOf, feeAmounts } from './freight.js';
import { buildSegments } from './segments.js';
import { buildTurns } from './turns.js';

const byId = (list = []) => new Map(list.map((entry) => [entry.id, entry]));

/**
 * @param mutant name of a deliberate misreading (see mutants.js) or null
 * @param payers {payer: the greatest share of a `paid_by` that holds}; by default the request's own
 */
export function prepare(book, request, mutant = null, payers = null) {
  const part = book.rules;
  const ctx = { book, request, mutant, policy: { ...PRESETS[part.preset], ...part.policy } };
  ctx.under = new Map(); // the same cart under other payers, by their kinds
  ctx.kinds = null; // see payers.js
  ctx.skus = byId(book.catalog.skus);
  ctx.options = byId(book.catalog.options);
  ctx.stores = byId(book.catalog.stores);
  ctx.now = request.now;
  ctx.payAt = request.pay_at ?? request.now;
  ctx.fulfilAt = request.fulfil_at ?? request.now;
  ctx.member = request.member ?? {};
  ctx.orderType = request.order_type ?? 'normal';
  ctx.payers = payers ?? payersWithout(request);

  readLines(ctx);
  readCards(ctx);
  readLevels(ctx);
  ctx.groups = part.groups ?? {};
  ctx.rules = part.rules.map((rule) => compileRule(ctx, rule));
  ctx.ruleOf = byId(ctx.rules);
  resolveGroups(ctx);
  buildPackages(ctx);
  buildSegments(ctx);
  buildTurns(ctx);
  ctx.feeAmounts = feeAmounts(ctx);
  ctx.charges = chargesOf(ctx);
  return ctx;
}
