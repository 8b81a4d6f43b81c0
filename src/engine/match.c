#include "engine/match.h"

static int64_t window_moment(const sp_request *request, sp_at at) {
  switch (at) {
  case SP_AT_order:
    return request->now_s;
  case SP_AT_pay:
    return request->pay_at_s;
  case SP_AT_fulfilment:
    return request->fulfil_at_s;
  }
  SP_CHECK(false);
  return 0;
}

sp_reason rule_open(const pricing *p, const sp_rule *rule) {
  const sp_window *window = &rule->window;
  if (window->stands) {
    int64_t moment = window_moment(p->request, window->at);
    int64_t civil = moment + p->book->utc_offset_s;
    if (window->has_from && civil < window->from_s) return SP_REASON_NOT_STARTED;
    if (window->has_to && civil >= window->to_s) return SP_REASON_EXPIRED;
    if (!book_window_open(p->book, window, moment)) return SP_REASON_CLOSED;
  }
  if (rule->member_tiers) {
    uint32_t tier = p->request->tier;
    if (tier == SP_NONE || !((rule->member_tiers >> tier) & 1)) return SP_REASON_NOT_FOR_YOU;
  }
  return SP_REASON_APPLIED;
}

/* What no rule can cut; most carts have nothing of it. */
static int64_t sum_fixed(const pricing *p, const goods *g) {
  int64_t sum = 0;
  for (uint32_t k = 0; p->has_fixed && k < g->count; k++)
    sum += p->segments[g->segments[k]].fixed_fen;
  return sum;
}

int64_t measure_amount(const pricing *p, const goods *g, sp_base base) {
  int64_t sum = 0;
  switch (base) {
  case SP_BASE_list:
    for (uint32_t k = 0; k < g->count; k++)
      sum += p->segments[g->segments[k]].list_fen;
    return sum;
  case SP_BASE_after_item:
    for (uint32_t k = 0; k < g->count; k++)
      sum += p->after_item[g->segments[k]];
    return sum + sum_fixed(p, g);
  case SP_BASE_current:
  case SP_BASE_payable_goods:
    return g->left_fen + sum_fixed(p, g);
  }
  SP_CHECK(false);
  return 0;
}

int64_t measure_qty(const pricing *p, const goods *g) {
  int64_t sum = 0;
  for (uint32_t k = 0; k < g->count; k++)
    sum += p->segments[g->segments[k]].qty;
  return sum;
}

static int64_t measure_kinds(pricing *p, const goods *g) {
  int64_t kinds = 0;
  uint32_t stamp = ++p->stamp;
  for (uint32_t k = 0; k < g->count; k++) {
    uint32_t sku = p->request->lines[p->segments[g->segments[k]].line].sku;
    if (p->kind_seen[sku] == stamp) continue;
    p->kind_seen[sku] = stamp;
    kinds++;
  }
  return kinds;
}

bool when_holds(pricing *p, const goods *g, const sp_when *when, int64_t *measure, sp_next *next) {
  const int64_t wanted[3] = {when->amount_gte_fen, when->qty_gte, when->kinds_gte};
  bool described = false;
  for (uint32_t by = SP_BY_amount; by <= SP_BY_kinds; by++) {
    if (wanted[by] < 0) continue;
    int64_t value = by == SP_BY_amount ? measure_amount(p, g, when->base)
                    : by == SP_BY_qty  ? measure_qty(p, g)
                                       : measure_kinds(p, g);
    if (!described) *measure = value;
    described = true;
    if (value >= wanted[by]) continue;
    *measure = value;
    *next = (sp_next){true, (sp_by)by, wanted[by], wanted[by] - value};
    return false;
  }
  return true;
}
