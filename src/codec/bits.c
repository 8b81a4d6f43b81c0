#include "codec/bits.h"

bit_reader bits_of(sp_text bytes) {
  const uint8_t *at = (const uint8_t *)bytes.ptr;
  return (bit_reader){at, at + bytes.size, 0, 0, 0};
}

bool bits_over(const bit_reader *r) {
  return 8 * r->beyond > r->held;
}

void bits_fill_slowly(bit_reader *r) {
  while (r->held <= 24) {
    if (r->at < r->end) {
      r->window |= (uint32_t)*r->at++ << (24 - r->held);
    } else {
      r->beyond++;
    }
    r->held += 8;
  }
}

uint32_t bits_ones(bit_reader *r, uint32_t most) {
  uint32_t count = 0;
  while (count <= most) {
    if (r->held < 25) bits_fill(r);
    uint32_t run = ~r->window ? (uint32_t)__builtin_clz(~r->window) : 32;
    if (run < r->held) {
      count += run;
      r->window = r->window << run << 1;
      r->held -= run + 1;
      return count < most ? count : most;
    }
    count += r->held;
    r->window = 0;
    r->held = 0;
  }
  return most;
}

uint32_t bits_gamma_slowly(bit_reader *r) {
  uint32_t size = bits_ones(r, 16);
  if (size >= 16) return 0;
  return 1u << size | bits_take(r, size);
}

uint32_t bits_rice_shift(uint32_t range, uint32_t count) {
  // ln 2 = 0.69 of the mean gap is where a longer rest costs as much as it saves.
  uint32_t gap = range * 69 / 100 / (count + 1);
  uint32_t shift = gap ? 31 - (uint32_t)__builtin_clz(gap) : 0;
  return shift < 15 ? shift : 15;
}
