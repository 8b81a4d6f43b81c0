/* Who may use a rule, where, how often, and who pays for it. */
#include "base/text.h"
#include "codec/book_parts.h"

#define SP_IDS         .type = JSON_ARRAY, .low = 1, .high = SP_RULE_IDS_MAX
#define SP_INNER       .type = JSON_ARRAY, .low = 1, .high = SP_WHEN_NODES_MAX
#define SP_AGE(member) SP_BIGINT(sp_for, member), .low = 0, .high = SP_BIG_UNIX_S, .absent = -1
#define FOR_FIELDS(X)                                                                              \
  X(FOR, tiers, .type = JSON_ARRAY, .low = 1, .high = SP_MEMBER_TIERS_MAX)                         \
  X(FOR, tags, SP_IDS)                                                                             \
  X(FOR, segments, SP_IDS)                                                                         \
  X(FOR, birthday, SP_ENUM(sp_for, birthday), .words = SP_WORDS_BIRTHDAY)                          \
  X(FOR, registered_within_s, SP_AGE(registered_within_s))                                         \
  X(FOR, registered_before_s, SP_AGE(registered_before_s))                                         \
  X(FOR, bought, SP_IDS)                                                                           \
  X(FOR, not_bought, SP_IDS)                                                                       \
  X(FOR, all, SP_INNER)                                                                            \
  X(FOR, any, SP_INNER)                                                                            \
  X(FOR, not, .type = JSON_OBJECT)
SP_SCHEMA(for_schema, FOR, FOR_FIELDS, "");

#define SP_TIMES(member) SP_LONG(sp_limit, member), .low = 1, .high = SP_MEASURE_MAX, .absent = -1
#define LIMIT_FIELDS(X)                                                                            \
  X(LIMIT, per_order, SP_TIMES(per_order))                                                         \
  X(LIMIT, per_member, SP_TIMES(per_member))                                                       \
  X(LIMIT, total_left, SP_BOOL(sp_limit, total_left))                                              \
  X(LIMIT, qty_per_member, SP_TIMES(qty_per_member))
SP_SCHEMA(limit_schema, LIMIT, LIMIT_FIELDS, "");

#define FUNDER_FIELDS(X)                                                                           \
  X(FUNDER, party, SP_NAME(sp_funder, party), .required = true)                                    \
  X(FUNDER, bp, SP_LONG(sp_funder, bp), .required = true, .low = 1, .high = 10000)
SP_SCHEMA(funder_schema, FUNDER, FUNDER_FIELDS, "");

static uint32_t tiers_in(book_work *w, const cJSON *array) {
  uint32_t bits = 0;
  for (const cJSON *node = json_first(array); node; node = node->next) {
    sp_text id = json_id(w->report, node);
    if (!id.size) continue;
    uint32_t tier = book_find_tier(w->book, id);
    if (tier == SP_NONE) {
      report_error(w->report, node, SP_E_REFERENCE);
    } else {
      bits |= 1u << tier;
    }
  }
  return bits;
}

/* Where the objects of one `for` stand: how deep, and how many there are. */
typedef struct {
  book_work *w;
  const sp_rule *rule;
  uint32_t depth, nodes;
} for_list;

static sp_fors fors_in(for_list *list, const cJSON *node, uint32_t count);

static void object_in(for_list *list, const cJSON *node, sp_for *f) {
  book_work *w = list->w;
  const cJSON *v[FOR_COUNT];
  if (!json_object(w->report, node, &for_schema, f, v)) return;
  if (!node->child) report_error(w->report, node, SP_E_RANGE);
  f->tiers = tiers_in(w, v[FOR_tiers]);
  id_list_in(w->report, w->arena, v[FOR_tags], JSON_NAME, &f->tags);
  id_list_in(w->report, w->arena, v[FOR_segments], JSON_NAME, &f->segments);
  id_list_in(w->report, w->arena, v[FOR_bought], JSON_NAME, &f->bought);
  id_list_in(w->report, w->arena, v[FOR_not_bought], JSON_NAME, &f->not_bought);
  // The first word is the first kind of birthday, not the lack of one.
  f->birthday += v[FOR_birthday] != NULL;
  // A price never depends on a profile.
  if (v[FOR_segments] && list->rule->kind != SP_KIND_coupon)
    report_error(w->report, v[FOR_segments], SP_E_CONFLICT);
  f->all = fors_in(list, json_first(v[FOR_all]), json_count(v[FOR_all]));
  f->any = fors_in(list, json_first(v[FOR_any]), json_count(v[FOR_any]));
  f->none = fors_in(list, v[FOR_not], v[FOR_not] != NULL);
}

/* So many objects from this node on. */
static sp_fors fors_in(for_list *list, const cJSON *node, uint32_t count) {
  sp_for *items = json_array(list->w->report, list->w->arena, count, sizeof *items);
  if (!items) return (sp_fors){0};
  list->depth++;
  for (uint32_t k = 0; k < count; k++, node = node->next) {
    if (list->depth > SP_WHEN_DEPTH_MAX + 1 || list->nodes > SP_WHEN_NODES_MAX) {
      report_error(list->w->report, node, SP_E_LIMIT);
      break;
    }
    list->nodes++;
    object_in(list, node, &items[k]);
  }
  list->depth--;
  return (sp_fors){items, count};
}

void for_in(book_work *w, const cJSON *node, sp_rule *rule) {
  for_list list = {.w = w, .rule = rule};
  if (node) rule->member = fors_in(&list, node, 1).items;
}

void limit_in(book_work *w, const cJSON *node, sp_rule *rule) {
  const cJSON *v[LIMIT_COUNT];
  bool unit = rule->stage == SP_STAGE_unit;
  if (!json_object(w->report, node, &limit_schema, &rule->limit, v)) return;
  rule->limit.stands = v[LIMIT_per_order] || v[LIMIT_per_member] || rule->limit.total_left ||
                       v[LIMIT_qty_per_member];
  if (v[LIMIT_per_order] && !unit && rule->kind != SP_KIND_coupon)
    report_error(w->report, v[LIMIT_per_order], SP_E_CONFLICT);
  if (v[LIMIT_qty_per_member] && !unit)
    report_error(w->report, v[LIMIT_qty_per_member], SP_E_CONFLICT);
}

void funders_in(book_work *w, const cJSON *array, sp_rule *rule) {
  const cJSON *v[FUNDER_COUNT], *node = json_first(array);
  sp_funder *funders = json_list(w->report, w->arena, array, sizeof *funders, &rule->funder_count);
  rule->funders = funders;
  for (; funders && node; node = node->next)
    json_object(w->report, node, &funder_schema, funders++, v);
}
