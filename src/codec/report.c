#include "codec/report.h"

#include <string.h>

typedef struct {
  const char *name, *en;
} code_text;

static const code_text err_texts[] = {
#define X(name, number, zh, en) [number] = {#name, en},
    SP_ERRORS(X)
#undef X
};

static const code_text warning_texts[] = {
#define X(name, zh, en) {#name, en},
    SP_BOOK_WARNINGS(X)
#undef X
};

const char *err_name(sp_err code) {
  return err_texts[code].name;
}
const char *err_text(sp_err code) {
  return err_texts[code].en;
}
const char *warning_name(sp_book_warning code) {
  return warning_texts[code].name;
}
const char *warning_text(sp_book_warning code) {
  return warning_texts[code].en;
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

/* Depth is at most SP_DEPTH_MAX and a part's name, so the recursion is bounded. */
static void path_add(json_path *path, const json_at *at) {
  if (!at || !at->up) return;
  path_add(path, at->up);
  if (at->key) {
    path_key(path, (sp_text){at->key, (uint32_t)strlen(at->key)});
  } else {
    path_index(path, at->index);
  }
}

void path_start(json_path *path, const json_at *at) {
  path->size = 0;
  path->full = false;
  path_add(path, at);
}

void report_start(sp_report *report, sp_arena *scratch, uint32_t max) {
  report->scratch = scratch;
  report->max = max;
  report->error_count = report->warning_count = 0;
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

void report_error(sp_report *report, const json_at *at, sp_err code) {
  if (report->error_count >= report->max) return;
  json_path path;
  path_start(&path, at);
  report_error_path(report, &path, code);
}

void report_error_key(sp_report *report, const json_at *at, const char *key, sp_err code) {
  json_at member = {at, key, 0};
  report_error(report, &member, code);
}

void report_warning(sp_report *report, const json_at *at, sp_book_warning code) {
  if (report->warning_count >= report->max) return;
  json_path path;
  path_start(&path, at);
  keep(report, report->warnings, &report->warning_count, code, &path);
}

sp_err report_first(const sp_report *report) {
  return report->error_count ? (sp_err)report->errors[0].code : SP_OK;
}
