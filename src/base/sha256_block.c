/* The rounds of SHA-256 (FIPS 180-4 §6.2.2) in place of those of Mbed TLS, which keep the working
 * variables in memory: where nothing is compiled these take three quarters of the steps. */
#include "base/base.h"

#include <mbedtls/sha256.h>

static const uint32_t constants[64] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

SP_IN_PLACE uint32_t turned(uint32_t word, uint32_t by) {
  return word >> by | word << (32 - by);
}

SP_IN_PLACE uint32_t word_at(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Everything below has its places written out, so that no word needs an address: `w` is the last
 * sixteen words of the schedule. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                           \
  h += (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (((f ^ g) & e) ^ g) + k[i] + w[i];         \
  d += h;                                                                                          \
  h += (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) | ((a | b) & c));

#define EIGHT_ROUNDS(i)                                                                            \
  ROUND(a, b, c, d, e, f, g, h, (i))                                                               \
  ROUND(h, a, b, c, d, e, f, g, (i) + 1)                                                           \
  ROUND(g, h, a, b, c, d, e, f, (i) + 2)                                                           \
  ROUND(f, g, h, a, b, c, d, e, (i) + 3)                                                           \
  ROUND(e, f, g, h, a, b, c, d, (i) + 4)                                                           \
  ROUND(d, e, f, g, h, a, b, c, (i) + 5)                                                           \
  ROUND(c, d, e, f, g, h, a, b, (i) + 6)                                                           \
  ROUND(b, c, d, e, f, g, h, a, (i) + 7)

#define LOAD(i) w[i] = word_at(data + 4 * (i));

/* The word sixteen places on. */
#define NEXT(i)                                                                                    \
  w[i] +=                                                                                          \
      w[((i) + 9) % 16] +                                                                          \
      (turned(w[((i) + 1) % 16], 7) ^ turned(w[((i) + 1) % 16], 18) ^ w[((i) + 1) % 16] >> 3) +    \
      (turned(w[((i) + 14) % 16], 17) ^ turned(w[((i) + 14) % 16], 19) ^                           \
       w[((i) + 14) % 16] >> 10);

#define SIXTEEN(X)                                                                                 \
  X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

int mbedtls_internal_sha256_process(mbedtls_sha256_context *context, const unsigned char data[64]) {
  uint32_t *state = context->MBEDTLS_PRIVATE(state), w[16];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  SIXTEEN(LOAD)
  for (const uint32_t *k = constants;; k += 16) {
    EIGHT_ROUNDS(0)
    EIGHT_ROUNDS(8)
    if (k == constants + 48) break;
    SIXTEEN(NEXT)
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
  return 0;
}
