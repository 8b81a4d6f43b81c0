/* The switches of src/README.md §5. */
#include "codec/book_parts.h"

enum {
  POLICY_threshold_base,
  POLICY_percent_base,
  POLICY_percent_rounding,
  POLICY_percent_side,
  POLICY_share_remainder,
  POLICY_free_freight_base,
  POLICY_coupon_slots,
  POLICY_amounts_first,
  POLICY_unit_price,
  POLICY_goal,
  POLICY_coupon_min_gain_fen,
  POLICY_rounding_off_fen,
  POLICY_overflow,
  POLICY_zero_pay,
  POLICY_coupons_cover_freight,
  POLICY_points_with_coupons,
  POLICY_points_earned_on,
  POLICY_COUNT
};
#define SP_SWITCH .type = JSON_ENUM, .absent = -1

static const json_field policy_fields[] = {
    {.name = "threshold_base", SP_SWITCH, .words = SP_WORDS_EARLY_BASE},
    {.name = "percent_base", SP_SWITCH, .words = SP_WORDS_EARLY_BASE},
    {.name = "percent_rounding", SP_SWITCH, .words = SP_WORDS_ROUNDING},
    {.name = "percent_side", SP_SWITCH, .words = SP_WORDS_SIDE},
    {.name = "share_remainder", SP_SWITCH, .words = SP_WORDS_REMAINDER},
    {.name = "free_freight_base", SP_SWITCH, .words = SP_WORDS_BASE},
    {.name = "coupon_slots", SP_SWITCH, .words = SP_WORDS_SLOTS},
    {.name = "amounts_first", .type = JSON_BOOL, .absent = -1},
    {.name = "unit_price", SP_SWITCH, .words = SP_WORDS_UNIT_PRICE},
    {.name = "goal", SP_SWITCH, .words = SP_WORDS_GOAL},
    {.name = "coupon_min_gain_fen",
     .type = JSON_INT,
     .low = 1,
     .high = SP_PRICE_FEN_MAX,
     .absent = 1},
    {.name = "rounding_off_fen", .type = JSON_INT, .low = 1, .high = 100, .absent = 1},
    // One value each so far: the switch names a meaning that later versions may widen.
    {.name = "overflow", SP_SWITCH, .words = "clamp", .unsupported = "refuse"},
    {.name = "zero_pay", SP_SWITCH, .words = "allowed", .unsupported = "refused"},
    {.name = "coupons_cover_freight", .type = JSON_BOOL, .absent = false},
    {.name = "points_with_coupons", .type = JSON_BOOL, .absent = true},
    {.name = "points_earned_on", SP_SWITCH, .words = "goods_paid", .unsupported = "payable"},
};
static const json_schema policy_schema = SP_SCHEMA(policy_fields, NULL);

/* The columns of the table for the switches that differ or are not simply 0. */
static const struct {
  sp_base threshold, percent, free_freight;
  sp_coupon_slots slots;
} presets[] = {
    {SP_BASE_current, SP_BASE_current, SP_BASE_payable_goods, SP_SLOTS_shop},
    {SP_BASE_after_item, SP_BASE_after_item, SP_BASE_after_item, SP_SLOTS_shop_and_platform},
};

static int64_t stated(const json_value *value, int64_t otherwise) {
  return value->item && value->number >= 0 ? value->number : otherwise;
}

static void refuse_unless(book_work *w, const json_value *value, bool good, sp_err err) {
  if (!good) report_error(w->report, &value->at, err);
}

void policy_in(book_work *w, uint32_t preset, const json_value *node) {
  json_value v[POLICY_COUNT];
  json_absent(&policy_schema, v);
  if (node->item) json_object(w->report, node, &policy_schema, v);
  int64_t unit_price = stated(&v[POLICY_unit_price], 0);
  w->book->policy = (sp_policy){
      .threshold_base = (sp_base)stated(&v[POLICY_threshold_base], presets[preset].threshold),
      .percent_base = (sp_base)stated(&v[POLICY_percent_base], presets[preset].percent),
      .free_freight_base =
          (sp_base)stated(&v[POLICY_free_freight_base], presets[preset].free_freight),
      .percent_rounding = (sp_rounding)stated(&v[POLICY_percent_rounding], SP_FLOOR),
      .percent_price_side = stated(&v[POLICY_percent_side], 0),
      .share_remainder = (sp_remainder)stated(&v[POLICY_share_remainder], SP_REMAINDER_LAST),
      .coupon_slots = (sp_coupon_slots)stated(&v[POLICY_coupon_slots], presets[preset].slots),
      .amounts_first = stated(&v[POLICY_amounts_first], true),
      .unit_price_kind = unit_price ? (uint32_t)unit_price - 1 : SP_NONE,
      .goal = (sp_goal)stated(&v[POLICY_goal], SP_GOAL_lowest_payable),
      .coupon_min_gain_fen = v[POLICY_coupon_min_gain_fen].number,
      .rounding_off_fen = v[POLICY_rounding_off_fen].number};
  int64_t unit = w->book->policy.rounding_off_fen;
  const json_value *cover = &v[POLICY_coupons_cover_freight];
  const json_value *points = &v[POLICY_points_with_coupons];
  refuse_unless(w, &v[POLICY_rounding_off_fen], unit == 1 || unit == 10 || unit == 100, SP_E_RANGE);
  refuse_unless(w, cover, !cover->number, SP_E_UNSUPPORTED);
  refuse_unless(w, points, points->number, SP_E_UNSUPPORTED);
}
