// Names of operations: 16 bytes as base64url, 12 of the host's randomness and a counter. The same
// start gives the same names in the same order, so what is done again is done under its own name.
import { join } from '../sync/bytes.js';
import { toBase64url } from '../sync/base64url.js';

export const UID_START_BYTES = 12;

/** A source of names: each call gives the next one. */
export function uidsFrom(start) {
  let number = 0;
  return () => {
    number += 1;
    const counter = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);
    return toBase64url(join(start, Uint8Array.from(counter)));
  };
}
