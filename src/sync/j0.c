#include "sync/j0.h"

#include <string.h>

#include "base/text.h"

typedef struct {
  const uint8_t *at, *end;
  uint32_t depth;
} scan;

static const uint64_t integer_max = 9007199254740991u;

static bool value(scan *s);

static bool take(scan *s, uint8_t byte) {
  if (s->at == s->end || *s->at != byte) return false;
  s->at++;
  return true;
}

static bool literal(scan *s, const char *word) {
  while (*word) {
    if (!take(s, (uint8_t)*word++)) return false;
  }
  return true;
}

/* Behind a backslash. A control character has its short form where there is one, else \u00xx in
 * lower case; U+0000 has none. */
static bool escape(scan *s) {
  if (s->at == s->end) return false;
  uint8_t byte = *s->at++;
  if (byte && strchr("\"\\btnfr", byte)) return true;
  if (byte != 'u' || !literal(s, "00") || s->end - s->at < 2) return false;
  uint8_t high = *s->at++, low = *s->at++;
  bool is_digit = low >= '0' && low <= '9';
  if (high == '1') return is_digit || (low >= 'a' && low <= 'f');
  return high == '0' &&
         ((is_digit && low != '0' && low < '8') || low == 'b' || low == 'e' || low == 'f');
}

static bool string(scan *s) {
  if (!take(s, '"')) return false;
  while (s->at < s->end && *s->at >= 0x20) {
    uint8_t byte = *s->at;
    uint32_t size = byte < 0x80 ? 1 : utf8_sequence(s->at, s->end);
    if (!size) return false;
    s->at += size;
    if (byte == '"') return true;
    if (byte == '\\' && !escape(s)) return false;
  }
  return false;
}

static bool number(scan *s) {
  bool is_negative = take(s, '-');
  const uint8_t *first = s->at;
  uint64_t sum = 0;
  while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && sum <= integer_max)
    sum = sum * 10 + (*s->at++ - '0');
  if (s->at == first || sum > integer_max) return false;
  return *first != '0' || (s->at - first == 1 && !is_negative);
}

/* A key that comes after the one before it. */
static bool key(scan *s, sp_text *before) {
  if (!take(s, '"')) return false;
  sp_text name = {(const char *)s->at, 0};
  while (s->at < s->end &&
         (*s->at == '_' || (*s->at >= 'a' && *s->at <= 'z') || (*s->at >= '0' && *s->at <= '9'))) {
    s->at++;
    name.size++;
  }
  bool is_next = name.size && name.size <= 64 && text_compare(*before, name) < 0;
  *before = name;
  return is_next && take(s, '"') && take(s, ':');
}

/* The members of an object or the elements of an array, behind its bracket. */
static bool members(scan *s, bool are_named) {
  uint8_t close = are_named ? '}' : ']';
  sp_text before = {NULL, 0};
  if (++s->depth > SP_DEPTH_MAX) return false;
  if (!take(s, close)) {
    do {
      if (are_named && !key(s, &before)) return false;
      if (!value(s)) return false;
    } while (take(s, ','));
    if (!take(s, close)) return false;
  }
  s->depth--;
  return true;
}

static bool value(scan *s) {
  if (s->at == s->end) return false;
  switch (*s->at) {
  case '{':
  case '[':
    return members(s, *s->at++ == '{');
  case '"':
    return string(s);
  case 't':
    return literal(s, "true");
  case 'f':
    return literal(s, "false");
  case 'n':
    return literal(s, "null");
  default:
    return number(s);
  }
}

bool j0_check(sp_text text) {
  scan s = {(const uint8_t *)text.ptr, (const uint8_t *)text.ptr + text.size, 0};
  return value(&s) && s.at == s.end;
}
