// Roots and books of a shop, signed with keys that are at hand: for development, where all keys lie
// in one folder. A shop that is open to others keeps its root keys apart.
import { j0Bytes } from '../sync/j0.js';
import { bookMessage, magics, rootMessage, writeSignedFile } from '../sync/messages.js';
import { b64u, hex, sha256 } from './crypto.js';

const signaturesOf = (signers, message) => signers.map(({ kid, sign }) =>
  ({ kid, sig: sign(message) }));

/** SPR1 of a root: { shop, v, expires, roles: { name: { signers, threshold } } }. */
export function signRoot({ shop, v, expires, roles, before = [] }) {
  const signers = Object.values(roles).flatMap((role) => role.signers);
  const root = {
    expires, shop, v,
    keys: Object.fromEntries(signers.map(({ kid, key }) => [kid, b64u(key)])),
    roles: Object.fromEntries(Object.entries(roles).map(([name, role]) =>
      [name, { keys: role.signers.map(({ kid }) => kid), threshold: role.threshold }])),
  };
  const payload = j0Bytes(root);
  const both = new Map([...before, ...roles.root.signers].map((one) => [one.kid, one]));
  return writeSignedFile(magics.root, payload,
    signaturesOf([...both.values()], rootMessage(shop, payload)));
}

/**
 * SPB1 of a development book: { book, model?: bytes, epoch, ver, expires, notBefore, minVer, prev,
 * signers }.
 */
export function signBook({ book, model, epoch, ver, expires, notBefore = 0, minVer = 1,
  prev = null, signers }) {
  const names = ['catalog', 'rules', 'text'].filter((name) => book[name] !== undefined);
  const parts = names.map((name) => Buffer.from(JSON.stringify(book[name])));
  if (model) {
    names.push('model');
    parts.push(Buffer.from(model));
  }
  const payload = j0Bytes({
    engine_min: 1, epoch, expires, meaning: book.meaning, min_ver: minVer, not_before: notBefore,
    parts: names.map((name, i) =>
      ({ audience: 'public', len: parts[i].length, name, sha256: hex(sha256(parts[i])) })),
    prev, shop: book.shop, ver,
  });
  return Buffer.from(writeSignedFile(magics.book, payload,
    signaturesOf(signers, bookMessage(book.shop, payload)), parts.map((part, i) => [i, part])));
}
