/* Groups, exclusions and coupon slots: src/README.md §1.2 and §3.2. */
#include "base/text.h"
#include "codec/book_parts.h"

/* Default slots stand behind the book's own groups; every group has two class bits. */
#define SP_DEFAULT_SLOTS_MAX 3
_Static_assert(2 + 2 * (SP_GROUPS_MAX + SP_DEFAULT_SLOTS_MAX) <= 64, "class bits are one word");

/* Classes of promotions are the even bits, classes of coupons the odd ones. */
static const uint64_t coupon_classes = 0xAAAAAAAAAAAAAAAAu;

enum { GROUP_max, GROUP_max_per, GROUP_pieces, GROUP_excludes, GROUP_on, GROUP_COUNT };
static const json_field group_fields[] = {
    {.name = "max", .type = JSON_INT, .low = 1, .high = SP_COUPONS_MAX, .absent = 1},
    {.name = "max_per", .type = JSON_ENUM, .words = SP_WORDS_MAX_PER},
    {.name = "pieces", .type = JSON_ENUM, .words = "shared once_line", .unsupported = "once_piece"},
    {.name = "excludes", .type = JSON_ARRAY, .high = SP_GROUPS_MAX + 2},
    {.name = "on", .type = JSON_ENUM, .words = "line order", .absent = -1},
};
static const json_schema group_schema = SP_SCHEMA(group_fields, NULL);

enum { STACK_group, STACK_excludes, STACK_on, STACK_applies_to_discounted, STACK_COUNT };
static const json_field stack_fields[] = {
    {.name = "group", .type = JSON_ID},
    {.name = "excludes", .type = JSON_ARRAY, .high = SP_GROUPS_MAX + 2},
    {.name = "on", .type = JSON_ENUM, .words = "line order", .absent = -1},
    {.name = "applies_to_discounted", .type = JSON_BOOL, .absent = true},
};
static const json_schema stack_schema = SP_SCHEMA(stack_fields, "exclusive pieces max_in_group");

static uint64_t group_bits(uint32_t group) {
  return 3ull << (2 + 2 * group);
}

static uint32_t find_group(const book_work *w, sp_text id) {
  for (uint32_t i = 0; i < w->book->group_count; i++) {
    if (text_equal(w->groups[i].id, id)) return i;
  }
  return SP_NONE;
}

static uint64_t excludes_in(book_work *w, const json_value *array) {
  uint64_t targets = 0;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    if (!json_read_id(w->report, &node)) continue;
    uint32_t class = words_find("promotion coupon", node.text);
    uint32_t group = find_group(w, node.text);
    if (class != SP_NONE) {
      targets |= 1ull << class;
    } else if (group != SP_NONE) {
      targets |= group_bits(group);
    } else {
      report_error(w->report, &node.at, SP_E_REFERENCE);
    }
  }
  return targets;
}

static void group_in(book_work *w, const json_value *node, uint32_t group) {
  json_value v[GROUP_COUNT];
  json_object(w->report, node, &group_schema, v);
  w->groups[group].max = (int32_t)v[GROUP_max].number;
  w->groups[group].max_per = (sp_max_per)v[GROUP_max_per].number;
  w->groups[group].once_line = v[GROUP_pieces].number;
  w->group_work[group] =
      (group_work){.exclusion = {excludes_in(w, &v[GROUP_excludes]), (uint32_t)v[GROUP_on].number},
                   .states_max_per = v[GROUP_max_per].item,
                   .states_pieces = v[GROUP_pieces].item};
}

void groups_in(book_work *w, const json_value *node) {
  uint32_t count = json_count(node);
  if (count > SP_GROUPS_MAX) {
    report_error(w->report, &node->at, SP_E_LIMIT);
    return;
  }
  size_t room = count + SP_DEFAULT_SLOTS_MAX;
  w->groups = json_array(w->report, w->arena, room, sizeof *w->groups);
  w->group_work = json_array(w->report, w->scratch, room, sizeof *w->group_work);
  if (!w->groups || !w->group_work) return;
  w->book->groups = w->groups;
  json_value group;
  for (bool more = json_first(node, &group); more; more = json_next(&group)) {
    sp_text id = text_of(group.at.key);
    if (id.size == 0 || id.size > SP_ID_BYTES_MAX) report_error(w->report, &group.at, SP_E_ID);
    // `excludes` could not tell such a group from the class of that name.
    if (words_find("promotion coupon", id) != SP_NONE) {
      report_error(w->report, &group.at, SP_E_CONFLICT);
    }
    w->groups[group.at.index].id = id;
    book_text(w, &w->groups[group.at.index].id);
  }
  w->book->group_count = count;
  for (bool more = json_first(node, &group); more; more = json_next(&group)) {
    group_in(w, &group, group.at.index);
  }
}

void stack_in(book_work *w, const json_value *node, sp_rule *rule, exclusion *out) {
  json_value v[STACK_COUNT];
  *out = (exclusion){0, SP_NONE};
  rule->group = SP_NONE;
  rule->applies_to_discounted = true;
  if (!node->item || !json_object(w->report, node, &stack_schema, v)) return;
  *out = (exclusion){excludes_in(w, &v[STACK_excludes]), (uint32_t)v[STACK_on].number};
  rule->applies_to_discounted = v[STACK_applies_to_discounted].number;
  if (!v[STACK_group].item) return;
  rule->group = find_group(w, v[STACK_group].text);
  bool coupon = rule->kind == SP_KIND_coupon;
  bool may_have_group = coupon || rule->stage == SP_STAGE_item || rule->stage == SP_STAGE_order;
  if (rule->group == SP_NONE || !may_have_group) {
    report_error_key(w->report, &node->at, "group",
                     rule->group == SP_NONE ? SP_E_REFERENCE : SP_E_CONFLICT);
    rule->group = SP_NONE;
    return;
  }
  group_work *group = &w->group_work[rule->group];
  group->promotion_count += !coupon;
  group->coupon_count += coupon;
}

/* ---- when all rules are known ---- */

static void group_defaults(book_work *w, const json_value *node, uint32_t i) {
  sp_group *group = &w->groups[i];
  const group_work *work = &w->group_work[i];
  bool coupons = work->coupon_count, promotions = work->promotion_count;
  if (coupons && promotions) {
    if (!work->states_max_per) report_error_key(w->report, &node->at, "max_per", SP_E_REQUIRED);
    if (!work->states_pieces) report_error_key(w->report, &node->at, "pieces", SP_E_REQUIRED);
  }
  if (!work->states_max_per) group->max_per = coupons ? SP_MAX_PER_shop : SP_MAX_PER_line;
  if (!work->states_pieces) group->once_line = !coupons;
  if (coupons && group->once_line) report_error_key(w->report, &node->at, "pieces", SP_E_CONFLICT);
}

static uint32_t add_slot(book_work *w, sp_max_per max_per) {
  uint32_t slot = w->book->group_count++;
  w->groups[slot] = (sp_group){.max = 1, .max_per = max_per};
  return slot;
}

/* The slots of coupons that name no group. */
static void slots_resolve(book_work *w) {
  sp_coupon_slots policy = w->book->policy.coupon_slots;
  if (policy == SP_SLOTS_unlimited) return;
  uint32_t shop = add_slot(w, SP_MAX_PER_shop);
  uint32_t platform = policy == SP_SLOTS_shop ? shop : add_slot(w, SP_MAX_PER_shop);
  uint32_t freight = add_slot(w, SP_MAX_PER_order);
  for (uint32_t i = 0; i < w->book->rule_count; i++) {
    sp_rule *rule = &w->rules[i];
    if (rule->kind != SP_KIND_coupon || rule->group != SP_NONE) continue;
    rule->group = rule->stage == SP_STAGE_shop_coupon       ? shop
                  : rule->stage == SP_STAGE_platform_coupon ? platform
                                                            : freight;
  }
}

static void classes_resolve(book_work *w, uint32_t own_group_count) {
  for (uint32_t i = 0; i < w->book->rule_count; i++) {
    sp_rule *rule = &w->rules[i];
    bool coupon = rule->kind == SP_KIND_coupon;
    exclusion named = w->rule_exclusions[i];
    rule->class_bits = coupon ? SP_CLASS_COUPON : SP_CLASS_PROMOTION;
    if (rule->group != SP_NONE) rule->class_bits |= 1ull << (2 + 2 * rule->group + coupon);
    if (rule->group != SP_NONE && rule->group < own_group_count) {
      const exclusion *group = &w->group_work[rule->group].exclusion;
      named.targets |= group->targets;
      if (named.on == SP_NONE) named.on = group->on;
    }
    uint64_t in_order = named.on == SP_NONE ? (coupon ? named.targets & coupon_classes : 0)
                        : named.on          ? named.targets
                                            : 0;
    rule->exclude_order_bits = in_order;
    rule->exclude_line_bits = named.targets & ~in_order;
  }
}

/* Two cups cannot be chosen for two coupons at once, so one such coupon must be the limit. */
static void check_piece_coupon(book_work *w, const sp_rule *rule, const json_at *at) {
  bool per_piece = false;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    const sp_give *give = &rule->gives[i];
    per_piece = per_piece || give->per == SP_PER_piece;
    for (uint32_t j = 0; j < give->tier_count; j++) {
      per_piece = per_piece || give->tiers[j].give->per == SP_PER_piece;
    }
  }
  if (!per_piece) return;
  if (rule->group == SP_NONE || w->groups[rule->group].max != 1) {
    report_error_key(w->report, at, "stack", SP_E_CONFLICT);
  }
}

/* Whether the give, or one inside it, is a benefit without a declared value. Free freight needs
 * none: what it saves is money. */
static bool lacks_value(const sp_give *give) {
  const uint32_t valued = SP_GIVES_BENEFIT & ~SP_GIVE_BIT(free_freight);
  if ((valued >> give->kind) & 1) return give->goal_value_fen == 0;
  if (give->inner) return lacks_value(give->inner);
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (lacks_value(give->tiers[i].give)) return true;
  }
  return false;
}

static bool gives_money(const sp_rule *rule) {
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (give_has(&rule->gives[i], SP_GIVES_MONEY)) return true;
  }
  return false;
}

/* A gift without a value would always lose against money, and the choice would be no choice. */
static void check_benefit(book_work *w, const sp_rule *rule, uint64_t money_groups,
                          const json_at *at) {
  if (rule->group == SP_NONE || rule->kind == SP_KIND_coupon || gives_money(rule)) return;
  if (!((money_groups >> rule->group) & 1)) return;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (!lacks_value(&rule->gives[i])) continue;
    report_error_key(w->report, at, "give", SP_E_BENEFIT_VALUE);
    return;
  }
}

static void check_rules(book_work *w, const json_value *rules) {
  uint64_t money_groups = 0;
  uint32_t i = 0;
  for (; i < w->book->rule_count; i++) {
    const sp_rule *rule = &w->rules[i];
    bool counts = rule->group != SP_NONE && rule->kind != SP_KIND_coupon && gives_money(rule);
    if (counts) money_groups |= 1ull << rule->group;
  }
  for (i = 0; i < w->book->rule_count; i++) {
    json_at at = {&rules->at, NULL, i};
    check_piece_coupon(w, &w->rules[i], &at);
    check_benefit(w, &w->rules[i], money_groups, &at);
  }
}

void stacks_resolve(book_work *w, const json_value *groups, const json_value *rules) {
  uint32_t own_group_count = w->book->group_count;
  if (!w->groups || !w->group_work || !w->rule_exclusions) return;
  json_value group;
  for (bool more = json_first(groups, &group); more; more = json_next(&group)) {
    group_defaults(w, &group, group.at.index);
  }
  slots_resolve(w);
  classes_resolve(w, own_group_count);
  check_rules(w, rules);
}
