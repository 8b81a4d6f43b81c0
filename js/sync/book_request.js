// What the module is asked about a signed book; all that is needed to take one.
import { jsonOf } from '../json.js';
import { bytesOf, join, readU32le, u32le } from './bytes.js';

// A signed root begins with SPR1 and the size of its J0 (src/sync/README.md, section 3).
const rootMagic = [0x53, 0x50, 0x52, 0x31];
const headSize = 8;

/** [u32 LE size of the JSON][JSON][blob] */
export function frame(request, blob = '') {
  const json = bytesOf(jsonOf(request));
  return join(u32le(json.length), json, blob);
}

/**
 * The J0 of a root: itself, or what the signed file carries. The merchant's program brought it, so
 * its signatures are not asked for again; that it is a root is for the module to see.
 */
export function rootText(root, text) {
  if (!ArrayBuffer.isView(root)) return root;
  const isFile = root.length >= headSize && rootMagic.every((byte, i) => root[i] === byte);
  return text.read(isFile ? root.subarray(headSize, headSize + readU32le(root, 4)) : root);
}

/** What sp_book_verify is asked. `hashes` is false when sp_book_open comes next and checks them. */
export function bookRequest({ shop, root, book, checkpoint = null, now, hashes = true }, text) {
  const asked = { shop, root: rootText(root, text), now, hashes };
  return frame(checkpoint === null ? asked : { ...asked, checkpoint }, book);
}
