// Coupon codes (兑换码): printed on cards and boxes, each good for one coupon. The store has
// HMAC(secret, code) and never the code, so whoever reads the store can redeem nothing.
//
// A code is 16 letters and digits of 80 random bits; what is easily misread (I, L, O, U) is not
// among them, and is taken for what it was misread from.
import * as check from './checks.js';
import { hex, hmac, random } from './crypto.js';
import { Refused } from './refused.js';
import { addCoupon } from './wallet.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_CHARS = 16;
const CODES_MAX = 10000;
const TIME_MAX_S = 1e11;

function newCode() {
  // 5 bits a character: of 16 bytes, the low ones of each.
  const text = [...random(CODE_CHARS)].map((byte) => ALPHABET[byte & 31]).join('');
  return text.match(/.{4}/g).join('-');
}

const plain = (code) => code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0')
  .replace(/[IL]/g, '1');
const nameOf = ({ secret, tenant }, code) =>
  hex(hmac(secret, Buffer.from(`code\0${tenant}\0${plain(code)}`)));

/** What a batch is made of (checks.js). */
export const codesWords = {
  batch: check.name, rule: check.name, n: check.wholeFrom(1, CODES_MAX),
  'perMember?': check.wholeFrom(1, CODES_MAX), 'to?': check.orNull(check.wholeFrom(0, TIME_MAX_S)),
};

/**
 * Makes a batch: { batch, rule, n, perMember?: 1, to?: unix s }. Answers { batch, codes }; they are
 * told this once, and the same batch is refused (E_UID) the second time. A job for the store; the
 * words are looked at before, and shop needs its `secret`.
 */
export const makeBatch = (shop, { batch, rule, n, perMember = 1, to = null }) => (tx) => {
  const { tenant, clock } = shop;
  tx.must('E_UID', 'INSERT INTO code_batch (tenant, batch, rule, per_member, to_s) '
    + 'VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', tenant, batch, rule, perMember, to);
  tx.run("INSERT INTO audit (tenant, event, kind, body, at_ms) VALUES (?, ?, 'codes', ?, ?)",
    tenant, `codes.${batch}`, JSON.stringify({ rule, n, perMember, to }), clock());
  const codes = Array.from({ length: n }, newCode);
  codes.forEach((code) => tx.must('E_BUSY', 'INSERT INTO coupon_code (tenant, code, batch) '
    + 'VALUES (?, ?, ?) ON CONFLICT DO NOTHING', tenant, nameOf(shop, code), batch));
  return { batch, codes };
};

/** `code.redeem`: the coupon of a code, once; { coupon, rule }. */
export function redeemCode(tx, shop, { member, code, id, nowMs }) {
  const { tenant } = shop;
  // Who tries codes has to wait, whether they are good or not.
  if (!shop.limits.codes.take(member)) {
    shop.alarm('code_attempts', {});
    throw new Refused('E_LIMIT');
  }
  const row = tx.get('SELECT c.code, b.batch, b.rule FROM coupon_code c JOIN code_batch b '
    + 'ON b.tenant = c.tenant AND b.batch = c.batch WHERE c.tenant = ? AND c.code = ?', tenant,
  nameOf(shop, code));
  if (!row) throw new Refused('E_NOT_FOUND', { path: '/code' });
  const { batch, rule } = row;
  tx.must('E_EXPIRED', 'UPDATE code_batch SET redeemed = redeemed + 1 WHERE tenant = ? '
    + 'AND batch = ? AND (to_s IS NULL OR to_s > ?)', tenant, batch, Math.floor(nowMs / 1000));
  tx.must('E_COUPON', 'UPDATE coupon_code SET member = ?, at_ms = ? WHERE tenant = ? AND code = ? '
    + 'AND member IS NULL', member, nowMs, tenant, row.code);
  tx.run('INSERT INTO code_use (tenant, member, batch, n) VALUES (?, ?, ?, 0) '
    + 'ON CONFLICT DO NOTHING', tenant, member, batch);
  tx.must('E_LIMIT_MEMBER', 'UPDATE code_use SET n = n + 1 WHERE tenant = ? AND member = ? '
    + 'AND batch = ? AND n < (SELECT per_member FROM code_batch WHERE tenant = ? AND batch = ?)',
  tenant, member, batch, tenant, batch);
  addCoupon(tx, { tenant, member }, { id, rule, source: `code ${batch}`, nowMs });
  return { coupon: id, rule };
}
