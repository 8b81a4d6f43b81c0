// What happens to an order after it was placed: it is paid, or it is cancelled, and neither twice.
//
// An order's state only ever moves by an UPDATE that names the state it comes from. So callbacks of
// the payment gateway may come late, twice and in any order: the first that finds an unpaid order
// pays it, money that comes for any other order goes back, and nothing that was shipped is touched.
import { Refused } from './refused.js';
import { giveRewards } from './givings.js';
import { tellOutside } from './outbox.js';
import { giveBackAll } from './takings.js';
import { broughtBy } from './shares.js';
import { raiseVer } from './view.js';

// After which time an order is looked at again that could not be cancelled.
const AGAIN_MS = 10 * 60 * 1000;

const findOrder = (tx, tenant, ord) =>
  tx.get('SELECT * FROM ord WHERE tenant = ? AND ord = ?', tenant, ord);

/** Moves an order that is placed to paid and gives its rewards; false where it is not placed. */
export function settlePaid(tx, { tenant, books }, { member, ord }, nowMs) {
  const moved = tx.run("UPDATE ord SET state = 'paid', paid_ms = ? WHERE tenant = ? AND member = ? "
    + "AND ord = ? AND state = 'placed'", nowMs, tenant, member, ord);
  if (moved !== 1) return false;
  const row = tx.get('SELECT receipt, request FROM ord WHERE tenant = ? AND member = ? AND ord = ?',
    tenant, member, ord);
  const receipt = JSON.parse(row.receipt);
  giveRewards(tx, { tenant, member, ord, nowMs }, receipt, books.current(nowMs).tierScale);
  receipt.lines.filter(({ state }) => state === 'priced').forEach(({ sku }) =>
    tx.run('INSERT INTO bought (tenant, member, sku) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      tenant, member, sku));
  tellOutside(tx, tenant, { event: `${ord}.paid`, kind: 'order.paid', nowMs,
    body: { order: ord, member, commission: receipt.commission || [],
      ...broughtBy(tx, tenant, member) } });
  return true;
}

/**
 * A notification of the gateway: { event, order, amount }, its signature verified. The same event
 * is answered as it was the first time.
 */
export const takePayment = (shop, { event, order, amount }, nowMs) => (tx) => {
  const { tenant } = shop;
  const known = tx.get('SELECT outcome FROM pay_event WHERE tenant = ? AND event = ?',
    tenant, event);
  if (known) return known.outcome;
  const row = findOrder(tx, tenant, order);
  const isRight = row && row.cash === amount;
  const isPaid = Boolean(isRight) && settlePaid(tx, shop, row, nowMs);
  const outcome = isPaid ? 'paid' : 'returned';
  tx.must('E_BUSY', 'INSERT INTO pay_event (tenant, event, ord, amount, outcome, at_ms) '
    + 'VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', tenant, event, order, amount,
  outcome, nowMs);
  if (isPaid) raiseVer(tx, tenant, row.member);
  else {
    tellOutside(tx, tenant, { event: `${event}.return`, kind: 'pay.return', nowMs,
      body: { order, event, amount } });
    shop.alarm('payment_returned', { order });
  }
  return outcome;
};

/**
 * Cancels an order that is placed: all that it took goes back. What a play took that is not there
 * any more is kept for it, and told. Throws Refused.
 */
export function cancelOrder(tx, shop, { member, ord, nowMs }) {
  const { tenant, kinds } = shop;
  tx.must('E_NOT_FOUND', "UPDATE ord SET state = 'cancelled' WHERE tenant = ? AND member = ? "
    + "AND ord = ? AND state = 'placed'", tenant, member, ord);
  const missing = giveBackAll(tx, { tenant, member, ord, entry: `${ord}.cancelled`, nowMs, kinds });
  missing.forEach((kind) => shop.alarm('play_missing', { order: ord, kind }));
}

// One overdue order. What its play refuses, or fails in, is that order's matter alone: it is looked
// at again later, so that it keeps none of the others waiting.
function cancelOne(tx, shop, { member, ord }, nowMs) {
  try {
    tx.savepoint(() => {
      cancelOrder(tx, shop, { member, ord, nowMs });
      raiseVer(tx, shop.tenant, member);
    });
    return 1;
  } catch (error) {
    shop.alarm('not_cancelled', { order: ord, error: String(error.message) });
    tx.must('E_BUSY', 'UPDATE ord SET pay_until_ms = ? WHERE tenant = ? AND member = ? AND ord = ?',
      nowMs + AGAIN_MS, shop.tenant, member, ord);
    return 0;
  }
}

/** Cancels what was not paid in time; at most a hundred orders a call. Returns how many. */
export const cancelOverdue = (shop, nowMs) => (tx) => {
  const { tenant } = shop;
  const rows = tx.all("SELECT member, ord FROM ord WHERE tenant = ? AND state = 'placed' "
    + 'AND pay_until_ms <= ? ORDER BY pay_until_ms, ord LIMIT 100', tenant, nowMs);
  return rows.reduce((sum, row) => sum + cancelOne(tx, shop, row, nowMs), 0);
};

/** Moves a paid order on: 'shipped', then 'done'. */
export const advanceOrder = (shop, { ord, state }) => (tx) => {
  const from = { shipped: 'paid', done: 'shipped' }[state];
  if (!from) throw new Refused('E_ARGS', { path: '/state' });
  const row = findOrder(tx, shop.tenant, ord);
  if (!row) throw new Refused('E_NOT_FOUND');
  tx.must('E_NOT_FOUND', 'UPDATE ord SET state = ? WHERE tenant = ? AND member = ? AND ord = ? '
    + 'AND state = ?', state, shop.tenant, row.member, ord, from);
  raiseVer(tx, shop.tenant, row.member);
  return { order: ord, state };
};
