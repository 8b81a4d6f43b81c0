#include "engine/tree.h"

#include <string.h>

#include "engine/plan.h"
#include "engine/turn.h"

bool tree_hopeless(const search *x, int64_t bound, uint32_t coupon_count, int64_t waste_fen) {
  if (!x->found) return false;
  if (bound != x->best_score) return bound < x->best_score;
  if (coupon_count != x->best.coupon_count) return coupon_count > x->best.coupon_count;
  return waste_fen > x->best.waste_fen;
}

bool tree_out_of_budget(search *x, int64_t bound) {
  uint32_t budget = x->found ? x->work_max : 4 * SP_SEARCH_WORK_MAX;
  if (x->work < budget) return false;
  x->exhausted = true;
  x->abandoned_score = sp_max(x->abandoned_score, bound);
  return true;
}

void tree_leaf(search *x, const pricing_state *s) {
  x->work += 4;
  if (!tree_has_coupons(x) || !candidate_meets_line_pins(x->p)) return;
  tree_decision(x, s->levels_fen, price_score(x->p, s));
}

int tree_compare_levels(const search *x, const int64_t *levels) {
  for (uint32_t l = 0; x->by_level && l < SP_LEVEL_SUMS; l++)
    if (levels[l] != x->best_levels[l]) return levels[l] > x->best_levels[l] ? 1 : -1;
  return 0;
}

bool tree_cups_begun(const search *x, uint32_t i) {
  const turn *turns = x->p->turns;
  for (uint32_t k = 0; k < i && turns[i].cups != SP_NONE; k++)
    if (turns[k].cups == turns[i].cups && x->now.taken[k]) return true;
  return false;
}

bool tree_has_coupons(const search *x) {
  if (x->some && !x->now.coupon_count) return false;
  return !x->forced || candidate_takes_all(x->p, &x->now);
}

void tree_decision(search *x, const int64_t *levels, int64_t score) {
  x->pass_score = sp_max(x->pass_score, score);
  int order = x->found ? tree_compare_levels(x, levels) : 1;
  if (!order) order = score > x->best_score ? 1 : score < x->best_score ? -1 : 0;
  if (!order) order = -candidate_compare(x->p, &x->now, &x->best);
  if (order <= 0) return;
  x->found = true;
  x->improved++;
  memcpy(x->best_levels, levels, sizeof x->best_levels);
  x->best_score = score;
  candidate_copy(x->p, &x->best, &x->now);
}

bool tree_add_state(search *x) {
  pricing_state *state = arena_alloc(x->p->arena, sizeof(pricing_state));
  if (!state || plan_new_state(x->p, state)) return false;
  x->states[x->state_count++] = state;
  return true;
}

uint32_t tree_application_work(const turn *t) {
  return t->dead ? 0 : 8 + 2 * t->segment_count;
}

uint32_t tree_line_options(const search *x, const turn *t, uint32_t line) {
  const pricing *p = x->p;
  if (!p->line_pins) return 3;
  uint32_t pin = p->line_pins[(size_t)t->once_group * p->request->line_count + line];
  if (pin == SP_PIN_FREE) return 3;
  return pin == t->rule ? 2 : 1;
}

/* Moves the lines that only this turn can still take to the end, as one position. */
static void bundle_lines(const search *x, const turn *t, line_walk *w) {
  const bool *later = w->next == SP_NONE ? NULL : x->walks[w->next].reaches;
  uint32_t kept = 0, bundled = 0;
  for (uint32_t k = 0; k < w->line_count; k++) {
    uint32_t line = w->lines[k];
    bool alone = t->bundles && !(later && later[line]) && tree_line_options(x, t, line) == 3;
    if (alone) {
      w->spare[bundled++] = line;
    } else {
      w->lines[kept++] = line;
    }
  }
  memcpy(w->lines + kept, w->spare, bundled * sizeof *w->spare);
  w->bundle = bundled > 0;
  w->count = kept + w->bundle;
}

uint32_t tree_position_end(const line_walk *w, uint32_t k) {
  return w->bundle && k == w->count - 1 ? w->line_count : k + 1;
}

void tree_prepare_walk(search *x, const pricing_state *s, uint32_t i) {
  pricing *p = x->p;
  const turn *t = &p->turns[i];
  line_walk *w = &x->walks[i];
  w->line_count = turn_free_lines(p, s, t, w->lines);
  x->work += 4 + t->segment_count / 4 + p->request->line_count / 4;
  w->position = 0;
  bundle_lines(x, t, w);
  // Lines this turn can't take may still gain at a later one.
  const uint32_t *row = assigned_row(p, t->once_group);
  const int64_t *later = w->next == SP_NONE ? NULL : x->walks[w->next].line_bound_fen;
  int64_t outside = 0;
  for (uint32_t line = 0; later && line < p->request->line_count; line++) {
    if (row[line] == SP_NONE) outside += later[line];
  }
  for (uint32_t k = 0; k < w->count; k++) {
    w->tried[k] = 0;
    w->mine[k] = w->later[k] = 0;
    for (uint32_t l = k; l < tree_position_end(w, k); l++) {
      if (t->bound_fen) w->mine[k] += t->line_bound_fen[w->lines[l]];
      if (later) w->later[k] += later[w->lines[l]];
    }
    outside -= w->later[k];
  }
  w->best_after[w->count] = outside;
  for (uint32_t k = w->count; k-- > 0;) {
    w->best_after[k] = w->best_after[k + 1] + sp_max(w->mine[k], w->later[k]);
  }
}
