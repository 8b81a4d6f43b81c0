// Which book prices the cart: verified under the merchant's root, kept for the next start, and
// never older than the one before (src/sync/README.md, sections 2 and 3).
//
// Kept in the shop's name space, because a book is the same for every member: `root/<n>` the chain
// of signed roots above the pinned one, `book/<digest>/<i>` the signed file in pieces, and
// `checkpoint` which of them is in use. Nothing kept is believed: the chain is verified again at
// every start, and a book with a missing or altered piece is as if it were not there.
import { SuanpanError } from '../error.js';
import { fromBase64url, toBase64url } from '../sync/base64url.js';
import { join, u32le } from '../sync/bytes.js';
import { magics, readSignedFile } from '../sync/messages.js';
import { utf8Read } from '../utf8.js';

const PIECE_CHARS = 400000;
const pause = () => new Promise((done) => { setTimeout(done); });
const ROOTS_MAX = 32;

// null where the server has none of this name.
async function fetchBytes(http, url) {
  const { status, body } = await http.request(
    { method: 'GET', url, responseType: 'bytes', timeoutMs: 15000 });
  if (status === 404) return null;
  if (status !== 200) throw new SuanpanError('E_NETWORK', '', `${url} answered ${status}`);
  return body;
}

/** The parts of a verified book as the view wants them: { shop, version, catalog, rules, text }. */
export function openBook(bytes, { shop, ver, parts }) {
  const book = { shop, version: ver };
  readSignedFile(magics.book, bytes).parts.forEach(([index, part]) => {
    const { name } = parts[index];
    if (/^(catalog|rules|text)$/.test(name)) book[name] = JSON.parse(utf8Read(part));
  });
  return book;
}

// What is left of a book that was recalled: its goods at list price, and none of its offers.
const withoutOffers = (parts) =>
  ({ ...parts, rules: { ...parts.rules, rules: [] }, isRecalled: true });

const isRecalledBy = ({ epoch, min_ver: lowest }, current) =>
  current.epoch === epoch && current.ver < lowest;

export function createBooks({ engine, kv, http, url, shop, root: pinned, now }) {
  const { sync } = engine;
  let root = pinned;
  let rootVersion = 1;
  let checkpoint = null;
  let current = null;
  // The signed file of the current book, as it came.
  let file = null;
  // Whether the store holds a checkpoint.
  let isKept = false;
  let running = null;
  let swapping = null;

  // Raises the root to `wanted` by kept links of the chain or, with `fetched`, by new ones.
  async function climb(wanted, isFetched) {
    while (rootVersion < wanted && rootVersion < ROOTS_MAX) {
      const name = `root/${rootVersion + 1}`;
      const next = isFetched ? await fetchBytes(http, `${url}/v1/${name}`)
        : await kv.get(name).then((text) => text && fromBase64url(text));
      if (!next) return;
      const verified = sync.verifyRoot({ shop, trusted: root, next });
      if (isFetched) await kv.set(name, toBase64url(next));
      root = verified.root;
      rootVersion = verified.v;
    }
  }

  async function keep(verified, bytes) {
    const { digest } = verified;
    const text = toBase64url(bytes);
    const count = Math.ceil(text.length / PIECE_CHARS);
    for (let i = 0; i < count; i++) {
      await kv.set(`book/${digest}/${i}`, text.slice(i * PIECE_CHARS, (i + 1) * PIECE_CHARS));
    }
    // Only now is the book in use: a start in between finds the one before.
    await kv.set('checkpoint',
      JSON.stringify({ checkpoint: verified.checkpoint, digest, count }));
    isKept = true;
    const old = (await kv.keys('book/')).filter((key) => key.indexOf(`book/${digest}/`) !== 0);
    await Promise.all(old.map((key) => kv.remove(key))).catch(() => {});
  }

  const verify = (bytes, hashes) =>
    sync.verifyBook({ shop, root, book: bytes, checkpoint, now: now(), hashes });

  async function swap(verified, bytes) {
    await engine.load(bytes, { verified, shop, root, checkpoint, now: now(), pause });
    const { epoch, ver } = verified.manifest;
    checkpoint = verified.checkpoint;
    file = bytes;
    current = {
      digest: verified.digest, epoch, ver, expires: verified.expires,
      parts: openBook(bytes, verified.manifest), manifest: verified.manifest,
    };
    return current;
  }

  // While this runs the engine may have the new book already and the page not yet.
  function during(done) {
    const over = () => {
      swapping = null;
    };
    swapping = done.then(over, over);
    return done;
  }

  const use = (verified, bytes) => during(swap(verified, bytes));

  // The parts were verified with the book; without its rules nobody has signed them.
  async function strip() {
    const parts = withoutOffers(current.parts);
    const { shop: owner, version, catalog, rules } = parts;
    await engine.load({ suanpan_book: 1, shop: owner, version, meaning: current.manifest.meaning,
      catalog, rules }, { unsignedBookForDevelopment: true });
    current = { ...current, parts };
    return current;
  }

  // Kept before it is used: a version that was shown must not be forgotten by a crash. A store that
  // never held a book (there is none on some pages) is done without.
  async function accept(bytes) {
    const verified = verify(bytes, true);
    await keep(verified, bytes).catch((error) => {
      if (isKept) throw error;
    });
    return use(verified, bytes);
  }

  async function open() {
    try {
      await climb(ROOTS_MAX, false);
      const kept = JSON.parse(await kv.get('checkpoint'));
      if (kept === null) return null;
      const pieces = [];
      for (let i = 0; i < kept.count; i++) pieces.push(await kv.get(`book/${kept.digest}/${i}`));
      // The checkpoint is the floor even when the book itself is damaged.
      ({ checkpoint } = kept);
      isKept = true;
      if (pieces.some((piece) => !piece)) return null;
      const bytes = fromBase64url(pieces.join(''));
      // Loading it checks the hashes.
      return await use(verify(bytes, false), bytes);
    } catch (error) {
      return null;
    }
  }

  const isNewer = ({ epoch, ver }) => current === null || epoch > current.epoch
    || (epoch === current.epoch && ver > current.ver);

  async function take(named) {
    if (!isNewer(named)) return null;
    if (named.epoch > rootVersion || named.root > rootVersion) {
      await climb(Math.max(named.epoch, named.root || 0), true);
    }
    const bytes = await fetchBytes(http, `${url}/v1/book/${named.digest}`);
    if (bytes === null) throw new SuanpanError('E_NOT_FOUND', '', 'the book is not there');
    return accept(bytes);
  }

  // A note of a key that this root does not list may be of the next root's: a root that came while
  // the phone was away is learnt from what it signs.
  async function openNote(purpose, note) {
    for (;;) {
      const before = rootVersion;
      try {
        return sync.openNote({ purpose, shop, root, note });
      } catch (error) {
        if (error.code !== 'E_SIGNATURE') throw error;
        await climb(before + 1, true);
        if (rootVersion === before) throw error;
      }
    }
  }

  return {
    get current() {
      return current;
    },
    get root() {
      return root;
    },
    /** A promise while books change, else null: nobody is told anything until it is over. */
    get swapping() {
      return swapping;
    },
    /** The book of the last start, or null. */
    open,
    /** Uses a file that came some other way (a prefetch); null when it is no newer or not good. */
    async offer(file) {
      try {
        return await accept(typeof file === 'string' ? fromBase64url(file) : file);
      } catch (error) {
        return null;
      }
    },
    /**
     * An authenticated word says which versions are recalled: where the book is one of them, its
     * offers end now, whenever the next one comes. Null where nothing changed.
     */
    async heed(named) {
      if (current === null || named === null || current.parts.isRecalled) return null;
      return isRecalledBy(named, current) ? during(strip()) : null;
    },
    /** The book that an authenticated word named: the new one, or null when there is none. */
    follow(named) {
      if (running === null) {
        running = take(named).then((taken) => {
          running = null;
          return taken;
        }, (error) => {
          running = null;
          throw error;
        });
      }
      return running;
    },
    /**
     * The bytes of a part that did not come with the book; null when the book names none of that
     * name. They are believed as the other parts are: by the hash in the signed manifest.
     */
    async laterPart(name) {
      // All of one book: another may be taken while this waits for the network.
      const [{ digest, manifest }, whole] = [current, file];
      const index = manifest.parts.findIndex((part) => part.name === name);
      if (index < 0) return null;
      const had = readSignedFile(magics.book, whole).parts;
      const own = had.find(([at]) => at === index);
      if (own) return own[1].slice();
      // Parts stand in the order of the manifest: what comes later belongs behind the others.
      if (had.some(([at]) => at > index)) throw new SuanpanError('E_MAGIC', '', name);
      const bytes = await fetchBytes(http, `${url}/v1/book/${digest}/${name}`);
      if (bytes === null) throw new SuanpanError('E_NOT_FOUND', '', name);
      const book = join(whole, u32le(index), u32le(bytes.length), bytes);
      const verified = sync.verifyBook({ shop, root, book, now: now() });
      if (verified.digest !== digest) throw new SuanpanError('E_DIGEST', '', name);
      return bytes;
    },
    /** The signed head, for visitors. */
    async head() {
      const { status, body } = await http.request({ method: 'GET', url: `${url}/v1/head` });
      if (status !== 200) throw new SuanpanError('E_NETWORK', '', `head answered ${status}`);
      return openNote('head', body);
    },
    /** What an online key of the shop has signed; E_SIGNATURE for anything else. */
    openNote,
  };
}
