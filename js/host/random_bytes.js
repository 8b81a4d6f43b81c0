// Random bytes by the Web's crypto object, for pages and Node.
import { SuanpanError, hostError } from '../error.js';

// The standard lets one call have this much.
const bytesMax = 65536;

export const cryptoRandom = (crypto) => ({
  async bytes(length) {
    if (!crypto || !crypto.getRandomValues) throw new SuanpanError('E_RANDOM');
    try {
      const bytes = new Uint8Array(length);
      for (let from = 0; from < length; from += bytesMax) {
        crypto.getRandomValues(bytes.subarray(from, from + bytesMax));
      }
      return bytes;
    } catch (cause) {
      throw hostError('E_RANDOM', cause);
    }
  },
});
