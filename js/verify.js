// Verifying signed books where the module can't: `import { bookVerifier } from 'suanpan/verify'`.
//
// The pricing-only build has no cryptography of its own, so it takes a book only with
//   createEngine({ shop, root, wasm, verify: bookVerifier(crypto.subtle) })
// Pages and Node have crypto.subtle; any host that can hash and verify may bring its own.
import { subtlePrimitives } from './host/subtle.js';
import { verifierOf } from './sync/verify.js';

export { selfTest } from './sync/self_test.js';

const verifier = (given) => verifierOf(given.digest ? subtlePrimitives(given) : given);

/** What createEngine takes as `verify`. given: crypto.subtle, or { sha256, isSigned }. */
export const bookVerifier = (given) => verifier(given).verifyBook;

/** Root n+1 under root n: a promise of its value. */
export const rootVerifier = (given) => verifier(given).verifyRoot;

/** A redemption code at a till (js/verify.d.ts). */
export const redeemVerifier = (given) => verifier(given).verifyRedeemCode;
