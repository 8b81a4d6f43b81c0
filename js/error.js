import { errors } from './generated/codes.js';

/**
 * Every failure of the engine and of what carries it.
 *
 * `code` is the name to branch on (`E_RANGE`), `path` an RFC 6901 pointer into the given JSON
 * (`/lines/2/qty`), `message` says what is wrong there; `zh` and `en` are texts of the code alone.
 */
export class SuanpanError extends Error {
  // On the prototype and spelled out: a minifier renames the class.
  get name() {
    return 'SuanpanError';
  }

  constructor(code, path = '', message = '', split) {
    const text = errors[code] || {};
    super(message || text.en || code);
    this.code = code;
    this.path = path;
    this.zh = text.zh || '';
    this.en = text.en || '';
    if (split) this.split = split;
  }

  /** The wire form, the same as the engine's own replies have. */
  toJSON() {
    return { code: this.code, path: this.path, message: this.message, split: this.split };
  }
}

/** What a failure of another's says of itself; mini-program hosts reject with { errMsg }. */
export const causeText = (cause) =>
  String((cause && (cause.message || cause.errMsg || cause.errorMessage)) || cause);

/** An error of the host as ours: { cause } keeps what the host said. */
export const hostError = (code, cause) =>
  Object.assign(new SuanpanError(code, '', causeText(cause)), { cause });

/** Throws a SuanpanError of this code; it stands where a value is expected, too. */
export function refuse(code, message = '', path = '') {
  throw new SuanpanError(code, path, message);
}
