// Words of whoever runs the shop, looked at before they reach a table: what is no whole number, no
// canonical JSON or nothing that the engine takes there would stand in the view of a member, and no
// phone of his could sync or price again. A check is (value, path) and refuses with a named error.
import { refuse } from '../error.js';
import { limits } from '../generated/codes.js';
import { segment } from '../json.js';
import { j0Text } from '../sync/j0.js';

/** A whole number of this range. */
export function whole(value, path, least, most) {
  if (!Number.isSafeInteger(value)) refuse('E_TYPE', 'a whole number is expected', path);
  if (value < least || value > most) refuse('E_RANGE', `from ${least} to ${most}`, path);
}

/** A check for a whole number of this range. */
export const wholeFrom = (least, most) => (value, path) => whole(value, path, least, most);

function canonical(value, path) {
  try {
    return j0Text(value);
  } catch (error) {
    return refuse(error.code, error.message, path);
  }
}

/** An id as the engine takes it. */
export function name(value, path) {
  const most = limits.id_bytes_max;
  const isFine = typeof value === 'string' && value.length >= 1
    && Buffer.byteLength(value) <= most;
  if (!isFine) refuse('E_ID', `a text of 1 to ${most} bytes is expected`, path);
  canonical(value, path);
}

/** A check that lets null pass. */
export const orNull = (check) => (value, path) => {
  if (value !== null) check(value, path);
};

/** A check for one of these words. */
export const oneOf = (...words) => (value, path) => {
  if (!words.includes(value)) refuse('E_RANGE', `one of ${words.join(', ')}`, path);
};

/** A check for a list, whose entries pass another check. */
export const listOf = (check, most = Infinity) => (value, path) => {
  if (!Array.isArray(value)) refuse('E_TYPE', 'a list is expected', path);
  if (value.length > most) refuse('E_LIMIT', `at most ${most}`, path);
  value.forEach((entry, i) => check(entry, `${path}/${i}`));
};

function anyObject(value, path) {
  const isFine = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isFine) refuse('E_TYPE', 'an object is expected', path);
}

/** An object, which J0 can write, without these members. */
export function plainObject(value, path, taken = []) {
  anyObject(value, path);
  const [own] = taken.filter((member) => Object.hasOwn(value, member));
  if (own) refuse('E_CONFLICT', `${own} is the server's to say`, `${path}/${own}`);
  canonical(value, path);
}

/**
 * An object with these members and no others. checks: { name: check }; a name with ? may be left
 * out.
 */
export function members(value, path, checks) {
  anyObject(value, path);
  const names = Object.keys(checks).map((word) => word.replace('?', ''));
  const unknown = Object.keys(value).find((member) => !names.includes(member));
  if (unknown !== undefined) {
    refuse('E_FIELD', `one of ${names.join(', ')} is expected`, `${path}${segment(unknown)}`);
  }
  Object.entries(checks).forEach(([word, check], i) => {
    const at = `${path}/${names[i]}`;
    if (value[names[i]] !== undefined) check(value[names[i]], at);
    else if (word === names[i]) refuse('E_REQUIRED', 'it is missing', at);
  });
}

/** A check for an object with these members. */
export const objectOf = (checks) => (value, path) => members(value, path, checks);
