#include "base/sha256.h"

#include <mbedtls/sha256.h>

void sha256(const uint8_t *bytes, size_t size, uint8_t out[SP_SHA256_SIZE]) {
  int failed = mbedtls_sha256(bytes, size, out, 0);
  SP_CHECK(!failed);
}
