// What is handed over by a page or comes in an operation, looked at member by member: what is wrong
// is E_ARGS with its path.
import { SuanpanError } from '../error.js';
import { limits } from '../generated/codes.js';
import { utf8Size } from '../utf8.js';

export function refuse(path, message) {
  throw new SuanpanError('E_ARGS', path, message);
}

/** An object with no other members than these, or with any. */
export function checkMembers(value, names, path) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    refuse(path, 'an object is expected');
  }
  Object.keys(value).forEach((key) => {
    if (names && !names.includes(key)) refuse(`${path}/${key}`, 'unknown field');
  });
}

export function checkText(value, path, bytesMax = limits.id_bytes_max) {
  const isFine = typeof value === 'string' && value !== '' && utf8Size(value) <= bytesMax;
  if (!isFine) refuse(path, `a text of 1 to ${bytesMax} bytes is expected`);
}

export function checkNumber(value, path, low, high) {
  if (!Number.isInteger(value) || value < low || value > high) {
    refuse(path, `an integer from ${low} to ${high} is expected`);
  }
}

export function checkList(value, path, countMax, check) {
  if (!Array.isArray(value) || value.length > countMax) {
    refuse(path, `a list of at most ${countMax} is expected`);
  }
  value.forEach((one, index) => check(one, `${path}/${index}`));
}
