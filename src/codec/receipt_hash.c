/* The bytes that a receipt stands for: src/README.md §7. Two sides with equal hashes agree on every
 * amount. */
#include "base/sha256.h"
#include "codec/receipt_out.h"

static void bytes_out(json_out *out, uint64_t value, uint32_t size) {
  char little_endian[8];
  for (uint32_t i = 0; i < size; i++)
    little_endian[i] = (char)(value >> (8 * i) & 0xFF);
  json_raw(out, little_endian, size);
}

static void u32_out(json_out *out, uint32_t value) {
  bytes_out(out, value, 4);
}
static void i64_out(json_out *out, int64_t value) {
  bytes_out(out, (uint64_t)value, 8);
}

static void text_out(json_out *out, sp_text text) {
  u32_out(out, text.size);
  if (text.size) json_raw(out, text.ptr, text.size);
}

static void line_out(json_out *out, const answer *a, const sp_line *line, const line_sum *sum) {
  text_out(out, line->id);
  text_out(out, line->sku_id);
  text_out(out, line->shop);
  text_out(out, line->store);
  bytes_out(out, line->fulfilment, 1);
  u32_out(out, (uint32_t)line->qty);
  u32_out(out, line->option_count);
  for (uint32_t i = 0; i < line->option_count; i++) {
    text_out(out, a->book->options[line->options[i].option].id);
    u32_out(out, (uint32_t)line->options[i].qty);
  }
  i64_out(out, sum->net_fen);
  i64_out(out, sum->paid_fen);
}

static void lines_out(json_out *out, const answer *a, const receipt_sums *sums) {
  uint32_t priced = 0;
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    priced += a->request->lines[i].state == SP_LINE_priced;
  }
  u32_out(out, priced);
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    const sp_line *line = &a->request->lines[i];
    if (line->state == SP_LINE_priced) line_out(out, a, line, &sums->lines[i]);
  }
}

static void decision_out(json_out *out, const answer *a) {
  const sp_decision *d = &a->receipt->decision;
  u32_out(out, d->rule_count);
  for (uint32_t i = 0; i < d->rule_count; i++)
    text_out(out, a->book->rules[d->rules[i]].id);
  u32_out(out, d->line_count);
  for (uint32_t i = 0; i < d->line_count; i++) {
    text_out(out, a->request->lines[d->lines[i].line].id);
    text_out(out, a->book->rules[d->lines[i].rule].id);
  }
  u32_out(out, d->coupon_count);
  for (uint32_t i = 0; i < d->coupon_count; i++) {
    text_out(out, a->request->coupons[d->coupons[i]].id);
  }
}

bool receipt_hash(const answer *a, const receipt_sums *sums, sp_arena *scratch,
                  uint8_t out[SP_SHA256_SIZE]) {
  static const char domain[] = "suanpan.receipt";
  const sp_request *request = a->request;
  const sp_receipt *r = a->receipt;
  json_out bytes;
  sp_text written;
  size_t mark = arena_mark(scratch);
  json_open(&bytes, scratch);
  json_raw(&bytes, domain, sizeof domain);
  u32_out(&bytes, a->book->meaning);
  json_raw(&bytes, (const char *)a->book->digest, SP_SHA256_SIZE);
  i64_out(&bytes, request->now_s);
  i64_out(&bytes, request->pay_at_s);
  i64_out(&bytes, request->fulfil_at_s);
  text_out(&bytes, request->tier_id);
  text_out(&bytes, request->member_id);
  text_out(&bytes, request->region);
  lines_out(&bytes, a, sums);
  decision_out(&bytes, a);
  i64_out(&bytes, r->points_used);
  i64_out(&bytes, r->goods_fen);
  i64_out(&bytes, r->points_cut_fen);
  i64_out(&bytes, r->rounding_off_fen);
  i64_out(&bytes, r->freight_fen);
  i64_out(&bytes, r->fees_fen);
  i64_out(&bytes, r->payable_fen);
  if (!json_close(&bytes, &written)) return false;
  sha256((const uint8_t *)written.ptr, written.size, out);
  arena_rewind(scratch, mark);
  return true;
}
