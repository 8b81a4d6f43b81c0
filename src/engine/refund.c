/* Refunds by share. Every sum is a function of what has gone back in all, never of the way there:
 * so any order and any grouping of refunds adds up to the fen.
 *
 * It does not price: thresholds of promotions and coupons are not tested again, only those of
 * gifts. It does not read a book, nor know which refund comes when. */
#include "engine/refund.h"

#include "base/money.h"
#include "base/text.h"

typedef struct {
  int64_t numerator, denominator;
} fraction;

/* Pieces and list amounts on one scale. The products stay below SP_CART_FEN_MAX x SP_QTY_MAX x 2,
 * far inside 63 bits; mostly only one of the two stands, and small numbers divide faster. */
static fraction gone(const sp_order_segment *segment, const sp_returned *returned) {
  if (returned->list_fen == 0) return (fraction){returned->qty, segment->qty};
  if (returned->qty == 0) return (fraction){returned->list_fen, segment->list_fen};
  int64_t whole = segment->list_fen * segment->qty;
  int64_t part = returned->list_fen * segment->qty + segment->list_fen * returned->qty;
  // Pieces that come back after money was given back for them bring the rest of it and no more.
  return (fraction){sp_min(part, whole), whole};
}

static bool is_gone(const sp_order *order, const sp_returns *returns, uint32_t segment) {
  fraction f = gone(&order->segments[segment], &returns->segments[segment]);
  return f.numerator == f.denominator;
}

static bool order_is_gone(const sp_order *order, const sp_returns *returns) {
  for (uint32_t i = 0; i < order->segment_count; i++) {
    if (!is_gone(order, returns, i)) return false;
  }
  return true;
}

int64_t refund_part(const sp_order_segment *segment, const sp_returned *returned, int64_t amount) {
  fraction f = gone(segment, returned);
  if (f.numerator == f.denominator) return amount;
  return money_mul_div(amount, f.numerator, f.denominator);
}

int64_t refund_list_left(const sp_order_segment *segment, const sp_returned *returned) {
  int64_t back = returned->list_fen;
  // Gifts ask this of every segment, most of which are untouched; a 64-bit division is dear where
  // wasm runs as plain JavaScript.
  if (returned->qty) back += segment->list_fen * returned->qty / segment->qty;
  return segment->list_fen - sp_min(back, segment->list_fen);
}

bool refund_frees_coupon(const sp_order *order, const sp_returns *returns,
                         const sp_order_coupon *coupon) {
  for (uint32_t i = 0; i < coupon->segments.count; i++) {
    if (!is_gone(order, returns, coupon->segments.items[i])) return false;
  }
  return coupon->segments.count > 0 || order_is_gone(order, returns);
}

int64_t refund_lot(const sp_order *order, uint32_t lot, int64_t points) {
  for (uint32_t i = order->lot_count; --i > lot;)
    points -= sp_min(points, order->lots[i].used);
  return sp_min(points, order->lots[lot].used);
}

uint32_t refund_gift_home(const sp_order *order, sp_text rule) {
  for (uint32_t i = 0; i < order->gift_count; i++) {
    if (text_equal(order->gifts[i].rule, rule)) return i;
  }
  return SP_NONE;
}

/* What is left of a line, measured as the gift's threshold is. */
static int64_t rest_of_line(const sp_order *order, const sp_returns *returns, uint32_t line,
                            bool by_qty) {
  const sp_order_line *l = &order->lines[line];
  int64_t rest = 0;
  for (uint32_t i = l->first_segment; i < l->first_segment + l->segment_count; i++) {
    const sp_order_segment *s = &order->segments[i];
    const sp_returned *r = &returns->segments[i];
    if (!by_qty) {
      rest += refund_list_left(s, r);
    } else if (!is_gone(order, returns, i)) {
      rest += s->qty - r->qty;
    }
  }
  return rest;
}

/* How many of a term's times are still reached. */
static int64_t times_left(const sp_order *order, const sp_returns *returns,
                          const sp_order_term *term) {
  uint32_t count = term->lines.items ? term->lines.count : order->line_count;
  int64_t rest = 0;
  for (uint32_t i = 0; i < count; i++) {
    rest +=
        rest_of_line(order, returns, term->lines.items ? term->lines.items[i] : i, term->by_qty);
  }
  return term->gte ? sp_min(term->times, rest / term->gte) : term->times;
}

sp_gift_state refund_gift(const sp_order *order, const sp_returns *returns, uint32_t gift) {
  const sp_order_gift *g = &order->gifts[gift];
  sp_gift_state state = {g->qty, 0, 0, 0};
  for (uint32_t i = 0; i < g->term_count; i++) {
    const sp_order_term *term = &g->terms[i];
    int64_t times = times_left(order, returns, term);
    state.held = sp_min(state.held, money_mul_div(g->qty, times, term->times));
  }
  // Of several gifts of one rule the last one stands on the highest step: it is owed first.
  int64_t returned = returns->gifts[refund_gift_home(order, g->rule)];
  for (uint32_t i = order->gift_count; --i > gift;) {
    const sp_order_gift *later = &order->gifts[i];
    if (text_equal(later->rule, g->rule)) returned -= sp_min(returned, later->qty);
  }
  state.back = sp_min(returned, g->qty);
  int64_t paid = sp_min(g->qty, state.held + state.back);
  state.missing = g->qty - paid;
  state.deducted_fen = g->value_fen - money_mul_div(g->value_fen, paid, g->qty);
  return state;
}

/* The reverse of paying. A debt is one of cash. */
static void tender_sums(const sp_order *order, int64_t money, int64_t *tender) {
  int64_t rest = money;
  for (uint32_t i = 0; i < SP_TENDER_COUNT; i++) {
    tender[i] = sp_max(0, sp_min(rest, order->tender_fen[i]));
    rest -= tender[i];
  }
  tender[SP_TENDER_cash] += rest;
}

void refund_sums(const sp_order *order, const sp_returns *returns, sp_refund_sums *out) {
  int64_t *sum = out->sum;
  *out = (sp_refund_sums){{0}};
  for (uint32_t i = 0; i < order->segment_count; i++) {
    const sp_order_segment *s = &order->segments[i];
    sum[SP_REFUND_goods] += refund_part(s, &returns->segments[i], s->paid_fen);
    sum[SP_REFUND_points] += refund_part(s, &returns->segments[i], s->points);
    sum[SP_REFUND_earned] += refund_part(s, &returns->segments[i], s->earned);
  }
  if (order_is_gone(order, returns) && (!returns->shipped || returns->merchant)) {
    sum[SP_REFUND_freight] = order->freight_fen;
    if (order->fees_refundable) sum[SP_REFUND_fees] = order->fees_fen;
  }
  for (uint32_t i = 0; i < order->gift_count; i++) {
    sum[SP_REFUND_gifts_deducted] += refund_gift(order, returns, i).deducted_fen;
  }
  int64_t missing = sp_max(0, sum[SP_REFUND_earned] - order->earned_balance);
  sum[SP_REFUND_earned_short] = missing;
  if (order->points_den) {
    sum[SP_REFUND_earned_deducted] = money_mul_div(missing, order->points_num, order->points_den);
  }
  sum[SP_REFUND_money] = sum[SP_REFUND_goods] + sum[SP_REFUND_freight] + sum[SP_REFUND_fees] -
                         sum[SP_REFUND_gifts_deducted] - sum[SP_REFUND_earned_deducted];
  tender_sums(order, sum[SP_REFUND_money], &sum[SP_REFUND_tender]);
}
