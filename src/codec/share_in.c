/* The verb `share`: src/README.md §4 and §8. */
#include "base/apportion.h"
#include "codec/json_in.h"
#include "codec/reply_out.h"

typedef struct {
  int64_t amount_fen;
  SP_ITEMS(int64_t) weights;
  SP_ITEMS(int64_t) caps;
  sp_remainder mode;
} share_work;

#define SHARE_FIELDS(X)                                                                            \
  X(SHARE, amount, SP_BIGINT(share_work, amount_fen), .required = true, .high = SP_BIG_CART_FEN)   \
  X(SHARE, weights, SP_LIST(share_work, weights, each_fen), .required = true, .low = 1)            \
  X(SHARE, caps, SP_LIST(share_work, caps, each_fen), .low = 1)                                    \
  X(SHARE, mode, SP_ENUM(share_work, mode), .words = SP_WORDS_REMAINDER)
SP_EACH(each_fen, int64_t, SP_SHARE_PARTS_MAX, .type = JSON_BIG, .high = SP_BIG_CART_FEN);
SP_SCHEMA(share_schema, SHARE, SHARE_FIELDS, "");

bool share_in(const cJSON *tree, sp_arena *scratch, sp_report *report, int64_t **parts,
              uint32_t *count) {
  share_work work = {0};
  report->keep = scratch;
  json_object(report, tree, &share_schema, &work, NULL);
  *count = work.weights.count;
  *parts = json_array(report, scratch, *count, sizeof **parts);
  if (report->error_count) return false;
  const int64_t *cap = work.caps.items;
  bool fits = !cap || work.caps.count == *count;
  int64_t room = cap ? 0 : INT64_MAX;
  for (uint32_t i = 0; i < work.caps.count; i++)
    room += cap[i];
  if (!fits || room < work.amount_fen) {
    report_error(report, work.caps.node, fits ? SP_E_RANGE : SP_E_CONFLICT);
    return false;
  }
  apportion(work.amount_fen, work.weights.items, cap, *count, work.mode, *parts);
  return true;
}
