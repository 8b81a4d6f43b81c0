/* Groups, exclusions and coupon slots: src/README.md §1.2 and §3.2. */
#include "base/text.h"
#include "codec/book_parts.h"

/* Default slots stand behind the book's own groups; every group has two class bits. */
#define SP_DEFAULT_SLOTS_MAX 3
_Static_assert(2 + 2 * (SP_GROUPS_MAX + SP_DEFAULT_SLOTS_MAX) <= 64, "class bits are one word");

/* Classes of promotions are the even bits, classes of coupons the odd ones. */
static const uint64_t coupon_classes = 0xAAAAAAAAAAAAAAAAu;

#define GROUP_FIELDS(X)                                                                            \
  X(GROUP, max, SP_INT(sp_group, max), .low = 1, .high = SP_COUPONS_MAX, .absent = 1)              \
  X(GROUP, max_per, SP_ENUM(sp_group, max_per), .words = SP_WORDS_MAX_PER)                         \
  X(GROUP, pieces, SP_ENUM(sp_group, pieces), .words = SP_WORDS_PIECES)                            \
  X(GROUP, excludes, .type = JSON_ARRAY, .high = SP_GROUPS_MAX + 2)                                \
  X(GROUP, on, .type = JSON_ENUM, .words = "line order", SP_LOOSE)
SP_SCHEMA(group_schema, GROUP, GROUP_FIELDS, "");

#define STACK_FIELDS(X)                                                                            \
  X(STACK, group, .type = JSON_ID, SP_LOOSE)                                                       \
  X(STACK, excludes, .type = JSON_ARRAY, .high = SP_GROUPS_MAX + 2)                                \
  X(STACK, on, .type = JSON_ENUM, .words = "line order", SP_LOOSE)                                 \
  X(STACK, applies_to_discounted, SP_BOOL(sp_rule, applies_to_discounted), .absent = true)         \
  X(STACK, exclusive, SP_BOOL(sp_rule, exclusive))
SP_SCHEMA(stack_schema, STACK, STACK_FIELDS, "|pieces max_in_group");

static uint64_t group_bits(uint32_t group) {
  return 3ull << (2 + 2 * group);
}

static uint32_t find_group(const book_work *w, sp_text id) {
  for (uint32_t i = 0; i < w->book->group_count; i++) {
    if (text_equal(w->groups[i].id, id)) return i;
  }
  return SP_NONE;
}

/* `excludes` and `on` as they are written. */
static exclusion exclusion_in(book_work *w, const cJSON *array, const cJSON *on) {
  exclusion out = {0, SP_NONE};
  if (on) out.on = on->valuestring[0] == 'o';
  for (const cJSON *node = json_first(array); node; node = node->next) {
    sp_text id = json_id(w->report, node);
    if (!id.size) continue;
    uint32_t class = words_find("promotion coupon", id.ptr);
    uint32_t group = find_group(w, id);
    if (class != SP_NONE) {
      out.targets |= 1ull << class;
    } else if (group != SP_NONE) {
      out.targets |= group_bits(group);
    } else {
      report_error(w->report, node, SP_E_REFERENCE);
    }
  }
  return out;
}

void groups_in(book_work *w, const cJSON *node) {
  const cJSON *v[GROUP_COUNT], *group;
  uint32_t count = json_count(node), i = 0;
  if (count > SP_GROUPS_MAX) {
    report_error(w->report, node, SP_E_LIMIT);
    return;
  }
  size_t room = count + SP_DEFAULT_SLOTS_MAX;
  w->groups = json_array(w->report, w->arena, room, sizeof *w->groups);
  w->group_work = json_array(w->report, w->scratch, room, sizeof *w->group_work);
  if (!w->groups || !w->group_work) return;
  w->book->groups = w->groups;
  for (group = json_first(node); group; group = group->next, i++) {
    sp_text id = text_of(group->string);
    if (id.size == 0 || id.size > SP_ID_BYTES_MAX) report_error(w->report, group, SP_E_ID);
    // `excludes` could not tell such a group from the class of that name.
    if (words_find("promotion coupon", id.ptr) != SP_NONE) {
      report_error(w->report, group, SP_E_CONFLICT);
    }
    w->groups[i].id = arena_text(w->arena, id);
    if (!w->groups[i].id.ptr) report_error(w->report, NULL, SP_E_MEMORY);
  }
  w->book->group_count = count;
  for (group = json_first(node), i = 0; group; group = group->next, i++) {
    json_object(w->report, group, &group_schema, &w->groups[i], v);
    w->group_work[i] = (group_work){.exclusion = exclusion_in(w, v[GROUP_excludes], v[GROUP_on]),
                                    .states_max = v[GROUP_max],
                                    .states_max_per = v[GROUP_max_per],
                                    .states_pieces = v[GROUP_pieces]};
  }
}

void stack_in(book_work *w, const cJSON *node, sp_rule *rule, exclusion *out) {
  const cJSON *v[STACK_COUNT];
  rule->group = SP_NONE;
  json_object(w->report, node, &stack_schema, rule, v);
  *out = exclusion_in(w, v[STACK_excludes], v[STACK_on]);
  bool discount = rule->stage >= SP_STAGE_item && rule->stage <= SP_STAGE_platform_coupon;
  if (rule->exclusive && !discount) report_error(w->report, v[STACK_exclusive], SP_E_CONFLICT);
  node = v[STACK_group];
  if (!node) return;
  uint32_t found = find_group(w, json_text(node));
  bool coupon = rule->kind == SP_KIND_coupon;
  bool may_have_group = coupon || rule->stage == SP_STAGE_item || rule->stage == SP_STAGE_order;
  if (found == SP_NONE || !may_have_group) {
    report_error(w->report, node, found == SP_NONE ? SP_E_REFERENCE : SP_E_CONFLICT);
    return;
  }
  rule->group = found;
  w->group_work[found].promotion_count += !coupon;
  w->group_work[found].coupon_count += coupon;
}

/* ---- when all rules are known ---- */

static void group_defaults(book_work *w, const cJSON *node, uint32_t i) {
  sp_group *group = &w->groups[i];
  const group_work *work = &w->group_work[i];
  bool coupons = work->coupon_count, promotions = work->promotion_count;
  if (coupons && promotions) {
    if (!work->states_max_per) report_error_key(w->report, node, "max_per", SP_E_REQUIRED);
    if (!work->states_pieces) report_error_key(w->report, node, "pieces", SP_E_REQUIRED);
  }
  if (!work->states_max_per) group->max_per = coupons ? SP_MAX_PER_shop : SP_MAX_PER_line;
  if (!work->states_pieces) group->pieces = coupons ? SP_PIECES_shared : SP_PIECES_once_line;
  if (coupons && group->pieces != SP_PIECES_shared)
    report_error_key(w->report, node, "pieces", SP_E_CONFLICT);
  if (group->pieces == SP_PIECES_once_piece) w->book->piece_rule_count += work->promotion_count;
  if (w->book->piece_rule_count > SP_PIECE_RULES_MAX) report_error(w->report, node, SP_E_LIMIT);
  // A line serves one rule of a once_line group anyway; and where each piece does, a line may serve
  // several unless the group says otherwise.
  group->counts =
      group->pieces == SP_PIECES_once_line
          ? group->max_per != SP_MAX_PER_line
          : group->pieces == SP_PIECES_shared || work->states_max || work->states_max_per;
}

static uint32_t add_slot(book_work *w, sp_max_per max_per) {
  uint32_t slot = w->book->group_count++;
  w->groups[slot] = (sp_group){.max = 1, .max_per = max_per, .counts = true};
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

/* Coupons for one piece are solved together, but in a group where one of them keeps the others off
 * a line each has its own turn. */
static void mark_piece_coupons(book_work *w) {
  uint64_t apart = 0; // a bit per group, the last one for coupons without
  for (uint32_t i = 0; i < w->book->rule_count; i++) {
    sp_rule *rule = &w->rules[i];
    const uint32_t cuts = SP_GIVE_BIT(amount_off) | SP_GIVE_BIT(percent_off);
    rule->one_piece = rule->kind == SP_KIND_coupon && rule->give_count == 1 &&
                      ((cuts >> rule->gives[0].kind) & 1) && rule->gives[0].per == SP_PER_piece;
    bool keeps_off = rule->exclusive || (rule->exclude_line_bits & rule->class_bits);
    if (rule->one_piece && keeps_off) apart |= 1ull << (rule->group & 63);
  }
  for (uint32_t i = 0; i < w->book->rule_count; i++)
    w->rules[i].one_piece &= !((apart >> (w->rules[i].group & 63)) & 1);
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
                          const cJSON *node) {
  if (rule->group == SP_NONE || rule->kind == SP_KIND_coupon || gives_money(rule)) return;
  if (!((money_groups >> rule->group) & 1)) return;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (!lacks_value(&rule->gives[i])) continue;
    report_error_key(w->report, node, "give", SP_E_BENEFIT_VALUE);
    return;
  }
}

static void check_rules(book_work *w, const cJSON *rules) {
  uint64_t money_groups = 0;
  uint32_t i = 0;
  for (; i < w->book->rule_count; i++) {
    const sp_rule *rule = &w->rules[i];
    bool counts = rule->group != SP_NONE && rule->kind != SP_KIND_coupon && gives_money(rule);
    if (counts) money_groups |= 1ull << rule->group;
  }
  const cJSON *node = json_first(rules);
  for (i = 0; i < w->book->rule_count; i++, node = node->next) {
    check_benefit(w, &w->rules[i], money_groups, node);
  }
}

void stacks_resolve(book_work *w, const cJSON *groups, const cJSON *rules) {
  uint32_t own_group_count = w->book->group_count, i = 0;
  if (!w->groups || !w->group_work || !w->rule_exclusions) return;
  for (const cJSON *group = json_first(groups); group; group = group->next, i++)
    group_defaults(w, group, i);
  slots_resolve(w);
  classes_resolve(w, own_group_count);
  mark_piece_coupons(w);
  check_rules(w, rules);
}
