// The primitives that js/sync/verify.js asks for, by WebCrypto: pages have it, and Node too.

/** subtle: crypto.subtle of the host. */
export function subtlePrimitives(subtle) {
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  return {
    sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes)),

    // A public key is x ‖ y; the format of the host begins with a 4. A point that is not on the
    // curve can't be imported.
    async isSigned(key, message, signature) {
      const raw = new Uint8Array(key.length + 1);
      raw[0] = 4;
      raw.set(key, 1);
      try {
        const imported = await subtle.importKey('raw', raw, ecdsa, false, ['verify']);
        return await subtle.verify(ecdsa, imported, signature, message);
      } catch (error) {
        return false;
      }
    },
  };
}
