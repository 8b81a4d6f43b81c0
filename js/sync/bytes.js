// Putting bytes together, and the three integers of the protocol (src/sync/README.md §1).
import { SuanpanError } from '../error.js';
import { utf8Size, utf8Write } from '../utf8.js';

const twoTo32 = 0x100000000;

const outOfRange = (what) => new SuanpanError('E_RANGE', '', what);

/** The UTF-8 bytes of text; bytes as they are. */
export function bytesOf(value) {
  if (typeof value !== 'string') return value;
  const bytes = new Uint8Array(utf8Size(value));
  utf8Write(value, bytes);
  return bytes;
}

/** Bytes and text behind one another. */
export function join(...parts) {
  const all = parts.map(bytesOf);
  const out = new Uint8Array(all.reduce((size, part) => size + part.length, 0));
  let at = 0;
  all.forEach((part) => {
    out.set(part, at);
    at += part.length;
  });
  return out;
}

export function u32le(value) {
  if (!(Number.isInteger(value) && value >= 0 && value < twoTo32)) throw outOfRange('u32');
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}

/** The number at the start of the bytes, which must be there. */
export const readU32le = (bytes, at) =>
  (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;

export function u64be(value) {
  if (!(Number.isSafeInteger(value) && value >= 0)) throw outOfRange('u64');
  const high = Math.floor(value / twoTo32);
  const low = value % twoTo32;
  return Uint8Array.of(high >>> 24, (high >>> 16) & 255, (high >>> 8) & 255, high & 255,
    low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255);
}

/** Text or bytes with their length in front. */
export function counted(value) {
  const bytes = bytesOf(value);
  if (bytes.length > 255) throw outOfRange('more than 255 bytes');
  return join(Uint8Array.of(bytes.length), bytes);
}

/** Bytes of exactly one size. */
export function sized(bytes, size, what) {
  if (bytes.length !== size) throw outOfRange(`${what} has ${size} bytes`);
  return bytes;
}

const digits = '0123456789abcdef';

/** Bytes as lower-case hex. */
export function toHex(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += digits[bytes[i] >> 4] + digits[bytes[i] & 15];
  return text;
}
