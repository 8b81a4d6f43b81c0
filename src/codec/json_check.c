#include "codec/json_check.h"

#include <string.h>

#include "base/sort.h"
#include "base/text.h"

/* A key of an object that is still open. */
typedef struct key key;
struct key {
  key *before; /* the one that was read before it, NULL for the first */
  sp_text text;
  uint32_t sign; /* made of size, first and last byte: different signs, different keys */
};

typedef struct {
  bool object;
  uint32_t count; /* of what is behind: the index of the element or key that is being read */
  key *last;      /* object: the key that is being read */
  size_t mark;    /* scratch without the keys */
} level;

typedef struct {
  const uint8_t *start, *at, *end;
  sp_arena *scratch;
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

/* The size of the escape at p, a backslash; 0 for a bad one. */
static uint32_t escape_size(const uint8_t *p, const uint8_t *end) {
  if (end - p < 2) return 0;
  if (p[1] != 'u') return p[1] && strchr("\"\\/bfnrt", p[1]) ? 2 : 0;
  uint32_t unit = hex4(p + 2, end);
  if (unit == 0 || unit > 0xFFFF || (unit >= 0xDC00 && unit <= 0xDFFF)) return 0;
  if (unit < 0xD800 || unit > 0xDBFF) return 6;
  if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return 0;
  return hex4(p + 8, end) - 0xDC00 < 0x400 ? 12 : 0;
}

/* Bytes of a string that stand for themselves: printable ASCII but the quote and the backslash. */
static bool is_plain(uint8_t b) {
  return (uint8_t)(b - 0x20) < 0x60 && b != '"' && b != '\\';
}

/* The string at c->at, which is its opening quote. */
static bool check_string(checker *c, bool *escaped) {
  const uint8_t *p = c->at + 1, *end = c->end;
  *escaped = false;
  for (;;) {
    while (p < end && is_plain(*p))
      p++;
    if (p == end || *p < 0x20) return fail(c, SP_E_JSON);
    if (*p == '"') break;
    uint32_t size;
    if (*p == '\\') {
      *escaped = true;
      size = escape_size(p, end);
      if (!size) return fail(c, SP_E_JSON);
    } else {
      size = utf8_sequence(p, end);
      if (!size) return fail(c, SP_E_UTF8);
    }
    p += size;
  }
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

/* Keeps the key from `first`, its opening quote, to c->at; its own bytes where it has no escape. */
static bool push_key(checker *c, const uint8_t *first, bool escaped) {
  level *top = &c->levels[c->depth - 1];
  sp_text text = {(const char *)first + 1, (uint32_t)(c->at - first) - 2};
  if (escaped) {
    // cJSON knows how to unescape; a key that is written so is rare enough to ask it.
    cJSON *tree = cJSON_ParseWithLengthOpts((const char *)first, text.size + 2, NULL, false);
    text.ptr = NULL;
    if (tree) {
      text = (sp_text){tree->valuestring, (uint32_t)strlen(tree->valuestring)};
      text = arena_text(c->scratch, text);
    }
    cJSON_Delete(tree);
    if (!text.ptr) return fail(c, SP_E_MEMORY);
  }
  key *k = arena_alloc(c->scratch, sizeof *k);
  if (!k) return fail(c, SP_E_MEMORY);
  *k = (key){top->last, text, text.size};
  if (text.size) {
    k->sign += (uint32_t)(uint8_t)text.ptr[0] << 16;
    k->sign += (uint32_t)(uint8_t)text.ptr[text.size - 1] << 24;
  }
  top->last = k;
  top->count++;
  return true;
}

static int key_compare(const key *a, const key *b) {
  if (a->sign != b->sign) return a->sign < b->sign ? -1 : 1;
  return text_compare(a->text, b->text);
}

/* Keys are sorted as their places in scratch, in words: a later key lies higher. */
static key *key_at(const sp_arena *scratch, uint32_t place) {
  return (key *)(void *)(scratch->base + (size_t)place * sizeof(uint64_t));
}

static bool key_before(const void *scratch, uint32_t a, uint32_t b) {
  int order = key_compare(key_at(scratch, a), key_at(scratch, b));
  return order ? order < 0 : a < b;
}

/* The first key that stands twice, NULL when there is none. */
static key *twice_by_pairs(key *last) {
  key *found = NULL;
  for (key *k = last; k; k = k->before) {
    for (const key *other = k->before; other; other = other->before) {
      if (k->sign == other->sign && text_equal(k->text, other->text)) found = k;
    }
  }
  return found;
}

/* Sorting by content cannot be slowed down by chosen keys, as a hash table can. */
static key *twice_by_sorting(checker *c, key *last, uint32_t count) {
  uint32_t *order = arena_array(c->scratch, count, sizeof *order), twice = SP_NONE, i = 0;
  if (!order) {
    fail(c, SP_E_MEMORY);
    return NULL;
  }
  for (key *k = last; k; k = k->before)
    order[i++] = (uint32_t)((size_t)((uint8_t *)k - c->scratch->base) / sizeof(uint64_t));
  sort_indices(order, count, key_before, c->scratch);
  for (i = 1; i < count; i++) {
    key *k = key_at(c->scratch, order[i]);
    if (order[i] < twice && !key_compare(key_at(c->scratch, order[i - 1]), k)) twice = order[i];
  }
  return twice == SP_NONE ? NULL : key_at(c->scratch, twice);
}

/* ---- structure ---- */

static bool open_level(checker *c, bool object) {
  if (c->depth == SP_DEPTH_MAX) return fail(c, SP_E_DEPTH);
  c->levels[c->depth++] = (level){object, 0, NULL, arena_mark(c->scratch)};
  c->at++;
  return true;
}

static bool close_level(checker *c) {
  const uint32_t few = 12; /* up to here comparing all pairs is quicker than sorting */
  level *top = &c->levels[c->depth - 1];
  key *twice = NULL;
  if (top->object) {
    twice =
        top->count <= few ? twice_by_pairs(top->last) : twice_by_sorting(c, top->last, top->count);
  }
  if (twice) {
    // The path of the error names the key that was read last.
    top->last = twice;
    fail(c, SP_E_DUPLICATE_KEY);
  }
  if (c->err) return false;
  arena_rewind(c->scratch, top->mark);
  c->depth--;
  c->at++;
  return true;
}

typedef enum { WANT_VALUE, WANT_KEY, AFTER_VALUE } state;

static bool check_key(checker *c) {
  bool escaped;
  const uint8_t *first = c->at;
  c->in_key = true;
  if (first == c->end || *first != '"') return fail(c, SP_E_JSON);
  if (!check_string(c, &escaped)) return false;
  c->in_key = false;
  if (!push_key(c, first, escaped)) return false;
  skip_space(c);
  if (c->at == c->end || *c->at != ':') return fail(c, SP_E_JSON);
  c->at++;
  return true;
}

static bool check_value(checker *c, state *next) {
  bool ignored;
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
    if (!top->object) top->count++;
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

static void report_place(const checker *c, const char *base, sp_report *report) {
  json_path path;
  path_start(&path, base);
  for (uint32_t i = 0; i < c->depth; i++) {
    const level *l = &c->levels[i];
    if (!l->object) {
      path_index(&path, l->count);
    } else if (l->last && !(c->in_key && i == c->depth - 1)) {
      path_key(&path, l->last->text);
    }
  }
  report_error_path(report, &path, c->err);
}

bool json_check(sp_text text, const char *base, sp_arena *scratch, sp_report *report) {
  const uint8_t *start = (const uint8_t *)text.ptr;
  checker c = {.start = start, .at = start, .end = start + text.size, .scratch = scratch};
  size_t mark = arena_mark(scratch);
  bool good = check_document(&c);
  if (good) {
    arena_rewind(scratch, mark);
    return true;
  }
  // The path is built from keys that lie in scratch, so it is written above them.
  report_place(&c, base, report);
  return false;
}
