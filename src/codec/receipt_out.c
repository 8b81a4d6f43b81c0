#include "codec/receipt_out.h"

#include "codec/words.h"

static const sp_text *rule_id(const answer *a, uint32_t rule) {
  return rule == SP_NONE ? NULL : &a->book->rules[rule].id;
}
static const sp_text *line_id(const answer *a, uint32_t line) {
  return line == SP_NONE ? NULL : &a->request->lines[line].id;
}
static const sp_text *coupon_id(const answer *a, uint32_t coupon) {
  return coupon == SP_NONE ? NULL : &a->request->coupons[coupon].id;
}

static const sp_text *tier_id(const answer *a, uint32_t tier) {
  return tier == SP_NONE ? NULL : &a->book->tiers[tier];
}

#define SP_REASON_WORD(name, zh, en) #name " "
const char sp_reason_words[] = SP_REASONS(SP_REASON_WORD);

sp_text digest_text(const uint8_t digest[SP_SHA256_SIZE], char hex[2 * SP_SHA256_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  for (uint32_t i = 0; i < SP_SHA256_SIZE; i++) {
    hex[2 * i] = digits[digest[i] >> 4];
    hex[2 * i + 1] = digits[digest[i] & 15];
  }
  return (sp_text){hex, 2 * SP_SHA256_SIZE};
}

static void totals_out(json_out *out, const answer *a, const receipt_sums *sums) {
  const sp_receipt *r = a->receipt;
  const json_slot values[] = {{a->book->meaning},    {r->list_fen},          {r->options_fen},
                              {r->unit_cut_fen},     {r->promotion_cut_fen}, {r->coupon_cut_fen},
                              {r->goods_fen},        {r->points_cut_fen},    {r->rounding_off_fen},
                              {r->freight_list_fen}, {r->freight_cut_fen},   {r->freight_fen}};
  // clang-format off
  json_form_of(out,
               "{" OUT_INT(meaning) ",\"totals\":{" OUT_INT(list) "," OUT_INT(options) ","
               OUT_INT(unit_cut) "," OUT_INT(promotion_cut) "," OUT_INT(coupon_cut) ","
               OUT_INT(goods) "," OUT_INT(points_cut) "," OUT_INT(rounding_off) ","
               OUT_INT(freight_list) "," OUT_INT(freight_cut) "," OUT_INT(freight) ",",
               values);
  json_form(out,
            OUT_INT(fees) OUT_MAY_INT(fees_cut) "," OUT_INT(payable) "," OUT_INT(saved)
            OUT_MAY_INT(tax) "}",
            {r->fees_fen}, {r->fees_cut_fen ? r->fees_cut_fen : -1}, {r->payable_fen},
            {r->saved_fen}, {sums->tax_fen});
  // clang-format on
}

static void groups_out(json_out *out, const answer *a, const receipt_sums *sums) {
  json_literal(out, ",\"groups\":[");
  for (uint32_t i = 0; i < a->receipt->package_count; i++) {
    const sp_package *package = &a->receipt->packages[i];
    const package_sum *sum = &sums->packages[i];
    int64_t rounding_fen = sum->rounding_fen + package->freight_rounding_fen;
    int64_t payable_fen =
        sum->goods_fen - sum->points_fen - rounding_fen + package->freight_fen + package->fees_fen;
    const json_slot values[] = {{.text = &package->shop},
                                {.text = &package->store},
                                {.words = SP_WORDS_FULFILMENT},
                                {package->fulfilment},
                                {sum->list_fen},
                                {sum->goods_fen},
                                {sum->points_fen},
                                {rounding_fen},
                                {package->freight_list_fen},
                                {package->freight_fen},
                                {package->fees_fen},
                                {payable_fen}};
    // clang-format off
    json_form_of(out,
                 "{" OUT_TEXT(shop) "," OUT_TEXT(store) "," OUT_WORD(fulfilment) ","
                 OUT_INT(list) "," OUT_INT(goods) "," OUT_INT(points_cut) ","
                 OUT_INT(rounding_off) "," OUT_INT(freight_list) "," OUT_INT(freight) ","
                 OUT_INT(fees) "," OUT_INT(payable) ",\"lines\":[",
                 values);
    // clang-format on
    for (uint32_t line = 0; line < a->request->line_count; line++) {
      if (sums->lines[line].package == i) {
        json_form(out, OUT_STRING ",", {.text = &a->request->lines[line].id});
      }
    }
    json_literal(out, OUT_END "]},");
  }
  json_literal(out, OUT_END "]");
}

static void segments_out(json_out *out, const answer *a, const line_sum *sum) {
  const sp_segment *segments = &a->receipt->segments[sum->first_segment];
  // A line that is sold at list as a whole says nothing new by its segment, unless the points are
  // not all that may lie between net and paid.
  bool says_points = segments->points_fen > 0 && a->receipt->rounding_off_fen > 0;
  bool is_plain = sum->segment_count == 1 && segments->rule == SP_NONE && !says_points;
  if (sum->segment_count == 0 || is_plain) return;
  json_literal(out, ",\"segments\":[");
  for (uint32_t i = 0; i < sum->segment_count; i++) {
    const sp_segment *s = &segments[i];
    // clang-format off
    json_form(out,
              "{" OUT_INT(qty) "," OUT_OR_NULL(rule) "," OUT_INT(unit) "," OUT_INT(list) ","
              OUT_INT(net) "," OUT_INT(paid) "," OUT_INT(points_cut) "},",
              {s->qty}, {.text = rule_id(a, s->rule)}, {s->unit_fen}, {s->list_fen},
              {segment_net(s)}, {segment_paid(s)}, {s->points_fen});
    // clang-format on
  }
  json_literal(out, OUT_END "]");
}

/* Who bears a cut: its parts by the rates of the rule, exact. */
static void funded_out(json_out *out, const answer *a, const line_cut *cut) {
  const sp_rule *rule = &a->book->rules[cut->rule];
  int64_t weights[SP_FUNDERS_MAX], parts[SP_FUNDERS_MAX];
  if (!rule->funder_count) return;
  for (uint32_t i = 0; i < rule->funder_count; i++)
    weights[i] = rule->funders[i].bp;
  apportion(cut->cut_fen, weights, NULL, rule->funder_count, SP_REMAINDER_LAST, parts);
  json_literal(out, ",\"funded\":[");
  for (uint32_t i = 0; i < rule->funder_count; i++) {
    json_form(out, "{" OUT_TEXT(party) "," OUT_INT(amount) "},", {.text = &rule->funders[i].party},
              {parts[i]});
  }
  json_literal(out, OUT_END "]");
}

static void cuts_out(json_out *out, const answer *a, const line_cut *cut) {
  json_literal(out, ",\"cuts\":[");
  for (; cut; cut = cut->next) {
    json_form(out, "{" OUT_TEXT(rule) OUT_MAY_TEXT(coupon) "," OUT_INT(cut),
              {.text = rule_id(a, cut->rule)}, {.text = coupon_id(a, cut->coupon)}, {cut->cut_fen});
    funded_out(out, a, cut);
    json_literal(out, "},");
  }
  json_literal(out, OUT_END "]");
}

static void line_out(json_out *out, const sp_line *line, const line_sum *sum) {
  json_form(out,
            "{" OUT_TEXT(id) "," OUT_WORD(state) "," OUT_INT(list) "," OUT_INT(net) "," OUT_INT(
                paid) "},",
            {.text = &line->id}, {.words = SP_WORDS_LINE_STATE}, {line->state}, {sum->list_fen},
            {sum->net_fen}, {sum->paid_fen});
}

static void full_line_out(json_out *out, const answer *a, const sp_line *line,
                          const line_sum *sum) {
  const int64_t *points = a->receipt->line_points;
  // clang-format off
  json_form(out,
            "{" OUT_TEXT(id) "," OUT_TEXT(sku) "," OUT_INT(qty) "," OUT_WORD(state) ","
            OUT_INT(list) "," OUT_INT(net) "," OUT_INT(paid) OUT_MAY_INT(tax) OUT_MAY_INT(earned),
            {.text = &line->id}, {.text = &line->sku_id}, {line->qty},
            {.words = SP_WORDS_LINE_STATE}, {line->state}, {sum->list_fen}, {sum->net_fen},
            {sum->paid_fen}, {sum->tax_fen},
            {points ? points[line - a->request->lines] : -1});
  // clang-format on
  cuts_out(out, a, sum->cuts);
  segments_out(out, a, sum);
  json_literal(out, "},");
}

static void activities_out(json_out *out, const answer *a) {
  for (uint32_t i = 0; i < a->receipt->activity_count; i++) {
    const sp_activity *activity = &a->receipt->activities[i];
    // clang-format off
    json_form(out,
              "{" OUT_TEXT(rule) "," OUT_WORD(state) "," OUT_WORD(reason) OUT_MAY_INT(step)
              OUT_MAY_INT(times) OUT_MAY_INT(measure) "," OUT_INT(cut),
              {.text = rule_id(a, activity->rule)}, {.words = SP_WORDS_ACTIVITY_STATE},
              {activity->state}, {.words = sp_reason_words}, {activity->reason},
              {activity->step}, {activity->times ? activity->times : -1}, {activity->measure},
              {activity->cut_fen});
    if (activity->next.stands) {
      json_form(out,
                ",\"next\":{" OUT_WORD(by) "," OUT_INT(gte) "," OUT_INT(gap) "}",
                {.words = SP_WORDS_BY}, {activity->next.by}, {activity->next.gte},
                {activity->next.gap});
    }
    // clang-format on
    json_literal(out, "},");
  }
}

static void coupons_out(json_out *out, const answer *a) {
  for (uint32_t i = 0; i < a->request->coupon_count; i++) {
    const sp_coupon *coupon = &a->request->coupons[i];
    const sp_coupon_answer *given = &a->receipt->coupons[i];
    // clang-format off
    json_form(out,
              "{" OUT_TEXT(id) "," OUT_TEXT(rule) "," OUT_WORD(state) "," OUT_WORD(reason) ","
              OUT_INT(cut) OUT_MAY_INT(gap) OUT_MAY_WORD(by) OUT_MAY_TEXT(with),
              {.text = &coupon->id}, {.text = &coupon->rule_id},
              {.words = SP_WORDS_COUPON_STATE}, {given->state}, {.words = sp_reason_words},
              {given->reason}, {given->cut_fen}, {given->gap.stands ? given->gap.gap : -1},
              {.words = SP_WORDS_BY}, {given->gap.stands ? (int64_t)given->gap.by : -1},
              {.text = coupon_id(a, given->with)});
    // clang-format on
    if (coupon_is_provisional(a->receipt, given)) json_literal(out, ",\"provisional\":true");
    json_literal(out, "},");
  }
}

static void benefits_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  for (uint32_t i = 0; i < r->gift_count; i++) {
    json_form(out, "{" OUT_TEXT(rule) "," OUT_TEXT(sku) "," OUT_INT(qty) "," OUT_WORD(state) "},",
              {.text = rule_id(a, r->gifts[i].rule)}, {.text = &a->book->skus[r->gifts[i].sku].id},
              {r->gifts[i].qty}, {.words = "given out"}, {r->gifts[i].out});
  }
  json_literal(out, OUT_END "],\"rewards\":[");
  for (uint32_t i = 0; i < r->reward_count; i++) {
    const sp_reward *reward = &r->rewards[i];
    const sp_give *give = reward->give;
    sp_give_kind kind = give->kind;
    bool coupon = kind == SP_GIVE_grant_coupon, card = kind == SP_GIVE_grant_membership;
    // clang-format off
    json_form(out,
              "{" OUT_TEXT(rule) OUT_MAY_TEXT(coupon) OUT_MAY_INT(n) OUT_MAY_INT(points)
              OUT_MAY_INT(growth) OUT_MAY_TEXT(card) OUT_MAY_INT(days) OUT_MAY_INT(stored_bonus)
              "},",
              {.text = rule_id(a, reward->rule)},
              {.text = coupon ? rule_id(a, give->coupon_rule) : NULL}, {coupon ? reward->n : -1},
              {kind == SP_GIVE_points ? reward->n : -1}, {kind == SP_GIVE_growth ? reward->n : -1},
              {.text = card ? &give->card : NULL}, {card ? reward->n : -1},
              {kind == SP_GIVE_stored_bonus ? reward->n : -1});
    // clang-format on
  }
  if (!r->commission_count) return;
  json_literal(out, OUT_END "],\"commission\":[");
  for (uint32_t i = 0; i < r->commission_count; i++) {
    const sp_commission *paid = &r->commissions[i];
    json_form(out, "{" OUT_TEXT(rule) "," OUT_TEXT(promoter) "," OUT_INT(amount) "},",
              {.text = rule_id(a, paid->rule)}, {.text = &a->request->promoters[paid->promoter]},
              {paid->amount_fen});
  }
}

/* Of each rule that would sell more of them, all that it sells. */
static void add_ons_out(json_out *out, const answer *a) {
  for (uint32_t i = 0; i < a->receipt->add_on_count; i++) {
    const sp_add_on_answer *open = &a->receipt->add_ons[i];
    const sp_give *give = &a->book->rules[open->rule].gives[0];
    for (uint32_t o = 0; open->taken < give->n && o < give->price_count; o++) {
      json_form(out,
                "{" OUT_TEXT(rule) "," OUT_TEXT(sku) "," OUT_INT(price) "," OUT_INT(
                    max) "," OUT_INT(taken) "},",
                {.text = rule_id(a, open->rule)}, {.text = &a->book->skus[give->prices[o].sku].id},
                {give->prices[o].price_fen}, {give->n}, {open->taken});
    }
  }
}

static void described_out(json_out *out, const answer *a, const receipt_sums *sums, bool full) {
  const sp_receipt *r = a->receipt;
  groups_out(out, a, sums);
  json_literal(out, ",\"lines\":[");
  for (uint32_t i = 0; i < a->request->line_count; i++) {
    const sp_line *line = &a->request->lines[i];
    const line_sum *sum = &sums->lines[i];
    if (full) {
      full_line_out(out, a, line, sum);
    } else {
      line_out(out, line, sum);
    }
  }
  json_literal(out, OUT_END "],\"activities\":[");
  activities_out(out, a);
  json_literal(out, OUT_END "],\"coupons\":[");
  coupons_out(out, a);
  json_literal(out, OUT_END "],\"gifts\":[");
  benefits_out(out, a);
  json_literal(out, OUT_END "],\"add_ons\":[");
  add_ons_out(out, a);
  json_form(out, OUT_END "],\"freight\":{" OUT_WORD(state) "," OUT_BOOL(free) OUT_MAY_INT(gap) "}",
            {.words = SP_WORDS_FREIGHT_STATE}, {r->freight_state}, {r->freight_free},
            {r->freight_gap_fen});
}

static void submit_out(json_out *out, const sp_receipt *r) {
  int64_t reason = r->submit_no_delivery   ? 0
                   : r->submit_gap_fen > 0 ? 1
                   : r->submit_zero_pay    ? 3
                   : r->submit_points      ? 4
                                           : 2;
  json_form(out,
            ",\"submit\":{" OUT_BOOL(ok) OUT_MAY_WORD(reason) OUT_MAY_INT(gap) "},\"warnings\":[",
            {r->submit_ok}, {.words = "NO_DELIVERY MIN_ORDER EMPTY ZERO_PAY POINTS"},
            {r->submit_ok ? -1 : reason}, {r->submit_gap_fen > 0 ? r->submit_gap_fen : -1});
}

static void warnings_out(json_out *out, const answer *a) {
  for (uint32_t i = 0; i < a->receipt->warning_count; i++) {
    const sp_warning *warning = &a->receipt->warnings[i];
    bool changed = warning->code == SP_WARNING_PRICE_CHANGED;
    // clang-format off
    json_form(out,
              "{" OUT_WORD(code) OUT_MAY_TEXT(line) OUT_MAY_TEXT(rule) OUT_MAY_TEXT(coupon)
              OUT_MAY_INT(seen)
              OUT_MAY_INT(unit) "},",
              {.words = SP_WORDS_WARNING}, {warning->code}, {.text = line_id(a, warning->line)},
              {.text = rule_id(a, warning->rule)},
              {.text = coupon_id(a, warning->coupon)}, {changed ? warning->seen_fen : -1},
              {changed ? warning->unit_fen : -1});
    // clang-format on
  }
}

static void assumptions_out(json_out *out, const answer *a) {
  for (uint32_t i = 0; i < a->receipt->assumption_count; i++) {
    const sp_assumption *one = &a->receipt->assumptions[i];
    bool coupon = one->code == SP_ASSUMES_COUPON, stock = one->code == SP_ASSUMES_STOCK;
    json_form(out,
              "{" OUT_WORD(code) OUT_MAY_TEXT(rule) OUT_MAY_TEXT(coupon) OUT_MAY_TEXT(sku) "},",
              {.words = SP_WORDS_ASSUMPTION}, {one->code},
              {.text = coupon || stock ? NULL : rule_id(a, one->index)},
              {.text = coupon ? coupon_id(a, one->index) : NULL},
              {.text = stock ? &a->book->skus[one->index].id : NULL});
  }
}

static void decision_out(json_out *out, const answer *a, const sp_decision *d) {
  json_literal(out, "\"decision\":{\"rules\":[");
  for (uint32_t i = 0; i < d->rule_count; i++)
    json_form(out, OUT_STRING ",", {.text = rule_id(a, d->rules[i])});
  json_literal(out, OUT_END "],\"lines\":[");
  for (uint32_t i = 0; i < d->line_count; i++) {
    json_form(out, "{" OUT_TEXT(line) "," OUT_TEXT(rule) "},",
              {.text = line_id(a, d->lines[i].line)}, {.text = rule_id(a, d->lines[i].rule)});
  }
  json_literal(out, OUT_END "],\"coupons\":[");
  for (uint32_t i = 0; i < d->coupon_count; i++)
    json_form(out, OUT_STRING ",", {.text = coupon_id(a, d->coupons[i])});
  json_literal(out, OUT_END "]");
  if (d->piece_count) json_literal(out, ",\"pieces\":[");
  for (uint32_t i = 0; i < d->piece_count; i++) {
    const sp_assignment *cell = &d->pieces[i];
    json_form(out, "{" OUT_TEXT(line) "," OUT_INT(segment) "," OUT_TEXT(rule) "," OUT_INT(qty) "},",
              {.text = line_id(a, cell->line)}, {cell->segment}, {.text = rule_id(a, cell->rule)},
              {cell->qty});
  }
  if (d->piece_count) json_literal(out, OUT_END "]");
  json_literal(out, "}");
}

/* What the balance loses within so many seconds if it is not used. */
#define EXPIRING_S (30 * 86400)

static int64_t expiring_points(const sp_request *request) {
  int64_t sum = 0;
  for (uint32_t i = 0; i < request->lot_count; i++) {
    const sp_lot *lot = &request->lots[i];
    if (lot->expires_s <= request->now_s + EXPIRING_S) sum += lot->points;
  }
  return sum;
}

/* Points, the lots they come from, and where growth leads. */
static void member_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  const sp_request *request = a->request;
  // clang-format off
  json_form(out,
            ",\"points\":{" OUT_INT(balance) "," OUT_INT(usable) "," OUT_INT(used) ","
            OUT_INT(cut) "," OUT_INT(step) "," OUT_INT(earned) OUT_MAY_INT(mall),
            {request->points_balance}, {r->points_usable}, {r->points_used},
            {r->points_cut_fen}, {a->book->points.step}, {r->points_earned}, {r->mall_points});
  // clang-format on
  if (request->has_lots) {
    int64_t rest = r->points_used;
    json_form(out, "," OUT_INT(expiring) ",\"lots\":[", {expiring_points(request)});
    for (uint32_t i = 0; i < request->lot_count && rest; i++) {
      int64_t used = sp_min(rest, request->lots[i].points);
      rest -= used;
      if (used) {
        json_form(out, "{" OUT_TEXT(id) "," OUT_INT(used) "},", {.text = &request->lots[i].id},
                  {used});
      }
    }
    json_literal(out, OUT_END "]");
  }
  json_literal(out, "}");
  if (r->tier.growth < 0) return;
  json_form(out,
            ",\"tier\":{" OUT_INT(growth) OUT_MAY_TEXT(tier) OUT_MAY_TEXT(next) OUT_MAY_INT(gap)
                OUT_MAY_TEXT(upgrade) "}",
            {r->tier.growth}, {.text = tier_id(a, request->tier)},
            {.text = tier_id(a, r->tier.next)}, {r->tier.next == SP_NONE ? -1 : r->tier.gap},
            {.text = tier_id(a, r->tier.upgrade)});
}

static void tender_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  if (a->request->tender.stands) {
    int64_t cash =
        r->payable_fen - r->tender_card_fen - r->tender_principal_fen - r->tender_bonus_fen;
    // clang-format off
    json_form(out,
              ",\"tender\":{" OUT_INT(gift_card) "," OUT_INT(principal) "," OUT_INT(bonus) ","
              OUT_INT(cash) "}",
              {r->tender_card_fen}, {r->tender_principal_fen}, {r->tender_bonus_fen}, {cash});
    // clang-format on
  }
  if (!a->request->pay_options) return;
  json_literal(out, ",\"pay_options\":[");
  for (uint32_t i = 0; i < r->pay_option_count; i++) {
    uint32_t payer = r->pay_options[i].payer;
    json_form(out, "{" OUT_OR_NULL(payer) "," OUT_INT(payable) "," OUT_BOOL(exact) "},",
              {.text = payer == SP_NONE ? NULL : &a->book->payers[payer].id},
              {r->pay_options[i].payable_fen}, {r->pay_options[i].exact});
  }
  json_literal(out, OUT_END "]");
}

static void fees_out(json_out *out, const answer *a, const line_sum *sums) {
  const sp_receipt *r = a->receipt;
  json_literal(out, ",\"fees\":[");
  for (uint32_t i = 0; i < r->fee_count; i++) {
    json_form(out, "{" OUT_TEXT(id) "," OUT_INT(amount),
              {.text = &a->book->fees[r->fees[i].fee].id}, {r->fees[i].amount_fen});
    if (sums[r->fees[i].fee].cuts) cuts_out(out, a, sums[r->fees[i].fee].cuts);
    json_literal(out, "},");
  }
  json_literal(out, OUT_END "]");
}

void receipt_out(json_out *out, const answer *a, const receipt_sums *sums, sp_detail detail,
                 const uint8_t hash[SP_SHA256_SIZE]) {
  const sp_receipt *r = a->receipt;
  char book_hex[2 * SP_SHA256_SIZE], hash_hex[2 * SP_SHA256_SIZE];
  sp_text book = digest_text(a->book->digest, book_hex), core;
  if (hash) core = digest_text(hash, hash_hex);
  totals_out(out, a, sums);
  if (detail != SP_DETAIL_totals) described_out(out, a, sums, detail == SP_DETAIL_full);
  member_out(out, a);
  tender_out(out, a);
  if (detail != SP_DETAIL_totals) {
    fees_out(out, a, sums->lines + a->request->line_count);
  }
  submit_out(out, r);
  warnings_out(out, a);
  json_literal(out, OUT_END "],\"assumes\":[");
  assumptions_out(out, a);
  json_literal(out, OUT_END "],");
  decision_out(out, a, &r->decision);
  if (r->has_best) {
    json_form(out, ",\"best\":{" OUT_INT(payable) "," OUT_INT(costs) "," OUT_BOOL(exact) ",",
              {r->best_payable_fen}, {r->best_costs_fen}, {r->best_exact});
    decision_out(out, a, &r->best);
    json_literal(out, "}");
  }
  // clang-format off
  json_form(out,
            ",\"search\":{" OUT_BOOL(exact) "," OUT_INT(visited) OUT_MAY_INT(gap)
            "}," OUT_TEXT(book) OUT_MAY_TEXT(hash) "}",
            {r->exact}, {r->visited}, {r->gap_fen}, {.text = &book},
            {.text = hash ? &core : NULL});
  // clang-format on
}
