#include "codec/receipt_out.h"

#include "codec/words.h"

static sp_text rule_id(const answer *a, uint32_t rule) {
  return a->book->rules[rule].id;
}
static sp_text line_id(const answer *a, uint32_t line) {
  return a->request->lines[line].id;
}
static sp_text coupon_id(const answer *a, uint32_t coupon) {
  return a->request->coupons[coupon].id;
}

#define SP_WORD_ONE(name, zh, en) #name " "
static const char reason_words[] = SP_REASONS(SP_WORD_ONE);

void digest_out(json_out *out, const uint8_t digest[SP_SHA256_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  char hex[2 * SP_SHA256_SIZE];
  for (uint32_t i = 0; i < SP_SHA256_SIZE; i++) {
    hex[2 * i] = digits[digest[i] >> 4];
    hex[2 * i + 1] = digits[digest[i] & 15];
  }
  json_string(out, (sp_text){hex, sizeof hex});
}

static void totals_out(json_out *out, const sp_receipt *r) {
  const int64_t values[] = {r->list_fen,          r->options_fen,      r->unit_cut_fen,
                            r->promotion_cut_fen, r->coupon_cut_fen,   r->goods_fen,
                            r->points_cut_fen,    r->rounding_off_fen, r->freight_list_fen,
                            r->freight_cut_fen,   r->freight_fen,      r->fees_fen,
                            r->payable_fen,       r->saved_fen};
  json_key_begin(out, "totals", '{');
  json_key_ints(out,
                "list options unit_cut promotion_cut coupon_cut goods points_cut rounding_off "
                "freight_list freight_cut freight fees payable saved",
                values);
  json_end(out, '}');
}

static void groups_out(json_out *out, const answer *a, const receipt_sums *sums) {
  json_key_begin(out, "groups", '[');
  for (uint32_t i = 0; i < a->receipt->package_count; i++) {
    const sp_package *package = &a->receipt->packages[i];
    const package_sum *sum = &sums->packages[i];
    int64_t rounding_fen = sum->rounding_fen + package->freight_rounding_fen;
    json_begin(out, '{');
    json_key_string(out, "shop", package->shop);
    json_key_string(out, "store", package->store);
    json_key_word(out, "fulfilment", SP_WORDS_FULFILMENT, package->fulfilment);
    const int64_t values[] = {sum->list_fen,
                              sum->goods_fen,
                              sum->points_fen,
                              rounding_fen,
                              package->freight_list_fen,
                              package->freight_fen,
                              package->fees_fen,
                              sum->goods_fen - sum->points_fen - rounding_fen +
                                  package->freight_fen + package->fees_fen};
    json_key_ints(out, "list goods points_cut rounding_off freight_list freight fees payable",
                  values);
    json_key_begin(out, "lines", '[');
    for (uint32_t line = 0; line < a->request->line_count; line++) {
      if (sums->lines[line].package == i) json_string(out, line_id(a, line));
    }
    json_end(out, ']');
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void segments_out(json_out *out, const answer *a, const line_sum *sum) {
  const sp_segment *segments = &a->receipt->segments[sum->first_segment];
  // A line that is sold at list as a whole says nothing new by its segment.
  if (sum->segment_count == 0 || (sum->segment_count == 1 && segments->rule == SP_NONE)) return;
  json_key_begin(out, "segments", '[');
  for (uint32_t i = 0; i < sum->segment_count; i++) {
    const sp_segment *s = &segments[i];
    json_begin(out, '{');
    json_key_int(out, "qty", s->qty);
    json_key(out, "rule");
    if (s->rule == SP_NONE) {
      json_null(out);
    } else {
      json_string(out, rule_id(a, s->rule));
    }
    const int64_t values[] = {s->unit_fen, s->list_fen, segment_net(s), segment_paid(s),
                              s->points_fen};
    json_key_ints(out, "unit list net paid points_cut", values);
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void lines_out(json_out *out, const answer *a, const receipt_sums *sums, sp_detail detail) {
  json_key_begin(out, "lines", '[');
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    const sp_line *line = &a->request->lines[i];
    const line_sum *sum = &sums->lines[i];
    json_begin(out, '{');
    json_key_string(out, "id", line->id);
    json_key_string(out, "sku", line->sku_id);
    json_key_int(out, "qty", line->qty);
    json_key_word(out, "state", SP_WORDS_LINE_STATE, line->state);
    const int64_t values[] = {sum->list_fen, sum->net_fen, sum->paid_fen};
    json_key_ints(out, "list net paid", values);
    json_key_begin(out, "cuts", '[');
    for (const line_cut *cut = sum->cuts; cut; cut = cut->next) {
      json_begin(out, '{');
      json_key_string(out, "rule", rule_id(a, cut->rule));
      if (cut->coupon != SP_NONE) json_key_string(out, "coupon", coupon_id(a, cut->coupon));
      json_key_int(out, "cut", cut->cut_fen);
      json_end(out, '}');
    }
    json_end(out, ']');
    if (detail == SP_DETAIL_full) segments_out(out, a, sum);
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void activities_out(json_out *out, const answer *a) {
  json_key_begin(out, "activities", '[');
  for (uint32_t i = 0; i < a->receipt->activity_count; i++) {
    const sp_activity *activity = &a->receipt->activities[i];
    json_begin(out, '{');
    json_key_string(out, "rule", rule_id(a, activity->rule));
    json_key_word(out, "state", SP_WORDS_ACTIVITY_STATE, activity->state);
    json_key_word(out, "reason", reason_words, activity->reason);
    if (activity->step >= 0) json_key_int(out, "step", activity->step);
    if (activity->times) json_key_int(out, "times", activity->times);
    if (activity->measure >= 0) json_key_int(out, "measure", activity->measure);
    json_key_int(out, "cut", activity->cut_fen);
    if (activity->next.stands) {
      json_key_begin(out, "next", '{');
      json_key_word(out, "by", SP_WORDS_BY, activity->next.by);
      json_key_int(out, "gte", activity->next.gte);
      json_key_int(out, "gap", activity->next.gap);
      json_end(out, '}');
    }
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void coupons_out(json_out *out, const answer *a) {
  json_key_begin(out, "coupons", '[');
  for (uint32_t i = 0; i < a->request->coupon_count; i++) {
    const sp_coupon *coupon = &a->request->coupons[i];
    const sp_coupon_answer *given = &a->receipt->coupons[i];
    json_begin(out, '{');
    json_key_string(out, "id", coupon->id);
    json_key_string(out, "rule", coupon->rule_id);
    json_key_word(out, "state", SP_WORDS_COUPON_STATE, given->state);
    json_key_word(out, "reason", reason_words, given->reason);
    json_key_int(out, "cut", given->cut_fen);
    if (given->gap.stands) {
      json_key_int(out, "gap", given->gap.gap);
      json_key_word(out, "by", SP_WORDS_BY, given->gap.by);
    }
    if (given->with != SP_NONE) json_key_string(out, "with", coupon_id(a, given->with));
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void benefits_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  json_key_begin(out, "gifts", '[');
  for (uint32_t i = 0; i < r->gift_count; i++) {
    json_begin(out, '{');
    json_key_string(out, "rule", rule_id(a, r->gifts[i].rule));
    json_key_string(out, "sku", a->book->skus[r->gifts[i].sku].id);
    json_key_int(out, "qty", r->gifts[i].qty);
    json_end(out, '}');
  }
  json_end(out, ']');
  json_key_begin(out, "rewards", '[');
  for (uint32_t i = 0; i < r->reward_count; i++) {
    const sp_reward *reward = &r->rewards[i];
    json_begin(out, '{');
    json_key_string(out, "rule", rule_id(a, reward->rule));
    const sp_give *give = reward->give;
    if (give->kind == SP_GIVE_grant_coupon) {
      json_key_string(out, "coupon", rule_id(a, give->coupon_rule));
      json_key_int(out, "n", reward->n);
    } else if (give->kind == SP_GIVE_grant_membership) {
      json_key_string(out, "card", give->card);
      json_key_int(out, "days", reward->n);
    } else {
      json_key_int(out,
                   give->kind == SP_GIVE_points   ? "points"
                   : give->kind == SP_GIVE_growth ? "growth"
                                                  : "stored_bonus",
                   reward->n);
    }
    json_end(out, '}');
  }
  json_end(out, ']');
  if (!r->commission_count) return;
  json_key_begin(out, "commission", '[');
  for (uint32_t i = 0; i < r->commission_count; i++) {
    const sp_commission *paid = &r->commissions[i];
    json_begin(out, '{');
    json_key_string(out, "rule", rule_id(a, paid->rule));
    json_key_string(out, "promoter", a->request->promoters[paid->promoter]);
    json_key_int(out, "amount", paid->amount_fen);
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void freight_out(json_out *out, const sp_receipt *r) {
  json_key_begin(out, "freight", '{');
  json_key_word(out, "state", SP_WORDS_FREIGHT_STATE, r->freight_state);
  json_key(out, "free");
  json_bool(out, r->freight_free);
  if (r->freight_gap_fen >= 0) json_key_int(out, "gap", r->freight_gap_fen);
  json_end(out, '}');
}

static void points_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  json_key_begin(out, "points", '{');
  const int64_t values[] = {a->request->points_balance, r->points_usable,     r->points_used,
                            r->points_cut_fen,          a->book->points.step, r->points_earned};
  json_key_ints(out, "balance usable used cut step earned", values);
  json_end(out, '}');
}

static void fees_out(json_out *out, const answer *a) {
  json_key_begin(out, "fees", '[');
  for (uint32_t i = 0; i < a->receipt->fee_count; i++) {
    const sp_fee_answer *fee = &a->receipt->fees[i];
    json_begin(out, '{');
    json_key_string(out, "id", a->book->fees[fee->fee].id);
    json_key_int(out, "amount", fee->amount_fen);
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void submit_out(json_out *out, const sp_receipt *r) {
  json_key_begin(out, "submit", '{');
  json_key(out, "ok");
  json_bool(out, r->submit_ok);
  if (!r->submit_ok) {
    uint32_t reason = r->submit_no_delivery ? 0 : r->submit_gap_fen > 0 ? 1 : 2;
    json_key_word(out, "reason", "NO_DELIVERY MIN_ORDER EMPTY", reason);
  }
  if (r->submit_gap_fen > 0) json_key_int(out, "gap", r->submit_gap_fen);
  json_end(out, '}');
}

static void warnings_out(json_out *out, const answer *a) {
  json_key_begin(out, "warnings", '[');
  for (uint32_t i = 0; i < a->receipt->warning_count; i++) {
    const sp_warning *warning = &a->receipt->warnings[i];
    json_begin(out, '{');
    json_key_word(out, "code", SP_WORDS_WARNING, warning->code);
    if (warning->line != SP_NONE) json_key_string(out, "line", line_id(a, warning->line));
    if (warning->coupon != SP_NONE) json_key_string(out, "coupon", coupon_id(a, warning->coupon));
    if (warning->code == SP_WARNING_PRICE_CHANGED) {
      json_key_int(out, "seen", warning->seen_fen);
      json_key_int(out, "unit", warning->unit_fen);
    }
    json_end(out, '}');
  }
  json_end(out, ']');
}

static void decision_out(json_out *out, const answer *a) {
  const sp_decision *d = &a->receipt->decision;
  json_key_begin(out, "decision", '{');
  json_key_begin(out, "rules", '[');
  for (uint32_t i = 0; i < d->rule_count; i++)
    json_string(out, rule_id(a, d->rules[i]));
  json_end(out, ']');
  json_key_begin(out, "lines", '[');
  for (uint32_t i = 0; i < d->line_count; i++) {
    json_begin(out, '{');
    json_key_string(out, "line", line_id(a, d->lines[i].line));
    json_key_string(out, "rule", rule_id(a, d->lines[i].rule));
    json_end(out, '}');
  }
  json_end(out, ']');
  json_key_begin(out, "coupons", '[');
  for (uint32_t i = 0; i < d->coupon_count; i++)
    json_string(out, coupon_id(a, d->coupons[i]));
  json_end(out, ']');
  json_end(out, '}');
}

void receipt_out(json_out *out, const answer *a, const receipt_sums *sums, sp_detail detail,
                 const uint8_t hash[SP_SHA256_SIZE]) {
  const sp_receipt *r = a->receipt;
  json_begin(out, '{');
  json_key_int(out, "meaning", a->book->meaning);
  totals_out(out, r);
  if (detail != SP_DETAIL_totals) {
    groups_out(out, a, sums);
    lines_out(out, a, sums, detail);
    activities_out(out, a);
    coupons_out(out, a);
    benefits_out(out, a);
    freight_out(out, r);
  }
  points_out(out, a);
  if (detail != SP_DETAIL_totals) fees_out(out, a);
  submit_out(out, r);
  warnings_out(out, a);
  decision_out(out, a);
  json_key_begin(out, "search", '{');
  json_key(out, "exact");
  json_bool(out, r->exact);
  json_key_int(out, "visited", r->visited);
  json_key_int(out, "gap", r->gap_fen);
  json_end(out, '}');
  json_key(out, "book");
  digest_out(out, a->book->digest);
  json_key(out, "hash");
  digest_out(out, hash);
  json_end(out, '}');
}
