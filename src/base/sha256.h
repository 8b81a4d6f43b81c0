/* SHA-256 (FIPS 180-4), from Mbed TLS. Used by book digests and receipt hashes in every build. */
#ifndef SP_BASE_SHA256_H
#define SP_BASE_SHA256_H

#include "base/base.h"

#define SP_SHA256_SIZE 32

void sha256(const uint8_t *bytes, size_t size, uint8_t out[SP_SHA256_SIZE]);

#endif
