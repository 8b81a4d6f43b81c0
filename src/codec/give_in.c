/* What a rule gives, and which give may stand where: src/README.md §1.2. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

/* Where a give stands. */
typedef enum { ON_TOP, IN_TIERS, IN_EVERY } nesting;
typedef struct {
  const sp_rule *rule;
  nesting nesting;
} place;

/* One give's own reader: fills *give and checks what only it knows. */
typedef void give_reader(book_work *w, const json_value *node, const json_value *v, place where,
                         sp_give *give);

#define SP_PER_FIELD       .name = "per", .type = JSON_ENUM, .words = SP_WORDS_PER
#define SP_UNITS_FIELD     .name = "max_units", .type = JSON_INT, .low = 1, .high = SP_MEASURE_MAX
#define SP_UNITS_PER_FIELD .name = "max_units_per", .type = JSON_ENUM, .words = "line rule"
#define SP_CHOOSE_FIELD    .name = "choose", .type = JSON_ENUM, .words = SP_WORDS_CHOOSE
#define SP_BASE_FIELD      .name = "base", .type = JSON_ENUM, .words = SP_WORDS_BASE, .absent = -1
#define SP_VALUE_FIELD     .name = "goal_value_fen", .type = JSON_INT, .high = SP_PRICE_FEN_MAX

/* amount_off and percent_off share their first fields, so one check serves both. */
enum {
  OFF_much,
  OFF_per,
  OFF_max_units,
  OFF_max_units_per,
  OFF_choose,
  OFF_cap,
  OFF_base,
  OFF_COUNT
};
static const json_field amount_off_fields[] = {
    {.name = "amount", .type = JSON_INT, .required = true, .low = 1, .high = SP_PRICE_FEN_MAX},
    {SP_PER_FIELD},
    {SP_UNITS_FIELD},
    {SP_UNITS_PER_FIELD},
    {SP_CHOOSE_FIELD},
};
static const json_field percent_off_fields[] = {
    {.name = "bp", .type = JSON_INT, .required = true, .low = 1, .high = 10000},
    {SP_PER_FIELD},
    {SP_UNITS_FIELD},
    {SP_UNITS_PER_FIELD},
    {SP_CHOOSE_FIELD},
    {.name = "cap", .type = JSON_BIG, .high = SP_BIG_CART_FEN, .absent = -1},
    {SP_BASE_FIELD},
};
enum { UNIT_price, UNIT_prices, UNIT_max_units, UNIT_max_units_per };
static const json_field unit_price_fields[] = {
    {.name = "price", .type = JSON_INT, .high = SP_PRICE_FEN_MAX},
    {.name = "prices", .type = JSON_OBJECT},
    {SP_UNITS_FIELD},
    {SP_UNITS_PER_FIELD},
};
enum { TIERS_by, TIERS_base, TIERS_tiers };
static const json_field tiers_fields[] = {
    {.name = "by", .type = JSON_ENUM, .required = true, .words = "amount qty"},
    {SP_BASE_FIELD},
    {.name = "tiers", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_TIERS_MAX},
};
enum { TIER_gte, TIER_give, TIER_COUNT };
static const json_field tier_fields[] = {
    {.name = "gte", .type = JSON_BIG, .required = true, .low = 1, .high = SP_BIG_CART_FEN},
    {.name = "give", .type = JSON_ANY, .required = true},
};
enum { EVERY_by, EVERY_step, EVERY_base, EVERY_limit, EVERY_give };
static const json_field every_fields[] = {
    {.name = "by", .type = JSON_ENUM, .required = true, .words = "amount qty"},
    {.name = "step", .type = JSON_BIG, .required = true, .low = 1, .high = SP_BIG_CART_FEN},
    {SP_BASE_FIELD},
    {.name = "limit", .type = JSON_INT, .low = 1, .high = 10000, .absent = 10000},
    {.name = "give", .type = JSON_ANY, .required = true},
};
enum { NTH_pay_bp, NTH_order, NTH_repeat, NTH_beyond_bp };
static const json_field nth_item_fields[] = {
    {.name = "pay_bp", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_NTH_MAX},
    {.name = "order", .type = JSON_ENUM, .required = true, .words = SP_WORDS_PIECE_ORDER},
    {.name = "repeat", .type = JSON_BOOL, .required = true},
    {.name = "beyond_bp", .type = JSON_INT, .required = true, .high = 10000},
};
enum { GIFT_options, GIFT_goal_value_fen };
static const json_field gift_fields[] = {
    {.name = "options",
     .type = JSON_ARRAY,
     .required = true,
     .low = 1,
     .high = SP_GIFT_OPTIONS_MAX},
    {SP_VALUE_FIELD},
};
enum { GIFT_OPTION_sku, GIFT_OPTION_qty, GIFT_OPTION_COUNT };
static const json_field gift_option_fields[] = {
    {.name = "sku", .type = JSON_ID, .required = true},
    {.name = "qty", .type = JSON_INT, .low = 1, .high = SP_QTY_MAX, .absent = 1},
};
enum { GRANT_rule, GRANT_n, GRANT_goal_value_fen };
static const json_field grant_coupon_fields[] = {
    {.name = "rule", .type = JSON_ID, .required = true},
    {.name = "n", .type = JSON_INT, .low = 1, .high = SP_QTY_MAX, .absent = 1},
    {SP_VALUE_FIELD},
};
enum { POINTS_n, POINTS_goal_value_fen };
static const json_field points_fields[] = {
    {.name = "n", .type = JSON_INT, .required = true, .low = 1, .high = SP_MEASURE_MAX},
    {SP_VALUE_FIELD},
};

static const json_schema give_schemas[] = {
    [SP_GIVE_amount_off] = SP_SCHEMA(amount_off_fields, NULL),
    [SP_GIVE_percent_off] = SP_SCHEMA(percent_off_fields, NULL),
    [SP_GIVE_unit_price] = SP_SCHEMA(unit_price_fields, NULL),
    [SP_GIVE_tiers] = SP_SCHEMA(tiers_fields, NULL),
    [SP_GIVE_every] = SP_SCHEMA(every_fields, NULL),
    [SP_GIVE_nth_item] = SP_SCHEMA(nth_item_fields, NULL),
    [SP_GIVE_gift] = SP_SCHEMA(gift_fields, NULL),
    [SP_GIVE_grant_coupon] = SP_SCHEMA(grant_coupon_fields, NULL),
    [SP_GIVE_points] = SP_SCHEMA(points_fields, NULL),
    [SP_GIVE_free_freight] = {NULL, 0, NULL},
};
static const json_schema tier_schema = SP_SCHEMA(tier_fields, NULL);
static const json_schema gift_option_schema = SP_SCHEMA(gift_option_fields, NULL);

static const char unsupported_gives[] =
    "items_free buy_get bundle qty_groups first_and_additional add_on freight_off growth "
    "grant_membership stored_bonus commission";

static const json_field price_field = {.type = JSON_INT, .high = SP_PRICE_FEN_MAX};
static const json_field bp_field = {.type = JSON_INT, .high = 10000};

static void give_in(book_work *w, const json_value *node, place where, sp_give *give);

/* The member must not stand here. */
static void refuse(book_work *w, const json_value *node, const json_schema *schema, uint32_t field,
                   bool wrong) {
  if (wrong) report_error_key(w->report, &node->at, schema->fields[field].name, SP_E_CONFLICT);
}

/* ---- amount_off, percent_off ---- */

static void off_in(book_work *w, const json_value *node, const json_value *v, place where,
                   sp_give *give) {
  const json_schema *schema = &give_schemas[give->kind];
  bool percent = give->kind == SP_GIVE_percent_off;
  bool in_unit_stage = where.rule->stage == SP_STAGE_unit;
  bool coupon = where.rule->kind == SP_KIND_coupon;
  sp_per per = give->per = (sp_per)v[OFF_per].number;
  give->choose = (sp_choose)v[OFF_choose].number;
  give->max_units = (int32_t)v[OFF_max_units].number;
  give->quota_per_rule = v[OFF_max_units_per].number;

  bool per_may_stand = in_unit_stage ? per == SP_PER_unit : !(percent && per == SP_PER_unit);
  if (where.nesting == IN_EVERY) per_may_stand = per == SP_PER_order;
  if (per == SP_PER_piece) per_may_stand = per_may_stand && coupon;
  refuse(w, node, schema, OFF_per, !per_may_stand);
  bool units_may_stand = per == SP_PER_unit && (in_unit_stage || !percent);
  refuse(w, node, schema, OFF_max_units, v[OFF_max_units].item && !units_may_stand);
  refuse(w, node, schema, OFF_max_units_per, v[OFF_max_units_per].item && !in_unit_stage);
  bool choice = per == SP_PER_piece || (per == SP_PER_unit && !percent);
  refuse(w, node, schema, OFF_choose, v[OFF_choose].item && (in_unit_stage || !choice));
}

static void amount_off_in(book_work *w, const json_value *node, const json_value *v, place where,
                          sp_give *give) {
  give->amount_fen = v[OFF_much].number;
  off_in(w, node, v, where, give);
}

static sp_base base_in(book_work *w, const json_value *node, const json_value *value, place where,
                       sp_base otherwise) {
  sp_stage stage = where.rule->stage;
  if (value->item && value->number == SP_BASE_payable_goods && stage != SP_STAGE_freight &&
      stage != SP_STAGE_reward) {
    report_error_key(w->report, &node->at, "base", SP_E_CONFLICT);
  }
  return resolve_base(stage, (uint32_t)value->number, otherwise);
}

static void percent_off_in(book_work *w, const json_value *node, const json_value *v, place where,
                           sp_give *give) {
  const json_schema *schema = &give_schemas[give->kind];
  bool in_unit_stage = where.rule->stage == SP_STAGE_unit;
  give->bp = (uint32_t)v[OFF_much].number;
  give->cap_fen = v[OFF_cap].number;
  give->base = base_in(w, node, &v[OFF_base], where, w->book->policy.percent_base);
  off_in(w, node, v, where, give);
  bool cap_may_stand = give->per == SP_PER_order || give->per == SP_PER_piece;
  refuse(w, node, schema, OFF_cap, v[OFF_cap].item && (in_unit_stage || !cap_may_stand));
  refuse(w, node, schema, OFF_base, v[OFF_base].item && in_unit_stage);
}

/* ---- unit_price ---- */

static bool price_before(const void *context, uint32_t a, uint32_t b) {
  const sp_price *prices = context;
  return prices[a].sku < prices[b].sku;
}

static void prices_in(book_work *w, const json_value *list, sp_give *give) {
  uint32_t count = json_count(list);
  sp_price *prices = json_array(w->report, w->arena, count, sizeof *prices);
  sp_price *read = json_array(w->report, w->scratch, count, sizeof *read);
  uint32_t *order = json_array(w->report, w->scratch, count, sizeof *order);
  if (!prices || !read || !order) return;
  json_value node;
  for (bool more = json_first(list, &node); more; more = json_next(&node)) {
    json_read(w->report, &node, &price_field);
    read[node.at.index] = (sp_price){book_find_sku(w->book, text_of(node.at.key)), node.number};
    order[node.at.index] = node.at.index;
    if (read[node.at.index].sku == SP_NONE) report_error(w->report, &node.at, SP_E_REFERENCE);
  }
  sort_indices(order, count, price_before, read);
  for (uint32_t i = 0; i < count; i++)
    prices[i] = read[order[i]];
  give->prices = prices;
  give->price_count = count;
}

static void unit_price_in(book_work *w, const json_value *node, const json_value *v, place where,
                          sp_give *give) {
  const json_schema *schema = &give_schemas[give->kind];
  (void)where;
  give->amount_fen = v[UNIT_price].number;
  give->max_units = (int32_t)v[UNIT_max_units].number;
  give->quota_per_rule = v[UNIT_max_units_per].number;
  if (v[UNIT_prices].item) prices_in(w, &v[UNIT_prices], give);
  refuse(w, node, schema, UNIT_prices, v[UNIT_price].item && v[UNIT_prices].item);
  if (!v[UNIT_price].item && !v[UNIT_prices].item) {
    report_error_key(w->report, &node->at, "price", SP_E_REQUIRED);
  }
}

/* ---- tiers, every ---- */

static void tiers_in(book_work *w, const json_value *node, const json_value *v, place where,
                     sp_give *give) {
  give->by = (sp_by)v[TIERS_by].number;
  give->base = base_in(w, node, &v[TIERS_base], where, w->book->policy.threshold_base);
  uint32_t count = json_count(&v[TIERS_tiers]);
  sp_tier *tiers = json_array(w->report, w->arena, count, sizeof *tiers);
  sp_give *gives = json_array(w->report, w->arena, count, sizeof *gives);
  if (!tiers || !gives) return;
  int64_t before = 0;
  json_value tier;
  for (bool more = json_first(&v[TIERS_tiers], &tier); more; more = json_next(&tier)) {
    json_value t[TIER_COUNT];
    sp_tier *read = &tiers[tier.at.index];
    sp_give *inner = &gives[tier.at.index];
    json_object(w->report, &tier, &tier_schema, t);
    if (t[TIER_give].item) give_in(w, &t[TIER_give], (place){where.rule, IN_TIERS}, inner);
    *read = (sp_tier){t[TIER_gte].number, inner};
    if (t[TIER_gte].item && read->gte <= before) {
      report_error(w->report, &t[TIER_gte].at, SP_E_RANGE);
    }
    before = read->gte;
  }
  give->tiers = tiers;
  give->tier_count = count;
}

static void every_in(book_work *w, const json_value *node, const json_value *v, place where,
                     sp_give *give) {
  give->by = (sp_by)v[EVERY_by].number;
  give->step = v[EVERY_step].number;
  give->base = base_in(w, node, &v[EVERY_base], where, w->book->policy.threshold_base);
  give->limit = v[EVERY_limit].number;
  sp_give *read = json_array(w->report, w->arena, 1, sizeof *read);
  if (!read || !v[EVERY_give].item) return;
  give_in(w, &v[EVERY_give], (place){where.rule, IN_EVERY}, read);
  give->inner = read;
}

/* ---- nth_item, gift, grant_coupon, points ---- */

static void nth_item_in(book_work *w, const json_value *node, const json_value *v, place where,
                        sp_give *give) {
  (void)node, (void)where;
  give->order = (sp_piece_order)v[NTH_order].number;
  give->repeat = v[NTH_repeat].number;
  give->beyond_bp = (uint32_t)v[NTH_beyond_bp].number;
  uint32_t count = json_count(&v[NTH_pay_bp]);
  uint16_t *pay_bp = json_array(w->report, w->arena, count, sizeof *pay_bp);
  if (!pay_bp) return;
  json_value element;
  for (bool more = json_first(&v[NTH_pay_bp], &element); more; more = json_next(&element)) {
    json_read(w->report, &element, &bp_field);
    pay_bp[element.at.index] = (uint16_t)element.number;
  }
  give->pay_bp = pay_bp;
  give->pay_count = count;
}

static void gift_in(book_work *w, const json_value *node, const json_value *v, place where,
                    sp_give *give) {
  (void)node, (void)where;
  give->goal_value_fen = v[GIFT_goal_value_fen].number;
  uint32_t count = json_count(&v[GIFT_options]);
  sp_gift_option *gifts = json_array(w->report, w->arena, count, sizeof *gifts);
  if (!gifts) return;
  json_value option;
  for (bool more = json_first(&v[GIFT_options], &option); more; more = json_next(&option)) {
    json_value o[GIFT_OPTION_COUNT];
    json_object(w->report, &option, &gift_option_schema, o);
    if (!o[GIFT_OPTION_sku].item) continue;
    uint32_t sku = book_find_sku(w->book, o[GIFT_OPTION_sku].text);
    gifts[option.at.index] = (sp_gift_option){sku, (int32_t)o[GIFT_OPTION_qty].number};
    if (sku == SP_NONE) report_error_key(w->report, &option.at, "sku", SP_E_REFERENCE);
  }
  give->gifts = gifts;
  give->gift_count = count;
}

static void grant_coupon_in(book_work *w, const json_value *node, const json_value *v, place where,
                            sp_give *give) {
  (void)where;
  give->n = v[GRANT_n].number;
  give->goal_value_fen = v[GRANT_goal_value_fen].number;
  if (!v[GRANT_rule].item) return;
  give->coupon_rule = book_find_rule(w->book, v[GRANT_rule].text);
  if (give->coupon_rule == SP_NONE || w->rules[give->coupon_rule].kind != SP_KIND_coupon) {
    report_error_key(w->report, &node->at, "rule", SP_E_REFERENCE);
  }
}

static void points_give_in(book_work *w, const json_value *node, const json_value *v, place where,
                           sp_give *give) {
  (void)w, (void)node, (void)where;
  give->n = v[POINTS_n].number;
  give->goal_value_fen = v[POINTS_goal_value_fen].number;
}

/* ---- one give ---- */

static give_reader *const readers[] = {
    [SP_GIVE_amount_off] = amount_off_in,
    [SP_GIVE_percent_off] = percent_off_in,
    [SP_GIVE_unit_price] = unit_price_in,
    [SP_GIVE_tiers] = tiers_in,
    [SP_GIVE_every] = every_in,
    [SP_GIVE_nth_item] = nth_item_in,
    [SP_GIVE_gift] = gift_in,
    [SP_GIVE_grant_coupon] = grant_coupon_in,
    [SP_GIVE_points] = points_give_in,
    [SP_GIVE_free_freight] = NULL,
};

/* The kinds that may stand at a place, as bits. */
static uint32_t lawful_kinds(place where) {
  const uint32_t nests = SP_GIVE_BIT(tiers) | SP_GIVE_BIT(every);
  const uint32_t rewards = SP_GIVE_BIT(gift) | SP_GIVE_BIT(grant_coupon) | SP_GIVE_BIT(points);
  uint32_t kinds = SP_GIVES_MONEY | SP_GIVES_BENEFIT | nests;
  if (where.rule->stage == SP_STAGE_unit) {
    kinds = SP_GIVE_BIT(unit_price) | SP_GIVE_BIT(amount_off) | SP_GIVE_BIT(percent_off);
  }
  if (where.rule->stage == SP_STAGE_freight) kinds = SP_GIVE_BIT(free_freight);
  if (where.rule->stage == SP_STAGE_reward) kinds = rewards | nests;
  if (where.nesting != ON_TOP) kinds &= ~nests;
  if (where.nesting == IN_EVERY) kinds &= SP_GIVE_BIT(amount_off) | rewards;
  return kinds;
}

static void give_in(book_work *w, const json_value *node, place where, sp_give *give) {
  json_value member, second;
  if (!json_is_object(node) || !json_first(node, &member)) {
    report_error(w->report, &node->at, json_is_object(node) ? SP_E_REQUIRED : SP_E_TYPE);
    return;
  }
  second = member;
  if (json_next(&second)) report_error(w->report, &second.at, SP_E_FIELD);
  sp_text name = text_of(member.at.key);
  uint32_t kind = words_find(SP_WORDS_GIVE, name);
  if (kind == SP_NONE) {
    bool named = words_find(unsupported_gives, name) != SP_NONE;
    report_error(w->report, &member.at, named ? SP_E_UNSUPPORTED : SP_E_FIELD);
    return;
  }
  *give = (sp_give){.kind = (sp_give_kind)kind, .cap_fen = -1, .coupon_rule = SP_NONE};
  if (!((lawful_kinds(where) >> kind) & 1)) {
    report_error(w->report, &member.at, SP_E_CONFLICT);
    return;
  }
  json_value v[OFF_COUNT];
  if (json_object(w->report, &member, &give_schemas[kind], v) && readers[kind]) {
    readers[kind](w, &member, v, where, give);
  }
}

void gives_in(book_work *w, json_value *node, sp_rule *rule) {
  static const json_field list_field = {.type = JSON_ARRAY, .low = 1, .high = SP_GIVES_MAX};
  if (!node->item) return;
  bool list = json_is_array(node);
  if (list && !json_read(w->report, node, &list_field)) return;
  uint32_t count = list ? json_count(node) : 1, i = 0;
  sp_give *gives = json_array(w->report, w->arena, count, sizeof *gives);
  if (!gives) return;
  place where = {rule, ON_TOP};
  if (!list) give_in(w, node, where, gives);
  json_value give;
  for (bool more = list && json_first(node, &give); more; more = json_next(&give)) {
    give_in(w, &give, where, &gives[give.at.index]);
  }
  // A piece has one price: unit rules compete and never add up.
  if (rule->stage == SP_STAGE_unit && count > 1) report_error(w->report, &node->at, SP_E_CONFLICT);
  rule->gives = gives;
  rule->give_count = count;
  for (i = 0; i < count; i++) {
    rule->percentage = rule->percentage || give_has(&gives[i], SP_GIVES_PERCENTAGE);
    rule->benefit = rule->benefit || give_has(&gives[i], SP_GIVES_BENEFIT);
  }
}
