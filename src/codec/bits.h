/* Numbers of few bits in a row of bytes, the lowest bit first. Past the end there are zeros. */
#ifndef SP_CODEC_BITS_H
#define SP_CODEC_BITS_H

#include "base/base.h"

typedef struct {
  const uint8_t *bytes;
  uint32_t size;
  uint32_t whole; /* so many first places have four bytes */
} bit_text;

typedef struct {
  bit_text text;
  uint32_t at; /* bits that were taken */
} bit_reader;

#define SP_BITS_SEEN 25 /* at least, at any place */

bit_reader bits_of(sp_text bytes);

/* Whether more was taken than there was. */
SP_IN_PLACE bool bits_over(const bit_reader *r) {
  return r->at > 8 * r->text.size;
}

/* The four bytes at a place that has fewer, the first one lowest. */
uint32_t bits_last(bit_text text, uint32_t place);

/* The bits from `at` on, the first one lowest; SP_BITS_SEEN of them hold. In place, and texts go as
 * values: so a reader in local variables stays in them, which halves what a weight costs where
 * nothing is compiled. */
SP_IN_PLACE uint32_t bits_peek(bit_text text, uint32_t at) {
  uint32_t place = at >> 3;
  const uint8_t *b = text.bytes + place;
  if (place >= text.whole) return bits_last(text, place) >> (at & 7);
  return (b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24) >> (at & 7);
}

/* How many ones stand before the first zero, SP_BITS_SEEN at most. */
SP_IN_PLACE uint32_t bits_run(uint32_t bits) {
  return (uint32_t)__builtin_ctz(~bits | 1u << SP_BITS_SEEN);
}

/* The next 0 to 16 bits. */
SP_IN_PLACE uint32_t bits_take(bit_reader *r, uint32_t count) {
  uint32_t bits = bits_peek(r->text, r->at);
  r->at += count;
  return bits & ((1u << count) - 1);
}

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
SP_IN_PLACE uint32_t bits_gamma(bit_reader *r) {
  uint32_t bits = bits_peek(r->text, r->at), size = bits_run(bits);
  if (size > 15) return 0;
  r->at += size + 1;
  bits = 2 * size < SP_BITS_SEEN ? bits >> size >> 1 : bits_peek(r->text, r->at);
  r->at += size;
  return 1u << size | (bits & ((1u << size) - 1));
}

/* Golomb-Rice with `size` bits behind the ones and their zero, 0 to 24: *behind, and whatever comes
 * next above them. How many ones there were. */
SP_IN_PLACE uint32_t bits_rice(bit_reader *r, uint32_t size, uint32_t *behind) {
  uint32_t bits = bits_peek(r->text, r->at), run = bits_run(bits), all = run;
  if (run + size < SP_BITS_SEEN) {
    *behind = bits >> run >> 1;
  } else {
    for (; run == SP_BITS_SEEN; all += run) {
      r->at += SP_BITS_SEEN;
      run = bits_run(bits_peek(r->text, r->at));
    }
    *behind = bits_peek(r->text, r->at + run + 1);
  }
  r->at += run + 1 + size;
  return all;
}

/* The shift that suits `count` numbers spread over `range`. */
uint32_t bits_rice_shift(uint32_t range, uint32_t count);

#endif
