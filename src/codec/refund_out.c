/* What a refund returns: src/README.md §10. Every figure is what stands after it less what stood
 * before. */
#include "codec/refund_in.h"
#include "engine/refund.h"

enum { LINE_VALUES = 5 };

/* What of a segment has gone back. */
static void segment_values(const sp_order_segment *s, const sp_returned *r, json_slot *out) {
  const int64_t values[LINE_VALUES] = {r->qty, s->list_fen - refund_list_left(s, r),
                                       refund_part(s, r, s->paid_fen), refund_part(s, r, s->points),
                                       refund_part(s, r, s->earned)};
  for (uint32_t i = 0; i < LINE_VALUES; i++)
    out[i].number = values[i] - out[i].number;
}

static void lines_out(json_out *out, const refund_request *r) {
  for (uint32_t i = 0; i < r->order.segment_count; i++) {
    const sp_order_segment *s = &r->order.segments[i];
    const sp_returned *before = &r->before.segments[i], *after = &r->after.segments[i];
    if (before->qty == after->qty && before->list_fen == after->list_fen) continue;
    const sp_order_line *line = &r->order.lines[s->line];
    json_slot values[2 + LINE_VALUES] = {{.text = &line->id}, {i - line->first_segment}};
    segment_values(s, before, &values[2]);
    segment_values(s, after, &values[2]);
    // clang-format off
    json_form_of(out,
                 "{" OUT_TEXT(id) "," OUT_INT(segment) "," OUT_INT(qty) "," OUT_INT(list) ","
                 OUT_INT(paid) "," OUT_INT(points) "," OUT_INT(earned) "},",
                 values);
    // clang-format on
  }
}

static void lots_out(json_out *out, const refund_request *r, int64_t before, int64_t after) {
  for (uint32_t i = 0; i < r->order.lot_count; i++) {
    int64_t points = refund_lot(&r->order, i, after) - refund_lot(&r->order, i, before);
    if (points == 0) continue;
    json_form(out, "{" OUT_TEXT(id) "," OUT_INT(points) "},", {.text = &r->order.lots[i].id},
              {points});
  }
}

static void coupons_out(json_out *out, const refund_request *r) {
  for (uint32_t i = 0; i < r->order.coupon_count; i++) {
    const sp_order_coupon *coupon = &r->order.coupons[i];
    if (refund_frees_coupon(&r->order, &r->before, coupon)) continue;
    if (refund_frees_coupon(&r->order, &r->after, coupon)) {
      json_form(out, OUT_STRING ",", {.text = &coupon->id});
    }
  }
}

/* The gifts that this refund changes something about. */
static void gifts_out(json_out *out, const refund_request *r) {
  for (uint32_t i = 0; i < r->order.gift_count; i++) {
    const sp_order_gift *gift = &r->order.gifts[i];
    sp_gift_state before = refund_gift(&r->order, &r->before, i);
    sp_gift_state after = refund_gift(&r->order, &r->after, i);
    if (before.held == after.held && before.back == after.back) continue;
    // clang-format off
    json_form(out,
              "{" OUT_TEXT(rule) "," OUT_TEXT(sku) "," OUT_INT(missing) "," OUT_INT(deducted) "},",
              {.text = &gift->rule}, {.text = &gift->sku}, {after.missing},
              {after.deducted_fen - before.deducted_fen});
    // clang-format on
  }
}

#define SUM_OUT(name) OUT_INT(name) ","

void refund_out(json_out *out, const refund_request *r) {
  sp_refund_sums before, after;
  json_slot values[SP_REFUND_COUNT];
  refund_sums(&r->order, &r->before, &before);
  refund_sums(&r->order, &r->after, &after);
  for (uint32_t i = 0; i < SP_REFUND_COUNT; i++)
    values[i].number = after.sum[i] - before.sum[i];
  json_form_of(
      out, "{" SP_REFUND_SUMS(SUM_OUT) "\"tender\":{" SP_TENDERS(SUM_OUT) OUT_END "},\"lots\":[",
      values);
  lots_out(out, r, before.sum[SP_REFUND_points], after.sum[SP_REFUND_points]);
  json_literal(out, OUT_END "],\"coupons\":[");
  coupons_out(out, r);
  json_literal(out, OUT_END "],\"gifts\":[");
  gifts_out(out, r);
  json_literal(out, OUT_END "],\"lines\":[");
  lines_out(out, r);
  json_literal(out, OUT_END "]}");
}
