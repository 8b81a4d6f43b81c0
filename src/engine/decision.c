#include "engine/decision.h"

#include "base/text.h"
#include "engine/plan.h"

const turn *decision_turn(const pricing *p, uint32_t rule, turn_kind kind) {
  uint32_t i = rule == SP_NONE ? SP_NONE : p->turn_of[rule];
  return i != SP_NONE && p->turns[i].kind == kind ? &p->turns[i] : NULL;
}

bool decision_may_take(const pricing *p, uint32_t coupon) {
  uint32_t rule = p->request->coupons[coupon].rule;
  const turn *t = decision_turn(p, rule, TURN_COUPON);
  for (uint32_t k = 0; t && !t->dead && k < t->coupon_count; k++) {
    if (t->coupons[k] == coupon) return true;
  }
  return false;
}

bool decision_read(pricing *p, const sp_decision *d, choice *c) {
  for (uint32_t i = 0; i < d->rule_count; i++) {
    if (!decision_turn(p, d->rules[i], TURN_CHOSEN)) return false;
    c->rules[d->rules[i]] = true;
  }
  for (uint32_t i = 0; i < d->line_count; i++) {
    const turn *t = decision_turn(p, d->lines[i].rule, TURN_ASSIGNED);
    if (!t || !plan_covers(p, turn_rule(p, t), &p->request->lines[d->lines[i].line])) return false;
    uint32_t *cell = assigned_row(p, t->once_group) + d->lines[i].line;
    if (*cell != SP_NONE) return false;
    *cell = t->rule;
  }
  for (uint32_t i = 0; i < d->piece_count; i++) {
    const turn *t = decision_turn(p, d->pieces[i].rule, TURN_PIECES);
    if (!t || !plan_covers(p, turn_rule(p, t), &p->request->lines[d->pieces[i].line])) return false;
  }
  for (uint32_t i = 0; i < d->coupon_count; i++) {
    if (!decision_may_take(p, d->coupons[i]) || c->coupons[d->coupons[i]]) return false;
    c->coupons[d->coupons[i]] = true;
  }
  return true;
}

sp_err decision_write(pricing *p, const choice *c) {
  sp_decision *d = &p->receipt->decision;
  const sp_request *request = p->request;
  d->rules = arena_array(p->arena, p->book->rule_count, sizeof(uint32_t));
  // The numbers stay where they are.
  d->pieces = (sp_assignment *)p->given;
  d->piece_count = p->given_count;
  d->lines = arena_array(p->arena, (size_t)p->once_group_count * request->line_count,
                         sizeof(sp_assignment));
  d->coupons = arena_array(p->arena, request->coupon_count, sizeof(uint32_t));
  if (!d->rules || !d->lines || !d->coupons) return SP_E_MEMORY;
  for (uint32_t r = 0; r < p->book->rule_count; r++) {
    if (c->rules[p->book->rule_by_id[r]]) d->rules[d->rule_count++] = p->book->rule_by_id[r];
  }
  for (uint32_t line = 0; line < request->line_count; line++) {
    uint32_t first = d->line_count;
    for (uint32_t g = 0; g < p->once_group_count; g++) {
      uint32_t rule = assigned_row(p, g)[line];
      if (rule == SP_NONE) continue;
      uint32_t at = d->line_count++;
      for (; at > first &&
             text_compare(p->book->rules[rule].id, p->book->rules[d->lines[at - 1].rule].id) < 0;
           at--) {
        d->lines[at] = d->lines[at - 1];
      }
      d->lines[at] = (sp_assignment){.line = line, .rule = rule};
    }
  }
  for (uint32_t i = 0; i < request->coupon_count; i++) {
    if (!c->coupons[i]) continue;
    uint32_t at = d->coupon_count++;
    for (; at > 0 &&
           text_compare(request->coupons[i].id, request->coupons[d->coupons[at - 1]].id) < 0;
         at--) {
      d->coupons[at] = d->coupons[at - 1];
    }
    d->coupons[at] = i;
  }
  return SP_OK;
}
