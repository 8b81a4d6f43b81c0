#include "sync/secret.h"

#include <mbedtls/platform_util.h>

void secret_wipe(void *bytes, size_t size) {
  mbedtls_platform_zeroize(bytes, size);
}

bool secret_equal(const void *a, const void *b, size_t size) {
  const volatile uint8_t *left = a, *right = b;
  uint8_t difference = 0;
  for (size_t i = 0; i < size; i++)
    difference |= (uint8_t)(left[i] ^ right[i]);
  return difference == 0;
}
