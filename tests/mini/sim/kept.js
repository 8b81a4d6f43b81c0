// What outlives the mini-program's process: storage and user files. The render thread keeps a copy
// and hands it to the next logic thread, as a phone's disk does.
import { native } from './native.js';

const initial = { storage: {}, files: {} };

/** Called once, before the mini-program's first line. */
export function restore(kept) {
  Object.assign(initial, kept);
}

/** A Map of what was kept under a kind ('storage', 'files'); changes to it are kept too. */
export function keptMap(kind) {
  const map = new Map(Object.entries(initial[kind]));
  const keep = (key, value) => native.postMessage({ keep: { kind, key, value } });
  return {
    has: (key) => map.has(key),
    get: (key) => map.get(key),
    keys: () => [...map.keys()],
    values: () => [...map.values()],
    set(key, value) {
      map.set(key, value);
      keep(key, value);
    },
    delete(key) {
      map.delete(key);
      keep(key, null);
    },
  };
}
