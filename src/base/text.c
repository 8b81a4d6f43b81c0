#include "base/text.h"

#include <string.h>

// Eight bytes are looked at as one number whose lowest byte is the first.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "text needs little-endian words");

int text_compare(sp_text a, sp_text b) {
  uint32_t size = a.size < b.size ? a.size : b.size;
  const uint8_t *x = (const uint8_t *)a.ptr, *y = (const uint8_t *)b.ptr;
  for (; size >= 8; size -= 8, x += 8, y += 8) {
    uint64_t one, other;
    memcpy(&one, x, sizeof one);
    memcpy(&other, y, sizeof other);
    if (one == other) continue;
    uint32_t shift = (uint32_t)__builtin_ctzll(one ^ other) & ~7u;
    return (int)(one >> shift & 0xFF) - (int)(other >> shift & 0xFF);
  }
  for (; size; size--, x++, y++) {
    if (*x != *y) return *x - *y;
  }
  return a.size < b.size ? -1 : a.size > b.size;
}

bool text_equal(sp_text a, sp_text b) {
  return a.size == b.size && (!a.size || !text_compare(a, b));
}

bool text_starts_with(sp_text text, sp_text prefix) {
  return prefix.size <= text.size && text_equal((sp_text){text.ptr, prefix.size}, prefix);
}

uint32_t utf8_sequence(const uint8_t *p, const uint8_t *end) {
  uint8_t first = p[0], low = 0x80, high = 0xBF;
  uint32_t size = 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first >= 0xE0) size = 3;
  if (first >= 0xF0) size = 4;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if ((size_t)(end - p) < size || p[1] < low || p[1] > high) return 0;
  for (uint32_t i = 2; i < size; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
  }
  return size;
}
