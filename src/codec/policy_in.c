/* The switches of src/README.md §5. */
#include "codec/book_parts.h"

typedef struct {
  sp_policy policy;
  uint32_t none; /* switches with one value so far: they name what later versions may widen */
} policy_work;

#define SP_SWITCH(member) SP_ENUM(policy_work, policy.member)
#define POLICY_FIELDS(X)                                                                           \
  X(POLICY, threshold_base, SP_SWITCH(threshold_base), .words = SP_WORDS_EARLY_BASE)               \
  X(POLICY, percent_base, SP_SWITCH(percent_base), .words = SP_WORDS_EARLY_BASE)                   \
  X(POLICY, percent_rounding, SP_SWITCH(percent_rounding), .words = SP_WORDS_ROUNDING)             \
  X(POLICY, percent_side, SP_FLAG(policy_work, policy.percent_price_side), .words = SP_WORDS_SIDE) \
  X(POLICY, share_remainder, SP_SWITCH(share_remainder), .words = SP_WORDS_REMAINDER)              \
  X(POLICY, free_freight_base, SP_SWITCH(free_freight_base), .words = SP_WORDS_GOODS_BASE)         \
  X(POLICY, coupon_slots, SP_SWITCH(coupon_slots), .words = SP_WORDS_SLOTS)                        \
  X(POLICY, amounts_first, SP_BOOL(policy_work, policy.amounts_first))                             \
  X(POLICY, unit_price, SP_SWITCH(unit_price_kind), .words = SP_WORDS_UNIT_PRICE)                  \
  X(POLICY, goal, SP_SWITCH(goal), .words = SP_WORDS_GOAL)                                         \
  X(POLICY, coupon_min_gain_fen, SP_LONG(policy_work, policy.coupon_min_gain_fen), .low = 1,       \
    .high = SP_PRICE_FEN_MAX)                                                                      \
  X(POLICY, rounding_off_fen, SP_LONG(policy_work, policy.rounding_off_fen), .low = 1,             \
    .high = 100)                                                                                   \
  X(POLICY, percent_level, SP_SWITCH(percent_level), .words = "order line unit")                   \
  X(POLICY, excess_share, SP_FLAG(policy_work, policy.excess_lost), .words = "moves lost")         \
  X(POLICY, overflow, SP_FLAG(policy_work, policy.refuse_overflow), .words = "clamp refuse")       \
  X(POLICY, zero_pay, SP_FLAG(policy_work, policy.zero_pay_refused), .words = "allowed refused")   \
  X(POLICY, coupons_cover_freight, SP_BOOL(policy_work, policy.coupons_cover_freight))             \
  X(POLICY, points_with_coupons, SP_BOOL(policy_work, policy.points_with_coupons))                 \
  X(POLICY, points_goal_bp, SP_LONG(policy_work, policy.points_goal_bp), .high = 10000)            \
  X(POLICY, points_earned_on, SP_FLAG(policy_work, policy.points_on_payable),                      \
    .words = "goods_paid payable")                                                                 \
  X(POLICY, gifts_weigh, SP_BOOL(policy_work, policy.gifts_weigh))                                 \
  X(POLICY, group_buy_threshold, SP_FLAG(policy_work, policy.group_buy_list), .words = "same list")
SP_SCHEMA(policy_schema, POLICY, POLICY_FIELDS, "");

static void refuse(book_work *w, const cJSON *node, bool wrong, sp_err err) {
  if (wrong) report_error(w->report, node, err);
}

void policy_in(book_work *w, uint32_t preset, const cJSON *node) {
  bool parallel = preset == 1, international = preset == 2;
  // The columns of the table: what is not stated stays as it is here.
  policy_work p = {
      .policy = {.threshold_base = parallel ? SP_BASE_after_item : SP_BASE_current,
                 .percent_base = parallel ? SP_BASE_after_item : SP_BASE_current,
                 .free_freight_base = parallel        ? SP_BASE_after_item
                                      : international ? SP_BASE_current
                                                      : SP_BASE_payable_goods,
                 .percent_rounding = international ? SP_HALF_UP : SP_FLOOR,
                 .percent_level = international ? SP_PER_line : SP_PER_order,
                 .share_remainder = international ? SP_REMAINDER_LARGEST : SP_REMAINDER_LAST,
                 .coupon_slots = parallel        ? SP_SLOTS_shop_and_platform
                                 : international ? SP_SLOTS_unlimited
                                                 : SP_SLOTS_shop,
                 .amounts_first = true,
                 .coupon_min_gain_fen = 1,
                 .rounding_off_fen = 1,
                 .points_with_coupons = true,
                 .points_goal_bp = 10000}};
  const cJSON *v[POLICY_COUNT];
  json_object(w->report, node, &policy_schema, &p, v);
  int32_t unit = (int32_t)p.policy.rounding_off_fen;
  refuse(w, v[POLICY_rounding_off_fen], unit != 1 && unit != 10 && unit != 100, SP_E_RANGE);
  // "lowest" is the first word and no kind, so it becomes SP_NONE.
  p.policy.unit_price_kind--;
  if (p.policy.unit_price_kind == SP_KIND_promotion) p.policy.unit_price_kind = SP_KIND_new_member;
  w->book->policy = p.policy;
}
