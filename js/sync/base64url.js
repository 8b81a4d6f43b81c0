// base64url without padding (RFC 4648 §5), strict: what is read is what would be written.
// No atob and no Buffer: mini-programs have neither.
import { SuanpanError } from '../error.js';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const values = {};
for (let i = 0; i < alphabet.length; i++) values[alphabet[i]] = i;

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
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    held = (held << 6) | values[text[i]];
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0) throw new SuanpanError('E_NONCANON', '', 'base64url with unused bits set');
  return bytes;
}
