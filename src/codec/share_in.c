/* The verb `share`: src/README.md §4 and §8. */
#include "base/apportion.h"
#include "codec/json_in.h"
#include "codec/reply_out.h"

enum { SHARE_amount, SHARE_weights, SHARE_caps, SHARE_mode, SHARE_COUNT };
static const json_field share_fields[] = {
    {.name = "amount", .type = JSON_BIG, .required = true, .high = SP_BIG_CART_FEN},
    {.name = "weights", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_SHARE_PARTS_MAX},
    {.name = "caps", .type = JSON_ARRAY, .low = 1, .high = SP_SHARE_PARTS_MAX},
    {.name = "mode", .type = JSON_ENUM, .words = SP_WORDS_REMAINDER},
};
static const json_schema share_schema = SP_SCHEMA(share_fields, NULL);

static const json_field fen_field = {.type = JSON_BIG, .high = SP_BIG_CART_FEN};

static int64_t *fens_in(const json_value *array, sp_arena *scratch, sp_report *report) {
  int64_t *fens = json_array(report, scratch, json_count(array), sizeof *fens);
  if (!fens) return NULL;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_read(report, &node, &fen_field);
    fens[node.at.index] = node.number;
  }
  return fens;
}

static void share(const json_value *root, sp_arena *scratch, sp_report *report, int64_t **parts,
                  uint32_t *count) {
  json_value v[SHARE_COUNT];
  if (!json_object(report, root, &share_schema, v) || report->error_count) return;
  int64_t *weight = fens_in(&v[SHARE_weights], scratch, report), room = 0;
  int64_t *cap = v[SHARE_caps].item ? fens_in(&v[SHARE_caps], scratch, report) : NULL;
  *count = json_count(&v[SHARE_weights]);
  *parts = json_array(report, scratch, *count, sizeof **parts);
  if (report->error_count) return;
  if (cap && json_count(&v[SHARE_caps]) != *count) {
    report_error(report, &v[SHARE_caps].at, SP_E_CONFLICT);
    return;
  }
  for (uint32_t i = 0; cap && i < *count; i++)
    room += cap[i];
  if (cap && room < v[SHARE_amount].number) {
    report_error(report, &v[SHARE_caps].at, SP_E_RANGE);
    return;
  }
  apportion(v[SHARE_amount].number, weight, cap, *count, (sp_remainder)v[SHARE_mode].number,
            *parts);
}

bool share_in(sp_text request, sp_arena *scratch, sp_report *report, int64_t **parts,
              uint32_t *count) {
  json_value root = {.item = NULL};
  cJSON *tree = json_parse(request, NULL, scratch, report);
  root.item = tree;
  if (tree) share(&root, scratch, report, parts, count);
  cJSON_Delete(tree);
  return report->error_count == 0;
}
