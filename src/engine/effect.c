#include "engine/effect.h"

#include "engine/pieces.h"

/* One give at work: the state before the rule, its goods, and where its own cut goes. */
typedef struct {
  pricing *p;
  const pricing_state *s;
  const goods *g;
  uint32_t rule;
  int64_t times;     /* of every */
  int64_t *cut;      /* per position, this give alone; 0 where it has not been */
  int64_t given_fen; /* their sum */
  int64_t face_fen;
  outcome *out;
} work;

static int64_t left_of(const work *w, uint32_t k) {
  return w->s->left[w->g->segments[k]];
}

static uint32_t package_of(const work *w, uint32_t k) {
  return w->p->segments[w->g->segments[k]].group;
}

static bool one_package(const work *w) {
  if (w->p->package_count == 1) return true;
  uint32_t k = 1;
  while (k < w->g->count && package_of(w, k) == package_of(w, 0))
    k++;
  return k == w->g->count;
}

/* Splits amount over positions [from, to), which stand in one package: by weights, or by what is
 * left where there are none. */
static void share_range(work *w, uint32_t from, uint32_t to, int64_t amount,
                        const int64_t *weights) {
  pricing *p = w->p;
  w->given_fen += amount;
  if (to - from == 1) w->cut[from] = amount;
  if (amount == 0 || to - from == 1) return;
  for (uint32_t k = from; k < to; k++)
    p->share_cap[k - from] = left_of(w, k);
  apportion(amount, weights ? weights + from : p->share_cap, p->share_cap, to - from,
            p->book->policy.share_remainder, w->cut + from);
}

/* The same over the positions that stand in a list. */
static void share_list(work *w, const uint32_t *positions, uint32_t count, int64_t amount,
                       const int64_t *weights) {
  pricing *p = w->p;
  for (uint32_t i = 0; i < count; i++) {
    p->share_cap[i] = left_of(w, positions[i]);
    if (weights) p->share_weight[i] = weights[positions[i]];
  }
  apportion(amount, weights ? p->share_weight : p->share_cap, p->share_cap, count,
            p->book->policy.share_remainder, p->share_part);
  for (uint32_t i = 0; i < count; i++)
    w->cut[positions[i]] = p->share_part[i];
  w->given_fen += amount;
}

/* Shares over packages: amounts per package first, then inside each. */
static void share_packages(work *w, int64_t amount, const int64_t *weights) {
  pricing *p = w->p;
  uint32_t packages = p->package_count;
  for (uint32_t g = 0; g < packages; g++) {
    p->package_weight[g] = p->package_cap[g] = 0;
    p->package_end[g] = 0;
  }
  for (uint32_t k = 0; k < w->g->count; k++) {
    uint32_t g = package_of(w, k);
    int64_t left = left_of(w, k);
    p->package_weight[g] += weights ? weights[k] : left;
    p->package_cap[g] += left;
    p->package_end[g]++;
  }
  // Positions package by package, in cart order inside each: first where each begins, then its end.
  uint32_t begin = 0;
  for (uint32_t g = 0; g < packages; g++) {
    uint32_t count = p->package_end[g];
    p->package_end[g] = begin;
    begin += count;
  }
  for (uint32_t k = 0; k < w->g->count; k++)
    p->share_positions[p->package_end[package_of(w, k)]++] = k;
  apportion(amount, weights ? p->package_weight : p->package_cap, p->package_cap, packages,
            p->book->policy.share_remainder, p->package_part);
  begin = 0;
  for (uint32_t g = 0; g < packages; g++) {
    uint32_t end = p->package_end[g];
    if (p->package_part[g]) {
      share_list(w, p->share_positions + begin, end - begin, p->package_part[g], weights);
    }
    begin = end;
  }
}

/* An order-level cut: weights NULL means by what is left. Nothing lands where nothing is left. */
static void share_cut(work *w, int64_t amount, const int64_t *weights) {
  if (amount == 0) return;
  if (!w->cut) {
    w->given_fen += amount;
  } else if (one_package(w)) {
    share_range(w, 0, w->g->count, amount, weights);
  } else {
    share_packages(w, amount, weights);
  }
}

/* Positions [from, to) of one line; segments of a line stand side by side. */
static uint32_t line_end(const work *w, uint32_t from) {
  uint32_t line = w->p->segments[w->g->segments[from]].line, to = from + 1;
  while (to < w->g->count && w->p->segments[w->g->segments[to]].line == line)
    to++;
  return to;
}

/* What a percentage is of, over positions [from, to). */
static int64_t base_sum(const work *w, sp_base base, uint32_t from, uint32_t to) {
  const goods_sums *sums = w->g->sums;
  if (sums) return base == SP_BASE_list ? sums->list_part_fen : sums->after_item_fen;
  const int64_t *parts = base == SP_BASE_list         ? w->p->list_part
                         : base == SP_BASE_after_item ? w->p->after_item
                                                      : w->s->left;
  int64_t sum = 0;
  for (uint32_t k = from; k < to; k++)
    sum += parts[w->g->segments[k]];
  return sum;
}

static int64_t percent(const work *w, int64_t base_fen, uint32_t bp) {
  const sp_policy *policy = &w->p->book->policy;
  return money_percent_cut(base_fen, bp, policy->percent_rounding, policy->percent_price_side);
}

/* The dearest (cheapest) piece of the part that is worth anything, false: none. */
static bool one_piece(work *w, sp_choose choose, struct piece_class *out) {
  uint32_t classes =
      pieces_sorted(w->p, w->s, w->g->segments, w->g->count, choose == SP_CHOOSE_dearest, false);
  if (classes) *out = w->p->pieces[0];
  return classes > 0;
}

static void cut_piece(work *w, const struct piece_class *piece, int64_t amount) {
  w->given_fen = w->cut[piece->position] = sp_min(amount, piece->value_fen);
}

static void amount_off(work *w, const sp_give *give) {
  int64_t amount = give->amount_fen * w->times;
  struct piece_class piece;
  switch (give->per) {
  case SP_PER_order:
    share_cut(w, sp_min(amount, w->g->left_fen), NULL);
    w->face_fen += amount;
    break;
  case SP_PER_line:
    for (uint32_t from = 0, to; from < w->g->count; from = to) {
      to = line_end(w, from);
      share_range(w, from, to, sp_min(amount, base_sum(w, SP_BASE_current, from, to)), NULL);
      w->face_fen += amount;
    }
    break;
  case SP_PER_unit: {
    bool dearest = give->choose == SP_CHOOSE_dearest;
    int64_t units = pieces_cut_each(w->p, w->s, w->g->segments, w->g->count, amount,
                                    give->max_units, dearest, w->cut);
    w->face_fen += amount * units;
    for (uint32_t k = 0; k < w->g->count; k++)
      w->given_fen += w->cut[k];
    break;
  }
  case SP_PER_piece:
    w->face_fen += amount;
    if (one_piece(w, give->choose, &piece)) cut_piece(w, &piece, amount);
    break;
  }
}

static void percent_off(work *w, const sp_give *give) {
  struct piece_class piece;
  if (give->per == SP_PER_piece) {
    if (!one_piece(w, give->choose, &piece)) return;
    int64_t cut = percent(w, piece.value_fen, give->bp);
    cut_piece(w, &piece, give->cap_fen >= 0 ? sp_min(cut, give->cap_fen) : cut);
    return;
  }
  if (give->per == SP_PER_line) {
    for (uint32_t from = 0, to; from < w->g->count; from = to) {
      to = line_end(w, from);
      int64_t cut = percent(w, base_sum(w, give->base, from, to), give->bp);
      share_range(w, from, to, sp_min(cut, base_sum(w, SP_BASE_current, from, to)), NULL);
    }
    return;
  }
  int64_t base =
      give->base == SP_BASE_current ? w->g->left_fen : base_sum(w, give->base, 0, w->g->count);
  int64_t cut = sp_min(percent(w, base, give->bp), w->g->left_fen);
  if (give->cap_fen >= 0) cut = sp_min(cut, give->cap_fen);
  share_cut(w, cut, NULL);
}

static void nth_item(work *w, const sp_give *give) {
  pricing *p = w->p;
  int64_t *weight = p->nth_weight;
  pieces_nth_weights(p, w->s, w->g->segments, w->g->count, give, weight);
  int64_t off = 0;
  for (uint32_t k = 0; k < w->g->count; k++)
    off += weight[k];
  const sp_policy *policy = &p->book->policy;
  int64_t left = w->g->left_fen;
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
  return by == SP_BY_qty ? measure_qty(w->p, w->g) : measure_amount(w->p, w->g, base);
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

/* Later gives of a list take what the earlier ones left. */
static int64_t add_clamped(const pricing_state *s, const goods *g, const int64_t *more,
                           int64_t *cut) {
  int64_t given = 0;
  for (uint32_t k = 0; k < g->count; k++) {
    int64_t added = sp_min(more[k], s->left[g->segments[k]] - cut[k]);
    cut[k] += added;
    given += added;
  }
  return given;
}

static bool is_benefit(const sp_give *give) {
  return give->kind >= SP_GIVE_gift;
}

static bool give_sums(const sp_give *give) {
  bool good = is_benefit(give) || give->kind == SP_GIVE_tiers || give->kind == SP_GIVE_every ||
              ((give->kind == SP_GIVE_amount_off || give->kind == SP_GIVE_percent_off) &&
               give->per == SP_PER_order);
  for (uint32_t i = 0; i < give->tier_count; i++)
    good = good && give_sums(give->tiers[i].give);
  return good && (!give->inner || give_sums(give->inner));
}

bool gives_sums(const sp_rule *rule) {
  // Two cuts at once are clamped segment by segment.
  uint32_t cuts = 0;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (!give_sums(&rule->gives[i])) return false;
    cuts += !is_benefit(&rule->gives[i]);
  }
  return cuts <= 1;
}

bool effect_reached(pricing *p, const sp_rule *rule, const goods *g) {
  work w = {.p = p, .g = g};
  for (uint32_t i = 0; i < rule->give_count; i++) {
    const sp_give *give = &rule->gives[i];
    bool steps = give->kind == SP_GIVE_tiers || give->kind == SP_GIVE_every;
    int64_t gte = give->tier_count ? give->tiers[0].gte : give->step;
    if (!steps || measure_by(&w, give->by, give->base) >= gte) return true;
  }
  return false;
}

bool effect_apply(pricing *p, const pricing_state *s, uint32_t rule_index, const goods *g,
                  int64_t *cut, outcome *out) {
  const sp_rule *rule = &p->book->rules[rule_index];
  bool benefit = false;
  int64_t total = 0;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    // The first give works in place.
    work w = {.p = p, .s = s, .g = g, .rule = rule_index, .times = 1, .cut = cut, .out = out};
    if (i > 0 && cut) {
      w.cut = p->give_cut;
      words_zero(w.cut, g->count);
    }
    benefit |= give_one(&w, &rule->gives[i]);
    int64_t given = i > 0 && cut ? add_clamped(s, g, w.cut, cut) : w.given_fen;
    total += given;
    if (w.face_fen) out->waste_fen += w.face_fen - given;
  }
  out->cut_fen += total;
  return benefit || total > 0;
}
