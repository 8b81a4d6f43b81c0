/* What a rule gives, and which give may stand where: src/README.md §1.2.
 *
 * A new give is a list of its members and a row in `kinds`; what a member means is the engine's
 * business. Only what no row can say has a reader: members that forbid each other, lists, ids. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

/* Where a give stands: one bit for each class of stages on top, in tiers, every and qty_groups. */
typedef enum { ON_TOP, IN_TIERS, IN_EVERY, IN_GROUPS } nesting;
enum {
  IN_UNIT = 1,
  IN_GOODS = 1 << 4, /* item, order and the stages of coupons */
  IN_FREIGHT = 1 << 8,
  IN_REWARD = 1 << 12
};
/* The same bits below tiers and every; and what stands on top or in tiers, as most gives do. */
#define SP_NESTED(bits) ((bits) << IN_TIERS | (bits) << IN_EVERY)
#define SP_TIERED(bits) ((bits) | (bits) << IN_TIERS)

/* A give that is being read. */
typedef struct {
  book_work *w;
  const sp_rule *rule;
  nesting nesting;
  const cJSON *node;
  const cJSON **v; /* its members by their places in the schema */
  sp_give *give;
} give_work;

#define SP_WHOLE(member) SP_LONG(sp_give, member), .high = SP_MEASURE_MAX
#define SP_FEN(member)   SP_LONG(sp_give, member), .high = SP_PRICE_FEN_MAX
#define SP_RATE(member)  SP_INT(sp_give, member), .high = 10000
#define SP_BY_FIELD      SP_ENUM(sp_give, by), .required = true, .words = "amount qty"
#define SP_BASE_FIELD    SP_ENUM(sp_give, base), .words = SP_WORDS_BASE, .absent = -1
#define SP_UNITS_FIELDS(X, prefix)                                                                 \
  X(prefix, max_units, SP_INT(sp_give, max_units), .low = 1, .high = SP_MEASURE_MAX)               \
  X(prefix, max_units_per, SP_FLAG(sp_give, units_per_line), .words = "rule line")
/* What amount_off and percent_off share, at the same places, so one check serves both. */
#define SP_CHOOSE_FIELD SP_ENUM(sp_give, choose), .words = SP_WORDS_CHOOSE
#define SP_VALUE_FIELD  SP_FEN(goal_value_fen)
#define SP_OFF_FIELDS(X, prefix)                                                                   \
  X(prefix, per, SP_ENUM(sp_give, per), .words = SP_WORDS_PER)                                     \
  SP_UNITS_FIELDS(X, prefix)                                                                       \
  X(prefix, choose, SP_CHOOSE_FIELD)

#define AMOUNT_FIELDS(X)                                                                           \
  X(AMOUNT, amount, SP_FEN(amount_fen), .low = 1, .required = true)                                \
  SP_OFF_FIELDS(X, AMOUNT)                                                                         \
  X(AMOUNT, lands_on, SP_FLAG(sp_give, lands_on_freight), .words = "goods goods_then_freight")
#define PERCENT_FIELDS(X)                                                                          \
  X(PERCENT, bp, SP_RATE(bp), .low = 1, .required = true)                                          \
  SP_OFF_FIELDS(X, PERCENT)                                                                        \
  X(PERCENT, cap, SP_BIGINT(sp_give, cap_fen), .high = SP_BIG_CART_FEN)                            \
  X(PERCENT, base, SP_BASE_FIELD)
#define UNIT_FIELDS(X)                                                                             \
  X(UNIT, price, SP_FEN(amount_fen))                                                               \
  X(UNIT, prices, .type = JSON_OBJECT)                                                             \
  SP_UNITS_FIELDS(X, UNIT)                                                                         \
  X(UNIT, choose, SP_CHOOSE_FIELD)
#define TIERS_FIELDS(X)                                                                            \
  X(TIERS, by, SP_BY_FIELD)                                                                        \
  X(TIERS, base, SP_BASE_FIELD)                                                                    \
  X(TIERS, tiers, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_TIERS_MAX)
#define TIER_FIELDS(X)                                                                             \
  X(TIER, gte, SP_BIGINT(sp_tier, gte), .required = true, .low = 1, .high = SP_BIG_CART_FEN)       \
  X(TIER, give, .type = JSON_ANY, .required = true)
#define EVERY_FIELDS(X)                                                                            \
  X(EVERY, by, SP_BY_FIELD)                                                                        \
  X(EVERY, step, SP_BIGINT(sp_give, step), .required = true, .low = 1, .high = SP_BIG_CART_FEN)    \
  X(EVERY, base, SP_BASE_FIELD)                                                                    \
  X(EVERY, limit, SP_LONG(sp_give, limit), .low = 1, .high = 10000, .absent = 10000)               \
  X(EVERY, compound, SP_BOOL(sp_give, compound))                                                   \
  X(EVERY, give, .type = JSON_ANY, .required = true)
#define NTH_FIELDS(X)                                                                              \
  X(NTH, pay_bp, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_NTH_MAX)               \
  X(NTH, order, SP_ENUM(sp_give, order), .required = true, .words = SP_WORDS_PIECE_ORDER)          \
  X(NTH, repeat, SP_BOOL(sp_give, repeat), .required = true)                                       \
  X(NTH, beyond_bp, SP_RATE(beyond_bp), .required = true)                                          \
  X(NTH, base, SP_BASE_FIELD)
#define GIFT_FIELDS(X)                                                                             \
  X(GIFT, options, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_GIFT_OPTIONS_MAX)    \
  X(GIFT, goal_value_fen, SP_VALUE_FIELD)
#define GIFT_OPTION_FIELDS(X)                                                                      \
  X(GIFT_OPTION, sku, .type = JSON_ID, .required = true, SP_LOOSE)                                 \
  X(GIFT_OPTION, qty, SP_INT(sp_gift_option, qty), .low = 1, .high = SP_QTY_MAX, .absent = 1)
#define GRANT_FIELDS(X)                                                                            \
  X(GRANT, rule, .type = JSON_ID, .required = true, SP_LOOSE)                                      \
  X(GRANT, n, SP_LONG(sp_give, n), .low = 1, .high = SP_QTY_MAX, .absent = 1)                      \
  X(GRANT, goal_value_fen, SP_VALUE_FIELD)
#define ADD_ON_FIELDS(X)                                                                           \
  X(ADD_ON, options, .type = JSON_ARRAY, .required = true, .low = 1,                               \
    .high = SP_ADD_ON_OPTIONS_MAX)                                                                 \
  X(ADD_ON, max, SP_LONG(sp_give, n), .low = 1, .high = SP_QTY_MAX, .absent = 1)
#define ADD_ON_OPTION_FIELDS(X)                                                                    \
  X(ADD_ON_OPTION, sku, .type = JSON_ID, .required = true, SP_LOOSE)                               \
  X(ADD_ON_OPTION, price, SP_LONG(sp_price, price_fen), .required = true, .high = SP_PRICE_FEN_MAX)
#define POINTS_FIELDS(X)                                                                           \
  X(POINTS, n, SP_WHOLE(n), .low = 1)                                                              \
  X(POINTS, per, SP_ENUM(sp_give, per), .words = "order line unit")                                \
  X(POINTS, num, SP_LONG(sp_give, n), .low = 1, .high = SP_RATIO_MAX)                              \
  X(POINTS, den, SP_LONG(sp_give, den), .low = 1, .high = SP_RATIO_MAX)                            \
  X(POINTS, goal_value_fen, SP_VALUE_FIELD)
#define FREE_FIELDS(X)                                                                             \
  X(FREE, count, SP_WHOLE(n), .low = 1, .required = true)                                          \
  X(FREE, choose, SP_CHOOSE_FIELD)
#define NEED_FIELDS(X)                                                                             \
  X(NEED, qty, SP_LONG(sp_need, qty), .low = 1, .high = SP_MEASURE_MAX, .required = true)          \
  X(NEED, scope, .type = JSON_ANY)
#define BUY_FIELDS(X)                                                                              \
  X(BUY, buy, .type = JSON_OBJECT, .required = true)                                               \
  X(BUY, get, .type = JSON_OBJECT, .required = true)                                               \
  X(BUY, off_bp, SP_RATE(bp), .low = 1, .absent = 10000)                                           \
  X(BUY, choose, SP_CHOOSE_FIELD)                                                                  \
  X(BUY, repeat, SP_BOOL(sp_give, repeat))
#define BUNDLE_FIELDS(X)                                                                           \
  X(BUNDLE, needs, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_NEEDS_MAX)           \
  X(BUNDLE, price, SP_FEN(amount_fen))                                                             \
  X(BUNDLE, off, SP_FEN(amount_fen), .low = 1)                                                     \
  X(BUNDLE, repeat, SP_BOOL(sp_give, repeat))
#define GROUPS_FIELDS(X)                                                                           \
  X(GROUPS, size, SP_WHOLE(n), .low = 1, .required = true)                                         \
  X(GROUPS, give, .type = JSON_ANY, .required = true)
#define FIRST_FIELDS(X)                                                                            \
  X(FIRST, first, SP_FEN(amount_fen), .required = true)                                            \
  X(FIRST, additional, SP_FEN(additional_fen), .required = true)                                   \
  X(FIRST, max, SP_WHOLE(n), .low = 1)
#define FREIGHT_FIELDS(X)                                                                          \
  X(FREIGHT, amount, SP_FEN(amount_fen), .low = 1)                                                 \
  X(FREIGHT, bp, SP_RATE(bp), .low = 1)                                                            \
  X(FREIGHT, per, SP_FLAG(sp_give, whole_order), .words = "package order")                         \
  X(FREIGHT, cap, SP_BIGINT(sp_give, cap_fen), .high = SP_BIG_CART_FEN)
/* What it shares with freight_off stands at the same places, so one check serves both. */
#define FEES_FIELDS(X)                                                                             \
  X(FEES, amount, SP_FEN(amount_fen), .low = 1)                                                    \
  X(FEES, bp, SP_RATE(bp), .low = 1)                                                               \
  X(FEES, fees, .type = JSON_ARRAY, .low = 1, .high = SP_FEES_MAX)                                 \
  X(FEES, cap, SP_BIGINT(sp_give, cap_fen), .high = SP_BIG_CART_FEN)
#define GROWTH_FIELDS(X)                                                                           \
  X(GROWTH, n, SP_WHOLE(n), .low = 1, .required = true)                                            \
  X(GROWTH, goal_value_fen, SP_VALUE_FIELD)
#define CARD_FIELDS(X)                                                                             \
  X(CARD, card, SP_NAME(sp_give, card), .required = true)                                          \
  X(CARD, days, SP_WHOLE(n), .low = 1, .required = true)                                           \
  X(CARD, goal_value_fen, SP_VALUE_FIELD)
#define BONUS_FIELDS(X)                                                                            \
  X(BONUS, amount, SP_FEN(amount_fen), .low = 1, .required = true)                                 \
  X(BONUS, goal_value_fen, SP_VALUE_FIELD)
#define COMMISSION_FIELDS(X)                                                                       \
  X(COMMISSION, fixed, SP_FEN(amount_fen), .absent = -1)                                           \
  X(COMMISSION, levels, .type = JSON_ARRAY, .low = 1, .high = SP_PROMOTERS_MAX)

SP_SCHEMA(amount_off_schema, AMOUNT, AMOUNT_FIELDS, "");
SP_SCHEMA(percent_off_schema, PERCENT, PERCENT_FIELDS, "");
SP_SCHEMA(unit_price_schema, UNIT, UNIT_FIELDS, "");
SP_SCHEMA(tiers_schema, TIERS, TIERS_FIELDS, "");
SP_SCHEMA(tier_schema, TIER, TIER_FIELDS, "");
SP_SCHEMA(every_schema, EVERY, EVERY_FIELDS, "");
SP_SCHEMA(nth_item_schema, NTH, NTH_FIELDS, "");
SP_SCHEMA(gift_schema, GIFT, GIFT_FIELDS, "");
SP_SCHEMA(gift_option_schema, GIFT_OPTION, GIFT_OPTION_FIELDS, "");
SP_SCHEMA(grant_coupon_schema, GRANT, GRANT_FIELDS, "");
SP_SCHEMA(points_schema, POINTS, POINTS_FIELDS, "");
SP_SCHEMA(add_on_schema, ADD_ON, ADD_ON_FIELDS, "");
SP_SCHEMA(add_on_option_schema, ADD_ON_OPTION, ADD_ON_OPTION_FIELDS, "");
SP_SCHEMA(items_free_schema, FREE, FREE_FIELDS, "");
SP_SCHEMA(need_schema, NEED, NEED_FIELDS, "");
SP_SCHEMA(buy_get_schema, BUY, BUY_FIELDS, "");
SP_SCHEMA(bundle_schema, BUNDLE, BUNDLE_FIELDS, "");
SP_SCHEMA(qty_groups_schema, GROUPS, GROUPS_FIELDS, "");
SP_SCHEMA(first_schema, FIRST, FIRST_FIELDS, "");
SP_SCHEMA(freight_off_schema, FREIGHT, FREIGHT_FIELDS, "");
SP_SCHEMA(fees_off_schema, FEES, FEES_FIELDS, "");
SP_SCHEMA(growth_schema, GROWTH, GROWTH_FIELDS, "");
SP_SCHEMA(membership_schema, CARD, CARD_FIELDS, "");
SP_SCHEMA(stored_bonus_schema, BONUS, BONUS_FIELDS, "");
SP_SCHEMA(commission_schema, COMMISSION, COMMISSION_FIELDS, "");
static const json_schema free_freight_schema = {"", NULL, 0, 0};

/* The most members that one give has. */
#define SP_GIVE_FIELDS_MAX 8
_Static_assert((int)FEES_cap == (int)FREIGHT_cap, "places");
_Static_assert(PERCENT_COUNT <= SP_GIVE_FIELDS_MAX && EVERY_COUNT <= SP_GIVE_FIELDS_MAX, "room");

static const char give_words[] = SP_WORDS_GIVE;

static void give_in(book_work *w, const cJSON *node, const sp_rule *rule, nesting depth,
                    sp_give *give);

/* The member must not stand here. */
static void refuse(const give_work *g, const char *name, bool wrong) {
  if (wrong) report_error_key(g->w->report, g->node, name, SP_E_CONFLICT);
}

/* Refuses a base that cannot be meant here, and settles it. */
static void base_in(const give_work *g, sp_base otherwise) {
  refuse_late_base(g->w, g->node, g->rule->stage, g->give->base);
  g->give->base = resolve_base(g->rule->stage, g->give->base, otherwise);
}

/* ---- amount_off, percent_off ---- */

/* A quota of the unit stage is one of each line, and one of the rule goes by the cart, unless it is
 * said. What is to be chosen may only be said of a quota that lines share. */
static void quota_in(const give_work *g, const cJSON *units, const cJSON *per,
                     const cJSON *choose) {
  g->give->units_per_line |= !per;
  if (!choose) g->give->choose = SP_CHOOSE_cart;
  refuse(g, "choose", choose && (!units || g->give->units_per_line));
}

static void off_in(const give_work *g) {
  bool percent = g->give->kind == SP_GIVE_percent_off;
  bool in_unit_stage = g->rule->stage == SP_STAGE_unit;
  bool whole_only = g->nesting >= IN_EVERY;
  sp_give *give = g->give;
  if (percent) base_in(g, g->w->book->policy.percent_base);
  if (percent && !g->v[PERCENT_per] && !whole_only) give->per = g->w->book->policy.percent_level;
  sp_per per = give->per;
  bool chosen = per == SP_PER_piece || (per == SP_PER_unit && g->v[PERCENT_max_units]);

  refuse(g, "per", (in_unit_stage && per != SP_PER_unit) || (whole_only && per != SP_PER_order));
  refuse(g, "max_units", g->v[PERCENT_max_units] && per != SP_PER_unit);
  bool best_elsewhere = give->choose == SP_CHOOSE_best && per != SP_PER_piece;
  if (in_unit_stage) {
    quota_in(g, g->v[PERCENT_max_units], g->v[PERCENT_max_units_per], g->v[PERCENT_choose]);
  } else {
    refuse(g, "max_units_per", g->v[PERCENT_max_units_per] && !g->v[PERCENT_max_units]);
    refuse(g, "choose", g->v[PERCENT_choose] && (!chosen || best_elsewhere));
  }
  if (!percent) {
    // Beyond the goods there is freight only where freight is settled, and it is a coupon's alone.
    bool in_freight = g->rule->stage == SP_STAGE_freight;
    bool alone = g->rule->kind == SP_KIND_coupon && g->rule->give_count == 1;
    refuse(g, "lands_on", give->lands_on_freight && !in_freight);
    refuse(g, "per", in_freight && per != SP_PER_order);
    if (in_freight && !(alone && give->lands_on_freight))
      report_error(g->w->report, g->node, SP_E_CONFLICT);
    return;
  }
  bool cap_may_stand = per == SP_PER_order || per == SP_PER_piece;
  refuse(g, "cap", g->v[PERCENT_cap] && (in_unit_stage || !cap_may_stand));
  refuse(g, "base", g->v[PERCENT_base] && in_unit_stage);
}

/* ---- unit_price ---- */

static void unit_price_in(const give_work *g) {
  const cJSON *list = g->v[UNIT_prices];
  book_work *w = g->w;
  if (list) {
    g->give->prices =
        prices_in(w->report, w->arena, w->scratch, w->book, list, true, &g->give->price_count);
  }
  quota_in(g, g->v[UNIT_max_units], g->v[UNIT_max_units_per], g->v[UNIT_choose]);
  refuse(g, "prices", g->v[UNIT_price] && list);
  if (!g->v[UNIT_price] && !list) {
    report_error_key(g->w->report, g->node, "price", SP_E_REQUIRED);
  }
}

/* ---- tiers, every ---- */

static void tiers_in(const give_work *g) {
  book_work *w = g->w;
  uint32_t count;
  base_in(g, w->book->policy.threshold_base);
  sp_tier *tiers = json_list(w->report, w->arena, g->v[TIERS_tiers], sizeof *tiers, &count);
  sp_give *gives = json_array(w->report, w->arena, count, sizeof *gives);
  if (!tiers || !gives) return;
  g->give->tiers = tiers;
  g->give->tier_count = count;
  int64_t before = 0;
  const cJSON *node = json_first(g->v[TIERS_tiers]), *v[TIER_COUNT];
  for (; node; node = node->next, tiers++, gives++) {
    json_object(w->report, node, &tier_schema, tiers, v);
    give_in(w, v[TIER_give], g->rule, IN_TIERS, gives);
    tiers->give = gives;
    if (v[TIER_gte] && tiers->gte <= before) report_error(w->report, v[TIER_gte], SP_E_RANGE);
    before = tiers->gte;
  }
}

static void inner_in(const give_work *g, const cJSON *node) {
  sp_give *inner = json_array(g->w->report, g->w->arena, 1, sizeof *inner);
  if (!inner || !node) return;
  bool groups = g->give->kind == SP_GIVE_qty_groups;
  give_in(g->w, node, g->rule, groups ? IN_GROUPS : IN_EVERY, inner);
  g->give->inner = inner;
}

static void every_in(const give_work *g) {
  base_in(g, g->w->book->policy.threshold_base);
  inner_in(g, g->v[EVERY_give]);
  const sp_give *inner = g->give->inner;
  refuse(g, "compound", g->give->compound && inner && inner->kind != SP_GIVE_percent_off);
}

static void qty_groups_in(const give_work *g) {
  inner_in(g, g->v[GROUPS_give]);
}

/* ---- nth_item, gift, grant_coupon ---- */

static void rates_in(const give_work *g, const cJSON *array) {
  static const json_field bp_field = {.type = JSON_INT, .high = 10000};
  sp_give *give = g->give;
  uint16_t *bp = json_list(g->w->report, g->w->arena, array, sizeof *bp, &give->pay_count);
  give->pay_bp = bp;
  if (!bp) return;
  for (const cJSON *node = json_first(array); node; node = node->next) {
    int32_t rate = 0;
    json_read(g->w->report, node, &bp_field, &rate);
    *bp++ = (uint16_t)rate;
  }
}

static void nth_item_in(const give_work *g) {
  base_in(g, SP_BASE_current);
  rates_in(g, g->v[NTH_pay_bp]);
}

static void gift_in(const give_work *g) {
  const cJSON *v[GIFT_OPTION_COUNT];
  sp_gift_option *gifts =
      json_list(g->w->report, g->w->arena, g->v[GIFT_options], sizeof *gifts, &g->give->gift_count);
  g->give->gifts = gifts;
  if (!gifts) return;
  for (const cJSON *node = json_first(g->v[GIFT_options]); node; node = node->next, gifts++) {
    json_object(g->w->report, node, &gift_option_schema, gifts, v);
    if (!v[GIFT_OPTION_sku]) continue;
    gifts->sku = book_find_sku(g->w->book, json_text(v[GIFT_OPTION_sku]));
    if (gifts->sku == SP_NONE) report_error(g->w->report, v[GIFT_OPTION_sku], SP_E_REFERENCE);
  }
}

/* Its goods have a rule of their own, which nobody chooses and which gives nothing else. */
static void add_on_in(const give_work *g) {
  const cJSON *v[ADD_ON_OPTION_COUNT];
  sp_price *options = json_list(g->w->report, g->w->arena, g->v[ADD_ON_options], sizeof *options,
                                &g->give->price_count);
  g->give->prices = options;
  if (!options) return;
  bool alone =
      g->rule->kind == SP_KIND_promotion && g->rule->group == SP_NONE && g->rule->give_count == 1;
  if (!alone) report_error(g->w->report, g->node, SP_E_CONFLICT);
  for (const cJSON *node = json_first(g->v[ADD_ON_options]); node; node = node->next, options++) {
    json_object(g->w->report, node, &add_on_option_schema, options, v);
    const cJSON *sku = v[ADD_ON_OPTION_sku];
    if (!sku) continue;
    options->sku = book_find_sku(g->w->book, json_text(sku));
    bool twice = false;
    for (const sp_price *other = g->give->prices; other < options; other++)
      twice |= other->sku == options->sku;
    if (options->sku == SP_NONE || twice) {
      report_error(g->w->report, sku, twice ? SP_E_DUPLICATE_ID : SP_E_REFERENCE);
    }
  }
}

static void grant_coupon_in(const give_work *g) {
  const cJSON *node = g->v[GRANT_rule];
  if (!node) return;
  uint32_t rule = book_find_rule(g->w->book, json_text(node));
  g->give->coupon_rule = rule;
  if (rule == SP_NONE || g->w->rules[rule].kind != SP_KIND_coupon) {
    report_error(g->w->report, node, SP_E_REFERENCE);
  }
}

/* One of two members must stand, and not both. */
static void either(const give_work *g, const cJSON *one, const cJSON *other, const char *one_name,
                   const char *other_name) {
  if (!one && !other) report_error_key(g->w->report, g->node, one_name, SP_E_REQUIRED);
  refuse(g, other_name, one && other);
}

static void points_give_in(const give_work *g) {
  const cJSON *num = g->v[POINTS_num];
  either(g, g->v[POINTS_n], num, "n", "num");
  if (!num != !g->v[POINTS_den])
    report_error_key(g->w->report, g->node, num ? "den" : "num", SP_E_REQUIRED);
  refuse(g, "num", num && (g->rule->stage != SP_STAGE_reward || g->nesting == IN_EVERY));
  // A number for each piece, times the steps, would pass any integer.
  refuse(g, "per", g->v[POINTS_per] && (num || g->nesting == IN_EVERY));
}

static void freight_off_in(const give_work *g) {
  either(g, g->v[FREIGHT_amount], g->v[FREIGHT_bp], "amount", "bp");
  refuse(g, "cap", g->v[FREIGHT_cap] && g->v[FREIGHT_amount]);
}

static uint32_t find_fee(const void *book, sp_text id) {
  const sp_book *b = book;
  uint32_t f = 0;
  while (f < b->fee_count && !text_equal(b->fees[f].id, id))
    f++;
  return f < b->fee_count ? f : SP_NONE;
}

/* Off all fees where it names none. */
static void fees_off_in(const give_work *g) {
  book_work *w = g->w;
  uint32_t count;
  freight_off_in(g);
  g->give->whole_order = true;
  g->give->fee_bits = g->v[FEES_fees] ? 0 : UINT32_MAX;
  w->book->cuts_fees = true;
  const uint32_t *fees = ids_in(w->report, w->scratch, g->v[FEES_fees], find_fee, w->book, &count);
  for (uint32_t i = 0; i < count; i++)
    g->give->fee_bits |= 1u << fees[i];
}

static void commission_in(const give_work *g) {
  const cJSON *levels = g->v[COMMISSION_levels];
  if (levels) rates_in(g, levels);
  if (!levels && !g->v[COMMISSION_fixed])
    report_error_key(g->w->report, g->node, "fixed", SP_E_REQUIRED);
}

/* ---- sets ---- */

static void items_free_in(const give_work *g) {
  refuse(g, "choose", g->give->choose == SP_CHOOSE_best);
}

static void needs_in(const give_work *g, const cJSON *const *nodes, uint32_t count) {
  const cJSON *v[NEED_COUNT];
  sp_need *needs = json_array(g->w->report, g->w->arena, count, sizeof *needs);
  if (!needs) return;
  g->give->needs = needs;
  g->give->need_count = count;
  for (uint32_t i = 0; i < count; i++) {
    json_object(g->w->report, nodes[i], &need_schema, &needs[i], v);
    needs[i].scope = scope_in(g->w, v[NEED_scope]);
    if (!v[NEED_scope] && g->give->kind == SP_GIVE_bundle)
      report_error_key(g->w->report, nodes[i], "scope", SP_E_REQUIRED);
  }
}

static void buy_get_in(const give_work *g) {
  items_free_in(g);
  if (g->v[BUY_buy] && g->v[BUY_get]) needs_in(g, &g->v[BUY_buy], 2);
}

static void bundle_in(const give_work *g) {
  const cJSON *nodes[SP_NEEDS_MAX], *node = json_first(g->v[BUNDLE_needs]);
  uint32_t count = 0;
  for (; node; node = node->next)
    nodes[count++] = node;
  needs_in(g, nodes, count);
  g->give->names_price = g->v[BUNDLE_price];
  either(g, g->v[BUNDLE_price], g->v[BUNDLE_off], "price", "off");
  bundle_work *later = json_array(g->w->report, g->w->scratch, 1, sizeof *later);
  if (!later) return;
  *later = (bundle_work){g->v[BUNDLE_needs], g->give, g->w->bundles};
  g->w->bundles = later;
}

static bool share_a_sku(const book_work *w, sp_scope a, sp_scope b) {
  for (uint32_t sku = 0; sku < w->book->sku_count; sku++) {
    if (scope_has(a, sku) && scope_has(b, sku)) return true;
  }
  return false;
}

void bundles_resolve(book_work *w) {
  for (const bundle_work *one = w->bundles; one; one = one->next) {
    const sp_need *needs = one->give->needs;
    for (uint32_t i = 1; i < one->give->need_count; i++) {
      for (uint32_t j = 0; j < i; j++) {
        if (!share_a_sku(w, needs[i].scope, needs[j].scope)) continue;
        report_error(w->report, json_element(one->needs, i), SP_E_CONFLICT);
        break;
      }
    }
  }
}

/* ---- one give ---- */

#define SP_BENEFIT (IN_GOODS | IN_REWARD | SP_NESTED(IN_GOODS | IN_REWARD))
static const struct {
  const json_schema *schema;
  void (*read)(const give_work *g); /* NULL: the schema says it all */
  uint32_t places;                  /* where it may stand */
} kinds[] = {
    [SP_GIVE_amount_off] = {&amount_off_schema, off_in,
                            IN_UNIT | IN_FREIGHT | IN_GOODS | SP_NESTED(IN_GOODS) |
                                IN_GOODS << IN_GROUPS},
    [SP_GIVE_percent_off] = {&percent_off_schema, off_in,
                             IN_UNIT | IN_GOODS | SP_NESTED(IN_GOODS) | IN_GOODS << IN_GROUPS},
    [SP_GIVE_unit_price] = {&unit_price_schema, unit_price_in, IN_UNIT},
    [SP_GIVE_tiers] = {&tiers_schema, tiers_in, IN_GOODS | IN_FREIGHT | IN_REWARD},
    [SP_GIVE_every] = {&every_schema, every_in, IN_GOODS | IN_REWARD},
    [SP_GIVE_nth_item] = {&nth_item_schema, nth_item_in, SP_TIERED(IN_GOODS)},
    [SP_GIVE_gift] = {&gift_schema, gift_in, SP_BENEFIT},
    [SP_GIVE_grant_coupon] = {&grant_coupon_schema, grant_coupon_in, SP_BENEFIT},
    [SP_GIVE_points] = {&points_schema, points_give_in, SP_BENEFIT},
    [SP_GIVE_free_freight] = {&free_freight_schema, NULL, SP_TIERED(IN_GOODS | IN_FREIGHT)},
    [SP_GIVE_items_free] = {&items_free_schema, items_free_in, IN_GOODS | SP_NESTED(IN_GOODS)},
    [SP_GIVE_buy_get] = {&buy_get_schema, buy_get_in, SP_TIERED(IN_GOODS)},
    [SP_GIVE_bundle] = {&bundle_schema, bundle_in, SP_TIERED(IN_GOODS)},
    [SP_GIVE_qty_groups] = {&qty_groups_schema, qty_groups_in, SP_TIERED(IN_GOODS)},
    [SP_GIVE_first_and_additional] = {&first_schema, NULL, SP_TIERED(IN_GOODS)},
    [SP_GIVE_freight_off] = {&freight_off_schema, freight_off_in, SP_TIERED(IN_FREIGHT)},
    [SP_GIVE_fees_off] = {&fees_off_schema, fees_off_in, SP_TIERED(IN_FREIGHT)},
    [SP_GIVE_growth] = {&growth_schema, NULL, SP_BENEFIT},
    [SP_GIVE_grant_membership] = {&membership_schema, NULL, SP_TIERED(IN_GOODS | IN_REWARD)},
    [SP_GIVE_stored_bonus] = {&stored_bonus_schema, NULL, SP_BENEFIT},
    [SP_GIVE_commission] = {&commission_schema, commission_in, IN_REWARD},
    [SP_GIVE_add_on] = {&add_on_schema, add_on_in, IN_GOODS},
};

static uint32_t place_of(const sp_rule *rule, nesting depth) {
  uint32_t class = rule->stage == SP_STAGE_unit      ? IN_UNIT
                   : rule->stage == SP_STAGE_freight ? IN_FREIGHT
                   : rule->stage == SP_STAGE_reward  ? IN_REWARD
                                                     : IN_GOODS;
  return class << depth;
}

static void give_in(book_work *w, const cJSON *node, const sp_rule *rule, nesting depth,
                    sp_give *give) {
  if (!node) return;
  const cJSON *member = json_first(node);
  if (!json_is_object(node) || !member) {
    report_error(w->report, node, json_is_object(node) ? SP_E_REQUIRED : SP_E_TYPE);
    return;
  }
  if (member->next) report_error(w->report, member->next, SP_E_FIELD);
  uint32_t kind = words_find(give_words, member->string);
  if (kind >= SP_UNSUPPORTED) {
    report_error(w->report, member, kind == SP_NONE ? SP_E_FIELD : SP_E_UNSUPPORTED);
    return;
  }
  give->kind = (sp_give_kind)kind;
  give->cap_fen = -1;
  give->coupon_rule = SP_NONE;
  if (!(kinds[kind].places & place_of(rule, depth))) {
    report_error(w->report, member, SP_E_CONFLICT);
    return;
  }
  const cJSON *v[SP_GIVE_FIELDS_MAX];
  give_work g = {w, rule, depth, member, v, give};
  if (json_object(w->report, member, kinds[kind].schema, give, v) && kinds[kind].read) {
    kinds[kind].read(&g);
  }
}

void gives_in(book_work *w, const cJSON *node, sp_rule *rule) {
  static const json_field list_field = {.type = JSON_ARRAY, .low = 1, .high = SP_GIVES_MAX};
  if (!node) return;
  bool list = json_is_array(node);
  if (list && !json_read(w->report, node, &list_field, NULL)) return;
  uint32_t count = list ? json_count(node) : 1;
  sp_give *gives = json_array(w->report, w->arena, count, sizeof *gives);
  if (!gives) return;
  rule->gives = gives;
  rule->give_count = count;
  const cJSON *one = list ? node->child : node;
  for (uint32_t i = 0; i < count; i++, one = one->next) {
    give_in(w, one, rule, ON_TOP, &gives[i]);
    rule->percentage = rule->percentage || give_has(&gives[i], SP_GIVES_PERCENTAGE);
    rule->takes_freight |= rule->stage == SP_STAGE_freight && give_has(&gives[i], SP_GIVES_FREIGHT);
    rule->benefit = rule->benefit || give_has(&gives[i], SP_GIVES_BENEFIT);
  }
  // A piece has one price: unit rules compete and never add up.
  if (rule->stage == SP_STAGE_unit && count > 1) report_error(w->report, node, SP_E_CONFLICT);
}
