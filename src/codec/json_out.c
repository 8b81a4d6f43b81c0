#include "codec/json_out.h"

#include <string.h>

#include "codec/words.h"

void json_open(json_out *out, sp_arena *arena) {
  *out = (json_out){.arena = arena,
                    .start = (char *)arena->base + arena->used,
                    .room = arena->capacity - arena->used};
}

/* Makes room for that many more bytes. */
static bool reserve(json_out *out, size_t size) {
  if (out->room - out->size >= size) return true;
  const size_t chunk = 4096;
  sp_arena *arena = out->arena;
  size_t missing = size - (out->room - out->size);
  bool grown = !out->failed && arena->grow
               && (arena->grow(arena, missing + chunk) || arena->grow(arena, missing));
  if (!grown) {
    out->failed = true;
    return false;
  }
  out->room = arena->capacity - arena->used;
  return true;
}

bool json_close(json_out *out, sp_text *text) {
  // The padding keeps the arena's alignment.
  size_t padding = (size_t)-out->size & 7;
  if (!reserve(out, padding) || out->failed) {
    *text = (sp_text){NULL, 0};
    return false;
  }
  *text = (sp_text){out->start, (uint32_t)out->size};
  out->arena->used += out->size + padding;
  return true;
}

void json_raw(json_out *out, const char *bytes, size_t size) {
  if (!reserve(out, size)) return;
  memcpy(out->start + out->size, bytes, size);
  out->size += size;
}

/* Room for size bytes and the comma, which is written; NULL without memory. */
static char *begin_value(json_out *out, size_t size) {
  if (!reserve(out, size + 1)) return NULL;
  char *at = out->start + out->size;
  if (out->comma) *at++ = ',';
  out->comma = true;
  return at;
}

static void value(json_out *out, const char *bytes, size_t size) {
  char *at = begin_value(out, size);
  if (!at) return;
  memcpy(at, bytes, size);
  out->size = (size_t)(at + size - out->start);
}

void json_begin(json_out *out, char bracket) {
  value(out, &bracket, 1);
  out->comma = false;
}

void json_end(json_out *out, char bracket) {
  json_raw(out, &bracket, 1);
  out->comma = true;
}

void json_int(json_out *out, int64_t number) {
  char digits[20];
  size_t first = sizeof digits;
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  // A 64-bit division is dear where wasm runs as JavaScript; nearly every amount fits 32 bits.
  for (; rest > UINT32_MAX; rest /= 10) digits[--first] = (char)('0' + rest % 10);
  uint32_t small = (uint32_t)rest;
  do {
    digits[--first] = (char)('0' + small % 10);
    small /= 10;
  } while (small);
  if (number < 0) digits[--first] = '-';
  value(out, digits + first, sizeof digits - first);
}

void json_bool(json_out *out, bool flag) {
  if (flag) {
    value(out, "true", 4);
  } else {
    value(out, "false", 5);
  }
}

void json_null(json_out *out) { value(out, "null", 4); }

void json_key(json_out *out, const char *key) {
  json_word(out, key);
  json_raw(out, ":", 1);
  out->comma = false;
}

void json_word(json_out *out, const char *word) {
  json_string_bytes(out, word, (uint32_t)strlen(word));
}

void json_key_int(json_out *out, const char *key, int64_t number) {
  json_key(out, key);
  json_int(out, number);
}

void json_key_begin(json_out *out, const char *key, char bracket) {
  json_key(out, key);
  json_begin(out, bracket);
}

void json_key_ints(json_out *out, const char *keys, const int64_t *values) {
  while (*keys) {
    const char *end = keys;
    while (*end && *end != ' ') end++;
    json_string_bytes(out, keys, (uint32_t)(end - keys));
    json_raw(out, ":", 1);
    out->comma = false;
    json_int(out, *values++);
    keys = end + (*end == ' ');
  }
}

void json_key_word(json_out *out, const char *key, const char *words, uint32_t index) {
  json_key(out, key);
  json_string(out, words_at(words, index));
}

static void escape(json_out *out, uint8_t byte) {
  static const char hex[] = "0123456789abcdef";
  if (byte == '"' || byte == '\\') {
    char two[2] = {'\\', (char)byte};
    json_raw(out, two, sizeof two);
  } else {
    char six[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    json_raw(out, six, sizeof six);
  }
}

void json_piece_bytes(json_out *out, const char *bytes, uint32_t size) {
  uint32_t from = 0;
  for (uint32_t i = 0; i < size; i++) {
    uint8_t byte = (uint8_t)bytes[i];
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    json_raw(out, bytes + from, i - from);
    escape(out, byte);
    from = i + 1;
  }
  if (size > from) json_raw(out, bytes + from, size - from);
}

void json_quote(json_out *out) { value(out, "\"", 1); }

void json_quote_end(json_out *out) { json_raw(out, "\"", 1); }

void json_string_bytes(json_out *out, const char *bytes, uint32_t size) {
  json_quote(out);
  json_piece_bytes(out, bytes, size);
  json_quote_end(out);
}
