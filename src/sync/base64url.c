#include "sync/base64url.h"

/* By arithmetic: looking secrets up in a table would tell the cache about them. */
static char digit(uint32_t value) {
  if (value < 26) return (char)('A' + value);
  if (value < 52) return (char)('a' + value - 26);
  if (value < 62) return (char)('0' + value - 52);
  return value == 62 ? '-' : '_';
}

/* 64 and more: no digit. */
static uint32_t value_of(uint8_t digit) {
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26u;
  if (digit >= '0' && digit <= '9') return digit - '0' + 52u;
  return digit == '-' ? 62 : digit == '_' ? 63 : 64;
}

uint32_t base64url_size(sp_text text) {
  return text.size / 4 * 3 + text.size % 4 * 3 / 4;
}

bool base64url_read(sp_text text, uint8_t *out) {
  uint32_t held = 0, bits = 0;
  if (text.size % 4 == 1) return false;
  for (uint32_t i = 0; i < text.size; i++) {
    uint32_t value = value_of((uint8_t)text.ptr[i]);
    if (value > 63) return false;
    held = held << 6 | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    *out++ = (uint8_t)(held >> bits);
    held &= (1u << bits) - 1;
  }
  return held == 0;
}

void base64url_write(const uint8_t *bytes, uint32_t size, char *out) {
  uint32_t held = 0, bits = 0;
  for (uint32_t i = 0; i < size; i++) {
    held = held << 8 | bytes[i];
    for (bits += 8; bits >= 6; held &= (1u << bits) - 1) {
      bits -= 6;
      *out++ = digit(held >> bits);
    }
  }
  if (bits) *out = digit(held << (6 - bits) & 63);
}
