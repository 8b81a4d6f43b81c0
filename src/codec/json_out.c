#include "codec/json_out.h"

#include <string.h>

#include "codec/words.h"

void json_open(json_out *out, sp_arena *arena) {
  char *start = (char *)arena->base + arena->used;
  *out = (json_out){
      .arena = arena, .start = start, .at = start, .end = (char *)arena->base + arena->capacity};
}

/* Makes room for that many more bytes; every write asks once for all that it may need. */
static bool reserve(json_out *out, size_t size) {
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
  if (!reserve(out, padding) || out->failed) return false;
  *text = (sp_text){out->start, (uint32_t)size};
  out->arena->used += size + padding;
  return true;
}

void json_raw(json_out *out, const char *bytes, size_t size) {
  if (!reserve(out, size)) return;
  memcpy(out->at, bytes, size);
  out->at += size;
}

/* Room for a comma and size bytes more; the comma is written. */
static bool begin_value(json_out *out, size_t size) {
  if (!reserve(out, size + 1)) return false;
  if (out->comma) *out->at++ = ',';
  out->comma = true;
  return true;
}

void json_begin(json_out *out, char bracket) {
  if (!begin_value(out, 1)) return;
  *out->at++ = bracket;
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
  for (; rest > UINT32_MAX; rest /= 10)
    digits[--first] = (char)('0' + rest % 10);
  uint32_t small = (uint32_t)rest;
  do {
    digits[--first] = (char)('0' + small % 10);
    small /= 10;
  } while (small);
  if (!begin_value(out, 1 + sizeof digits)) return;
  char *at = out->at;
  if (number < 0) *at++ = '-';
  while (first < sizeof digits)
    *at++ = digits[first++];
  out->at = at;
}

/* A literal as it is. */
static void plain(json_out *out, const char *word) {
  if (!begin_value(out, 5)) return;
  while (*word)
    *out->at++ = *word++;
}

void json_bool(json_out *out, bool flag) {
  plain(out, flag ? "true" : "false");
}

void json_null(json_out *out) {
  plain(out, "null");
}

/* The key from `key` to its end: a zero or a space. */
static const char *write_key(json_out *out, const char *key) {
  const char *end = key;
  while (*end && *end != ' ')
    end++;
  if (!begin_value(out, (size_t)(end - key) + 3)) return end;
  // A local pointer: bytes may alias everything, so out->at would be stored for each of them.
  char *at = out->at;
  *at++ = '"';
  while (key < end)
    *at++ = *key++;
  *at++ = '"';
  *at++ = ':';
  out->at = at;
  out->comma = false;
  return end;
}

void json_key(json_out *out, const char *key) {
  write_key(out, key);
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
    keys = write_key(out, keys);
    json_int(out, *values++);
    if (*keys) keys++;
  }
}

void json_key_word(json_out *out, const char *key, const char *words, uint32_t index) {
  json_key(out, key);
  json_string(out, words_at(words, index));
}

/* An escape takes six bytes at most; the caller has made the room. */
static void escape(json_out *out, const char *bytes, uint32_t size) {
  static const char hex[] = "0123456789abcdef";
  char *at = out->at;
  for (uint32_t i = 0; i < size; i++) {
    uint8_t byte = (uint8_t)bytes[i];
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
  out->at = at;
}

void json_piece_bytes(json_out *out, const char *bytes, uint32_t size) {
  if (reserve(out, (size_t)size * 6)) escape(out, bytes, size);
}

void json_quote(json_out *out) {
  if (begin_value(out, 1)) *out->at++ = '"';
}

void json_quote_end(json_out *out) {
  json_raw(out, "\"", 1);
}

void json_string_bytes(json_out *out, const char *bytes, uint32_t size) {
  if (!begin_value(out, (size_t)size * 6 + 2)) return;
  *out->at++ = '"';
  escape(out, bytes, size);
  *out->at++ = '"';
}

void json_word(json_out *out, const char *word) {
  json_string_bytes(out, word, (uint32_t)strlen(word));
}
