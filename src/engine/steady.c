#include "engine/steady.h"

#include <string.h>

#include "engine/add_on.h"
#include "engine/effect.h"
#include "engine/when.h"

/* What a later turn sees of the cart: its goods at their dearest, and the most that can have been
 * cut. */
typedef struct {
  const pricing *p;
  const turn *t;
  const sp_rule *rule;
  int64_t amount_fen, left_fen; /* before anything is cut, with and without the fixed part */
  int64_t list_fen, qty;
  int64_t cut_before_fen; /* by all turns before it, at most */
} view;

/* ---- (a) the rule itself ---- */

/* Higher tiers of one plain kind that never give less. */
static bool tiers_grow(const sp_give *give) {
  for (uint32_t i = 0; i < give->tier_count; i++) {
    const sp_give *tier = give->tiers[i].give;
    bool plain = tier->per == SP_PER_order &&
                 (tier->kind == SP_GIVE_amount_off ||
                  (tier->kind == SP_GIVE_percent_off && tier->base == SP_BASE_current));
    if (!plain || tier->cap_fen >= 0 || tier->kind != give->tiers[0].give->kind) return false;
    if (i == 0) continue;
    const sp_give *before = give->tiers[i - 1].give;
    if (tier->amount_fen < before->amount_fen || tier->bp < before->bp) return false;
  }
  return true;
}

static bool even_prices(const sp_policy *policy) {
  return policy->percent_price_side && policy->percent_rounding == SP_HALF_EVEN;
}

static bool grows_with_lines(const pricing *p, const sp_give *give) {
  switch (give->kind) {
  case SP_GIVE_amount_off:
    return give->max_units == 0 && give->per != SP_PER_piece;
  case SP_GIVE_percent_off:
    return give->base == SP_BASE_current && give->max_units == 0 && give->per != SP_PER_piece;
  case SP_GIVE_tiers:
    return tiers_grow(give);
  case SP_GIVE_every:
    return give->inner->kind == SP_GIVE_amount_off;
  // The dearest first: one more piece makes no position cheaper. But half a fen goes to the even
  // price, which may be the dearer one with a piece more that is paid in full.
  case SP_GIVE_nth_item:
    return give->order == SP_ORDER_price_desc && give->base == SP_BASE_current &&
           p->book->policy.percent_level == SP_PER_order && !even_prices(&p->book->policy);
  default:
    return false;
  }
}

static bool rule_grows(const pricing *p, const turn *t) {
  const sp_rule *rule = turn_rule(p, t);
  // More lines never break a condition, unless it is one that they should not meet.
  if (when_has(&t->when, SP_TEST_BIT(not ))) return false;
  if (rule->give_count != 1 || rule->level != SP_LEVEL_order || !rule->applies_to_discounted ||
      rule->filter.bits) {
    return false;
  }
  return p->group_slots[rule->group] == SP_NONE && grows_with_lines(p, &rule->gives[0]);
}

/* ---- (b) everything after it ---- */

/* Whether a threshold has one answer for every amount the turn can see. */
static bool threshold_steady(const view *v, sp_base base, int64_t gte) {
  if (base == SP_BASE_list) return true;
  // Freight comes on top of the goods, so only what they reach alone is known.
  if (base == SP_BASE_goods_and_freight) return gte <= v->amount_fen - v->cut_before_fen;
  return gte <= v->amount_fen - v->cut_before_fen || gte > v->amount_fen;
}

/* The most that tiers and steps can count, but for freight. */
static int64_t most_measured(const view *v, const sp_give *give) {
  if (give->by != SP_BY_amount) return v->qty;
  return give->base == SP_BASE_list ? v->list_fen : v->amount_fen;
}

static bool measure_steady(const view *v, const sp_give *give) {
  if (give->by != SP_BY_amount || give->base == SP_BASE_list) return true;
  if (give->kind == SP_GIVE_every) {
    if (give->base == SP_BASE_goods_and_freight) return false;
    int64_t low = sp_max(0, v->amount_fen - v->cut_before_fen);
    return sp_min(give->limit, low / give->step) == sp_min(give->limit, v->amount_fen / give->step);
  }
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (!threshold_steady(v, give->base, give->tiers[i].gte)) return false;
  }
  return true;
}

/* A condition has one answer where each of its thresholds has one: the rest counts pieces. */
static bool when_steady(const view *v) {
  for (uint32_t i = 0; i < v->t->when.count; i++) {
    const sp_test *test = &v->t->when.tests[i];
    if (test->kind == SP_TEST_amount && !threshold_steady(v, test->base, test->gte)) return false;
  }
  return true;
}

/* Amounts that are never clamped, percentages of the whole, and what is not money. */
static bool give_steady(const view *v, const sp_give *give, int64_t times, bool whole) {
  int64_t left = v->left_fen - v->cut_before_fen;
  switch (give->kind) {
  case SP_GIVE_amount_off:
    return give->per == SP_PER_order && give->amount_fen * times <= left;
  case SP_GIVE_percent_off: {
    // The smallest cut must still count as one, or a coupon could become useless.
    int64_t least = v->p->book->policy.coupon_min_gain_fen + 1;
    return give->per == SP_PER_order && whole && left > 0 &&
           money_mul_div(left, give->bp, 10000) >= least &&
           (give->cap_fen < 0 || give->cap_fen >= least);
  }
  case SP_GIVE_tiers:
    if (!measure_steady(v, give)) return false;
    for (uint32_t i = 0; i < give->tier_count; i++) {
      if (give->tiers[i].gte <= most_measured(v, give) &&
          !give_steady(v, give->tiers[i].give, times, whole)) {
        return false;
      }
    }
    return true;
  case SP_GIVE_every:
    return measure_steady(v, give) && give->inner->kind != SP_GIVE_percent_off &&
           give_steady(v, give->inner, sp_min(give->limit, most_measured(v, give) / give->step),
                       whole);
  case SP_GIVE_gift:
  case SP_GIVE_grant_coupon:
  case SP_GIVE_growth:
  case SP_GIVE_grant_membership:
  case SP_GIVE_stored_bonus:
  case SP_GIVE_free_freight:
  case SP_GIVE_fees_off:
  case SP_GIVE_add_on:
    return true;
  case SP_GIVE_points:
    return !give->den;
  default:
    return false;
  }
}

/* The segments whose prices may depend on one line of r, and how often they were marked. */
typedef struct {
  bool *marked;
  uint32_t count, all;
} reach;

static uint32_t common_segments(const reach *r, const turn *t) {
  uint32_t common = 0;
  if (r->count == r->all) return t->segment_count;
  for (uint32_t k = 0; k < t->segment_count; k++)
    common += r->marked[t->segments[k]];
  return common;
}

static void mark_segments(reach *r, const turn *t) {
  for (uint32_t k = 0; r->count < r->all && k < t->segment_count; k++) {
    r->count += !r->marked[t->segments[k]];
    r->marked[t->segments[k]] = true;
  }
}

/* A reward that counts nothing in the goal may come or go. */
static bool is_idle_reward(const view *v) {
  return v->rule->stage == SP_STAGE_reward && v->t->bound_fen == 0;
}

/* Whether the places where the rule counts against a maximum depend on how cuts are spread. */
static bool counts_by_place(const pricing *p, const sp_rule *rule) {
  if (rule->group == SP_NONE || p->group_slots[rule->group] == SP_NONE) return false;
  sp_max_per max_per = p->book->groups[rule->group].max_per;
  return max_per == SP_MAX_PER_line || (max_per == SP_MAX_PER_shop && p->shop_count > 1);
}

/* A turn that shares its cut spreads what it saw over all of its segments, so the reach grows. */
static bool later_steady(const view *v, const turn *r, reach *reached) {
  const sp_rule *rule = v->rule;
  if (v->t->dead) return true;
  if (!rule->applies_to_discounted) return false;
  uint32_t common = common_segments(reached, v->t);
  if (common == 0 || is_idle_reward(v)) return true;
  // Another rule of the same group never shares a line with r itself.
  bool same_group = v->t->kind == TURN_ASSIGNED && v->t->once_group == r->once_group;
  if (same_group && reached->count == r->segment_count) return true;
  // Rules with lines of their own, or evaluated by shop, measure less than the whole.
  if (v->t->kind == TURN_ASSIGNED || rule->level != SP_LEVEL_order || rule->give_count != 1 ||
      rule->filter.bits) {
    return false;
  }
  if (counts_by_place(v->p, rule)) return false;
  if (!when_steady(v)) return false;
  if (!give_steady(v, &rule->gives[0], 1, common == reached->count)) return false;
  mark_segments(reached, v->t);
  return true;
}

/* The freight table's test has one answer where at most cut_before_fen is cut before it. */
static bool steady_freight(const pricing *p, int64_t cut_before_fen) {
  const sp_freight_table *table = &p->book->freight;
  if (!table->has_free || table->free_base == SP_BASE_list) return true;
  int64_t order = 0;
  for (uint32_t g = 0; g < p->package_count; g++)
    p->due_cut[g] = 0;
  for (uint32_t k = 0; k < p->goods_count; k++) {
    uint32_t i = p->all_segments[k];
    int64_t value = p->start_left[i] + p->segments[i].fixed_fen;
    p->due_cut[p->segments[i].group] += value;
    order += value;
  }
  for (uint32_t g = 0; g < p->package_count; g++) {
    if (!p->packages[g].freight_list_fen || p->never_free[g]) continue;
    int64_t sum = table->free_per_order ? order : p->due_cut[g];
    if (table->free_gte_fen > sum - cut_before_fen && table->free_gte_fen <= sum) return false;
  }
  return true;
}

/* The most a turn can cut. A group's maximum is not used, so it is generous. */
static int64_t steady_most_cut(const turn *t) {
  return t->bound_fen * (t->kind == TURN_COUPON ? (int64_t)t->coupon_count : 1);
}

static void look_from(const pricing *p, const turn *t, int64_t cut_before_fen, view *out) {
  *out = (view){.p = p, .t = t, .rule = turn_rule(p, t), .cut_before_fen = cut_before_fen};
  // Coupons of one rule come one after another: the last one sees what the others cut.
  if (t->kind == TURN_COUPON) out->cut_before_fen += t->bound_fen * ((int64_t)t->coupon_count - 1);
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t i = t->segments[k];
    out->left_fen += p->start_left[i];
    out->amount_fen += p->start_left[i] + p->segments[i].fixed_fen;
    out->list_fen += p->segments[i].list_fen;
    out->qty += p->segments[i].qty;
  }
}

static bool all_after_steady(const pricing *p, const view *views, uint32_t index,
                             bool freight_is_steady, reach *reached) {
  const turn *r = &p->turns[index];
  memset(reached->marked, 0, p->segment_count * sizeof *reached->marked);
  reached->count = 0;
  mark_segments(reached, r);
  for (uint32_t i = index + 1; i < p->turn_count; i++) {
    bool steady =
        p->turns[i].kind == TURN_FREIGHT ? freight_is_steady : later_steady(&views[i], r, reached);
    if (!steady) return false;
  }
  return true;
}

sp_err steady_turns(pricing *p) {
  const sp_policy *policy = &p->book->policy;
  // A cut that has no room may move, be lost, or take its rule along: nothing is proven there.
  if (p->floor_fen || policy->refuse_overflow || policy->coupons_cover_freight) return SP_OK;
  // An exclusion looks at where cuts are > 0, those of unit prices too, and at how they are spread.
  if (!p->once_group_count || p->given_count || p->gifts_meet || p->has_exclusions) return SP_OK;
  size_t mark = arena_mark(p->arena);
  view *views = arena_array(p->arena, p->turn_count, sizeof(view));
  reach reached = {arena_array(p->arena, p->segment_count, sizeof(bool)), 0, p->segment_count};
  if (!views || !reached.marked) return SP_E_MEMORY;
  int64_t cut_before = 0;
  bool freight_is_steady = true;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].kind == TURN_FREIGHT) {
      freight_is_steady = steady_freight(p, cut_before);
      continue;
    }
    look_from(p, &p->turns[i], cut_before, &views[i]);
    cut_before += steady_most_cut(&p->turns[i]);
  }
  for (uint32_t i = 0; i < p->turn_count; i++) {
    turn *t = &p->turns[i];
    if (t->kind != TURN_ASSIGNED) continue;
    t->bundles = rule_grows(p, t) && all_after_steady(p, views, i, freight_is_steady, &reached);
  }
  arena_rewind(p->arena, mark);
  return SP_OK;
}
