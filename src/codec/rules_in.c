/* The rules themselves; what they give is in give_in.c, how they stack in stack_in.c. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define RULE_FIELDS(X)                                                                             \
  X(RULE, id, .type = JSON_ID, .required = true, SP_LOOSE)                                         \
  X(RULE, title, SP_STRING(sp_rule, title))                                                        \
  X(RULE, kind, SP_ENUM(sp_rule, kind), .required = true,                                          \
    .words = SP_WORDS_KIND "|commission invite")                                                   \
  X(RULE, stage, SP_ENUM(sp_rule, stage), .required = true, .words = SP_WORDS_STAGE)               \
  X(RULE, priority, SP_INT(sp_rule, priority), .low = SP_MIRRORED, .high = 1000000)                \
  X(RULE, shop, SP_NAME(sp_rule, shop))                                                            \
  X(RULE, scope, .type = JSON_ANY)                                                                 \
  X(RULE, for, .type = JSON_OBJECT)                                                                \
  X(RULE, window, .type = JSON_OBJECT)                                                             \
  X(RULE, when, .type = JSON_OBJECT)                                                               \
  X(RULE, level, SP_ENUM(sp_rule, level), .words = SP_WORDS_LEVEL)                                 \
  X(RULE, filter, .type = JSON_ANY)                                                                \
  X(RULE, give, .type = JSON_ANY, .required = true)                                                \
  X(RULE, stack, .type = JSON_OBJECT)                                                              \
  X(RULE, limit, .type = JSON_OBJECT)                                                              \
  X(RULE, funded_by, .type = JSON_ARRAY, .low = 1, .high = SP_FUNDERS_MAX)                         \
  X(RULE, grace_s, .type = JSON_INT, .high = 600, SP_LOOSE)
SP_SCHEMA(rule_schema, RULE, RULE_FIELDS, "|explain");

/* The stages where a kind may stand. */
static uint32_t lawful_stages(sp_kind kind) {
  const uint32_t unit = 1u << SP_STAGE_unit, freight = 1u << SP_STAGE_freight;
  switch (kind) {
  case SP_KIND_member:
  case SP_KIND_timed:
  case SP_KIND_flash:
  case SP_KIND_group_buy:
  case SP_KIND_bargain:
  case SP_KIND_presale:
  case SP_KIND_new_member:
    return unit;
  case SP_KIND_promotion:
    return unit | freight | 1u << SP_STAGE_item | 1u << SP_STAGE_order | 1u << SP_STAGE_reward;
  case SP_KIND_coupon:
    return freight | 1u << SP_STAGE_shop_coupon | 1u << SP_STAGE_platform_coupon;
  }
  return 0;
}

static void rule_in(book_work *w, const cJSON *node, uint32_t index) {
  const cJSON *v[RULE_COUNT];
  sp_rule *rule = &w->rules[index];
  // What stands here was only looked at so that other rules could know it.
  rule->kind = SP_KIND_member;
  if (!json_object(w->report, node, &rule_schema, rule, v)) return;
  if (rule->title.size) {
    rule->title = arena_text(w->arena, rule->title);
    if (!rule->title.ptr) report_error(w->report, NULL, SP_E_MEMORY);
  }
  // What a rule gives can only be judged where its kind and stage are known.
  bool known = v[RULE_kind] && v[RULE_stage];
  if (known && !((lawful_stages(rule->kind) >> rule->stage) & 1)) {
    report_error(w->report, v[RULE_stage], SP_E_CONFLICT);
    return;
  }
  rule_scope_in(w, v[RULE_scope], rule);
  rule->filter = scope_in(w, v[RULE_filter]);
  for_in(w, v[RULE_for], rule);
  limit_in(w, v[RULE_limit], rule);
  funders_in(w, v[RULE_funded_by], rule);
  window_in(w, v[RULE_window], &rule->window);
  when_in(w, v[RULE_when], rule);
  stack_in(w, v[RULE_stack], rule, &w->rule_exclusions[index]);
  if (known) gives_in(w, v[RULE_give], rule);
}

/* Ids and kinds first, silently: grant_coupon may name a rule that stands further down. */
static void ids_and_kinds_in(book_work *w, const cJSON *array) {
  const cJSON *node = json_first(array), *member;
  for (sp_rule *rule = w->rules; node; node = node->next, rule++) {
    for (member = json_is_object(node) ? node->child : NULL; member; member = member->next) {
      if (!json_is_string(member)) continue;
      uint32_t which = words_find("id kind", member->string);
      if (which == 1) rule->kind = (sp_kind)words_find(SP_WORDS_KIND, member->valuestring);
      if (which == 0) rule->id = arena_text(w->arena, json_text(member));
      if (which == 0 && !rule->id.ptr) report_error(w->report, NULL, SP_E_MEMORY);
    }
  }
}

typedef struct {
  const sp_rule *rules;
  bool amounts_first;
} turn_order;

static bool turn_before(const void *context, uint32_t i, uint32_t j) {
  const turn_order *order = context;
  const sp_rule *a = &order->rules[i], *b = &order->rules[j];
  if (a->stage != b->stage) return a->stage < b->stage;
  if (a->priority != b->priority) return a->priority > b->priority;
  if (order->amounts_first && a->percentage != b->percentage) return b->percentage;
  int compared = text_compare(a->id, b->id);
  return compared ? compared < 0 : i < j;
}

static void turns_resolve(book_work *w) {
  uint32_t count = w->book->rule_count;
  uint32_t *turns = json_array(w->report, w->arena, count, sizeof *turns);
  if (!turns) return;
  for (uint32_t i = 0; i < count; i++)
    turns[i] = i;
  turn_order order = {w->rules, w->book->policy.amounts_first};
  sort_indices(turns, count, turn_before, &order);
  w->book->rule_turns = turns;
}

void rules_in(book_work *w, const cJSON *array) {
  uint32_t count;
  w->rules = json_list(w->report, w->arena, array, sizeof *w->rules, &count);
  w->rule_exclusions = json_array(w->report, w->scratch, count, sizeof *w->rule_exclusions);
  if (!w->rules || !w->rule_exclusions || !w->groups) return;
  ids_and_kinds_in(w, array);
  id_table table = {w->rules, sizeof *w->rules, count};
  w->book->rule_by_id = id_index(w->report, w->arena, table, array);
  if (!w->book->rule_by_id) return;
  w->book->rules = w->rules;
  w->book->rule_count = count;
  const cJSON *node = json_first(array);
  for (uint32_t i = 0; node; node = node->next, i++)
    rule_in(w, node, i);
  turns_resolve(w);
}
