/* What was wrong with an input: codes and RFC 6901 paths. A place is a node of the tree; only when
 * something is wrong there is the tree searched for it, so a good input never pays for its paths.
 */
#ifndef SP_CODEC_REPORT_H
#define SP_CODEC_REPORT_H

#include <cJSON.h>

#include "base/arena.h"
#include "base/base.h"

/* X(name, zh, en): a book that is lawful but surely not meant so. */
#define SP_BOOK_WARNINGS(X)                                                                        \
  X(W_UNGROUPED_OVERLAP, "两个未分组的促销会叠加在同一商品上",                                     \
    "two ungrouped promotions of one stage hit the same goods and add up")                         \
  X(W_EMPTY_SCOPE, "没有商品符合范围", "no goods match the scope")                                 \
  X(W_GRANT_ENDED, "所赠的券在赠送时已过期", "the granted coupon has ended before it is granted")

typedef enum {
#define X(name, zh, en) SP_##name,
  SP_BOOK_WARNINGS(X)
#undef X
} sp_book_warning;

typedef struct {
  uint32_t code; /* sp_err or sp_book_warning */
  sp_text path;
} report_entry;

typedef struct {
  sp_arena *scratch; /* where the paths live: not to be rewound past them */
  sp_arena *keep;    /* where what is read keeps its names */
  const char *base;  /* the name of the part that is read; NULL: paths begin at its root */
  const cJSON *tree; /* what is read: every node that is reported is in it */
  /* What objects are read by, and bits of its fields: those that must be there, those that have a
   * value when they are not. */
  const void *schema;
  uint32_t required, preset;
  uint32_t max; /* of errors and of warnings; what comes after is not kept */
  uint32_t error_count, warning_count;
  sp_text more; /* what the first error tells besides, as members of JSON behind a comma */
  report_entry errors[SP_CHECK_MESSAGES_MAX];
  report_entry warnings[SP_CHECK_MESSAGES_MAX];
} sp_report;

/* max 1 keeps the first error only, as load and quote need it. */
void report_start(sp_report *report, sp_arena *scratch, uint32_t max);

/* NULL: nowhere in particular, an empty path. */
void report_error(sp_report *report, const cJSON *node, sp_err code);

/* At a member of the object that may be missing; its name may be one of words. */
void report_error_key(sp_report *report, const cJSON *node, const char *key, sp_err code);

void report_warning_key(sp_report *report, const cJSON *node, const char *key,
                        sp_book_warning code);

/* The first error, SP_OK when there is none. */
sp_err report_first(const sp_report *report);

/* A path while it is written. A segment that does not fit is left out together with all behind it,
 * so the path names the nearest place that does. */
#define SP_PATH_BYTES_MAX 512
typedef struct {
  uint32_t size;
  bool full;
  char bytes[SP_PATH_BYTES_MAX];
} json_path;

/* `base` as the first segment, none when it is NULL. */
void path_start(json_path *path, const char *base);
void path_key(json_path *path, sp_text key);
void path_index(json_path *path, uint32_t index);
void report_error_path(sp_report *report, const json_path *path, sp_err code);

/* Name and English text of a code. */
const char *err_name(sp_err code);
const char *err_text(sp_err code);
const char *warning_name(sp_book_warning code);
const char *warning_text(sp_book_warning code);

#endif
