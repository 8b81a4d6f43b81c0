#include "engine/answer.h"

#include <string.h>

#include "base/text.h"
#include "engine/match.h"
#include "engine/plan.h"
#include "engine/turn.h"

static bool covers_any_line(const pricing *p, const sp_rule *rule) {
  for (uint32_t i = 0; i < p->request->line_count; i++) {
    if (plan_covers(rule, &p->request->lines[i])) return true;
  }
  return false;
}

/* The condition of a unit rule over its goods, per level group: true when it holds in one of them,
 * otherwise the smallest gap. Unit rules measure list prices, so the segments tell what the lines
 * told. */
static bool unit_condition_holds(pricing *p, const sp_rule *rule, sp_activity *a) {
  uint32_t keys = level_count(p, rule->level);
  for (uint32_t key = 0; key < keys; key++) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->segment_count; i++) {
      const sp_line *line = &p->request->lines[p->segments[i].line];
      if (level_key(p, rule->level, i) == key && plan_covers(rule, line)) p->eligible[count++] = i;
    }
    if (!count) continue;
    int64_t measure = -1;
    sp_next next = {0};
    goods covered = {p->eligible, count, 0};
    if (when_holds(p, &covered, &rule->when, &measure, &next)) return true;
    if (a->next.stands && a->next.gap <= next.gap) continue;
    a->measure = measure;
    a->next = next;
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
  r->activities = arena_array(p->arena, p->book->rule_count, sizeof(sp_activity));
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

/* Trying coupons against the same G and X: everything before the coupon stage is priced once. */
typedef struct {
  pricing *p;
  const choice *chosen;
  uint32_t *turn_of; /* per coupon: its turn, SP_NONE: none */
  pricing_state start, s;
  choice attempt;      /* G and X with no coupon, but where a whole pass is priced */
  int64_t freight_fen; /* without coupons, -1: not known yet */
  outcome o;
} trial;

static bool is_freight_coupon(const trial *tr, uint32_t coupon) {
  const pricing *p = tr->p;
  return turn_rule(p, &p->turns[tr->turn_of[coupon]])->stage == SP_STAGE_freight;
}

/* A whole pass with these coupons (SP_NONE: none); tr->s is what it leads to. */
static bool price_with(trial *tr, uint32_t a, uint32_t b) {
  pricing *p = tr->p;
  plan_copy_state(p, &tr->s, &tr->start);
  if (a != SP_NONE) tr->attempt.coupons[a] = true;
  if (b != SP_NONE) tr->attempt.coupons[b] = true;
  bool lawful = price_turns(p, &tr->s, &tr->attempt, p->coupon_turn, p->turn_count, &tr->o);
  if (a != SP_NONE) tr->attempt.coupons[a] = false;
  if (b != SP_NONE) tr->attempt.coupons[b] = false;
  return lawful;
}

/* The coupon alone. On goods nothing but its own turn decides; freight needs the whole pass. */
static bool alone_lawful(trial *tr, uint32_t coupon) {
  if (is_freight_coupon(tr, coupon)) return price_with(tr, coupon, SP_NONE);
  plan_copy_state(tr->p, &tr->s, &tr->start);
  return turn_apply(tr->p, &tr->s, &tr->p->turns[tr->turn_of[coupon]], &tr->o);
}

static bool pair_lawful(trial *tr, uint32_t a, uint32_t b) {
  if (is_freight_coupon(tr, a) || is_freight_coupon(tr, b)) return price_with(tr, a, b);
  uint32_t first = tr->turn_of[a] < tr->turn_of[b] ? tr->turn_of[a] : tr->turn_of[b];
  uint32_t second = tr->turn_of[a] + tr->turn_of[b] - first;
  plan_copy_state(tr->p, &tr->s, &tr->start);
  return turn_apply(tr->p, &tr->s, &tr->p->turns[first], &tr->o) &&
         turn_apply(tr->p, &tr->s, &tr->p->turns[second], &tr->o);
}

static int64_t freight_with(trial *tr, uint32_t coupon) {
  int64_t sum = 0;
  price_with(tr, coupon, SP_NONE);
  for (uint32_t g = 0; g < tr->p->package_count; g++)
    sum += tr->s.freight[g];
  return sum;
}

/* The first picked coupon that the coupon cannot stand beside; the decision lists them by id. */
static uint32_t first_conflict(trial *tr, uint32_t coupon) {
  const sp_decision *d = &tr->p->receipt->decision;
  for (uint32_t i = 0; i < d->coupon_count; i++) {
    if (!pair_lawful(tr, coupon, d->coupons[i])) return d->coupons[i];
  }
  return SP_NONE;
}

static sp_coupon_answer try_alone(trial *tr, uint32_t coupon, bool searched) {
  sp_coupon_answer a = {.state = SP_COUPON_unusable, .with = SP_NONE};
  if (!alone_lawful(tr, coupon)) {
    a.reason = tr->o.reason;
    if (a.reason == SP_REASON_THRESHOLD) a.gap = tr->o.next;
    return a;
  }
  a.state = SP_COUPON_usable;
  a.reason = SP_REASON_NOT_ASKED;
  a.cut_fen = tr->s.cut_fen - tr->start.cut_fen + tr->s.freight_coupon_fen;
  if (!searched) return a;
  a.reason = SP_REASON_NOT_STACKABLE;
  a.with = first_conflict(tr, coupon);
  if (a.with != SP_NONE) return a;
  if (tr->freight_fen < 0) tr->freight_fen = freight_with(tr, SP_NONE);
  bool loses = freight_with(tr, coupon) > tr->freight_fen;
  a.reason = loses ? SP_REASON_LOSES_FREE_FREIGHT : SP_REASON_WORSE;
  return a;
}

static sp_err begin_trial(trial *tr) {
  pricing *p = tr->p;
  uint32_t n = p->request->coupon_count;
  tr->attempt.rules = tr->chosen->rules;
  tr->attempt.coupons = arena_array(p->arena, n, sizeof(bool));
  tr->turn_of = arena_array(p->arena, n, sizeof(uint32_t));
  if (!tr->attempt.coupons || !tr->turn_of) return SP_E_MEMORY;
  for (uint32_t c = 0; c < n; c++)
    tr->turn_of[c] = SP_NONE;
  for (uint32_t i = p->coupon_turn; i < p->turn_count; i++) {
    for (uint32_t k = 0; k < p->turns[i].coupon_count; k++)
      tr->turn_of[p->turns[i].coupons[k]] = i;
  }
  if (plan_new_state(p, &tr->start) || plan_new_state(p, &tr->s)) return SP_E_MEMORY;
  bool lawful = price_turns(p, &tr->start, &tr->attempt, 0, p->coupon_turn, &tr->o);
  SP_CHECK(lawful);
  tr->freight_fen = -1;
  return SP_OK;
}

sp_err answer_coupons(pricing *p, const choice *chosen, bool searched) {
  trial tr = {.p = p, .chosen = chosen};
  sp_coupon_answer *answers = p->receipt->coupons;
  for (uint32_t c = 0; c < p->request->coupon_count; c++) {
    if (chosen->coupons[c]) continue;
    sp_reason open = plan_coupon_open(p, &p->request->coupons[c]);
    // Open but without a turn: nothing in the cart is in its scope.
    answers[c] = (sp_coupon_answer){.state = SP_COUPON_unusable,
                                    .reason = open == SP_REASON_APPLIED ? SP_REASON_NO_GOODS : open,
                                    .with = SP_NONE};
  }
  for (uint32_t i = p->coupon_turn; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_COUPON) continue;
    // Coupons of one rule are equal, so one trial speaks for all that were not picked.
    bool tried = false;
    sp_coupon_answer answer = {0};
    for (uint32_t k = 0; k < t->coupon_count; k++) {
      if (chosen->coupons[t->coupons[k]]) continue;
      if (!tr.start.left && begin_trial(&tr)) return SP_E_MEMORY;
      if (!tried) answer = try_alone(&tr, t->coupons[k], searched);
      tried = true;
      answers[t->coupons[k]] = answer;
    }
  }
  return SP_OK;
}

static void warn(sp_receipt *r, sp_warning_code code, uint32_t line, int64_t seen, int64_t unit) {
  r->warnings[r->warning_count++] = (sp_warning){code, line, SP_NONE, seen, unit};
}

sp_err answer_warnings(pricing *p, bool pin_dropped) {
  sp_receipt *r = p->receipt;
  r->warnings = arena_array(p->arena, (size_t)p->request->line_count + 2, sizeof(sp_warning));
  if (!r->warnings) return SP_E_MEMORY;
  uint32_t i = 0;
  for (uint32_t l = 0; l < p->request->line_count; l++) {
    const sp_line *line = &p->request->lines[l];
    if (line->state == SP_LINE_off_shelf) warn(r, SP_WARNING_OFF_SHELF, l, 0, 0);
    if (line->state != SP_LINE_priced) continue;
    // The price a shopper has seen is the first segment's: the cheapest one.
    while (p->segments[i].line != l)
      i++;
    int64_t unit = p->segments[i].unit_fen;
    if (line->seen_unit_fen >= 0 && line->seen_unit_fen != unit) {
      warn(r, SP_WARNING_PRICE_CHANGED, l, line->seen_unit_fen, unit);
    }
  }
  if (r->submit_no_delivery) warn(r, SP_WARNING_NO_DELIVERY, SP_NONE, 0, 0);
  if (pin_dropped) warn(r, SP_WARNING_PIN_DROPPED, SP_NONE, 0, 0);
  return SP_OK;
}
