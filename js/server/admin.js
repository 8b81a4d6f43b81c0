// What whoever runs the shop does by hand. Jobs for the store; `suanpan admin` calls them.
//
// Each looks at all its words before anything is written or a name is used up: a word that it does
// not know, or an id that the shop's books do not have, is a SuanpanError with the path of it.
import { refuse } from '../error.js';
import { limits } from '../generated/codes.js';
import { addBook, addRoot } from './books.js';
import * as check from './checks.js';
import { codesWords, makeBatch } from './codes.js';
import { addMember } from './enroll.js';
import { advanceOrder } from './pay.js';
import { refundOrder as refundOf } from './refund.js';
import { Refused } from './refused.js';
import { raiseVer } from './view.js';
import { COUNT_MAX, addCoupon, addPoints } from './wallet.js';

const TIME_MAX_S = 1e11;
const count = check.wholeFrom(0, COUNT_MAX);
const time = check.orNull(check.wholeFrom(0, TIME_MAX_S));
const duration = check.orNull(check.wholeFrom(1, TIME_MAX_S));

export const takeRoot = ({ tenant }, file) => addRoot(tenant, file);
export const publish = ({ tenant, clock }, file) => addBook(tenant, file, clock());

// What the tables refuse, told of the word that they refuse it for.
function told(path, message, work) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse(error.code, message, path);
  }
}

// ---- what the books have ----

// The books that are or will be current.
const booksOf = ({ books }) => [...new Set([books.current(), books.current(Infinity)])]
  .filter(Boolean);

function inSomeBook(shop, find, what, path) {
  if (!booksOf(shop).some(find)) refuse('E_REFERENCE', `no book of the shop has ${what}`, path);
}

const couponIn = (shop, rule, path) => inSomeBook(shop, ({ rules }) =>
  rules.has(rule) && rules.get(rule).kind === 'coupon', `the coupon ${rule}`, path);

// A member of a tier that the book does not have can't be priced.
function tierIn({ books }, tier, path) {
  const { tierScale = { tiers: [] } } = books.current() || {};
  if (!tierScale.tiers.includes(tier)) {
    refuse('E_REFERENCE', `the current book has no tier ${tier}`, path);
  }
}

function storeIn(shop, store, path) {
  inSomeBook(shop, ({ storeTags }) => storeTags.size === 0 || storeTags.has(store),
    `the store ${store}`, path);
}

// ---- grants ----

// What a profile may not say, because the view says it of the member's own rows.
const VIEW_MEMBERS = ['id', 'tier', 'points', 'lots', 'growth', 'orders', 'registered_at', 'bought',
  'usage'];

function birthday(value, path) {
  const [, month, day] = /^(\d\d)-(\d\d)$/.exec(value) || [];
  // A year with a 29th of February.
  const date = new Date(`2000-${month}-${day}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
  if (!isDay) refuse('E_RANGE', 'MM-DD is expected', path);
}

const names = check.listOf(check.name, limits.member_ids_max);
// The members of a request's member that the server does not say itself, by the engine's rules; and
// the guide, who goes on with shares.
const profileWords = { 'birthday?': birthday, 'tags?': names, 'segments?': names,
  'guide?': check.name };

function profile(value, path) {
  check.plainObject(value, path, VIEW_MEMBERS);
  check.members(value, path, profileWords);
}

const couponWords = { id: check.name, rule: check.name, 'from?': time, 'to?': time };
const grantWords = {
  member: check.name, entry: check.name, 'coupons?': check.listOf(check.objectOf(couponWords)),
  'points?': count, 'expires?': duration, 'gift_card?': count, 'principal?': count,
  'bonus?': count, 'tier?': check.orNull(check.name), 'profile?': profile,
};

function checkGrant(shop, member, what) {
  check.members({ ...what, member }, '', grantWords);
  const { coupons = [], tier } = what;
  coupons.forEach(({ rule }, i) => couponIn(shop, rule, `/coupons/${i}/rule`));
  if (tier !== undefined && tier !== null) tierIn(shop, tier, '/tier');
}

/**
 * Gives a member coupons, points, balances, or says who he is. what: { entry (a name of this
 * grant), coupons?: [{ id, rule, from?, to? }…], points?, expires?, gift_card?, principal?, bonus?,
 * tier?, profile? }. The same entry of a member is refused (E_UID) the second time. A member who
 * isn't there is refused (E_NOT_FOUND), unless `isNew` lets him be made.
 */
export const grant = (shop, member, what, { isNew = false } = {}) => (tx) => {
  checkGrant(shop, member, what);
  const { tenant, clock } = shop;
  const nowMs = clock();
  const owner = { tenant, member };
  if (isNew) addMember(tx, tenant, member, nowMs);
  else if (!tx.get('SELECT 1 FROM member WHERE tenant = ? AND member = ?', tenant, member)) {
    refuse('E_NOT_FOUND', 'the shop has no such member', '/member');
  }
  const { entry, coupons = [], points = 0, expires, tier, profile: said } = what;
  told('/entry', 'the member has a grant of this name', () => tx.must('E_UID', 'INSERT INTO audit '
    + "(tenant, event, kind, body, at_ms) VALUES (?, ?, 'grant', ?, ?) ON CONFLICT DO NOTHING",
  tenant, `grant.${member}.${entry}`, JSON.stringify(what), nowMs));
  const { gift_card: card = 0, principal = 0, bonus = 0 } = what;
  coupons.forEach(({ id, rule, from, to }, i) =>
    told(`/coupons/${i}/id`, 'the member has a coupon of this id', () =>
      addCoupon(tx, owner, { id, rule, from, to, source: `grant ${entry}`, nowMs })));
  told('/points', 'the member has too many', () =>
    addPoints(tx, owner, { entry: `grant.${entry}`, n: points, nowMs, expiresS: expires }));
  if (card + principal + bonus > 0) {
    tx.must('E_NOT_FOUND', 'UPDATE member SET gift_card = gift_card + ?, '
      + 'principal = principal + ?, bonus = bonus + ?, has_tender = 1 '
      + 'WHERE tenant = ? AND member = ?', card, principal, bonus, tenant, member);
  }
  if (tier !== undefined) {
    tx.must('E_NOT_FOUND', 'UPDATE member SET tier = ?, tier_granted = ? '
      + 'WHERE tenant = ? AND member = ?', tier, tier, tenant, member);
  }
  if (said !== undefined) {
    tx.must('E_NOT_FOUND', 'UPDATE member SET profile = ? WHERE tenant = ? AND member = ?',
      JSON.stringify(said), tenant, member);
  }
  raiseVer(tx, tenant, member);
};

const stockWords = {
  sku: check.name, 'store?': (value, path) => value === '' || check.name(value, path),
  n: check.wholeFrom(-COUNT_MAX, COUNT_MAX), 'buckets?': check.wholeFrom(1, 64),
};

/**
 * Adds n pieces of a good (n may be below 0, as far as there are pieces), spread over its buckets.
 * A good that was never restocked isn't counted and never sold out. what: { sku, store?, n,
 * buckets? }.
 */
export const restock = (shop, what) => (tx) => {
  check.members(what, '', stockWords);
  const { tenant } = shop;
  const { sku, store = '', n, buckets = 1 } = what;
  inSomeBook(shop, ({ skus }) => skus.has(sku), `the SKU ${sku}`, '/sku');
  if (store !== '') storeIn(shop, store, '/store');
  const { count: there } = tx.get('SELECT COUNT(*) AS count FROM stock WHERE tenant = ? '
    + 'AND sku = ? AND store = ?', tenant, sku, store);
  const all = Math.max(there, buckets);
  for (let bucket = 0; bucket < all; bucket++) {
    tx.run('INSERT INTO stock (tenant, sku, store, bucket, left_n) VALUES (?, ?, ?, ?, 0) '
      + 'ON CONFLICT DO NOTHING', tenant, sku, store, bucket);
    const part = Math.trunc(n / all) + (bucket < Math.abs(n % all) ? Math.sign(n) : 0);
    told('/n', 'there are not so many pieces', () => tx.must('E_STOCK', 'UPDATE stock '
      + 'SET left_n = left_n + ? WHERE tenant = ? AND sku = ? AND store = ? AND bucket = ? '
      + 'AND left_n + ? >= 0', part, tenant, sku, store, bucket, part));
  }
};

/** How many times a rule with `total_left` may still act; sets it. what: { rule, n }. */
export const setRuleLeft = (shop, what) => (tx) => {
  check.members(what, '', { rule: check.name, n: count });
  const { rule, n } = what;
  inSomeBook(shop, ({ rules }) => rules.get(rule)?.limit?.total_left === true,
    `a rule ${rule} with total_left`, '/rule');
  tx.run('INSERT INTO rule_left (tenant, rule, left_n) VALUES (?, ?, ?) '
    + 'ON CONFLICT (tenant, rule) DO UPDATE SET left_n = excluded.left_n', shop.tenant, rule, n);
};

const offerWords = {
  rule: check.name, quota: count, 'perMember?': check.wholeFrom(1, COUNT_MAX), 'from?': time,
  'to?': time, 'validS?': duration,
};

/** Which coupons may be claimed: { rule, quota (is added), perMember?, from?, to?, validS? }. */
export const offerCoupon = (shop, what) => (tx) => {
  check.members(what, '', offerWords);
  const { rule, quota, perMember = 1, from = null, to = null, validS = null } = what;
  couponIn(shop, rule, '/rule');
  tx.run('INSERT INTO coupon_kind (tenant, rule, quota_left, per_member, from_s, to_s, valid_s) '
    + 'VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, rule) DO UPDATE SET '
    + 'quota_left = coupon_kind.quota_left + excluded.quota_left, '
    + 'per_member = excluded.per_member, from_s = excluded.from_s, to_s = excluded.to_s, '
    + 'valid_s = excluded.valid_s',
  shop.tenant, rule, quota, perMember, from, to, validS);
};

/** Makes a batch of coupon codes (codes.js): { batch, rule, n, perMember?, to? }. */
export const makeCodes = (shop, what) => (tx) => {
  check.members(what, '', codesWords);
  couponIn(shop, what.rule, '/rule');
  return told('/batch', 'a batch of this name was there', () => makeBatch(shop, what)(tx));
};

// ---- orders ----

const advanceWords = { order: check.name, state: check.oneOf('shipped', 'done') };

/** Moves a paid order on: 'shipped', then 'done'. what: { ord, state }. */
export const advance = (shop, { ord, ...what }) => (tx) => {
  check.members({ ...what, order: ord }, '', advanceWords);
  const row = tx.get('SELECT state FROM ord WHERE tenant = ? AND ord = ?', shop.tenant, ord);
  if (!row) refuse('E_NOT_FOUND', 'the shop has no such order', '/order');
  return told('/state', `the order is ${row.state}`, () =>
    advanceOrder(shop, { ord, ...what })(tx));
};

const refundWords = { order: check.name, name: check.name, refund: check.plainObject };

/** One refund of an order (refund.js): { ord, name, refund, nowMs }. */
export const refundOrder = (shop, engine, { ord, nowMs, ...what }) => (tx) => {
  check.members({ ...what, order: ord }, '', refundWords);
  return told('/order', 'the shop has no such order that was paid', () =>
    refundOf(shop, engine, { ord, nowMs, ...what })(tx));
};

/** After a restore from backup: phones compare what they have, and send again what was lost. */
export const raiseRecovery = ({ tenant }) => (tx) => {
  tx.must('E_NOT_FOUND', 'UPDATE tenant SET recovery_epoch = recovery_epoch + 1 WHERE tenant = ?',
    tenant);
};
