// The sums of a simulation. As with a replay, parts add up to the whole in any order.

const side = () => ({ totals: {}, exact: 0, refused: {} });

export const emptyDifferences = () => ({
  orders: 0,
  compared: 0,
  // Orders with a line that only one of the books can price: their payables say nothing.
  goodsDiffer: 0,
  refused: 0,
  more: { orders: 0, fen: 0 },
  less: { orders: 0, fen: 0 },
  same: 0,
  old: side(),
  new: side(),
  rules: {},
  losers: [],
  winners: [],
});

const noCuts = () => ({ orders: 0, fen: 0 });

function ruleOf(figures, id) {
  if (!Object.hasOwn(figures.rules, id)) figures.rules[id] = { old: noCuts(), new: noCuts() };
  return figures.rules[id];
}

// What each rule did in one receipt: two coupons of one rule are one order.
function cutsOf({ activities, coupons }) {
  const cuts = new Map();
  const add = (rule, cut) => cuts.set(rule, (cuts.get(rule) || 0) + cut);
  for (const { rule, state, cut } of activities) if (state === 'applied') add(rule, cut);
  for (const { rule, state, cut } of coupons) if (state === 'picked') add(rule, cut);
  return cuts;
}

function addReceipt(figures, which, receipt) {
  const { totals } = figures[which];
  for (const key of Object.keys(receipt.totals)) {
    totals[key] = (totals[key] || 0) + receipt.totals[key];
  }
  if (receipt.search.exact) figures[which].exact++;
  for (const [rule, fen] of cutsOf(receipt)) {
    const sum = ruleOf(figures, rule)[which];
    sum.orders++;
    sum.fen += fen;
  }
}

function keepFirst(table, code, count, first) {
  if (!Object.hasOwn(table, code)) table[code] = { orders: 0, first };
  table[code].orders += count;
  if (first.line < table[code].first.line) table[code].first = first;
}

const refuse = (figures, which, { code, path, message }, line) =>
  keepFirst(figures[which].refused, code, 1, { line, path, message });

const largestFirst = (a, b) =>
  Math.abs(b.difference) - Math.abs(a.difference) || a.line - b.line;

function keepLargest(list, found, top) {
  list.push(...found);
  list.sort(largestFirst);
  list.length = Math.min(list.length, top);
}

/** A line of the log that is no order. */
export function addUnread(figures, error, line) {
  figures.orders++;
  figures.refused++;
  refuse(figures, 'old', error, line);
  refuse(figures, 'new', error, line);
}

const pricedLines = ({ lines }) =>
  lines.filter(({ state }) => state === 'priced').map(({ id }) => id).join('\n');

/** One order: { order, line } and its two replies, receipts or errors. */
export function addPair(figures, { order, line }, old, next, top) {
  figures.orders++;
  if (!old.totals || !next.totals) {
    figures.refused++;
    if (!old.totals) refuse(figures, 'old', old, line);
    if (!next.totals) refuse(figures, 'new', next, line);
    return;
  }
  if (pricedLines(old) !== pricedLines(next)) {
    figures.goodsDiffer++;
    return;
  }
  figures.compared++;
  addReceipt(figures, 'old', old);
  addReceipt(figures, 'new', next);
  const difference = next.totals.payable - old.totals.payable;
  if (difference === 0) {
    figures.same++;
    return;
  }
  const sum = difference > 0 ? figures.more : figures.less;
  sum.orders++;
  sum.fen += difference;
  keepLargest(difference > 0 ? figures.losers : figures.winners,
    [{ order, line, old: old.totals.payable, new: next.totals.payable, difference }], top);
}

/** Adds one part to the whole. */
export function addDifferences(figures, part, top) {
  for (const key of ['orders', 'compared', 'goodsDiffer', 'refused', 'same']) {
    figures[key] += part[key];
  }
  for (const key of ['more', 'less']) {
    figures[key].orders += part[key].orders;
    figures[key].fen += part[key].fen;
  }
  for (const which of ['old', 'new']) {
    figures[which].exact += part[which].exact;
    for (const [key, fen] of Object.entries(part[which].totals)) {
      figures[which].totals[key] = (figures[which].totals[key] || 0) + fen;
    }
    for (const [code, { orders, first }] of Object.entries(part[which].refused)) {
      keepFirst(figures[which].refused, code, orders, first);
    }
    for (const [rule, cuts] of Object.entries(part.rules)) {
      const sum = ruleOf(figures, rule)[which];
      sum.orders += cuts[which].orders;
      sum.fen += cuts[which].fen;
    }
  }
  keepLargest(figures.losers, part.losers, top);
  keepLargest(figures.winners, part.winners, top);
}
