/* Small random books with carts, built in memory: they reach the engine without the codec and with
 * every combination of rules that the codec would let pass. The same seed is the same world.
 *
 * Every third world is plain (few rules, no exclusions, mostly one level) and every third of those
 * that remain is roomy too (prices far above amounts): short cuts of the search that need a calm
 * cart are met there. */
#ifndef SP_TESTS_WORLD_H
#define SP_TESTS_WORLD_H

#include "base/ids.h"
#include "base/sort.h"
#include "base/text.h"
#include "model/cart.h"
#include "unit/unit.h"

#define WORLD_SKUS    6
#define WORLD_RULES   8
#define WORLD_COUPONS 5
#define WORLD_LINES   5
#define WORLD_GROUPS  4
#define WORLD_GIVES   64
#define WORLD_TESTS   16

typedef struct {
  sp_book book;
  sp_request request;
  unit_random random;
  bool plain, roomy;
  char names[128][4];
  uint32_t name_count;
  sp_sku skus[WORLD_SKUS];
  sp_option options[2];
  sp_group groups[WORLD_GROUPS + 3];
  uint64_t group_targets[WORLD_GROUPS];
  sp_rule rules[WORLD_RULES];
  uint32_t rule_by_id[WORLD_RULES], rule_turns[WORLD_RULES], sku_by_id[WORLD_SKUS];
  sp_test tests[WORLD_RULES][WORLD_TESTS];
  sp_give gives[WORLD_GIVES];
  uint32_t give_count;
  sp_tier tiers[WORLD_GIVES];
  uint32_t tier_count;
  uint16_t pay_bp[WORLD_GIVES * 4];
  uint32_t pay_count;
  uint32_t scope_bits[WORLD_RULES];
  sp_gift_option gift;
  sp_template template;
  sp_region region;
  sp_line lines[WORLD_LINES];
  sp_line_option line_options[WORLD_LINES][2];
  sp_coupon coupons[WORLD_COUPONS];
  uint32_t coupon_pins[WORLD_COUPONS];
  sp_assignment line_pins[WORLD_LINES];
} world;

/* Two letters in an order that has nothing to do with the order they are made in. */
static inline sp_text world_name(world *w) {
  char *name = w->names[w->name_count++];
  for (;;) {
    bool fresh = true;
    name[0] = (char)random_int(&w->random, 'a', 'z');
    name[1] = (char)random_int(&w->random, 'a', 'z');
    for (uint32_t i = 0; i + 1 < w->name_count; i++)
      fresh = fresh && memcmp(w->names[i], name, 2) != 0;
    if (fresh) return (sp_text){name, 2};
  }
}

static inline bool world_maybe(world *w, int64_t one_in) {
  return random_one_in(&w->random, one_in);
}

static inline uint32_t world_pick(world *w, uint32_t count) {
  return (uint32_t)random_int(&w->random, 0, count - 1);
}

/* Few different amounts, so that ties are common. */
static inline int64_t world_amount(world *w) {
  static const int64_t usual[] = {1, 5, 10, 10, 20, 30, 50, 100, 100, 200};
  return world_maybe(w, 4) ? random_int(&w->random, 1, 300) : usual[world_pick(w, 10)];
}

/* What a give takes off. */
static inline int64_t world_off_amount(world *w) {
  return w->roomy ? random_int(&w->random, 1, 9) : world_amount(w);
}

/* A threshold that amounts have to reach. */
static inline int64_t world_threshold(world *w) {
  return world_amount(w) + (w->roomy && world_maybe(w, 2) ? 4000 : 0);
}

static inline void world_catalog(world *w) {
  for (uint32_t i = 0; i < 2; i++)
    w->options[i] = (sp_option){world_name(w), random_int(&w->random, 0, 30), i == 0};
  for (uint32_t i = 0; i < WORLD_SKUS; i++) {
    w->skus[i] = (sp_sku){.id = world_name(w),
                          .price_fen = world_amount(w) * (w->roomy ? 20 : 1),
                          .freight = SP_NONE,
                          .weight_g = random_int(&w->random, 0, 5),
                          .spu_first = i / 2 * 2,
                          .on_sale = true};
    if (world_maybe(w, 12)) w->skus[i].price_fen = 0;
  }
  for (uint32_t type = 0; type < SP_TYPE_COUNT; type++)
    w->book.stages_of_type[type] = UINT32_MAX;
  w->book.skus = w->skus;
  w->book.sku_count = WORLD_SKUS;
  w->book.options = w->options;
  w->book.option_count = 2;
  id_table table = {w->skus, sizeof *w->skus, WORLD_SKUS};
  ids_sort(&table, w->sku_by_id);
  w->book.sku_by_id = w->sku_by_id;
}

static inline void world_policy(world *w) {
  w->book.policy =
      (sp_policy){.points_with_coupons = true,
                  .threshold_base = (sp_base)world_pick(w, 3),
                  .percent_base = (sp_base)world_pick(w, 3),
                  .free_freight_base = (sp_base)world_pick(w, 4),
                  .percent_rounding = (sp_rounding)world_pick(w, 4),
                  .percent_price_side = world_maybe(w, 3),
                  .share_remainder = (sp_remainder)world_pick(w, 3),
                  .coupon_slots = (sp_coupon_slots)world_pick(w, 3),
                  .amounts_first = !world_maybe(w, 4),
                  .unit_price_kind = SP_NONE,
                  .goal = world_maybe(w, 3) ? SP_GOAL_largest_saving : SP_GOAL_lowest_payable,
                  .coupon_min_gain_fen = world_maybe(w, 6) ? 5 : 1,
                  .rounding_off_fen = 1};
}

static inline sp_base world_base(world *w, sp_stage stage, sp_base otherwise) {
  uint32_t late = stage == SP_STAGE_freight || stage == SP_STAGE_reward;
  sp_base base = world_maybe(w, 2) ? otherwise : (sp_base)world_pick(w, 3 + late);
  if (stage == SP_STAGE_unit) return SP_BASE_list;
  return stage == SP_STAGE_item && base == SP_BASE_after_item ? SP_BASE_current : base;
}

static inline sp_give *world_new_give(world *w, sp_give_kind kind) {
  sp_give *give = &w->gives[w->give_count++];
  *give = (sp_give){.kind = kind, .cap_fen = -1, .coupon_rule = SP_NONE};
  return give;
}

static inline void world_off(world *w, const sp_rule *rule, sp_give *give, bool order_only) {
  bool percent = give->kind == SP_GIVE_percent_off, coupon = rule->kind == SP_KIND_coupon;
  give->amount_fen = world_off_amount(w);
  give->bp = (uint32_t)random_int(&w->random, 1, world_maybe(w, 3) ? 10000 : 5000);
  give->base = world_base(w, rule->stage, w->book.policy.percent_base);
  give->choose = (sp_choose)world_pick(w, 2);
  if (order_only || world_maybe(w, 2)) {
    give->per = SP_PER_order;
  } else {
    // A cup coupon needs a group with a maximum of 1.
    bool piece = coupon && rule->group != SP_NONE && w->groups[rule->group].max == 1;
    give->per = (sp_per)random_int(&w->random, SP_PER_line, piece ? SP_PER_piece : SP_PER_unit);
    if (give->per == SP_PER_unit && percent) give->per = SP_PER_line;
  }
  if (give->per == SP_PER_unit && world_maybe(w, 2)) {
    give->max_units = (int32_t)random_int(&w->random, 1, 4);
  }
  bool may_cap = percent && (give->per == SP_PER_order || give->per == SP_PER_piece);
  if (may_cap && world_maybe(w, 2)) give->cap_fen = random_int(&w->random, 0, 60);
}

static inline void world_nth(world *w, sp_give *give) {
  give->pay_bp = &w->pay_bp[w->pay_count];
  give->pay_count = (uint32_t)random_int(&w->random, 1, 3);
  for (uint32_t i = 0; i < give->pay_count; i++)
    w->pay_bp[w->pay_count++] = (uint16_t)random_int(&w->random, 0, 10000);
  give->order = (sp_piece_order)world_pick(w, 3);
  give->repeat = world_maybe(w, 2);
  give->beyond_bp = (uint32_t)random_int(&w->random, 0, 10000);
}

/* free_freight stands at any stage before reward. */
static inline sp_give_kind world_give_kind(world *w, const sp_rule *rule, bool nested) {
  static const sp_give_kind rewards[] = {SP_GIVE_gift, SP_GIVE_points, SP_GIVE_tiers,
                                         SP_GIVE_every};
  static const sp_give_kind all[] = {SP_GIVE_amount_off, SP_GIVE_amount_off, SP_GIVE_percent_off,
                                     SP_GIVE_nth_item,   SP_GIVE_gift,       SP_GIVE_free_freight,
                                     SP_GIVE_points,     SP_GIVE_tiers,      SP_GIVE_every,
                                     SP_GIVE_tiers};
  if (rule->stage == SP_STAGE_freight) return SP_GIVE_free_freight;
  if (rule->stage == SP_STAGE_reward) return rewards[world_pick(w, nested ? 2 : 4)];
  return all[world_pick(w, nested ? 7 : 10)];
}

static inline void world_give(world *w, const sp_rule *rule, sp_give *give, bool nested);

static inline void world_tiers(world *w, const sp_rule *rule, sp_give *give) {
  give->by = (sp_by)world_pick(w, 2);
  give->base = world_base(w, rule->stage, w->book.policy.threshold_base);
  uint32_t count = (uint32_t)random_int(&w->random, 1, 3);
  sp_tier *tiers = &w->tiers[w->tier_count];
  w->tier_count += count;
  give->tiers = tiers;
  give->tier_count = count;
  int64_t gte = 0;
  for (uint32_t i = 0; i < count; i++) {
    gte += give->by == SP_BY_qty ? random_int(&w->random, 1, 3) : world_threshold(w);
    sp_give *inner = world_new_give(w, world_give_kind(w, rule, true));
    world_give(w, rule, inner, true);
    tiers[i] = (sp_tier){gte, inner};
  }
}

static inline void world_every(world *w, const sp_rule *rule, sp_give *give) {
  give->by = (sp_by)world_pick(w, 2);
  give->base = world_base(w, rule->stage, w->book.policy.threshold_base);
  give->step = give->by == SP_BY_qty ? random_int(&w->random, 1, 3) : world_amount(w);
  give->limit = world_maybe(w, 2) ? random_int(&w->random, 1, 3) : 10000;
  bool money = rule->stage != SP_STAGE_reward && !world_maybe(w, 3);
  sp_give *inner = world_new_give(w, money ? SP_GIVE_amount_off : SP_GIVE_gift);
  if (money) {
    world_off(w, rule, inner, true);
  } else {
    world_give(w, rule, inner, true);
  }
  give->inner = inner;
}

static inline void world_give(world *w, const sp_rule *rule, sp_give *give, bool nested) {
  (void)nested;
  switch (give->kind) {
  case SP_GIVE_amount_off:
  case SP_GIVE_percent_off:
    world_off(w, rule, give, false);
    break;
  case SP_GIVE_nth_item:
    world_nth(w, give);
    break;
  case SP_GIVE_tiers:
    world_tiers(w, rule, give);
    break;
  case SP_GIVE_every:
    world_every(w, rule, give);
    break;
  case SP_GIVE_gift:
    w->gift = (sp_gift_option){0, 1};
    give->gifts = &w->gift;
    give->gift_count = 1;
    give->goal_value_fen = random_int(&w->random, 0, 40);
    break;
  case SP_GIVE_points:
    give->n = 7;
    give->goal_value_fen = random_int(&w->random, 0, 40);
    break;
  default:
    break;
  }
}

static inline void world_unit_give(world *w, sp_rule *rule, sp_give *give) {
  static const sp_give_kind kinds[] = {SP_GIVE_unit_price, SP_GIVE_percent_off, SP_GIVE_amount_off};
  give->kind = kinds[world_pick(w, 3)];
  give->per = SP_PER_unit;
  give->amount_fen = world_amount(w);
  give->bp = (uint32_t)random_int(&w->random, 1, 6000);
  if (world_maybe(w, 2)) give->max_units = (int32_t)random_int(&w->random, 1, 3);
  give->units_per_line = world_maybe(w, 2);
  give->choose = give->units_per_line ? SP_CHOOSE_cart : (sp_choose)world_pick(w, 4);
  (void)rule;
}

static inline bool world_has(const sp_give *give, uint32_t kinds) {
  if ((kinds >> give->kind) & 1) return true;
  if (give->inner) return world_has(give->inner, kinds);
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (world_has(give->tiers[i].give, kinds)) return true;
  }
  return false;
}

static inline void world_stack(world *w, sp_rule *rule) {
  rule->group = SP_NONE;
  bool coupon = rule->kind == SP_KIND_coupon;
  bool may = coupon || rule->stage == SP_STAGE_item || rule->stage == SP_STAGE_order;
  rule->applies_to_discounted = !may || !world_maybe(w, 8);
  if (!may || world_maybe(w, w->plain ? 5 : 3)) return;
  uint32_t group = world_pick(w, w->plain ? 3 : WORLD_GROUPS);
  if (coupon && w->groups[group].pieces == SP_PIECES_once_line) return;
  rule->group = group;
}

static inline void world_add_test(world *w, sp_rule *rule, sp_test *tests, uint32_t *count,
                                  sp_test test) {
  test.base = world_base(w, rule->stage, w->book.policy.threshold_base);
  bool late = rule->stage == SP_STAGE_freight || rule->stage == SP_STAGE_reward;
  if (late && world_maybe(w, 4)) test.base = SP_BASE_goods_and_freight;
  w->book.tests_standing |= 1u << test.kind;
  tests[(*count)++] = test;
}

/* One member that is measured, or that the request decides. */
static inline sp_test world_test(world *w) {
  switch (world_pick(w, 12)) {
  case 0:
  case 1:
    return (sp_test){.kind = SP_TEST_qty, .gte = random_int(&w->random, 1, 5)};
  case 2:
    return (sp_test){.kind = SP_TEST_kinds, .gte = random_int(&w->random, 1, 3)};
  case 3:
    return (sp_test){.kind = SP_TEST_weight, .gte = random_int(&w->random, 1, 20)};
  case 4:
    return (sp_test){.kind = (sp_test_kind)(SP_TEST_same_line + world_pick(w, 3)),
                     .gte = random_int(&w->random, 1, 5)};
  case 5:
    return (sp_test){.kind = SP_TEST_contains,
                     .gte = random_int(&w->random, 1, 4),
                     .scope.bits = &w->scope_bits[0]};
  case 6:
    return (sp_test){.kind = SP_TEST_nth_order, .gte = random_int(&w->random, 1, 2)};
  default:
    return (sp_test){.kind = SP_TEST_amount, .gte = world_amount(w)};
  }
}

/* Mostly one threshold; now and then alternatives or something that must not hold. */
static inline void world_when(world *w, sp_rule *rule, uint32_t index) {
  sp_test *tests = w->tests[index];
  uint32_t count = 0;
  if (world_maybe(w, 3))
    world_add_test(w, rule, tests, &count,
                   (sp_test){.kind = SP_TEST_amount, .gte = world_amount(w)});
  if (world_maybe(w, 8)) world_add_test(w, rule, tests, &count, world_test(w));
  if (world_maybe(w, 10)) world_add_test(w, rule, tests, &count, world_test(w));
  if (world_maybe(w, 10)) {
    world_add_test(w, rule, tests, &count, (sp_test){.kind = SP_TEST_any, .inside = 5});
    world_add_test(w, rule, tests, &count, (sp_test){.kind = SP_TEST_all, .inside = 1});
    world_add_test(w, rule, tests, &count, world_test(w));
    world_add_test(w, rule, tests, &count, (sp_test){.kind = SP_TEST_all, .inside = 2});
    world_add_test(w, rule, tests, &count, world_test(w));
    world_add_test(w, rule, tests, &count, world_test(w));
  }
  if (world_maybe(w, 10)) {
    bool twice = world_maybe(w, 3);
    world_add_test(w, rule, tests, &count, (sp_test){.kind = SP_TEST_not, .inside = 1 + twice});
    if (twice) world_add_test(w, rule, tests, &count, (sp_test){.kind = SP_TEST_not, .inside = 1});
    world_add_test(w, rule, tests, &count, world_test(w));
  }
  rule->when = (sp_when){tests, count};
}

static inline void world_rule(world *w, uint32_t index) {
  static const sp_stage stages[] = {
      SP_STAGE_unit,        SP_STAGE_item,    SP_STAGE_item,        SP_STAGE_item,
      SP_STAGE_order,       SP_STAGE_order,   SP_STAGE_shop_coupon, SP_STAGE_platform_coupon,
      SP_STAGE_shop_coupon, SP_STAGE_freight, SP_STAGE_freight,     SP_STAGE_reward};
  sp_rule *rule = &w->rules[index];
  *rule = (sp_rule){
      .id = world_name(w), .stage = stages[world_pick(w, 12)], .fulfilment_bits = 3};
  bool coupon = rule->stage == SP_STAGE_shop_coupon || rule->stage == SP_STAGE_platform_coupon ||
                (rule->stage == SP_STAGE_freight && world_maybe(w, 2));
  rule->kind = coupon ? SP_KIND_coupon : SP_KIND_promotion;
  bool one_level = w->plain ? !world_maybe(w, 6) : world_maybe(w, 2);
  rule->level = one_level ? SP_LEVEL_order : (sp_level)world_pick(w, 3);
  rule->priority = (int32_t)random_int(&w->random, 0, 2);
  if (world_maybe(w, 6)) rule->shop = SP_TEXT("s1");
  if (!world_maybe(w, 3)) {
    w->scope_bits[index] = world_pick(w, 1u << WORLD_SKUS);
    rule->scope.bits = &w->scope_bits[index];
  }
  rule->limit = (sp_limit){coupon && world_maybe(w, 4), false, 1, -1, -1};
  if (!rule->limit.stands) rule->limit.per_order = -1;
  world_when(w, rule, index);
  world_stack(w, rule);
  rule->give_count = rule->stage == SP_STAGE_unit || !world_maybe(w, 5) ? 1 : 2;
  sp_give *gives = &w->gives[w->give_count];
  for (uint32_t i = 0; i < rule->give_count; i++)
    world_new_give(w, SP_GIVE_unit_price);
  rule->gives = gives;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (rule->stage == SP_STAGE_unit) {
      world_unit_give(w, rule, &gives[i]);
      continue;
    }
    gives[i].kind = world_give_kind(w, rule, false);
    world_give(w, rule, &gives[i], false);
  }
  const uint32_t percentages = 1u << SP_GIVE_percent_off | 1u << SP_GIVE_nth_item;
  const uint32_t benefits = 1u << SP_GIVE_gift | 1u << SP_GIVE_grant_coupon | 1u << SP_GIVE_points |
                            1u << SP_GIVE_free_freight;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    rule->percentage = rule->percentage || world_has(&gives[i], percentages);
    rule->benefit = rule->benefit || world_has(&gives[i], benefits);
  }
}

static inline uint64_t world_targets(world *w) {
  uint64_t targets = 0;
  if (w->plain || !world_maybe(w, 4)) return 0;
  if (world_maybe(w, 3)) targets |= SP_CLASS_PROMOTION;
  if (world_maybe(w, 2)) targets |= SP_CLASS_COUPON;
  if (world_maybe(w, 2)) targets |= 3ull << (2 + 2 * world_pick(w, WORLD_GROUPS));
  return targets;
}

static inline void world_slots(world *w) {
  sp_coupon_slots slots = w->book.policy.coupon_slots;
  uint32_t count = WORLD_GROUPS;
  if (slots != SP_SLOTS_unlimited) {
    uint32_t shop = count++;
    uint32_t platform = slots == SP_SLOTS_shop ? shop : count++;
    uint32_t freight = count++;
    w->groups[shop] = w->groups[platform] = (sp_group){.max = 1, .max_per = SP_MAX_PER_shop};
    w->groups[freight] = (sp_group){.max = 1, .max_per = SP_MAX_PER_order};
    for (uint32_t i = 0; i < w->book.rule_count; i++) {
      sp_rule *rule = &w->rules[i];
      if (rule->kind != SP_KIND_coupon || rule->group != SP_NONE) continue;
      rule->group = rule->stage == SP_STAGE_shop_coupon       ? shop
                    : rule->stage == SP_STAGE_platform_coupon ? platform
                                                              : freight;
    }
  }
  w->book.groups = w->groups;
  w->book.group_count = count;
}

static inline void world_classes(world *w) {
  for (uint32_t i = 0; i < w->book.rule_count; i++) {
    sp_rule *rule = &w->rules[i];
    bool coupon = rule->kind == SP_KIND_coupon;
    rule->class_bits = coupon ? SP_CLASS_COUPON : SP_CLASS_PROMOTION;
    if (rule->group != SP_NONE) rule->class_bits |= 1ull << (2 + 2 * rule->group + coupon);
    uint64_t targets = world_targets(w);
    if (rule->group < WORLD_GROUPS) targets |= w->group_targets[rule->group];
    uint64_t in_order = world_maybe(w, 2)   ? (coupon ? targets & 0xAAAAAAAAAAAAAAAAu : 0)
                        : world_maybe(w, 2) ? targets
                                            : 0;
    rule->exclude_order_bits = in_order;
    rule->exclude_line_bits = targets & ~in_order;
  }
}

static inline bool world_turn_before(const void *context, uint32_t i, uint32_t j) {
  const world *w = context;
  const sp_rule *a = &w->rules[i], *b = &w->rules[j];
  if (a->stage != b->stage) return a->stage < b->stage;
  if (a->priority != b->priority) return a->priority > b->priority;
  if (w->book.policy.amounts_first && a->percentage != b->percentage) return b->percentage;
  return text_compare(a->id, b->id) < 0;
}

static inline void world_freight(world *w) {
  if (world_maybe(w, 3)) return;
  w->region = (sp_region){.first = 2,
                          .first_fee_fen = random_int(&w->random, 0, 60),
                          .additional = 1,
                          .additional_fee_fen = random_int(&w->random, 0, 10),
                          .never_free = world_maybe(w, 10)};
  w->template = (sp_template){
      .id = SP_TEXT("t"), .by = SP_FREIGHT_pieces, .regions = &w->region, .region_count = 1};
  w->book.freight = (sp_freight_table){.stands = true,
                                       .templates = &w->template,
                                       .template_count = 1,
                                       .has_free = !world_maybe(w, 3),
                                       .free_gte_fen = random_int(&w->random, 0, 400),
                                       .free_per_order = world_maybe(w, 2),
                                       .free_base = w->book.policy.free_freight_base};
}

static inline void world_cart(world *w) {
  static const sp_text shops[] = {SP_TEXT("s1"), SP_TEXT("s2"), {NULL, 0}};
  uint32_t shop_count = (uint32_t)random_int(&w->random, 1, 3);
  uint32_t lines = (uint32_t)random_int(&w->random, 1, WORLD_LINES);
  for (uint32_t i = 0; i < lines; i++) {
    uint32_t option_count = world_maybe(w, 4) ? world_pick(w, 3) : 0;
    for (uint32_t o = 0; o < option_count; o++)
      w->line_options[i][o] = (sp_line_option){o, (int32_t)random_int(&w->random, 1, 2)};
    w->lines[i] = (sp_line){.id = world_name(w),
                            .sku = world_pick(w, WORLD_SKUS),
                            .qty = (int32_t)random_int(&w->random, 1, world_maybe(w, 3) ? 7 : 2),
                            .state = world_maybe(w, 12) ? SP_LINE_unselected : SP_LINE_priced,
                            .fulfilment = world_maybe(w, 6) ? SP_PICKUP : SP_DELIVERY,
                            .shop = shops[world_pick(w, shop_count)],
                            .store = world_maybe(w, 4) ? SP_TEXT("x") : (sp_text){NULL, 0},
                            .options = w->line_options[i],
                            .option_count = option_count,
                            .seen_unit_fen = -1};
    w->lines[i].sku_id = w->skus[w->lines[i].sku].id;
    w->lines[i].price_fen = w->skus[w->lines[i].sku].price_fen;
  }
  w->request.lines = w->lines;
  w->request.line_count = lines;
}

static inline void world_wallet(world *w) {
  uint32_t count = 0, wanted = world_pick(w, WORLD_COUPONS + 1);
  for (uint32_t tries = 0; count < wanted && tries < 20; tries++) {
    uint32_t rule = world_pick(w, w->book.rule_count);
    if (w->rules[rule].kind != SP_KIND_coupon) continue;
    w->coupons[count++] =
        (sp_coupon){.id = world_name(w),
                    .rule_id = w->rules[rule].id,
                    .rule = rule,
                    .from_s = INT64_MIN,
                    .to_s = world_maybe(w, 2) ? INT64_MAX : 2000000 + random_int(&w->random, 0, 3)};
  }
  w->request.coupons = w->coupons;
  w->request.coupon_count = count;
}

static inline void world_make(world *w, uint64_t seed) {
  memset(w, 0, sizeof *w);
  w->random.state = seed * 1000003;
  w->plain = seed % 3 == 0;
  w->roomy = seed % 9 == 0;
  w->book.rule_count = (uint32_t)random_int(&w->random, 1, w->plain ? 5 : WORLD_RULES);
  world_policy(w);
  world_catalog(w);
  for (uint32_t g = 0; g < WORLD_GROUPS; g++) {
    w->groups[g] = (sp_group){.max = world_maybe(w, 3) ? 2 : 1,
                              .pieces = g < 2 ? SP_PIECES_once_line : SP_PIECES_shared,
                              .counts = g >= 2};
    if (!w->plain && world_maybe(w, 2)) w->groups[g].max_per = (sp_max_per)world_pick(w, 3);
    w->group_targets[g] = world_maybe(w, 3) ? world_targets(w) : 0;
  }
  for (uint32_t i = 0; i < w->book.rule_count; i++)
    world_rule(w, i);
  w->book.rules = w->rules;
  world_slots(w);
  world_classes(w);
  id_table table = {w->rules, sizeof *w->rules, w->book.rule_count};
  ids_sort(&table, w->rule_by_id);
  for (uint32_t i = 0; i < w->book.rule_count; i++)
    w->rule_turns[i] = i;
  sort_indices(w->rule_turns, w->book.rule_count, world_turn_before, w);
  w->book.rule_by_id = w->rule_by_id;
  w->book.rule_turns = w->rule_turns;
  world_freight(w);
  w->request = (sp_request){.now_s = 1000000,
                            .pay_at_s = 1000000,
                            .fulfil_at_s = 1000000,
                            .detail = SP_DETAIL_full,
                            .tier = SP_NONE,
                            .has_address = !world_maybe(w, 8)};
  world_cart(w);
  world_wallet(w);
}

#endif
