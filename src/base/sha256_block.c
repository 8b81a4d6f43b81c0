/* One block of SHA-256 (FIPS 180-4, section 6.2.2), in the place that Mbed TLS has for it; all the
 * rest is Mbed TLS's own. Every byte of a book goes through here while a phone waits. The schedule
 * stands in sixteen variables that are stepped in place, which takes a third fewer steps than one
 * of 64 words in memory, and leaves nothing there that would have to be wiped. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <mbedtls/sha256.h>

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define TURNED(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define SUM0(x)      (TURNED(x, 2) ^ TURNED(x, 13) ^ TURNED(x, 22))
#define SUM1(x)      (TURNED(x, 6) ^ TURNED(x, 11) ^ TURNED(x, 25))
#define SIGMA0(x)    (TURNED(x, 7) ^ TURNED(x, 18) ^ (x) >> 3)
#define SIGMA1(x)    (TURNED(x, 17) ^ TURNED(x, 19) ^ (x) >> 10)

#define LOAD(i)                                                                                    \
  w##i = (uint32_t)data[4 * i] << 24 | (uint32_t)data[4 * i + 1] << 16 |                           \
         (uint32_t)data[4 * i + 2] << 8 | data[4 * i + 3];
#define STEP(i, next, ninth, last) w##i += SIGMA0(w##next) + w##ninth + SIGMA1(w##last);

/* The variables trade places instead of their values. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                           \
  h += SUM1(e) + (g ^ (e & (f ^ g))) + k[i] + w##i;                                                \
  d += h;                                                                                          \
  h += SUM0(a) + ((a & b) | (c & (a | b)));
#define EIGHT_ROUNDS(i0, i1, i2, i3, i4, i5, i6, i7)                                               \
  ROUND(a, b, c, d, e, f, g, h, i0)                                                                \
  ROUND(h, a, b, c, d, e, f, g, i1)                                                                \
  ROUND(g, h, a, b, c, d, e, f, i2)                                                                \
  ROUND(f, g, h, a, b, c, d, e, i3)                                                                \
  ROUND(e, f, g, h, a, b, c, d, i4)                                                                \
  ROUND(d, e, f, g, h, a, b, c, i5)                                                                \
  ROUND(c, d, e, f, g, h, a, b, i6)                                                                \
  ROUND(b, c, d, e, f, g, h, a, i7)

int mbedtls_internal_sha256_process(mbedtls_sha256_context *context, const unsigned char data[64]) {
  uint32_t *s = context->state, a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5],
           g = s[6], h = s[7];
  uint32_t w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15;
  LOAD(0) LOAD(1) LOAD(2) LOAD(3) LOAD(4) LOAD(5) LOAD(6) LOAD(7)
  LOAD(8) LOAD(9) LOAD(10) LOAD(11) LOAD(12) LOAD(13) LOAD(14) LOAD(15)
  for (const uint32_t *k = round_constants;;) {
    EIGHT_ROUNDS(0, 1, 2, 3, 4, 5, 6, 7)
    EIGHT_ROUNDS(8, 9, 10, 11, 12, 13, 14, 15)
    k += 16;
    if (k == round_constants + 64) break;
    STEP(0, 1, 9, 14) STEP(1, 2, 10, 15) STEP(2, 3, 11, 0) STEP(3, 4, 12, 1)
    STEP(4, 5, 13, 2) STEP(5, 6, 14, 3) STEP(6, 7, 15, 4) STEP(7, 8, 0, 5)
    STEP(8, 9, 1, 6) STEP(9, 10, 2, 7) STEP(10, 11, 3, 8) STEP(11, 12, 4, 9)
    STEP(12, 13, 5, 10) STEP(13, 14, 6, 11) STEP(14, 15, 7, 12) STEP(15, 0, 8, 13)
  }
  s[0] += a;
  s[1] += b;
  s[2] += c;
  s[3] += d;
  s[4] += e;
  s[5] += f;
  s[6] += g;
  s[7] += h;
  return 0;
}
