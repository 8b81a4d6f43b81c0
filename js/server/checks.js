// Words of whoever runs the shop, looked at before they reach a table: what is no whole number or
// no canonical JSON there would stand in the view of a member, and no phone of his could sync
// again.
import { refuse } from '../error.js';
import { j0Text } from '../sync/j0.js';

/** A whole number of this range. */
export function whole(value, path, least, most) {
  if (!Number.isSafeInteger(value)) refuse('E_TYPE', 'a whole number is expected', path);
  if (value < least || value > most) refuse('E_RANGE', `from ${least} to ${most}`, path);
}

/** The same, or nothing: undefined or null. */
export function wholeIfAny(value, path, least, most) {
  if (value !== undefined && value !== null) whole(value, path, least, most);
}

/** A text of 1 to 64 characters. */
export function name(value, path) {
  const isFine = typeof value === 'string' && value.length >= 1 && value.length <= 64;
  if (!isFine) refuse('E_ID', 'a text of 1 to 64 characters is expected', path);
}

/** An object, which J0 can write, without these members. */
export function plainObject(value, path, taken = []) {
  const isFine = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isFine) refuse('E_TYPE', 'an object is expected', path);
  const [own] = taken.filter((member) => Object.hasOwn(value, member));
  if (own) refuse('E_CONFLICT', `${own} is the server's to say`, `${path}/${own}`);
  try {
    j0Text(value);
  } catch (error) {
    refuse(error.code, error.message, path);
  }
}
