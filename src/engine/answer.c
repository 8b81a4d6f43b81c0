#include "engine/answer.h"

#include <string.h>

#include "base/text.h"
#include "engine/match.h"
#include "engine/plan.h"

static bool covers_any_line(const pricing *p, const sp_rule *rule) {
  for (uint32_t i = 0; i < p->request->line_count; i++) {
    if (plan_covers(rule, &p->request->lines[i])) return true;
  }
  return false;
}

static uint32_t level_key(const pricing *p, sp_level level, uint32_t i) {
  if (level == SP_LEVEL_order) return 0;
  return level == SP_LEVEL_shop ? p->segment_shop[i] : p->segment_store[i];
}

/* The condition of a unit rule over its goods, per level group: true when it holds in one of them,
 * otherwise the smallest gap. Unit rules measure list prices, so the segments tell what the lines
 * told. */
static bool unit_condition_holds(pricing *p, const sp_rule *rule, sp_activity *a) {
  uint32_t keys = rule->level == SP_LEVEL_order  ? 1
                  : rule->level == SP_LEVEL_shop ? p->shop_count
                                                 : p->store_count;
  for (uint32_t key = 0; key < keys; key++) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->segment_count; i++) {
      const sp_line *line = &p->request->lines[p->segments[i].line];
      if (level_key(p, rule->level, i) == key && plan_covers(rule, line)) p->eligible[count++] = i;
    }
    if (!count) continue;
    int64_t measure = -1;
    sp_next next = {0};
    if (when_holds(p, NULL, &rule->when, p->eligible, count, &measure, &next)) return true;
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
  pricing_state start, s;
  choice attempt;
  outcome refused;
} trial;

/* Prices G, X and these coupons; SP_NONE: no coupon. */
static bool attempt_with(trial *tr, uint32_t a, uint32_t b) {
  pricing *p = tr->p;
  plan_copy_state(p, &tr->s, &tr->start);
  if (a != SP_NONE) tr->attempt.coupons[a] = true;
  if (b != SP_NONE) tr->attempt.coupons[b] = true;
  bool lawful = price_turns(p, &tr->s, &tr->attempt, p->coupon_turn, p->turn_count, &tr->refused);
  if (a != SP_NONE) tr->attempt.coupons[a] = false;
  if (b != SP_NONE) tr->attempt.coupons[b] = false;
  return lawful;
}

static int64_t freight_of(const pricing *p, const pricing_state *s) {
  int64_t sum = 0;
  for (uint32_t g = 0; g < p->package_count; g++)
    sum += s->freight[g];
  return sum;
}

/* The first picked coupon, by id, that the coupon cannot stand beside. */
static uint32_t first_conflict(trial *tr, uint32_t coupon) {
  const sp_request *request = tr->p->request;
  uint32_t found = SP_NONE;
  for (uint32_t other = 0; other < request->coupon_count; other++) {
    if (!tr->chosen->coupons[other]) continue;
    if (found != SP_NONE &&
        text_compare(request->coupons[found].id, request->coupons[other].id) < 0)
      continue;
    if (!attempt_with(tr, coupon, other)) found = other;
  }
  return found;
}

static sp_coupon_answer describe_usable(trial *tr, uint32_t coupon, bool searched) {
  sp_coupon_answer a = {.state = SP_COUPON_usable, .reason = SP_REASON_NOT_ASKED, .with = SP_NONE};
  pricing *p = tr->p;
  a.cut_fen = tr->s.cut_fen - tr->start.cut_fen + tr->s.freight_coupon_fen;
  if (!searched) return a;
  int64_t freight = freight_of(p, &tr->s);
  a.with = first_conflict(tr, coupon);
  a.reason = SP_REASON_NOT_STACKABLE;
  if (a.with != SP_NONE) return a;
  attempt_with(tr, SP_NONE, SP_NONE);
  a.reason = freight > freight_of(p, &tr->s) ? SP_REASON_LOSES_FREE_FREIGHT : SP_REASON_WORSE;
  return a;
}

static sp_coupon_answer try_alone(trial *tr, uint32_t coupon, bool searched) {
  if (attempt_with(tr, coupon, SP_NONE)) return describe_usable(tr, coupon, searched);
  sp_coupon_answer a = {.state = SP_COUPON_unusable, .reason = tr->refused.reason, .with = SP_NONE};
  if (a.reason == SP_REASON_THRESHOLD) a.gap = tr->refused.next;
  return a;
}

static sp_err begin_trial(trial *tr) {
  pricing *p = tr->p;
  if (plan_new_state(p, &tr->start) || plan_new_state(p, &tr->s)) return SP_E_MEMORY;
  tr->attempt.rules = tr->chosen->rules;
  tr->attempt.coupons = arena_array(p->arena, p->request->coupon_count, sizeof(bool));
  if (!tr->attempt.coupons) return SP_E_MEMORY;
  bool lawful = price_turns(p, &tr->start, &tr->attempt, 0, p->coupon_turn, &tr->refused);
  SP_CHECK(lawful);
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
