// `POST /v1/enroll`: a login code and a key become a device of a member (src/sync/README.md,
// section 4).
import { SuanpanError } from '../error.js';
import { emptyCart } from '../shop/cart.js';
import { fromBase64url } from '../sync/base64url.js';
import { deviceSecret, enrollMessage, enrolledMessage } from '../sync/messages.js';
import { b64u, deviceKeys, exchange, hex, hmac, random, seal, sha256 } from './crypto.js';
import { HttpError } from './refused.js';
import { tellOutside } from './outbox.js';

const SAME_REPLY_MS = 5 * 60 * 1000;
const UNUSED_KEPT_MS = 30 * 86400 * 1000;
const DEVICES_MAX = 10;
const CODE_MAX = 256;

function readRequest(body) {
  const { app, code, nonce, pub, evict, wxk_ver: version = 0 } = body;
  const isFine = typeof app === 'string' && /^[\x21-\x7e]{1,64}$/.test(app)
    && typeof code === 'string' && code.length >= 1 && code.length <= CODE_MAX
    && Number.isSafeInteger(version) && version >= 0
    && (evict === undefined || typeof evict === 'string');
  if (!isFine) throw new SuanpanError('E_ARGS', '', 'a member of the request is missing');
  const client = fromBase64url(pub);
  const nonceBytes = fromBase64url(nonce);
  if (client.length !== 64 || nonceBytes.length !== 16) {
    throw new SuanpanError('E_ARGS', '/pub', 'a key has 64 bytes, a nonce 16');
  }
  return { app, code, nonce: nonceBytes, client, version, evict,
    name: hex(sha256(Buffer.from(`${code}\0${nonce}\0${pub}`))) };
}

/** Finds or makes the member of a login; a job for the store. Names never rest in the clear. */
export const memberOf = (shop, login, nowMs) => (tx) => {
  const { tenant } = shop;
  const subject = hex(hmac(shop.secret, Buffer.from(`login\0${login.provider}\0${login.subject}`)));
  const fresh = login.member || `m_${b64u(random(12))}`;
  tx.run('INSERT INTO login (tenant, subject, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    tenant, subject, fresh);
  const { member } = tx.get('SELECT member FROM login WHERE tenant = ? AND subject = ?',
    tenant, subject);
  addMember(tx, tenant, member, nowMs);
  return member;
};

/** A member with an empty cart, unless there is one of this id. */
export function addMember(tx, tenant, member, nowMs) {
  tx.run('INSERT INTO member (tenant, member, cart, profile, registered_s) VALUES (?, ?, ?, ?, ?) '
    + 'ON CONFLICT DO NOTHING', tenant, member, JSON.stringify(emptyCart), '{}',
  Math.floor(nowMs / 1000));
}

// The member said which of his devices gives way; none does silently.
function makeRoom(tx, { tenant }, member, evict, nowMs) {
  if (evict !== undefined) {
    const gone = tx.run("UPDATE device SET state = 'revoked' WHERE tenant = ? AND member = ? "
      + "AND device = ? AND state = 'live'", tenant, member, evict);
    if (gone === 1) {
      tx.must('E_DEVICES', 'UPDATE member SET devices = devices - 1 '
        + 'WHERE tenant = ? AND member = ?', tenant, member);
      tellOutside(tx, tenant, { event: `${evict}.revoked`, kind: 'device.revoked',
        body: { member, device: evict }, nowMs });
    }
  }
  const { devices } = tx.get('SELECT devices FROM member WHERE tenant = ? AND member = ?',
    tenant, member);
  if (devices < DEVICES_MAX) return;
  const list = tx.all('SELECT device, app, enrolled_ms, reply_ms FROM device WHERE tenant = ? '
    + "AND member = ? AND state = 'live' ORDER BY reply_ms", tenant, member);
  throw new HttpError(409, 'E_DEVICES', 'a member has at most ten devices', {
    devices: list.map((row) => ({ dev: row.device, app: row.app, enrolled: row.enrolled_ms,
      seen: row.reply_ms })),
  });
}

function exchangeWith(client) {
  try {
    return exchange(client);
  } catch {
    throw new HttpError(400, 'E_KEY', 'the key is no point of the curve');
  }
}

function makeDevice(tx, shop, asked, { member, userKey, nowMs }) {
  const { tenant, online } = shop;
  const { app, client, nonce, version } = asked;
  makeRoom(tx, shop, member, asked.evict, nowMs);
  tx.must('E_NOT_FOUND', 'UPDATE member SET enrolments = enrolments + 1 '
    + 'WHERE tenant = ? AND member = ?', tenant, member);
  const { enrolments: epoch } = tx.get('SELECT enrolments FROM member WHERE tenant = ? '
    + 'AND member = ?', tenant, member);
  const dev = random(16);
  const { key: server, shared } = exchangeWith(client);
  const transcript = enrollMessage({ tenant, app, client, server, dev, epoch, time: nowMs, nonce,
    wxkVersion: version, member });
  const hash = sha256(transcript);
  const keys = deviceKeys(deviceSecret(shared, userKey), hash);
  const device = b64u(dev);
  const sealed = seal(shop.sealKey, `${tenant}\0${device}`, Buffer.concat([keys.op, keys.ack]));
  tx.must('E_BUSY', 'INSERT INTO device (tenant, member, device, state, app, keys, head, reply_ms, '
    + "done_ms, enrolled_ms) VALUES (?, ?, ?, 'new', ?, ?, ?, ?, ?, ?)", tenant, member, device,
  app, sealed, b64u(hash), nowMs, nowMs, nowMs);
  return { dev: device, epoch, kid: online.kid, mac: b64u(hmac(keys.ack,
    enrolledMessage(tenant, hash))), member, pub: b64u(server), sig: b64u(online.sign(transcript)),
  time: nowMs };
}

/** The reply to an enrolment; the same request gets the same reply for some minutes. */
export async function enroll(shop, body) {
  const asked = readRequest(body);
  const known = shop.store.read((tx) => tx.get('SELECT body, until_ms FROM ticket '
    + "WHERE tenant = ? AND kind = 'enroll' AND ticket = ?", shop.tenant, asked.name));
  if (known && known.until_ms > shop.clock()) {
    shop.store.settle();
    return JSON.parse(known.body);
  }
  const login = await loginOf(shop, asked);
  const userKey = asked.version > 0 && shop.login.userKey
    ? await shop.login.userKey(login, asked.version) : undefined;
  return shop.store.transact((tx) => {
    const nowMs = shop.clock();
    const member = memberOf(shop, login, nowMs)(tx);
    const reply = makeDevice(tx, shop, asked, { member, userKey, nowMs });
    tx.run('INSERT INTO ticket (tenant, kind, ticket, body, until_ms) '
      + "VALUES (?, 'enroll', ?, ?, ?) "
      + 'ON CONFLICT (tenant, kind, ticket) DO UPDATE SET body = excluded.body, '
      + 'until_ms = excluded.until_ms',
    shop.tenant, asked.name, JSON.stringify(reply), nowMs + SAME_REPLY_MS);
    return reply;
  });
}

// A provider takes a code once. What it said is remembered in memory for the minutes in which the
// same phone may ask again: after a lost answer, or to say which device gives way.
async function loginOf(shop, { code, app }) {
  const nowMs = shop.clock();
  const name = `${app}\0${code}`;
  for (const [old, { untilMs }] of shop.logins) if (untilMs <= nowMs) shop.logins.delete(old);
  const known = shop.logins.get(name);
  if (known) return known.login;
  const login = await shop.login.identify(code, app);
  shop.logins.set(name, { login, untilMs: nowMs + SAME_REPLY_MS });
  return login;
}

/** Forgets devices that were enrolled and never spoke: their phones enrol anew. */
export const forgetDevices = (tenant, nowMs) => (tx) => tx.run('DELETE FROM device '
  + "WHERE tenant = ? AND state = 'new' AND enrolled_ms < ?", tenant, nowMs - UNUSED_KEPT_MS);
