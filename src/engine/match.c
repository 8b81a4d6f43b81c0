#include "engine/match.h"

#include <string.h>

#include "base/clock.h"
#include "base/money.h"

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

bool match_window_open(const pricing *p, const sp_window *window) {
  return book_window_open(p->book, window, window_moment(p->request, window->at));
}

static sp_reason closed_by_window(const pricing *p, const sp_rule *rule) {
  const sp_window *window = &rule->window;
  if (!window->stands) return SP_REASON_APPLIED;
  int64_t moment = window_moment(p->request, window->at);
  int64_t civil = moment + p->book->utc_offset_s;
  if (window->has_from && civil < window->from_s) return SP_REASON_NOT_STARTED;
  if (window->has_to && civil >= window->to_s) return SP_REASON_EXPIRED;
  return book_window_open(p->book, window, moment) ? SP_REASON_APPLIED : SP_REASON_CLOSED;
}

static bool only_grants(const sp_give *give) {
  const uint32_t grants =
      1u << SP_GIVE_stored_bonus | 1u << SP_GIVE_grant_coupon | 1u << SP_GIVE_grant_membership;
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (!only_grants(give->tiers[i].give)) return false;
  }
  if (give->inner) return only_grants(give->inner);
  return give->tier_count || (grants >> give->kind) & 1;
}

/* In an order that has no stages of its own. */
static bool grants_in(sp_order_type type, const sp_rule *rule) {
  if ((rule->order_types >> type) & 1) return true;
  bool good = rule->kind != SP_KIND_coupon;
  for (uint32_t i = 0; i < rule->give_count; i++)
    good = good && only_grants(&rule->gives[i]);
  return good;
}

/* The kinds that are orders of their own act there and nowhere else, whatever the table says. */
static bool fits_order_type(const pricing *p, const sp_rule *rule) {
  sp_order_type type = p->request->order_type;
  if (rule->order_types && !((rule->order_types >> type) & 1)) return false;
  if (rule->kind >= SP_KIND_group_buy && rule->kind <= SP_KIND_presale)
    return rule->kind - SP_KIND_group_buy == type - SP_TYPE_group_buy;
  uint32_t stages = p->book->stages_of_type[type];
  if ((stages >> rule->stage) & 1) return true;
  return (stages & SP_STAGES_OF_GRANTS) && grants_in(type, rule);
}

bool match_birthday(const pricing *p, bool whole_month) {
  int32_t birthday = p->request->member.birthday;
  bool leap;
  int32_t today = clock_month_day(p->request->now_s + p->book->utc_offset_s, &leap);
  if (whole_month) return birthday / 100 == today / 100;
  return birthday == (today == 228 && !leap && birthday == 229 ? 229 : today);
}

/* Whoever buys a card has it in the same order. Of several tiers the highest counts. */
static void read_member_cards(pricing *p) {
  p->tier = p->request->tier;
  for (uint32_t c = 0; c < p->book->member_card_count; c++) {
    const sp_member_card *card = &p->book->member_cards[c];
    for (uint32_t i = 0; i < p->request->line_count; i++) {
      const sp_line *line = &p->request->lines[i];
      if (line->state == SP_LINE_priced && line->sku == card->sku) p->cards |= 1u << c;
    }
    bool raises = p->tier == SP_NONE || (card->tier != SP_NONE && card->tier > p->tier);
    if (((p->cards >> c) & 1) && raises) p->tier = card->tier;
  }
}

static bool card_has_tag(const pricing *p, const sp_ids *tags) {
  for (uint32_t c = 0; c < p->book->member_card_count; c++) {
    if (((p->cards >> c) & 1) && ids_meet(tags, &p->book->member_cards[c].tags)) return true;
  }
  return false;
}

static bool is_for(const pricing *p, const sp_for *f);

/* Whether it is for the member (or, with `so` false, not for him) by one of them. */
static bool one_is_for(const pricing *p, const sp_fors *list, bool so) {
  uint32_t k = 0;
  while (k < list->count && is_for(p, &list->items[k]) != so)
    k++;
  return k < list->count;
}

static bool is_for(const pricing *p, const sp_for *f) {
  if (one_is_for(p, &f->all, false) || one_is_for(p, &f->none, true)) return false;
  if (f->any.count && !one_is_for(p, &f->any, true)) return false;
  const sp_member *m = &p->request->member;
  if (f->tiers && (p->tier == SP_NONE || !((f->tiers >> p->tier) & 1))) return false;
  if (f->tags.count && !ids_meet(&f->tags, &m->tags) && !card_has_tag(p, &f->tags)) return false;
  if (f->segments.count && !ids_meet(&f->segments, &m->segments)) return false;
  if (f->bought.count && !ids_meet(&f->bought, &m->bought)) return false;
  if (ids_meet(&f->not_bought, &m->bought)) return false;
  if (f->birthday && !match_birthday(p, f->birthday == SP_BIRTHDAY_month)) return false;
  int64_t within_s = f->registered_within_s, before_s = f->registered_before_s;
  if (within_s < 0 && before_s < 0) return true;
  int64_t age_s = p->request->now_s - m->registered_at_s;
  return m->is_registered && (within_s < 0 || age_s <= within_s) &&
         (before_s < 0 || age_s >= before_s);
}

static int64_t left_of(const pricing *p, const sp_rule *rule) {
  int64_t left = p->request->left ? p->request->left[rule - p->book->rules] : -1;
  return rule->limit.total_left && left >= 0 ? left : INT64_MAX;
}

int64_t rule_pieces_left(const pricing *p, const sp_rule *rule) {
  int64_t pieces = left_of(p, rule);
  if (!rule->limit.stands) return pieces;
  if (rule->limit.per_order >= 0) pieces = sp_min(pieces, rule->limit.per_order);
  if (rule->limit.qty_per_member < 0) return pieces;
  const sp_usage *usage = p->request->member.usage;
  int64_t used = usage ? usage[rule - p->book->rules].qty : 0;
  return sp_min(pieces, sp_max(0, rule->limit.qty_per_member - used));
}

int64_t rule_uses_left(const pricing *p, const sp_rule *rule) {
  if (!rule->limit.stands) return INT64_MAX;
  int64_t uses = left_of(p, rule);
  if (rule->limit.per_order >= 0) uses = sp_min(uses, rule->limit.per_order);
  if (rule->limit.per_member < 0) return uses;
  const sp_usage *usage = p->request->member.usage;
  int64_t times = usage ? usage[rule - p->book->rules].times : 0;
  return sp_min(uses, sp_max(0, rule->limit.per_member - times));
}

static bool is_used_up(const pricing *p, const sp_rule *rule) {
  return rule_pieces_left(p, rule) == 0 || rule_uses_left(p, rule) == 0;
}

static sp_reason closed_by(const pricing *p, const sp_rule *rule) {
  sp_reason window = closed_by_window(p, rule);
  if (window != SP_REASON_APPLIED) return window;
  if (!fits_order_type(p, rule)) return SP_REASON_ORDER_TYPE;
  if (rule->channels.count && !ids_have(&rule->channels, p->request->channel))
    return SP_REASON_CHANNEL;
  if (rule->member && !is_for(p, rule->member)) return SP_REASON_NOT_FOR_YOU;
  return is_used_up(p, rule) ? SP_REASON_LIMIT : SP_REASON_APPLIED;
}

sp_err match_rules(pricing *p) {
  read_member_cards(p);
  p->open = p->request->open;
  if (p->open) return SP_OK;
  uint8_t *open = arena_room(p->arena, p->book->rule_count);
  if (!open) return SP_E_MEMORY;
  for (uint32_t r = 0; r < p->book->rule_count; r++)
    open[r] = (uint8_t)closed_by(p, &p->book->rules[r]);
  p->open = open;
  return SP_OK;
}

sp_reason rule_open(const pricing *p, const sp_rule *rule) {
  return (sp_reason)p->open[rule - p->book->rules];
}

int64_t sum_of(const int64_t *values, const uint32_t *segments, uint32_t count) {
  int64_t sum = 0;
  if (count >= 8 && in_a_row(segments, count)) return money_sum(values + *segments, count);
  // A turn of the loop costs as much as an entry.
  for (; count >= 4; count -= 4, segments += 4)
    sum += values[segments[0]] + values[segments[1]] + values[segments[2]] + values[segments[3]];
  while (count)
    sum += values[segments[--count]];
  return sum;
}

/* What no rule can cut; most carts have nothing of it. */
static int64_t sum_fixed(const pricing *p, const goods *g) {
  if (g->sums) return g->sums->fixed_fen;
  int64_t sum = 0;
  for (uint32_t k = 0; p->has_fixed && k < g->count; k++)
    sum += p->segments[g->segments[k]].fixed_fen;
  return sum;
}

/* Freight still to pay for the packages that hold some of the goods, each once. */
static int64_t sum_freight(const pricing *p, const goods *g) {
  int64_t sum = 0;
  memset(p->package_seen, 0, p->package_count);
  for (uint32_t k = 0; k < g->count; k++) {
    uint32_t package = p->segments[g->segments[k]].group;
    if (!p->package_seen[package]) sum += g->freight[package];
    p->package_seen[package] = true;
  }
  return sum;
}

int64_t measure_amount(const pricing *p, const goods *g, sp_base base) {
  int64_t sum = 0;
  switch (base) {
  case SP_BASE_list:
    if (g->sums) return g->sums->list_fen;
    if (g->count == p->segment_count) return p->list_fen;
    for (uint32_t k = 0; k < g->count; k++)
      sum += p->segments[g->segments[k]].list_fen;
    return sum;
  case SP_BASE_after_item:
    if (g->sums) return g->sums->after_item_fen + g->sums->fixed_fen;
    return sum_of(p->after_item, g->segments, g->count) + sum_fixed(p, g);
  case SP_BASE_current:
  case SP_BASE_payable_goods:
    return g->left_fen + sum_fixed(p, g);
  case SP_BASE_goods_and_freight:
    return g->left_fen + sum_fixed(p, g) + sum_freight(p, g);
  }
  SP_CHECK(false);
  return 0;
}

int64_t measure_qty(const pricing *p, const goods *g) {
  if (g->sums) return g->sums->qty;
  int64_t sum = 0;
  for (uint32_t k = 0; k < g->count; k++)
    sum += p->segments[g->segments[k]].qty;
  return sum;
}

void measure_sums(pricing *p, const goods *g, goods_sums *out) {
  *out = (goods_sums){.list_fen = measure_amount(p, g, SP_BASE_list),
                      .list_part_fen = sum_of(p->list_part, g->segments, g->count),
                      .after_item_fen = sum_of(p->after_item, g->segments, g->count),
                      .fixed_fen = sum_fixed(p, g),
                      .qty = measure_qty(p, g)};
}
