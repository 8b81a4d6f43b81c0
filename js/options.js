// What a program hands over instead of options is its mistake, told like any other: a named error,
// and the path of the option.
import { refuse } from './error.js';

// The J0 of a root, or the signed file.
const isRoot = (value) => typeof value === 'string' || ArrayBuffer.isView(value);

const isA = (type, value) => (type === 'any' || (type === 'root' ? isRoot(value)
  : typeof value === type && value !== null));

/**
 * The options themselves, when each has its type. types: { type: 'name name?' }, a type what
 * `typeof` says, `root` or `any`; a name with ? may be left out, or null. path: where they stand.
 */
export function optionsFrom(value, types = {}, path = '') {
  if (!isA('object', value)) refuse('E_TYPE', 'options are an object', path);
  Object.keys(types).forEach((type) => types[type].split(' ').forEach((word) => {
    const name = word.replace('?', '');
    const { [name]: option } = value;
    const isThere = option !== undefined && option !== null;
    if (!isThere && name === word) refuse('E_REQUIRED', '', `${path}/${name}`);
    if (isThere && !isA(type, option)) refuse('E_TYPE', `no ${type}`, `${path}/${name}`);
  }));
  return value;
}

/** The same where there are no others: one of another name is E_FIELD. */
export function onlyOptions(value, types, path = '') {
  optionsFrom(value, types, path);
  const words = Object.keys(types).map((type) => types[type]);
  const names = words.join(' ').replace(/\?/g, '').split(' ');
  const unknown = Object.keys(value).find((name) => names.indexOf(name) < 0);
  if (unknown !== undefined) refuse('E_FIELD', `one of ${names.join(', ')}`, `${path}/${unknown}`);
  return value;
}

/** The options of an entry's createEngine; `own` are those that not every entry has. */
export const engineOptions = (value, own) => onlyOptions(value,
  { string: 'shop?', root: 'root?', function: 'verify?', boolean: 'freeze?', any: own });
