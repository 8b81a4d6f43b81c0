/* What a refund returns: src/README.md §10. Every figure is what stands after it less what stood
 * before. */
#include "codec/refund_in.h"
#include "codec/words.h"
#include "engine/refund.h"

enum { LINE_VALUES = 5 };

/* What of a segment has gone back. */
static void segment_values(const sp_order_segment *s, const sp_returned *r, int64_t *out) {
  const int64_t values[LINE_VALUES] = {r->qty, s->list_fen - refund_list_left(s, r),
                                       refund_part(s, r, s->paid_fen), refund_part(s, r, s->points),
                                       refund_part(s, r, s->earned)};
  for (uint32_t i = 0; i < LINE_VALUES; i++)
    out[i] = values[i] - out[i];
}

static void lines_out(json_out *out, const refund_request *r) {
  json_key_begin(out, "lines", '[');
  for (uint32_t i = 0; i < r->order.segment_count; i++) {
    const sp_order_segment *s = &r->order.segments[i];
    const sp_returned *before = &r->before.segments[i], *after = &r->after.segments[i];
    if (before->qty == after->qty && before->list_fen == after->list_fen) continue;
    const sp_order_line *line = &r->order.lines[s->line];
    int64_t values[1 + LINE_VALUES] = {i - line->first_segment};
    segment_values(s, before, &values[1]);
    segment_values(s, after, &values[1]);
    json_begin(out, '{');
    json_key_string(out, "id", line->id);
    json_key_ints(out, "segment qty list paid points earned", values);
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void lots_out(json_out *out, const refund_request *r, int64_t before, int64_t after) {
  json_key_begin(out, "lots", '[');
  for (uint32_t i = 0; i < r->order.lot_count; i++) {
    int64_t points = refund_lot(&r->order, i, after) - refund_lot(&r->order, i, before);
    if (points == 0) continue;
    json_begin(out, '{');
    json_key_string(out, "id", r->order.lots[i].id);
    json_key_int(out, "points", points);
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void coupons_out(json_out *out, const refund_request *r) {
  json_key_begin(out, "coupons", '[');
  for (uint32_t i = 0; i < r->order.coupon_count; i++) {
    const sp_order_coupon *coupon = &r->order.coupons[i];
    if (refund_frees_coupon(&r->order, &r->before, coupon)) continue;
    if (refund_frees_coupon(&r->order, &r->after, coupon)) json_string(out, coupon->id);
  }
  json_end(out, ']');
}

/* The gifts that this refund changes something about. */
static void gifts_out(json_out *out, const refund_request *r) {
  json_key_begin(out, "gifts", '[');
  for (uint32_t i = 0; i < r->order.gift_count; i++) {
    const sp_order_gift *gift = &r->order.gifts[i];
    sp_gift_state before = refund_gift(&r->order, &r->before, i);
    sp_gift_state after = refund_gift(&r->order, &r->after, i);
    if (before.broken == after.broken && before.missing == after.missing) continue;
    const int64_t values[] = {after.broken ? after.missing : 0,
                              after.deducted_fen - before.deducted_fen};
    json_begin(out, '{');
    json_key_string(out, "rule", gift->rule);
    json_key_string(out, "sku", gift->sku);
    json_key_ints(out, "missing deducted", values);
    json_end(out, '}');
  }
  json_end(out, ']');
}

void refund_out(json_out *out, const refund_request *r) {
  sp_refund_sums before, after;
  int64_t value[SP_REFUND_COUNT];
  refund_sums(&r->order, &r->before, &before);
  refund_sums(&r->order, &r->after, &after);
  for (uint32_t i = 0; i < SP_REFUND_COUNT; i++)
    value[i] = after.sum[i] - before.sum[i];
  json_begin(out, '{');
  json_key_ints(out, SP_REFUND_SUMS(SP_WORD_ALONE), value);
  json_key_begin(out, "tender", '{');
  json_key_ints(out, SP_TENDERS(SP_WORD_ALONE), &value[SP_REFUND_tender]);
  json_end(out, '}');
  lots_out(out, r, before.sum[SP_REFUND_points], after.sum[SP_REFUND_points]);
  coupons_out(out, r);
  gifts_out(out, r);
  lines_out(out, r);
  json_end(out, '}');
}
