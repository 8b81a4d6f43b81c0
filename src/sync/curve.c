#include "sync/curve.h"

#include <string.h>

// The file itself, unmodified: what is put together here is made of its own parts, which it has no
// header for.
#include <p256-m.c>
#include <psa/crypto.h>

/* What p256-m would call to make keys and signatures by itself. It never gets any: whoever needs
 * random bytes here hands them in, and a host without them is told so. */
psa_status_t psa_generate_random(uint8_t *output, size_t output_size) {
  (void)output, (void)output_size;
  return PSA_ERROR_INSUFFICIENT_ENTROPY;
}

/* ---- verifying ---- */

/* A point in the Montgomery domain. */
typedef struct {
  uint32_t x[8], y[8];
} point;

static uint32_t bit_of(const uint32_t number[8], uint32_t i) {
  return number[i / 32] >> i % 32 & 1;
}

/* (x:y:z), or the zero of the curve. */
typedef struct {
  uint32_t x[8], y[8], z[8];
  bool stands; /* false: zero */
} sum;

/* What point_add leaves out: adding to zero, and a sum that is this point or its opposite, where it
 * leaves a z of 0. */
static void sum_add(sum *to, const point *added) {
  uint32_t y[8];
  sum before = *to;
  bool twice = false;
  if (before.stands) {
    point_add(to->x, to->y, to->z, added->x, added->y);
    if (u256_diff0(to->z)) return;
    m256_mul_p(y, before.z, before.z);
    m256_mul_p(y, y, before.z);
    m256_mul_p(y, y, added->y);
    twice = !u256_diff(y, before.y);
  }
  memcpy(to->x, added->x, sizeof to->x);
  memcpy(to->y, added->y, sizeof to->y);
  m256_set32(to->z, 1, &p256_p);
  if (twice) point_double(to->x, to->y, to->z);
  to->stands = twice || !before.stands;
}

/* Whether the affine x of a point is r, which is below p: r * z^2 = x. */
static bool is_x(const uint32_t r[8], const uint32_t x[8], const uint32_t zz[8]) {
  uint32_t product[8];
  memcpy(product, r, sizeof product);
  m256_prep(product, &p256_p);
  m256_mul_p(product, product, zz);
  return !u256_diff(product, x);
}

/* [SEC1] 4.1.4. All of it is public, so branches are fine. */
bool curve_verify(const uint8_t key_bytes[SP_CURVE_KEY_SIZE], const uint8_t digest[SP_SHA256_SIZE],
                  const uint8_t signature[SP_CURVE_SIGNATURE_SIZE]) {
  uint32_t r[8], s[8], u1[8], u2[8];
  point base, key;
  sum of = {.stands = false};
  if (scalar_from_bytes(r, signature) || scalar_from_bytes(s, signature + 32) ||
      point_from_bytes(key.x, key.y, key_bytes)) {
    return false;
  }
  ecdsa_m256_from_hash(u1, digest, SP_SHA256_SIZE);
  m256_prep(s, &p256_n);
  m256_inv(s, s, &p256_n);
  m256_mul(u1, u1, s, &p256_n);
  m256_done(u1, &p256_n);
  memcpy(u2, r, sizeof u2);
  m256_prep(u2, &p256_n);
  m256_mul(u2, u2, s, &p256_n);
  m256_done(u2, &p256_n);
  // u1 * G + u2 * key, both at once: half the doublings of one after the other.
  memcpy(base.x, p256_gx, sizeof base.x);
  memcpy(base.y, p256_gy, sizeof base.y);
  for (uint32_t i = 256; i-- > 0;) {
    if (of.stands) point_double(of.x, of.y, of.z);
    if (bit_of(u1, i)) sum_add(&of, &base);
    if (bit_of(u2, i)) sum_add(&of, &key);
  }
  m256_mul_p(of.z, of.z, of.z);
  if (!of.stands || is_x(r, of.x, of.z)) return of.stands;
  // An x between n and p stands in the signature as the rest by n.
  bool fits = !u256_add(r, r, p256_n.m) && u256_sub(s, r, p256_p.m);
  return fits && is_x(r, of.x, of.z);
}

/* ---- secrets ---- */

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
