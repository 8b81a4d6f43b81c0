#include "codec/json_parse.h"

#include <string.h>

#include "base/sort.h"
#include "base/text.h"

// A link is where the node before begins.
_Static_assert(offsetof(cJSON, next) == 0, "json_parse needs nodes that begin with their link");
// Eight bytes are looked at as one number whose lowest byte is the first.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "json_parse needs little-endian words");

/* A text is looked for among so many, each of which is kept near where its sign says. */
enum { shared_bits = 8, shared_near = 4 };

struct json_reader {
  const uint8_t *at, *end; /* where reading goes on; NULL: something was wrong */
  sp_arena *scratch;
  sp_report *report;
  const char *base;
  size_t mark;        /* of scratch before all that is read */
  cJSON **link;       /* where the next node goes */
  cJSON *root, *open; /* the innermost array or object; its `prev` is the one around it */
  cJSON *twice;       /* the member whose key stood before */
  /* Objects side by side mostly have the same keys: the member of the one before whose key is
   * expected next, NULL: none, and whether each key so far was the expected one. */
  cJSON *model;
  bool follows;
  uint32_t depth;
  bool in_key; /* what is wrong is a key, so no path can name it */
  sp_err err;
  char *shared[(1 << shared_bits) + shared_near]; /* some that were read */
};

typedef uint64_t __attribute__((aligned(1), may_alias)) word;

static const uint64_t integer_max = 9007199254740991u;

static bool fail(json_reader *p, sp_err err) {
  p->err = err;
  return false;
}

/* For what returns how far it came. */
static const uint8_t *fail_at(json_reader *p, sp_err err) {
  fail(p, err);
  return NULL;
}

static bool is_space(uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Texts of programs have none, so most calls end at the first byte. */
SP_IN_PLACE const uint8_t *skip_space(const uint8_t *at, const uint8_t *end) {
  while (at < end && *at <= ' ' && is_space(*at))
    at++;
  return at;
}

/* arena_room with its usual case in place; NULL and an error where there is no memory. */
SP_IN_PLACE void *room_for(json_reader *p, size_t size) {
  sp_arena *scratch = p->scratch;
  size = (size + 7) & ~(size_t)7;
  if (size <= scratch->capacity - scratch->used) {
    scratch->used += size;
    return scratch->base + scratch->used - size;
  }
  void *room = arena_room(scratch, size);
  if (!room) fail(p, SP_E_MEMORY);
  return room;
}

SP_IN_PLACE bool is_object(const cJSON *node) {
  return node && node->type == cJSON_Object;
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
SP_IN_PLACE const uint8_t *plain_end(const uint8_t *at, const uint8_t *end) {
  const uint64_t ones = 0x0101010101010101, high = ones * 0x80;
  for (; end - at >= 8; at += 8) {
    uint64_t bytes = *(const word *)(const void *)at;
    uint64_t quote = bytes ^ ones * '"', slash = bytes ^ ones * '\\';
    uint64_t marks =
        (bytes | (bytes - ones * 0x20) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) &
        high;
    if (marks) return at + (__builtin_ctzll(marks) >> 3);
  }
  while (at < end && (uint8_t)(*at - 0x20) < 0x60 && *at != '"' && *at != '\\')
    at++;
  return at;
}

/* Less than eight bytes of those that may be read up to `end`, filled up with zeros. */
SP_IN_PLACE uint64_t last_word(const uint8_t *bytes, uint32_t size, const uint8_t *end) {
  uint64_t last = 0;
  if (end - bytes >= 8) return *(const word *)(const void *)bytes & ~(~(uint64_t)0 << size * 8);
  while (size)
    last = last << 8 | bytes[--size];
  return last;
}

/* Whether a text that is filled up so is these bytes: no text has a zero inside. */
SP_IN_PLACE bool same_words(const word *text, const uint8_t *bytes, uint32_t size, uint64_t last) {
  for (; size >= 8; size -= 8, bytes += 8) {
    if (*text++ != *(const word *)(const void *)bytes) return false;
  }
  return *text == last;
}

/* The text of these bytes; with a note it may be the one that was kept for them before. escaped:
 * the document has other bytes. */
SP_IN_PLACE char *keep(json_reader *p, const uint8_t *bytes, uint32_t size, const uint8_t *end,
                       bool noted, bool escaped) {
  char **shared = NULL;
  json_note note = {NULL, escaped ? SP_NONE : size, size};
  uint32_t head = 0, whole = size & ~7u;
  if (noted) {
    for (uint32_t i = 0; i < whole; i += 8)
      note.sign = note.sign * 3 + *(const word *)(const void *)(bytes + i);
    uint64_t last = last_word(bytes + whole, size - whole, end);
    note.sign += last;
    note.sign = (note.sign ^ note.sign >> 32) * 0x9E3779B97F4A7C15;
    shared = &p->shared[note.sign >> (64 - shared_bits)];
    for (char **behind = shared + shared_near; *shared; shared++) {
      if (same_words((const word *)(void *)*shared, bytes, size, last)) return *shared;
      if (shared == behind) break;
    }
    head = sizeof note;
  }
  char *text = room_for(p, head + size + 1);
  if (!text) return NULL;
  if (noted) {
    *(json_note *)(void *)text = note;
    text += sizeof note;
    *shared = text;
  }
  word *out = (word *)(void *)text;
  for (uint32_t i = 0; i < whole; i += 8)
    *out++ = *(const word *)(const void *)(bytes + i);
  *out = last_word(bytes + whole, size - whole, end);
  return text;
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

/* The text that bytes with good escapes stand for, which takes no more room. */
static uint8_t *unescape(json_reader *p, const uint8_t *bytes, uint32_t *size) {
  const uint8_t *end = bytes + *size;
  uint8_t *plain = arena_room(p->scratch, *size), *out = plain;
  if (!plain) fail(p, SP_E_MEMORY);
  while (plain && bytes < end) {
    if (*bytes != '\\') {
      *out++ = *bytes++;
      continue;
    }
    uint32_t escape = escape_size(bytes, end);
    out = put_utf8(out, escaped_point(bytes, escape));
    bytes += escape;
  }
  *size = (uint32_t)(out - plain);
  return plain;
}

/* Where the string behind an opening quote ends: at the other one; NULL when it is wrong. */
SP_IN_PLACE const uint8_t *string_end(json_reader *p, const uint8_t *at, bool *escaped) {
  const uint8_t *end = p->end;
  for (*escaped = false;;) {
    at = plain_end(at, end);
    if (at == end || *at < 0x20) return fail_at(p, SP_E_JSON);
    if (*at == '"') return at;
    bool escape = *at == '\\';
    *escaped |= escape;
    uint32_t size = escape ? escape_size(at, end) : utf8_sequence(at, end);
    if (!size) return fail_at(p, escape ? SP_E_JSON : SP_E_UTF8);
    at += size;
  }
}

/* Behind a key that is the expected one, which then is the node's; NULL: it is another. */
SP_IN_PLACE const uint8_t *read_expected(json_reader *p, const uint8_t *at, cJSON *node) {
  char *text = p->model->string;
  // Nothing has been looked for yet, so this is still the size.
  uint32_t size = json_note_of(text)->place, whole = size & ~7u;
  const uint8_t *bytes = at + 1, *end = p->end;
  if ((size_t)(end - bytes) <= size || bytes[size] != '"') return NULL;
  uint64_t last = last_word(bytes + whole, size - whole, end);
  if (!same_words((const word *)(void *)text, bytes, size, last)) return NULL;
  node->string = text;
  p->model = p->model->next;
  return bytes + size + 1;
}

/* The string at its opening quote as a key or a value of the node. Behind it, or NULL. */
SP_IN_PLACE const uint8_t *read_string(json_reader *p, const uint8_t *at, bool is_key,
                                       cJSON *node) {
  bool escaped;
  if (is_key && p->model) {
    const uint8_t *behind = read_expected(p, at, node);
    if (behind) return behind;
  }
  if (is_key) {
    p->model = NULL;
    p->follows = false;
  }
  const uint8_t *bytes = at + 1, *end = p->end, *quote = string_end(p, bytes, &escaped);
  if (!quote) return NULL;
  uint32_t size = (uint32_t)(quote - bytes);
  if (escaped) {
    bytes = unescape(p, bytes, &size);
    if (!bytes) return NULL;
    end = bytes + size;
  }
  char *text = keep(p, bytes, size, end, is_key || !is_object(p->open), escaped);
  if (is_key) {
    node->string = text;
  } else {
    node->type = cJSON_String;
    node->valuestring = text;
    node->valueint = (int)size;
  }
  return text ? quote + 1 : NULL;
}

/* ---- other values ---- */

SP_IN_PLACE const uint8_t *read_number(json_reader *p, const uint8_t *at, cJSON *node) {
  const uint8_t *end = p->end;
  bool negative = *at == '-';
  if (negative) at++;
  const uint8_t *digits = at;
  uint64_t value = 0;
  for (; at < end && (uint32_t)(*at - '0') < 10; at++) {
    if (value <= integer_max) value = value * 10 + (uint32_t)(*at - '0');
  }
  if (at == digits) return fail_at(p, SP_E_JSON);
  if (*digits == '0' && (at - digits > 1 || negative)) return fail_at(p, SP_E_NUMBER);
  if (at < end && (*at == '.' || *at == 'e' || *at == 'E')) return fail_at(p, SP_E_NUMBER);
  if (value > integer_max) return fail_at(p, SP_E_NUMBER);
  node->type = cJSON_Number;
  node->valuedouble = (double)(negative ? -(int64_t)value : (int64_t)value);
  return at;
}

static const uint8_t *read_literal(json_reader *p, const uint8_t *at, cJSON *node) {
  static const char *const literals[] = {"true", "false", "null"};
  static const int types[] = {cJSON_True, cJSON_False, cJSON_NULL};
  for (uint32_t i = 0; i < 3; i++) {
    size_t size = strlen(literals[i]);
    if ((size_t)(p->end - at) < size || memcmp(at, literals[i], size)) continue;
    node->type = types[i];
    return at + size;
  }
  return fail_at(p, SP_E_JSON);
}

/* ---- keys ---- */

static int key_compare(const cJSON *a, const cJSON *b) {
  uint64_t x = json_note_of(a->string)->sign, y = json_note_of(b->string)->sign;
  if (x != y) return x < y ? -1 : 1;
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
      if (!key_compare(node, other)) return node;
    }
  }
  return NULL;
}

/* Sorting by content cannot be slowed down by chosen keys, as a hash table can. */
static cJSON *twice_by_sorting(json_reader *p, cJSON *first, uint32_t count) {
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

/* The first member of an object whose key stood before, NULL when there is none. */
SP_IN_PLACE cJSON *find_twice(json_reader *p, cJSON *first) {
  const uint32_t few = 12; /* up to here comparing all pairs is quicker than sorting */
  uint64_t seen = 0;
  uint32_t count = 0;
  bool surely_once = true;
  for (const cJSON *node = first; node; node = node->next, count++) {
    uint64_t bit = (uint64_t)1 << (json_note_of(node->string)->sign >> 58);
    if (seen & bit) surely_once = false;
    seen |= bit;
  }
  if (surely_once) return NULL;
  return count <= few ? twice_by_pairs(first) : twice_by_sorting(p, first, count);
}

/* ---- structure ---- */

/* A node where `link` points. */
SP_IN_PLACE cJSON *add_node(json_reader *p, cJSON **link) {
  cJSON *node = room_for(p, sizeof *node);
  if (!node) return NULL;
  node->next = node->child = NULL;
  node->string = node->valuestring = NULL;
  return *link = node;
}

/* before: the value or member in front of it, NULL: none. */
SP_IN_PLACE bool open_level(json_reader *p, cJSON *node, int type, const cJSON *before) {
  if (p->depth == SP_DEPTH_MAX) return fail(p, SP_E_DEPTH);
  node->type = type;
  node->prev = p->open;
  if (type == cJSON_Object) {
    // While it is open it keeps what is expected of the one around it.
    node->valuestring = (char *)p->model;
    node->valueint = p->follows;
    p->model = is_object(before) ? before->child : NULL;
    p->follows = true;
  } else {
    node->valueint = 0;
  }
  p->open = node;
  p->depth++;
  return true;
}

SP_IN_PLACE bool close_level(json_reader *p) {
  cJSON *node = p->open;
  if (node->type == cJSON_Object) {
    if (!p->follows && (p->twice = find_twice(p, node->child))) return fail(p, SP_E_DUPLICATE_KEY);
    p->model = (cJSON *)(void *)node->valuestring;
    p->follows = node->valueint;
    node->valuestring = NULL;
  }
  if (p->err) return false;
  p->open = node->prev;
  p->depth--;
  return true;
}

/* Behind a value: closes what ends here. Where the next value or member begins, or the end of the
 * text when there is none; *link is where it goes. NULL when something is wrong. */
SP_IN_PLACE const uint8_t *read_after(json_reader *p, const uint8_t *at, cJSON ***link) {
  for (;;) {
    at = skip_space(at, p->end);
    cJSON *open = p->open;
    if (!open) return at == p->end ? at : fail_at(p, SP_E_JSON);
    if (at == p->end) return fail_at(p, SP_E_JSON);
    if (*at == ',') return at + 1;
    if (*at != (is_object(open) ? '}' : ']')) return fail_at(p, SP_E_JSON);
    if (!close_level(p)) return NULL;
    *link = &open->next;
    at++;
  }
}

/* Behind a key, which a path can name from here on. */
SP_IN_PLACE const uint8_t *read_colon(json_reader *p, const uint8_t *at) {
  p->in_key = false;
  at = skip_space(at, p->end);
  if (at == p->end || *at != ':') return fail_at(p, SP_E_JSON);
  return at + 1;
}

/* Reads on from `at` until `stop` is behind. Where it came, NULL when something is wrong. */
static const uint8_t *read_values(json_reader *p, const uint8_t *at, const uint8_t *stop) {
  const uint8_t *end = p->end;
  cJSON **link = p->link;
  do {
    bool is_first = !p->open || link == &p->open->child;
    const cJSON *before = is_first ? NULL : (const cJSON *)(const void *)link;
    cJSON *node = add_node(p, link);
    if (!node) return NULL;
    link = &node->next;
    p->in_key = is_object(p->open);
    if (p->open && !p->in_key) p->open->valueint++;
    // Twice for a member: its key, its value.
    for (bool is_key = p->in_key;; is_key = false) {
      at = skip_space(at, end);
      if (at == end) return fail_at(p, SP_E_JSON);
      if (*at == '"') {
        at = read_string(p, at, is_key, node);
        if (at && is_key) at = read_colon(p, at);
        if (!at) return NULL;
        if (is_key) continue;
      } else if (is_key) {
        return fail_at(p, SP_E_JSON);
      } else if (*at == '{' || *at == '[') {
        bool object = *at == '{';
        if (!open_level(p, node, object ? cJSON_Object : cJSON_Array, before)) return NULL;
        at = skip_space(at + 1, end);
        if (at == end || *at != (object ? '}' : ']')) link = &node->child;
      } else {
        bool is_number = *at == '-' || (uint32_t)(*at - '0') < 10;
        at = is_number ? read_number(p, at, node) : read_literal(p, at, node);
        if (!at) return NULL;
      }
      break;
    }
    // Unless it is an array or object that has something in it.
    if (link == &node->next) at = read_after(p, at, &link);
  } while (at && at < stop && (p->open || at != end));
  p->link = link;
  return at;
}

static void place_of(const json_reader *p, json_path *path) {
  const cJSON *way[SP_DEPTH_MAX], *open = p->open;
  path_start(path, p->base);
  // How far reading came says nothing where memory was missing.
  if (p->err == SP_E_MEMORY) return;
  for (uint32_t i = p->depth; i-- > 0; open = open->prev)
    way[i] = open;
  for (uint32_t i = 0; i < p->depth; i++) {
    const cJSON *last = way[i]->child;
    uint32_t index = 0;
    for (; last && last->next; last = last->next)
      index++;
    if (i == p->depth - 1 && p->twice) last = p->twice;
    if (!is_object(way[i])) {
      path_index(path, index);
    } else if (last && last->string && !(p->in_key && i == p->depth - 1)) {
      path_key(path, (sp_text){last->string, (uint32_t)strlen(last->string)});
    }
  }
}

/* Of a reader that is all zeros. */
static void start(json_reader *p, sp_text text, const char *base, sp_arena *scratch,
                  sp_report *report) {
  p->at = (const uint8_t *)text.ptr;
  p->end = p->at + text.size;
  p->scratch = scratch;
  p->report = report;
  p->base = base;
  p->mark = arena_mark(scratch);
  p->link = &p->root;
}

json_reader *json_start(sp_text text, const char *base, sp_arena *scratch, sp_report *report) {
  json_reader *reader = arena_alloc(scratch, sizeof *reader);
  if (reader) {
    start(reader, text, base, scratch, report);
  } else {
    report_error(report, NULL, SP_E_MEMORY);
  }
  return reader;
}

bool json_read_on(json_reader *reader, size_t size_max) {
  json_path path;
  size_t left = (size_t)(reader->end - reader->at);
  const uint8_t *stop = left > size_max ? reader->at + size_max : reader->end;
  sp_report *report = reader->report;
  reader->at = read_values(reader, reader->at, stop);
  report->base = reader->base;
  report->tree = NULL;
  if (!reader->at) {
    place_of(reader, &path);
    arena_rewind(reader->scratch, reader->mark);
    report_error_path(report, &path, reader->err);
    reader->root = NULL;
  }
  return reader->at && (reader->open || reader->at != reader->end);
}

cJSON *json_end(json_reader *reader) {
  reader->report->tree = reader->root;
  return reader->root;
}

cJSON *json_parse(sp_text text, const char *base, sp_arena *scratch, sp_report *report) {
  json_reader reader = {.root = NULL};
  start(&reader, text, base, scratch, report);
  while (json_read_on(&reader, text.size)) {
  }
  return json_end(&reader);
}
