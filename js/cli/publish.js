// Roots and books of a merchant: made, signed, verified. What is written is verified first as a
// phone would do it, so a file that phones refuse is never left behind.
import { writeFileSync } from 'node:fs';
import { refuse } from '../error.js';
import { j0Bytes, readJ0Bytes } from '../sync/j0.js';
import {
  bookMessage, magics, readSignedFile, rootMessage, writeSignedFile,
} from '../sync/messages.js';
import { manifestOf as manifestOfBook, partsOf } from './book_json.js';
import { underEmbargo } from './embargo.js';
import { FileError, parseJson, readBytes } from './files.js';
import { checkBook } from './replay.js';
import { kidOf, readSigners, sha256, verifier } from './signing.js';

const { isSignedByRole, readRoot, verifyBook, verifyRoot } = verifier;
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const unsigned = (value) => Number.isSafeInteger(value) && value >= 0;
const dayS = 86400;

function write(path, bytes) {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new FileError(path, error);
  }
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

function rootValue({ shop, expires, roles }, v) {
  const keys = {};
  const named = Object.entries(roles).map(([name, { keys: pubs, threshold }]) => {
    const kids = pubs.map((pub) => {
      const kid = kidOf(Buffer.from(pub, 'base64url'));
      keys[kid] = pub;
      return kid;
    });
    return [name, { keys: kids.sort(), threshold }];
  });
  const expiresS = unsigned(expires) ? expires : Date.parse(expires) / 1000;
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

/** A root of {"shop", "expires", "roles": {name: {"keys": [pub…], "threshold"}}}, signed. */
export async function makeRoot({ config, sign: keys, previous, out }) {
  const before = previous === undefined ? null : readBytes(previous);
  const v = before === null ? 1
    : readJ0Bytes(readSignedFile(magics.root, before).payload).v + 1;
  const value = rootValue(parseJson(readBytes(config).toString(), config), v);
  const bytes = j0Bytes(value);
  const file = writeSignedFile(magics.root, bytes,
    sign(rootMessage(value.shop, bytes), readSigners(keys)));
  const state = await rootState(file, before);
  write(out, file);
  return state;
}

/** Adds signatures of keys that lie elsewhere to a root or a book. */
export async function addSignatures({ file, sign: keys, out }) {
  const signers = readSigners(keys);
  const bytes = readBytes(file);
  const isRoot = bytes.subarray(0, 4).toString() === magics.root;
  const magic = isRoot ? magics.root : magics.book;
  const { payload, signatures, parts } = readSignedFile(magic, bytes);
  const { shop } = readJ0Bytes(payload);
  const message = (isRoot ? rootMessage : bookMessage)(shop, payload);
  const signed = sign(message, signers, signatures);
  write(out ?? file, writeSignedFile(magic, payload, signed, parts));
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
  const now = Math.floor(Date.now() / 1000);
  return {
    engine_min: 1, epoch, expires: now + Number(options.days ?? 30) * dayS, meaning: 1,
    min_ver: Number(options['min-ver'] ?? (same ? before.min_ver : 1)),
    not_before: Number(options['not-before'] ?? 0),
    parts: parts.map(([name, bytes]) => ({
      audience: audiences[name] ?? 'public', len: bytes.length, name, sha256: hex(sha256(bytes)),
    })),
    prev: before === null ? null : before.digest, shop, ver: same ? before.ver + 1 : 1,
  };
}

// Signs the manifest of parts and writes the file when it verifies; too few signatures are told,
// and `sign` adds the others.
async function signBook(parts, { audiences = {}, shop: wanted, ...options }) {
  const { files, chain, root, shop } = await readChain(options.root, wanted);
  const before = manifestBefore(options.previous);
  const manifest = manifestOf({ shop, epoch: epochOf(chain), before, parts, audiences, options });
  const payload = j0Bytes(manifest);
  const message = bookMessage(shop, payload);
  const signatures = sign(message, readSigners(options.sign));
  const file = writeSignedFile(magics.book, payload, signatures,
    parts.map(([, bytes], index) => [index, bytes]));
  const enough = await isSignedByRole(root, 'book', message, signatures);
  if (enough) {
    await verifyBook({
      shop, root: files[files.length - 1], book: file, now: manifest.not_before,
    });
  }
  write(options.out, file);
  return { digest: hex(sha256(payload)), enough, epoch: manifest.epoch, ver: manifest.ver };
}

const audiencesOf = (list = '') => Object.fromEntries(
  list.split(',').filter(Boolean).map((pair) => pair.split('=')));

/**
 * A signed book of a JSON book in which the engine finds no error. With `embargo` it lacks the
 * rules that start later than so many seconds from now, and the answer says which, and when to
 * publish again.
 */
export async function publish({ embargo, now, ...options }) {
  const bytes = readBytes(options.book);
  await checkBook('wasm', bytes);
  const whole = { ...manifestOfBook(bytes), ...partsOf(bytes) };
  const { book, ...told } = embargo === undefined ? { book: whole }
    : underEmbargo(whole, Number(embargo), Number(now ?? Math.floor(Date.now() / 1000)));
  // What is left stands alone: no rule of it may name one that was left out.
  if (told.again) await checkBook('wasm', Buffer.from(JSON.stringify(book)));
  const { shop, catalog, rules, text } = book;
  const named = [['catalog', catalog], ['rules', rules], ...(text ? [['text', text]] : [])];
  const parts = named.map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]);
  if (options.model !== undefined) parts.push(['model', readBytes(options.model)]);
  const audiences = audiencesOf(options.audience);
  return { ...await signBook(parts, { ...options, shop, audiences }), ...told };
}

/** The same parts under the next version, which says that older ones are honoured no more. */
export async function recall(options) {
  const book = readSignedFile(magics.book, readBytes(options.book));
  const manifest = readJ0Bytes(book.payload);
  const parts = book.parts.map(([index, bytes]) => [manifest.parts[index].name, bytes]);
  if (parts.length < manifest.parts.length) refuse('E_REQUIRED', 'the book lacks some parts');
  const audiences = Object.fromEntries(manifest.parts.map(({ name, audience }) =>
    [name, audience]));
  const minVer = Number(options['min-ver'] ?? manifest.ver + 1);
  if (minVer > manifest.ver + 1) refuse('E_RANGE', 'the next version must be honoured itself');
  return signBook(parts, { ...options, previous: options.book, audiences, 'min-ver': minVer });
}

/** Verifies a chain of roots and, when there is one, a book under its last. */
export async function verify(options) {
  const { files, root, shop } = await readChain(options.root, options.shop);
  const told = { shop, root: { v: root.v, expires: root.expires } };
  if (options.book === undefined) return told;
  const checkpoint = options.checkpoint === undefined ? null
    : readBytes(options.checkpoint).toString().trim();
  const now = options.now === undefined ? Math.floor(Date.now() / 1000) : Number(options.now);
  const book = readBytes(options.book);
  return { ...told, ...await verifyBook({
    shop, root: files[files.length - 1], book, checkpoint, now,
  }) };
}
