#include "codec/bits.h"

bit_reader bits_of(sp_text bytes) {
  const uint8_t *at = (const uint8_t *)bytes.ptr;
  return (bit_reader){at, at + bytes.size, 0, 0, 0};
}

uint32_t bits_last(const uint8_t *at, const uint8_t *end) {
  uint32_t value = 0;
  for (uint32_t shift = 32; at < end; at++)
    value |= (uint32_t)*at << (shift -= 8);
  return value;
}

uint32_t bits_rice_shift(uint32_t range, uint32_t count) {
  // ln 2 = 0.69 of the mean gap is where a longer rest costs as much as it saves.
  uint32_t gap = range * 69 / 100 / (count + 1);
  uint32_t shift = gap ? 31 - (uint32_t)__builtin_clz(gap) : 0;
  return shift < 15 ? shift : 15;
}
