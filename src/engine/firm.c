#include "engine/firm.h"

#include <string.h>

#include "base/text.h"
#include "engine/add_on.h"
#include "engine/cover.h"
#include "engine/plan.h"
#include "engine/steady.h"
#include "engine/turn.h"

/* One thing that may be chosen once: a rule of a shared group, or one more coupon of a turn. */
typedef struct {
  uint32_t turn;
  uint32_t coupon; /* SP_NONE: a rule */
  uint32_t group;  /* the number of groups: none */
  uint32_t kin;    /* the first option of its group that excludes what it excludes */
  int64_t gain_fen, waste_fen;
} option;

/* What was decided about an option, after those before it. */
typedef struct {
  enum { OPEN, TAKEN, LEFT, SHUT } state; /* LEFT: though it could be taken */
  uint64_t classes, excluded;             /* as in pricing_state, for the order */
  int64_t gain_fen;
} place;

typedef struct {
  search *x;
  option *options;
  uint32_t count;
  place *places; /* count + 1 */
  bool *closed;  /* per kin: one was left, so the worse ones are too */
  int64_t *room; /* per group */
  int64_t *room_left;
  int64_t base_fen, gap_fen; /* of X */
  bool unproven;
} firm;

/* ---- whether the cart is firm ---- */

static uint64_t names(const sp_rule *rule) {
  return rule->exclude_line_bits | rule->exclude_order_bits;
}

/* Exclusions may only stand between rules of shared groups and coupons, and for the whole order. */
static bool exclusions_firm(const pricing *p) {
  uint64_t classes = 0, named = 0, fixed_classes = 0, fixed_named = 0, on_lines = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (!turn_is_rule(t) || t->dead) continue;
    const sp_rule *rule = turn_rule(p, t);
    bool free = t->kind == TURN_CHOSEN || t->kind == TURN_COUPON;
    classes |= rule->class_bits;
    named |= names(rule);
    on_lines |= rule->exclude_line_bits;
    fixed_classes |= free ? 0 : rule->class_bits;
    fixed_named |= free ? 0 : names(rule);
  }
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (p->segments[i].rule == SP_NONE) continue;
    const sp_rule *rule = &p->book->rules[p->segments[i].rule];
    fixed_classes |= rule->class_bits;
    fixed_named |= names(rule);
  }
  return !(on_lines & classes) && !(fixed_classes & named) && !(fixed_named & classes);
}

static bool is_choice(const turn *t) {
  return turn_is_rule(t) && t->kind != TURN_AUTOMATIC;
}

/* What moves cuts, takes them back or counts them otherwise makes choices meet each other. */
static bool policy_firm(const pricing *p) {
  const sp_policy *policy = &p->book->policy;
  bool goal = policy->goal == SP_GOAL_lowest_payable || policy->goal == SP_GOAL_largest_saving;
  return goal && !p->floor_fen && !policy->refuse_overflow && !policy->excess_lost &&
         !policy->coupons_cover_freight && !p->request->ignores_values &&
         p->goods_count == p->segment_count && !p->gifts_meet;
}

/* Amounts off the order, thresholds of them and benefits: of other gives it depends on the goods
 * what they take. */
static bool give_firm(const sp_give *give) {
  if (give->per == SP_PER_piece || give->lands_on_freight) return false;
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (!give_firm(give->tiers[i].give)) return false;
  }
  return !give->inner || (give->inner->kind != SP_GIVE_tiers && give_firm(give->inner));
}

/* Whether a rule that is asked after a choice, or is one, can only meet others by what they cut and
 * by maxima and exclusions: nothing else may shut out a rule that others do not name. */
static bool rule_firm(const sp_rule *rule) {
  if (rule->filter.bits || is_add_on_rule(rule)) return false;
  if (rule->limit.stands && rule->kind == SP_KIND_coupon) return false;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (!give_firm(&rule->gives[i])) return false;
  }
  return true;
}

/* All but assigned turns: what each gives is known before anything is chosen. */
static bool turns_firm(const pricing *p) {
  int64_t cut_before = 0;
  bool chosen = false;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->dead) continue;
    chosen |= is_choice(t);
    if (t->kind == TURN_FREIGHT) {
      if (!steady_freight(p, cut_before)) return false;
      continue;
    }
    if (!turn_is_rule(t)) return false;
    const sp_rule *rule = turn_rule(p, t);
    if (is_add_on_rule(rule) || (chosen && !rule_firm(rule))) return false;
    if (is_choice(t)) {
      bool counted = t->kind == TURN_ASSIGNED ? p->group_slots[rule->group] == SP_NONE
                                              : turn_counts_once(p, rule->group);
      if (t->can_free || rule->stage == SP_STAGE_freight || !counted) return false;
    }
    // What comes before any choice is the same in every decision.
    if (chosen && t->kind != TURN_ASSIGNED && !steady_gain(p, t, cut_before)) return false;
    cut_before += steady_most_cut(t);
  }
  return true;
}

/* ---- X ---- */

/* What the line's goods add to a threshold on that base. */
static int64_t line_weight(const pricing *p, const turn *t, sp_base base, uint32_t line) {
  int64_t weight = 0;
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t i = t->segments[k];
    if (p->segments[i].line != line) continue;
    weight += base == SP_BASE_list ? p->segments[i].list_fen
                                   : p->start_left[i] + p->segments[i].fixed_fen;
  }
  return weight;
}

/* The most that turns before i, other than those of its own once_line group, can have cut. */
static int64_t cut_by_others(const pricing *p, uint32_t i) {
  int64_t cut = 0;
  for (uint32_t j = 0; j < i; j++) {
    const turn *t = &p->turns[j];
    bool own = t->kind == TURN_ASSIGNED && t->once_group == p->turns[i].once_group;
    if (!own && turn_is_rule(t)) cut += steady_most_cut(t);
  }
  return cut;
}

/* One more level, unless the cart never reaches it. False: giving more can gain less. */
static bool add_level(cover_rule *r, int64_t need, int64_t gain, int64_t most) {
  if (need > most) return true;
  uint32_t last = r->level_count;
  if (last && gain <= r->gain_fen[last - 1]) return false;
  if (last && need <= r->need[last - 1]) last--;
  r->need[last] = sp_max(1, need);
  r->gain_fen[last] = gain;
  r->level_count = last + 1;
  return true;
}

static bool is_amount(const sp_give *give) {
  return give->kind == SP_GIVE_amount_off && give->per == SP_PER_order && !give->lands_on_freight;
}

/* The levels of an assigned turn; false where it is not firm. *base: what they are measured on. */
static bool read_levels(const pricing *p, uint32_t i, sp_base *base, cover_rule *out) {
  const turn *t = &p->turns[i];
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  const sp_test *test = t->when.count ? &t->when.tests[0] : NULL;
  bool tiers = give->kind == SP_GIVE_tiers;
  // What is left of its condition may be one threshold.
  if (t->when.count > 1 || (test && test->kind != SP_TEST_amount)) return false;
  if (rule->give_count != 1 || !rule->applies_to_discounted || rule->filter.bits ||
      level_count(p, rule->level) != 1 || (!tiers && !is_amount(give)) ||
      (tiers && (give->by != SP_BY_amount || (test && give->base != test->base)))) {
    return false;
  }
  *base = tiers ? give->base : test ? test->base : SP_BASE_list;
  if (*base == SP_BASE_goods_and_freight) return false;
  int64_t cut = cut_by_others(p, i), most = 0, least = INT64_MAX;
  if (*base != SP_BASE_list && cut) return false;
  for (uint32_t k = 0; k < t->segment_count; k++) {
    most += line_weight(p, t, *base, p->segments[t->segments[k]].line);
    least = sp_min(least, p->start_left[t->segments[k]]);
  }
  int64_t need = test ? test->gte : 0;
  out->turn = i;
  out->level_count = 0;
  for (uint32_t k = 0; k < (tiers ? give->tier_count : 1); k++) {
    const sp_give *one = tiers ? give->tiers[k].give : give;
    if (!is_amount(one)) return false;
    int64_t gte = tiers ? sp_max(need, give->tiers[k].gte) : need;
    // An amount is never clamped where one segment bears it, or where what was reached does.
    bool bears = one->amount_fen <= least - cut ||
                 (*base != SP_BASE_list && !p->has_fixed && one->amount_fen <= gte);
    if (gte <= most && !bears) return false;
    if (!add_level(out, gte, one->amount_fen, most)) return false;
  }
  return true;
}

/* The assigned turns that share lines with turn i, directly or not, by rule id. */
static bool collect_part(const pricing *p, uint32_t i, bool *seen, bool *lines, int64_t *weight,
                         cover_part *out) {
  out->rule_count = 0;
  memset(lines, 0, p->request->line_count);
  sp_base base = SP_BASE_list;
  for (uint32_t j = i; j < p->turn_count; j++) {
    const turn *t = &p->turns[j];
    if (seen[j] || t->kind != TURN_ASSIGNED || t->once_group != p->turns[i].once_group) continue;
    bool meets = j == i;
    for (uint32_t k = 0; k < t->segment_count; k++)
      meets |= lines[p->segments[t->segments[k]].line];
    if (!meets) continue;
    cover_rule one;
    sp_base own;
    seen[j] = true;
    if (!read_levels(p, j, &own, &one)) return false;
    if (out->rule_count == COVER_RULES_MAX || (out->rule_count && own != base)) return false;
    base = own;
    for (uint32_t k = 0; k < t->segment_count; k++) {
      uint32_t line = p->segments[t->segments[k]].line;
      lines[line] = true;
      weight[line] = line_weight(p, t, base, line);
      if (weight[line] <= 0) return false;
    }
    uint32_t at = out->rule_count++;
    for (; at > 0 && text_compare(turn_rule(p, &p->turns[out->rules[at - 1].turn])->id,
                                  turn_rule(p, t)->id) > 0;
         at--)
      out->rules[at] = out->rules[at - 1];
    out->rules[at] = one;
    // Its lines may be shared with turns that were passed over.
    j = i;
  }
  out->weight = weight;
  return true;
}

/* Looks at each part of each once_line group, or solves it. *good false: one of them is not firm.
 * E_MEMORY. */
static sp_err give_lines(firm *f, bool solve, bool *good) {
  search *x = f->x;
  pricing *p = x->p;
  bool *seen = arena_array(p->arena, p->turn_count, sizeof(bool));
  bool *lines = arena_array(p->arena, p->request->line_count, sizeof(bool));
  int64_t *weight = arena_array(p->arena, p->request->line_count, sizeof(int64_t));
  cover_part *part = arena_alloc(p->arena, sizeof(cover_part));
  if (!seen || !lines || !weight || !part) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].kind != TURN_ASSIGNED || seen[i]) continue;
    *good = collect_part(p, i, seen, lines, weight, part);
    if (!*good) return SP_OK;
    if (!solve) continue;
    cover_result result;
    sp_err err = cover_solve(x, part, &result);
    if (err) return err;
    f->base_fen += result.gain_fen;
    f->gap_fen += result.gap_fen;
    f->unproven |= !result.proven;
  }
  return SP_OK;
}

/* ---- G and C ---- */

static const sp_rule *rule_of(const firm *f, const option *o) {
  return turn_rule(f->x->p, &f->x->p->turns[o->turn]);
}

/* Which of two options of one group that exclude alike is taken first. */
static bool goes_before(const firm *f, const option *a, const option *b) {
  if (a->gain_fen != b->gain_fen) return a->gain_fen > b->gain_fen;
  if (a->waste_fen != b->waste_fen) return a->waste_fen < b->waste_fen;
  if (a->coupon == SP_NONE || b->coupon == SP_NONE) {
    if (a->coupon != b->coupon) return a->coupon == SP_NONE;
    return text_compare(rule_of(f, a)->id, rule_of(f, b)->id) < 0;
  }
  const sp_coupon *coupons = f->x->p->request->coupons;
  const sp_coupon *left = &coupons[a->coupon], *right = &coupons[b->coupon];
  if (left->to_s != right->to_s) return left->to_s < right->to_s;
  return text_compare(left->id, right->id) < 0;
}

static void add_option(firm *f, const option *o) {
  uint32_t at = f->count++;
  for (; at > 0 && goes_before(f, o, &f->options[at - 1]); at--)
    f->options[at] = f->options[at - 1];
  f->options[at] = *o;
}

static bool alike(const firm *f, const option *a, const option *b) {
  const sp_rule *one = rule_of(f, a), *two = rule_of(f, b);
  return a->group == b->group && one->class_bits == two->class_bits &&
         one->exclude_order_bits == two->exclude_order_bits;
}

static void find_kin(firm *f) {
  for (uint32_t k = 0; k < f->count; k++) {
    uint32_t first = 0;
    while (!alike(f, &f->options[first], &f->options[k]))
      first++;
    f->options[k].kin = first;
  }
}

/* What each choice gives, by asking it alone. False: one that gains nothing may be chosen. */
static bool list_options(firm *f) {
  search *x = f->x;
  pricing *p = x->p;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if ((t->kind != TURN_CHOSEN && t->kind != TURN_COUPON) || t->dead) continue;
    x->work += tree_application_work(t);
    x->visited++;
    if (!turn_probe(p, x->states[0], t, &x->o)) continue;
    uint32_t group = turn_rule(p, t)->group;
    option o = {.turn = i,
                .coupon = SP_NONE,
                .group = group == SP_NONE ? p->book->group_count : group,
                .gain_fen = x->o.cut_fen + x->o.goal_value_fen,
                .waste_fen = x->o.waste_fen};
    if (o.gain_fen <= 0) return false;
    if (t->kind == TURN_CHOSEN) {
      o.waste_fen = 0;
      add_option(f, &o);
      continue;
    }
    for (uint32_t k = 0; k < x->now.usable_count[i]; k++) {
      o.coupon = x->now.usable[i][k];
      add_option(f, &o);
    }
  }
  return true;
}

static bool may_take(const firm *f, const place *at, const option *o) {
  const sp_rule *rule = rule_of(f, o);
  return !f->closed[o->kin] && !(at->excluded & rule->class_bits) &&
         !(at->classes & rule->exclude_order_bits);
}

/* Whether nothing from place k on can lead to something better: of each group, the dearest options
 * that its maximum and the exclusions so far leave. */
static bool hopeless(firm *f, uint32_t k) {
  search *x = f->x;
  const place *at = &f->places[k];
  int64_t bound = at->gain_fen;
  memcpy(f->room_left, f->room, (x->p->book->group_count + 1) * sizeof *f->room);
  for (uint32_t j = k; j < f->count; j++) {
    const option *o = &f->options[j];
    if (!f->room_left[o->group] || !may_take(f, at, o)) continue;
    f->room_left[o->group]--;
    bound += o->gain_fen;
  }
  x->work += 4 + (f->count - k) / 2;
  return x->found && (tree_hopeless(x, bound, x->now.coupon_count, x->now.waste_fen) ||
                      tree_out_of_budget(x, bound));
}

/* Takes option k, or with sign -1 takes that back. */
static void count_option(firm *f, uint32_t k, int32_t sign) {
  const option *o = &f->options[k];
  candidate *now = &f->x->now;
  bool coupon = o->coupon != SP_NONE;
  now->taken[o->turn] += (uint32_t)sign;
  now->coupon_count += coupon ? (uint32_t)sign : 0;
  now->waste_fen += sign * o->waste_fen;
  f->room[o->group] -= sign;
}

/* All sets of options that maxima and exclusions allow, the dearest first. Of options that exclude
 * alike in one group none is taken once a better one was left: the better one in its place is
 * better. */
static void choose(firm *f) {
  uint32_t k = 0;
  f->places[0] = (place){.gain_fen = f->base_fen};
  for (;;) {
    place *at = &f->places[k];
    const option *o = &f->options[k];
    bool retreat = at->state == LEFT || at->state == SHUT;
    if (k == f->count) {
      tree_decision(f->x, f->x->states[0]->levels_fen, at->gain_fen);
      retreat = true;
    } else if (at->state == OPEN) {
      bool can = f->room[o->group] && may_take(f, at, o);
      retreat = hopeless(f, k);
      at->state = retreat ? SHUT : can ? TAKEN : SHUT;
    } else if (at->state == TAKEN) {
      count_option(f, k, -1);
      f->closed[o->kin] = true;
      at->state = LEFT;
      retreat = hopeless(f, k);
    }
    if (retreat) {
      if (k < f->count && at->state == LEFT) f->closed[o->kin] = false;
      if (k-- == 0) return;
      continue;
    }
    place *next = &f->places[++k];
    *next = *at;
    next->state = OPEN;
    if (at->state != TAKEN) continue;
    const sp_rule *rule = rule_of(f, o);
    count_option(f, k - 1, 1);
    next->classes |= rule->class_bits;
    next->excluded |= rule->exclude_order_bits;
    next->gain_fen += o->gain_fen;
  }
}

/* ---- the whole ---- */

static sp_err allocate(firm *f) {
  pricing *p = f->x->p;
  size_t most = (size_t)p->turn_count + p->request->coupon_count, groups = p->book->group_count + 1;
  f->options = arena_array(p->arena, most, sizeof(option));
  f->places = arena_array(p->arena, most + 1, sizeof(place));
  f->closed = arena_array(p->arena, most, sizeof(bool));
  f->room = arena_array(p->arena, groups, sizeof(int64_t));
  f->room_left = arena_array(p->arena, groups, sizeof(int64_t));
  if (!f->options || !f->places || !f->closed || !f->room || !f->room_left) return SP_E_MEMORY;
  for (uint32_t g = 0; g < groups; g++) {
    bool counted = g < p->book->group_count && p->group_slots[g] != SP_NONE;
    f->room[g] = counted ? p->book->groups[g].max : INT32_MAX;
  }
  return SP_OK;
}

/* Back to nothing chosen. */
static void take_back(search *x) {
  pricing *p = x->p;
  memset(x->now.taken, 0, p->turn_count * sizeof *x->now.taken);
  for (size_t c = 0; c < (size_t)p->once_group_count * p->request->line_count; c++)
    p->assigned[c] = SP_NONE;
}

sp_err firm_search(search *x, bool *done) {
  pricing *p = x->p;
  *done = false;
  if (x->forced || x->some || p->line_pins || p->has_exclusive || !policy_firm(p) ||
      !exclusions_firm(p) || !turns_firm(p))
    return SP_OK;
  firm f = {.x = x};
  bool good = true;
  sp_err err = allocate(&f);
  memcpy(p->after_item, p->start_left, p->segment_count * sizeof *p->after_item);
  if (err || !list_options(&f)) return err;
  find_kin(&f);
  err = give_lines(&f, false, &good);
  if (!err && good) err = give_lines(&f, true, &good);
  if (!err && good) {
    choose(&f);
    *done = true;
    if (f.unproven) {
      x->exhausted = true;
      x->abandoned_score = sp_max(x->abandoned_score, x->best_score + f.gap_fen);
    }
  }
  take_back(x);
  return err;
}
