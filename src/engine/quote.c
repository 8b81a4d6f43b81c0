/* The main path of the engine, from book and request to receipt. Each step is a file of its own. */
#include <string.h>

#include "base/text.h"
#include "engine/answer.h"
#include "engine/freight.h"
#include "engine/parts.h"
#include "engine/plan.h"
#include "engine/points.h"
#include "engine/price.h"
#include "engine/search.h"
#include "engine/tender.h"
#include "engine/totals.h"
#include "engine/turn.h"
#include "engine/unit_price.h"

static const turn *find_turn(const pricing *p, uint32_t rule, turn_kind kind) {
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].rule == rule && p->turns[i].kind == kind) return &p->turns[i];
  }
  return NULL;
}

static bool turn_has_coupon(const pricing *p, uint32_t coupon) {
  uint32_t rule = p->request->coupons[coupon].rule;
  const turn *t = rule == SP_NONE ? NULL : find_turn(p, rule, TURN_COUPON);
  for (uint32_t k = 0; t && !t->dead && k < t->coupon_count; k++) {
    if (t->coupons[k] == coupon) return true;
  }
  return false;
}

/* A decision in the engine's terms; false where it names what cannot act in this
 * cart. */
static bool read_decision(pricing *p, const sp_decision *d, choice *c) {
  for (uint32_t i = 0; i < d->rule_count; i++) {
    if (!find_turn(p, d->rules[i], TURN_CHOSEN)) return false;
    c->rules[d->rules[i]] = true;
  }
  for (uint32_t i = 0; i < d->line_count; i++) {
    const turn *t = find_turn(p, d->lines[i].rule, TURN_ASSIGNED);
    if (!t || !plan_covers(p, turn_rule(p, t), &p->request->lines[d->lines[i].line])) return false;
    uint32_t *cell = assigned_row(p, t->once_group) + d->lines[i].line;
    if (*cell != SP_NONE) return false;
    *cell = t->rule;
  }
  for (uint32_t i = 0; i < d->piece_count; i++) {
    const turn *t = find_turn(p, d->pieces[i].rule, TURN_PIECES);
    if (!t || !plan_covers(p, turn_rule(p, t), &p->request->lines[d->pieces[i].line])) return false;
  }
  for (uint32_t i = 0; i < d->coupon_count; i++) {
    if (!turn_has_coupon(p, d->coupons[i]) || c->coupons[d->coupons[i]]) return false;
    c->coupons[d->coupons[i]] = true;
  }
  return true;
}

/* Pins of lines as a table of the same shape as X. False: a pinned rule cannot act in this cart. */
static bool read_line_pins(pricing *p, uint32_t *pins) {
  uint32_t lines = p->request->line_count;
  for (size_t i = 0; i < (size_t)p->once_group_count * lines; i++)
    pins[i] = SP_PIN_FREE;
  for (uint32_t i = 0; i < p->request->line_pin_count; i++) {
    const sp_assignment *pin = &p->request->line_pins[i];
    if (pin->rule == SP_NONE) {
      for (uint32_t g = 0; g < p->once_group_count; g++)
        pins[(size_t)g * lines + pin->line] = SP_NONE;
      continue;
    }
    const turn *t = find_turn(p, pin->rule, TURN_ASSIGNED);
    if (!t) return false;
    pins[(size_t)t->once_group * lines + pin->line] = pin->rule;
  }
  return true;
}

static bool pinned_coupons(const pricing *p, bool *allowed) {
  const sp_request *request = p->request;
  bool all = true;
  for (uint32_t i = 0; i < request->coupon_pin_count; i++) {
    allowed[request->coupon_pins[i]] = true;
    all = all && turn_has_coupon(p, request->coupon_pins[i]);
  }
  return all;
}

/* What the goal compares: the sums of levels, where it has them, then the score. */
typedef struct {
  int64_t sums[SP_LEVEL_SUMS + 1];
} worth;

static sp_err worth_of(pricing *p, const choice *c, bool with_points, worth *out) {
  outcome o;
  pricing_state s;
  size_t mark = arena_mark(p->arena);
  *out = (worth){0};
  sp_err err = plan_new_state(p, &s);
  if (err) return err;
  bool lawful = price_turns(p, &s, c, 0, p->turn_count, &o);
  SP_CHECK(lawful);
  if (p->book->policy.goal == SP_GOAL_best_per_level)
    memcpy(out->sums, s.levels_fen, sizeof s.levels_fen);
  for (uint32_t i = 0; i < p->segment_count; i++)
    p->segments[i].left_fen = s.left[i];
  p->receipt->points_cut_fen = 0;
  if (with_points) points_count(p);
  out->sums[SP_LEVEL_SUMS] = price_score(p, &s) + points_goal(p);
  p->receipt->points_usable = p->receipt->points_used = p->receipt->points_cut_fen = 0;
  arena_rewind(p->arena, mark);
  return SP_OK;
}

static bool worth_more(const worth *a, const worth *b) {
  uint32_t i = 0;
  while (i < SP_LEVEL_SUMS && a->sums[i] == b->sums[i])
    i++;
  return a->sums[i] > b->sums[i];
}

/* Points or coupons: the best decision without coupons and its points against the best one with
 * some, which is taken when both are worth the same. */
static sp_err search_apart(pricing *p, const bool *allowed, bool all, choice *c,
                           search_result *result) {
  sp_arena *arena = p->arena;
  uint32_t coupon_count = p->request->coupon_count;
  size_t cells = (size_t)p->once_group_count * p->request->line_count;
  const bool *none = arena_array(arena, coupon_count, sizeof(bool));
  choice plain = {arena_array(arena, p->book->rule_count, sizeof(bool)),
                  arena_array(arena, coupon_count, sizeof(bool))};
  uint32_t *assigned = arena_array(arena, cells, sizeof(uint32_t));
  if (!none || !plain.rules || !plain.coupons || !assigned) return SP_E_MEMORY;
  bool any = false;
  for (uint32_t i = 0; i < coupon_count; i++)
    any |= allowed[i];
  search_result without = {0}, with = {.exact = true};
  worth plain_worth = {0}, with_worth;
  pricing plain_table = *p;
  sp_err err = SP_OK;
  if (!all || !any) err = search_best(p, none, SEARCH_ANY, &plain, &without);
  if (!err && without.found) {
    memcpy(assigned, p->assigned, cells * sizeof *assigned);
    err = worth_of(p, &plain, true, &plain_worth);
    plain_table = *p;
  }
  if (!err && any) err = search_best(p, allowed, all ? SEARCH_ALL : SEARCH_SOME, c, &with);
  if (err) return err;
  *result = with;
  result->visited += without.visited;
  if (!without.found) return SP_OK;
  // How many points a better decision would have is not known.
  if (!without.exact) result->gap_fen = -1;
  result->exact &= without.exact;
  result->found = true;
  if (with.found) {
    err = worth_of(p, c, false, &with_worth);
    if (err || !worth_more(&plain_worth, &with_worth)) return err;
  }
  plain_table.stamp = p->stamp;
  plain_table.rough = p->rough;
  *p = plain_table;
  memcpy(c->rules, plain.rules, p->book->rule_count * sizeof(bool));
  memcpy(c->coupons, plain.coupons, coupon_count * sizeof(bool));
  memcpy(p->assigned, assigned, cells * sizeof *assigned);
  return SP_OK;
}

/* One search: the coupons that may be used, whether all of them must be, and whether lines are
 * pinned. */
static sp_err search_under(pricing *p, const bool *allowed, bool all, uint32_t *pins, choice *c,
                           search_result *result) {
  p->line_pins = pins;
  sp_err err = p->book->policy.points_with_coupons
                   ? search_best(p, allowed, all ? SEARCH_ALL : SEARCH_ANY, c, result)
                   : search_apart(p, allowed, all, c, result);
  p->line_pins = NULL;
  return err;
}

/* Searches under the shopper's pins, and gives up first the lines', then that all coupons are used.
 */
static sp_err search_decision(pricing *p, choice *c) {
  const sp_request *request = p->request;
  size_t cells = (size_t)p->once_group_count * request->line_count;
  bool *allowed = arena_array(p->arena, request->coupon_count, sizeof(bool));
  uint32_t *pins = arena_array(p->arena, cells, sizeof(uint32_t));
  if (!allowed || !pins) return SP_E_MEMORY;
  bool pinned = request->has_coupon_pins && !request->pick_none;
  bool all_possible = pinned && pinned_coupons(p, allowed);
  for (uint32_t i = 0; !pinned && i < request->coupon_count; i++)
    allowed[i] = !request->pick_none;
  bool lines_pinned = request->line_pin_count > 0;
  bool lines_possible = lines_pinned && read_line_pins(p, pins);

  search_result result = {0};
  for (uint32_t step = 0; step < 4 && !result.found; step++) {
    bool all = pinned && step < 2, with_lines = lines_pinned && step % 2 == 0;
    bool repeats = (step % 2 == 1 && !lines_pinned) || (step >= 2 && !pinned);
    if (repeats || (all && !all_possible) || (with_lines && !lines_possible)) continue;
    sp_err err = search_under(p, allowed, all, with_lines ? pins : NULL, c, &result);
    if (err) return err;
    p->receipt->pin_dropped = step > 0;
  }
  SP_CHECK(result.found);
  p->receipt->exact = result.exact;
  p->receipt->visited = result.visited;
  p->receipt->gap_fen = result.gap_fen;
  return SP_OK;
}

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

static sp_err write_decision(pricing *p, const choice *c) {
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

/* The decision that is asked for, or the best one. own: what is asked for, NULL: nothing. */
static sp_err decide(pricing *p, const sp_decision *own, const sp_receipt *found, choice *c) {
  size_t cells = (size_t)p->once_group_count * p->request->line_count;
  for (size_t i = 0; i < cells; i++)
    p->assigned[i] = SP_NONE;
  sp_receipt *r = p->receipt;
  if (!own) return search_decision(p, c);
  r->exact = !found || found->exact;
  if (found) {
    r->pin_dropped = found->pin_dropped;
    r->visited = found->visited;
    r->gap_fen = found->gap_fen;
  }
  return read_decision(p, own, c) ? SP_OK : SP_E_DECISION;
}

/* Freight that is to pay before coupons, whatever is decided. */
static int64_t least_freight(const pricing *p) {
  bool can_free = p->book->freight.has_free;
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
  r->cost_fen = r->fees_fen - r->score_fen + (saving ? 0 : start);
  if (p->book->policy.goal == SP_GOAL_best_per_level)
    memcpy(r->levels_fen, s->levels_fen, sizeof r->levels_fen);
  r->payable_over_cost_fen = (saving ? start + least_freight(p) : 0) - points_most(p) -
                             p->book->policy.rounding_off_fen + 1;
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
  if (!err) err = write_decision(&p, &chosen);
  if (!err) err = totals_fill(&p, &s);
  if (err) return err;
  weigh(&p, &s);

  out->segments = p.segments;
  out->segment_count = p.segment_count;
  out->packages = p.packages;
  out->package_count = p.package_count;
  err = answer_warnings(&p);
  if (!err) err = answer_assumptions(&p);
  if (err || request->detail == SP_DETAIL_totals) return err;
  bool searched = !request->has_decision && !request->has_coupon_pins && !request->pick_none;
  err = answer_coupons(&p, &chosen, searched);
  return err;
}
