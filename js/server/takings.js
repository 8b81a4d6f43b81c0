// What an order takes of scarce things, and how each goes back.
//
// A taking is { kind, name, n, more? }. Taking is one conditional UPDATE whose row count must be 1;
// what was taken is written down under the order, and giving back reads only that. All orders take
// in the same order of kinds, then of names, so no two wait for each other in a circle. Another
// kind (a seat of a group, a bargain) is one more entry: here, or of a play (js/server/README.md),
// which takes after all that stand here.
import { byBytes } from '../shop/cart.js';
import { Refused } from './refused.js';
import { stateAfterReturn, writeLedger } from './wallet.js';

const where = 'tenant = ? AND member = ?';

// The lots hold the points, the member's row their sum; both are guarded.
const points = {
  take(tx, order, { name, n }) {
    const { tenant, member } = order;
    tx.must('E_POINTS', `UPDATE member SET points = points - ? WHERE ${where} AND points >= ?`,
      n, tenant, member, n);
    tx.must('E_POINTS', 'UPDATE points_lot SET left_n = left_n - ? '
      + `WHERE ${where} AND lot = ? AND left_n >= ?`, n, tenant, member, name, n);
    writeLedger(tx, order, { entry: order.entry, lot: name, delta: -n, nowMs: order.nowMs });
  },
  giveBack(tx, order, { name, n }) {
    const { tenant, member } = order;
    tx.must('E_POINTS', `UPDATE member SET points = points + ? WHERE ${where}`, n, tenant, member);
    tx.must('E_POINTS', `UPDATE points_lot SET left_n = left_n + ? WHERE ${where} AND lot = ?`,
      n, tenant, member, name);
    writeLedger(tx, order, { entry: order.entry, lot: name, delta: n, nowMs: order.nowMs });
  },
};

const coupon = {
  take(tx, { tenant, member, ord }, { name }) {
    tx.must('E_COUPON', "UPDATE coupon SET state = 'used', ord = ? "
      + `WHERE ${where} AND coupon = ? AND state = 'issued'`, ord, tenant, member, name);
  },
  giveBack(tx, { tenant, member, ord }, { name }) {
    tx.must('E_COUPON', `UPDATE coupon SET state = ${stateAfterReturn}, ord = NULL `
      + `WHERE ${where} AND coupon = ? AND state = 'used' AND ord = ?`, tenant, member, name,
    tenant, member, name, ord);
  },
};

// n times and more.qty pieces of a rule that is limited for each member.
const usage = {
  take(tx, { tenant, member }, { name, n, more: { qty, timesMax, qtyMax } }) {
    tx.run('INSERT INTO usage (tenant, member, rule, times, qty) VALUES (?, ?, ?, 0, 0) '
      + 'ON CONFLICT DO NOTHING', tenant, member, name);
    tx.must('E_LIMIT_MEMBER', 'UPDATE usage SET times = times + ?, qty = qty + ? '
      + `WHERE ${where} AND rule = ? AND times + ? <= ? AND qty + ? <= ?`,
    n, qty, tenant, member, name, n, timesMax, qty, qtyMax);
  },
  giveBack(tx, { tenant, member }, { name, n, more: { qty } }) {
    tx.must('E_LIMIT_MEMBER', 'UPDATE usage SET times = times - ?, qty = qty - ? '
      + `WHERE ${where} AND rule = ?`, n, qty, tenant, member, name);
  },
};

const quota = {
  take(tx, { tenant }, { name, n }) {
    tx.must('E_LIMIT', 'UPDATE rule_left SET left_n = left_n - ? '
      + 'WHERE tenant = ? AND rule = ? AND left_n >= ?', n, tenant, name, n);
  },
  giveBack(tx, { tenant }, { name, n }) {
    tx.must('E_LIMIT', 'UPDATE rule_left SET left_n = left_n + ? WHERE tenant = ? AND rule = ?',
      n, tenant, name);
  },
};

const tender = {
  take(tx, { tenant, member }, { more: { gift_card: card, principal, bonus } }) {
    tx.must('E_REPRICE', 'UPDATE member SET gift_card = gift_card - ?, '
      + 'principal = principal - ?, bonus = bonus - ? '
      + `WHERE ${where} AND gift_card >= ? AND principal >= ? AND bonus >= ?`,
    card, principal, bonus, tenant, member, card, principal, bonus);
  },
  giveBack(tx, { tenant, member }, { more: { gift_card: card, principal, bonus } }) {
    tx.must('E_REPRICE', 'UPDATE member SET gift_card = gift_card + ?, '
      + `principal = principal + ?, bonus = bonus + ? WHERE ${where}`,
    card, principal, bonus, tenant, member);
  },
};

// Which order of the member this is: more.seen where a price depended on it.
const count = {
  take(tx, { tenant, member }, { more: { seen } }) {
    tx.must('E_FIRST_ORDER', `UPDATE member SET orders = orders + 1 WHERE ${where} `
      + 'AND (? < 0 OR orders = ?)', tenant, member, seen, seen);
  },
  giveBack(tx, { tenant, member }) {
    tx.must('E_FIRST_ORDER', `UPDATE member SET orders = orders - 1 WHERE ${where}`,
      tenant, member);
  },
};

function soldOut(sku, store) {
  throw new Refused('E_STOCK', { sku, ...(store ? { store } : {}) });
}

// A good with stock lies in one bucket or several; where one hasn't enough, several give. The
// order's number says where the search begins, so that orders of a hot good meet seldom. A good
// that is counted anywhere is counted everywhere: the shopper says which store an order is of. What
// the shop gives away (isGift) is not the shopper's to name, and is free where it isn't counted.
const stock = {
  take(tx, { tenant, ord }, { n, more: { sku, store, isGift } }) {
    const buckets = tx.all('SELECT bucket, left_n FROM stock '
      + 'WHERE tenant = ? AND sku = ? AND store = ? ORDER BY bucket', tenant, sku, store);
    if (buckets.length === 0) {
      const isCounted = !isGift && tx.get('SELECT 1 FROM stock WHERE tenant = ? AND sku = ? '
        + 'LIMIT 1', tenant, sku);
      if (isCounted) soldOut(sku, store);
      return { taken: [] };
    }
    const start = parseInt(ord.slice(0, 6), 16) % buckets.length;
    const turned = [...buckets.slice(start), ...buckets.slice(0, start)];
    const whole = turned.find(({ left_n: left }) => left >= n);
    let missing = n;
    const taken = [];
    for (const { bucket, left_n: left } of whole ? [whole] : turned) {
      const some = Math.min(missing, left);
      if (some === 0) continue;
      tx.must('E_STOCK', 'UPDATE stock SET left_n = left_n - ? WHERE tenant = ? AND sku = ? '
        + 'AND store = ? AND bucket = ? AND left_n >= ?', some, tenant, sku, store, bucket, some);
      taken.push([bucket, some]);
      missing -= some;
      if (missing === 0) break;
    }
    if (missing > 0) soldOut(sku, store);
    return { taken };
  },
  // n pieces of those that were taken, the last bucket first.
  giveBack(tx, { tenant }, { n, more: { sku, store, taken } }) {
    let left = n;
    for (const [bucket, some] of [...taken].reverse()) {
      const part = Math.min(left, some);
      if (part === 0) break;
      tx.must('E_STOCK', 'UPDATE stock SET left_n = left_n + ? '
        + 'WHERE tenant = ? AND sku = ? AND store = ? AND bucket = ?',
      part, tenant, sku, store, bucket);
      left -= part;
    }
  },
};

/** The order in which everybody takes. */
export const kinds = { points, tender, count, coupon, usage, quota, stock };

/**
 * Takes all or throws Refused; writes down what was taken. order: { tenant, member, ord, entry,
 * nowMs, kinds }, where `entry` names what is done in the ledger of the points and `kinds` are the
 * shop's, those of its plays among them.
 */
export function takeAll(tx, order, takings) {
  const places = Object.keys(order.kinds);
  const sorted = [...takings].sort((a, b) =>
    places.indexOf(a.kind) - places.indexOf(b.kind) || byBytes(a.name, b.name));
  for (const taking of sorted) {
    const { kind, name, n, more = {} } = taking;
    const told = order.kinds[kind].take(tx, order, { name, n, more }) || {};
    tx.must('E_BUSY', 'INSERT INTO taking (tenant, member, ord, kind, name, n, more) '
      + 'VALUES (?, ?, ?, ?, ?, ?, ?)', order.tenant, order.member, order.ord, kind, name, n,
    JSON.stringify({ ...more, ...told }));
  }
}

/**
 * Gives back all that an order still holds; returns the kinds that nobody here knows. What they
 * hold stays noted, until the play that knows them is there again (giveBackLeft).
 */
export function giveBackAll(tx, order) {
  const rows = tx.all(`SELECT kind, name, n FROM taking WHERE ${where} AND ord = ? AND n > 0`,
    order.tenant, order.member, order.ord);
  const isKnown = ({ kind }) => Object.hasOwn(order.kinds, kind);
  rows.filter(isKnown).forEach(({ kind, name, n }) => giveBack(tx, order, kind, name, n));
  return [...new Set(rows.filter((row) => !isKnown(row)).map(({ kind }) => kind))];
}

/**
 * Gives back what cancelled orders still hold of these kinds, because their play was missing when
 * the orders ended. Returns how many takings that were.
 */
export function giveBackLeft(tx, { tenant, kinds: known }, names, nowMs) {
  const rows = names.flatMap((kind) => tx.all('SELECT t.member, t.ord, t.kind, t.name, t.n '
    + 'FROM taking t JOIN ord o ON o.tenant = t.tenant AND o.member = t.member AND o.ord = t.ord '
    + "WHERE t.tenant = ? AND t.kind = ? AND t.n > 0 AND o.state = 'cancelled' "
    + 'ORDER BY t.member, t.ord, t.name', tenant, kind));
  rows.forEach(({ member, ord, kind, name, n }) => giveBack(tx, { tenant, member, ord,
    entry: `${ord}.cancelled`, nowMs, kinds: known }, kind, name, n));
  return rows.length;
}

/** Gives back n of one taking, at most what is left of it; returns how many that were. */
export function giveBack(tx, order, kind, name, n) {
  const { tenant, member, ord } = order;
  const row = tx.get(`SELECT n, more FROM taking WHERE ${where} AND ord = ? AND kind = ? `
    + 'AND name = ?', tenant, member, ord, kind, name);
  const some = row ? Math.min(n, row.n) : 0;
  if (some === 0) return 0;
  const more = JSON.parse(row.more);
  tx.must('E_BUSY', `UPDATE taking SET n = n - ?, more = ? WHERE ${where} AND ord = ? `
    + 'AND kind = ? AND name = ? AND n = ?', some, JSON.stringify(withoutTaken(more, some)),
  tenant, member, ord, kind, name, row.n);
  order.kinds[kind].giveBack(tx, order, { name, n: some, more });
  return some;
}

// The buckets that still lack pieces, after the last ones got `some` back.
function withoutTaken(more, some) {
  if (!more.taken) return more;
  let left = some;
  const taken = [...more.taken].reverse().map(([bucket, n]) => {
    const part = Math.min(left, n);
    left -= part;
    return [bucket, n - part];
  }).filter(([, n]) => n > 0);
  return { ...more, taken: taken.reverse() };
}
