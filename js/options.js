// What a program hands over instead of options is its mistake, told like any other.
import { SuanpanError } from './error.js';

/** The options themselves. */
export function optionsFrom(value) {
  if (value !== null && typeof value === 'object') return value;
  throw new SuanpanError('E_TYPE', '', 'options are an object');
}
