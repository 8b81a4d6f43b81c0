// What a member's wallet holds: points in lots, and coupons. Every grant has a name of its own
// (`entry`), so the same grant can't come twice.
import { Refused } from './refused.js';

const DAY_S = 86400;
const POINTS_MONTHS = 12;
const COUPON_DAYS = 30;
export const COUNT_MAX = 1e12;

// Points that are earned in one month end together, a year after the month's end: a member has a
// dozen lots however often he buys, and the engine reads up to 64.
function monthLot(nowMs) {
  const now = new Date(nowMs + 8 * 3600 * 1000);
  const end = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1 + POINTS_MONTHS, 1);
  const expiresS = end / 1000 - 8 * 3600;
  return { lot: new Date(end - 1).toISOString().slice(0, 7), expiresS };
}

/** Adds points; entry names the grant. expiresS: undefined for the lot of this month. */
export function addPoints(tx, { tenant, member }, { entry, n, nowMs, expiresS }) {
  if (n === 0) return;
  const own = monthLot(nowMs);
  const lot = expiresS === undefined ? own.lot : `until_${expiresS}`;
  tx.must('E_UID', 'INSERT INTO ledger (tenant, member, entry, lot, delta, at_ms) '
    + 'VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', tenant, member, entry, lot, n, nowMs);
  tx.must('E_LIMIT', 'UPDATE member SET points = points + ? WHERE tenant = ? AND member = ? '
    + 'AND points + ? <= ?', n, tenant, member, n, COUNT_MAX);
  tx.run('INSERT INTO points_lot (tenant, member, lot, left_n, expires_s) VALUES (?, ?, ?, ?, ?) '
    + 'ON CONFLICT (tenant, member, lot) '
    + 'DO UPDATE SET left_n = points_lot.left_n + excluded.left_n',
  tenant, member, lot, n, expiresS === undefined ? own.expiresS : expiresS);
}

/** Writes down what moved in the lots outside of addPoints. */
export function writeLedger(tx, { tenant, member }, { entry, lot, delta, nowMs }) {
  tx.must('E_UID', 'INSERT INTO ledger (tenant, member, entry, lot, delta, at_ms) '
    + 'VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', tenant, member, entry, lot, delta, nowMs);
}

/** Takes back points that were given before, the latest expiry first, as many as are there. */
export function removePoints(tx, owner, { entry, n, nowMs }) {
  const { tenant, member } = owner;
  let left = n;
  const lots = tx.all('SELECT lot, left_n FROM points_lot WHERE tenant = ? AND member = ? '
    + 'AND left_n > 0 ORDER BY COALESCE(expires_s, 9007199254740991) DESC, lot DESC',
  tenant, member);
  for (const { lot, left_n: has } of lots) {
    const some = Math.min(left, has);
    if (some === 0) break;
    tx.must('E_POINTS', 'UPDATE points_lot SET left_n = left_n - ? WHERE tenant = ? '
      + 'AND member = ? AND lot = ? AND left_n >= ?', some, tenant, member, lot, some);
    tx.must('E_POINTS', 'UPDATE member SET points = points - ? WHERE tenant = ? AND member = ? '
      + 'AND points >= ?', some, tenant, member, some);
    writeLedger(tx, owner, { entry, lot, delta: -some, nowMs });
    left -= some;
  }
  return n - left;
}

// From when to when a coupon of a kind is good that is given now.
function validity(tx, tenant, rule, nowS) {
  const kind = tx.get('SELECT from_s, to_s, valid_s FROM coupon_kind WHERE tenant = ? AND rule = ?',
    tenant, rule) || { from_s: null, to_s: null, valid_s: COUPON_DAYS * DAY_S };
  const own = kind.valid_s === null ? Infinity : nowS + kind.valid_s;
  const end = Math.min(own, kind.to_s === null ? Infinity : kind.to_s);
  return { from: kind.from_s, to: end === Infinity ? null : end };
}

/** Gives a coupon under an id that must be new. from, to: unix seconds, null, or its kind's own. */
export function addCoupon(tx, { tenant, member }, { id, rule, source, nowMs, from, to }) {
  const own = validity(tx, tenant, rule, Math.floor(nowMs / 1000));
  tx.must('E_UID', 'INSERT INTO coupon (tenant, member, coupon, rule, from_s, to_s, state, source) '
    + "VALUES (?, ?, ?, ?, ?, ?, 'issued', ?) ON CONFLICT DO NOTHING", tenant, member, id, rule,
  from === undefined ? own.from : from, to === undefined ? own.to : to, source);
}

/**
 * The state of a coupon that comes back from an order or a till: void where the order that brought
 * it was refunded meanwhile (givings.js), else the member's again. It takes tenant, member, coupon.
 */
export const stateAfterReturn = "CASE WHEN EXISTS (SELECT 1 FROM giving WHERE tenant = ? "
  + "AND member = ? AND kind = 'coupon' AND name = ? AND back > 0) THEN 'void' ELSE 'issued' END";

/** A member claims a coupon: the quota and the member's limit, each one conditional UPDATE. */
export function claimCoupon(tx, owner, { rule, id, nowMs }) {
  const { tenant, member } = owner;
  const kind = tx.get('SELECT per_member FROM coupon_kind WHERE tenant = ? AND rule = ?',
    tenant, rule);
  if (!kind) throw new Refused('E_NOT_FOUND', { rule });
  tx.must('E_COUPON', 'UPDATE coupon_kind SET quota_left = quota_left - 1, issued = issued + 1 '
    + 'WHERE tenant = ? AND rule = ? AND quota_left > 0 AND (to_s IS NULL OR to_s > ?)',
  tenant, rule, Math.floor(nowMs / 1000));
  tx.run('INSERT INTO claim (tenant, member, rule, n) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING',
    tenant, member, rule);
  tx.must('E_COUPON', 'UPDATE claim SET n = n + 1 WHERE tenant = ? AND member = ? AND rule = ? '
    + 'AND n < (SELECT per_member FROM coupon_kind WHERE tenant = ? AND rule = ?)',
  tenant, member, rule, tenant, rule);
  addCoupon(tx, owner, { id, rule, source: 'claim', nowMs });
}
