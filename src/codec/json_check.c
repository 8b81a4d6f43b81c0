#include "codec/json_check.h"

#include <string.h>

#include "base/sort.h"

/* A key as it stands in the text, quotes excluded. */
typedef struct {
  uint32_t offset, size;
  uint32_t sign; /* made of the unescaped bytes: different signs, different keys */
  bool escaped;
} key;

typedef struct {
  bool object;
  uint32_t index;     /* array: of the element that is being read */
  uint32_t first_key; /* object: where its keys begin */
} level;

typedef struct {
  const uint8_t *start, *at, *end;
  sp_arena *scratch;
  key *keys;
  uint32_t key_count, key_capacity;
  level levels[SP_DEPTH_MAX];
  uint32_t depth;
  bool in_key; /* what is wrong is a key, so no path can name it */
  sp_err err;
} checker;

static const uint64_t integer_max = 9007199254740991u;

static bool fail(checker *c, sp_err err) {
  c->err = err;
  return false;
}

static void skip_space(checker *c) {
  while (c->at < c->end) {
    uint8_t b = *c->at;
    if (b != ' ' && b != '\n' && b != '\r' && b != '\t') return;
    c->at++;
  }
}

/* Size of the UTF-8 sequence of two to four bytes at p, 0 when it is broken, overlong or a
 * surrogate. Source: Unicode, table 3-7. */
static uint32_t utf8_sequence(const uint8_t *p, const uint8_t *end) {
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

/* Four hex digits, or a value past 0xFFFF when they are not. */
static uint32_t hex4(const uint8_t *p, const uint8_t *end) {
  uint32_t value = 0;
  if (end - p < 4) return UINT32_MAX;
  for (uint32_t i = 0; i < 4; i++) {
    uint32_t c = p[i], letter = c | 0x20;
    if (c - '0' < 10) {
      c -= '0';
    } else if (letter - 'a' < 6) {
      c = letter - 'a' + 10;
    } else {
      return UINT32_MAX;
    }
    value = value << 4 | c;
  }
  return value;
}

/* The escape at p, a backslash: its code point in *out and its size, which is 0 for a bad one. */
static uint32_t escape_at(const uint8_t *p, const uint8_t *end, uint32_t *out) {
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  if (end - p < 2) return 0;
  if (p[1] != 'u') {
    const char *found = p[1] ? strchr(names, p[1]) : NULL;
    if (!found) return 0;
    *out = (uint8_t)values[found - names];
    return 2;
  }
  uint32_t unit = hex4(p + 2, end);
  if (unit == 0 || unit > 0xFFFF || (unit >= 0xDC00 && unit <= 0xDFFF)) return 0;
  *out = unit;
  if (unit < 0xD800 || unit > 0xDBFF) return 6;
  if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return 0;
  uint32_t second = hex4(p + 8, end);
  if (second < 0xDC00 || second > 0xDFFF) return 0;
  *out = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
  return 12;
}

/* The string at c->at, which is its opening quote. */
static bool check_string(checker *c, key *out) {
  const uint8_t *p = c->at + 1, *end = c->end, *first = p;
  bool escaped = false;
  for (;;) {
    while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
      p++;
    if (p == end || *p < 0x20) return fail(c, SP_E_JSON);
    if (*p == '"') break;
    uint32_t point, size;
    if (*p == '\\') {
      escaped = true;
      size = escape_at(p, end, &point);
      if (!size) return fail(c, SP_E_JSON);
    } else {
      size = utf8_sequence(p, end);
      if (!size) return fail(c, SP_E_UTF8);
    }
    p += size;
  }
  *out = (key){(uint32_t)(first - c->start), (uint32_t)(p - first), 0, escaped};
  c->at = p + 1;
  return true;
}

static bool check_number(checker *c) {
  const uint8_t *p = c->at, *end = c->end;
  bool negative = *p == '-';
  if (negative) p++;
  const uint8_t *digits = p;
  uint64_t value = 0;
  while (p < end && (uint32_t)(*p - '0') < 10) {
    if (value <= integer_max) value = value * 10 + (uint32_t)(*p - '0');
    p++;
  }
  if (p == digits) return fail(c, SP_E_JSON);
  if (*digits == '0' && (p - digits > 1 || negative)) return fail(c, SP_E_NUMBER);
  if (p < end && (*p == '.' || *p == 'e' || *p == 'E')) return fail(c, SP_E_NUMBER);
  if (value > integer_max) return fail(c, SP_E_NUMBER);
  c->at = p;
  return true;
}

static bool check_literal(checker *c, const char *literal) {
  size_t size = strlen(literal);
  if ((size_t)(c->end - c->at) < size || memcmp(c->at, literal, size)) return fail(c, SP_E_JSON);
  c->at += size;
  return true;
}

/* ---- keys ---- */

/* Reads a key byte by byte as it is after unescaping. */
typedef struct {
  const uint8_t *at, *end;
  uint8_t waiting[4]; /* the rest of an escape, last byte first */
  uint32_t waiting_count;
} key_reader;

static key_reader key_open(const checker *c, const key *k) {
  const uint8_t *first = c->start + k->offset;
  return (key_reader){first, first + k->size, {0}, 0};
}

/* The next byte, or -1 at the end. */
static int32_t key_next(key_reader *r) {
  if (r->waiting_count) return r->waiting[--r->waiting_count];
  if (r->at == r->end) return -1;
  if (*r->at != '\\') return *r->at++;
  uint32_t point = 0;
  r->at += escape_at(r->at, r->end, &point);
  if (point < 0x80) return (int32_t)point;
  // The continuation bytes wait, last one first; what is left of the point goes into the first
  // byte.
  uint32_t limit = 0x20, mark = 0xC0;
  do {
    r->waiting[r->waiting_count++] = (uint8_t)(0x80 | (point & 0x3F));
    point >>= 6;
    if (point < limit) break;
    limit >>= 1;
    mark = (mark >> 1) | 0x80;
  } while (true);
  return (int32_t)(mark | point);
}

static void key_sign(const checker *c, key *k) {
  if (!k->escaped) {
    if (!k->size) return;
    const uint8_t *bytes = c->start + k->offset;
    k->sign = k->size + ((uint32_t)bytes[0] << 16) + ((uint32_t)bytes[k->size - 1] << 24);
    return;
  }
  key_reader reader = key_open(c, k);
  int32_t first = key_next(&reader), last = first;
  uint32_t size = 1;
  for (int32_t byte; (byte = key_next(&reader)) >= 0; size++)
    last = byte;
  k->sign = size + ((uint32_t)first << 16) + ((uint32_t)last << 24);
}

static int key_compare(const checker *c, const key *a, const key *b) {
  if (a->sign != b->sign) return a->sign < b->sign ? -1 : 1;
  if (!a->escaped && !b->escaped) {
    uint32_t size = a->size < b->size ? a->size : b->size;
    int order = memcmp(c->start + a->offset, c->start + b->offset, size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
  }
  key_reader left = key_open(c, a), right = key_open(c, b);
  for (;;) {
    int32_t x = key_next(&left), y = key_next(&right);
    if (x != y) return x < y ? -1 : 1;
    if (x < 0) return 0;
  }
}

static bool key_before(const void *context, uint32_t a, uint32_t b) {
  const checker *c = context;
  int order = key_compare(c, &c->keys[a], &c->keys[b]);
  return order ? order < 0 : a < b;
}

static bool push_key(checker *c, const key *k) {
  if (c->key_count == c->key_capacity) {
    // Nobody else allocates meanwhile, so the pieces lie one behind the other.
    const uint32_t more = 64;
    key *piece = arena_array(c->scratch, more, sizeof(key));
    if (!piece) return fail(c, SP_E_MEMORY);
    if (!c->keys) c->keys = piece;
    c->key_capacity += more;
  }
  c->keys[c->key_count++] = *k;
  return true;
}

/* The later one of two equal keys moves to the end of the list, where the path of the error finds
 * it. */
static bool refuse_key(checker *c, uint32_t index) {
  c->keys[c->key_count - 1] = c->keys[index];
  return fail(c, SP_E_DUPLICATE_KEY);
}

static bool unique_by_pairs(checker *c, uint32_t first) {
  for (uint32_t i = first + 1; i < c->key_count; i++) {
    for (uint32_t j = first; j < i; j++) {
      if (c->keys[i].sign == c->keys[j].sign && !key_compare(c, &c->keys[i], &c->keys[j])) {
        return refuse_key(c, i);
      }
    }
  }
  return true;
}

/* Sorting by content cannot be slowed down by chosen keys, as a hash table can. */
static bool unique_by_sorting(checker *c, uint32_t first) {
  uint32_t count = c->key_count - first;
  size_t mark = arena_mark(c->scratch);
  uint32_t *order = arena_array(c->scratch, count, sizeof(uint32_t));
  if (!order) return fail(c, SP_E_MEMORY);
  for (uint32_t i = 0; i < count; i++)
    order[i] = first + i;
  sort_indices(order, count, key_before, c);
  uint32_t twice = SP_NONE;
  for (uint32_t i = 1; i < count; i++) {
    if (!key_compare(c, &c->keys[order[i - 1]], &c->keys[order[i]]) && order[i] < twice) {
      twice = order[i];
    }
  }
  arena_rewind(c->scratch, mark);
  return twice == SP_NONE || refuse_key(c, twice);
}

/* ---- structure ---- */

static bool open_level(checker *c, bool object) {
  if (c->depth == SP_DEPTH_MAX) return fail(c, SP_E_DEPTH);
  c->levels[c->depth++] = (level){object, 0, c->key_count};
  c->at++;
  return true;
}

static bool close_level(checker *c) {
  const uint32_t few = 12; /* up to here comparing all pairs is quicker than sorting */
  const level *top = &c->levels[c->depth - 1];
  if (top->object) {
    uint32_t first = top->first_key;
    bool unique =
        c->key_count - first <= few ? unique_by_pairs(c, first) : unique_by_sorting(c, first);
    if (!unique) return false;
    c->key_count = first;
  }
  c->depth--;
  c->at++;
  return true;
}

typedef enum { WANT_VALUE, WANT_KEY, AFTER_VALUE } state;

static bool check_key(checker *c) {
  key k;
  c->in_key = true;
  if (c->at == c->end || *c->at != '"') return fail(c, SP_E_JSON);
  if (!check_string(c, &k)) return false;
  c->in_key = false;
  key_sign(c, &k);
  if (!push_key(c, &k)) return false;
  skip_space(c);
  if (c->at == c->end || *c->at != ':') return fail(c, SP_E_JSON);
  c->at++;
  return true;
}

static bool check_value(checker *c, state *next) {
  key ignored;
  if (c->at == c->end) return fail(c, SP_E_JSON);
  *next = AFTER_VALUE;
  switch (*c->at) {
  case '"':
    return check_string(c, &ignored);
  case 't':
    return check_literal(c, "true");
  case 'f':
    return check_literal(c, "false");
  case 'n':
    return check_literal(c, "null");
  case '{':
  case '[': {
    bool object = *c->at == '{';
    if (!open_level(c, object)) return false;
    skip_space(c);
    if (c->at < c->end && *c->at == (object ? '}' : ']')) return close_level(c);
    *next = object ? WANT_KEY : WANT_VALUE;
    return true;
  }
  case '-':
    return check_number(c);
  default:
    if ((uint32_t)(*c->at - '0') < 10) return check_number(c);
    return fail(c, SP_E_JSON);
  }
}

/* Behind a value inside an array or an object. */
static bool check_after(checker *c, state *next) {
  level *top = &c->levels[c->depth - 1];
  if (c->at == c->end) return fail(c, SP_E_JSON);
  if (*c->at == ',') {
    c->at++;
    top->index++;
    *next = top->object ? WANT_KEY : WANT_VALUE;
    return true;
  }
  *next = AFTER_VALUE;
  if (*c->at == (top->object ? '}' : ']')) return close_level(c);
  return fail(c, SP_E_JSON);
}

static bool check_document(checker *c) {
  state now = WANT_VALUE;
  for (;;) {
    state next = WANT_VALUE;
    skip_space(c);
    if (now == AFTER_VALUE) {
      if (c->depth == 0) return c->at == c->end || fail(c, SP_E_JSON);
      if (!check_after(c, &next)) return false;
    } else if (now == WANT_KEY) {
      if (!check_key(c)) return false;
    } else if (!check_value(c, &next)) {
      return false;
    }
    now = next;
  }
}

static void add_key(const checker *c, const key *k, json_path *path) {
  char bytes[SP_PATH_BYTES_MAX];
  uint32_t size = 0;
  key_reader reader = key_open(c, k);
  for (int32_t byte; size < sizeof bytes && (byte = key_next(&reader)) >= 0;) {
    bytes[size++] = (char)byte;
  }
  path_key(path, (sp_text){bytes, size});
}

static void report_place(const checker *c, const json_at *at, sp_report *report) {
  json_path path;
  path_start(&path, at);
  for (uint32_t i = 0; i < c->depth; i++) {
    const level *l = &c->levels[i];
    uint32_t end = c->key_count;
    for (uint32_t j = c->depth - 1; j > i; j--) {
      if (c->levels[j].object) end = c->levels[j].first_key;
    }
    if (!l->object) {
      path_index(&path, l->index);
    } else if (end > l->first_key && !(c->in_key && i == c->depth - 1)) {
      add_key(c, &c->keys[end - 1], &path);
    }
  }
  report_error_path(report, &path, c->err);
}

bool json_check(sp_text text, const json_at *at, sp_arena *scratch, sp_report *report) {
  const uint8_t *start = (const uint8_t *)text.ptr;
  checker c = {.start = start, .at = start, .end = start + text.size, .scratch = scratch};
  size_t mark = arena_mark(scratch);
  bool good = check_document(&c);
  if (good) {
    arena_rewind(scratch, mark);
    return true;
  }
  // The path is built from keys that lie in scratch, so it is written above them.
  report_place(&c, at, report);
  return false;
}
