/* The engine's answer, before it becomes text. Filled by engine/quote.c, written by
 * codec/receipt_out.c. */
#ifndef SP_MODEL_RECEIPT_H
#define SP_MODEL_RECEIPT_H

#include "model/cart.h"

/* Stages whose sums the goal best_per_level compares: item to platform_coupon. */
#define SP_LEVEL_SUMS 4

/* X(name, zh, en): why an activity or a coupon is as it is. Placeholders: {cut} {gap} {next}
 * {with}. */
#define SP_REASONS(X)                                                                              \
  X(APPLIED, "已减{cut}", "applied, saves {cut}")                                                  \
  X(BENEFIT, "已享优惠", "applied: its benefit is yours")                                          \
  X(THRESHOLD, "还差{gap}可用", "{gap} more to qualify")                                           \
  X(NOT_CHOSEN, "已选更优的活动", "a better offer was applied")                                    \
  X(NO_GOODS, "所选商品不适用", "no eligible goods")                                               \
  X(EXCLUDED, "不与已享活动同享", "cannot be combined with an offer on these goods")               \
  X(NOT_STARTED, "未到使用时间", "not started yet")                                                \
  X(EXPIRED, "已过期", "expired")                                                                  \
  X(CLOSED, "不在活动时间内", "outside its hours")                                                 \
  X(NOT_FOR_YOU, "不在适用人群内", "not for this member")                                          \
  X(NO_GAIN, "本单没有可减金额", "nothing left to take off")                                       \
  X(PICKED, "已选用，减{cut}", "picked, saves {cut}")                                              \
  X(NOT_STACKABLE, "与已选「{with}」不可叠加", "cannot be used together with {with}")              \
  X(WORSE, "已选更优的组合", "a better combination was chosen")                                    \
  X(LOSES_FREE_FREIGHT, "用后将失去包邮", "using it would lose free freight")                      \
  X(NOT_ASKED, "未选用", "not selected")                                                           \
  X(FREIGHT_UNKNOWN, "填写地址后可用", "needs an address")                                         \
  X(OVERFLOW, "面额大于可减金额", "worth more than there is to take off")                          \
  X(NO_FREIGHT, "没有可减免的运费", "no freight to take off")                                      \
  X(UNKNOWN_RULE, "该券已失效", "no longer valid")                                                 \
  X(ORDER_TYPE, "此类订单不可用", "not for this type of order")                                    \
  X(CHANNEL, "此渠道不可用", "not in this channel")                                                \
  X(LIMIT, "已达使用上限", "its limit has been reached")                                           \
  X(SMALL_GAIN, "优惠金额过小，不可用", "saves too little to be used")

typedef enum {
#define X(name, zh, en) SP_REASON_##name,
  SP_REASONS(X)
#undef X
      SP_REASON_COUNT
} sp_reason;

#define SP_ACTIVITY_STATES(X)                                                                      \
  X(applied) X(not_reached) X(not_chosen) X(excluded) X(no_goods) X(closed) X(not_for_you)
typedef enum {
#define X(name) SP_ACTIVITY_##name,
  SP_ACTIVITY_STATES(X)
#undef X
} sp_activity_state;

typedef enum {
  SP_COUPON_picked,
  SP_COUPON_usable,
  SP_COUPON_unusable,
  SP_COUPON_claim_first /* picked, and still to be claimed */
} sp_coupon_state;
typedef enum {
  SP_FREIGHT_STATE_none,
  SP_FREIGHT_STATE_known,
  SP_FREIGHT_STATE_unknown
} sp_freight_state;

#define SP_WARNINGS(X)                                                                             \
  X(OFF_SHELF)                                                                                     \
  X(PRICE_CHANGED)                                                                                 \
  X(NO_DELIVERY)                                                                                   \
  X(PIN_DROPPED) X(STOCK) X(ADD_ON_LOST) X(GIFT_OUT) X(FREIGHT_KNOWN) X(LIMIT) X(EXPIRED)
typedef enum {
#define X(name) SP_WARNING_##name,
  SP_WARNINGS(X)
#undef X
} sp_warning_code;

/* A price segment of a line: pieces that share one unit price. */
typedef struct {
  uint32_t line;
  uint32_t group; /* package */
  int32_t qty;
  uint32_t rule;        /* the unit rule, SP_NONE: list price */
  int64_t unit_fen;     /* of the SKU, without options */
  int64_t list_fen;     /* whole segment, options included */
  int64_t fixed_fen;    /* not discountable part of the net */
  int64_t left_fen;     /* discountable part of the net */
  int64_t points_fen;   /* paid by points */
  int64_t rounding_fen; /* taken by rounding off */
} sp_segment;

static inline int64_t segment_net(const sp_segment *s) {
  return s->left_fen + s->fixed_fen;
}
static inline int64_t segment_paid(const sp_segment *s) {
  return segment_net(s) - s->points_fen - s->rounding_fen;
}

/* One cut on one segment; cuts of unit prices included. Behind the segments stand the book's fees.
 */
typedef struct {
  uint32_t segment;
  uint32_t rule;
  uint32_t coupon; /* index into the request's coupons, SP_NONE: a promotion */
  int64_t cut_fen;
} sp_cut;

/* shop x store x fulfilment. Its goods amounts are sums over its segments. */
typedef struct {
  sp_text shop, store;
  sp_fulfilment fulfilment;
  int64_t freight_list_fen;
  int64_t freight_fen;
  int64_t freight_rounding_fen; /* rounding off taken from this freight (goods are 0) */
  int64_t fees_fen;
} sp_package;

typedef struct {
  bool stands;
  sp_by by;
  int64_t gte, gap;
} sp_next;

typedef struct {
  uint32_t rule;
  sp_activity_state state;
  sp_reason reason;
  int32_t step;    /* index of the reached tier, -1: none */
  int64_t times;   /* n of every, 0: none */
  int64_t measure; /* -1: nothing was measured */
  int64_t cut_fen; /* goods and fees cut, unit price cuts included */
  sp_next next;
} sp_activity;

typedef struct {
  sp_coupon_state state;
  sp_reason reason;
  int64_t cut_fen; /* goods, freight and fees */
  sp_next gap;     /* THRESHOLD: what is missing */
  uint32_t with;   /* NOT_STACKABLE: index of the picked coupon, SP_NONE otherwise */
} sp_coupon_answer;

typedef struct {
  uint32_t rule;
  uint32_t sku;
  int64_t qty;
  bool out; /* none in stock */
} sp_gift;

/* A rule that sells add-ons now, and how many of them have its price. */
typedef struct {
  uint32_t rule;
  int64_t taken;
} sp_add_on_answer;

/* What a payer would have to pay; SP_NONE: nobody in particular. */
typedef struct {
  uint32_t payer;
  int64_t payable_fen;
  bool exact; /* no decision costs less under this payer */
} sp_pay_option;

/* Where growth leads; SP_NONE: nowhere. */
typedef struct {
  int64_t growth; /* of this order, -1: the book has none */
  uint32_t next, upgrade;
  int64_t gap;
} sp_tier_answer;

typedef struct {
  uint32_t rule;
  const sp_give *give; /* says of what */
  int64_t n;           /* coupons, points, growth, days or fen */
} sp_reward;

typedef struct {
  uint32_t rule;
  uint32_t promoter; /* index into the request's promoters */
  int64_t amount_fen;
} sp_commission;

typedef struct {
  uint32_t fee;
  int64_t amount_fen; /* still to pay */
} sp_fee_answer;

typedef struct {
  sp_warning_code code;
  uint32_t line;              /* SP_NONE: none */
  uint32_t coupon;            /* SP_NONE: none */
  uint32_t rule;              /* SP_NONE: none */
  int64_t seen_fen, unit_fen; /* PRICE_CHANGED */
} sp_warning;

/* What the price takes for granted, in the order of their codes. */
#define SP_ASSUMPTIONS(X) X(COUPON) X(FIRST_ORDER) X(LIMIT) X(PAID_BY) X(STOCK)
typedef enum {
#define X(name) SP_ASSUMES_##name,
  SP_ASSUMPTIONS(X)
#undef X
} sp_assumption_code;

typedef struct {
  sp_assumption_code code;
  uint32_t index; /* COUPON: of the request's coupon, STOCK: of the SKU, otherwise of the rule */
} sp_assumption;

typedef struct {
  sp_segment *segments;
  uint32_t segment_count;
  sp_package *packages;
  uint32_t package_count;
  sp_cut *cuts; /* in the order of work, then segment */
  uint32_t cut_count;
  sp_activity *activities; /* every promotion and unit rule in book order; NULL at detail totals */
  uint32_t activity_count;
  sp_coupon_answer *coupons; /* one per coupon of the request; NULL at detail totals */
  sp_gift *gifts;
  uint32_t gift_count;
  sp_reward *rewards;
  uint32_t reward_count;
  sp_commission *commissions;
  uint32_t commission_count;
  sp_fee_answer *fees;
  uint32_t fee_count;
  sp_warning *warnings;
  uint32_t warning_count;
  sp_assumption *assumptions; /* by code, then id */
  uint32_t assumption_count;

  int64_t list_fen, options_fen, unit_cut_fen, promotion_cut_fen, coupon_cut_fen, goods_fen;
  int64_t points_cut_fen, rounding_off_fen, rounding_off_goods_fen;
  int64_t freight_list_fen, freight_cut_fen, freight_fen, fees_fen, payable_fen, saved_fen;
  int64_t fees_cut_fen; /* what rules took off fees */

  sp_freight_state freight_state;
  bool freight_free;       /* every delivery package that has a freight is free */
  int64_t freight_gap_fen; /* -1: nothing to reach */

  int64_t points_usable, points_used, points_earned;
  int64_t *line_points; /* per line of the request, what it earns; NULL: nothing earns */
  int64_t mall_points;  /* what goods of the points mall cost, -1: no such order */
  sp_tier_answer tier;
  int64_t tender_bonus_fen, tender_principal_fen, tender_card_fen;
  sp_pay_option *pay_options;
  uint32_t pay_option_count;
  sp_add_on_answer *add_ons; /* rules whose condition for their add-ons holds */
  uint32_t add_on_count;
  bool submit_ok;
  bool submit_no_delivery, submit_zero_pay, submit_points;
  int64_t submit_gap_fen; /* min_order: what is missing, 0: nothing */

  sp_decision decision;
  bool exact, pin_dropped;
  int64_t levels_fen[SP_LEVEL_SUMS]; /* goal best_per_level: what goods lost by the end of each */
  int64_t score_fen; /* the decision's own, in the measure of the goal; the larger the better */
  bool has_best;
  sp_decision best; /* without pins, see compare_best */
  int64_t best_payable_fen, best_costs_fen;
  bool best_exact;
  uint32_t visited;
  int64_t gap_fen;
  int64_t cost_fen;              /* of the decision in the goal, less is better */
  int64_t payable_over_cost_fen; /* a decision of some cost never pays less than the two together */
} sp_receipt;

/* Whether it may be another one once freight is known. */
static inline bool coupon_is_provisional(const sp_receipt *r, const sp_coupon_answer *coupon) {
  return r->freight_state == SP_FREIGHT_STATE_unknown && coupon->state != SP_COUPON_unusable;
}

#endif
