/* Numbers of few bits in a row of bytes, the lowest bit first. Where one is read nothing is
 * checked, which would cost a twentieth where nothing is compiled: behind the bytes stand zeros, as
 * many as a reader may take before it looks whether that was too much. */
#ifndef SP_CODEC_BITS_H
#define SP_CODEC_BITS_H

#include <string.h>

#include "base/base.h"

// Four bytes are looked at as one number whose lowest byte is the first.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bits need little-endian words");

typedef struct {
  const uint8_t *bytes;
  uint32_t at; /* bits that were taken */
} bit_reader;

#define SP_BITS_SEEN 25 /* at least, at any place */

/* The next bits, the first one lowest; SP_BITS_SEEN of them hold. In place, so that a reader in
 * local variables stays in them, which halves what a weight costs where nothing is compiled. */
SP_IN_PLACE uint32_t bits_peek(const bit_reader *r) {
  uint32_t bits;
  memcpy(&bits, r->bytes + (r->at >> 3), sizeof bits);
  return bits >> (r->at & 7);
}

/* How many ones stand before the first zero, SP_BITS_SEEN at most. */
SP_IN_PLACE uint32_t bits_run(uint32_t bits) {
  return (uint32_t)__builtin_ctz(~bits | 1u << SP_BITS_SEEN);
}

/* The next 0 to 16 bits. */
SP_IN_PLACE uint32_t bits_take(bit_reader *r, uint32_t count) {
  uint32_t bits = bits_peek(r);
  r->at += count;
  return bits & ((1u << count) - 1);
}

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
SP_IN_PLACE uint32_t bits_gamma(bit_reader *r) {
  uint32_t bits = bits_peek(r), size = bits_run(bits), begin = r->at;
  r->at = begin + 2 * size + 1;
  if (2 * size < SP_BITS_SEEN) {
    bits = bits >> size >> 1;
  } else {
    if (size > 15) return 0;
    bits = bits_peek(&(bit_reader){r->bytes, begin + size + 1});
  }
  return 1u << size | (bits & ((1u << size) - 1));
}

/* One and *next, which mostly are in sight together. */
SP_IN_PLACE uint32_t bits_two_gammas(bit_reader *r, uint32_t *next) {
  uint32_t bits = bits_peek(r), size = bits_run(bits), one = bits >> size >> 1;
  uint32_t other = one >> size, other_size = bits_run(other);
  if (2 * (size + other_size) + 2 > SP_BITS_SEEN) {
    one = bits_gamma(r);
    *next = bits_gamma(r);
    return one;
  }
  r->at += 2 * (size + other_size) + 2;
  *next = 1u << other_size | (other >> other_size >> 1 & ((1u << other_size) - 1));
  return 1u << size | (one & ((1u << size) - 1));
}

#define SP_GAP_BITS_MAX 15

/* Exponential Golomb: as many bits as there are ones and `least` more, behind what fewer ones can
 * say. *behind: the next `size` bits, 1 to 8, and above them whatever comes next. UINT16_MAX where
 * it takes more than any number below. */
SP_IN_PLACE uint32_t bits_gap(bit_reader *r, uint32_t least, uint32_t size, uint32_t *behind) {
  uint32_t run = bits_run(bits_peek(r)), width = run + least;
  r->at += run + 1;
  uint32_t bits = bits_peek(r);
  r->at += width + size;
  *behind = bits >> (width & 31);
  return width > 16 ? UINT16_MAX : (((1u << run) - 1) << least) + (bits & ((1u << width) - 1));
}

#endif
