/* Numbers of few bits in a row of bytes, the highest bit first. Past the end there are zeros. */
#ifndef SP_CODEC_BITS_H
#define SP_CODEC_BITS_H

#include "base/base.h"

typedef struct {
  const uint8_t *at, *end;
  uint32_t window; /* the next bits, left-aligned */
  uint32_t held;   /* how many of them are there */
  uint32_t beyond; /* bytes that were made up */
} bit_reader;

bit_reader bits_of(sp_text bytes);

/* Whether more was taken than there was. */
bool bits_over(const bit_reader *r);

/* The next 0 to 16 bits. */
uint32_t bits_take(bit_reader *r, uint32_t count);

/* How many ones stand before the next zero, which goes too; at most `most`. */
uint32_t bits_ones(bit_reader *r, uint32_t most);

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
uint32_t bits_gamma(bit_reader *r);

/* Golomb-Rice: the quotient by 2^shift in ones, then the rest; the quotient at most `most`. */
static inline uint32_t bits_rice(bit_reader *r, uint32_t shift, uint32_t most) {
  uint32_t high = bits_ones(r, most);
  return high << shift | bits_take(r, shift);
}

/* The shift that suits `count` numbers spread over `range`. */
uint32_t bits_rice_shift(uint32_t range, uint32_t count);

#endif
