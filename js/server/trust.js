// Who may sign what: roots, their roles, and books under them (src/sync/README.md, sections 2 and
// 3), by node:crypto. A threshold counts distinct keys of a role, so a signature that is there
// twice counts once; a wrong one, or one by a key that is none of the role's, counts nothing.
import { SuanpanError } from '../error.js';
import { fromBase64url } from '../sync/base64url.js';
import { readJ0Bytes } from '../sync/j0.js';
import { bookMessage, magics, readSignedFile, rootMessage } from '../sync/messages.js';
import { hex, isSigned, kidOf, sha256 } from './crypto.js';

const keysMax = 16;
const refuse = (message) => {
  throw new SuanpanError('E_UNVERIFIED', '', message);
};

function checkRole(name, role, kids) {
  const { keys, threshold } = role;
  const isFine = Array.isArray(keys) && new Set(keys).size === keys.length
    && keys.every((kid) => kids.has(kid))
    && Number.isInteger(threshold) && threshold >= 1 && threshold <= keys.length;
  if (!isFine) refuse(`the role ${name} of the root is not lawful`);
}

function checkRoot(root, shop) {
  if (root.shop !== shop) refuse(`the root is of the shop ${root.shop}`);
  const entries = Object.entries(root.keys);
  const kids = new Set(entries.map(([kid]) => kid));
  const isFine = entries.length <= keysMax && Number.isInteger(root.v) && root.v >= 1
    && entries.every(([kid, key]) => kidOf(fromBase64url(key)) === kid);
  if (!isFine) refuse('the keys of the root are not lawful');
  ['book', 'online', 'root'].forEach((name) => {
    if (!root.roles[name]) refuse(`the root has no role ${name}`);
  });
  Object.entries(root.roles).forEach(([name, role]) => checkRole(name, role, kids));
}

/** Whether the signatures over message reach the threshold of a role of the root. */
export function isByRole(root, role, message, signatures) {
  const { keys, threshold } = root.roles[role];
  const counted = new Set(signatures.filter(({ kid, sig }) => keys.includes(kid)
    && isSigned(fromBase64url(root.keys[kid]), message, sig)).map(({ kid }) => kid));
  return counted.size >= threshold;
}

/** The root of a signed file. before: the root it follows; without one it is taken as it is. */
export function readRoot(file, shop, before = null) {
  const { payload, signatures } = readSignedFile(magics.root, file);
  const message = rootMessage(shop, payload);
  if (before && !isByRole(before, 'root', message, signatures)) {
    refuse('the root before has not signed this root');
  }
  const root = readJ0Bytes(payload);
  checkRoot(root, shop);
  if (before && root.v !== before.v + 1) refuse(`root ${before.v + 1} comes next, not ${root.v}`);
  if (!isByRole(root, 'root', message, signatures)) refuse('the root has not signed itself');
  return root;
}

/** { digest, manifest, parts: { name: bytes } } of a signed book, every part by its hash. */
export function readBook(file, root) {
  const { payload, signatures, parts } = readSignedFile(magics.book, file);
  if (!isByRole(root, 'book', bookMessage(root.shop, payload), signatures)) {
    refuse('the book is not signed by the keys of the root');
  }
  const manifest = readJ0Bytes(payload);
  if (manifest.shop !== root.shop) refuse(`the book is of the shop ${manifest.shop}`);
  const named = {};
  for (const [index, bytes] of parts) {
    const part = manifest.parts[index];
    const isFine = part && part.len === bytes.length && part.sha256 === hex(sha256(bytes));
    if (!isFine) throw new SuanpanError('E_DIGEST', `/parts/${index}`);
    named[part.name] = bytes;
  }
  if (!named.rules || !named.catalog) refuse('the book has no rules or no catalogue');
  return { digest: hex(sha256(payload)), manifest, parts: named };
}
