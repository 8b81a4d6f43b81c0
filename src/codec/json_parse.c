#include "codec/json_parse.h"

#include <string.h>

#include "base/sort.h"
#include "base/text.h"

// Eight bytes are looked at as one number whose lowest byte is the first.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "json_parse needs little-endian words");

/* An array or object that is still open. */
typedef struct {
  cJSON *node, *last; /* itself, and what was read last in it */
  uint32_t count;     /* the index of the element that is read, or how many keys there are */
} level;

typedef struct {
  const uint8_t *at, *end;
  sp_arena *scratch;
  cJSON *root;
  level levels[SP_DEPTH_MAX];
  uint32_t depth;
  bool in_key; /* what is wrong is a key, so no path can name it */
  sp_err err;
} parser;

typedef uint64_t __attribute__((aligned(1), may_alias)) word;

static const uint64_t integer_max = 9007199254740991u;

static bool fail(parser *p, sp_err err) {
  p->err = err;
  return false;
}

static bool is_space(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Texts of programs have none, so most calls end at the first byte. */
static inline __attribute__((always_inline)) void skip_space(parser *p) {
  while (p->at < p->end && *p->at <= ' ' && is_space(*p->at))
    p->at++;
}

/* ---- strings ---- */

/* Four hex digits, or a value past 0xFFFF when they are not. */
static uint32_t hex4(const uint8_t *at, const uint8_t *end) {
  uint32_t value = 0;
  if (end - at < 4) return UINT32_MAX;
  for (uint32_t i = 0; i < 4; i++) {
    uint32_t c = at[i], letter = c | 0x20;
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

/* The size of the escape at a backslash; 0 for a bad one. */
static uint32_t escape_size(const uint8_t *at, const uint8_t *end) {
  if (end - at < 2) return 0;
  if (at[1] != 'u') return at[1] && strchr("\"\\/bfnrt", at[1]) ? 2 : 0;
  uint32_t unit = hex4(at + 2, end);
  if (unit == 0 || unit > 0xFFFF || (unit >= 0xDC00 && unit <= 0xDFFF)) return 0;
  if (unit < 0xD800 || unit > 0xDBFF) return 6;
  if (end - at < 12 || at[6] != '\\' || at[7] != 'u') return 0;
  return hex4(at + 8, end) - 0xDC00 < 0x400 ? 12 : 0;
}

/* Where the bytes end that stand for themselves: printable ASCII but the quote and the backslash.
 * Eight are looked at together, of which the lowest mark is sure. */
static const uint8_t *plain_end(const uint8_t *at, const uint8_t *end) {
  const uint64_t ones = 0x0101010101010101, high = ones * 0x80;
  for (; end - at >= 8; at += 8) {
    uint64_t bytes = *(const word *)(const void *)at;
    uint64_t quote = bytes ^ ones * '"', slash = bytes ^ ones * '\\';
    uint64_t marks = (bytes | (bytes - ones * 0x20) | ((quote - ones) & ~quote) |
                      ((slash - ones) & ~slash)) &
                     high;
    if (marks) return at + (__builtin_ctzll(marks) >> 3);
  }
  while (at < end && (uint8_t)(*at - 0x20) < 0x60 && *at != '"' && *at != '\\')
    at++;
  return at;
}

/* A copy of bytes of which those up to `end` may be read, filled up with zeros to whole words.
 * Equal texts have equal signs. NULL: no memory. */
static char *keep(parser *p, const uint8_t *bytes, uint32_t size, const uint8_t *end, int *sign) {
  word *copy = arena_room(p->scratch, size + 1);
  if (!copy) {
    fail(p, SP_E_MEMORY);
    return NULL;
  }
  uint64_t sum = size, last = 0;
  word *out = copy;
  for (; size >= 8; size -= 8, bytes += 8, out++)
    sum = sum * 3 + (*out = *(const word *)(const void *)bytes);
  if (end - bytes >= 8) {
    last = *(const word *)(const void *)bytes & ~(~(uint64_t)0 << size * 8);
  } else {
    while (size)
      last = last << 8 | bytes[--size];
  }
  *out = last;
  sum += last;
  *sign = (int)(sum ^ sum >> 32);
  return (char *)copy;
}

static uint8_t *put_utf8(uint8_t *out, uint32_t point) {
  uint32_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  *out++ = (uint8_t)(more ? (0xF0u << (3 - more)) | point >> 6 * more : point);
  while (more-- > 0)
    *out++ = (uint8_t)(0x80 | (point >> 6 * more & 0x3F));
  return out;
}

/* The code point of a good escape of that size. */
static uint32_t escaped_point(const uint8_t *at, uint32_t size) {
  static const char names[] = "bfnrt", controls[] = "\b\f\n\r\t";
  if (size == 2) {
    const char *name = strchr(names, at[1]);
    return name ? (uint8_t)controls[name - names] : at[1];
  }
  uint32_t unit = hex4(at + 2, at + size);
  return size == 6 ? unit : 0x10000 + ((unit & 0x3FF) << 10) + (hex4(at + 8, at + size) & 0x3FF);
}

/* The same of bytes with good escapes; text takes no more room without them. */
static char *keep_escaped(parser *p, const uint8_t *bytes, uint32_t size, int *sign) {
  const uint8_t *end = bytes + size;
  uint8_t *plain = arena_room(p->scratch, size), *out = plain;
  if (!plain) {
    fail(p, SP_E_MEMORY);
    return NULL;
  }
  while (bytes < end) {
    if (*bytes != '\\') {
      *out++ = *bytes++;
      continue;
    }
    uint32_t escape = escape_size(bytes, end);
    out = put_utf8(out, escaped_point(bytes, escape));
    bytes += escape;
  }
  return keep(p, plain, (uint32_t)(out - plain), out, sign);
}

/* The string at p->at, which is its opening quote; NULL when it is wrong. */
static char *read_string(parser *p, int *sign) {
  const uint8_t *first = p->at, *at = first + 1, *end = p->end;
  bool escaped = false;
  for (;;) {
    uint32_t size;
    at = plain_end(at, end);
    if (at == end || *at < 0x20) {
      fail(p, SP_E_JSON);
      return NULL;
    }
    if (*at == '"') break;
    bool escape = *at == '\\';
    escaped |= escape;
    size = escape ? escape_size(at, end) : utf8_sequence(at, end);
    if (!size) {
      fail(p, escape ? SP_E_JSON : SP_E_UTF8);
      return NULL;
    }
    at += size;
  }
  p->at = at + 1;
  uint32_t size = (uint32_t)(at - first) - 1;
  return escaped ? keep_escaped(p, first + 1, size, sign) : keep(p, first + 1, size, end, sign);
}

/* ---- other values ---- */

static bool read_number(parser *p, cJSON *node) {
  const uint8_t *at = p->at, *end = p->end;
  bool negative = *at == '-';
  if (negative) at++;
  const uint8_t *digits = at;
  uint64_t value = 0;
  while (at < end && (uint32_t)(*at - '0') < 10) {
    if (value <= integer_max) value = value * 10 + (uint32_t)(*at - '0');
    at++;
  }
  if (at == digits) return fail(p, SP_E_JSON);
  if (*digits == '0' && (at - digits > 1 || negative)) return fail(p, SP_E_NUMBER);
  if (at < end && (*at == '.' || *at == 'e' || *at == 'E')) return fail(p, SP_E_NUMBER);
  if (value > integer_max) return fail(p, SP_E_NUMBER);
  p->at = at;
  node->type = cJSON_Number;
  node->valuedouble = (double)(negative ? -(int64_t)value : (int64_t)value);
  return true;
}

static bool read_literal(parser *p, const char *literal, cJSON *node, int type) {
  size_t size = strlen(literal);
  if ((size_t)(p->end - p->at) < size || memcmp(p->at, literal, size)) return fail(p, SP_E_JSON);
  p->at += size;
  node->type = type;
  return true;
}

/* ---- keys ---- */

/* A node keeps the sign of its key where cJSON has numbers as int, which nobody reads. */
static int key_compare(const cJSON *a, const cJSON *b) {
  if (a->valueint != b->valueint) return a->valueint < b->valueint ? -1 : 1;
  return strcmp(a->string, b->string);
}

/* Members are sorted as their places in scratch, in words: a later one lies higher. */
static cJSON *node_at(const sp_arena *scratch, uint32_t place) {
  return (cJSON *)(void *)(scratch->base + (size_t)place * sizeof(uint64_t));
}

static bool key_before(const void *scratch, uint32_t a, uint32_t b) {
  int order = key_compare(node_at(scratch, a), node_at(scratch, b));
  return order ? order < 0 : a < b;
}

/* The first member whose key stood before, NULL when there is none. */
static cJSON *twice_by_pairs(cJSON *first) {
  for (cJSON *node = first; node; node = node->next) {
    for (const cJSON *other = first; other != node; other = other->next) {
      if (node->valueint == other->valueint && !strcmp(node->string, other->string)) return node;
    }
  }
  return NULL;
}

/* Sorting by content cannot be slowed down by chosen keys, as a hash table can. */
static cJSON *twice_by_sorting(parser *p, cJSON *first, uint32_t count) {
  size_t mark = arena_mark(p->scratch);
  uint32_t *order = arena_array(p->scratch, count, sizeof *order), twice = SP_NONE, i = 0;
  if (!order) {
    fail(p, SP_E_MEMORY);
    return NULL;
  }
  for (cJSON *node = first; node; node = node->next)
    order[i++] = (uint32_t)((size_t)((uint8_t *)node - p->scratch->base) / sizeof(uint64_t));
  sort_indices(order, count, key_before, p->scratch);
  for (i = 1; i < count; i++) {
    cJSON *node = node_at(p->scratch, order[i]);
    if (order[i] < twice && !key_compare(node_at(p->scratch, order[i - 1]), node)) twice = order[i];
  }
  arena_rewind(p->scratch, mark);
  return twice == SP_NONE ? NULL : node_at(p->scratch, twice);
}

/* ---- structure ---- */

/* A node behind the last one of the innermost level. */
static cJSON *add_node(parser *p) {
  cJSON *node = arena_room(p->scratch, sizeof *node);
  if (!node) {
    fail(p, SP_E_MEMORY);
    return NULL;
  }
  node->next = node->child = NULL;
  node->string = node->valuestring = NULL;
  if (!p->depth) {
    p->root = node;
    return node;
  }
  level *top = &p->levels[p->depth - 1];
  *(top->last ? &top->last->next : &top->node->child) = node;
  top->last = node;
  return node;
}

static bool is_object(const level *l) {
  return l->node->type == cJSON_Object;
}

static bool open_level(parser *p, cJSON *node, int type) {
  if (p->depth == SP_DEPTH_MAX) return fail(p, SP_E_DEPTH);
  node->type = type;
  p->levels[p->depth++] = (level){node, NULL, 0};
  p->at++;
  return true;
}

static bool close_level(parser *p) {
  const uint32_t few = 12; /* up to here comparing all pairs is quicker than sorting */
  level *top = &p->levels[p->depth - 1];
  cJSON *first = top->node->child, *twice = NULL;
  if (is_object(top))
    twice = top->count <= few ? twice_by_pairs(first) : twice_by_sorting(p, first, top->count);
  if (twice) {
    // The path of the error names the member that was read last.
    top->last = twice;
    fail(p, SP_E_DUPLICATE_KEY);
  }
  if (p->err) return false;
  p->depth--;
  p->at++;
  return true;
}

typedef enum { WANT_VALUE, WANT_KEY, AFTER_VALUE } state;

static bool read_key(parser *p) {
  int sign;
  p->in_key = true;
  if (p->at == p->end || *p->at != '"') return fail(p, SP_E_JSON);
  char *key = read_string(p, &sign);
  cJSON *node = key ? add_node(p) : NULL;
  if (!node) return false;
  p->in_key = false;
  node->string = key;
  node->valueint = sign;
  p->levels[p->depth - 1].count++;
  skip_space(p);
  if (p->at == p->end || *p->at != ':') return fail(p, SP_E_JSON);
  p->at++;
  return true;
}

static bool read_value(parser *p, state *next) {
  int ignored;
  if (p->at == p->end) return fail(p, SP_E_JSON);
  // A member has its node already, for its key.
  const level *top = p->depth ? &p->levels[p->depth - 1] : NULL;
  cJSON *node = top && is_object(top) ? top->last : add_node(p);
  if (!node) return false;
  *next = AFTER_VALUE;
  switch (*p->at) {
  case '"':
    node->type = cJSON_String;
    node->valuestring = read_string(p, &ignored);
    return node->valuestring != NULL;
  case 't':
    return read_literal(p, "true", node, cJSON_True);
  case 'f':
    return read_literal(p, "false", node, cJSON_False);
  case 'n':
    return read_literal(p, "null", node, cJSON_NULL);
  case '{':
  case '[': {
    bool object = *p->at == '{';
    if (!open_level(p, node, object ? cJSON_Object : cJSON_Array)) return false;
    skip_space(p);
    if (p->at < p->end && *p->at == (object ? '}' : ']')) return close_level(p);
    *next = object ? WANT_KEY : WANT_VALUE;
    return true;
  }
  default:
    if (*p->at == '-' || (uint32_t)(*p->at - '0') < 10) return read_number(p, node);
    return fail(p, SP_E_JSON);
  }
}

/* Behind a value inside an array or an object. */
static bool read_after(parser *p, state *next) {
  level *top = &p->levels[p->depth - 1];
  bool object = is_object(top);
  if (p->at == p->end) return fail(p, SP_E_JSON);
  if (*p->at == ',') {
    p->at++;
    if (!object) top->count++;
    *next = object ? WANT_KEY : WANT_VALUE;
    return true;
  }
  *next = AFTER_VALUE;
  if (*p->at == (object ? '}' : ']')) return close_level(p);
  return fail(p, SP_E_JSON);
}

static bool read_document(parser *p) {
  state now = WANT_VALUE;
  for (;;) {
    state next = WANT_VALUE;
    skip_space(p);
    if (now == AFTER_VALUE) {
      if (p->depth == 0) return p->at == p->end || fail(p, SP_E_JSON);
      if (!read_after(p, &next)) return false;
    } else if (now == WANT_KEY) {
      if (!read_key(p)) return false;
    } else if (!read_value(p, &next)) {
      return false;
    }
    now = next;
  }
}

static void place_of(const parser *p, const char *base, json_path *path) {
  path_start(path, base);
  // How far reading came says nothing where memory was missing.
  for (uint32_t i = 0; i < p->depth && p->err != SP_E_MEMORY; i++) {
    const level *l = &p->levels[i];
    if (!is_object(l)) {
      path_index(path, l->count);
    } else if (l->last && !(p->in_key && i == p->depth - 1)) {
      path_key(path, (sp_text){l->last->string, (uint32_t)strlen(l->last->string)});
    }
  }
}

cJSON *json_parse(sp_text text, const char *base, sp_arena *scratch, sp_report *report) {
  const uint8_t *start = (const uint8_t *)text.ptr;
  parser p = {.at = start, .end = start + text.size, .scratch = scratch};
  json_path path;
  size_t mark = arena_mark(scratch);
  report->base = base;
  report->tree = NULL;
  if (read_document(&p)) {
    report->tree = p.root;
    return p.root;
  }
  place_of(&p, base, &path);
  arena_rewind(scratch, mark);
  report_error_path(report, &path, p.err);
  return NULL;
}
