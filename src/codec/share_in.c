/* The verb `share`: src/README.md §4 and §8. */
#include "base/apportion.h"
#include "codec/json_in.h"
#include "codec/reply_out.h"

typedef struct {
  int64_t amount_fen;
  sp_remainder mode;
} share_work;

#define SHARE_FIELDS(X)                                                                            \
  X(SHARE, amount, SP_BIGINT(share_work, amount_fen), .required = true, .high = SP_BIG_CART_FEN)   \
  X(SHARE, weights, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_SHARE_PARTS_MAX)    \
  X(SHARE, caps, .type = JSON_ARRAY, .low = 1, .high = SP_SHARE_PARTS_MAX)                         \
  X(SHARE, mode, SP_ENUM(share_work, mode), .words = SP_WORDS_REMAINDER)
SP_SCHEMA(share_schema, SHARE, SHARE_FIELDS, "");

static const json_field fen_field = {.type = JSON_BIG, .high = SP_BIG_CART_FEN};

static int64_t *fens_in(const cJSON *array, sp_arena *scratch, sp_report *report) {
  uint32_t count;
  int64_t *fens = json_list(report, scratch, array, sizeof *fens, &count);
  if (!fens) return NULL;
  const cJSON *node = json_first(array);
  for (uint32_t i = 0; node; node = node->next, i++)
    json_read(report, node, &fen_field, &fens[i]);
  return fens;
}

static void share(const cJSON *root, sp_arena *scratch, sp_report *report, int64_t **parts,
                  uint32_t *count) {
  const cJSON *v[SHARE_COUNT];
  share_work work = {0};
  if (!json_object(report, root, &share_schema, &work, v) || report->error_count) return;
  int64_t *weight = fens_in(v[SHARE_weights], scratch, report), room = 0;
  int64_t *cap = v[SHARE_caps] ? fens_in(v[SHARE_caps], scratch, report) : NULL;
  *count = json_count(v[SHARE_weights]);
  *parts = json_array(report, scratch, *count, sizeof **parts);
  if (report->error_count) return;
  if (cap && json_count(v[SHARE_caps]) != *count) {
    report_error(report, v[SHARE_caps], SP_E_CONFLICT);
    return;
  }
  for (uint32_t i = 0; cap && i < *count; i++)
    room += cap[i];
  if (cap && room < work.amount_fen) {
    report_error(report, v[SHARE_caps], SP_E_RANGE);
    return;
  }
  apportion(work.amount_fen, weight, cap, *count, work.mode, *parts);
}

bool share_in(sp_text request, sp_arena *scratch, sp_report *report, int64_t **parts,
              uint32_t *count) {
  cJSON *tree = json_parse(request, NULL, scratch, report);
  if (tree) share(tree, scratch, report, parts, count);
  json_free(tree);
  return report->error_count == 0;
}
