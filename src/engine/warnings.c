#include "base/text.h"
#include "engine/add_on.h"
#include "engine/answer.h"
#include "engine/match.h"
#include "engine/plan.h"

static sp_warning *warn(sp_receipt *r, sp_warning_code code, uint32_t line) {
  sp_warning *warning = &r->warnings[r->warning_count++];
  *warning = (sp_warning){.code = code, .line = line, .coupon = SP_NONE, .rule = SP_NONE};
  return warning;
}

/* Whether the cart holds more of the line's SKU than is known to be there. */
static bool out_of_stock(const sp_request *request, const sp_line *line) {
  const sp_price *stock = prices_find(request->stock, request->stock_count, line->sku);
  int64_t pieces = 0;
  for (uint32_t l = 0; stock && l < request->line_count; l++) {
    const sp_line *other = &request->lines[l];
    if (other->state == SP_LINE_priced && other->sku == line->sku) pieces += other->qty;
  }
  return stock && pieces > stock->price_fen;
}

/* Whether other coupons are picked now than while freight was unknown. */
static bool picks_changed(const pricing *p) {
  const sp_request *request = p->request;
  const sp_decision *d = &p->receipt->decision;
  bool is_known = p->receipt->freight_state == SP_FREIGHT_STATE_known;
  if (!request->has_seen_coupons || !is_known) return false;
  const sp_ids *seen = &request->seen_coupons;
  bool changed = false;
  for (uint32_t i = 0; i < d->coupon_count; i++)
    changed |= !ids_have(seen, request->coupons[d->coupons[i]].id);
  for (uint32_t k = 0; k < seen->count; k++) {
    bool still = false;
    for (uint32_t i = 0; i < d->coupon_count; i++)
      still |= text_equal(seen->ids[k], request->coupons[d->coupons[i]].id);
    changed |= !still;
  }
  return changed;
}

/* Pieces at the price of each unit rule. *pieces NULL: none of them has a limit. */
static sp_err count_limited(const pricing *p, int64_t **pieces) {
  bool any = false;
  *pieces = NULL;
  for (uint32_t i = 0; i < p->segment_count && !any; i++)
    any = p->segments[i].rule != SP_NONE && p->book->rules[p->segments[i].rule].limit.stands;
  if (!any) return SP_OK;
  *pieces = arena_array(p->arena, p->book->rule_count, sizeof **pieces);
  for (uint32_t i = 0; *pieces && i < p->segment_count; i++) {
    if (p->segments[i].rule != SP_NONE) (*pieces)[p->segments[i].rule] += p->segments[i].qty;
  }
  return *pieces ? SP_OK : SP_E_MEMORY;
}

/* The first rule whose price other pieces of the line's SKU have, and whose limit has none left for
 * those of the line that stay at list. SP_NONE: there is none. */
static uint32_t limiting_rule(const pricing *p, const int64_t *pieces, uint32_t line) {
  uint32_t sku = p->request->lines[line].sku, first = SP_NONE;
  bool at_list = false;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    at_list |= segment->line == line && segment->rule == SP_NONE;
    if (segment->rule >= first || p->request->lines[segment->line].sku != sku) continue;
    const sp_rule *rule = &p->book->rules[segment->rule];
    if (rule->limit.stands && pieces[segment->rule] == rule_pieces_left(p, rule))
      first = segment->rule;
  }
  return at_list ? first : SP_NONE;
}

/* Rules that its limit closes although their goods are here, and those whose time is over although
 * a line is pinned to them. */
static void warn_of_rules(pricing *p) {
  const sp_request *request = p->request;
  for (uint32_t k = 0; k < p->book->rule_count; k++) {
    const sp_rule *rule = &p->book->rules[k];
    sp_reason open = rule_open(p, rule);
    bool pinned = false;
    for (uint32_t i = 0; i < request->line_pin_count; i++)
      pinned |= request->line_pins[i].rule == k;
    if (open == SP_REASON_EXPIRED && pinned)
      warn(p->receipt, SP_WARNING_EXPIRED, SP_NONE)->rule = k;
    if (open == SP_REASON_LIMIT && rule->kind != SP_KIND_coupon && covers_any_line(p, rule))
      warn(p->receipt, SP_WARNING_LIMIT, SP_NONE)->rule = k;
  }
}

/* Coupons that the shopper counts on, pinned or seen as picked, and that are over or used up. */
static void warn_of_coupons(pricing *p) {
  const sp_request *request = p->request;
  for (uint32_t c = 0; c < request->coupon_count; c++) {
    bool counted_on =
        request->has_seen_coupons && ids_have(&request->seen_coupons, request->coupons[c].id);
    for (uint32_t i = 0; i < request->coupon_pin_count; i++)
      counted_on |= request->coupon_pins[i] == c;
    if (!counted_on) continue;
    sp_reason open = plan_coupon_open(p, &request->coupons[c]);
    if (open == SP_REASON_EXPIRED) warn(p->receipt, SP_WARNING_EXPIRED, SP_NONE)->coupon = c;
    if (open == SP_REASON_LIMIT) warn(p->receipt, SP_WARNING_LIMIT, SP_NONE)->coupon = c;
  }
}

sp_err answer_warnings(pricing *p) {
  sp_receipt *r = p->receipt;
  // The most of each: four of a line, one of a gift, a rule and a coupon, and three of the order.
  size_t most = 4 * (size_t)p->request->line_count + r->gift_count + p->book->rule_count +
                p->request->coupon_count + 3;
  int64_t *pieces;
  sp_err err = count_limited(p, &pieces);
  if (err) return err;
  r->warnings = arena_room(p->arena, most * sizeof(sp_warning));
  if (!r->warnings) return SP_E_MEMORY;
  uint32_t i = 0;
  for (uint32_t l = 0; l < p->request->line_count; l++) {
    const sp_line *line = &p->request->lines[l];
    if (line->state == SP_LINE_off_shelf) warn(r, SP_WARNING_OFF_SHELF, l);
    if (line->state != SP_LINE_priced) continue;
    // The price a shopper has seen is the first segment's: the cheapest one.
    while (p->segments[i].line != l)
      i++;
    int64_t unit = p->segments[i].unit_fen;
    if (line->seen_unit_fen >= 0 && line->seen_unit_fen != unit) {
      sp_warning *changed = warn(r, SP_WARNING_PRICE_CHANGED, l);
      changed->seen_fen = line->seen_unit_fen;
      changed->unit_fen = unit;
    }
    if (out_of_stock(p->request, line)) warn(r, SP_WARNING_STOCK, l);
    bool lost = line->add_on && add_on_taken(p, line->add_on - 1, l) < line->qty;
    if (lost) warn(r, SP_WARNING_ADD_ON_LOST, l);
    uint32_t limiting = pieces ? limiting_rule(p, pieces, l) : SP_NONE;
    if (limiting != SP_NONE) warn(r, SP_WARNING_LIMIT, l)->rule = limiting;
  }
  if (r->submit_no_delivery) warn(r, SP_WARNING_NO_DELIVERY, SP_NONE);
  if (picks_changed(p)) warn(r, SP_WARNING_FREIGHT_KNOWN, SP_NONE);
  if (r->pin_dropped) warn(r, SP_WARNING_PIN_DROPPED, SP_NONE);
  for (uint32_t g = 0; g < r->gift_count; g++) {
    if (!r->gifts[g].out) continue;
    warn(r, SP_WARNING_GIFT_OUT, SP_NONE)->rule = r->gifts[g].rule;
  }
  warn_of_rules(p);
  warn_of_coupons(p);
  return SP_OK;
}
