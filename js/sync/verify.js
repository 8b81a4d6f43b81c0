// Verifying roots and books in JavaScript, for hosts that bring the cryptography themselves: the
// pricing-only build of the module, the command line, tills and the server. The same rules, in the
// same order and with the same errors, as the module has (src/sync/README.md, sections 2 and 3).
//
// `primitives` is { sha256(bytes), isSigned(publicKey, message, signature) }. Their answers may be
// promises (js/host/subtle.js makes them of WebCrypto) or not (node:crypto of the server), so the
// checks are written once, as generators that yield what a primitive answers, and `inTime` or
// `atOnce` runs them.
import { refuse } from '../error.js';
import { fromBase64url } from './base64url.js';
import { toHex } from './bytes.js';
import { readJ0, readJ0Bytes } from './j0.js';
import {
  bookMessage, keyNameMessage, magics, readRedeemCode, readSignedFile, redeemMessage, rootMessage,
} from './messages.js';

const engineProtocol = 1;
const meaningKnown = 1;
const stepMax = 1000;
const rootKeysMax = 16;
const redeemAheadMax = 300;
const redeemSlack = 60;

const demand = (isFine, code, what) => isFine || refuse(code, what);
const isCount = (value, least = 0) => Number.isSafeInteger(value) && value >= least;
const hasKeys = (value, ...keys) => value !== null && typeof value === 'object'
  && !Array.isArray(value) && Object.keys(value).sort().join() === keys.join();

// ---- roots ----

function checkRole(name, role, keys) {
  const isFine = hasKeys(role, 'keys', 'threshold') && Array.isArray(role.keys)
    && new Set(role.keys).size === role.keys.length
    && role.keys.every((kid) => typeof kid === 'string' && Object.hasOwn(keys, kid))
    && isCount(role.threshold, 1) && role.threshold <= role.keys.length
    && (role.threshold === 1 || name === 'root' || name === 'book');
  demand(isFine, 'E_ROOT', `the role ${name}`);
}

// The value of a root's J0 (text, bytes or signed file) when it is lawful and of this shop.
function* readRoot(primitives, shop, root) {
  const isText = typeof root === 'string';
  const isFile = !isText && magics.root === String.fromCharCode(...root.subarray(0, 4));
  const value = isText ? readJ0(root)
    : readJ0Bytes(isFile ? readSignedFile(magics.root, root).payload : root);
  const isFine = hasKeys(value, 'expires', 'keys', 'roles', 'shop', 'v') && isCount(value.v, 1)
    && isCount(value.expires) && value.keys !== null && typeof value.keys === 'object'
    && Object.keys(value.keys).length <= rootKeysMax;
  demand(isFine, 'E_ROOT', 'not a root');
  for (const [kid, key] of Object.entries(value.keys)) {
    const name = yield primitives.sha256(keyNameMessage(fromBase64url(key)));
    demand(toHex(name.subarray(0, 16)) === kid, 'E_ROOT', `the key ${kid}`);
  }
  const { redeem, ...needed } = value.roles || {};
  demand(hasKeys(needed, 'book', 'online', 'root'), 'E_ROOT', 'the roles');
  Object.entries(value.roles).forEach(([name, role]) => checkRole(name, role, value.keys));
  demand(value.shop === shop, 'E_SHOP', value.shop);
  return value;
}

// Whether a threshold of different keys of the role has signed.
function* isSignedByRole(primitives, root, role, message, signatures) {
  const { keys = [], threshold = 1 } = root.roles[role] || {};
  const signers = new Set();
  for (const { kid, sig } of signatures) {
    if (!keys.includes(kid) || signers.has(kid)) continue;
    if (yield primitives.isSigned(fromBase64url(root.keys[kid]), message, sig)) signers.add(kid);
  }
  return signers.size >= threshold;
}

// Root 1, which nothing comes before: its value, when its own threshold has signed it.
function* verifyFirstRoot(primitives, { shop, root }) {
  const { payload, signatures } = readSignedFile(magics.root, root);
  const value = yield* readRoot(primitives, shop, payload);
  const message = rootMessage(shop, payload);
  demand(yield* isSignedByRole(primitives, value, 'root', message, signatures), 'E_SIGNATURE',
    'not by itself');
  return value;
}

// Root n+1 under root n: its value.
function* verifyRoot(primitives, { shop, trusted, next }) {
  const before = yield* readRoot(primitives, shop, trusted);
  const { payload, signatures, parts } = readSignedFile(magics.root, next);
  demand(parts.length === 0, 'E_MAGIC', 'a root has no parts');
  const message = rootMessage(shop, payload);
  const signed = (root) => isSignedByRole(primitives, root, 'root', message, signatures);
  demand(yield* signed(before), 'E_SIGNATURE', 'not by the root before');
  const value = yield* readRoot(primitives, shop, payload);
  demand(yield* signed(value), 'E_SIGNATURE', 'not by itself');
  demand(value.v > before.v, 'E_ROLLBACK', `root ${value.v}`);
  demand(value.v === before.v + 1, 'E_FAST_FORWARD', `root ${value.v}`);
  return value;
}

// ---- books ----

const partName = /^(catalog|rules|text|model|stores\/.+)$/s;
const audiences = ['public', 'member', 'server'];
const digestForm = /^[0-9a-f]{64}$/;

function checkManifest(manifest) {
  const isFine = hasKeys(manifest, 'engine_min', 'epoch', 'expires', 'meaning', 'min_ver',
    'not_before', 'parts', 'prev', 'shop', 'ver')
    && ['engine_min', 'expires', 'meaning', 'min_ver', 'not_before']
      .every((name) => isCount(manifest[name]))
    && isCount(manifest.epoch, 1) && isCount(manifest.ver, 1) && Array.isArray(manifest.parts)
    && (manifest.prev === null || digestForm.test(manifest.prev));
  demand(isFine, 'E_TYPE', 'not a manifest');
  demand(manifest.meaning === meaningKnown, 'E_MEANING', String(manifest.meaning));
  const names = manifest.parts.map((part) => {
    const isPart = hasKeys(part, 'audience', 'len', 'name', 'sha256') && isCount(part.len)
      && audiences.includes(part.audience) && partName.test(part.name)
      && digestForm.test(part.sha256);
    demand(isPart, 'E_TYPE', 'not a part');
    return part.name;
  });
  demand(new Set(names).size === names.length, 'E_DUPLICATE_ID', 'a part stands twice');
}

function checkOrder(root, manifest, digest, checkpoint, now) {
  const { epoch, ver } = manifest;
  demand(manifest.engine_min <= engineProtocol, 'E_UNSUPPORTED', 'made for a newer engine');
  demand(manifest.not_before <= now, 'E_NOT_YET', String(manifest.not_before));
  demand(epoch <= root.v, 'E_FAST_FORWARD', `epoch ${epoch}`);
  if (checkpoint === null) return;
  const isOlder = root.v < checkpoint.root || epoch < checkpoint.epoch;
  demand(!isOlder, 'E_ROLLBACK', `epoch ${epoch}`);
  if (epoch > checkpoint.epoch) return;
  demand(ver <= checkpoint.ver + stepMax, 'E_FAST_FORWARD', `version ${ver}`);
  demand(ver > checkpoint.ver || (ver === checkpoint.ver && digest === checkpoint.manifest),
    'E_ROLLBACK', `version ${ver}`);
}

function* checkParts(primitives, manifest, parts) {
  for (const [index, bytes] of parts) {
    const part = manifest.parts[index];
    demand(part && part.len === bytes.length, 'E_DIGEST', `part ${index}`);
  }
  for (const [index, bytes] of parts) {
    const { name, sha256 } = manifest.parts[index];
    demand(toHex(yield primitives.sha256(bytes)) === sha256, 'E_DIGEST', name);
  }
  const there = parts.map(([index]) => manifest.parts[index].name);
  demand(there.includes('catalog') && there.includes('rules'), 'E_REQUIRED', 'a part is missing');
}

// { checkpoint, digest, expires, manifest }, as the module's verb answers.
function* verifyBook(primitives, { shop, root, book, checkpoint = null, now }) {
  const before = checkpoint === null ? null : readJ0(checkpoint);
  const trusted = yield* readRoot(primitives, shop, root);
  const { payload, signatures, parts } = readSignedFile(magics.book, book);
  const message = bookMessage(shop, payload);
  demand(yield* isSignedByRole(primitives, trusted, 'book', message, signatures), 'E_SIGNATURE');
  const manifest = readJ0Bytes(payload);
  checkManifest(manifest);
  demand(manifest.shop === shop, 'E_SHOP', manifest.shop);
  const digest = toHex(yield primitives.sha256(payload));
  checkOrder(trusted, manifest, digest, before, now);
  yield* checkParts(primitives, manifest, parts);
  const list = parts.map(([index]) => `[${index},"${manifest.parts[index].sha256}"]`).join();
  return {
    checkpoint: `{"epoch":${manifest.epoch},"manifest":"${digest}","parts":[${list}],`
      + `"root":${trusted.v},"ver":${manifest.ver}}`,
    digest, expires: Math.min(manifest.expires, trusted.expires), manifest,
  };
}

// ---- redemption codes ----

// What a till decides alone about a code: signature, shop, store, time and that it was not used
// here. used: the `j` that this store has seen. The value of the code; the caller adds its `j`.
function* verifyRedeemCode(primitives, { shop, root, store, code, now, used }) {
  const trusted = yield* readRoot(primitives, shop, root);
  const { kid, sig, j0 } = readRedeemCode(code);
  const message = redeemMessage(shop, j0);
  const isSigned = trusted.roles.redeem
    && (yield* isSignedByRole(primitives, trusted, 'redeem', message, [{ kid, sig }]));
  demand(isSigned, 'E_SIGNATURE', 'not by a redeem key');
  const value = readJ0Bytes(j0);
  demand(hasKeys(value, 'c', 'e', 'i', 'j', 's', 'shop', 'v') && isCount(value.e)
    && isCount(value.i) && typeof value.j === 'string', 'E_TYPE', 'not a redemption code');
  demand(value.shop === shop && value.s === store, 'E_SHOP', `for ${value.shop} ${value.s}`);
  demand(value.e <= value.i + redeemAheadMax && now <= value.e + redeemSlack, 'E_EXPIRED',
    String(value.e));
  demand(value.i <= now + redeemSlack, 'E_NOT_YET', String(value.i));
  demand(!used.has(value.j), 'E_REPLAY', 'used in this store');
  return value;
}

// ---- running them ----

/** The value of a check whose primitives answer at once. */
export function atOnce(check) {
  let step = check.next();
  while (!step.done) step = check.next(step.value);
  return step.value;
}

/** A promise of the value of a check, whatever its primitives answer. */
export async function inTime(check) {
  let step = check.next();
  while (!step.done) step = check.next(await step.value);
  return step.value;
}

const checks = {
  readRoot, isSignedByRole, verifyFirstRoot, verifyRoot, verifyBook, verifyRedeemCode,
};

/** All checks with these primitives: { verifyBook(asked), … }; run: inTime or atOnce. */
export function verifierOf(primitives, run = inTime) {
  const verifier = {};
  Object.keys(checks).forEach((name) => {
    verifier[name] = (...asked) => run(checks[name](primitives, ...asked));
  });
  return verifier;
}
