// The root chain of a real TUF repository, whose keys were rotated several times, as questions to
// the code that counts thresholds: (keys, threshold, digest, signatures). Its JSON, DER and PEM
// stay here; none of them is in the module.
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const first = 1;
const last = 12;

// The canonical JSON of TUF: keys sorted, only quotes and backslashes escaped.
function canonical(value) {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return String(value);
  return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`)
    .join(',')}}`;
}

function pointOf({ keyval }) {
  const text = keyval.public;
  if (!text.startsWith('-----')) return Buffer.from(text, 'hex').subarray(1);
  const { x, y } = createPublicKey(text).export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

// SEQUENCE of two INTEGERs to r ‖ s; null for what is none.
function plainSignature(der) {
  if (der.length < 8 || der[0] !== 0x30) return null;
  let at = 2;
  const numbers = [0, 1].map(() => {
    const size = der[at + 1];
    const number = der.subarray(at + 2, at + 2 + size);
    at += 2 + size;
    return number;
  });
  return Buffer.concat(numbers.map((number) =>
    Buffer.from(number.toString('hex').replace(/^(00)+/, '').padStart(64, '0'), 'hex')));
}

const nameOf = (kid) => Buffer.from(kid, 'hex').subarray(0, 16);

function questionOf(by, { signed, signatures }, { threshold = by.roles.root.threshold } = {}) {
  const keys = [...new Set(by.roles.root.keyids)]
    .map((kid) => [nameOf(kid), pointOf(by.keys[kid])]);
  const digest = createHash('sha256').update(canonical(signed)).digest();
  const list = signatures.map(({ keyid, sig }) =>
    [nameOf(keyid), plainSignature(Buffer.from(sig, 'hex'))]).filter(([, sig]) => sig !== null);
  return {
    what: 't',
    fields: [Buffer.concat(keys.flat()), Buffer.of(threshold), digest, Buffer.concat(list.flat())],
  };
}

/** Every step of the chain is taken, and one flipped bit or one more key to ask for is not. */
export function sigstoreChain(folder) {
  const roots = Array.from({ length: last - first + 1 }, (_, i) =>
    JSON.parse(readFileSync(join(folder, `${first + i}.root.json`))));
  return roots.slice(1).flatMap((next, index) => {
    const before = roots[index].signed;
    const changed = structuredClone(next);
    changed.signed.version += 1;
    const wanted = [
      ['by the one before', questionOf(before, next), 1],
      ['by itself', questionOf(next.signed, next), 1],
      ['changed', questionOf(before, changed), 0],
      ['more than all keys', questionOf(before, next,
        { threshold: before.roles.root.keyids.length + 1 }), 0],
    ];
    return wanted.map(([name, question, is]) => ({
      set: 'Sigstore root chain 1->12', name: `${next.signed.version} ${name}`, asked: [question],
      passes: ([reply]) => reply.length === 1 && reply[0] === is,
    }));
  });
}
