#include "sync/curve.h"

#include <string.h>

#include <p256-m.h>
#include <psa/crypto.h>

/* What p256-m would call to make keys and signatures by itself. It never gets any: whoever needs
 * random bytes here hands them in, and a host without them is told so. */
psa_status_t psa_generate_random(uint8_t *output, size_t output_size) {
  (void)output, (void)output_size;
  return PSA_ERROR_INSUFFICIENT_ENTROPY;
}

bool curve_verify(const uint8_t key[SP_CURVE_KEY_SIZE], const uint8_t digest[SP_SHA256_SIZE],
                  const uint8_t signature[SP_CURVE_SIGNATURE_SIZE]) {
  return p256_ecdsa_verify(signature, key, digest, SP_SHA256_SIZE) == P256_SUCCESS;
}

bool curve_key_pair(const uint8_t entropy[SP_CURVE_ENTROPY_SIZE],
                    uint8_t secret[SP_CURVE_SECRET_SIZE], uint8_t key[SP_CURVE_KEY_SIZE]) {
  for (uint32_t i = 0; i < SP_CURVE_ENTROPY_SIZE; i += SP_CURVE_SECRET_SIZE) {
    memcpy(secret, entropy + i, SP_CURVE_SECRET_SIZE);
    if (p256_public_from_private(key, secret) == P256_SUCCESS) return true;
  }
  return false;
}

bool curve_agree(const uint8_t secret[SP_CURVE_SECRET_SIZE], const uint8_t key[SP_CURVE_KEY_SIZE],
                 uint8_t out[SP_CURVE_SECRET_SIZE]) {
  return p256_ecdh_shared_secret(out, secret, key) == P256_SUCCESS;
}
