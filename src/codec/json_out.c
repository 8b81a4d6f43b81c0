#include "codec/json_out.h"

#include <string.h>

// Eight bytes are looked at as one number whose lowest byte is the first.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "json_out needs little-endian words");

void json_open(json_out *out, sp_arena *arena) {
  char *start = (char *)arena->base + arena->used;
  *out = (json_out){
      .arena = arena, .start = start, .at = start, .end = (char *)arena->base + arena->capacity};
}

bool json_reserve(json_out *out, size_t size) {
  size_t room = (size_t)(out->end - out->at);
  if (room >= size) return true;
  sp_arena *arena = out->arena;
  if (out->failed || !arena->grow || !arena->grow(arena, size - room)) {
    out->failed = true;
    return false;
  }
  out->end = (char *)arena->base + arena->capacity;
  return true;
}

bool json_close(json_out *out, sp_text *text) {
  size_t size = (size_t)(out->at - out->start);
  // The padding keeps the arena's alignment.
  size_t padding = (size_t)-size & 7;
  *text = (sp_text){NULL, 0};
  if (!json_reserve(out, padding) || out->failed) return false;
  *text = (sp_text){out->start, (uint32_t)size};
  out->arena->used += size + padding;
  return true;
}

void json_raw(json_out *out, const char *bytes, size_t size) {
  if (!size || !json_reserve(out, size)) return;
  memcpy(out->at, bytes, size);
  out->at += size;
}

/* Which of the word's bytes need an escape; only the lowest one found is sure. */
SP_IN_PLACE uint64_t special(uint64_t word) {
  const uint64_t ones = 0x0101010101010101;
  uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
  uint64_t control = (word - ones * 0x20) & ~word;
  return (control | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & (ones * 0x80);
}

/* An escape takes six bytes at most; the caller has made the room. */
static char *escape(char *at, const char *bytes, uint32_t size) {
  static const char hex[] = "0123456789abcdef";
  while (size) {
    uint64_t word;
    for (; size >= 8; size -= 8, at += 8, bytes += 8) {
      memcpy(&word, bytes, 8);
      if (special(word)) break;
      memcpy(at, &word, 8);
    }
    uint32_t half;
    if (size >= 4) {
      memcpy(&half, bytes, 4);
      // Behind it as if there were spaces.
      if (!special(half | (uint64_t)0x20202020 << 32)) {
        memcpy(at, &half, 4);
        at += 4;
        bytes += 4;
        size -= 4;
      }
    }
    // Up to the next half without one, or to the end.
    for (uint32_t few = size < 4 ? size : 4; few; few--, size--) {
      uint8_t byte = (uint8_t)*bytes++;
      if (byte < 0x20) {
        memcpy(at, "\\u00", 4);
        at[4] = hex[byte >> 4];
        at[5] = hex[byte & 15];
        at += 6;
        continue;
      }
      if (byte == '"' || byte == '\\') *at++ = '\\';
      *at++ = (char)byte;
    }
  }
  return at;
}

void json_piece(json_out *out, const sp_text *text) {
  if (json_reserve(out, (size_t)text->size * 6)) out->at = escape(out->at, text->ptr, text->size);
}

/* The digits are put together in one word, so nothing is turned round. A 64-bit division is dear
 * where wasm is interpreted; nearly every amount fits eight digits. */
static char *digits(char *at, uint64_t number, uint32_t digits_min) {
  const uint32_t unit = 100000000;
  if (number >= unit) {
    at = digits(at, number / unit, 1);
    number %= unit;
    digits_min = 8;
  }
  uint64_t word = 0;
  uint32_t rest = (uint32_t)number, count = 0;
  for (; rest >= 10; count += 2) {
    // Below 100 times the tenth in 1024ths is exact.
    uint32_t hundreds = rest / 100, two = rest - hundreds * 100, tens = two * 103 >> 10;
    word = word << 16 | (tens + (two - tens * 10) * 256 + 0x3030);
    rest = hundreds;
  }
  for (; rest || count < digits_min; rest = 0, count++)
    word = word << 8 | ('0' + rest);
  memcpy(at, &word, sizeof word);
  return at + count;
}

static char *integer(char *at, int64_t number) {
  if (number >= 0) return digits(at, (uint64_t)number, 1);
  *at = '-';
  return digits(at + 1, 0 - (uint64_t)number, 1);
}

void json_digits(json_out *out, int64_t number, uint32_t digits_min) {
  if (json_reserve(out, 24)) out->at = digits(out->at, (uint64_t)number, digits_min);
}

/* Copies eight bytes. How many of them stand before the first mark or zero, 8: all do. */
SP_IN_PLACE uint32_t copy(char *at, const char *from) {
  const uint64_t ones = 0x0101010101010101;
  uint64_t word;
  memcpy(&word, from, sizeof word);
  memcpy(at, &word, sizeof word);
  uint64_t marks = (word - ones * 0x20) & ~word & ones * 0x80;
  return marks ? (uint32_t)__builtin_ctzll(marks) >> 3 : 8;
}

/* Few words stand far behind in their list, so the walk is short. */
static char *word(char *at, const char *words, uint32_t index) {
  for (; index; index--) {
    while (*words++ != ' ') {
    }
  }
  while (*words > ' ')
    *at++ = *words++;
  return at;
}

void json_form_at(json_out *out, const char *form, const json_slot *slot) {
  static const char plain[] = "false true null";
  char *at = out->at;
  if ((size_t)(out->end - at) < SP_FORM_BYTES_MAX && !json_reserve(out, SP_FORM_BYTES_MAX)) return;
  for (;;) {
    char *before = at;
    // Up to seven bytes behind the end are written too; what comes next writes over them.
    uint32_t count;
    do {
      count = copy(at, form);
      at += count;
      form += count;
    } while (count == 8);
    switch (*form++) {
    case '\1':
    case '\7': {
      const sp_text *text = slot++->text;
      if (text) {
        size_t most = (size_t)text->size * 6 + 2 + SP_FORM_BYTES_MAX;
        out->at = at;
        if ((size_t)(out->end - at) < most && !json_reserve(out, most)) return;
        *at++ = '"';
        at = escape(at, text->ptr, text->size);
        *at++ = '"';
      } else if (form[-1] == '\1') {
        at = before;
      } else {
        at = word(at, plain, 2);
      }
      break;
    }
    case '\2':
      at = integer(at, slot++->number);
      break;
    case '\3': {
      int64_t number = slot++->number;
      at = number < 0 ? before : integer(at, number);
      break;
    }
    case '\4':
      if (at[-1] == ',') at--;
      break;
    case '\5': {
      const char *words = slot++->words;
      int64_t index = slot++->number;
      at = index < 0 ? before : word(at, words, (uint32_t)index);
      if (index >= 0) *at++ = '"';
      break;
    }
    case '\6':
      at = word(at, plain, (uint32_t)slot++->number);
      break;
    default:
      out->at = at;
      return;
    }
  }
}
