// What is left of goods and of rules with a quota: hints for phones, and for the engine when an
// order is priced.

/** { rule: n } of the rules of a book that count down; one that was never given a number has 0. */
function rulesLeft(tx, tenant, book) {
  const rows = new Map(tx.all('SELECT rule, left_n FROM rule_left WHERE tenant = ?', tenant)
    .map((row) => [row.rule, row.left_n]));
  const counted = [...book.rules.values()].filter(({ limit }) => limit && limit.total_left);
  return Object.fromEntries(counted.map(({ id }) => [id, rows.get(id) || 0]));
}

/** { stock, left } of these goods in a store; a good that isn't counted is left out. */
export function liveOf(tx, tenant, book, { skus, store = '' }) {
  const stock = {};
  skus.forEach((sku) => {
    const { n } = tx.get('SELECT SUM(left_n) AS n FROM stock WHERE tenant = ? AND sku = ? '
      + 'AND store = ?', tenant, sku, store);
    if (n !== null) stock[sku] = n;
  });
  return { stock, left: rulesLeft(tx, tenant, book) };
}

/** The goods that a book may give away: the engine asks whether they are in stock. */
export function giftsOf(book) {
  const skus = new Set();
  const visit = (give) => {
    if (Array.isArray(give)) give.forEach(visit);
    else if (give !== null && typeof give === 'object') {
      if (give.gift) give.gift.options.forEach(({ sku }) => skus.add(sku));
      else Object.values(give).forEach(visit);
    }
  };
  book.rules.forEach(({ give }) => visit(give));
  return [...skus];
}
