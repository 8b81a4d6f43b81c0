// The engine as programs see it: plain objects in, plain objects out, money in integer fen.
// Checks are the module's; what is decided here is only what may enter it.
import { SuanpanError } from './error.js';
import { jsonOf } from './json.js';
import { runModule } from './module.js';
import { bookRequest, syncVerbs } from './sync/verbs.js';

// The first bytes of a published book (src/README.md, section 1).
const magic = [0x53, 0x50, 0x42, 0x31];

function deepFreeze(value) {
  if (value === null || typeof value !== 'object') return value;
  Object.keys(value).forEach((key) => deepFreeze(value[key]));
  return Object.freeze(value);
}

// Bytes of our own: the caller's buffer may change after the call, and a trap needs them again.
// ArrayBuffer is known by its tag, because one of another frame is no instance of ours.
function bytesOf(book) {
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

/**
 * The engine on a host: { start, text, mode } (js/host). `shop` and `root` are whose books it
 * takes. `freeze` makes results unchangeable all the way down, for development; it costs some
 * microseconds a call.
 */
export async function createEngineOn(host, { shop = null, root = null, freeze = false } = {}) {
  const module = await runModule(host);

  const finish = (reply) => {
    const value = JSON.parse(reply);
    return freeze ? deepFreeze(value) : value;
  };
  const ask = (verb, value) => finish(module.call(verb, jsonOf(value)));

  // Who signed it and whether it may follow, then the parts. Opening checks their hashes, so that
  // the bytes are hashed once.
  function loadVerified(bytes, { root: current = root, checkpoint, now = Date.now() / 1000 }) {
    if (shop === null || current === null) {
      throw new SuanpanError('E_UNVERIFIED', '', 'createEngine was given no shop and root');
    }
    const request = bookRequest({
      shop, root: current, book: bytes, checkpoint, now: Math.floor(now), hashes: false,
    }, host.text);
    const verified = JSON.parse(module.call('sp_book_verify', request));
    const { version } = JSON.parse(module.load('sp_book_open', bytes));
    const loaded = { ...verified, version, shop };
    return freeze ? deepFreeze(loaded) : loaded;
  }

  return Object.freeze({
    mode: Object.freeze(host.mode),

    sync: syncVerbs({
      call: (verb, bytes) => module.call(verb, bytes),
      callSecretly: (verb, bytes) => module.call(verb, bytes, true),
      text: host.text,
    }),

    async load(book, { unsignedBookForDevelopment = false, ...options } = {}) {
      const bytes = bytesOf(book) || encode(textOf(book), host.text);
      if (unsignedBookForDevelopment === true) {
        return finish(module.load(isContainer(bytes) ? 'sp_book_open' : 'sp_book_load', bytes));
      }
      if (!isContainer(bytes)) throw new SuanpanError('E_UNVERIFIED', '', 'nobody signed this');
      return loadVerified(bytes, options);
    },

    quote: (request) => ask('sp_quote', request),
    explain: (request) => ask('sp_explain', request),
    estimate: (request) => ask('sp_estimate', request),
    share: (request) => ask('sp_share', request),
    refund: (request) => ask('sp_refund', request),
    check: (book) => finish(module.call('sp_check', bytesOf(book) || textOf(book))),
    info: () => finish(module.call('sp_info', '')),
    dispose: () => module.dispose(),
  });
}
