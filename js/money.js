// Yuan as text to fen and back. Never by multiplication: 19.99 * 100 is 1998.9999999999998.
import { SuanpanError } from './error.js';

/** '79.00' → 7900. Takes text only, at most two decimals; anything else is an error. */
export function fenFromYuan(text) {
  if (typeof text !== 'string') throw new SuanpanError('E_TYPE', '', 'yuan are given as text');
  const match = /^(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,2}))?$/.exec(text);
  if (match === null) throw new SuanpanError('E_NUMBER', '', `not an amount of yuan: ${text}`);
  return Number(match[1]) * 100 + Number(`${match[2] || ''}00`.slice(0, 2));
}

/** 7900 → '79.00', always with two decimals. */
export function yuan(fen) {
  if (!Number.isSafeInteger(fen)) {
    throw new SuanpanError(typeof fen === 'number' ? 'E_NUMBER' : 'E_TYPE', '',
      'fen are given as an integer');
  }
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
