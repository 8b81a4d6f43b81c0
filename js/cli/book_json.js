// The parts of a book that the engine has taken in, as JSON values.
import { loadVerb } from './engines.js';

// A part of an SPB1 file, whose lengths the engine has checked.
function containerPart(book, wanted) {
  let at = 8 + book.readUInt32LE(4);
  const { parts } = JSON.parse(book.subarray(8, at).toString());
  at += 4 + book.readUInt32LE(at);
  for (const { name, len } of parts) {
    if (name === wanted) return JSON.parse(book.subarray(at, at + len).toString());
    at += len;
  }
  return undefined;
}

/** The manifest of an SPB1 file, null for a book in JSON. */
export function manifestOf(book) {
  if (loadVerb(book) === 'sp_book_load') return null;
  return JSON.parse(book.subarray(8, 8 + book.readUInt32LE(4)).toString());
}

/** { catalog, rules, text } of a book's bytes. */
export function partsOf(book) {
  if (loadVerb(book) === 'sp_book_load') return JSON.parse(book.toString());
  return Object.fromEntries(['catalog', 'rules', 'text']
    .map((name) => [name, containerPart(book, name)]));
}
