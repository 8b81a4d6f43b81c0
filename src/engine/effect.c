#include "engine/effect.h"

#include <string.h>

#include "engine/match.h"
#include "engine/pieces.h"

/* One give at work: the state before the rule, the part, and where its own cut goes. */
typedef struct {
  pricing *p;
  const pricing_state *s;
  const effect_part *part;
  uint32_t rule;
  int64_t times; /* of every */
  int64_t *cut;  /* per position, this give alone */
  int64_t face_fen;
  outcome *out;
} work;

static int64_t left_of(const work *w, uint32_t k) {
  return w->s->left[w->part->segments[k]];
}

static int64_t sum_left(const work *w) {
  int64_t sum = 0;
  for (uint32_t k = 0; k < w->part->count; k++)
    sum += left_of(w, k);
  return sum;
}

/* Splits amount over positions [from, to) of the part, all of one package, and adds the parts to
 * cut. */
static void share_positions(work *w, const uint32_t *positions, uint32_t count, int64_t amount,
                            const int64_t *weights) {
  pricing *p = w->p;
  for (uint32_t i = 0; i < count; i++) {
    p->share_weight[i] = weights ? weights[positions[i]] : left_of(w, positions[i]);
    p->share_cap[i] = left_of(w, positions[i]);
  }
  apportion(amount, p->share_weight, p->share_cap, count, p->book->policy.share_remainder,
            p->share_part);
  for (uint32_t i = 0; i < count; i++)
    w->cut[positions[i]] += p->share_part[i];
}

static uint32_t package_of(const work *w, uint32_t k) {
  return w->p->segments[w->part->segments[k]].group;
}

/* The positions of one package, in cart order. */
static uint32_t positions_of(const work *w, uint32_t package, uint32_t *positions) {
  uint32_t count = 0;
  for (uint32_t k = 0; k < w->part->count; k++) {
    if (package == SP_NONE || package_of(w, k) == package) positions[count++] = k;
  }
  return count;
}

/* Shares over packages: amounts per package first, then inside each. */
static void share_packages(work *w, int64_t amount, const int64_t *weights) {
  pricing *p = w->p;
  uint32_t used = 0;
  for (uint32_t package = 0; package < p->package_count; package++) {
    bool any = false;
    p->package_weight[used] = p->package_cap[used] = 0;
    for (uint32_t k = 0; k < w->part->count; k++) {
      if (package_of(w, k) != package) continue;
      any = true;
      p->package_weight[used] += weights ? weights[k] : left_of(w, k);
      p->package_cap[used] += left_of(w, k);
    }
    if (any) p->package_number[used++] = package;
  }
  apportion(amount, p->package_weight, p->package_cap, used, p->book->policy.share_remainder,
            p->package_part);
  for (uint32_t i = 0; i < used; i++) {
    uint32_t count = positions_of(w, p->package_number[i], p->share_positions);
    share_positions(w, p->share_positions, count, p->package_part[i], weights);
  }
}

/* An order-level cut: weights NULL means by what is left. Nothing lands where nothing is left. */
static void share_cut(work *w, int64_t amount, const int64_t *weights) {
  if (amount == 0) return;
  pricing *p = w->p;
  uint32_t first = package_of(w, 0);
  bool one_package = true;
  for (uint32_t k = 1; k < w->part->count && one_package; k++)
    one_package = package_of(w, k) == first;
  uint32_t *positions = p->share_positions;
  if (one_package) {
    uint32_t count = positions_of(w, SP_NONE, positions);
    share_positions(w, positions, count, amount, weights);
    return;
  }
  share_packages(w, amount, weights);
}

/* Positions [from, to) of one line; segments of a line stand side by side. */
static uint32_t line_end(const work *w, uint32_t from) {
  uint32_t line = w->p->segments[w->part->segments[from]].line, to = from + 1;
  while (to < w->part->count && w->p->segments[w->part->segments[to]].line == line)
    to++;
  return to;
}

static void share_line(work *w, uint32_t from, uint32_t to, int64_t amount) {
  uint32_t *positions = w->p->share_positions;
  for (uint32_t k = from; k < to; k++)
    positions[k - from] = k;
  if (amount) share_positions(w, positions, to - from, amount, NULL);
}

static int64_t base_of(const work *w, sp_base base, uint32_t k) {
  uint32_t i = w->part->segments[k];
  if (base == SP_BASE_list) return w->p->list_part[i];
  if (base == SP_BASE_after_item) return w->p->after_item[i];
  return w->s->left[i];
}

static int64_t percent(const work *w, int64_t base_fen, uint32_t bp) {
  const sp_policy *policy = &w->p->book->policy;
  return money_percent_cut(base_fen, bp, policy->percent_rounding, policy->percent_price_side);
}

/* The dearest (cheapest) piece of the part that is worth anything, false: none. */
static bool one_piece(work *w, sp_choose choose, struct piece_class *out) {
  uint32_t classes = pieces_sorted(w->p, w->s, w->part->segments, w->part->count,
                                   choose == SP_CHOOSE_dearest, false);
  if (classes) *out = w->p->pieces[0];
  return classes > 0;
}

static void amount_off(work *w, const sp_give *give) {
  int64_t amount = give->amount_fen * w->times;
  struct piece_class piece;
  switch (give->per) {
  case SP_PER_order:
    share_cut(w, sp_min(amount, sum_left(w)), NULL);
    w->face_fen += amount;
    break;
  case SP_PER_line:
    for (uint32_t from = 0, to; from < w->part->count; from = to) {
      to = line_end(w, from);
      int64_t left = 0;
      for (uint32_t k = from; k < to; k++)
        left += left_of(w, k);
      share_line(w, from, to, sp_min(amount, left));
      w->face_fen += amount;
    }
    break;
  case SP_PER_unit: {
    bool dearest = give->choose == SP_CHOOSE_dearest;
    int64_t units = pieces_cut_each(w->p, w->s, w->part->segments, w->part->count, amount,
                                    give->max_units, dearest, w->cut);
    w->face_fen += amount * units;
    break;
  }
  case SP_PER_piece:
    w->face_fen += amount;
    if (one_piece(w, give->choose, &piece)) {
      w->cut[piece.position] += sp_min(amount, piece.value_fen);
    }
    break;
  }
}

static void percent_off(work *w, const sp_give *give) {
  struct piece_class piece;
  if (give->per == SP_PER_piece) {
    if (!one_piece(w, give->choose, &piece)) return;
    int64_t cut = percent(w, piece.value_fen, give->bp);
    if (give->cap_fen >= 0) cut = sp_min(cut, give->cap_fen);
    w->cut[piece.position] += cut;
    return;
  }
  if (give->per == SP_PER_line) {
    for (uint32_t from = 0, to; from < w->part->count; from = to) {
      to = line_end(w, from);
      int64_t base = 0, left = 0;
      for (uint32_t k = from; k < to; k++) {
        base += base_of(w, give->base, k);
        left += left_of(w, k);
      }
      share_line(w, from, to, sp_min(percent(w, base, give->bp), left));
    }
    return;
  }
  int64_t base = 0;
  for (uint32_t k = 0; k < w->part->count; k++)
    base += base_of(w, give->base, k);
  int64_t cut = sp_min(percent(w, base, give->bp), sum_left(w));
  if (give->cap_fen >= 0) cut = sp_min(cut, give->cap_fen);
  share_cut(w, cut, NULL);
}

static void nth_item(work *w, const sp_give *give) {
  pricing *p = w->p;
  int64_t *weight = p->nth_weight;
  pieces_nth_weights(p, w->s, w->part->segments, w->part->count, give, weight);
  int64_t off = 0;
  for (uint32_t k = 0; k < w->part->count; k++)
    off += weight[k];
  const sp_policy *policy = &p->book->policy;
  int64_t left = sum_left(w);
  int64_t cut = policy->percent_price_side
                    ? left - money_divide(left * 10000 - off, 10000, policy->percent_rounding)
                    : money_divide(off, 10000, policy->percent_rounding);
  share_cut(w, sp_min(cut, left), weight);
}

static void record_gift(work *w, const sp_give *give) {
  pricing *p = w->p;
  if (!p->recording) return;
  const sp_gift_option *option = &give->gifts[0];
  p->receipt->gifts[p->receipt->gift_count++] =
      (sp_gift){w->rule, option->sku, (int64_t)option->qty * w->times};
}

static void record_reward(work *w, const sp_give *give) {
  pricing *p = w->p;
  if (!p->recording) return;
  uint32_t coupon_rule = give->kind == SP_GIVE_grant_coupon ? give->coupon_rule : SP_NONE;
  p->receipt->rewards[p->receipt->reward_count++] =
      (sp_reward){w->rule, coupon_rule, give->n * w->times};
}

static void describe_next(outcome *out, sp_by by, int64_t gte, int64_t measure) {
  if (!out->next.stands) out->next = (sp_next){true, by, gte, gte - measure};
}

static int64_t measure_by(const work *w, sp_by by, sp_base base) {
  const effect_part *part = w->part;
  if (by == SP_BY_qty) return measure_qty(w->p, part->segments, part->count);
  return measure_amount(w->p, w->s, part->segments, part->count, base);
}

static bool give_one(work *w, const sp_give *give);

static bool give_tiers(work *w, const sp_give *give) {
  int64_t measure = measure_by(w, give->by, give->base);
  uint32_t reached = 0;
  while (reached < give->tier_count && measure >= give->tiers[reached].gte)
    reached++;
  w->out->measure = measure;
  if (reached < give->tier_count)
    describe_next(w->out, give->by, give->tiers[reached].gte, measure);
  if (!reached) return false;
  w->out->step = (int32_t)reached - 1;
  return give_one(w, give->tiers[reached - 1].give);
}

static bool give_every(work *w, const sp_give *give) {
  int64_t measure = measure_by(w, give->by, give->base);
  w->times = sp_min(give->limit, money_divide(measure, give->step, SP_FLOOR));
  w->out->measure = measure;
  w->out->times = w->times;
  if (w->times < give->limit) describe_next(w->out, give->by, (w->times + 1) * give->step, measure);
  return w->times > 0 && give_one(w, give->inner);
}

/* Returns whether the give gives a benefit; cuts are in w->cut. */
static bool give_one(work *w, const sp_give *give) {
  switch (give->kind) {
  case SP_GIVE_amount_off:
    amount_off(w, give);
    return false;
  case SP_GIVE_percent_off:
    percent_off(w, give);
    return false;
  case SP_GIVE_nth_item:
    nth_item(w, give);
    return false;
  case SP_GIVE_tiers:
    return give_tiers(w, give);
  case SP_GIVE_every:
    return give_every(w, give);
  case SP_GIVE_gift:
    record_gift(w, give);
    w->out->goal_value_fen += give->goal_value_fen * w->times;
    return w->out->benefit = true;
  case SP_GIVE_grant_coupon:
  case SP_GIVE_points:
    record_reward(w, give);
    w->out->goal_value_fen += give->goal_value_fen * w->times;
    return w->out->benefit = true;
  case SP_GIVE_free_freight:
    w->out->frees_freight = true;
    return true;
  case SP_GIVE_unit_price:
    break;
  }
  SP_CHECK(false);
  return false;
}

bool effect_apply(pricing *p, const pricing_state *s, const sp_rule *rule, uint32_t rule_index,
                  effect_part *part, outcome *out) {
  bool benefit = false;
  int64_t total = 0;
  for (uint32_t g = 0; g < rule->give_count; g++) {
    // The first give works in place; only a list of gives needs the clamp between them.
    int64_t *cut = g == 0 ? part->cut : p->give_cut;
    if (g > 0) memset(cut, 0, part->count * sizeof *cut);
    work w = {p, s, part, rule_index, 1, cut, 0, out};
    benefit |= give_one(&w, &rule->gives[g]);
    int64_t given = 0;
    for (uint32_t k = 0; k < part->count; k++) {
      if (g > 0) {
        cut[k] = sp_min(cut[k], s->left[part->segments[k]] - part->cut[k]);
        part->cut[k] += cut[k];
      }
      given += cut[k];
    }
    if (w.face_fen) out->waste_fen += w.face_fen - given;
  }
  for (uint32_t k = 0; k < part->count; k++)
    total += part->cut[k];
  out->cut_fen += total;
  return benefit || total > 0;
}
