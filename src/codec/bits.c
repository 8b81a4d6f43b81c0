#include "codec/bits.h"

bit_reader bits_of(sp_text bytes) {
  const uint8_t *at = (const uint8_t *)bytes.ptr;
  return (bit_reader){at, at + bytes.size, 0, 0, 0};
}

bool bits_over(const bit_reader *r) {
  return 8 * r->beyond > r->held;
}

void bits_fill(bit_reader *r) {
  const uint8_t *at = r->at;
  if (r->end - at >= 4) {
    uint32_t next = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    r->window |= (uint64_t)next << (32 - r->held);
    r->at += 4;
    r->held += 32;
    return;
  }
  for (; r->held < 32; r->held += 8) {
    if (r->at < r->end) {
      r->window |= (uint64_t)*r->at++ << (56 - r->held);
    } else {
      r->beyond++;
    }
  }
}

uint32_t bits_ones(bit_reader *r, uint32_t most) {
  uint32_t count = 0;
  while (count <= most) {
    if (r->held < 32) bits_fill(r);
    uint32_t run = (uint32_t)__builtin_clzll(~r->window | 1);
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

uint32_t bits_gamma(bit_reader *r) {
  if (r->held < 32) bits_fill(r);
  uint32_t size = (uint32_t)__builtin_clzll(~r->window | 1);
  if (size > 15) return 0;
  uint64_t rest = r->window << size << 1;
  r->window = rest << size;
  r->held -= 2 * size + 1;
  return 1u << size | (uint32_t)(rest >> 1 >> (63 - size));
}

uint32_t bits_rice_slowly(bit_reader *r, uint32_t shift, uint32_t most, uint32_t count,
                          uint32_t *code) {
  uint32_t high = bits_ones(r, most), value = high << shift | bits_take(r, shift);
  *code = bits_take(r, count);
  return value;
}

uint32_t bits_rice_shift(uint32_t range, uint32_t count) {
  // ln 2 = 0.69 of the mean gap is where a longer rest costs as much as it saves.
  uint32_t gap = range * 69 / 100 / (count + 1);
  uint32_t shift = gap ? 31 - (uint32_t)__builtin_clz(gap) : 0;
  return shift < 15 ? shift : 15;
}
