/* What goes back: order x all that was returned -> sums. Pure; integers only; no memory is taken.
 * Source of every rule: src/README.md §10. */
#ifndef SP_ENGINE_REFUND_H
#define SP_ENGINE_REFUND_H

#include "model/refund.h"

/* The sums after all that was returned. */
void refund_sums(const sp_order *order, const sp_returns *returns, sp_refund_sums *out);

/* The part of an amount of a segment that has gone back. */
int64_t refund_part(const sp_order_segment *segment, const sp_returned *returned, int64_t amount);

/* List amount of a segment that has not gone back. */
int64_t refund_list_left(const sp_order_segment *segment, const sp_returned *returned);

/* Whether nothing is left of the coupon's segments; without segments, of the order. */
bool refund_frees_coupon(const sp_order *order, const sp_returns *returns,
                         const sp_order_coupon *coupon);

/* Points of one lot that are back when that many are back in all. */
int64_t refund_lot(const sp_order *order, uint32_t lot, int64_t points);

/* A gift: its pieces that its thresholds still hold, those that came back, those that are neither,
 * and what is deducted for these. */
typedef struct {
  int64_t held, back, missing, deducted_fen;
} sp_gift_state;
sp_gift_state refund_gift(const sp_order *order, const sp_returns *returns, uint32_t gift);

/* The first gift of the same rule: where its returned pieces are counted. */
uint32_t refund_gift_home(const sp_order *order, sp_text rule);

#endif
