import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SuanpanError, refuse } from '../error.js';
import { placeOfFault } from './json_place.js';

const startsWith = (bytes, ...mark) => mark.every((byte, i) => bytes[i] === byte);

/** A file that can't be read or written: not the engine's business, so not one of its codes. */
export class FileError extends Error {
  constructor(path, cause, doing = 'read') {
    const named = path === 0 ? 'standard input' : path;
    super(`E_FILE: can't ${doing} ${named}: ${cause.message}`);
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

/** Bytes of a file, unpacked where it is gzip's, as its first bytes say. */
export function readUnpacked(path) {
  const bytes = readBytes(path);
  if (!startsWith(bytes, 0x1f, 0x8b)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new FileError(path === '-' ? 0 : path, error, 'unpack');
  }
}

/** Writes a file; options as of node:fs. */
export function writeBytes(path, bytes, options) {
  try {
    writeFileSync(path, bytes, options);
  } catch (error) {
    throw new FileError(path, error, 'write');
  }
}

/** Refuses a file that can't be written before minutes are spent on what goes into it. */
export function checkWritable(path) {
  try {
    const isThere = existsSync(path);
    accessSync(isThere ? path : dirname(path), constants.W_OK);
    if (isThere && statSync(path).isDirectory()) throw new Error('a folder');
  } catch (error) {
    throw new FileError(path, error, 'write');
  }
}

/** Bytes of JSON, or of a signed file: without the mark by which some programs say UTF-8. */
export function readJsonBytes(path) {
  const bytes = readBytes(path);
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
    refuse('E_UTF8', `${path}: UTF-16, but JSON is written in UTF-8`);
  }
  return startsWith(bytes, 0xef, 0xbb, 0xbf) ? bytes.subarray(3) : bytes;
}

/** The JSON value of a text that came from the outside; `where` names it in the error. */
export function parseJson(text, where) {
  try {
    return JSON.parse(text);
  } catch {
    throw new SuanpanError('E_JSON', '', `${where}: not JSON at ${placeOfFault(text)}`);
  }
}

/** The JSON value of a file. */
export const readJson = (path) =>
  parseJson(readJsonBytes(path).toString(), path === '-' ? 'standard input' : path);
