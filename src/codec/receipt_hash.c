/* The bytes that a receipt stands for: src/README.md §7. Two sides with equal hashes agree on every
 * amount. SHA-256 takes about 50 steps a byte where nothing is compiled, so numbers are as short as
 * they can be. */
#include <string.h>

#include "base/sha256.h"
#include "codec/receipt_out.h"

/* Unsigned LEB128: seven bits a byte, the lowest first, the high bit says that more follow. Nothing
 * here is ever below 0. */
static char *number_at(char *at, uint64_t value) {
  for (; value > 0x7F; value >>= 7)
    *at++ = (char)(value | 0x80);
  *at++ = (char)value;
  return at;
}

static char *text_at(char *at, const sp_text *text) {
  at = number_at(at, text->size);
  if (text->size) memcpy(at, text->ptr, text->size);
  return at + text->size;
}

#define SP_NUMBER_BYTES_MAX 10

static void number_out(json_out *out, int64_t value) {
  if (json_reserve(out, SP_NUMBER_BYTES_MAX)) out->at = number_at(out->at, (uint64_t)value);
}

static void text_out(json_out *out, const sp_text *text) {
  if (json_reserve(out, SP_NUMBER_BYTES_MAX + text->size)) out->at = text_at(out->at, text);
}

/* Four ids with their sizes and five numbers more. */
#define SP_LINE_BYTES_MAX (4 * SP_ID_BYTES_MAX + 9 * SP_NUMBER_BYTES_MAX)

static void line_out(json_out *out, const answer *a, const sp_line *line, const line_sum *sum) {
  if (!json_reserve(out, SP_LINE_BYTES_MAX)) return;
  char *at = text_at(text_at(out->at, &line->id), &line->sku_id);
  at = text_at(text_at(at, &line->shop), &line->store);
  at = number_at(at, (uint64_t)line->fulfilment);
  at = number_at(at, (uint64_t)line->qty);
  out->at = number_at(at, line->option_count);
  for (uint32_t i = 0; i < line->option_count; i++) {
    text_out(out, &a->book->options[line->options[i].option].id);
    number_out(out, line->options[i].qty);
  }
  number_out(out, sum->net_fen);
  number_out(out, sum->net_fen - sum->paid_fen);
}

static void lines_out(json_out *out, const answer *a, const receipt_sums *sums) {
  uint32_t priced = 0;
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    priced += a->request->lines[i].state == SP_LINE_priced;
  }
  number_out(out, priced);
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    const sp_line *line = &a->request->lines[i];
    if (line->state == SP_LINE_priced) line_out(out, a, line, &sums->lines[i]);
  }
}

static void decision_out(json_out *out, const answer *a) {
  const sp_decision *d = &a->receipt->decision;
  number_out(out, d->rule_count);
  for (uint32_t i = 0; i < d->rule_count; i++)
    text_out(out, &a->book->rules[d->rules[i]].id);
  number_out(out, d->line_count);
  for (uint32_t i = 0; i < d->line_count; i++) {
    text_out(out, &a->request->lines[d->lines[i].line].id);
    text_out(out, &a->book->rules[d->lines[i].rule].id);
  }
  number_out(out, d->coupon_count);
  for (uint32_t i = 0; i < d->coupon_count; i++) {
    text_out(out, &a->request->coupons[d->coupons[i]].id);
  }
  number_out(out, d->piece_count);
  for (uint32_t i = 0; i < d->piece_count; i++) {
    text_out(out, &a->request->lines[d->pieces[i].line].id);
    number_out(out, d->pieces[i].segment);
    text_out(out, &a->book->rules[d->pieces[i].rule].id);
    number_out(out, d->pieces[i].qty);
  }
}

bool receipt_hash(const answer *a, const receipt_sums *sums, sp_arena *scratch,
                  uint8_t out[SP_SHA256_SIZE]) {
  static const char domain[] = "suanpan.receipt";
  const sp_request *request = a->request;
  const sp_receipt *r = a->receipt;
  const int64_t amounts[] = {r->points_used, r->goods_fen, r->points_cut_fen, r->rounding_off_fen,
                             r->freight_fen, r->fees_fen,  r->payable_fen};
  json_out bytes;
  sp_text written;
  size_t mark = arena_mark(scratch);
  json_open(&bytes, scratch);
  json_raw(&bytes, domain, sizeof domain);
  number_out(&bytes, a->book->meaning);
  json_raw(&bytes, (const char *)a->book->digest, SP_SHA256_SIZE);
  number_out(&bytes, request->now_s);
  number_out(&bytes, request->pay_at_s);
  number_out(&bytes, request->fulfil_at_s);
  text_out(&bytes, &request->tier_id);
  text_out(&bytes, &request->member_id);
  text_out(&bytes, &request->region);
  lines_out(&bytes, a, sums);
  decision_out(&bytes, a);
  for (uint32_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
    number_out(&bytes, amounts[i]);
  if (!json_close(&bytes, &written)) return false;
  sha256((const uint8_t *)written.ptr, written.size, out);
  arena_rewind(scratch, mark);
  return true;
}
