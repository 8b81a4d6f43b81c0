// A merchant for tests: keys, roots, books, notes and the server's side of an enrolment, by
// node:crypto and js/sync/messages.js alone, so that the module is compared with somebody else.
// Everything is made of names and nothing of chance.
import { createECDH, createHash, createHmac, hkdfSync } from 'node:crypto';
import { j0Bytes, j0Text } from '../../js/sync/j0.js';
import {
  bookMessage, deviceSecret, enrolledMessage, enrollMessage, keyNameMessage, labels, magics,
  noteMessage, opMessage, redeemMessage, rootMessage, storeMessage, syncedMessage, syncMessage,
  writeMaced, writeNote, writeRedeemCode, writeSignedFile, writeSyncRequest,
} from '../../js/sync/messages.js';
import { publicKey, signDigest } from './p256.js';

export const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
export const hmac = (key, message) => createHmac('sha256', key).update(message).digest();
export const hkdf = (secret, salt, info, size = 32) =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, size));
export const b64u = (bytes) => Buffer.from(bytes).toString('base64url');
export const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** A signing key, the same one for the same name. */
export function keyOf(name) {
  const secret = sha256(`a key for tests: ${name}`);
  const key = publicKey(secret);
  return {
    key, secret,
    kid: hex(sha256(keyNameMessage(key)).subarray(0, 16)),
    sign: (message) => signDigest(secret, sha256(message)),
  };
}

export const signatures = (keys, message) =>
  keys.map(({ kid, sign }) => ({ kid, sig: sign(message) }));

const role = (keys, threshold = 1) => ({ keys: keys.map(({ kid }) => kid).sort(), threshold });

/** The value of a root; roles: { book: [keys, threshold]… }. */
export function rootValue({ shop = 'tea', v = 1, expires = 2e9, roles }) {
  const all = Object.values(roles).flatMap(([keys]) => keys);
  return {
    expires, shop, v,
    keys: Object.fromEntries(all.map(({ kid, key }) => [kid, b64u(key)])),
    roles: Object.fromEntries(Object.entries(roles)
      .map(([name, [keys, threshold]]) => [name, role(keys, threshold)])),
  };
}

/** A signed root file of a value. */
export function rootFile(value, signers, { tenant = value.shop } = {}) {
  const bytes = j0Bytes(value);
  return writeSignedFile(magics.root, bytes, signatures(signers, rootMessage(tenant, bytes)));
}

export const json = (value) => Buffer.from(JSON.stringify(value));

export const catalog = { skus: [{ id: 'milk', price: 1800 }, { id: 'tea', price: 1200 }] };
export const rules = { preset: 'cn_sequential', rules: [] };

/** The manifest of named parts, [[name, bytes, audience]…], and the parts as a file has them. */
export function manifestOf(parts, more = {}) {
  return {
    engine_min: 1, epoch: 1, expires: 2e9, meaning: 1, min_ver: 1, not_before: 0, prev: null,
    shop: 'tea', ver: 1,
    parts: parts.map(([name, bytes, audience = 'public']) =>
      ({ audience, len: bytes.length, name, sha256: hex(sha256(bytes)) })),
    ...more,
  };
}

export const plainParts = [['catalog', json(catalog)], ['rules', json(rules)]];

/** A signed book. `leave` names parts that are not in the file. */
export function bookFile(signers, { parts = plainParts, leave = [], tenant, ...more } = {}) {
  const manifest = manifestOf(parts, more);
  const bytes = j0Bytes(manifest);
  const files = parts.map(([name, file], index) => [index, file, name])
    .filter(([, , name]) => !leave.includes(name)).map(([index, file]) => [index, file]);
  const message = bookMessage(tenant ?? manifest.shop, bytes);
  return writeSignedFile(magics.book, bytes, signatures(signers, message), files);
}

export function note(purpose, key, value, shop = 'tea') {
  const j0 = j0Text(value);
  return writeNote(key.kid, key.sign(noteMessage(purpose, shop, j0)), j0);
}

export function redeemCode(key, value, shop = 'tea') {
  const j0 = j0Text(value);
  return writeRedeemCode(key.kid, key.sign(redeemMessage(shop, j0)), j0);
}

// ---- the server's side ----

/** Answers an enrolment: { reply, keys, transcript }; keys: { op, ack, store }. */
export function enroll({ shop = 'tea', app = 'wx1', pub, nonce, wxk, wxkVer = 0, online,
  dev = sha256('dev').subarray(0, 16), epoch = 1, member = 'm1', time = 1760000000000,
  server = keyOf('server') }) {
  const client = Buffer.from(pub, 'base64url');
  const message = enrollMessage({
    tenant: shop, app, client, server: server.key, dev, epoch, time, member,
    nonce: Buffer.from(nonce, 'base64url'), wxkVersion: wxkVer,
  });
  const transcript = sha256(message);
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(server.secret);
  const shared = pair.computeSecret(Buffer.concat([Buffer.of(4), client]));
  const device = hkdf(deviceSecret(shared, wxk), transcript, labels.dev);
  const keys = Object.fromEntries(['op', 'ack', 'store']
    .map((name) => [name, hkdf(device, transcript, labels[name])]));
  return {
    keys: { ...keys, shop, dev }, transcript,
    reply: {
      dev: b64u(dev), epoch, kid: online.kid, member, pub: b64u(server.key), time,
      sig: b64u(online.sign(message)), mac: b64u(hmac(keys.ack, enrolledMessage(shop, transcript))),
    },
  };
}

/** The opaque text of device keys, as the module writes it. */
export const keysText = ({ shop, dev, op, ack, store }) =>
  `${shop}.${b64u(dev)}.${b64u(Buffer.concat([op, ack, store]))}`;

/** What sealSync answers: { body, head }. */
export function sealedSync(keys, request) {
  let prev = Buffer.from(request.prev, 'base64url');
  const ops = request.ops.map(({ b, s }) => {
    prev = sha256(opMessage(keys.shop, keys.dev, s, prev, b));
    return { b, d: b64u(prev), s, t: b64u(hmac(keys.op, prev)) };
  });
  const j0 = j0Text({ ...request, ops });
  const mac = hmac(keys.op, syncMessage(keys.shop, keys.dev, j0));
  return { body: writeSyncRequest(keys.shop, keys.dev, mac, j0), head: b64u(prev) };
}

export function syncReply(keys, nonce, value) {
  const j0 = j0Text(value);
  const bytes = Buffer.from(nonce, 'base64url');
  return writeMaced(hmac(keys.ack, syncedMessage(keys.shop, keys.dev, bytes, j0)), j0);
}

export const record = (keys, name, text) =>
  writeMaced(hmac(keys.store, storeMessage(keys.shop, name, text)), text);
