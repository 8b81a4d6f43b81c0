/* Numbers of few bits in a row of bytes, the highest bit first. Past the end there are zeros. */
#ifndef SP_CODEC_BITS_H
#define SP_CODEC_BITS_H

#include "base/base.h"

/* What is read a hundred thousand times while a page waits is worth being there at each place: a
 * reader that never leaves its caller stays in registers. */
#define SP_BITS_INLINE static inline __attribute__((always_inline))

typedef struct {
  const uint8_t *at, *end;
  uint32_t window; /* the next bits, left-aligned; behind those held, ones that come next or 0 */
  uint32_t held;   /* how many of them are there */
  uint32_t beyond; /* bytes that were made up */
} bit_reader;

bit_reader bits_of(sp_text bytes);

/* Whether more was taken than there was. */
bool bits_over(const bit_reader *r);

/* How many ones stand before the next zero where that is not in the window, which holds them. */
uint32_t bits_more_ones(bit_reader *r, uint32_t most);

/* At least 25 bits from here on. Of four bytes at once, what there is no room for stands in the
 * window already when it comes again. */
SP_BITS_INLINE void bits_fill(bit_reader *r) {
  if (r->end - r->at >= 4) {
    const uint8_t *at = r->at;
    uint32_t next = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    uint32_t bytes = (32 - r->held) / 8;
    r->window |= next >> r->held;
    r->at += bytes;
    r->held += 8 * bytes;
    return;
  }
  while (r->held <= 24) {
    if (r->at < r->end) {
      r->window |= (uint32_t)*r->at++ << (24 - r->held);
    } else {
      r->beyond++;
    }
    r->held += 8;
  }
}

/* The next 0 to 16 bits. */
SP_BITS_INLINE uint32_t bits_take(bit_reader *r, uint32_t count) {
  if (r->held < count) bits_fill(r);
  // Two steps, since none of 32 bits may be shifted away at once.
  uint32_t value = r->window >> 1 >> (31 - count);
  r->window <<= count;
  r->held -= count;
  return value;
}

/* How many ones stand before the next zero, which goes too; at most `most`. */
SP_BITS_INLINE uint32_t bits_ones(bit_reader *r, uint32_t most) {
  if (r->held < 17) bits_fill(r);
  uint32_t count = ~r->window ? (uint32_t)__builtin_clz(~r->window) : 32;
  if (count >= r->held) return bits_more_ones(r, most);
  r->window = r->window << count << 1;
  r->held -= count + 1;
  return count < most ? count : most;
}

/* Elias gamma: a number from 1, below 2^16. 0: there is none. */
uint32_t bits_gamma(bit_reader *r);

/* Golomb-Rice: the quotient by 2^shift in ones, then the rest; the quotient at most `most`. */
SP_BITS_INLINE uint32_t bits_rice(bit_reader *r, uint32_t shift, uint32_t most) {
  uint32_t high = bits_ones(r, most);
  return high << shift | bits_take(r, shift);
}

/* The same with the `count` bits behind it, 1 to 8, into *code: most fit into one look. */
SP_BITS_INLINE uint32_t bits_rice_code(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
                                       uint32_t *code) {
  if (r->held < 25) bits_fill(r);
  uint32_t high = ~r->window ? (uint32_t)__builtin_clz(~r->window) : 32, size = shift + count;
  if (high + 1 + size > r->held || high > most) {
    uint32_t value = bits_rice(r, shift, most);
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
