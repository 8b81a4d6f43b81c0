// Deterministic ECDSA on P-256 (RFC 6979), so that vectors and seeds are the same bytes every time;
// node:crypto's signatures are random. By textbook, in BigInt, and only for tests.
import { createECDH, createHmac } from 'node:crypto';

const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const fromBytes = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const toBytes = (number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const mod = (a, m) => ((a % m) + m) % m;

function inverse(a, m) {
  let [r, next, s, nextS] = [mod(a, m), m, 1n, 0n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [s, nextS] = [nextS, s - quotient * nextS];
  }
  return mod(s, m);
}

/** x ‖ y of the secret's public key; throws for a number that is no secret. */
export function publicKey(secret) {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(secret);
  return pair.getPublicKey().subarray(1);
}

/** The k of RFC 6979, section 3.2, as a secret. */
function nonceOf(secret, digest) {
  const mac = (key, ...parts) => parts.reduce((h, part) => h.update(part),
    createHmac('sha256', key)).digest();
  const seed = Buffer.concat([secret, toBytes(mod(fromBytes(digest), n))]);
  let value = Buffer.alloc(32, 1);
  let key = mac(Buffer.alloc(32), value, Buffer.of(0), seed);
  value = mac(key, value);
  key = mac(key, value, Buffer.of(1), seed);
  value = mac(key, value);
  for (;;) {
    value = mac(key, value);
    const k = fromBytes(value);
    if (k > 0n && k < n) return value;
    key = mac(key, value, Buffer.of(0));
    value = mac(key, value);
  }
}

/** r ‖ s over a SHA-256 digest. */
export function signDigest(secret, digest) {
  const mac = nonceOf(secret, digest);
  const k = fromBytes(mac);
  const r = mod(fromBytes(publicKey(mac).subarray(0, 32)) % p, n);
  const s = mod(inverse(k, n) * (fromBytes(digest) + r * fromBytes(secret)), n);
  return Buffer.concat([toBytes(r), toBytes(s)]);
}
