// The parts of a book that the engine has taken in, as JSON values.
import { magics, readSignedFile } from '../sync/messages.js';
import { loadVerb } from './engines.js';

const jsonOf = (bytes) => JSON.parse(Buffer.from(bytes).toString());

/** The manifest of an SPB1 file, null for a book in JSON. */
export function manifestOf(book) {
  if (loadVerb(book) === 'sp_book_load') return null;
  return jsonOf(readSignedFile(magics.book, book).payload);
}

/** { catalog, rules, text } of a book's bytes. */
export function partsOf(book) {
  if (loadVerb(book) === 'sp_book_load') return JSON.parse(book.toString());
  const manifest = manifestOf(book);
  const parts = readSignedFile(magics.book, book).parts
    .map(([index, bytes]) => [manifest.parts[index].name, bytes]);
  return Object.fromEntries(parts.filter(([name]) => ['catalog', 'rules', 'text'].includes(name))
    .map(([name, bytes]) => [name, jsonOf(bytes)]));
}

/** Seconds that the civil time of a good book's parts is ahead of UTC. */
export const utcOffsetOf = ({ rules = {} }) => rules.utc_offset_s ?? 28800;
