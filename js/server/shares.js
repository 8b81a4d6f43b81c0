// Who brought whom: share tokens (src/sync/README.md, section 8). A token is made for a member,
// carries an alias of him and nothing that says who he is, and is counted once for each member who
// opens it. Where 32 characters are the limit the server keeps the token under a code.
//
// Channel and campaign are the sharer's words. The guide is not: it is the one that the keeper has
// written into the sharer's profile, or the one of the share that the sharer himself came by.
import { j0Bytes, readJ0Bytes } from '../sync/j0.js';
import { readShareToken, shareMessage, writeShareToken } from '../sync/messages.js';
import { b64u, hex, hmac, isEqual, sha256 } from './crypto.js';
import { Refused } from './refused.js';
import { tellOutside } from './outbox.js';

const CODE_CHARS = 20;
const TAG_BYTES = 16;
const where = 'tenant = ? AND member = ?';

const tagOf = ({ secret, tenant }, payload) => hmac(secret, shareMessage(tenant, payload));
const short = ({ secret, tenant }, what, name, size) =>
  b64u(hmac(secret, Buffer.from(`${what}\0${tenant}\0${name}`))).slice(0, size);

const some = (entries) => Object.fromEntries(entries.filter(([, value]) => value));

// The same member has the same alias for ever; only this server can tell whose it is.
function aliasOf(tx, shop, member) {
  const alias = short(shop, 'alias', member, 12);
  tx.run('INSERT INTO alias (tenant, alias, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    shop.tenant, alias, member);
  return alias;
}

const lastVisit = (tx, tenant, member) => tx.get('SELECT guide, channel, campaign, inviter, jti '
  + `FROM visit WHERE ${where} ORDER BY at_ms DESC, jti LIMIT 1`, tenant, member);

function guideOf(tx, tenant, member) {
  const row = tx.get(`SELECT profile FROM member WHERE ${where}`, tenant, member);
  const { guide } = JSON.parse(row.profile);
  const visit = lastVisit(tx, tenant, member);
  return typeof guide === 'string' ? guide : visit && visit.guide;
}

/** `share.make`: { token, code, expires }. */
export function makeShare(tx, shop, { member, u, channel, campaign, nowMs }) {
  const { tenant, settings } = shop;
  if (!shop.limits.shares.take(member)) throw new Refused('E_LIMIT');
  const expires = Math.floor(nowMs / 1000) + settings.shareS;
  const jti = hex(sha256(Buffer.from(`share\0${tenant}\0${member}\0${u}`))).slice(0, 16);
  const payload = j0Bytes(some([['c', campaign], ['ch', channel], ['e', expires],
    ['g', guideOf(tx, tenant, member)], ['i', aliasOf(tx, shop, member)], ['j', jti]]));
  const token = writeShareToken(payload, tagOf(shop, payload));
  const code = short(shop, 'share-code', jti, CODE_CHARS);
  tx.must('E_BUSY', 'INSERT INTO ticket (tenant, kind, ticket, body, until_ms) '
    + "VALUES (?, 'share', ?, ?, ?) ON CONFLICT DO NOTHING", tenant, code, token, expires * 1000);
  return { token, code, expires };
}

// What a token says, if this server has made it.
function readToken(shop, token) {
  try {
    const { payload, tag } = readShareToken(token);
    const own = tagOf(shop, payload).subarray(0, TAG_BYTES);
    return isEqual(own, Buffer.from(tag)) ? readJ0Bytes(payload) : null;
  } catch (error) {
    if (error.name !== 'SuanpanError') throw error;
    return null;
  }
}

function tokenOf(tx, tenant, code) {
  const row = tx.get("SELECT body FROM ticket WHERE tenant = ? AND kind = 'share' AND ticket = ?",
    tenant, code);
  return row ? row.body : '';
}

/** `share.open`: { counted, channel?, campaign? }; `share` is a token or a code. */
export function openShare(tx, shop, { member, share, nowMs }) {
  const { tenant } = shop;
  const token = share.length === CODE_CHARS ? tokenOf(tx, tenant, share) : share;
  const said = readToken(shop, token);
  const owner = said && tx.get('SELECT member FROM alias WHERE tenant = ? AND alias = ?', tenant,
    said.i);
  if (!owner) throw new Refused('E_NOT_FOUND', { path: '/share' });
  if (said.e * 1000 <= nowMs) throw new Refused('E_EXPIRED', { path: '/share' });
  if (owner.member === member) throw new Refused('E_ARGS', { path: '/share', reason: 'OWN' });
  const { j: jti, g: guide = null, ch: channel = null, c: campaign = null } = said;
  const isFirst = !lastVisit(tx, tenant, member);
  const counted = tx.run('INSERT INTO visit (tenant, member, jti, inviter, guide, channel, '
    + 'campaign, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  tenant, member, jti, owner.member, guide, channel, campaign, nowMs) === 1;
  if (counted) {
    tellOutside(tx, tenant, { event: `${jti}.${member}.opened`, kind: 'share.opened', nowMs,
      body: { member, inviter: owner.member, guide, channel, campaign, jti, first: isFirst } });
  }
  return { counted, ...some([['channel', channel], ['campaign', campaign]]) };
}

/** By whom and where a member came last, for the order that he has paid; {} where by nobody. */
export function broughtBy(tx, tenant, member) {
  const visit = lastVisit(tx, tenant, member);
  return visit ? { share: visit } : {};
}
