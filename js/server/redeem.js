// Redemption at a till (线下核销; src/sync/README.md, section 8). The server issues a code that a till
// checks alone, for one store and some minutes, and holds the coupon meanwhile. The till tells the
// server what it has taken, at once or when it has a network again: the coupon is used then. A code
// that no till told of within `settleWithinS` has lapsed, and the coupon is the member's again.
//
// A till that is slower than that finds the coupon still there, and it is used after all; or finds
// it spent, and then the shop has given twice: `redeemed_late` is raised, nothing is undone.
import { SuanpanError } from '../error.js';
import { j0Text, readJ0Bytes } from '../sync/j0.js';
import { readRedeemCode, redeemMessage, writeRedeemCode } from '../sync/messages.js';
import { hex, sha256 } from './crypto.js';
import { Refused } from './refused.js';
import { raiseVer } from './view.js';
import { stateAfterReturn } from './wallet.js';

const CODES_MAX = 50;
const LAPSES_MAX = 200;
const CODE_CHARS_MAX = 2048;
const WORTH_CHARS_MAX = 600;
// What a rule may ask for besides being shown; a till has to see to it.
const CONDITIONS = ['when', 'scope', 'for', 'window', 'shop'];
// How long a phone's wish for a code is worth anything: it was made at a till.
const PATIENCE_S = 60;
const where = 'tenant = ? AND member = ?';

// What a till is to give: the sum, or the rule's own words where it isn't a plain sum.
function worthOf(shop, rule) {
  const book = shop.books.current();
  const { give, ...own } = (book && book.rules.get(rule)) || {};
  if (!give) return { rule };
  const conditions = CONDITIONS.filter((name) => own[name] !== undefined);
  const isSum = give.amount_off && Object.keys(give.amount_off).join() === 'amount';
  if (isSum && conditions.length === 0) return give.amount_off.amount;
  const asked = Object.fromEntries(conditions.map((name) => [name, own[name]]));
  const worth = { rule, give, ...asked };
  return JSON.stringify(worth).length <= WORTH_CHARS_MAX ? worth : { rule };
}

// The code of a value; with the rule's name alone where its words are too long, or none of J0.
function codeOf({ tenant, redeem }, { v, ...value }, rule) {
  const write = (worth) => {
    const j0 = j0Text({ ...value, v: worth });
    return writeRedeemCode(redeem.kid, redeem.sign(redeemMessage(tenant, j0)), j0);
  };
  try {
    const code = write(v);
    if (code.length <= CODE_CHARS_MAX) return code;
  } catch (error) {
    if (error.code !== 'E_NONCANON') throw error;
  }
  return write({ rule });
}

/** `coupon.hold`: { code, expires } for a coupon of the member at one store. */
export function holdCoupon(tx, shop, { member, u, coupon, store, askedS, nowMs }) {
  const { tenant, redeem, settings } = shop;
  if (!redeem) throw new Refused('E_UNSUPPORTED');
  const nowS = Math.floor(nowMs / 1000);
  if (Math.abs(nowS - askedS) > PATIENCE_S) throw new Refused('E_EXPIRED');
  tx.must('E_COUPON', `UPDATE coupon SET state = 'held' WHERE ${where} AND coupon = ? `
    + "AND state = 'issued' AND (from_s IS NULL OR from_s <= ?) AND (to_s IS NULL OR to_s > ?)",
  tenant, member, coupon, nowS, nowS);
  const { rule } = tx.get(`SELECT rule FROM coupon WHERE ${where} AND coupon = ?`, tenant, member,
    coupon);
  const jti = hex(sha256(Buffer.from(`redeem\0${tenant}\0${member}\0${u}`))).slice(0, 20);
  const expires = nowS + settings.redeemS;
  const code = codeOf(shop, { c: coupon, e: expires, i: nowS, j: jti, s: store, shop: tenant,
    v: worthOf(shop, rule) }, rule);
  tx.must('E_UID', 'INSERT INTO redemption (tenant, member, jti, coupon, store, code, state, '
    + "expires_s, until_ms, at_ms) VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?) "
    + 'ON CONFLICT DO NOTHING', tenant, member, jti, coupon, store, code, expires,
  (expires + settings.settleWithinS) * 1000, nowMs);
  return { code, expires };
}

// The row of a code that this server has issued for this store, to the letter.
function rowOf(tx, tenant, store, code) {
  if (typeof code !== 'string' || code.length > CODE_CHARS_MAX) return null;
  let jti;
  try {
    ({ j: jti } = readJ0Bytes(readRedeemCode(code).j0) || {});
  } catch (error) {
    if (error.name !== 'SuanpanError') throw error;
    return null;
  }
  const row = typeof jti === 'string' && tx.get('SELECT * FROM redemption WHERE tenant = ? '
    + 'AND jti = ?', tenant, jti);
  return row && row.code === code && row.store === store ? row : null;
}

function settleOne(tx, shop, { store, till, code, nowMs }) {
  const { tenant } = shop;
  const row = rowOf(tx, tenant, store, code);
  if (!row) return { c: 'E_NOT_FOUND' };
  const { member, jti, coupon, state } = row;
  if (state === 'used' || state === 'late') {
    if (row.till === till) return { j: jti, c: state === 'used' ? 'ok' : 'E_COUPON', dup: true };
    shop.alarm('redeemed_twice', { store, jti });
    return { j: jti, c: 'E_REPLAY' };
  }
  const from = state === 'open' ? 'held' : 'issued';
  const isUsed = tx.run(`UPDATE coupon SET state = 'used' WHERE ${where} AND coupon = ? `
    + 'AND state = ?', tenant, member, coupon, from) === 1;
  tx.must('E_BUSY', `UPDATE redemption SET state = ?, till = ?, settled_ms = ? WHERE ${where} `
    + 'AND jti = ? AND state = ?', isUsed ? 'used' : 'late', till, nowMs, tenant, member, jti,
  state);
  if (!isUsed) shop.alarm('redeemed_late', { store, jti });
  raiseVer(tx, tenant, member);
  return { j: jti, c: isUsed ? 'ok' : 'E_COUPON' };
}

/**
 * What a till has taken: { store, till, codes: [≤ 50] } → { results: [{ j, c }…] }. c: `ok`, also
 * when the same till asks again; `E_REPLAY` another till took it; `E_COUPON` it was spent since;
 * `E_NOT_FOUND` no code of this shop and store.
 */
export const settleCodes = (shop, { store, till, codes }) => (tx) => {
  const isText = (text, most) => typeof text === 'string' && text !== '' && text.length <= most;
  const isFine = isText(store, 64) && isText(till, 64) && Array.isArray(codes)
    && codes.length >= 1 && codes.length <= CODES_MAX;
  if (!isFine) throw new SuanpanError('E_ARGS', '', 'a till tells {store, till, codes}');
  const nowMs = shop.clock();
  return { results: codes.map((code) => settleOne(tx, shop, { store, till, code, nowMs })) };
};

/** Codes that no till told of: their coupons are the members' again. Returns how many. */
export const lapseCodes = ({ tenant }, nowMs) => (tx) => {
  const rows = tx.all('SELECT member, jti, coupon FROM redemption WHERE tenant = ? '
    + "AND state = 'open' AND until_ms <= ? ORDER BY until_ms, jti LIMIT ?", tenant, nowMs,
  LAPSES_MAX);
  rows.forEach(({ member, jti, coupon }) => {
    tx.must('E_BUSY', `UPDATE redemption SET state = 'lapsed' WHERE ${where} AND jti = ? `
      + "AND state = 'open'", tenant, member, jti);
    tx.must('E_BUSY', `UPDATE coupon SET state = ${stateAfterReturn} WHERE ${where} `
      + "AND coupon = ? AND state = 'held'", tenant, member, coupon, tenant, member, coupon);
    raiseVer(tx, tenant, member);
  });
  return rows.length;
};
