// What whoever runs the shop does by hand. Jobs for the store; `suanpan admin` calls them.
import { refuse } from '../error.js';
import { addBook, addRoot } from './books.js';
import * as check from './checks.js';
import { addMember } from './enroll.js';
import { advanceOrder } from './pay.js';
import { raiseVer } from './view.js';
import { COUNT_MAX, addCoupon, addPoints } from './wallet.js';

export { makeCodes } from './codes.js';
export { refundOrder } from './refund.js';

const TIME_MAX_S = 1e11;

export const takeRoot = ({ tenant }, file) => addRoot(tenant, file);
export const publish = ({ tenant, clock }, file) => addBook(tenant, file, clock());
export const advance = advanceOrder;

// What a profile may not say, because the view says it of the member's own rows.
const VIEW_MEMBERS = ['id', 'tier', 'growth', 'orders', 'registered_at', 'bought', 'usage'];

function checkGrant(member, what) {
  const { entry, coupons = [], expires, tier, profile } = what;
  check.name(member, '/member');
  check.name(entry, '/entry');
  ['points', 'gift_card', 'principal', 'bonus'].forEach((key) =>
    check.wholeIfAny(what[key], `/${key}`, 0, COUNT_MAX));
  check.wholeIfAny(expires, '/expires', 1, TIME_MAX_S);
  if (tier !== undefined && tier !== null) check.name(tier, '/tier');
  if (profile !== undefined) check.plainObject(profile, '/profile', VIEW_MEMBERS);
  if (!Array.isArray(coupons)) refuse('E_TYPE', 'a list is expected', '/coupons');
  coupons.forEach((coupon, i) => {
    check.plainObject(coupon, `/coupons/${i}`);
    check.name(coupon.id, `/coupons/${i}/id`);
    check.name(coupon.rule, `/coupons/${i}/rule`);
    check.wholeIfAny(coupon.from, `/coupons/${i}/from`, 0, TIME_MAX_S);
    check.wholeIfAny(coupon.to, `/coupons/${i}/to`, 0, TIME_MAX_S);
  });
}

/**
 * Gives a member coupons, points, balances, or says who he is. what: { entry (a name of this
 * grant), coupons?: [{ id, rule, from?, to? }…], points?, expires?, gift_card?, principal?, bonus?,
 * tier?, profile? }. The same entry of a member is refused (E_UID) the second time.
 */
export const grant = ({ tenant, clock }, member, what) => (tx) => {
  checkGrant(member, what);
  const nowMs = clock();
  const owner = { tenant, member };
  addMember(tx, tenant, member, nowMs);
  const { entry, coupons = [], points = 0, expires, tier, profile } = what;
  tx.must('E_UID', 'INSERT INTO audit (tenant, event, kind, body, at_ms) '
    + "VALUES (?, ?, 'grant', ?, ?) ON CONFLICT DO NOTHING", tenant, `grant.${member}.${entry}`,
  JSON.stringify(what), nowMs);
  const { gift_card: card = 0, principal = 0, bonus = 0 } = what;
  coupons.forEach(({ id, rule, from, to }) =>
    addCoupon(tx, owner, { id, rule, from, to, source: `grant ${entry}`, nowMs }));
  addPoints(tx, owner, { entry: `grant.${entry}`, n: points, nowMs, expiresS: expires });
  if (card + principal + bonus > 0) {
    tx.must('E_NOT_FOUND', 'UPDATE member SET gift_card = gift_card + ?, '
      + 'principal = principal + ?, bonus = bonus + ?, has_tender = 1 '
      + 'WHERE tenant = ? AND member = ?', card, principal, bonus, tenant, member);
  }
  if (tier !== undefined) {
    tx.must('E_NOT_FOUND', 'UPDATE member SET tier = ?, tier_granted = ? '
      + 'WHERE tenant = ? AND member = ?', tier, tier, tenant, member);
  }
  if (profile !== undefined) {
    tx.must('E_NOT_FOUND', 'UPDATE member SET profile = ? WHERE tenant = ? AND member = ?',
      JSON.stringify(profile), tenant, member);
  }
  raiseVer(tx, tenant, member);
};

/**
 * Adds n pieces of a good (n may be below 0, as far as there are pieces), spread over its buckets.
 * A good that was never restocked isn't counted and never sold out.
 */
export const restock = ({ tenant }, { sku, store = '', n, buckets = 1 }) => (tx) => {
  check.name(sku, '/sku');
  if (store !== '') check.name(store, '/store');
  check.whole(n, '/n', -COUNT_MAX, COUNT_MAX);
  check.whole(buckets, '/buckets', 1, 64);
  const { count } = tx.get('SELECT COUNT(*) AS count FROM stock WHERE tenant = ? AND sku = ? '
    + 'AND store = ?', tenant, sku, store);
  const all = Math.max(count, buckets);
  for (let bucket = 0; bucket < all; bucket++) {
    tx.run('INSERT INTO stock (tenant, sku, store, bucket, left_n) VALUES (?, ?, ?, ?, 0) '
      + 'ON CONFLICT DO NOTHING', tenant, sku, store, bucket);
    const part = Math.trunc(n / all) + (bucket < Math.abs(n % all) ? Math.sign(n) : 0);
    tx.must('E_STOCK', 'UPDATE stock SET left_n = left_n + ? WHERE tenant = ? AND sku = ? '
      + 'AND store = ? AND bucket = ? AND left_n + ? >= 0', part, tenant, sku, store, bucket, part);
  }
};

/** How many times a rule with `total_left` may still act; sets it. */
export const setRuleLeft = ({ tenant }, { rule, n }) => (tx) => {
  check.name(rule, '/rule');
  check.whole(n, '/n', 0, COUNT_MAX);
  tx.run('INSERT INTO rule_left (tenant, rule, left_n) VALUES (?, ?, ?) '
    + 'ON CONFLICT (tenant, rule) DO UPDATE SET left_n = excluded.left_n', tenant, rule, n);
};

/** Which coupons may be claimed: { rule, quota (is added), perMember?, from?, to?, validS? }. */
export const offerCoupon = ({ tenant }, { rule, quota, perMember = 1, from = null, to = null,
  validS = null }) => (tx) => {
  check.name(rule, '/rule');
  check.whole(quota, '/quota', 0, COUNT_MAX);
  check.whole(perMember, '/perMember', 1, COUNT_MAX);
  check.wholeIfAny(from, '/from', 0, TIME_MAX_S);
  check.wholeIfAny(to, '/to', 0, TIME_MAX_S);
  check.wholeIfAny(validS, '/validS', 1, TIME_MAX_S);
  tx.run('INSERT INTO coupon_kind (tenant, rule, quota_left, per_member, from_s, to_s, valid_s) '
    + 'VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, rule) DO UPDATE SET '
    + 'quota_left = coupon_kind.quota_left + excluded.quota_left, '
    + 'per_member = excluded.per_member, from_s = excluded.from_s, to_s = excluded.to_s, '
    + 'valid_s = excluded.valid_s',
  tenant, rule, quota, perMember, from, to, validS);
};

/** After a restore from backup: phones compare what they have, and send again what was lost. */
export const raiseRecovery = ({ tenant }) => (tx) => {
  tx.must('E_NOT_FOUND', 'UPDATE tenant SET recovery_epoch = recovery_epoch + 1 WHERE tenant = ?',
    tenant);
};
