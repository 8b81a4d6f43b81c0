// The engines that price: one for each book in use, the ones used last kept.
//
// An engine is made asynchronously and used synchronously, inside a transaction. So whoever will
// price asks for it first (`ready`) and takes it later (`at`).
import { createEngineOn } from '../engine.js';
import { nodeLoad } from '../host/node_load.js';

const ENGINES_MAX = 4;

/**
 * An engine with a book of books.js. The module verifies it once more by itself: what it says must
 * be what node:crypto has said of it.
 */
export async function engineOf(host, shop, { file, rootFile, digest, manifest }) {
  const engine = await createEngineOn(host, { shop, root: rootFile });
  const loaded = await engine.load(file, { now: manifest.not_before });
  if (loaded.digest !== digest) throw new Error('two verifiers differ about a book');
  // The first call compiles; no shopper should wait for it.
  engine.quote({ now: 0, lines: [] });
  return engine;
}

export async function openEngines(shop, enginesMax = ENGINES_MAX) {
  const host = await nodeLoad();
  const engines = new Map();
  const make = (book) => engineOf(host, shop, book);

  return {
    host,
    version: (await createEngineOn(host)).info().version,
    async ready(book) {
      const key = book.digest;
      const entry = engines.get(key) || { engine: null, made: make(book) };
      engines.delete(key);
      engines.set(key, entry);
      entry.engine = await entry.made.catch((error) => {
        engines.delete(key);
        throw error;
      });
      for (const [old, { engine }] of engines) {
        if (engines.size <= enginesMax) break;
        if (old === key || !engine) continue;
        engines.delete(old);
        engine.dispose();
      }
    },
    /** The engine of a book that is ready, else null. */
    at(book) {
      const entry = engines.get(book.digest);
      return entry ? entry.engine : null;
    },
    close() {
      engines.forEach(({ engine }) => engine && engine.dispose());
      engines.clear();
    },
  };
}
