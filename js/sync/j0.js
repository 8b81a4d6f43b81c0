// J0, the canonical JSON of what is signed (src/sync/README.md §1): a value has exactly one text.
//
// Reading prints again what was read and compares, so nothing needs to be believed of JSON.parse:
// white space, keys out of order or twice, fractions, exponents, -0, escapes that need not be and
// bytes that are not UTF-8 all come out differently.
import { SuanpanError } from '../error.js';
import { limits } from '../generated/codes.js';
import { utf8Read, utf8Size, utf8Write } from '../utf8.js';

const key = /^[a-z0-9_]{1,64}$/;
// A surrogate without its other half, or U+0000, where C ends its strings.
const unspeakable = /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]|\0/;

const refuse = (what) => {
  throw new SuanpanError('E_NONCANON', '', what);
};

// JSON.stringify escapes as RFC 8785 wants it.
function stringOf(text) {
  return unspeakable.test(text) ? refuse('a lone surrogate or U+0000') : JSON.stringify(text);
}

function numberOf(value) {
  const isFine = Number.isSafeInteger(value) && !(value === 0 && 1 / value < 0);
  return isFine ? String(value) : refuse(`${value} is not an integer within 2^53-1`);
}

function arrayOf(value, depth) {
  // By index: a hole must not vanish.
  let text = '';
  for (let i = 0; i < value.length; i++) text += (i ? ',' : '') + textOf(value[i], depth + 1);
  return `[${text}]`;
}

function objectOf(value, depth) {
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain) refuse('not a plain object');
  return `{${Object.keys(value).sort().map((name) => {
    if (!key.test(name)) refuse('a key is not 1 to 64 of a-z, 0-9 and _');
    return `"${name}":${textOf(value[name], depth + 1)}`;
  }).join(',')}}`;
}

function textOf(value, depth) {
  if (typeof value === 'string') return stringOf(value);
  if (typeof value === 'number') return numberOf(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') refuse(`J0 has no way to write this: ${typeof value}`);
  if (depth > limits.depth_max) refuse('nested deeper than 16');
  return Array.isArray(value) ? arrayOf(value, depth) : objectOf(value, depth);
}

/** The J0 text of a value; E_NONCANON when it has none. */
export const j0Text = (value) => textOf(value, 1);

/** The J0 bytes of a value. */
export function j0Bytes(value) {
  const text = j0Text(value);
  const bytes = new Uint8Array(utf8Size(text));
  utf8Write(text, bytes);
  return bytes;
}

/** The value of J0 text; E_NONCANON for any other text. */
export function readJ0(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('not JSON');
  }
  return j0Text(value) === text ? value : refuse('not in canonical form');
}

/** The value of J0 bytes; E_NONCANON for any others. */
export function readJ0Bytes(bytes) {
  // Bytes that are not UTF-8 are read as U+FFFD, whose own bytes are others.
  const text = utf8Read(bytes);
  const again = new Uint8Array(utf8Size(text));
  utf8Write(text, again);
  const isSame = again.length === bytes.length && again.every((byte, i) => byte === bytes[i]);
  return isSame ? readJ0(text) : refuse('not UTF-8');
}
