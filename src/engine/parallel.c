#include "engine/parallel.h"

#include <string.h>

#include "base/text.h"
#include "engine/lines.h"
#include "engine/plan.h"
#include "engine/turn.h"

#define OFFERS_MAX (LINES_RANGES_MAX - 2) /* turns of coupons: each ends a range */
#define SLOTS_MAX  8  /* of which one coupon each can be taken */
#define DIPS_MAX   32 /* sums that are asked one by one, for the score and for its equals */
#define EQUALS_MAX 200

/* Sums that are told apart: 2^40 fen are more than any cart that is looked at here. */
#define GOODS_MAX (1ll << 40)

/* A coupon turn. */
typedef struct {
  uint32_t turn, slot;
  int64_t gte_fen;             /* of its goods after the item stage */
  int64_t amount_fen, cap_fen; /* amount_fen 0: bp of what is left, at most cap_fen */
  uint32_t bp;
  bool freight, frees;
  int64_t goods_fen, left_fen; /* before anything is lost, with and without the fixed part */
  bool whole;                  /* all goods */
  int64_t beside_fen;          /* the most that goods out of its scope lose */
} offer;

typedef struct {
  search *x;
  lines l;
  offer offers[OFFERS_MAX];
  uint32_t offer_count, slot_count;
  int64_t freight_fen, free_gte_fen; /* INT64_MAX: never free by the table */
  bool never_free;
  int64_t goal; /* the score that is looked for */
  int64_t best, best_cut;
  uint8_t *holder; /* of the best decision */
  bool listing;    /* every decision of that score is compared */
} parallel;

/* ---- coupons, by what the lines lose ---- */

static int64_t due_at(const parallel *f, int64_t lost) {
  int64_t left = f->x->goods_fen - lost;
  return f->free_gte_fen != INT64_MAX && left >= f->free_gte_fen && !f->never_free ? 0
                                                                                   : f->freight_fen;
}

/* What the coupon takes off where its goods lose so much, 0: it can't be used. due: of freight. */
static int64_t offer_gain(const parallel *f, const offer *o, int64_t lost, int64_t due) {
  if (o->goods_fen - lost < o->gte_fen) return 0;
  int64_t gain = o->amount_fen;
  if (o->freight) {
    gain = o->frees ? (f->never_free ? 0 : due) : sp_min(gain, due);
  } else if (!gain) {
    gain = sp_min(o->cap_fen, (o->left_fen - lost) * o->bp / 10000);
  }
  return gain >= sp_max(1, f->x->p->book->policy.coupon_min_gain_fen) ? gain : 0;
}

/* The least that goods of the coupon lose where all lose so much. */
static int64_t least_lost(const offer *o, int64_t lost) {
  return o->whole ? lost : sp_max(0, lost - o->beside_fen);
}

/* The best score where lines lose so much; with coupons on some goods, at most. */
static int64_t score_at(const parallel *f, int64_t lost, bool with_parts) {
  int64_t due = due_at(f, lost), best[SLOTS_MAX] = {0}, score = lost - due;
  for (uint32_t k = 0; k < f->offer_count; k++) {
    const offer *o = &f->offers[k];
    if (!o->whole && !with_parts) continue;
    best[o->slot] = sp_max(best[o->slot], offer_gain(f, o, least_lost(o, lost), due));
  }
  for (uint32_t s = 0; s < f->slot_count; s++)
    score += best[s];
  return score;
}

/* Whether a coupon on some goods may be worth as much as one on all of them within the range. */
static bool parts_matter(const parallel *f, const line_range *range) {
  for (uint32_t k = 0; k < f->offer_count; k++) {
    const offer *o = &f->offers[k];
    if (o->whole) continue;
    int64_t due = sp_max(due_at(f, range->low), due_at(f, range->high)), other = 0;
    int64_t gain = offer_gain(f, o, least_lost(o, range->low), due);
    for (uint32_t j = 0; j < f->offer_count; j++) {
      const offer *one = &f->offers[j];
      if (one->whole && one->slot == o->slot)
        other = sp_max(other, offer_gain(f, one, range->high, due));
    }
    if (gain && gain >= other) return true;
  }
  return false;
}

/* The first sum in (low, high] from where on the score may be reached. Roundings of several
 * percentages may take back a fen each while more is lost: `dip` in all. */
static int64_t first_at(const parallel *f, int64_t low, int64_t high, int64_t score, int64_t dip) {
  int64_t end = high;
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    *(score_at(f, middle, true) >= score - dip ? &high : &low) = middle;
  }
  for (uint32_t k = 0; k < DIPS_MAX && high < end && score_at(f, high, true) < score; k++)
    high++;
  return high;
}

/* Between the sums at which something is lost the score rises with what lines lose. */
static void set_goal(parallel *f, int64_t goal) {
  lines *l = &f->l;
  int64_t ends[LINES_RANGES_MAX], dip = sp_max(0, (int64_t)f->slot_count - 1), from = -1;
  uint32_t count = 0;
  f->goal = goal;
  for (uint32_t k = 0; k <= f->offer_count + 1; k++) {
    int64_t end = l->most_fen;
    if (k < f->offer_count) {
      const offer *o = &f->offers[k];
      end = o->goods_fen - o->gte_fen + (o->whole ? 0 : o->beside_fen);
    } else if (k == f->offer_count) {
      end = f->free_gte_fen == INT64_MAX ? -1 : f->x->goods_fen - f->free_gte_fen;
    }
    if (end < 0 || end > l->most_fen) continue;
    uint32_t at = count++;
    for (; at > 0 && ends[at - 1] > end; at--)
      ends[at] = ends[at - 1];
    ends[at] = end;
  }
  l->range_count = 0;
  l->spread = false;
  f->x->work += 1 + f->offer_count / 4;
  for (uint32_t k = 0; k < count; from = sp_max(from, ends[k++])) {
    if (ends[k] == from || score_at(f, ends[k], true) < goal - dip) continue;
    line_range range = {first_at(f, from, ends[k], goal, dip), ends[k]};
    if (range.low == range.high && score_at(f, range.low, true) < goal) continue;
    f->x->work += f->offer_count;
    l->spread |= parts_matter(f, &range);
    l->ranges[l->range_count++] = range;
  }
  if (!l->range_count) l->ranges[0].low = GOODS_MAX;
}

/* ---- one decision, priced ---- */

/* Which of two coupons of one slot with the same gain comes first. What one names beyond its gain
 * is wasted: only those on freight can name too much. */
static bool goes_before(const parallel *f, const offer *a, const offer *b, int64_t gain) {
  const search *x = f->x;
  int64_t waste = a->freight ? sp_max(a->amount_fen, gain) : gain;
  int64_t other = b->freight ? sp_max(b->amount_fen, gain) : gain;
  if (waste != other) return waste < other;
  const sp_coupon *one = &x->p->request->coupons[x->now.usable[a->turn][0]];
  const sp_coupon *two = &x->p->request->coupons[x->now.usable[b->turn][0]];
  if (one->to_s != two->to_s) return one->to_s < two->to_s;
  return text_compare(one->id, two->id) < 0;
}

static void take_coupons(parallel *f, const int64_t *lost, int64_t due) {
  candidate *now = &f->x->now;
  const offer *taken[SLOTS_MAX] = {NULL};
  int64_t most[SLOTS_MAX] = {0};
  for (uint32_t k = 0; k < f->offer_count; k++) {
    const offer *o = &f->offers[k];
    int64_t gain = offer_gain(f, o, lost[k], due);
    now->taken[o->turn] = 0;
    if (!gain || gain < most[o->slot]) continue;
    if (gain == most[o->slot] && !goes_before(f, o, taken[o->slot], gain)) continue;
    taken[o->slot] = o;
    most[o->slot] = gain;
  }
  now->coupon_count = 0;
  for (uint32_t s = 0; s < f->slot_count; s++) {
    if (!taken[s]) continue;
    now->taken[taken[s]->turn] = 1;
    now->coupon_count++;
  }
}

/* Prices the decision that gives the lines so, with its best coupons, in x->states[0] and x->now.
 * Returns its score. */
static int64_t price_decision(parallel *f, const uint8_t *holder) {
  search *x = f->x;
  pricing *p = x->p;
  pricing_state *s = x->states[0];
  int64_t lost[OFFERS_MAX] = {0};
  const lines *l = &f->l;
  uint32_t *row = p->assigned;
  plan_reset_state(p, s);
  for (uint32_t k = 0; k < p->request->line_count; k++)
    row[k] = SP_NONE;
  for (uint32_t r = 0; r < l->rule_count; r++)
    x->now.taken[l->rules[r].turn] = 0;
  for (uint32_t k = 0; k < l->count; k++) {
    if (holder[k] == l->rule_count) continue;
    uint32_t i = l->rules[holder[k]].turn;
    x->now.taken[i] = 1;
    row[l->line[k]] = p->turns[i].rule;
  }
  x->now.waste_fen = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    turn_begin(p, s, i);
    if (i == p->order_stage_turn) {
      for (uint32_t k = 0; k < f->offer_count; k++) {
        const turn *own = &p->turns[f->offers[k].turn];
        x->work += 1 + own->segment_count / 8;
        for (uint32_t n = 0; n < own->segment_count; n++)
          lost[k] += p->start_left[own->segments[n]] - s->left[own->segments[n]];
      }
      take_coupons(f, lost, due_at(f, s->cut_fen));
    }
    bool fixed = turn_is_fixed(t);
    if (!fixed && !x->now.taken[i]) continue;
    x->work += tree_application_work(t);
    x->visited++;
    bool applied = fixed ? turn_apply_fixed(p, s, t, &x->o) : turn_apply(p, s, t, &x->o);
    SP_CHECK(applied);
    if (t->kind == TURN_COUPON) x->now.waste_fen += x->o.waste_fen;
  }
  return price_score(p, s);
}

static bool better_found(void *context, int64_t cut) {
  parallel *f = context;
  int64_t score;
  line_range here = {cut, cut};
  f->x->work += 2 * f->offer_count;
  if (f->l.spread && (f->listing || parts_matter(f, &here))) {
    score = price_decision(f, f->l.holder);
    if (f->listing) tree_decision(f->x, f->x->states[0]->levels_fen, score);
  } else {
    score = score_at(f, cut, false);
  }
  if (f->listing || score < f->goal) return false;
  f->best = score;
  f->best_cut = cut;
  memcpy(f->holder, f->l.holder, f->l.count);
  set_goal(f, score + 1);
  return !f->l.range_count;
}

static bool any_found(void *context, int64_t cut) {
  parallel *f = context;
  if (score_at(f, cut, false) < f->goal) return false;
  f->best_cut = cut;
  memcpy(f->holder, f->l.holder, f->l.count);
  return true;
}

/* ---- the first of equals ---- */

/* Whether the same coupons are best at both sums, none on some goods among them. */
static bool same_coupons(const parallel *f, int64_t a, int64_t b) {
  int64_t one[OFFERS_MAX], two[OFFERS_MAX], best_one[SLOTS_MAX] = {0}, best_two[SLOTS_MAX] = {0};
  for (uint32_t k = 0; k < f->offer_count; k++) {
    const offer *o = &f->offers[k];
    one[k] = o->whole ? offer_gain(f, o, a, due_at(f, a)) : 0;
    two[k] = o->whole ? offer_gain(f, o, b, due_at(f, b)) : 0;
    best_one[o->slot] = sp_max(best_one[o->slot], one[k]);
    best_two[o->slot] = sp_max(best_two[o->slot], two[k]);
  }
  for (uint32_t k = 0; k < f->offer_count; k++) {
    uint32_t s = f->offers[k].slot;
    bool in_one = one[k] && one[k] == best_one[s], in_two = two[k] && two[k] == best_two[s];
    if (in_one != in_two) return false;
  }
  return true;
}

/* Leaves of the ranges what comes to the score itself, as nothing comes to more. False: the coupons
 * that are best are not the same everywhere there. */
static bool narrow_ranges(parallel *f) {
  lines *l = &f->l;
  int64_t dip = sp_max(0, (int64_t)f->slot_count - 1), first = -1;
  for (uint32_t k = 0; k < l->range_count; k++) {
    line_range *range = &l->ranges[k];
    // Once the score is passed by what roundings take back, it is never reached again.
    if (range->high > range->low && score_at(f, range->high, true) > f->goal + dip)
      range->high = first_at(f, range->low, range->high, f->goal + dip + 1, 0) - 1;
    if (range->high - range->low > EQUALS_MAX) return false;
    for (int64_t cut = range->low; cut <= range->high; cut++) {
      f->x->work += f->offer_count / 4;
      if (score_at(f, cut, true) != f->goal) continue;
      if (first < 0) first = cut;
      if (!same_coupons(f, cut, first)) return false;
    }
    f->x->work += f->offer_count;
  }
  return true;
}

/* Which rules act, then row by row which lines they have: each is asked for while it can be had. */
static bool first_of_equals(parallel *f) {
  lines *l = &f->l;
  l->found = any_found;
  uint32_t rules = LINES_ANY;
  bool found = false;
  while (!found && l->open_fen < 0 && lines_next_rules(l, &rules))
    found = lines_search(l, rules);
  if (!found) return false;
  uint32_t *place_of = arena_array(f->x->p->arena, f->x->p->request->line_count, sizeof *place_of);
  if (!place_of) {
    f->x->err = SP_E_MEMORY;
    return false;
  }
  for (uint32_t k = 0; k < l->count; k++) {
    place_of[l->line[k]] = k + 1;
    l->may[k] &= (uint16_t)(rules | 1u << l->rule_count);
  }
  for (uint32_t r = 0; r < l->rule_count; r++) {
    for (uint32_t line = 0; line < f->x->p->request->line_count; line++) {
      uint32_t k = place_of[line] - 1, may;
      if (!place_of[line] || !((l->may[k] >> r) & 1) || l->may[k] == 1u << r) continue;
      may = l->may[k];
      l->may[k] = (uint16_t)(1u << r);
      if (f->holder[k] == r || lines_search(l, rules)) continue;
      if (l->open_fen >= 0) return false;
      l->may[k] = (uint16_t)(may & ~(1u << r));
    }
  }
  return true;
}

/* ---- whether the cart is of this kind ---- */

static int64_t weight_of(const pricing *p, uint32_t segment, sp_by by, sp_base base) {
  const sp_segment *s = &p->segments[segment];
  if (by == SP_BY_qty) return s->qty;
  return base == SP_BASE_list ? s->list_fen : p->start_left[segment] + s->fixed_fen;
}

static bool is_amount(const sp_give *give) {
  return give->kind == SP_GIVE_amount_off && give->per == SP_PER_order && !give->lands_on_freight;
}

/* A percentage or n-th pieces of what the rule's lines have. */
static bool read_rate(const pricing *p, const sp_give *give, line_rule *out) {
  const sp_policy *policy = &p->book->policy;
  if (policy->percent_rounding != SP_FLOOR || policy->percent_price_side ||
      (give->base != SP_BASE_current && give->base != SP_BASE_after_item))
    return false;
  if (give->kind == SP_GIVE_percent_off) {
    out->off_count = 1;
    out->off_bp[0] = give->bp;
    return give->per == SP_PER_order && give->cap_fen < 0 && !give->max_units;
  }
  if (give->kind != SP_GIVE_nth_item || give->order != SP_ORDER_price_desc || !give->repeat ||
      give->pay_count < 2 || policy->percent_level == SP_PER_line)
    return false;
  out->off_count = give->pay_count;
  for (uint32_t k = 0; k < give->pay_count; k++)
    out->off_bp[k] = 10000 - give->pay_bp[k];
  return true;
}

/* The levels of a promotion and what its lines weigh. */
static bool read_rule(const parallel *f, uint32_t i, line_rule *out) {
  const pricing *p = f->x->p;
  const turn *t = &p->turns[i];
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  const sp_test *test = t->when.count ? &t->when.tests[0] : NULL;
  bool tiers = give->kind == SP_GIVE_tiers;
  if (t->when.count > 1 || (test && test->kind > SP_TEST_qty) || rule->give_count != 1 ||
      !rule->applies_to_discounted || rule->filter.bits || level_count(p, rule->level) != 1 ||
      p->group_slots[rule->group] != SP_NONE || t->can_free)
    return false;
  sp_by by = tiers ? give->by : test ? (sp_by)test->kind : SP_BY_qty;
  sp_base base = tiers ? give->base : test ? test->base : SP_BASE_current;
  if (by == SP_BY_amount && base == SP_BASE_goods_and_freight) return false;
  if (tiers && test && ((sp_by)test->kind != by || (by == SP_BY_amount && test->base != base)))
    return false;
  int64_t least = INT64_MAX, need = sp_max(1, test ? test->gte : 0), most = 0;
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t segment = t->segments[k], place = 0;
    while (f->l.line[place] != p->segments[segment].line)
      place++;
    out->weight[place] = weight_of(p, segment, by, base);
    least = sp_min(least, p->start_left[segment]);
    most += out->weight[place];
  }
  if (most < need) return false;
  out->turn = i;
  if (!tiers && !is_amount(give)) {
    out->level_count = 1;
    out->need[0] = need;
    return read_rate(p, give, out);
  }
  for (uint32_t k = 0; k < (tiers ? give->tier_count : 1); k++) {
    const sp_give *one = tiers ? give->tiers[k].give : give;
    int64_t gte = tiers ? sp_max(need, give->tiers[k].gte) : need;
    if (gte > most) break;
    // An amount is never clamped where one line bears it, or where what was reached does.
    bool bears = one->amount_fen <= least || (by == SP_BY_amount && base != SP_BASE_list &&
                                              !p->has_fixed && one->amount_fen <= gte);
    if (!is_amount(one) || !bears || one->amount_fen < 1) return false;
    uint32_t last = out->level_count;
    if (last && gte == out->need[last - 1]) last--;
    if (last && one->amount_fen <= out->gain_fen[last - 1]) return false;
    out->need[last] = gte;
    out->gain_fen[last] = one->amount_fen;
    out->level_count = last + 1;
  }
  return out->level_count > 0;
}

/* Lines that some rule reaches, each one segment of pieces that are alike. */
static bool read_places(parallel *f) {
  const pricing *p = f->x->p;
  lines *l = &f->l;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (i && p->segments[i].line == p->segments[i - 1].line) return false;
    bool reached = false;
    for (uint32_t k = 0; k < p->order_stage_turn && !reached; k++) {
      const turn *t = &p->turns[k];
      for (uint32_t n = 0; t->kind == TURN_ASSIGNED && !t->dead && n < t->segment_count; n++)
        reached |= t->segments[n] == i;
    }
    int64_t left = p->start_left[i], qty = p->segments[i].qty;
    if (!reached) continue;
    if (!left || left % qty) return false;
    uint32_t at = l->count++;
    for (; at > 0 && l->left[at - 1] / l->qty[at - 1] < left / qty; at--) {
      l->line[at] = l->line[at - 1];
      l->left[at] = l->left[at - 1];
      l->qty[at] = l->qty[at - 1];
    }
    l->line[at] = p->segments[i].line;
    l->left[at] = left;
    l->qty[at] = qty;
  }
  return true;
}

static bool read_rules(parallel *f) {
  const pricing *p = f->x->p;
  lines *l = &f->l;
  for (uint32_t n = 0; n < p->book->rule_count; n++) {
    for (uint32_t i = 0; i < p->order_stage_turn; i++) {
      const turn *t = &p->turns[i];
      if (t->rule != p->book->rule_by_id[n] || t->dead) continue;
      if (l->rule_count == LINES_RULES_MAX || !read_rule(f, i, &l->rules[l->rule_count]))
        return false;
      l->rule_count++;
    }
  }
  for (uint32_t k = 0; k < l->count; k++) {
    l->may[k] = (uint16_t)(1u << l->rule_count);
    for (uint32_t r = 0; r < l->rule_count; r++)
      l->may[k] |= (uint16_t)(l->rules[r].weight[k] ? 1u << r : 0);
  }
  return true;
}

static bool read_offer(parallel *f, uint32_t i, offer *o) {
  const pricing *p = f->x->p;
  const turn *t = &p->turns[i];
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  const sp_test *test = &t->when.tests[0];
  bool freight = rule->stage == SP_STAGE_freight;
  if (t->when.count != 1 || test->kind != SP_TEST_amount || test->base != SP_BASE_after_item ||
      rule->give_count != 1 || !rule->applies_to_discounted || rule->filter.bits ||
      level_count(p, rule->level) != 1 || t->cups != SP_NONE)
    return false;
  *o = (offer){.turn = i, .gte_fen = test->gte, .freight = freight, .cap_fen = INT64_MAX};
  if (freight) {
    o->frees = give->kind == SP_GIVE_free_freight;
    o->amount_fen = give->amount_fen;
    if (!o->frees && (give->kind != SP_GIVE_freight_off || !o->amount_fen)) return false;
  } else if (is_amount(give)) {
    o->amount_fen = give->amount_fen;
  } else {
    const sp_policy *policy = &p->book->policy;
    if (give->kind != SP_GIVE_percent_off || give->per != SP_PER_order || give->max_units ||
        give->base != SP_BASE_after_item || policy->percent_rounding != SP_FLOOR ||
        policy->percent_price_side)
      return false;
    o->bp = give->bp;
    if (give->cap_fen >= 0) o->cap_fen = give->cap_fen;
  }
  for (uint32_t k = 0; k < t->segment_count; k++) {
    o->left_fen += p->start_left[t->segments[k]];
    o->goods_fen += p->start_left[t->segments[k]] + p->segments[t->segments[k]].fixed_fen;
  }
  o->whole = t->segment_count == p->goods_count;
  return true;
}

/* The slot of a coupon's group; false where more than one of the group can be taken. */
static bool find_slot(parallel *f, offer *o) {
  const pricing *p = f->x->p;
  uint32_t group = turn_rule(p, &p->turns[o->turn])->group;
  bool counted = group != SP_NONE && p->group_slots[group] != SP_NONE;
  if (counted && (!turn_counts_once(p, group) || p->book->groups[group].max != 1)) return false;
  if (!counted && f->x->now.usable_count[o->turn] > 1) return false;
  for (uint32_t k = 0; counted && k < f->offer_count; k++) {
    if (turn_rule(p, &p->turns[f->offers[k].turn])->group != group) continue;
    o->slot = f->offers[k].slot;
    return true;
  }
  // Coupons of two slots would share the freight.
  for (uint32_t k = 0; k < f->offer_count && o->freight; k++)
    if (f->offers[k].freight) return false;
  o->slot = f->slot_count++;
  return o->slot < SLOTS_MAX;
}

/* The most that goods out of the coupon's scope can lose in the item stage. */
static int64_t most_beside(const parallel *f, const offer *o) {
  const pricing *p = f->x->p;
  const turn *t = &p->turns[o->turn];
  const lines *l = &f->l;
  int64_t sum = 0;
  bool in_fen[LINES_RULES_MAX];
  for (uint32_t r = 0; r < l->rule_count; r++) {
    in_fen[r] = true;
    for (uint32_t k = 0; k < l->count; k++)
      in_fen[r] = in_fen[r] && l->rules[r].weight[k] <= l->left[k];
  }
  for (uint32_t k = 0; k < l->count; k++) {
    bool inside = false;
    int64_t most = 0;
    for (uint32_t n = 0; n < t->segment_count && !inside; n++)
      inside = p->segments[t->segments[n]].line == l->line[k];
    for (uint32_t r = 0; r < l->rule_count && !inside; r++) {
      const line_rule *rule = &l->rules[r];
      if (!rule->weight[k]) continue;
      int64_t one = 0;
      // Its part of an amount is no larger than that of what the amount asks for, if that is money.
      for (uint32_t n = 0; n < rule->level_count && !rule->off_count; n++) {
        int64_t gain = rule->gain_fen[n], share = gain;
        if (in_fen[r] && l->left[k] < rule->need[n])
          share = money_mul_div(gain, l->left[k], rule->need[n]) + l->count + 1;
        one = sp_max(one, sp_min(gain, share));
      }
      for (uint32_t n = 0; n < rule->off_count; n++)
        one = sp_max(one, l->left[k] * rule->off_bp[n] / 10000 + l->count);
      most = sp_max(most, sp_min(one, l->left[k]));
    }
    sum += most;
  }
  return sum;
}

/* Whether no coupon can ever find less than it names: what its condition asks for is enough. */
static bool coupons_bear(const parallel *f) {
  int64_t most[SLOTS_MAX] = {0}, all = 0, bp[SLOTS_MAX] = {0}, bp_sum = 0;
  for (uint32_t k = 0; k < f->offer_count; k++) {
    const offer *o = &f->offers[k];
    if (!o->freight) most[o->slot] = sp_max(most[o->slot], offer_gain(f, o, 0, 0));
    bp[o->slot] = sp_max(bp[o->slot], o->bp);
  }
  for (uint32_t s = 0; s < f->slot_count; s++) {
    all += most[s];
    bp_sum += bp[s];
  }
  for (uint32_t k = 0; k < f->offer_count; k++) {
    const offer *o = &f->offers[k];
    int64_t least = o->gte_fen - (o->goods_fen - o->left_fen), own = o->amount_fen;
    if (o->freight) continue;
    if (!own) own = sp_min(o->cap_fen, least * o->bp / 10000);
    // What is too little to count would make a coupon come and go.
    if (own < sp_max(1, f->x->p->book->policy.coupon_min_gain_fen)) return false;
    if (least - own < all - most[o->slot]) return false;
  }
  return bp_sum <= 10000;
}

static bool read_coupons(parallel *f) {
  const pricing *p = f->x->p;
  const sp_freight_table *table = &p->book->freight;
  bool known = p->receipt->freight_state != SP_FREIGHT_STATE_unknown;
  for (uint32_t i = p->order_stage_turn; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind == TURN_FREIGHT || t->dead) continue;
    const sp_rule *rule = turn_is_rule(t) ? turn_rule(p, t) : NULL;
    if (!rule) return false;
    if (t->kind == TURN_AUTOMATIC && rule->stage == SP_STAGE_reward && !t->bound_fen) continue;
    if (t->kind != TURN_COUPON) return false;
    if (!f->x->now.usable_count[i] || (rule->stage == SP_STAGE_freight && !known)) continue;
    offer *o = &f->offers[f->offer_count];
    if (f->offer_count == OFFERS_MAX || !read_offer(f, i, o) || !find_slot(f, o)) return false;
    if (!o->freight && t->can_free) return false;
    if (t->uses_max < 1) return false;
    o->beside_fen = o->whole ? 0 : most_beside(f, o);
    f->offer_count++;
  }
  f->freight_fen = p->package_count ? p->packages[0].freight_list_fen : 0;
  f->never_free = p->package_count && p->never_free[0];
  f->free_gte_fen = table->has_free ? table->free_gte_fen : INT64_MAX;
  if (table->has_free && f->freight_fen && table->free_base != SP_BASE_after_item) return false;
  return coupons_bear(f);
}

static bool is_parallel(const search *x) {
  const pricing *p = x->p;
  const sp_policy *policy = &p->book->policy;
  if (x->forced || x->some || p->line_pins || p->has_exclusive || p->has_exclusions ||
      p->once_group_count != 1 || p->given_count || p->floor_fen || p->package_count > 1 ||
      policy->goal != SP_GOAL_lowest_payable || policy->refuse_overflow || policy->excess_lost ||
      policy->coupons_cover_freight || p->goods_count != p->segment_count ||
      x->goods_fen >= GOODS_MAX || p->request->line_count > 64)
    return false;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    bool item = i < p->order_stage_turn;
    if (!t->dead && item != (t->kind == TURN_ASSIGNED)) return false;
  }
  return true;
}

/* ---- the whole ---- */

/* All of it, once the lines can be searched. */
static void solve(parallel *f) {
  search *x = f->x;
  lines *l = &f->l;
  int64_t open;
  lines_search(l, LINES_ANY);
  open = l->open_fen;
  bool proven = open < 0;
  if (proven) {
    set_goal(f, f->best);
    f->listing = l->spread = l->spread || !narrow_ranges(f);
    if (f->listing) {
      lines_search(l, LINES_ANY);
      proven = l->open_fen < 0;
    } else {
      proven = first_of_equals(f);
    }
  }
  int64_t score = price_decision(f, f->holder);
  SP_CHECK(score == f->best);
  tree_decision(x, x->states[0]->levels_fen, score);
  if (proven) return;
  x->exhausted = true;
  x->abandoned_score = x->best_score;
  for (uint32_t k = 0; k < l->range_count && open >= 0; k++) {
    if (l->ranges[k].low > open) continue;
    int64_t most = score_at(f, sp_min(open, l->ranges[k].high), true) + f->slot_count;
    x->abandoned_score = sp_max(x->abandoned_score, most);
  }
}

sp_err parallel_search(search *x, bool *done) {
  pricing *p = x->p;
  *done = false;
  if (!is_parallel(x)) return SP_OK;
  parallel *f = arena_alloc(p->arena, sizeof *f);
  if (!f) return SP_E_MEMORY;
  f->x = x;
  sp_err err = lines_new(x, p->request->line_count, &f->l);
  f->holder = arena_alloc(p->arena, p->request->line_count);
  if (err || !f->holder) return SP_E_MEMORY;
  if (!read_places(f) || !read_rules(f) || !read_coupons(f)) return SP_OK;
  memset(f->holder, (int)f->l.rule_count, f->l.count);
  f->l.found = better_found;
  f->l.context = f;
  err = lines_begin(&f->l, done);
  if (err || !*done) return err;
  f->best = price_decision(f, f->holder);
  tree_decision(x, x->states[0]->levels_fen, f->best);
  set_goal(f, f->best);
  solve(f);
  memset(x->now.taken, 0, p->turn_count * sizeof *x->now.taken);
  return x->err;
}
