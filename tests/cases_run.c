/* Runs the golden cases: Markdown that a merchant can read, priced through suanpan.h.
 *
 *   cases_run [--list] FILE|FOLDER...
 *
 * A file has a book (```json book) and cases (## title). A case has a ```json request and either a
 * ```json expect, a part of the receipt, or a ```json error. It may carry a book of its own, or a
 * ```json patch that is merged into the file's book (RFC 7396). ```json absent lists paths that
 * must not be in the receipt. A ```json estimate stands instead of a request and asks for the
 * prices of cards, a ```json topup which goods to add; a ```json recommend what to show beside a
 * cart, by the file's or the case's ```json model (cases/model.h) and, where there is one, a
 * ```json history. A ```json refund in place of book and request asks the verb refund. A ```text
 * book or ```text request may be malformed JSON. A part matches when every member it states is
 * there and matches, an array when it has the same length besides, null only null. A program, not
 * the core: stdio and malloc are allowed here. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cJSON.h>

#include "cases/model.h"
#include "suanpan.h"

enum { FILES_MAX = 256, CASES_MAX = 512, PATH_MAX_BYTES = 1024 };

typedef enum {
  BLOCK_BOOK,
  BLOCK_PATCH,
  BLOCK_REQUEST,
  BLOCK_EXPECT,
  BLOCK_ERROR,
  BLOCK_ABSENT,
  BLOCK_ESTIMATE,
  BLOCK_REFUND,
  BLOCK_MODEL,
  BLOCK_HISTORY,
  BLOCK_RECOMMEND,
  BLOCK_TOPUP,
  BLOCK_COUNT
} block_kind;

static const char *const block_names[BLOCK_COUNT] = {"book",  "patch",   "request",   "expect",
                                                     "error", "absent",  "estimate",  "refund",
                                                     "model", "history", "recommend", "topup"};

/* line is where the block's first line of text stands, 0: there is no such block. */
typedef struct {
  sp_text text;
  int line;
} block;

typedef struct {
  sp_text title;
  int line;
  block blocks[BLOCK_COUNT];
} golden_case;

typedef struct {
  const char *path;
  char *bytes;
  block book, model;
  golden_case *cases;
  int case_count;
} golden_file;

typedef struct {
  sp_arena book, scratch;
  const golden_file *file;
  const golden_case *now; /* the case that runs */
  int failures;           /* of that case */
} runner;

__attribute__((format(printf, 3, 4))) static void fail(runner *run, int line, const char *format,
                                                       ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s:%d: %.*s: ", run->file->path, line, (int)run->now->title.size,
          run->now->title.ptr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  run->failures++;
}

/* ---- reading the Markdown ---- */

static bool line_is(sp_text line, const char *text) {
  return line.size == strlen(text) && !memcmp(line.ptr, text, line.size);
}

static bool line_starts(sp_text line, const char *text) {
  return line.size >= strlen(text) && !memcmp(line.ptr, text, strlen(text));
}

/* The kind a fence opens; BLOCK_COUNT: only for the reader; -1: a wrong one. */
static int fence_kind(sp_text line) {
  bool json = line_starts(line, "```json "), text = line_starts(line, "```text ");
  if (!json && !text) return line_starts(line, "```json") ? -1 : BLOCK_COUNT;
  sp_text name = {line.ptr + 8, line.size - 8};
  for (int kind = 0; kind < BLOCK_COUNT; kind++) {
    bool raw_allowed = kind == BLOCK_BOOK || kind == BLOCK_REQUEST;
    if (line_is(name, block_names[kind])) return json || raw_allowed ? kind : -1;
  }
  return -1;
}

static char *read_bytes(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  size_t room = (size_t)1 << 20;
  char *bytes = malloc(room);
  size_t size = bytes ? fread(bytes, 1, room - 1, file) : 0;
  bool good = bytes && !ferror(file) && size < room - 1;
  fclose(file);
  if (!good) {
    free(bytes);
    return NULL;
  }
  bytes[size] = '\0';
  return bytes;
}

/* Says what is wrong with the file; every caller then gives up. */
static bool malformed(const char *path, int line, const char *what) {
  fprintf(stderr, "%s:%d: %s\n", path, line, what);
  return false;
}

static bool case_is_whole(const golden_file *file, const golden_case *c) {
  const block *b = c->blocks;
  if (!b[BLOCK_EXPECT].line == !b[BLOCK_ERROR].line) {
    return malformed(file->path, c->line, "a case has either an expect or an error");
  }
  if (b[BLOCK_REFUND].line) {
    bool alone = !b[BLOCK_BOOK].line && !b[BLOCK_PATCH].line && !b[BLOCK_REQUEST].line;
    return alone || malformed(file->path, c->line, "a refund beside a book or a request");
  }
  int asked = !!b[BLOCK_REQUEST].line + !!b[BLOCK_ESTIMATE].line + !!b[BLOCK_RECOMMEND].line +
              !!b[BLOCK_TOPUP].line;
  if (asked > 1) return malformed(file->path, c->line, "a case with two requests");
  // A book may be refused before anything is asked of it.
  if (!asked && !b[BLOCK_ERROR].line) {
    return malformed(file->path, c->line, "a case without a request");
  }
  if (b[BLOCK_BOOK].line && b[BLOCK_PATCH].line) {
    return malformed(file->path, c->line, "a book and a patch in one case");
  }
  if (!b[BLOCK_BOOK].line && !file->book.line) {
    return malformed(file->path, c->line, "no book for this case");
  }
  return true;
}

static bool title_is_new(const golden_file *file, const golden_case *c) {
  for (int i = 0; i < (int)(c - file->cases); i++) {
    sp_text other = file->cases[i].title;
    if (other.size == c->title.size && !memcmp(other.ptr, c->title.ptr, other.size)) {
      return malformed(file->path, c->line, "a second case of this title");
    }
  }
  return true;
}

/* Cuts the file into cases; every text stays where it is in file->bytes. */
static bool read_cases(golden_file *file) {
  block *open = NULL, ignored = {{NULL, 0}, 0};
  int number = 0;
  for (char *at = file->bytes; *at;) {
    char *end = strchr(at, '\n');
    size_t size = end ? (size_t)(end - at) : strlen(at);
    sp_text line = {at, (uint32_t)size};
    number++;
    golden_case *c = file->case_count > 0 ? &file->cases[file->case_count - 1] : NULL;
    if (open && line_is(line, "```")) {
      open->text.size = (uint32_t)(at - open->text.ptr);
      open = NULL;
    } else if (!open && line_starts(line, "```")) {
      int kind = fence_kind(line);
      if (kind < 0) return malformed(file->path, number, "no such kind of block");
      bool shared = kind == BLOCK_BOOK || kind == BLOCK_MODEL;
      if (!c && !shared) return malformed(file->path, number, "a block before any case");
      block *own = kind == BLOCK_MODEL ? &file->model : &file->book;
      open = kind == BLOCK_COUNT ? &ignored : c ? &c->blocks[kind] : own;
      if (open != &ignored && open->line) {
        return malformed(file->path, number, "a second block of this kind");
      }
      *open = (block){{at + size + (end ? 1 : 0), 0}, number + 1};
    } else if (!open && line_starts(line, "## ")) {
      if (file->case_count == CASES_MAX) return malformed(file->path, number, "too many cases");
      golden_case next = {{at + 3, (uint32_t)size - 3}, number, {{{NULL, 0}, 0}}};
      file->cases[file->case_count++] = next;
    }
    at += size + (end ? 1 : 0);
  }
  if (open) return malformed(file->path, number, "a block without an end");
  for (int i = 0; i < file->case_count; i++) {
    const golden_case *c = &file->cases[i];
    if (!case_is_whole(file, c) || !title_is_new(file, c)) return false;
  }
  return file->case_count > 0 || malformed(file->path, number, "no case in this file");
}

/* ---- the book of a case ---- */

/* RFC 7396: members of the patch replace or, when null, remove. Consumes target, not patch. */
static cJSON *merge_patch(cJSON *target, const cJSON *patch) {
  if (!cJSON_IsObject(patch)) {
    cJSON_Delete(target);
    return cJSON_Duplicate(patch, true);
  }
  if (!cJSON_IsObject(target)) {
    cJSON_Delete(target);
    target = cJSON_CreateObject();
  }
  for (const cJSON *member = patch->child; member; member = member->next) {
    cJSON *old = cJSON_DetachItemFromObjectCaseSensitive(target, member->string);
    if (cJSON_IsNull(member)) {
      cJSON_Delete(old);
    } else {
      cJSON_AddItemToObject(target, member->string, merge_patch(old, member));
    }
  }
  return target;
}

static cJSON *parse(sp_text text) {
  return cJSON_ParseWithLength(text.ptr, text.size);
}

/* The bytes of the case's book. *made is to be freed and may be NULL. */
static sp_text case_book(runner *run, char **made) {
  const golden_case *c = run->now;
  *made = NULL;
  if (c->blocks[BLOCK_BOOK].line) return c->blocks[BLOCK_BOOK].text;
  if (!c->blocks[BLOCK_PATCH].line) return run->file->book.text;
  cJSON *patch = parse(c->blocks[BLOCK_PATCH].text);
  cJSON *book = parse(run->file->book.text);
  if (!patch) fail(run, c->blocks[BLOCK_PATCH].line, "the patch is not JSON");
  if (!book) fail(run, run->file->book.line, "the book is not JSON");
  if (patch && book) {
    book = merge_patch(book, patch);
    *made = cJSON_PrintUnformatted(book);
  }
  cJSON_Delete(patch);
  cJSON_Delete(book);
  return (sp_text){*made, *made ? (uint32_t)strlen(*made) : 0};
}

/* ---- comparing ---- */

static void mismatch(runner *run, int line, const char *path, const cJSON *expected,
                     const cJSON *actual) {
  char *wanted = cJSON_PrintUnformatted(expected);
  char *got = actual ? cJSON_PrintUnformatted(actual) : NULL;
  fail(run, line, "%s: expected %s, actual %s", *path ? path : "the whole", wanted ? wanted : "?",
       got ? got : "(nothing)");
  cJSON_free(wanted);
  cJSON_free(got);
}

/* path grows to the right and is cut again on the way back. */
static void compare(runner *run, int line, char *path, const cJSON *expected, const cJSON *actual) {
  size_t end = strlen(path);
  bool nested = cJSON_IsObject(expected) || cJSON_IsArray(expected);
  bool same = actual && expected->type == actual->type;
  if (same && !nested) same = cJSON_Compare(expected, actual, true);
  if (same && cJSON_IsArray(expected))
    same = cJSON_GetArraySize(expected) == cJSON_GetArraySize(actual);
  if (!same) mismatch(run, line, path, expected, actual);
  if (!same || !nested) return;
  const cJSON *other = actual->child;
  int index = 0;
  for (const cJSON *member = expected->child; member; member = member->next) {
    if (cJSON_IsArray(expected)) {
      snprintf(path + end, PATH_MAX_BYTES - end, "/%d", index++);
    } else {
      snprintf(path + end, PATH_MAX_BYTES - end, "/%s", member->string);
      other = cJSON_GetObjectItemCaseSensitive(actual, member->string);
    }
    compare(run, line, path, member, other);
    path[end] = '\0';
    if (cJSON_IsArray(expected)) other = other->next;
  }
}

static void compare_block(runner *run, block_kind kind, const cJSON *actual) {
  const block *wanted = &run->now->blocks[kind];
  cJSON *expected = parse(wanted->text);
  char path[PATH_MAX_BYTES] = "";
  if (expected) {
    compare(run, wanted->line, path, expected, actual);
  } else {
    fail(run, wanted->line, "the %s is not JSON", block_names[kind]);
  }
  cJSON_Delete(expected);
}

/* The value at a pointer of plain names and indices, NULL when there is none. */
static const cJSON *value_at(const cJSON *value, const char *pointer) {
  while (value && *pointer == '/') {
    char name[SP_ID_BYTES_MAX + 1];
    size_t size = strcspn(++pointer, "/");
    if (size >= sizeof name) return NULL;
    memcpy(name, pointer, size);
    name[size] = '\0';
    pointer += size;
    value = cJSON_IsArray(value) ? cJSON_GetArrayItem(value, atoi(name))
                                 : cJSON_GetObjectItemCaseSensitive(value, name);
  }
  return value;
}

static void check_absent(runner *run, const cJSON *receipt) {
  const block *absent = &run->now->blocks[BLOCK_ABSENT];
  if (!absent->line) return;
  cJSON *paths = parse(absent->text);
  if (!cJSON_IsArray(paths)) fail(run, absent->line, "absent is a list of paths");
  for (const cJSON *path = paths ? paths->child : NULL; path; path = path->next) {
    const char *pointer = cJSON_IsString(path) ? path->valuestring : "";
    const cJSON *found = value_at(receipt, pointer);
    if (!*pointer) fail(run, absent->line, "absent is a list of paths");
    if (*pointer && found) mismatch(run, absent->line, pointer, paths, found);
  }
  cJSON_Delete(paths);
}

/* ---- running ---- */

/* The case's model for its book, or the file's; NULL where there is none, or with *err. */
static const sp_model *case_model(runner *run, const sp_book *book, sp_err *err, sp_text *reply) {
  const block *own = &run->now->blocks[BLOCK_MODEL];
  const block *stated = own->line ? own : &run->file->model;
  const sp_model *model = NULL;
  if (!stated->line) return NULL;
  cJSON *description = parse(stated->text);
  file_bytes file = description ? cases_model(description) : (file_bytes){NULL, 0};
  if (file.bytes) {
    sp_text bytes = {(const char *)file.bytes, (uint32_t)file.size};
    *err = suanpan_model_load(book, &run->book, &run->scratch, bytes, &model, reply);
  } else {
    fail(run, stated->line, "the model is none");
  }
  free(file.bytes);
  cJSON_Delete(description);
  return model;
}

/* What the model is asked, after the member's history where there is one. */
static void ask_model(runner *run, const sp_book *book, sp_err *err, sp_text *reply) {
  const block *b = run->now->blocks;
  const sp_past *past = NULL;
  const sp_model *model = case_model(run, book, err, reply);
  if (!*err && b[BLOCK_HISTORY].line)
    *err = suanpan_history(model, &run->book, &run->scratch, b[BLOCK_HISTORY].text, &past, reply);
  if (*err) return;
  *err = b[BLOCK_TOPUP].line
             ? suanpan_top_up(book, model, past, &run->scratch, b[BLOCK_TOPUP].text, reply)
             : suanpan_recommend(model, book, past, &run->scratch, b[BLOCK_RECOMMEND].text, reply);
}

/* Asks what the case asks. False when there is nothing to compare. */
static bool ask(runner *run, sp_err *err, sp_text *reply) {
  const block *blocks = run->now->blocks;
  if (blocks[BLOCK_REFUND].line) {
    *err = suanpan_refund(&run->scratch, blocks[BLOCK_REFUND].text, reply);
    return true;
  }
  char *made;
  sp_text bytes = case_book(run, &made);
  if (run->failures > 0) return false;
  const sp_book *book = NULL;
  *err = suanpan_book_load(&run->book, &run->scratch, bytes, &book, reply);
  if (!*err && blocks[BLOCK_ESTIMATE].line) {
    *err = suanpan_estimate(book, &run->scratch, blocks[BLOCK_ESTIMATE].text, reply);
  } else if (!*err && blocks[BLOCK_REQUEST].line) {
    *err = suanpan_quote(book, &run->scratch, blocks[BLOCK_REQUEST].text, reply);
  }
  bool of_model = blocks[BLOCK_RECOMMEND].line || blocks[BLOCK_TOPUP].line;
  if (!*err && of_model) ask_model(run, book, err, reply);
  free(made);
  return run->failures == 0;
}

static void run_case(runner *run) {
  const golden_case *c = run->now;
  sp_text reply = {NULL, 0};
  sp_err err = SP_OK;
  run->failures = 0;
  arena_rewind(&run->book, 0);
  arena_rewind(&run->scratch, 0);
  if (!ask(run, &err, &reply)) return;
  cJSON *actual = parse(reply);
  if (!actual) {
    fail(run, c->line, "the reply is not JSON: %.*s", (int)reply.size, reply.ptr ? reply.ptr : "");
  } else if (!err != !c->blocks[BLOCK_ERROR].line) {
    fail(run, c->line, err ? "refused: %.*s" : "not refused: %.*s", (int)reply.size, reply.ptr);
  } else {
    compare_block(run, err ? BLOCK_ERROR : BLOCK_EXPECT, actual);
    if (!err) check_absent(run, actual);
  }
  cJSON_Delete(actual);
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds path, or every .md of it when it is a folder. */
static bool add_files(const char *path, char **files, int *count) {
  DIR *folder = opendir(path);
  if (!folder) {
    if (*count == FILES_MAX) return false;
    files[(*count)++] = strdup(path);
    return true;
  }
  int first = *count;
  for (const struct dirent *entry; *count < FILES_MAX && (entry = readdir(folder));) {
    const char *end = strrchr(entry->d_name, '.');
    size_t size = strlen(path) + strlen(entry->d_name) + 2;
    char *joined = end && !strcmp(end, ".md") ? malloc(size) : NULL;
    if (!joined) continue;
    snprintf(joined, size, "%s/%s", path, entry->d_name);
    files[(*count)++] = joined;
  }
  closedir(folder);
  // A folder is read in whatever order the file system keeps; reports should not depend on it.
  qsort(files + first, (size_t)(*count - first), sizeof *files, by_name);
  return *count > first && *count < FILES_MAX;
}

/* Runs or lists one file. False when something is wrong with it or with a case of it. */
static bool run_file(runner *run, const char *path, bool list, int *passed, int *failed) {
  golden_file file = {path, read_bytes(path), {{NULL, 0}, 0}, {{NULL, 0}, 0}, NULL, 0};
  file.cases = calloc(CASES_MAX, sizeof *file.cases);
  bool good = file.bytes && file.cases;
  if (!good) fprintf(stderr, "cases_run: can't read %s\n", path);
  good = good && read_cases(&file);
  run->file = &file;
  for (int i = 0; good && i < file.case_count; i++) {
    run->now = &file.cases[i];
    if (list) {
      printf("%s:%d: %.*s\n", path, run->now->line, (int)run->now->title.size, run->now->title.ptr);
    } else {
      run_case(run);
      *(run->failures > 0 ? failed : passed) += 1;
    }
  }
  free(file.cases);
  free(file.bytes);
  return good;
}

int main(int argc, char **argv) {
  static char *files[FILES_MAX];
  int file_count = 0, passed = 0, failed = 0;
  bool list = false, good = true;
  for (int i = 1; i < argc && good; i++) {
    bool is_flag = !strcmp(argv[i], "--list");
    list = list || is_flag;
    good = is_flag || add_files(argv[i], files, &file_count);
  }
  if (!good || file_count == 0) {
    fputs("usage: cases_run [--list] FILE|FOLDER...\n", stderr);
    return 2;
  }
  const size_t book_size = (size_t)4 << 20, scratch_size = (size_t)16 << 20;
  runner run = {{malloc(book_size), 0, book_size, NULL},
                {malloc(scratch_size), 0, scratch_size, NULL},
                NULL,
                NULL,
                0};
  good = run.book.base && run.scratch.base;
  for (int i = 0; i < file_count; i++) {
    good = run_file(&run, files[i], list, &passed, &failed) && good;
    free(files[i]);
  }
  free(run.book.base);
  free(run.scratch.base);
  if (!list) printf("%d cases passed, %d failed\n", passed, failed);
  return good && failed == 0 ? 0 : 1;
}
