// One part of a published book (src/README.md, section 1): what the engine does not read with the
// rest is cut out here.

const headSize = 4;
const sizeAt = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

/** The bytes of a part of a book that was opened; null when it has none of that name. */
export function partOf(book, name, text) {
  const manifestSize = sizeAt(book, headSize);
  const manifestAt = headSize + 4;
  const signaturesAt = manifestAt + manifestSize;
  const { parts } = JSON.parse(text.read(book.subarray(manifestAt, signaturesAt)));
  let at = signaturesAt + 4 + sizeAt(book, signaturesAt);
  for (const part of parts) {
    if (part.name === name) return book.slice(at, at + part.len);
    at += part.len;
  }
  return null;
}
