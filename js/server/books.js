// The books of the shop: which one is current, which one was when, and what the server reads of
// them besides their prices.
//
// A book begins when it was taken in, and not before its `not_before`; from then on the one before
// is superseded. The newest that has begun is current.
import { SuanpanError } from '../error.js';
import { magics, readSignedFile, writeSignedFile } from '../sync/messages.js';
import { giftsOf } from './live.js';
import { b64u, verifier } from './crypto.js';

/** Compares (epoch, ver). */
export const compareBooks = (a, b) => a.epoch - b.epoch || a.ver - b.ver;

const GRACE_S = 120;
const BOOKS_MAX = 16;
const THRESHOLD_BASES = { cn_sequential: 'current', cn_parallel: 'after_item',
  international: 'current' };
const STEP_MAX = 1000;
const jsonOf = (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8'));

// Parts that phones ask for when the first price is on the screen.
const LATER = ['model'];

const isPublic = ({ parts }, wanted) =>
  parts.some(({ name, audience }) => name === wanted && audience === 'public');

// The file as it goes out at first, without the parts that are asked for by name.
function firstFile(file, manifest) {
  const { payload, signatures, parts } = readSignedFile(magics.book, file);
  return Buffer.from(writeSignedFile(magics.book, payload, signatures,
    parts.filter(([index]) => !LATER.includes(manifest.parts[index].name))));
}

// The value of the next root of a chain; before: the file of the last one, null for the first.
const readRoot = (tenant, before, file) => (before === null
  ? verifier.verifyFirstRoot({ shop: tenant, root: file })
  : verifier.verifyRoot({ shop: tenant, trusted: before, next: file }));

/** { digest, manifest } of a signed book under a root; it may begin later than now. */
const verifyBook = (tenant, rootFile, file) =>
  verifier.verifyBook({ shop: tenant, root: rootFile, book: file, now: Infinity });

function partsOf(file, { parts: named }) {
  const { parts } = readSignedFile(magics.book, file);
  return Object.fromEntries(parts.map(([index, bytes]) => [named[index].name, bytes]));
}

// The first of these roots under which a book verifies, and what it says. Keys come and go between
// the root that began the book's epoch and the last one.
function verifyUnder(roots, file) {
  for (const [i, { root, file: rootFile }] of roots.entries()) {
    try {
      return { rootFile, ...verifyBook(root.shop, rootFile, file) };
    } catch (error) {
      if (error.code !== 'E_SIGNATURE' || i === roots.length - 1) throw error;
    }
  }
  throw new SuanpanError('E_UNVERIFIED', '', 'no root of the epoch of this book');
}

/** What a server looks up in a book, of its parts `rules` and `catalog`. */
export function tablesOf(offers, catalog) {
  const { points, tiers = [], growth = { levels: [] }, preset, policy = {} } = offers;
  const rules = new Map(offers.rules.map((rule) => [rule.id, rule]));
  return {
    offers,
    rules,
    gifts: giftsOf({ rules }),
    skus: new Map(catalog.skus.map((sku) => [sku.id, sku])),
    storeTags: new Map((catalog.stores || []).map(({ id, tags = [] }) => [id, tags])),
    mall: (points || {}).mall || {},
    thresholdBase: policy.threshold_base || THRESHOLD_BASES[preset],
    amountsFirst: policy.amounts_first !== false,
    tierScale: { tiers, levels: growth.levels, cards: offers.member_cards || {} },
    graceS(rule) {
      const { grace_s: graceS = GRACE_S } = rules.get(rule) || {};
      return graceS;
    },
  };
}

// A book as the store holds it, read once.
function bookOf(row, roots) {
  const whole = Buffer.from(row.file, 'base64url');
  const { digest, manifest, rootFile } = verifyUnder(roots, whole);
  const parts = partsOf(whole, manifest);
  return {
    ...tablesOf(jsonOf(parts.rules), jsonOf(parts.catalog)),
    digest, rootFile, manifest, file: firstFile(whole, manifest),
    later: new Map(LATER.filter((name) => parts[name] && isPublic(manifest, name))
      .map((name) => [name, Buffer.from(parts[name])])),
    epoch: row.epoch, ver: row.ver,
    beginsMs: row.begins_ms,
  };
}

export function openBooks(store, tenant, clock) {
  const roots = [];
  let books = [];

  function readRoots() {
    const rows = store.read((tx) =>
      tx.all('SELECT v, file FROM root WHERE tenant = ? ORDER BY v', tenant));
    // What phones are given mustn't be lost with the power.
    if (rows.length > roots.length) store.settle();
    for (const row of rows.slice(roots.length)) {
      const file = Buffer.from(row.file, 'base64url');
      const before = roots.length > 0 ? roots.at(-1).file : null;
      roots.push({ file, root: readRoot(tenant, before, file) });
    }
  }

  // Old books verify under the root of today only while its keys stand in it; they are read when
  // they are new, and kept.
  function readBooks() {
    const known = new Map(books.map((book) => [`${book.epoch}.${book.ver}`, book]));
    const rows = store.read((tx) => tx.all('SELECT epoch, ver FROM book WHERE tenant = ? '
      + 'ORDER BY epoch DESC, ver DESC LIMIT ?', tenant, BOOKS_MAX));
    if (rows.some(({ epoch, ver }) => !known.has(`${epoch}.${ver}`))) store.settle();
    const next = [];
    for (const { epoch, ver } of rows) {
      const row = known.get(`${epoch}.${ver}`) || store.read((tx) =>
        tx.get('SELECT * FROM book WHERE tenant = ? AND epoch = ? AND ver = ?',
          tenant, epoch, ver));
      next.push(row.manifest ? row : bookOf(row, rootsFrom(epoch)));
    }
    books = next.reverse();
  }

  // The root that began the epoch lists the keys that signed its first books, a later one those
  // that came since.
  const rootsFrom = (epoch) => roots.filter(({ root }) => root.v >= epoch);

  const self = {
    /** Looks for books and roots that were added, by this or by another process. */
    refresh() {
      readRoots();
      if (roots.length > 0) readBooks();
    },
    root: () => (roots.length > 0 ? roots.at(-1).root : null),
    rootFile: (v) => (roots[v - 1] ? roots[v - 1].file : null),
    current(atMs = clock()) {
      return books.filter(({ beginsMs }) => beginsMs <= atMs).at(-1) || null;
    },
    find: (epoch, ver) =>
      books.find((book) => book.epoch === epoch && book.ver === ver) || null,
    byDigest: (digest) => books.find((book) => book.digest === digest) || null,
    /** When the next book began, or null. */
    supersededMs(book, atMs) {
      const next = books.find((other) => compareBooks(other, book) > 0 && other.beginsMs <= atMs);
      return next ? next.beginsMs : null;
    },
  };
  self.refresh();
  return self;
}

/** Takes a root in; a job for the store. */
export const addRoot = (tenant, file) => (tx) => {
  const { file: before } = lastRoot(tx, tenant);
  const root = readRoot(tenant, before, file);
  tx.must('E_BUSY', 'INSERT INTO root (tenant, v, file) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    tenant, root.v, b64u(file));
  return root;
};

// Each was verified under the one before when it was taken in.
function lastRoot(tx, tenant) {
  const row = tx.get('SELECT v, file FROM root WHERE tenant = ? ORDER BY v DESC LIMIT 1', tenant);
  return row ? { v: row.v, file: Buffer.from(row.file, 'base64url') } : { v: 0, file: null };
}

/** Takes a book in, if it is above every book that is there; a job for the store. */
export const addBook = (tenant, file, nowMs) => (tx) => {
  const root = lastRoot(tx, tenant);
  if (root.file === null) throw new SuanpanError('E_UNVERIFIED', '', 'the shop has no root yet');
  const { digest, manifest } = verifyBook(tenant, root.file, file);
  const { epoch, ver } = manifest;
  const last = tx.get('SELECT epoch, ver, begins_ms FROM book WHERE tenant = ? '
    + 'ORDER BY epoch DESC, ver DESC LIMIT 1', tenant);
  // Phones refuse a version that is further ahead (src/sync/README.md, section 3).
  const isNear = !last || epoch > last.epoch || ver - last.ver <= STEP_MAX;
  const isAbove = (!last || compareBooks(manifest, last) > 0) && isNear;
  if (!isAbove) {
    throw new SuanpanError('E_CONFLICT', '/ver', 'a book is above the one before, by at most 1000');
  }
  const beginsMs = Math.max(nowMs, manifest.not_before * 1000, last ? last.begins_ms : 0);
  tx.must('E_BUSY', 'INSERT INTO book (tenant, epoch, ver, digest, file, begins_ms) '
    + 'VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  tenant, epoch, ver, digest, b64u(file), beginsMs);
  return { epoch, ver, digest };
};
