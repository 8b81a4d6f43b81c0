// Orders that were paid before the tables said what an order had brought: their givings are derived
// from the receipts, and the spans of cards from the givings, so that a refund of such an order
// takes back what it brought. Done once, as a step of the schema.
//
// What cards were held for is told by the orders alone, replayed in the order of their payment. An
// order that was refunded whole before is closed: it is given no rows, and its days stay.
import { addSpan, givingsOf, noteGiving } from './givings.js';

const where = 'tenant = ? AND member = ? AND ord = ?';

// Coupons were named by their rule then, not by the place of the reward.
function earlierGivings(ord, receipt) {
  const numbers = new Map();
  // Points of rules were a part of what the order earned, which its record gives back.
  return givingsOf(ord, receipt).filter(({ kind }) => kind !== 'points').map((giving) => {
    const { kind, more: { by } } = giving;
    if (kind !== 'coupon') return giving;
    const number = numbers.get(by) || 0;
    numbers.set(by, number + 1);
    return { ...giving, name: `${ord.slice(0, 12)}.${by}.${number}`.slice(0, 64) };
  });
}

// The givings that an order has, or gets now: [{ kind, name, n, back, more }].
function givingsOfOrder(tx, order) {
  const { tenant, member, ord, state } = order;
  const rows = tx.all(`SELECT kind, name, n, back, more FROM giving WHERE ${where} `
    + 'ORDER BY kind, name', tenant, member, ord)
    .map((row) => ({ ...row, more: JSON.parse(row.more) }));
  if (rows.length > 0) return rows;
  const { receipt } = tx.get(`SELECT receipt FROM ord WHERE ${where}`, tenant, member, ord);
  const givings = earlierGivings(ord, JSON.parse(receipt));
  if (state !== 'refunded') givings.forEach((giving) => noteGiving(tx, order, giving));
  return givings.map((giving) => ({ ...giving, back: 0 }));
}

/** A step of the schema. */
export function giveEarlierOrders(tx) {
  const orders = tx.all('SELECT tenant, member, ord, state, paid_ms FROM ord '
    + "WHERE state IN ('paid', 'shipped', 'done', 'refunded') ORDER BY paid_ms, ord");
  orders.forEach((order) => {
    givingsOfOrder(tx, order).filter(({ kind }) => kind === 'card')
      .forEach(({ name, n, back, more }) =>
        addSpan(tx, { ...order, name, card: more.card }, order.paid_ms, n - back));
  });
}
