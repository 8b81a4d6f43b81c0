/* The rules themselves; what they give is in give_in.c, how they stack in stack_in.c. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define RULE_FIELDS(X)                                                                             \
  X(RULE, id, .type = JSON_ID, .required = true, SP_LOOSE)                                         \
  X(RULE, title, .type = JSON_STRING, SP_LOOSE)                                                    \
  X(RULE, kind, SP_ENUM(sp_rule, kind), .required = true,                                          \
    .words = SP_WORDS_KIND "|group_buy bargain presale new_member commission invite")              \
  X(RULE, stage, SP_ENUM(sp_rule, stage), .required = true, .words = SP_WORDS_STAGE)               \
  X(RULE, priority, SP_INT(sp_rule, priority), .low = SP_MIRRORED, .high = 1000000)                \
  X(RULE, shop, SP_NAME(sp_rule, shop))                                                            \
  X(RULE, scope, .type = JSON_ANY)                                                                 \
  X(RULE, for, .type = JSON_OBJECT)                                                                \
  X(RULE, window, .type = JSON_OBJECT)                                                             \
  X(RULE, when, .type = JSON_OBJECT)                                                               \
  X(RULE, level, SP_ENUM(sp_rule, level), .words = SP_WORDS_LEVEL)                                 \
  X(RULE, give, .type = JSON_ANY, .required = true)                                                \
  X(RULE, stack, .type = JSON_OBJECT)
SP_SCHEMA(rule_schema, RULE, RULE_FIELDS, "|limit funded_by explain filter grace_s");

typedef struct {
  sp_when when;
  int64_t amount_gt_fen;
} when_work;

#define SP_SUM(member)   SP_BIGINT(when_work, member), .high = SP_BIG_CART_FEN, .absent = -1
#define SP_COUNT(member) SP_LONG(when_work, member), .high = SP_MEASURE_MAX, .absent = -1
#define WHEN_FIELDS(X)                                                                             \
  X(WHEN, amount_gte, SP_SUM(when.amount_gte_fen))                                                 \
  X(WHEN, amount_gt, SP_SUM(amount_gt_fen))                                                        \
  X(WHEN, qty_gte, SP_COUNT(when.qty_gte))                                                         \
  X(WHEN, kinds_gte, SP_COUNT(when.kinds_gte))                                                     \
  X(WHEN, base, SP_ENUM(when_work, when.base), .words = SP_WORDS_BASE, .absent = -1)
SP_SCHEMA(when_schema, WHEN, WHEN_FIELDS,
          "|weight_gte volume_gte contains nth_order group_size_gte paid_by all any not");

#define FOR_FIELDS(X)                                                                              \
  X(FOR, tiers, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_MEMBER_TIERS_MAX)
SP_SCHEMA(for_schema, FOR, FOR_FIELDS, "");

/* The stages where a kind may stand. */
static uint32_t lawful_stages(sp_kind kind) {
  const uint32_t unit = 1u << SP_STAGE_unit, freight = 1u << SP_STAGE_freight;
  switch (kind) {
  case SP_KIND_member:
  case SP_KIND_timed:
  case SP_KIND_flash:
    return unit;
  case SP_KIND_promotion:
    return unit | freight | 1u << SP_STAGE_item | 1u << SP_STAGE_order | 1u << SP_STAGE_reward;
  case SP_KIND_coupon:
    return freight | 1u << SP_STAGE_shop_coupon | 1u << SP_STAGE_platform_coupon;
  }
  return 0;
}

static void when_in(book_work *w, const cJSON *node, sp_rule *rule) {
  const cJSON *v[WHEN_COUNT];
  when_work work;
  json_object(w->report, node, &when_schema, &work, v);
  refuse_late_base(w, node, rule->stage, work.when.base);
  rule->when = work.when;
  rule->when.base = resolve_base(rule->stage, work.when.base, w->book->policy.threshold_base);
  if (work.amount_gt_fen >= work.when.amount_gte_fen && v[WHEN_amount_gt]) {
    rule->when.amount_gte_fen = work.amount_gt_fen + 1;
  }
}

static uint32_t for_in(book_work *w, const cJSON *node) {
  const cJSON *v[FOR_COUNT];
  uint32_t bits = 0;
  json_object(w->report, node, &for_schema, NULL, v);
  for (node = json_first(v[FOR_tiers]); node; node = node->next) {
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

static void rule_in(book_work *w, const cJSON *node, uint32_t index) {
  const cJSON *v[RULE_COUNT];
  sp_rule *rule = &w->rules[index];
  // What stands here was only looked at so that other rules could know it.
  rule->kind = SP_KIND_member;
  if (!json_object(w->report, node, &rule_schema, rule, v)) return;
  // What a rule gives can only be judged where its kind and stage are known.
  bool known = v[RULE_kind] && v[RULE_stage];
  if (known && !((lawful_stages(rule->kind) >> rule->stage) & 1)) {
    report_error(w->report, v[RULE_stage], SP_E_CONFLICT);
    return;
  }
  rule->scope = scope_in(w, v[RULE_scope]);
  rule->member_tiers = for_in(w, v[RULE_for]);
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
      if (which == 0) rule->id = arena_text(w->arena, text_of(member->valuestring));
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
