// Roots and books of a merchant: made, signed, verified. What is written is verified first as a
// phone would do it, so a file that phones refuse is never left behind.
import { refuse } from '../error.js';
import * as check from '../server/checks.js';
import { j0Bytes, readJ0Bytes } from '../sync/j0.js';
import {
  bookMessage, magics, readSignedFile, rootMessage, writeSignedFile,
} from '../sync/messages.js';
import { manifestOf as manifestOfBook, partsOf } from './book_json.js';
import { underEmbargo } from './embargo.js';
import { readBytes, readJson, readJsonBytes, writeBytes } from './files.js';
import { checkBook } from './replay.js';
import { kidOf, readSigners, sha256, verifier } from './signing.js';
import { UsageError, wholeNumber } from './usage.js';

const { isSignedByRole, readRoot, verifyBook, verifyRoot } = verifier;
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const dayS = 86400;
const daysMax = 36600;

const timeMaxS = 1e11;

// A whole number of an option that may be left out.
const optional = (options, name, least, otherwise) =>
  (options[name] === undefined ? otherwise : wholeNumber(options[name], name, least, timeMaxS));

const nowOf = (options) => optional(options, 'now', 0, Math.floor(Date.now() / 1000));

// A signature that no root counts would look as if it were one.
function signersOf(role, signers, kids) {
  const stranger = signers.find(({ kid }) => !kids.includes(kid));
  if (stranger) refuse('E_KEY', `${stranger.kid} is no key of the role ${role}`);
  return signers;
}

/** Signatures of some keys beside those that are there, one for each key. */
function sign(message, signers, there = []) {
  const made = signers.map((signer) => ({ kid: signer.kid, sig: signer.sign(message) }));
  const kids = new Set(made.map(({ kid }) => kid));
  return [...there.filter(({ kid }) => !kids.has(kid)), ...made];
}

// ---- roots ----

/** The chain root 1, 2, … of files, each verified under the one before: their values. */
export async function readChain(paths, shop = null) {
  const files = paths.split(',').map(readBytes);
  const tenant = shop ?? readJ0Bytes(readSignedFile(magics.root, files[0]).payload).shop;
  const chain = [await readRoot(tenant, files[0])];
  for (const [i, next] of files.slice(1).entries()) {
    chain.push(await verifyRoot({ shop: tenant, trusted: files[i], next }));
  }
  return { files, chain, root: chain[chain.length - 1], shop: tenant };
}

function publicKey(value, path) {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64url') : Buffer.alloc(0);
  if (bytes.length !== 64 || bytes.toString('base64url') !== value) {
    refuse('E_KEY', 'the "pub" that `suanpan keygen` prints is expected', path);
  }
}

function expiry(value, path) {
  if (typeof value === 'number') check.whole(value, path, 0, timeMaxS);
  else if (Number.isNaN(Date.parse(value))) {
    refuse('E_RANGE', 'unix seconds or a date like 2030-01-31 are expected', path);
  }
}

function role(value, path) {
  check.members(value, path,
    { keys: check.listOf(publicKey, 16), threshold: check.wholeFrom(1, 16) });
  const { keys, threshold } = value;
  keys.forEach((key, i) => {
    if (keys.indexOf(key) < i) refuse('E_DUPLICATE_ID', 'a key twice', `${path}/keys/${i}`);
  });
  if (threshold > keys.length) {
    refuse('E_RANGE', 'there are not so many keys', `${path}/threshold`);
  }
}

// A note carries one signature.
function noteRole(value, path) {
  role(value, path);
  if (value.threshold !== 1) refuse('E_RANGE', '1 is expected', `${path}/threshold`);
}

const configWords = {
  shop: check.name, expires: expiry,
  roles: check.objectOf({ root: role, book: role, online: noteRole, 'redeem?': noteRole }),
};

function rootValue(config, v) {
  check.members(config, '', configWords);
  const { shop, expires, roles } = config;
  const keys = {};
  const named = Object.entries(roles).map(([name, { keys: pubs, threshold }]) => {
    const kids = pubs.map((pub) => {
      const kid = kidOf(Buffer.from(pub, 'base64url'));
      keys[kid] = pub;
      return kid;
    });
    return [name, { keys: kids.sort(), threshold }];
  });
  const expiresS = typeof expires === 'number' ? expires : Math.floor(Date.parse(expires) / 1000);
  return { expires: expiresS, keys, roles: Object.fromEntries(named), shop, v };
}

/** Whether the thresholds that a root needs are reached, by itself and by the one before. */
async function rootState(file, before) {
  const { payload, signatures } = readSignedFile(magics.root, file);
  const { shop } = readJ0Bytes(payload);
  const value = await readRoot(shop, payload);
  const message = rootMessage(shop, payload);
  const roots = before === null ? [value] : [value, await readRoot(shop, before)];
  const reached = await Promise.all(roots.map((root) =>
    isSignedByRole(root, 'root', message, signatures)));
  return {
    enough: !reached.includes(false), shop, signed: signatures.map(({ kid }) => kid), v: value.v,
  };
}

const rootKeysOf = (file) => (file === null ? []
  : readJ0Bytes(readSignedFile(magics.root, file).payload).roles.root.keys);

/** A root of {"shop", "expires", "roles": {name: {"keys": [pub…], "threshold"}}}, signed. */
export async function makeRoot({ config, sign: keys, previous, out }) {
  const before = previous === undefined ? null : readBytes(previous);
  const v = before === null ? 1
    : readJ0Bytes(readSignedFile(magics.root, before).payload).v + 1;
  const value = rootValue(readJson(config), v);
  const bytes = j0Bytes(value);
  const signers = signersOf('root', readSigners(keys),
    [...value.roles.root.keys, ...rootKeysOf(before)]);
  const file = writeSignedFile(magics.root, bytes, sign(rootMessage(value.shop, bytes), signers));
  const state = await rootState(file, before);
  writeBytes(out, file);
  return state;
}

// The keys that may sign, of a file that is signed already; null where nothing here says them. A
// later root is signed by keys of the one before as well.
async function kidsFor({ isRoot, payload, chain }) {
  if (!isRoot) return chain === undefined ? null : (await readChain(chain)).root.roles.book.keys;
  const { v, roles } = readJ0Bytes(payload);
  return v === 1 ? roles.root.keys : null;
}

/** Adds signatures of keys that lie elsewhere to a root or a book. */
export async function addSignatures({ file, sign: keys, out, root: chain }) {
  const signers = readSigners(keys);
  const bytes = readBytes(file);
  const isRoot = bytes.subarray(0, 4).toString() === magics.root;
  const magic = isRoot ? magics.root : magics.book;
  const { payload, signatures, parts } = readSignedFile(magic, bytes);
  const { shop } = readJ0Bytes(payload);
  const message = (isRoot ? rootMessage : bookMessage)(shop, payload);
  const kids = await kidsFor({ isRoot, payload, chain });
  if (kids !== null) signersOf(isRoot ? 'root' : 'book', signers, kids);
  const signed = sign(message, signers, signatures);
  writeBytes(out ?? file, writeSignedFile(magic, payload, signed, parts));
  return { shop, signed: signed.map(({ kid }) => kid) };
}

// ---- books ----

/** The version of the root that first listed a key of the present book role. */
function epochOf(chain) {
  const { keys } = chain[chain.length - 1].roles.book;
  const first = chain.find(({ roles }) => roles.book.keys.some((kid) => keys.includes(kid)));
  if (first === chain[0] && first.v > 1) {
    refuse('E_ROOT', 'give every root from the first: the epoch is told by them');
  }
  return first.v;
}

function manifestBefore(path) {
  if (path === undefined) return null;
  const { payload } = readSignedFile(magics.book, readBytes(path));
  return { ...readJ0Bytes(payload), digest: hex(sha256(payload)) };
}

function manifestOf({ shop, epoch, before, parts, audiences, options }) {
  const same = before !== null && before.epoch === epoch;
  const nowS = Math.floor(Date.now() / 1000);
  const days = options.days === undefined ? 30 : wholeNumber(options.days, 'days', 1, daysMax);
  return {
    engine_min: 1, epoch, expires: nowS + days * dayS, meaning: 1,
    min_ver: optional(options, 'min-ver', 1, same ? before.min_ver : 1),
    not_before: optional(options, 'not-before', 0, 0),
    parts: parts.map(([name, bytes]) => ({
      audience: audiences.get(name) ?? 'public', len: bytes.length, name,
      sha256: hex(sha256(bytes)),
    })),
    prev: before === null ? null : before.digest, shop, ver: same ? before.ver + 1 : 1,
  };
}

// Signs the manifest of parts and writes the file when it verifies; too few signatures are told,
// and `sign` adds the others.
async function signBook(parts, { audiences, shop: wanted, ...options }) {
  const { files, chain, root, shop } = await readChain(options.root, wanted);
  const before = manifestBefore(options.previous);
  const manifest = manifestOf({ shop, epoch: epochOf(chain), before, parts, audiences, options });
  const payload = j0Bytes(manifest);
  const message = bookMessage(shop, payload);
  const signatures = sign(message,
    signersOf('book', readSigners(options.sign), root.roles.book.keys));
  const file = writeSignedFile(magics.book, payload, signatures,
    parts.map(([, bytes], index) => [index, bytes]));
  const enough = await isSignedByRole(root, 'book', message, signatures);
  if (enough) {
    await verifyBook({
      shop, root: files[files.length - 1], book: file, now: manifest.not_before,
    });
  }
  writeBytes(options.out, file);
  return { digest: hex(sha256(payload)), enough, epoch: manifest.epoch, ver: manifest.ver };
}

// 'catalog=member,rules=server' → whom these parts are for.
function audiencesOf(list, parts) {
  const pairs = list === undefined ? [] : list.split(',').map((pair) => pair.split('='));
  const words = ['public', 'member', 'server'];
  pairs.forEach(([name, audience, ...more]) => {
    const isPair = words.includes(audience) && more.length === 0;
    if (!isPair) throw new UsageError(`--audience needs PART=${words.join('|')},...`);
    const names = parts.map(([part]) => part);
    if (!names.includes(name)) {
      refuse('E_REFERENCE', `--audience: the book has no part ${name}, but ${names.join(', ')}`);
    }
  });
  return new Map(pairs);
}

/**
 * A signed book of a JSON book in which the engine finds no error. With `embargo` it lacks the
 * rules that start later than so many seconds from now, and the answer says which, and when to
 * publish again.
 */
export async function publish({ embargo, ...options }) {
  const bytes = readJsonBytes(options.book);
  await checkBook('wasm', bytes);
  const whole = { ...manifestOfBook(bytes), ...partsOf(bytes) };
  const nowS = nowOf(options);
  const { book, ...told } = embargo === undefined ? { book: whole }
    : underEmbargo(whole, wholeNumber(embargo, 'embargo', 0), nowS);
  // What is left stands alone: no rule of it may name one that was left out.
  if (told.again) await checkBook('wasm', Buffer.from(JSON.stringify(book)));
  const { shop, catalog, rules, text } = book;
  const named = [['catalog', catalog], ['rules', rules], ...(text ? [['text', text]] : [])];
  const parts = named.map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]);
  if (options.model !== undefined) parts.push(['model', readBytes(options.model)]);
  const audiences = audiencesOf(options.audience, parts);
  return { ...await signBook(parts, { ...options, shop, audiences }), ...told };
}

/** The same parts under the next version, which says that older ones are honoured no more. */
export async function recall(options) {
  const book = readSignedFile(magics.book, readBytes(options.book));
  const manifest = readJ0Bytes(book.payload);
  const parts = book.parts.map(([index, bytes]) => [manifest.parts[index].name, bytes]);
  if (parts.length < manifest.parts.length) refuse('E_REQUIRED', 'the book lacks some parts');
  const audiences = new Map(manifest.parts.map(({ name, audience }) => [name, audience]));
  const minVer = optional(options, 'min-ver', 1, manifest.ver + 1);
  if (minVer > manifest.ver + 1) {
    refuse('E_RANGE', '--min-ver: the next version must be honoured itself');
  }
  if (minVer <= manifest.min_ver) {
    refuse('E_RANGE', `--min-ver: nothing below ${manifest.min_ver} is honoured as it is`);
  }
  return signBook(parts, { ...options, previous: options.book, audiences, 'min-ver': minVer });
}

/** Verifies a chain of roots and, when there is one, a book under its last. */
export async function verify(options) {
  const { files, root, shop } = await readChain(options.root, options.shop);
  const told = { shop, root: { v: root.v, expires: root.expires } };
  if (options.book === undefined) return told;
  const checkpoint = options.checkpoint === undefined ? null
    : readBytes(options.checkpoint).toString().trim();
  const now = nowOf(options);
  const book = readBytes(options.book);
  return { ...told, ...await verifyBook({
    shop, root: files[files.length - 1], book, checkpoint, now,
  }) };
}
