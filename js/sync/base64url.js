// base64url without padding (RFC 4648 §5), strict: what is read is what would be written.
// No atob and no Buffer: mini-programs have neither.
import { SuanpanError } from '../error.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// By character code: text with other characters has been refused before.
const values = new Uint8Array(128);
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;

/** Bytes to text. */
export function toBase64url(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8)
      | (left > 2 ? bytes[i + 2] : 0);
    text += alphabet[group >> 18] + alphabet[(group >> 12) & 63];
    if (left > 1) text += alphabet[(group >> 6) & 63];
    if (left > 2) text += alphabet[group & 63];
  }
  return text;
}

/** Text to bytes; E_NONCANON unless it is base64url whose unused bits are 0. */
export function fromBase64url(text) {
  const isText = typeof text === 'string' && text.length % 4 !== 1 && /^[\w-]*$/.test(text);
  if (!isText) throw new SuanpanError('E_NONCANON', '', 'not base64url');
  const { length } = text;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  // Beyond the end charCodeAt is NaN and the value 0, and bytes that are not there keep nothing.
  // Four characters at a time: a book takes half as long without a JIT.
  const six = (i) => values[text.charCodeAt(i)] | 0;
  let held = 0;
  for (let i = 0, at = 0; i < length; i += 4, at += 3) {
    held = (values[text.charCodeAt(i)] << 18) | (six(i + 1) << 12) | (six(i + 2) << 6) | six(i + 3);
    bytes[at] = held >> 16;
    bytes[at + 1] = held >> 8;
    bytes[at + 2] = held;
  }
  const unused = [0, 0, 0xffff, 0xff][length % 4];
  if (held & unused) throw new SuanpanError('E_NONCANON', '', 'base64url with unused bits set');
  return bytes;
}
