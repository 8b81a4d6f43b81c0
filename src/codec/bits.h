/* Numbers of few bits in a row of bytes, the highest bit first. Past the end there are zeros. */
#ifndef SP_CODEC_BITS_H
#define SP_CODEC_BITS_H

#include "base/base.h"

typedef struct {
  const uint8_t *at, *end;
  uint64_t window; /* the next bits, left-aligned; 0 behind those held */
  uint32_t held;   /* how many of them are there */
  uint32_t beyond; /* bytes that were made up */
} bit_reader;

bit_reader bits_of(sp_text bytes);

/* Whether more was taken than there was. */
SP_IN_PLACE bool bits_over(const bit_reader *r) {
  return 8 * r->beyond > r->held;
}

/* The bytes from `at` on as a number of four, fewer than which are left. */
uint32_t bits_last(const uint8_t *at, const uint8_t *end);

/* More bits where fewer than 32 are held: at least so many then, and 63 at most. In place, and no
 * reader is handed on: so one in local variables stays in them, which halves what a weight costs
 * where nothing is compiled. */
SP_IN_PLACE void bits_fill(bit_reader *r) {
  if (r->held >= 32) return;
  uint32_t next, left = (uint32_t)(r->end - r->at);
  if (left >= 4) {
    const uint8_t *at = r->at;
    next = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    r->at += 4;
  } else {
    next = bits_last(r->at, r->end);
    r->beyond += 4 - left;
    r->at = r->end;
  }
  r->window |= (uint64_t)next << (32 - r->held);
  r->held += 32;
}

/* How many ones stand before the first zero; 63 bits at most are held, so there is one. */
SP_IN_PLACE uint32_t bits_run(const bit_reader *r) {
  return (uint32_t)__builtin_clzll(~r->window);
}

/* The next 0 to 16 bits. */
SP_IN_PLACE uint32_t bits_take(bit_reader *r, uint32_t count) {
  bits_fill(r);
  // Two steps, since none of 64 bits may be shifted away at once.
  uint32_t value = (uint32_t)(r->window >> 1 >> (63 - count));
  r->window <<= count;
  r->held -= count;
  return value;
}

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
SP_IN_PLACE uint32_t bits_gamma(bit_reader *r) {
  bits_fill(r);
  uint32_t size = bits_run(r);
  if (size > 15) return 0;
  // The zero behind the ones stands where the number has its highest bit.
  uint64_t rest = r->window << size;
  r->window = rest << 1 << size;
  r->held -= 2 * size + 1;
  return 1u << size | (uint32_t)(rest >> (63 - size));
}

/* Golomb-Rice: the quotient by 2^shift in ones, then the rest; a quotient above `most` is read as
 * one that is. Behind it `count` bits, 1 to 8, into *code. */
SP_IN_PLACE uint32_t bits_rice_code(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
                                    uint32_t *code) {
  uint32_t high = 0, run, size = shift + count;
  for (;;) {
    bits_fill(r);
    run = bits_run(r);
    if (run < r->held) break;
    high = high + r->held > most ? most + 1 : high + r->held;
    r->window = 0;
    r->held = 0;
  }
  r->window = r->window << run << 1;
  r->held -= run + 1;
  bits_fill(r);
  uint32_t both = (uint32_t)(r->window >> (64 - size));
  r->window <<= size;
  r->held -= size;
  *code = both & ((1u << count) - 1);
  return ((high + run) << shift) + (both >> count);
}

/* The shift that suits `count` numbers spread over `range`. */
uint32_t bits_rice_shift(uint32_t range, uint32_t count);

#endif
