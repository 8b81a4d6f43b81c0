/* The main path of the engine, from book and request to receipt. Each step is a file of its own. */
#include <string.h>

#include "engine/answer.h"
#include "engine/decision.h"
#include "engine/freight.h"
#include "engine/parts.h"
#include "engine/pins.h"
#include "engine/plan.h"
#include "engine/points.h"
#include "engine/price.h"
#include "engine/tender.h"
#include "engine/totals.h"
#include "engine/turn.h"
#include "engine/unit_price.h"

/* Gifts and rewards come from the gives of turns, once per application and level group. */
static sp_err room_for_benefits(pricing *p) {
  size_t most = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (!turn_is_rule(t) || !turn_rule(p, t)->benefit) continue;
    size_t applications = t->kind == TURN_COUPON ? t->coupon_count : 1;
    size_t groups = turn_rule(p, t)->level == SP_LEVEL_order ? 1 : p->store_count;
    most += applications * groups * turn_rule(p, t)->give_count;
  }
  p->receipt->gifts = arena_array(p->arena, most, sizeof(sp_gift));
  p->receipt->rewards = arena_array(p->arena, most, sizeof(sp_reward));
  most *= p->request->promoter_count;
  p->receipt->commissions = arena_array(p->arena, most, sizeof(sp_commission));
  p->receipt->add_ons = arena_array(p->arena, p->turn_count, sizeof(sp_add_on_answer));
  bool good =
      p->receipt->gifts && p->receipt->rewards && p->receipt->commissions && p->receipt->add_ons;
  return good ? SP_OK : SP_E_MEMORY;
}

/* What unit prices took off, as the first cuts of the receipt, where it lists them. */
static sp_err record_unit_cuts(pricing *p) {
  sp_receipt *r = p->receipt;
  if (p->request->detail != SP_DETAIL_full) return SP_OK;
  r->cuts = arena_room(p->arena, p->segment_count * sizeof(sp_cut));
  if (!r->cuts) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    if (segment->rule == SP_NONE) continue;
    int64_t cut = segment->list_fen - p->start_left[i] - segment->fixed_fen;
    r->cuts[r->cut_count++] = (sp_cut){i, segment->rule, SP_NONE, cut};
  }
  // The pass goes on where this list ends, see record_cuts.
  arena_rewind(p->arena, (size_t)((uint8_t *)(r->cuts + r->cut_count) - p->arena->base));
  return SP_OK;
}

/* The one pass whose cuts, gifts and reasons go to the receipt. */
static sp_err price_and_record(pricing *p, const choice *c, pricing_state *s) {
  outcome refused;
  plan_reset_state(p, s);
  if (p->request->detail != SP_DETAIL_totals) {
    sp_err err = answer_activities(p);
    if (!err) err = answer_coupons_begin(p);
    if (err) return err;
  }
  sp_err err = room_for_benefits(p);
  if (!err) err = record_unit_cuts(p);
  if (err) return err;
  p->recording = true;
  p->explaining = p->request->detail != SP_DETAIL_totals;
  bool lawful = price_turns(p, s, c, 0, p->turn_count, &refused);
  p->recording = false;
  if (p->out_of_memory) return SP_E_MEMORY;
  return lawful ? SP_OK : SP_E_DECISION;
}

/* The decision that is asked for, or the best one. own: what is asked for, NULL: nothing. */
static sp_err decide(pricing *p, const sp_decision *own, const sp_receipt *found, choice *c) {
  size_t cells = (size_t)p->once_group_count * p->request->line_count;
  for (size_t i = 0; i < cells; i++)
    p->assigned[i] = SP_NONE;
  sp_receipt *r = p->receipt;
  if (!own) return pins_search(p, c);
  r->exact = !found || found->exact;
  if (found) {
    r->pin_dropped = found->pin_dropped;
    r->visited = found->visited;
    r->gap_fen = found->gap_fen;
  }
  return decision_read(p, own, c) ? SP_OK : SP_E_DECISION;
}

/* Freight that is to pay before coupons, whatever is decided. */
static int64_t least_freight(const pricing *p) {
  bool can_free = p->book->freight.has_free;
  // What gifts weigh is no part of what any other decision pays.
  if (p->gift_units != SP_NONE) return 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    can_free |=
        t->can_free && !(t->kind == TURN_COUPON && turn_rule(p, t)->stage == SP_STAGE_freight);
  }
  int64_t sum = 0;
  for (uint32_t g = 0; g < p->package_count; g++)
    sum += can_free && !p->never_free[g] ? 0 : p->packages[g].freight_list_fen;
  return sum;
}

/* What the decision costs in the goal, and how that bounds what any other one pays. */
static void weigh(pricing *p, const pricing_state *s) {
  sp_receipt *r = p->receipt;
  int64_t start = 0;
  for (uint32_t i = 0; i < p->segment_count; i++)
    start += p->start_left[i] + p->segments[i].fixed_fen;
  bool saving = p->book->policy.goal == SP_GOAL_largest_saving;
  r->cost_fen = (saving ? 0 : start + p->fees_fen) - r->score_fen;
  if (p->book->policy.goal == SP_GOAL_best_per_level)
    memcpy(r->levels_fen, s->levels_fen, sizeof r->levels_fen);
  int64_t fees = p->book->cuts_fees ? 0 : p->fees_fen;
  int64_t over = saving ? start + least_freight(p) + fees : 0;
  r->payable_over_cost_fen = over - points_most(p) - p->book->policy.rounding_off_fen + 1;
}

sp_err quote_under(const sp_book *book, const sp_request *request, sp_arena *arena,
                   const sp_receipt *found, sp_receipt *out) {
  *out = (sp_receipt){.freight_gap_fen = -1};
  pricing p = {.book = book, .request = request, .arena = arena, .receipt = out};
  sp_err err = unit_price_stage(&p);
  if (!err) err = freight_list_prices(&p);
  const sp_decision *own = found ? &found->decision : &request->decision;
  if (!found && !request->has_decision) own = NULL;
  const pricing whole = p;
  if (!err && own) err = parts_split(&p, own->pieces, own->piece_count);
  if (!err) err = plan_turns(&p);
  if (err) return err;
  for (uint32_t i = 0; i < p.turn_count && !own; i++)
    if (p.turns[i].idle) p.whole = &whole;

  choice chosen = {arena_array(arena, book->rule_count, sizeof(bool)),
                   arena_array(arena, request->coupon_count, sizeof(bool))};
  pricing_state s;
  if (!chosen.rules || !chosen.coupons) return SP_E_MEMORY;
  err = decide(&p, own, found, &chosen);
  if (!err) err = plan_new_state(&p, &s);
  if (!err) err = price_and_record(&p, &chosen, &s);
  if (p.rough) {
    out->exact = false;
    out->gap_fen = -1;
  }
  if (!err) err = decision_write(&p, &chosen);
  if (!err) err = totals_fill(&p, &s);
  if (err) return err;
  weigh(&p, &s);

  out->segments = p.segments;
  out->segment_count = p.segment_count;
  out->packages = p.packages;
  out->package_count = p.package_count;
  // Of a card nobody is warned.
  if (!request->on_shelf) err = answer_warnings(&p);
  if (!err) err = answer_assumptions(&p);
  if (err || request->detail == SP_DETAIL_totals) return err;
  bool searched = !request->has_decision && !request->has_coupon_pins && !request->pick_none;
  err = answer_coupons(&p, &chosen, searched);
  return err;
}
