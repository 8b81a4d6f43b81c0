#include "codec/bits.h"

bit_reader bits_of(sp_text bytes) {
  uint32_t size = (uint32_t)bytes.size;
  return (bit_reader){{(const uint8_t *)bytes.ptr, size, size < 4 ? 0 : size - 3}, 0};
}

uint32_t bits_last(bit_text text, uint32_t place) {
  uint32_t value = 0;
  for (uint32_t shift = 0; shift < 32 && place < text.size; shift += 8)
    value |= (uint32_t)text.bytes[place++] << shift;
  return value;
}

uint32_t bits_rice_shift(uint32_t range, uint32_t count) {
  // ln 2 = 0.69 of the mean gap is where a longer rest costs as much as it saves.
  uint32_t gap = range * 69 / 100 / (count + 1);
  uint32_t shift = gap ? 31 - (uint32_t)__builtin_clz(gap) : 0;
  return shift < 15 ? shift : 15;
}
