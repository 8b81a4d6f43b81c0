/* The rules themselves; what they give is in give_in.c, how they stack in stack_in.c. */
#include <string.h>

#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

enum {
  RULE_id,
  RULE_title,
  RULE_kind,
  RULE_stage,
  RULE_priority,
  RULE_shop,
  RULE_scope,
  RULE_for,
  RULE_window,
  RULE_when,
  RULE_level,
  RULE_give,
  RULE_stack,
  RULE_COUNT
};
static const json_field rule_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "title", .type = JSON_STRING},
    {.name = "kind",
     .type = JSON_ENUM,
     .required = true,
     .words = SP_WORDS_KIND,
     .unsupported = "group_buy bargain presale new_member commission invite"},
    {.name = "stage", .type = JSON_ENUM, .required = true, .words = SP_WORDS_STAGE},
    {.name = "priority", .type = JSON_INT, .low = -1000000, .high = 1000000},
    {.name = "shop", .type = JSON_ID},
    {.name = "scope", .type = JSON_ANY},
    {.name = "for", .type = JSON_OBJECT},
    {.name = "window", .type = JSON_OBJECT},
    {.name = "when", .type = JSON_OBJECT},
    {.name = "level", .type = JSON_ENUM, .words = SP_WORDS_LEVEL},
    {.name = "give", .type = JSON_ANY, .required = true},
    {.name = "stack", .type = JSON_OBJECT},
};
static const json_schema rule_schema =
    SP_SCHEMA(rule_fields, "limit funded_by explain filter grace_s");

enum { WHEN_amount_gte, WHEN_amount_gt, WHEN_qty_gte, WHEN_kinds_gte, WHEN_base, WHEN_COUNT };
#define SP_SUM_FIELD   .type = JSON_BIG, .high = SP_BIG_CART_FEN, .absent = -1
#define SP_COUNT_FIELD .type = JSON_INT, .high = SP_MEASURE_MAX, .absent = -1
static const json_field when_fields[] = {
    {.name = "amount_gte", SP_SUM_FIELD},
    {.name = "amount_gt", SP_SUM_FIELD},
    {.name = "qty_gte", SP_COUNT_FIELD},
    {.name = "kinds_gte", SP_COUNT_FIELD},
    {.name = "base", .type = JSON_ENUM, .words = SP_WORDS_BASE, .absent = -1},
};
static const json_schema when_schema = SP_SCHEMA(
    when_fields, "weight_gte volume_gte contains nth_order group_size_gte paid_by all any not");

static const json_field for_fields[] = {
    {.name = "tiers", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_MEMBER_TIERS_MAX},
};
static const json_schema for_schema = SP_SCHEMA(for_fields, NULL);

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

static sp_when when_in(book_work *w, const json_value *node, sp_stage stage) {
  sp_base usual = w->book->policy.threshold_base;
  sp_when when = {-1, -1, -1, resolve_base(stage, SP_NONE, usual)};
  json_value v[WHEN_COUNT];
  if (!node->item || !json_object(w->report, node, &when_schema, v)) return when;
  when.amount_gte_fen = v[WHEN_amount_gte].number;
  if (v[WHEN_amount_gt].item) {
    when.amount_gte_fen = sp_max(when.amount_gte_fen, v[WHEN_amount_gt].number + 1);
  }
  when.qty_gte = v[WHEN_qty_gte].number;
  when.kinds_gte = v[WHEN_kinds_gte].number;
  when.base = resolve_base(stage, (uint32_t)v[WHEN_base].number, usual);
  if (v[WHEN_base].number == SP_BASE_payable_goods && stage != SP_STAGE_freight &&
      stage != SP_STAGE_reward) {
    report_error_key(w->report, &node->at, "base", SP_E_CONFLICT);
  }
  return when;
}

static uint32_t for_in(book_work *w, const json_value *node) {
  json_value v[1];
  if (!node->item || !json_object(w->report, node, &for_schema, v)) return 0;
  uint32_t bits = 0;
  json_value tier;
  for (bool more = json_first(&v[0], &tier); more; more = json_next(&tier)) {
    if (!json_read_id(w->report, &tier)) continue;
    uint32_t index = book_find_tier(w->book, tier.text);
    if (index == SP_NONE) {
      report_error(w->report, &tier.at, SP_E_REFERENCE);
    } else {
      bits |= 1u << index;
    }
  }
  return bits;
}

static void rule_in(book_work *w, const json_value *node, uint32_t index) {
  json_value v[RULE_COUNT];
  if (!json_object(w->report, node, &rule_schema, v)) return;
  sp_rule *rule = &w->rules[index];
  rule->kind = (sp_kind)v[RULE_kind].number;
  rule->stage = (sp_stage)v[RULE_stage].number;
  rule->level = (sp_level)v[RULE_level].number;
  rule->priority = (int32_t)v[RULE_priority].number;
  rule->shop = v[RULE_shop].text;
  book_text(w, &rule->shop);
  if (v[RULE_kind].item && v[RULE_stage].item &&
      !((lawful_stages(rule->kind) >> rule->stage) & 1)) {
    report_error_key(w->report, &node->at, "stage", SP_E_CONFLICT);
    return;
  }
  rule->scope = scope_in(w, &v[RULE_scope]);
  rule->member_tiers = for_in(w, &v[RULE_for]);
  rule->window = window_in(w, &v[RULE_window]);
  rule->when = when_in(w, &v[RULE_when], rule->stage);
  stack_in(w, &v[RULE_stack], rule, &w->rule_exclusions[index]);
  // What a rule gives can only be judged where its kind and stage are known.
  if (v[RULE_kind].item && v[RULE_stage].item) gives_in(w, &v[RULE_give], rule);
}

/* Ids and kinds first, silently: grant_coupon may name a rule that stands further down. */
static void ids_in(book_work *w, const json_value *array) {
  json_value rule, member;
  for (bool more = json_first(array, &rule); more; more = json_next(&rule)) {
    for (bool any = json_first(&rule, &member); any; any = json_next(&member)) {
      if (!member.at.key || !json_is_string(&member)) continue;
      sp_text text = text_of(member.item->valuestring);
      if (!strcmp(member.at.key, "id")) w->rules[rule.at.index].id = text;
      if (!strcmp(member.at.key, "kind")) {
        w->rules[rule.at.index].kind = (sp_kind)words_find(SP_WORDS_KIND, text);
      }
    }
    book_text(w, &w->rules[rule.at.index].id);
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

void rules_in(book_work *w, const json_value *array) {
  uint32_t count = json_count(array);
  w->rules = json_array(w->report, w->arena, count, sizeof *w->rules);
  w->rule_exclusions = json_array(w->report, w->scratch, count, sizeof *w->rule_exclusions);
  if (!w->rules || !w->rule_exclusions || !w->groups) return;
  ids_in(w, array);
  id_table table = {w->rules, sizeof *w->rules, count};
  w->book->rule_by_id = id_index(w, w->arena, table, array);
  if (!w->book->rule_by_id) return;
  w->book->rules = w->rules;
  w->book->rule_count = count;
  json_value rule;
  for (bool more = json_first(array, &rule); more; more = json_next(&rule)) {
    rule_in(w, &rule, rule.at.index);
  }
  turns_resolve(w);
}
