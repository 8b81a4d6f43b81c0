// A module of a few lines with the exports of the real one: what a verb answers is up to the test.
import { text } from '../../js/host/text.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const page = 65536;

/**
 * verbs: { sp_quote: (requestText) => replyValue }. A reply with `code` is an error. Throwing is
 * a trap. Each call moves the memory, so that a view made before it is dead, as after a growth.
 */
export function fakeExports(verbs) {
  let buffer = new ArrayBuffer(page);
  let reply = { start: 0, size: 0 };
  const exports = {
    memory: { get buffer() { return buffer; } },
    initialized: 0,
    _initialize() { exports.initialized++; },
    sp_request(size) {
      buffer = new ArrayBuffer(page + size);
      return 16;
    },
    sp_reply: () => reply.start,
    sp_reply_size: () => reply.size,
  };
  for (const [name, verb] of Object.entries(verbs)) {
    exports[name] = (size) => {
      if (exports.initialized !== 1) throw new Error('not initialized once');
      const value = verb(decoder.decode(new Uint8Array(buffer, 16, size)));
      const bytes = encoder.encode(JSON.stringify(value));
      const moved = new ArrayBuffer(buffer.byteLength + bytes.length);
      new Uint8Array(moved).set(new Uint8Array(buffer));
      new Uint8Array(moved, 16 + size).set(bytes);
      buffer = moved;
      reply = { start: 16 + size, size: bytes.length };
      return value.code ? -9 : bytes.length;
    };
  }
  return exports;
}

export const fakeHost = (start) => ({ mode: { build: 'wasm', reason: null }, text, start });
