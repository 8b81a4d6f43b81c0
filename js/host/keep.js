// What the key-value stores of all hosts have in common.
//
// A store holds text under keys, one name space for every shop and member, so that what one member
// did never goes out under another. A value is at most `valueBytesMax`: a mini-program takes 1 MB a
// key, and 0.7 MB where it encrypts.
import { SuanpanError } from '../error.js';
import { utf8Size } from '../utf8.js';

export const valueBytesMax = 700 * 1024;

/**
 * Keys of a name space begin with this. Encoded parts have neither a slash nor a colon, so no name
 * space is the beginning of another.
 */
export function prefixOf(namespace) {
  const parts = Array.isArray(namespace) ? namespace : [namespace];
  return `suanpan:${parts.map(encodeURIComponent).join('/')}:`;
}

/**
 * Makes calls wait for one another, so that of two writes to a key the later one stays. Where
 * nothing is under way nothing waits: each turn is a timer where promises are made of timers.
 */
export function inTurn() {
  let last = null;
  return (work) => {
    const turn = last === null ? started(work) : last.then(work, work);
    const over = () => {
      if (last === turn) last = null;
    };
    last = turn;
    turn.then(over, over);
    return turn;
  };
}

function started(work) {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error);
  }
}

function checkText(text) {
  if (typeof text !== 'string') throw new SuanpanError('E_TYPE', '', 'a store holds text');
  if (utf8Size(text) > valueBytesMax) {
    throw new SuanpanError('E_QUOTA', '', `a value has at most ${valueBytesMax} bytes`);
  }
}

/**
 * kvFor(namespace) → { get, set, remove, keys }, on a host's own four calls with whole keys:
 * { read(key, secret) → text or null, write(key, text, secret), erase(key), list() → keys }.
 * `set` with { secret: true } keeps the value encrypted where the host can; `get` finds both kinds.
 */
export function storeOn({ read, write, erase, list }) {
  const turn = inTurn();
  return function kvFor(namespace) {
    const prefix = prefixOf(namespace);
    return {
      get: (key) => turn(() => read(prefix + key)),
      set: (key, text, { secret = false } = {}) => turn(() => {
        checkText(text);
        return write(prefix + key, text, secret === true);
      }),
      remove: (key) => turn(() => erase(prefix + key)),
      keys: (start = '') => turn(() => list()).then((all) => all
        .filter((key) => key.startsWith(prefix + start)).map((key) => key.slice(prefix.length))
        .sort()),
    };
  };
}
