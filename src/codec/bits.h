/* Numbers of few bits in a row of bytes, the highest bit first. Past the end there are zeros. */
#ifndef SP_CODEC_BITS_H
#define SP_CODEC_BITS_H

#include "base/base.h"

typedef struct {
  const uint8_t *at, *end;
  uint32_t window; /* the next bits, left-aligned; behind those held, ones that come next or 0 */
  uint32_t held;   /* how many of them are there */
  uint32_t beyond; /* bytes that were made up */
} bit_reader;

bit_reader bits_of(sp_text bytes);

/* Whether more was taken than there was. */
bool bits_over(const bit_reader *r);

/* At least 25 bits from here on. */
void bits_fill(bit_reader *r);

/* The next 0 to 16 bits. */
uint32_t bits_take(bit_reader *r, uint32_t count);

/* How many ones stand before the next zero, which goes too; at most `most`. */
uint32_t bits_ones(bit_reader *r, uint32_t most);

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
uint32_t bits_gamma(bit_reader *r);

/* Golomb-Rice: the quotient by 2^shift in ones, then the rest; the quotient at most `most`. Behind
 * it `count` bits, 1 to 8, into *code: tens of thousands of both are read while a page waits, and
 * most of them stand in the window together. */
static inline uint32_t bits_rice_code(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
                                      uint32_t *code) {
  if (r->held < 25) bits_fill(r);
  uint32_t high = ~r->window ? (uint32_t)__builtin_clz(~r->window) : 32, size = shift + count;
  if (high + 1 + size > r->held || high > most) {
    high = bits_ones(r, most);
    uint32_t value = high << shift | bits_take(r, shift);
    *code = bits_take(r, count);
    return value;
  }
  uint32_t rest = r->window << high << 1;
  r->window = rest << size;
  r->held -= high + 1 + size;
  rest >>= 32 - size;
  *code = rest & ((1u << count) - 1);
  return high << shift | rest >> count;
}

/* The shift that suits `count` numbers spread over `range`. */
uint32_t bits_rice_shift(uint32_t range, uint32_t count);

#endif
