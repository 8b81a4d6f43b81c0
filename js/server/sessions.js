// Bearer sessions for those without keys, and one-time codes from H5 to a mini-program. Neither is
// good for anything that changes a member's state.
import { SuanpanError } from '../error.js';
import { b64u, hmac, isEqual, random } from './crypto.js';
import { memberOf } from './enroll.js';
import { HttpError } from './refused.js';

const SESSION_MS = 2 * 3600 * 1000;
const HANDOVER_MS = 10 * 60 * 1000;
const LINES_MAX = 50;
const CODE_MAX = 256;

const macOf = ({ secret, tenant }, text) =>
  hmac(secret, Buffer.from(`session\0${tenant}\0${text}`));

/** Login code → { token, expires }: the token names the member and its end, MACed. */
export async function openSession(shop, { code, app = '' }) {
  const isText = (text) => typeof text === 'string' && text.length <= CODE_MAX;
  if (!isText(code) || !isText(app)) throw new SuanpanError('E_ARGS', '/code');
  const login = await shop.login.identify(code, app);
  const nowMs = shop.clock();
  const member = await shop.store.transact(memberOf(shop, login, nowMs));
  const expires = Math.floor((nowMs + SESSION_MS) / 1000);
  const text = b64u(Buffer.from(JSON.stringify([member, expires])));
  return { token: `${text}.${b64u(macOf(shop, text))}`, expires };
}

/** The member of an Authorization header; throws HttpError. */
export function memberOfSession(shop, header = '') {
  const [, text, mac] = /^Bearer ([\w-]+)\.([\w-]+)$/.exec(header) || [];
  if (!text || !isEqual(Buffer.from(mac, 'base64url'), macOf(shop, text))) {
    throw new HttpError(401, 'E_LOGIN', 'a session is needed');
  }
  const [member, expires] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  if (expires * 1000 <= shop.clock()) throw new HttpError(401, 'E_LOGIN', 'the session is over');
  return member;
}

const isId = (id) => typeof id === 'string' && id.length >= 1 && id.length <= 64;

// Sku, options and number, and nothing that could say who or how much.
function goodsOf(lines) {
  const isFine = Array.isArray(lines) && lines.length >= 1 && lines.length <= LINES_MAX
    && lines.every((line) => line !== null && typeof line === 'object'
      && isId(line.sku) && Number.isInteger(line.qty) && line.qty >= 1 && line.qty <= 9999
      && (line.options === undefined
        || (Array.isArray(line.options) && line.options.length <= 8 && line.options.every(isId))));
  if (!isFine) throw new SuanpanError('E_ARGS', '/lines', 'not a list of goods');
  return lines.map(({ sku, qty, options = [] }) => ({ sku, qty, options }));
}

const isUid = (by) => typeof by === 'string' && /^[\w-]{22}$/.test(by);

/**
 * { lines } → { code, expires }; { code, by } → { lines }, once. by: 22 characters of who takes;
 * the same ones get the same answer again as long as the code would be good, so an answer that is
 * lost on its way loses no goods.
 */
export function handOver(shop, body) {
  const nowMs = shop.clock();
  const { tenant } = shop;
  if (body.code === undefined) {
    const lines = goodsOf(body.lines);
    const code = b64u(random(15));
    return shop.store.transact((tx) => {
      tx.run('INSERT INTO ticket (tenant, kind, ticket, body, until_ms) '
        + "VALUES (?, 'handover', ?, ?, ?)", tenant, code, JSON.stringify(lines),
      nowMs + HANDOVER_MS);
      return { code, expires: Math.floor((nowMs + HANDOVER_MS) / 1000) };
    });
  }
  const { code, by } = body;
  if (!isId(code)) throw new SuanpanError('E_ARGS', '/code');
  if (!isUid(by)) throw new SuanpanError('E_ARGS', '/by');
  return shop.store.transact((tx) => {
    tx.run("UPDATE ticket SET kind = 'handed', ticket = ? WHERE tenant = ? AND kind = 'handover' "
      + 'AND ticket = ?', `${code}.${by}`, tenant, code);
    const row = tx.get("SELECT body FROM ticket WHERE tenant = ? AND kind = 'handed' "
      + 'AND ticket = ? AND until_ms > ?', tenant, `${code}.${by}`, nowMs);
    if (!row) throw new HttpError(404, 'E_NOT_FOUND', 'the code is used, over, or was never given');
    return { lines: JSON.parse(row.body) };
  });
}
