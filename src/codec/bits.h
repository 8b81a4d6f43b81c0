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

/* Where fewer than four bytes are left. */
void bits_fill_slowly(bit_reader *r);

/* At least 25 bits from here on. Of four bytes at once, what there is no room for stands in the
 * window already when it comes again. */
SP_IN_PLACE void bits_fill(bit_reader *r) {
  const uint8_t *at = r->at;
  if (r->end - at < 4) {
    bits_fill_slowly(r);
    return;
  }
  uint32_t next = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
  uint32_t bytes = (32 - r->held) / 8;
  r->window |= next >> r->held;
  r->at += bytes;
  r->held += 8 * bytes;
}

/* The next 0 to 16 bits. */
SP_IN_PLACE uint32_t bits_take(bit_reader *r, uint32_t count) {
  if (r->held < count) bits_fill(r);
  // Two steps, since none of 32 bits may be shifted away at once.
  uint32_t value = r->window >> 1 >> (31 - count);
  r->window <<= count;
  r->held -= count;
  return value;
}

/* How many ones stand before the next zero, which goes too; at most `most`. */
uint32_t bits_ones(bit_reader *r, uint32_t most);

/* Where it does not stand in the window whole. */
uint32_t bits_gamma_slowly(bit_reader *r);

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
SP_IN_PLACE uint32_t bits_gamma(bit_reader *r) {
  if (r->held < 25) bits_fill(r);
  uint32_t size = (uint32_t)__builtin_clz(~r->window | 1);
  if (size > 12 || 2 * size + 1 > r->held) return bits_gamma_slowly(r);
  uint32_t rest = r->window << size << 1;
  r->window = rest << size;
  r->held -= 2 * size + 1;
  return 1u << size | rest >> 1 >> (31 - size);
}

/* Golomb-Rice: the quotient by 2^shift in ones, then the rest; the quotient at most `most`. Behind
 * it `count` bits, 1 to 8, into *code: tens of thousands of both are read while a page waits, and
 * most of them stand in the window together. */
SP_IN_PLACE uint32_t bits_rice_code(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
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
