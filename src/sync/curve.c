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

/* (x:y:z) = u1 * G + u2 * key, both at once: half the doublings of one after the other. False where
 * the formula of a sum does not hold, which only happens to keys and signatures made for it. */
static bool add_at_once(const uint32_t u1[8], const uint32_t u2[8], const point *key,
                         uint32_t x[8], uint32_t y[8], uint32_t z[8]) {
  point sums[3];
  bool stands = false;
  memcpy(sums[0].x, p256_gx, sizeof p256_gx);
  memcpy(sums[0].y, p256_gy, sizeof p256_gy);
  sums[1] = *key;
  point_add_or_double_leaky(sums[2].x, sums[2].y, p256_gx, p256_gy, key->x, key->y);
  if (!u256_diff0(sums[2].x)) return false;
  for (uint32_t i = 256; i-- > 0;) {
    if (stands) point_double(x, y, z);
    uint32_t which = bit_of(u1, i) | bit_of(u2, i) << 1;
    if (!which) continue;
    const point *added = &sums[which - 1];
    if (stands) {
      point_add(x, y, z, added->x, added->y);
      if (!u256_diff0(z)) return false;
      continue;
    }
    memcpy(x, added->x, sizeof added->x);
    memcpy(y, added->y, sizeof added->y);
    m256_set32(z, 1, &p256_p);
    stands = true;
  }
  return stands;
}

/* The same one after the other. */
static void add_apart(const uint32_t u1[8], const uint32_t u2[8], const point *key, uint32_t x[8],
                      uint32_t y[8], uint32_t z[8]) {
  point of_g, of_key;
  scalar_mult(of_key.x, of_key.y, key->x, key->y, u2);
  memcpy(x, of_key.x, sizeof of_key.x);
  if (u256_diff0(u1)) {
    scalar_mult(of_g.x, of_g.y, p256_gx, p256_gy, u1);
    point_add_or_double_leaky(x, y, of_g.x, of_g.y, of_key.x, of_key.y);
  }
  m256_set32(z, 1, &p256_p);
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
  uint32_t r[8], s[8], u1[8], u2[8], x[8], y[8], z[8];
  point key;
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
  // Without a point for a sum both x are 0, which no r is.
  if (!add_at_once(u1, u2, &key, x, y, z)) add_apart(u1, u2, &key, x, y, z);
  m256_mul_p(z, z, z);
  if (is_x(r, x, z)) return true;
  // An x between n and p stands in the signature as the rest by n.
  bool fits = !u256_add(r, r, p256_n.m) && u256_sub(s, r, p256_p.m);
  return fits && is_x(r, x, z);
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
