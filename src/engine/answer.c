#include "engine/answer.h"

#include <string.h>

#include "base/text.h"
#include "engine/plan.h"
#include "engine/turn.h"
#include "engine/when.h"

bool covers_any_line(const pricing *p, const sp_rule *rule) {
  for (uint32_t i = 0; i < p->request->line_count; i++) {
    if (plan_covers(p, rule, &p->request->lines[i])) return true;
  }
  return false;
}

/* The condition of a unit rule over its goods, per level group: true when it holds in one of them,
 * otherwise the smallest gap. Unit rules measure list prices, so the segments tell what the lines
 * told. */
static bool unit_condition_holds(pricing *p, const sp_rule *rule, sp_activity *a) {
  bool first = true;
  for (uint32_t key = 0; key < level_count(p, rule->level); key++) {
    goods covered = {p->eligible_room, plan_covered(p, rule, key, p->eligible_room), 0, NULL, NULL};
    if (!covered.count) continue;
    when_told told;
    if (when_holds(p, rule, &covered, &rule->when, &told)) return true;
    bool closer = told.next.stands && (!a->next.stands || told.next.gap < a->next.gap);
    if (first || closer) {
      a->measure = told.measure;
      a->next = told.next;
    }
    first = false;
  }
  return false;
}

static void describe_unit_rule(pricing *p, sp_activity *a) {
  a->state = SP_ACTIVITY_not_chosen;
  a->reason = SP_REASON_NOT_CHOSEN;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    if (segment->rule != a->rule) continue;
    a->state = SP_ACTIVITY_applied;
    a->reason = SP_REASON_APPLIED;
    a->cut_fen += segment->list_fen - p->start_left[i] - segment->fixed_fen;
  }
  if (a->state == SP_ACTIVITY_applied) return;
  if (unit_condition_holds(p, &p->book->rules[a->rule], a)) {
    a->next = (sp_next){0};
    a->measure = -1;
    return;
  }
  a->state = SP_ACTIVITY_not_reached;
  a->reason = SP_REASON_THRESHOLD;
}

static void describe_before_pricing(pricing *p, sp_activity *a) {
  const sp_rule *rule = &p->book->rules[a->rule];
  a->reason = rule_open(p, rule);
  if (a->reason == SP_REASON_NOT_FOR_YOU) {
    a->state = SP_ACTIVITY_not_for_you;
  } else if (a->reason != SP_REASON_APPLIED) {
    a->state = SP_ACTIVITY_closed;
  } else if (!covers_any_line(p, rule)) {
    a->state = SP_ACTIVITY_no_goods;
    a->reason = SP_REASON_NO_GOODS;
  } else if (rule->stage == SP_STAGE_unit) {
    describe_unit_rule(p, a);
  }
}

sp_err answer_activities(pricing *p) {
  sp_receipt *r = p->receipt;
  r->activities = arena_room(p->arena, p->book->rule_count * sizeof(sp_activity));
  p->activity_of = arena_array(p->arena, p->book->rule_count, sizeof(uint32_t));
  if (!r->activities || !p->activity_of) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->book->rule_count; i++) {
    if (p->book->rules[i].kind == SP_KIND_coupon) continue;
    p->activity_of[i] = r->activity_count;
    sp_activity *a = &r->activities[r->activity_count++];
    *a = (sp_activity){.rule = i, .step = -1, .measure = -1};
    describe_before_pricing(p, a);
  }
  return SP_OK;
}

sp_err answer_coupons_begin(pricing *p) {
  p->receipt->coupons = arena_array(p->arena, p->request->coupon_count, sizeof(sp_coupon_answer));
  return p->receipt->coupons ? SP_OK : SP_E_MEMORY;
}

/* Trying coupons against the same G and X: everything before the coupon stage is priced once.
 * Coupons of one rule are equal, so one trial speaks for all that were not picked. */
typedef struct {
  pricing *p;
  uint32_t end; /* the first turn that no coupon and no freight depends on */
  pricing_state start, s;
  choice attempt; /* G and X with no coupon, but where a whole pass is priced */
  outcome o;
  int64_t freight_fen;     /* without coupons, -1: not known yet */
  const turn **picked;     /* per coupon of the decision */
  uint32_t *spare;         /* per turn: a coupon of it that was not picked, SP_NONE: none */
  sp_coupon_answer *tries; /* per turn: what it says, `with` being a place in the decision */
} trial;

static bool is_reward(const pricing *p, const turn *t) {
  return turn_is_rule(t) && turn_rule(p, t)->stage == SP_STAGE_reward;
}

static bool is_freight_coupon(const trial *tr, const turn *t) {
  return turn_rule(tr->p, t)->stage == SP_STAGE_freight;
}

/* A whole pass with these coupons (SP_NONE: none); tr->s is what it leads to. */
static bool price_with(trial *tr, uint32_t a, uint32_t b) {
  pricing *p = tr->p;
  plan_copy_state(p, &tr->s, &tr->start);
  if (a != SP_NONE) tr->attempt.coupons[a] = true;
  if (b != SP_NONE) tr->attempt.coupons[b] = true;
  bool lawful = price_turns(p, &tr->s, &tr->attempt, p->coupon_turn, tr->end, &tr->o);
  if (a != SP_NONE) tr->attempt.coupons[a] = false;
  if (b != SP_NONE) tr->attempt.coupons[b] = false;
  return lawful;
}

/* On goods nothing but the coupon's own turn decides; freight needs the whole pass. */
static bool alone_lawful(trial *tr, const turn *t, uint32_t coupon) {
  if (is_freight_coupon(tr, t)) return price_with(tr, coupon, SP_NONE);
  plan_copy_state(tr->p, &tr->s, &tr->start);
  return turn_apply(tr->p, &tr->s, t, &tr->o);
}

/* Only a whole pass tells whether they can stand side by side. */
static bool need_pass(const trial *tr, const turn *a, const turn *b) {
  return is_freight_coupon(tr, a) || is_freight_coupon(tr, b) ||
         (a->cups != SP_NONE && a->cups == b->cups);
}

static int64_t freight_with(trial *tr, uint32_t coupon) {
  int64_t sum = 0;
  price_with(tr, coupon, SP_NONE);
  for (uint32_t g = 0; g < tr->p->package_count; g++)
    sum += tr->s.dues[g];
  return sum;
}

static const turn *coupon_turn(const pricing *p, uint32_t coupon) {
  for (uint32_t i = p->coupon_turn; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind == TURN_COUPON && t->rule == p->request->coupons[coupon].rule) return t;
  }
  SP_CHECK(false);
  return NULL;
}

/* The turn's spare coupon alone, and if that is lawful the first picked coupon of a later turn that
 * it cannot stand beside. */
static void try_alone(trial *tr, uint32_t turn_index, bool searched) {
  const sp_decision *d = &tr->p->receipt->decision;
  const turn *t = &tr->p->turns[turn_index];
  sp_coupon_answer *a = &tr->tries[turn_index];
  *a = (sp_coupon_answer){.state = SP_COUPON_unusable, .with = SP_NONE};
  if (!alone_lawful(tr, t, tr->spare[turn_index])) {
    a->reason = tr->o.reason;
    if (a->reason == SP_REASON_THRESHOLD) a->gap = tr->o.next;
    return;
  }
  a->state = SP_COUPON_usable;
  a->reason = SP_REASON_NOT_ASKED;
  a->cut_fen = tr->s.cut_fen - tr->start.cut_fen + tr->s.freight_coupon_fen;
  for (uint32_t i = 0; searched && i < d->coupon_count; i++) {
    const turn *other = tr->picked[i];
    if (need_pass(tr, t, other) || other <= t) continue;
    if (turn_probe(tr->p, &tr->s, other, &tr->o)) continue;
    a->with = i;
    return;
  }
}

/* The picked coupon number i beside every spare coupon whose turn is not before its own, and where
 * freight is in it, beside all: its state is made once and the others are only asked. */
static void try_beside(trial *tr, uint32_t i) {
  pricing *p = tr->p;
  uint32_t picked = p->receipt->decision.coupons[i];
  const turn *mine = tr->picked[i];
  bool ready = false;
  for (uint32_t k = p->coupon_turn; k < tr->end; k++) {
    const turn *t = &p->turns[k];
    sp_coupon_answer *a = &tr->tries[k];
    if (t->kind != TURN_COUPON || a->state != SP_COUPON_usable || a->with <= i) continue;
    bool lawful;
    if (need_pass(tr, mine, t)) {
      lawful = price_with(tr, tr->spare[k], picked);
      ready = false;
    } else if (t < mine) {
      continue;
    } else {
      if (!ready) ready = alone_lawful(tr, mine, picked);
      lawful = ready && turn_probe(p, &tr->s, t, &tr->o);
    }
    if (!lawful) a->with = i;
  }
}

/* Lawful beside all that was picked: then the total would be worse. */
static sp_reason why_not_taken(trial *tr, uint32_t coupon) {
  pricing *p = tr->p;
  int64_t list = 0;
  for (uint32_t g = 0; g < p->package_count; g++)
    list += p->packages[g].freight_list_fen;
  // Where gifts weigh, more freight need not be freight that was free.
  if (!list || p->gift_units != SP_NONE) return SP_REASON_WORSE;
  if (tr->freight_fen < 0) tr->freight_fen = freight_with(tr, SP_NONE);
  bool loses = freight_with(tr, coupon) > tr->freight_fen;
  return loses ? SP_REASON_LOSES_FREE_FREIGHT : SP_REASON_WORSE;
}

static sp_err begin_trial(trial *tr, const choice *chosen) {
  pricing *p = tr->p;
  tr->attempt.rules = chosen->rules;
  tr->attempt.coupons = arena_array(p->arena, p->request->coupon_count, sizeof(bool));
  const sp_decision *d = &p->receipt->decision;
  tr->picked = arena_array(p->arena, d->coupon_count, sizeof *tr->picked);
  if (!tr->attempt.coupons || !tr->picked) return SP_E_MEMORY;
  for (uint32_t i = 0; i < d->coupon_count; i++)
    tr->picked[i] = coupon_turn(p, d->coupons[i]);
  if (plan_new_state(p, &tr->start) || plan_new_state(p, &tr->s)) return SP_E_MEMORY;
  bool lawful = price_turns(p, &tr->start, &tr->attempt, 0, p->coupon_turn, &tr->o);
  SP_CHECK(lawful);
  tr->end = p->turn_count;
  while (tr->end > p->coupon_turn && is_reward(p, &p->turns[tr->end - 1]))
    tr->end--;
  return SP_OK;
}

/* Whether as many coupons of the turn are picked as its limit leaves for one order. */
static bool is_used_up(const turn *t, const choice *chosen) {
  int64_t picked = 0;
  for (uint32_t k = 0; k < t->coupon_count; k++)
    picked += chosen->coupons[t->coupons[k]];
  return picked >= t->uses_max;
}

/* Answers for the turns that have a spare coupon. */
static sp_err try_coupons(trial *tr, const choice *chosen, bool searched) {
  pricing *p = tr->p;
  const sp_decision *d = &p->receipt->decision;
  sp_err err = begin_trial(tr, chosen);
  if (err) return err;
  for (uint32_t i = p->coupon_turn; i < tr->end; i++) {
    if (tr->spare[i] != SP_NONE) try_alone(tr, i, searched);
  }
  if (!searched) return SP_OK;
  for (uint32_t i = 0; i < d->coupon_count; i++)
    try_beside(tr, i);
  for (uint32_t i = p->coupon_turn; i < tr->end; i++) {
    sp_coupon_answer *a = &tr->tries[i];
    if (tr->spare[i] == SP_NONE || a->state != SP_COUPON_usable) continue;
    if (is_used_up(&p->turns[i], chosen)) {
      a->reason = SP_REASON_LIMIT;
      a->with = SP_NONE;
      continue;
    }
    a->reason = a->with == SP_NONE ? why_not_taken(tr, tr->spare[i]) : SP_REASON_NOT_STACKABLE;
    if (a->with != SP_NONE) a->with = d->coupons[a->with];
  }
  return SP_OK;
}

sp_err answer_coupons(pricing *p, const choice *chosen, bool searched) {
  trial tr = {.p = p, .freight_fen = -1};
  tr.spare = arena_room(p->arena, p->turn_count * sizeof(uint32_t));
  tr.tries = arena_array(p->arena, p->turn_count, sizeof(sp_coupon_answer));
  if (!tr.spare || !tr.tries) return SP_E_MEMORY;
  bool any = false;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    tr.spare[i] = SP_NONE;
    for (uint32_t k = 0; k < t->coupon_count; k++) {
      if (!chosen->coupons[t->coupons[k]]) tr.spare[i] = t->coupons[k];
    }
    any |= tr.spare[i] != SP_NONE;
  }
  if (any) {
    sp_err err = try_coupons(&tr, chosen, searched);
    if (err) return err;
  }
  sp_coupon_answer *answers = p->receipt->coupons;
  for (uint32_t c = 0; c < p->request->coupon_count; c++) {
    if (chosen->coupons[c]) continue;
    sp_reason open = plan_coupon_open(p, &p->request->coupons[c]);
    // Open but without a turn: nothing in the cart is in its scope.
    answers[c] = (sp_coupon_answer){.state = SP_COUPON_unusable,
                                    .reason = open == SP_REASON_APPLIED ? SP_REASON_NO_GOODS : open,
                                    .with = SP_NONE};
  }
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    for (uint32_t k = 0; k < t->coupon_count; k++) {
      if (!chosen->coupons[t->coupons[k]]) answers[t->coupons[k]] = tr.tries[i];
    }
  }
  return SP_OK;
}

static void assume(sp_receipt *r, sp_assumption_code code, uint32_t index) {
  r->assumptions[r->assumption_count++] = (sp_assumption){code, index};
}

/* Gifts of known stock, each SKU once, by id. There are few, so they are sorted in. */
static void assume_stock(pricing *p) {
  sp_receipt *r = p->receipt;
  uint32_t first = r->assumption_count;
  for (uint32_t g = 0; g < r->gift_count; g++) {
    uint32_t sku = r->gifts[g].sku, at = first;
    if (!prices_find(p->request->stock, p->request->stock_count, sku)) continue;
    while (at < r->assumption_count && r->assumptions[at].index != sku)
      at++;
    if (at < r->assumption_count) continue;
    assume(r, SP_ASSUMES_STOCK, sku);
    for (; at > first &&
           text_compare(p->book->skus[r->assumptions[at - 1].index].id, p->book->skus[sku].id) > 0;
         at--) {
      r->assumptions[at] = r->assumptions[at - 1];
    }
    r->assumptions[at].index = sku;
  }
}

sp_err answer_assumptions(pricing *p) {
  sp_receipt *r = p->receipt;
  const sp_book *book = p->book;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (p->segments[i].rule != SP_NONE) p->acted[p->segments[i].rule] = true;
  }
  size_t most = 3 * (size_t)book->rule_count + r->decision.coupon_count + r->gift_count;
  r->assumptions = arena_room(p->arena, most * sizeof(sp_assumption));
  if (!r->assumptions) return SP_E_MEMORY;
  for (uint32_t i = 0; i < r->decision.coupon_count; i++)
    assume(r, SP_ASSUMES_COUPON, r->decision.coupons[i]);
  for (sp_assumption_code code = SP_ASSUMES_FIRST_ORDER; code <= SP_ASSUMES_PAID_BY; code++) {
    for (uint32_t k = 0; k < book->rule_count; k++) {
      uint32_t r_index = book->rule_by_id[k];
      const sp_rule *rule = &book->rules[r_index];
      if (!p->acted[r_index]) continue;
      bool so = code == SP_ASSUMES_LIMIT
                    ? rule->limit.stands
                    : when_has(&rule->when, code == SP_ASSUMES_PAID_BY ? SP_TEST_BIT(paid_by)
                                                                       : SP_TEST_BIT(nth_order));
      if (so) assume(r, code, r_index);
    }
  }
  assume_stock(p);
  return SP_OK;
}
