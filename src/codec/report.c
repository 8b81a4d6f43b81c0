#include "codec/report.h"

#include <string.h>

/* Names and texts one behind the other: cheaper than tables of pointers, and only what failed walks
 * over them. */
#define X(name, number, zh, en) #name "\0" en "\0"
static const char err_texts[] = SP_ERRORS(X);
#undef X
#define X(name, zh, en) #name "\0" en "\0"
static const char warning_texts[] = SP_BOOK_WARNINGS(X);
#undef X

enum {
#define X(name, number, zh, en) PLACE_##name,
  SP_ERRORS(X)
#undef X
};
#define X(name, number, zh, en) _Static_assert(PLACE_##name + 1 == number, "in order");
SP_ERRORS(X)
#undef X

static const char *nth(const char *texts, uint32_t n) {
  while (n--)
    texts += strlen(texts) + 1;
  return texts;
}

const char *err_name(sp_err code) {
  return nth(err_texts, 2 * ((uint32_t)code - 1));
}
const char *err_text(sp_err code) {
  return nth(err_texts, 2 * (uint32_t)code - 1);
}
const char *warning_name(sp_book_warning code) {
  return nth(warning_texts, 2 * (uint32_t)code);
}
const char *warning_text(sp_book_warning code) {
  return nth(warning_texts, 2 * (uint32_t)code + 1);
}

void path_key(json_path *path, sp_text key) {
  uint32_t size = path->size + 1;
  for (uint32_t i = 0; i < key.size; i++)
    size += key.ptr[i] == '~' || key.ptr[i] == '/' ? 2 : 1;
  if (path->full || key.size >= SP_PATH_BYTES_MAX || size > SP_PATH_BYTES_MAX) {
    path->full = true;
    return;
  }
  char *out = path->bytes + path->size;
  *out++ = '/';
  for (uint32_t i = 0; i < key.size; i++) {
    char c = key.ptr[i];
    if (c == '~' || c == '/') {
      *out++ = '~';
      c = c == '~' ? '0' : '1';
    }
    *out++ = c;
  }
  path->size = size;
}

void path_index(json_path *path, uint32_t index) {
  char digits[10];
  uint32_t first = sizeof digits;
  do {
    digits[--first] = (char)('0' + index % 10);
    index /= 10;
  } while (index);
  path_key(path, (sp_text){digits + first, (uint32_t)sizeof digits - first});
}

void path_start(json_path *path, const char *base) {
  path->size = 0;
  path->full = false;
  if (base) path_key(path, (sp_text){base, (uint32_t)strlen(base)});
}

/* The way from the tree down to a node, which may lie anywhere in it: no node knows the one above.
 * 0 when it is not there. */
static uint32_t way_to(const cJSON *tree, const cJSON *node, const cJSON **way) {
  uint32_t depth = 1;
  way[0] = tree;
  while (way[depth - 1] != node) {
    const cJSON *next = way[depth - 1]->child;
    if (next) {
      depth++;
    } else {
      while (!way[depth - 1]->next)
        if (--depth <= 1) return 0;
      next = way[depth - 1]->next;
    }
    way[depth - 1] = next;
  }
  return depth;
}

static void path_to(json_path *path, const sp_report *report, const cJSON *node) {
  const cJSON *way[SP_DEPTH_MAX + 2];
  path_start(path, node ? report->base : NULL);
  uint32_t depth = node ? way_to(report->tree, node, way) : 0;
  for (uint32_t i = 1; i < depth; i++) {
    const char *key = way[i]->string;
    uint32_t index = 0;
    if (key) {
      path_key(path, (sp_text){key, (uint32_t)strlen(key)});
      continue;
    }
    for (const cJSON *element = way[i - 1]->child; element != way[i]; element = element->next)
      index++;
    path_index(path, index);
  }
}

void report_start(sp_report *report, sp_arena *scratch, uint32_t max) {
  report->scratch = scratch;
  report->max = max;
  report->error_count = report->warning_count = 0;
  report->keep = NULL;
  report->base = NULL;
  report->tree = NULL;
  report->schema = NULL;
  report->more.size = 0;
}

static void keep(sp_report *report, report_entry *entries, uint32_t *count, uint32_t code,
                 const json_path *path) {
  if (*count >= report->max) return;
  // Without memory the path is empty; the code still stands.
  entries[*count].path = arena_text(report->scratch, (sp_text){path->bytes, path->size});
  entries[*count].code = code;
  ++*count;
}

void report_error_path(sp_report *report, const json_path *path, sp_err code) {
  keep(report, report->errors, &report->error_count, code, path);
}

static void path_member(json_path *path, const sp_report *report, const cJSON *node,
                        const char *key) {
  uint32_t size = 0;
  path_to(path, report, node);
  while (key[size] && key[size] != ' ')
    size++;
  path_key(path, (sp_text){key, size});
}

void report_error(sp_report *report, const cJSON *node, sp_err code) {
  if (report->error_count >= report->max) return;
  json_path path;
  path_to(&path, report, node);
  report_error_path(report, &path, code);
}

void report_error_key(sp_report *report, const cJSON *node, const char *key, sp_err code) {
  if (report->error_count >= report->max) return;
  // A member that is there was refused already and is not missing.
  for (const cJSON *at = node->child; code == SP_E_REQUIRED && at; at = at->next) {
    if (at->string && !strcmp(at->string, key)) return;
  }
  json_path path;
  path_member(&path, report, node, key);
  report_error_path(report, &path, code);
}

void report_warning_key(sp_report *report, const cJSON *node, const char *key,
                        sp_book_warning code) {
  if (report->warning_count >= report->max) return;
  json_path path;
  path_member(&path, report, node, key);
  keep(report, report->warnings, &report->warning_count, code, &path);
}

sp_err report_first(const sp_report *report) {
  return report->error_count ? (sp_err)report->errors[0].code : SP_OK;
}
