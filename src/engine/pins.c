#include "engine/pins.h"

#include <string.h>

#include "engine/decision.h"
#include "engine/plan.h"
#include "engine/points.h"
#include "engine/search.h"
#include "engine/worth.h"

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
    const turn *t = decision_turn(p, pin->rule, TURN_ASSIGNED);
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
    all = all && decision_may_take(p, request->coupon_pins[i]);
  }
  return all;
}

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
    if (err || worth_compare(&plain_worth, &with_worth) <= 0) return err;
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

sp_err pins_search(pricing *p, choice *c) {
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
