// The primitives of src/sync/README.md by node:crypto, and with them a second engine.sync: what the
// module does in C is done here again from the page of the protocol alone.
import {
  createECDH, createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync,
  hkdfSync, sign, verify,
} from 'node:crypto';
import { SuanpanError } from 'suanpan/node';
import { fromBase64url, toBase64url } from '../../js/sync/base64url.js';
import { j0Text, readJ0, readJ0Bytes } from '../../js/sync/j0.js';
import {
  bookMessage, deviceSecret, enrolledMessage, enrollMessage, keyNameMessage, labels, magics,
  noteMessage, opMessage, readMaced, readNote, readSignedFile, rootMessage, storeMessage,
  syncedMessage, syncMessage, writeMaced, writeSyncRequest,
} from '../../js/sync/messages.js';

export const sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
export const hmac = (key, bytes) =>
  new Uint8Array(createHmac('sha256', key).update(bytes).digest());
export const hex = (bytes) => Buffer.from(bytes).toString('hex');
const refuse = (code, what = '') => {
  throw new SuanpanError(code, '', what);
};
const isSame = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;

const jwkOf = (pub) => ({ kty: 'EC', crv: 'P-256', x: toBase64url(pub.subarray(0, 32)),
  y: toBase64url(pub.subarray(32)) });

/** { pub, kid, sign(bytes) } of a new key. */
export function signingKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const pub = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return {
    pub: new Uint8Array(pub), kid: hex(sha256(keyNameMessage(pub))).slice(0, 32),
    sign: (bytes) => new Uint8Array(
      sign('sha256', bytes, { key: createPrivateKey(privateKey.export({ format: 'pem',
        type: 'pkcs8' })), dsaEncoding: 'ieee-p1363' })),
  };
}

function holds(pub, bytes, sig) {
  return verify('sha256', bytes,
    { key: createPublicKey({ key: jwkOf(pub), format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, sig);
}

const rootOf = (root) => (typeof root === 'string' ? readJ0(root)
  : readJ0Bytes(readSignedFile(magics.root, root).payload));

// Distinct keys of a role that signed.
function countOf({ keys, roles }, role, message, signatures) {
  const signers = new Set(signatures.filter(({ kid, sig }) => roles[role].keys.includes(kid)
    && holds(fromBase64url(keys[kid]), message, sig)).map(({ kid }) => kid));
  return signers.size;
}

function demand(root, role, message, signatures) {
  if (countOf(root, role, message, signatures) < root.roles[role].threshold) {
    refuse('E_SIGNATURE');
  }
}

/** What both sides derive from a transcript and a shared secret: { op, ack, store } and T. */
export function deriveKeys(transcript, shared, wxk) {
  const t = sha256(transcript);
  const key = (ikm, info) => new Uint8Array(hkdfSync('sha256', ikm, t, info, 32));
  const dev = key(deviceSecret(shared, wxk || new Uint8Array(0)), labels.dev);
  return { t, op: key(dev, labels.op), ack: key(dev, labels.ack), store: key(dev, labels.store) };
}

export function keyPair() {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return { pub: new Uint8Array(ecdh.getPublicKey().subarray(1)), secret: ecdh.getPrivateKey() };
}

export function sharedSecret(secret, pub) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(secret);
  return new Uint8Array(ecdh.computeSecret(Buffer.concat([Buffer.from([4]), pub])));
}

function follows(checkpoint, { epoch, ver }, digest) {
  if (!checkpoint) return;
  const known = readJ0(checkpoint);
  if (epoch === known.epoch && ver === known.ver && digest === known.manifest) return;
  if (epoch < known.epoch || (epoch === known.epoch && ver <= known.ver)) refuse('E_ROLLBACK');
  if (epoch === known.epoch && ver > known.ver + 1000) refuse('E_FAST_FORWARD');
}

function verifyBook({ shop, root, book, checkpoint, now }) {
  const trusted = rootOf(root);
  const { payload, signatures, parts } = readSignedFile(magics.book, book);
  demand(trusted, 'book', bookMessage(shop, payload), signatures);
  const manifest = readJ0Bytes(payload);
  const digest = hex(sha256(payload));
  if (manifest.shop !== shop) refuse('E_SHOP');
  if (manifest.not_before > now) refuse('E_NOT_YET');
  follows(checkpoint, manifest, digest);
  if (manifest.epoch > trusted.v) refuse('E_ROOT');
  parts.forEach(([index, part]) => {
    if (hex(sha256(part)) !== manifest.parts[index].sha256) refuse('E_DIGEST');
  });
  return { manifest, digest, expires: Math.min(manifest.expires, trusted.expires),
    checkpoint: j0Text({ epoch: manifest.epoch, ver: manifest.ver, manifest: digest,
      root: trusted.v, parts: [] }) };
}

function enrollFinish({ shop, app, root, secret, nonce, wxk, wxkVer = 0, reply }) {
  const mine = JSON.parse(secret);
  const server = fromBase64url(reply.pub);
  const transcript = enrollMessage({ tenant: shop, app, client: fromBase64url(mine.pub), server,
    dev: fromBase64url(reply.dev), epoch: reply.epoch, time: reply.time,
    nonce: fromBase64url(nonce), wxkVersion: wxkVer, member: reply.member });
  demand(rootOf(root), 'online', transcript,
    [{ kid: reply.kid, sig: fromBase64url(reply.sig) }]);
  const keys = deriveKeys(transcript, sharedSecret(Buffer.from(mine.secret, 'hex'), server), wxk);
  if (!isSame(hmac(keys.ack, enrolledMessage(shop, keys.t)), fromBase64url(reply.mac))) {
    refuse('E_MAC');
  }
  const held = { shop, dev: reply.dev, op: hex(keys.op), ack: hex(keys.ack),
    store: hex(keys.store) };
  return { keys: JSON.stringify(held), dev: reply.dev, epoch: reply.epoch, member: reply.member,
    transcript: toBase64url(keys.t) };
}

const opened = (keys) => {
  const { shop, dev, ...rest } = JSON.parse(keys);
  const key = (name) => Buffer.from(rest[name], 'hex');
  return { shop, dev: fromBase64url(dev), key };
};

function sealSync({ keys, request }) {
  const { shop, dev, key } = opened(keys);
  let prev = fromBase64url(request.prev);
  const ops = request.ops.map(({ b, s }) => {
    const d = sha256(opMessage(shop, dev, s, prev, b));
    prev = d;
    return { b, s, d: toBase64url(d), t: toBase64url(hmac(key('op'), d)) };
  });
  const j0 = j0Text({ ...request, ops });
  return { head: toBase64url(prev),
    body: writeSyncRequest(shop, dev, hmac(key('op'), syncMessage(shop, dev, j0)), j0) };
}

function openSync({ keys, nonce, body }) {
  const { shop, dev, key } = opened(keys);
  try {
    const { mac, text } = readMaced(body);
    const wanted = hmac(key('ack'), syncedMessage(shop, dev, fromBase64url(nonce), text));
    if (isSame(wanted, mac)) return readJ0(text);
  } catch (error) {
    // Not a reply at all.
  }
  return refuse('E_MAC');
}

const recordMac = (keys, name, text) => {
  const { shop, key } = opened(keys);
  return hmac(key('store'), storeMessage(shop, name, text));
};

/** The shape of engine.sync (js/sync.d.ts). */
export const nodeSync = {
  verifyRoot({ shop, trusted, next }) {
    const { payload, signatures } = readSignedFile(magics.root, next);
    const [old, fresh] = [rootOf(trusted), readJ0Bytes(payload)];
    const message = rootMessage(shop, payload);
    demand(old, 'root', message, signatures);
    demand(fresh, 'root', message, signatures);
    if (fresh.v !== old.v + 1) refuse('E_ROOT');
    return { root: j0Text(fresh), v: fresh.v, expires: fresh.expires };
  },
  verifyBook,
  enrollBegin({ entropy }) {
    if (entropy.length !== 64) refuse('E_ENTROPY');
    const { pub, secret } = keyPair();
    return { pub: toBase64url(pub),
      secret: JSON.stringify({ pub: toBase64url(pub), secret: hex(secret) }) };
  },
  enrollFinish,
  sealSync,
  openSync,
  openNote({ purpose, shop, root, note }) {
    const { kid, sig, j0 } = readNote(note);
    demand(rootOf(root), 'online', noteMessage(purpose, shop, j0), [{ kid, sig }]);
    return typeof j0 === 'string' ? readJ0(j0) : readJ0Bytes(j0);
  },
  sealRecord: ({ keys, name, text }) => writeMaced(recordMac(keys, name, text), text),
  openRecord({ keys, name, record }) {
    const { mac, text } = readMaced(record);
    return isSame(recordMac(keys, name, text), mac) ? text : refuse('E_MAC');
  },
};
