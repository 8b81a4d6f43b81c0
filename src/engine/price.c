#include "engine/price.h"

#include <string.h>

#include "engine/cups.h"

int64_t price_score(const pricing *p, const pricing_state *s) {
  if (p->book->policy.goal == SP_GOAL_largest_saving) {
    return s->cut_fen + s->freight_coupon_fen + s->goal_value_fen;
  }
  int64_t freight = 0;
  for (uint32_t g = 0; g < p->package_count; g++)
    freight += s->dues[g];
  return s->cut_fen + s->fees_cut_fen + s->goal_value_fen - freight;
}

/* Cuts of the last application: their sum, and each where they are listed. The list grows at the
 * end of the arena: nothing else is allocated for good while turns are being recorded, so its
 * blocks stand side by side. */
static void record_cuts(pricing *p, const turn *t, uint32_t coupon, const outcome *o) {
  sp_receipt *r = p->receipt;
  uint32_t count = p->eligible_count;
  *(coupon == SP_NONE ? &r->promotion_cut_fen : &r->coupon_cut_fen) += o->cut_fen;
  if (!r->cuts) return;
  uint32_t fees = o->fees_cut_fen ? charge_count(p) : 0;
  sp_cut *block = arena_room(p->arena, (count + fees) * sizeof(sp_cut)), *end = block;
  if (!block) {
    p->out_of_memory = true;
    return;
  }
  SP_CHECK(block == r->cuts + r->cut_count);
  const uint32_t *segment = p->eligible;
  for (const int64_t *cut = p->cut, *all = cut + count; cut < all; cut++, segment++) {
    if (*cut > 0) *end++ = (sp_cut){*segment, t->rule, coupon, *cut};
  }
  for (uint32_t c = 0; c < fees; c++) {
    int64_t cut = p->due_cut[p->package_count + c];
    uint32_t place = p->segment_count + p->charges[c].fee;
    if (cut > 0) *end++ = (sp_cut){place, t->rule, coupon, cut};
  }
  r->cut_count += (uint32_t)(end - block);
  arena_rewind(p->arena, (size_t)((uint8_t *)end - p->arena->base));
}

static sp_activity_state refused_state(sp_reason reason) {
  switch (reason) {
  case SP_REASON_THRESHOLD:
    return SP_ACTIVITY_not_reached;
  case SP_REASON_NO_GOODS:
    return SP_ACTIVITY_no_goods;
  case SP_REASON_NO_GAIN:
  case SP_REASON_NO_FREIGHT:
    return SP_ACTIVITY_not_reached;
  default:
    return SP_ACTIVITY_excluded;
  }
}

/* Whether all that the last application did is to free packages that cost nothing, or always cost
 * what they do. */
static bool frees_nothing(const pricing *p, const turn *t, const outcome *o) {
  bool only_frees = o->frees_freight && !o->benefit && !o->cut_fen && !o->freight_cut_fen;
  if (!only_frees || p->receipt->freight_state == SP_FREIGHT_STATE_unknown) return false;
  bool waits = turn_rule(p, t)->stage != SP_STAGE_freight;
  for (uint32_t k = 0; waits && k < p->eligible_count; k++) {
    uint32_t g = p->segments[p->eligible[k]].group;
    if (!p->served[k] || !lands_on(p, turn_rule(p, t), p->eligible[k])) continue;
    bool may_weigh = p->book->policy.gifts_weigh && p->packages[g].fulfilment == SP_DELIVERY;
    bool charged = p->packages[g].freight_list_fen ||
                   (may_weigh && p->receipt->freight_state == SP_FREIGHT_STATE_known);
    if (charged && !p->never_free[g]) return false;
  }
  return true;
}

static void record_activity(pricing *p, const turn *t, const outcome *o, bool chosen) {
  if (!p->recording || !p->activity_of) return;
  sp_activity *a = &p->receipt->activities[p->activity_of[t->rule]];
  a->step = o->step;
  a->times = o->times;
  a->measure = o->measure;
  a->next = o->next;
  if (!chosen) {
    bool could = o->applied;
    a->state = could ? SP_ACTIVITY_not_chosen : refused_state(o->reason);
    a->reason = could ? SP_REASON_NOT_CHOSEN : o->reason;
    return;
  }
  a->reason = o->applied && frees_nothing(p, t, o) ? SP_REASON_NO_FREIGHT : o->reason;
  bool acts = o->applied && a->reason == o->reason;
  a->state = acts ? SP_ACTIVITY_applied : refused_state(a->reason);
  a->cut_fen = o->cut_fen + o->fees_cut_fen;
}

static bool gives_lines(pricing *p, const turn *t) {
  const uint32_t *row = assigned_row(p, t->once_group);
  for (uint32_t line = 0; line < p->request->line_count; line++) {
    if (row[line] == t->rule) return true;
  }
  return false;
}

static bool run_promotion(pricing *p, pricing_state *s, const choice *c, const turn *t,
                          outcome *o) {
  bool chosen = (turn_is_fixed(t) && !t->idle) || (t->kind == TURN_CHOSEN && c->rules[t->rule]) ||
                (t->kind == TURN_ASSIGNED && gives_lines(p, t));
  if (!chosen) {
    if (p->recording && p->activity_of) {
      turn_probe(p, s, t, o);
      record_activity(p, t, o, false);
    }
    return true;
  }
  bool applied = turn_apply(p, s, t, o);
  if (t->kind != TURN_AUTOMATIC && !applied) return false;
  if (t->kind == TURN_ASSIGNED && !turn_serves_lines(p, t)) return false;
  if (t->kind == TURN_PIECES && !turn_serves_pieces(p, t)) return false;
  if (p->recording && applied) {
    record_cuts(p, t, SP_NONE, o);
    p->acted[t->rule] = true;
  }
  record_activity(p, t, o, true);
  return true;
}

static void record_coupon(pricing *p, const turn *t, uint32_t coupon, const outcome *o) {
  if (!p->recording) return;
  record_cuts(p, t, coupon, o);
  p->acted[t->rule] = true;
  if (!p->receipt->coupons) return;
  bool claimable = p->request->coupons[coupon].claimable;
  p->receipt->coupons[coupon] =
      (sp_coupon_answer){.state = claimable ? SP_COUPON_claim_first : SP_COUPON_picked,
                         .reason = SP_REASON_PICKED,
                         .cut_fen = o->cut_fen + o->freight_cut_fen,
                         .with = SP_NONE};
}

/* How many coupons are picked together with those of turn i, where that is the first of their
 * turns; 0 at a later one. */
static uint32_t picked_cups(const pricing *p, const choice *c, uint32_t i) {
  uint32_t picked = 0;
  for (uint32_t k = 0; k < p->turn_count; k++) {
    const turn *t = &p->turns[k];
    p->cups_taken[k] = 0;
    for (uint32_t n = 0; t->cups == p->turns[i].cups && n < t->coupon_count; n++)
      p->cups_taken[k] += c->coupons[t->coupons[n]];
    if (k == i && !p->cups_taken[k]) return 0;
    if (k < i && p->cups_taken[k]) picked = SP_COUPONS_MAX;
    picked += p->cups_taken[k];
  }
  return picked <= SP_COUPONS_MAX ? picked : 0;
}

static bool run_cups(pricing *p, pricing_state *s, const choice *c, uint32_t cups, outcome *o) {
  if (!cups_solve(p, s, cups, p->cups_taken, o)) return false;
  uint32_t index = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    for (uint32_t k = 0; t->cups == cups && k < t->coupon_count; k++) {
      if (!c->coupons[t->coupons[k]]) continue;
      if (!cups_take(p, s, index++, o)) return false;
      record_coupon(p, t, t->coupons[k], o);
    }
  }
  return true;
}

static bool run_coupons(pricing *p, pricing_state *s, const choice *c, uint32_t i, outcome *o) {
  const turn *t = &p->turns[i];
  uint32_t together = t->cups == SP_NONE ? 1 : picked_cups(p, c, i);
  if (together > 1) return run_cups(p, s, c, t->cups, o);
  for (uint32_t k = 0; k < t->coupon_count && together; k++) {
    if (!c->coupons[t->coupons[k]]) continue;
    if (!turn_apply(p, s, t, o)) return false;
    record_coupon(p, t, t->coupons[k], o);
  }
  return true;
}

bool price_turns(pricing *p, pricing_state *s, const choice *c, uint32_t from, uint32_t to,
                 outcome *refused) {
  for (uint32_t i = from; i < to; i++) {
    const turn *t = &p->turns[i];
    turn_begin(p, s, i);
    if (!turn_is_rule(t)) {
      turn_apply(p, s, t, refused);
      if (p->recording && t->kind == TURN_FREIGHT)
        p->receipt->freight_gap_fen = refused->next.stands ? refused->next.gap : -1;
    } else if (t->kind == TURN_COUPON ? !run_coupons(p, s, c, i, refused)
                                      : !run_promotion(p, s, c, t, refused)) {
      return false;
    }
  }
  return true;
}
