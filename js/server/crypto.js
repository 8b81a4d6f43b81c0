// The primitives of the protocol by node:crypto: SHA-256, HMAC, HKDF, ECDSA and ECDH on P-256, and
// AES-GCM for keys at rest. Bytes in, bytes out; which bytes is the matter of js/sync/messages.js.
import { createCipheriv, createDecipheriv, createECDH, createHash, createHmac, createPrivateKey,
  createPublicKey, createSecretKey, generateKeyPairSync, hash, hkdfSync, randomBytes, sign,
  timingSafeEqual, verify } from 'node:crypto';
import { keyNameMessage, labels } from '../sync/messages.js';
import { atOnce, verifierOf } from '../sync/verify.js';

export const sha256 = (bytes) => hash('sha256', bytes, 'buffer');
export const hmac = (key, bytes) => createHmac('sha256', key).update(bytes).digest();
/** SHA-256 of text or bytes as hex. */
export const sha256Hex = (data) => hash('sha256', data, 'hex');
export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const b64u = (bytes) => Buffer.from(bytes).toString('base64url');
export const random = (size) => randomBytes(size);

/** Compares without telling by time where two values of one size differ. */
export const isEqual = (a, b) => a.length === b.length && timingSafeEqual(a, b);

// ---- what is hashed for every request ----

// Texts and bytes behind one another.
function digestOf(digest, parts) {
  parts.forEach((part) => digest.update(part));
  return digest.digest('base64url');
}

/** SHA-256 of texts and bytes behind one another, as base64url. */
export const sha256Text = (...parts) => digestOf(createHash('sha256'), parts);

/**
 * (...parts) → HMAC-SHA-256 under this key of texts and bytes behind one another, as base64url. For
 * keys that are used often: the key is read once.
 */
export function hmacOf(key) {
  const prepared = createSecretKey(key);
  return (...parts) => digestOf(createHmac('sha256', prepared), parts);
}

export const kidOf = (key) => hex(sha256(keyNameMessage(key)).subarray(0, 16));

// ---- ECDSA ----

const part = (bytes) => Buffer.from(bytes).toString('base64url');

function jwkOf(key) {
  return { kty: 'EC', crv: 'P-256', x: part(key.subarray(0, 32)), y: part(key.subarray(32)) };
}

/** Whether sig (r ‖ s) is a signature of message under a public key x ‖ y. */
export function isSigned(key, message, sig) {
  try {
    const publicKey = createPublicKey({ key: jwkOf(key), format: 'jwk' });
    return verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, sig);
  } catch {
    // A point that is not on the curve is no key.
    return false;
  }
}

/** Roots, books and codes, verified at once. */
export const verifier = verifierOf({ sha256, isSigned }, atOnce);

const rawOf = (jwk) => Buffer.concat(['x', 'y'].map((name) => Buffer.from(jwk[name], 'base64url')));

/** A signing key of a PEM: { kid, key: x ‖ y, sign(message) }. */
export function signer(pem) {
  const privateKey = createPrivateKey(pem);
  const key = rawOf(createPublicKey(privateKey).export({ format: 'jwk' }));
  return {
    key,
    kid: kidOf(key),
    sign: (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

/** The PEM of a new signing key. */
export function newSigningKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' });
}

// ---- keys of a device ----

/** A fresh key pair and its shared x with the other public key; throws when that is no point. */
export function exchange(otherKey) {
  const pair = createECDH('prime256v1');
  const key = pair.generateKeys().subarray(1);
  const shared = pair.computeSecret(Buffer.concat([Buffer.from([4]), otherKey]));
  return { key, shared };
}

const derive = (secret, transcript, label) =>
  Buffer.from(hkdfSync('sha256', secret, transcript, label, 32));

/** K_op, K_ack and K_store from the secret of the exchange and T. */
export function deviceKeys(secret, transcript) {
  const device = derive(secret, transcript, labels.dev);
  return {
    op: derive(device, transcript, labels.op),
    ack: derive(device, transcript, labels.ack),
    store: derive(device, transcript, labels.store),
  };
}

// ---- keys at rest ----

/** iv ‖ tag ‖ ciphertext as base64url; bound to `what` it belongs to. */
export function seal(key, what, bytes) {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(what));
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return b64u(Buffer.concat([iv, cipher.getAuthTag(), body]));
}

/** The bytes that were sealed; throws when the key, `what` or a bit is another. */
export function unseal(key, what, sealed) {
  const bytes = Buffer.from(sealed, 'base64url');
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  cipher.setAAD(Buffer.from(what));
  cipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]);
}
