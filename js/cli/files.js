import { readFileSync } from 'node:fs';
import { SuanpanError } from '../error.js';

/** A file that can't be read: not the engine's business, so not one of its codes. */
export class FileError extends Error {
  constructor(path, cause) {
    super(`E_FILE: can't read ${path === 0 ? 'standard input' : path}: ${cause.message}`);
  }
}

/** Bytes of a file; "-" is standard input. */
export function readBytes(path) {
  const source = path === '-' ? 0 : path;
  try {
    return readFileSync(source);
  } catch (error) {
    throw new FileError(source, error);
  }
}

/** The JSON value of a text that came from the outside; `where` names it in the error. */
export function parseJson(text, where) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SuanpanError('E_JSON', '', `${where}: ${error.message}`);
  }
}
