/* The curve P-256: verifying signatures (ECDSA) and agreeing on a secret (ECDH), by Mbed TLS's
 * p256-m. Phones never sign with it, so signing is not here. A point that is not on the curve is
 * refused by every one of these. */
#ifndef SP_SYNC_CURVE_H
#define SP_SYNC_CURVE_H

#include "base/base.h"
#include "base/sha256.h"

#define SP_CURVE_SECRET_SIZE    32
#define SP_CURVE_KEY_SIZE       64 /* x and y */
#define SP_CURVE_SIGNATURE_SIZE 64 /* r and s */

bool curve_verify(const uint8_t key[SP_CURVE_KEY_SIZE], const uint8_t digest[SP_SHA256_SIZE],
                  const uint8_t signature[SP_CURVE_SIGNATURE_SIZE]);

/* A key pair of random bytes that the caller brings: two tries of 32 bytes, as a number that is no
 * secret of this curve comes up once in 2^32. False without a usable one. */
#define SP_CURVE_ENTROPY_SIZE 64
bool curve_key_pair(const uint8_t entropy[SP_CURVE_ENTROPY_SIZE],
                    uint8_t secret[SP_CURVE_SECRET_SIZE], uint8_t key[SP_CURVE_KEY_SIZE]);

/* The x of secret * key. */
bool curve_agree(const uint8_t secret[SP_CURVE_SECRET_SIZE], const uint8_t key[SP_CURVE_KEY_SIZE],
                 uint8_t out[SP_CURVE_SECRET_SIZE]);

#endif
