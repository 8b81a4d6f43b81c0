// The engines that price: one for each book in use, the ones used last kept.
//
// An engine is made asynchronously and used synchronously, inside a transaction. So whoever will
// price asks for it first (`ready`) and takes it later (`at`).
import { createEngineOn } from '../engine.js';
import { nodeHost } from '../host/node.js';

const ENGINES_MAX = 4;

/** load(engine, book): how a verified book enters an engine. */
export async function openEngines(load, enginesMax = ENGINES_MAX) {
  const host = await nodeHost();
  const engines = new Map();

  async function make(book) {
    const engine = await createEngineOn(host);
    await load(engine, book);
    // The first call compiles; no shopper should wait for it.
    engine.quote({ now: 0, lines: [] });
    return engine;
  }

  return {
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
