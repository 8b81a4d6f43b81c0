// The engine as programs see it: plain objects in, plain objects out, money in integer fen.
// Checks are the module's; what is decided here is only what may enter it.
import { SuanpanError } from './error.js';
import { jsonOf } from './json.js';
import { runModule } from './module.js';
import { optionsFrom } from './options.js';
import { bookRequest } from './sync/book_request.js';

// The first bytes of a published book (src/README.md, section 1).
const magic = [0x53, 0x50, 0x42, 0x31];

function deepFreeze(value) {
  if (value === null || typeof value !== 'object') return value;
  Object.keys(value).forEach((key) => deepFreeze(value[key]));
  return Object.freeze(value);
}

// Bytes of our own: the caller's buffer may change after the call, and a trap needs them again.
// ArrayBuffer is known by its tag, because one of another frame is no instance of ours.
export function bytesOf(book) {
  if (ArrayBuffer.isView(book)) {
    return new Uint8Array(book.buffer, book.byteOffset, book.byteLength).slice();
  }
  return /ArrayBuffer\]$/.test(Object.prototype.toString.call(book))
    ? new Uint8Array(book).slice()
    : null;
}

const isContainer = (bytes) => magic.every((byte, i) => bytes[i] === byte);
const textOf = (value) => (typeof value === 'string' ? value : jsonOf(value));

function encode(input, text) {
  const bytes = new Uint8Array(input.length * 3);
  return bytes.slice(0, text.write(input, bytes));
}

// { verb, bytes } of a book: which verb takes it, and a copy of it.
function loadOf(book, text) {
  const bytes = bytesOf(book) || encode(textOf(book), text);
  return { verb: isContainer(bytes) ? 'sp_book_open' : 'sp_book_load', bytes };
}

// What is asked about a signed book before it is opened. Opening checks the hashes of its parts, so
// that the bytes are hashed once.
function questionOf(bytes, { shop, root, checkpoint, now = Date.now() / 1000 }) {
  if (!isContainer(bytes)) throw new SuanpanError('E_UNVERIFIED', '', 'nobody signed this book');
  if (!shop || !root) throw new SuanpanError('E_UNVERIFIED', '', 'shop and root are not known');
  return { shop, root, book: bytes, checkpoint, now: Math.floor(now), hashes: false };
}

/**
 * The verbs on a module: { call, load, dispose } (module.js). `after(work, then)` is what becomes
 * of an answer: at once where the module is in this thread, later where it isn't. `shop` and `root`
 * are whose books are taken; `verify` does that in the place of the module (js/verify.js). `freeze`
 * makes results unchangeable all the way down, for development; it costs some microseconds a call.
 * `more` gives further verbs (engine_full.js).
 */
export function verbsOn(module, { mode, text }, after,
  { shop, root, verify, freeze = false } = {}, more = () => ({})) {
  const frozen = (value) => (freeze ? deepFreeze(value) : value);
  const finish = (reply) => frozen(JSON.parse(reply));
  const call = (verb, input, then = finish) => after(() => module.call(verb, input()), then);
  const ask = (verb) => (value) => call(verb, () => jsonOf(value));
  const keep = (verb, input) => after(() => module.load(verb, input()), finish);
  let container = null;
  // What verifyBook has said, and the bytes it said it of.
  const verdicts = new WeakMap();

  return Object.freeze({
    mode: deepFreeze(mode),

    async load(book, asked = {}) {
      const { unsignedBookForDevelopment = false, verified = {}, pause, ...options } =
        optionsFrom(asked, { function: 'pause?' });
      const known = verdicts.get(verified);
      const { verb, bytes } = known ? { verb: 'sp_book_open', bytes: known } : loadOf(book, text);
      const open = async () => {
        const opened = JSON.parse(await module.load(verb, bytes, pause));
        container = isContainer(bytes) ? bytes : null;
        return opened;
      };
      // A server that quotes has its own book.
      if (unsignedBookForDevelopment === true || mode.build === 'server') {
        return frozen(await open());
      }
      const judge = async () => {
        const asked = questionOf(bytes, { shop, root, ...options });
        return verify ? verify(asked)
          : JSON.parse(await module.call('sp_book_verify', bookRequest(asked, text)));
      };
      const { checkpoint, expires, manifest } = known ? verified : await judge();
      return frozen({ ...await open(), checkpoint, expires, manifest });
    },

    quote: ask('sp_quote'),
    explain: ask('sp_explain'),
    estimate: ask('sp_estimate'),
    share: ask('sp_share'),
    refund: ask('sp_refund'),
    check: (book) => call('sp_check', () => bytesOf(book) || textOf(book)),
    info: () => call('sp_info', () => ''),
    dispose: () => module.dispose(),
    ...more({ text, call, keep, ask, verdicts, book: () => container }),
  });
}

const atOnce = (work, then) => then(work());

/** The engine in this thread, on what a host loaded: { start, text, mode } (js/host). */
export async function createEngineOn(loaded, options, more) {
  return verbsOn(await runModule(loaded), loaded, atOnce, options, more);
}
