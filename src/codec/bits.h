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
bool bits_over(const bit_reader *r);

/* More bits where fewer than 32 are held: at least so many then. */
void bits_fill(bit_reader *r);

/* The next 0 to 16 bits. */
SP_IN_PLACE uint32_t bits_take(bit_reader *r, uint32_t count) {
  if (r->held < 32) bits_fill(r);
  // Two steps, since none of 64 bits may be shifted away at once.
  uint32_t value = (uint32_t)(r->window >> 1 >> (63 - count));
  r->window <<= count;
  r->held -= count;
  return value;
}

/* How many ones stand before the next zero, which goes too; at most `most`. */
uint32_t bits_ones(bit_reader *r, uint32_t most);

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
uint32_t bits_gamma(bit_reader *r);

/* The same of what follows, where it does not stand in the window whole. */
uint32_t bits_rice_slowly(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
                          uint32_t *code);

/* Golomb-Rice: the quotient by 2^shift in ones, then the rest; the quotient at most `most`. Behind
 * it `count` bits, 1 to 8, into *code: tens of thousands of both are read while a page waits, and
 * most of them stand in the window together. */
SP_IN_PLACE uint32_t bits_rice_code(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
                                    uint32_t *code) {
  if (r->held < 32) bits_fill(r);
  uint32_t high = (uint32_t)__builtin_clzll(~r->window | 1), size = shift + count;
  if (high + 1 + size > r->held || high > most)
    return bits_rice_slowly(r, shift, most, count, code);
  uint64_t rest = r->window << high << 1;
  r->window = rest << size;
  r->held -= high + 1 + size;
  uint32_t both = (uint32_t)(rest >> (64 - size));
  *code = both & ((1u << count) - 1);
  return high << shift | both >> count;
}

/* The shift that suits `count` numbers spread over `range`. */
uint32_t bits_rice_shift(uint32_t range, uint32_t count);

#endif
