// The engine as programs see it: plain objects in, plain objects out, money in integer fen.
// Checks are the module's; what is decided here is only what may enter it.
import { SuanpanError } from './error.js';
import { jsonOf } from './json.js';
import { runModule } from './module.js';

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
 * The engine on a host: { start, text, mode } (js/host). `freeze` makes results unchangeable all
 * the way down, for development; it costs some microseconds a call.
 */
export async function createEngineOn(host, { freeze = false } = {}) {
  const module = await runModule(host);

  const finish = (reply) => {
    const value = JSON.parse(reply);
    return freeze ? deepFreeze(value) : value;
  };
  const ask = (verb, value) => finish(module.call(verb, jsonOf(value)));

  return Object.freeze({
    mode: Object.freeze(host.mode),

    async load(book, { unsignedBookForDevelopment = false } = {}) {
      if (unsignedBookForDevelopment !== true) {
        throw new SuanpanError('E_UNVERIFIED', '',
          'signatures are not verified yet: state unsignedBookForDevelopment');
      }
      const bytes = bytesOf(book) || encode(textOf(book), host.text);
      return finish(module.load(isContainer(bytes) ? 'sp_book_open' : 'sp_book_load', bytes));
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
