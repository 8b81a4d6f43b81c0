#include "engine/steady.h"

#include "engine/effect.h"

/* What a turn sees of the cart: its goods at their dearest, and the most that can have been cut. */
typedef struct {
  const pricing *p;
  int64_t amount_fen, left_fen; /* before anything is cut, with and without the fixed part */
  int64_t cut_before_fen;       /* by all turns before it, at most */
} view;

/* Whether a threshold has one answer for every amount the turn can see. */
static bool threshold_steady(const view *v, sp_base base, int64_t gte) {
  if (base == SP_BASE_list) return true;
  return gte <= v->amount_fen - v->cut_before_fen || gte > v->amount_fen;
}

static bool measure_steady(const view *v, const sp_give *give) {
  if (give->by != SP_BY_amount || give->base == SP_BASE_list) return true;
  if (give->kind == SP_GIVE_every) {
    int64_t low = sp_max(0, v->amount_fen - v->cut_before_fen);
    return sp_min(give->limit, low / give->step) == sp_min(give->limit, v->amount_fen / give->step);
  }
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (!threshold_steady(v, give->base, give->tiers[i].gte)) return false;
  }
  return true;
}

/* Amounts that are never clamped, percentages that always reach their cap, and what is not money.
 * Of a rule of which gives_sums holds. */
static bool give_steady(const view *v, const sp_give *give, int64_t times) {
  int64_t left = v->left_fen - v->cut_before_fen;
  switch (give->kind) {
  case SP_GIVE_amount_off:
    return give->amount_fen * times <= left;
  case SP_GIVE_percent_off:
    // No base is ever less than what is left then, so a cap that is reached there always is.
    return give->cap_fen >= 0 && left >= give->cap_fen &&
           money_mul_div(left, give->bp, 10000) >= give->cap_fen;
  case SP_GIVE_tiers:
    if (!measure_steady(v, give)) return false;
    for (uint32_t i = 0; i < give->tier_count; i++) {
      if (give->tiers[i].gte <= v->amount_fen && !give_steady(v, give->tiers[i].give, times)) {
        return false;
      }
    }
    return true;
  case SP_GIVE_every:
    return measure_steady(v, give) &&
           give_steady(v, give->inner, sp_min(give->limit, v->amount_fen / give->step));
  default:
    return give->kind >= SP_GIVE_gift;
  }
}

int64_t steady_most_cut(const turn *t) {
  return t->bound_fen * (t->kind == TURN_COUPON ? (int64_t)t->coupon_count : 1);
}

bool steady_gain(const pricing *p, const turn *t, int64_t cut_before_fen) {
  const sp_rule *rule = turn_rule(p, t);
  // A reward that counts nothing in the goal may come or go.
  if (rule->stage == SP_STAGE_reward && t->bound_fen == 0) return true;
  if (!rule->applies_to_discounted || level_count(p, rule->level) != 1 || !gives_sums(rule)) {
    return false;
  }
  // Coupons of one rule come one after another: the last one sees what the others cut.
  if (t->kind == TURN_COUPON) cut_before_fen += steady_most_cut(t) - t->bound_fen;
  view v = {.p = p, .cut_before_fen = cut_before_fen};
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t i = t->segments[k];
    v.left_fen += p->start_left[i];
    v.amount_fen += p->start_left[i] + p->segments[i].fixed_fen;
  }
  if (rule->when.amount_gte_fen >= 0 &&
      !threshold_steady(&v, rule->when.base, rule->when.amount_gte_fen)) {
    return false;
  }
  for (uint32_t g = 0; g < rule->give_count; g++) {
    if (!give_steady(&v, &rule->gives[g], 1)) return false;
  }
  return true;
}

bool steady_freight(const pricing *p, int64_t cut_before_fen) {
  const sp_freight_table *table = &p->book->freight;
  if (!table->has_free || table->free_base == SP_BASE_list) return true;
  int64_t order = 0;
  for (uint32_t g = 0; g < p->package_count; g++)
    p->package_cut[g] = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    int64_t value = p->start_left[i] + p->segments[i].fixed_fen;
    p->package_cut[p->segments[i].group] += value;
    order += value;
  }
  for (uint32_t g = 0; g < p->package_count; g++) {
    if (!p->packages[g].freight_list_fen || p->never_free[g]) continue;
    int64_t sum = table->free_per_order ? order : p->package_cut[g];
    if (table->free_gte_fen > sum - cut_before_fen && table->free_gte_fen <= sum) return false;
  }
  return true;
}
