// One part of a published book (src/sync/README.md, section 3): what the engine does not read with
// the rest is cut out here.
import { magics, readSignedFile } from './messages.js';

/** The bytes of a part of a book that was opened; null when it has none of that name. */
export function partOf(book, name, text) {
  const { payload, parts } = readSignedFile(magics.book, book);
  const index = JSON.parse(text.read(payload)).parts.findIndex((part) => part.name === name);
  const found = parts.find(([at]) => at === index);
  return found ? found[1].slice() : null;
}
