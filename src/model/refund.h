/* What was paid for an order, and what of it has gone back: src/README.md §10.
 * Filled by codec/refund_in.c, computed by engine/refund.c, written by codec/refund_out.c. */
#ifndef SP_MODEL_REFUND_H
#define SP_MODEL_REFUND_H

#include "base/base.h"

/* X(name): who paid, in the order in which money goes back. */
#define SP_TENDERS(X) X(cash) X(principal) X(bonus) X(gift_card)
typedef enum {
#define X(name) SP_TENDER_##name,
  SP_TENDERS(X)
#undef X
      SP_TENDER_COUNT
} sp_tender_kind;

typedef struct {
  sp_text id;
  uint32_t first_segment, segment_count;
} sp_order_line;

typedef struct {
  uint32_t line;
  int32_t qty;
  int64_t list_fen, paid_fen;
  int64_t points; /* that were spent on it */
  int64_t earned;
} sp_order_segment;

typedef struct {
  sp_text id;
  int64_t used;
} sp_order_lot;

/* Some of the segments or lines. */
typedef struct {
  const uint32_t *items;
  uint32_t count;
} sp_order_set;

typedef struct {
  sp_text id;
  sp_order_set segments;
} sp_order_coupon;

/* A threshold that a gift stands on, once or several times: with each `gte` that is left of its
 * lines one of `times` equal parts of the gift is kept. */
typedef struct {
  int64_t gte, times;
  bool by_qty;
  sp_order_set lines; /* items NULL: all */
} sp_order_term;

typedef struct {
  sp_text rule, sku;
  int64_t qty, value_fen; /* the value is that of all its pieces together */
  const sp_order_term *terms;
  uint32_t term_count;
} sp_order_gift;

typedef struct {
  const sp_order_line *lines;
  const sp_order_segment *segments;
  const sp_order_lot *lots; /* in the order in which they were used */
  const sp_order_coupon *coupons;
  const sp_order_gift *gifts;
  const uint32_t *line_by_id;
  uint32_t line_count, segment_count, lot_count, coupon_count, gift_count;
  int64_t freight_fen, fees_fen;
  bool fees_refundable;
  int64_t tender_fen[SP_TENDER_COUNT];
  int64_t earned_balance;         /* points of earned that were still there */
  int64_t points_num, points_den; /* what a point that is missing costs; den 0: nothing */
} sp_order;

/* What has gone back of a segment: pieces, and list amount beside them. */
typedef struct {
  int32_t qty;
  int64_t list_fen;
} sp_returned;

/* All that has gone back after some refunds. It has no memory of their order, so neither have the
 * sums below. */
typedef struct {
  sp_returned *segments;
  int64_t *gifts; /* pieces returned of a rule's gifts, at the first gift of the rule */
  bool shipped;   /* something had been shipped when it was refunded */
  bool merchant;  /* a refund was the merchant's fault */
} sp_returns;

/* X(name): sums of money and points, in all; a refund is the difference of two of them. money may
 * fall below 0: a gift that is kept may be worth more than what has gone back. */
#define SP_REFUND_SUMS(X)                                                                          \
  X(money)                                                                                         \
  X(goods)                                                                                         \
  X(freight) X(fees) X(gifts_deducted) X(earned_deducted) X(points) X(earned) X(earned_short)
typedef enum {
#define X(name) SP_REFUND_##name,
  SP_REFUND_SUMS(X)
#undef X
      SP_REFUND_tender,
  SP_REFUND_COUNT = SP_REFUND_tender + SP_TENDER_COUNT
} sp_refund_sum;

typedef struct {
  int64_t sum[SP_REFUND_COUNT];
} sp_refund_sums;

#endif
