// The sums of a replay. Tallies of parts add up to the tally of the whole in any order, so the
// figures do not depend on how many workers there were.

export const emptyTally = () => ({
  orders: 0,
  priced: 0,
  lines: 0,
  exact: 0,
  gap: 0,
  totals: {},
  rules: {},
  coupons: {},
  gifts: {},
  warnings: {},
  refused: {},
  firstRefused: {},
});

function count(table, key, amount) {
  table[key] = (table[key] || 0) + amount;
}

function countCut(table, key, orders, fen) {
  if (!Object.hasOwn(table, key)) table[key] = { orders: 0, fen: 0 };
  table[key].orders += orders;
  table[key].fen += fen;
}

/** Adds one receipt. */
export function addReceipt(tally, receipt) {
  tally.orders++;
  tally.priced++;
  tally.lines += receipt.lines.length;
  if (receipt.search.exact) tally.exact++;
  else tally.gap += receipt.search.gap || 0;
  for (const key of Object.keys(receipt.totals)) count(tally.totals, key, receipt.totals[key]);
  for (const { rule, state, cut } of receipt.activities) {
    if (state === 'applied') countCut(tally.rules, rule, 1, cut);
  }
  for (const { id, reason, cut } of receipt.coupons) {
    if (reason === 'PICKED') countCut(tally.coupons, id, 1, cut);
  }
  for (const { sku, qty } of receipt.gifts) count(tally.gifts, sku, qty);
  for (const { code } of receipt.warnings) count(tally.warnings, code, 1);
}

/** Adds one order that got no receipt. */
export function addRefused(tally, { code, path, message }, lineNumber) {
  tally.orders++;
  count(tally.refused, code, 1);
  keepFirst(tally.firstRefused, code, { line: lineNumber, path, message });
}

function keepFirst(table, code, found) {
  if (!Object.hasOwn(table, code) || table[code].line > found.line) table[code] = found;
}

/** Adds one tally to another. */
export function addTally(tally, part) {
  for (const key of ['orders', 'priced', 'lines', 'exact', 'gap']) tally[key] += part[key];
  for (const table of ['totals', 'gifts', 'warnings', 'refused']) {
    for (const key of Object.keys(part[table])) count(tally[table], key, part[table][key]);
  }
  for (const table of ['rules', 'coupons']) {
    for (const key of Object.keys(part[table])) {
      countCut(tally[table], key, part[table][key].orders, part[table][key].fen);
    }
  }
  for (const code of Object.keys(part.firstRefused)) {
    keepFirst(tally.firstRefused, code, part.firstRefused[code]);
  }
}
