#include "engine/warm.h"

#include <string.h>

#include "engine/plan.h"
#include "engine/tail.h"
#include "engine/turn.h"

/* Work of the passes together, counted like the search's; most of what they find comes early. */
#define WARM_MAX (SP_SEARCH_WORK_MAX / 4)

/* How much more a turn promises that is forced. */
#define FORCED_TIMES 2

/* What a turn is expected to do, from what it would do alone: never a bound, only an order. */
typedef uint8_t leaning;
enum { BY_HINT, BARRED, FORCED };

typedef struct {
  leaning *turns; /* per turn */
  leaning *lines; /* per turn and line, assigned turns only */
  int64_t score;  /* what they lead to */
} leanings;

/* Probes every choice alone, on the prices after the unit stage. */
static void probe_alone(search *x) {
  pricing *p = x->p;
  const pricing_state *s = x->states[0];
  memcpy(p->after_item, s->left, p->segment_count * sizeof *s->left);
  for (uint32_t i = p->turn_count; i-- > 0;) {
    const turn *t = &p->turns[i];
    if (turn_is_fixed(t)) continue;
    x->work += tree_application_work(t);
    bool applied = turn_probe(p, s, t, &x->o);
    int64_t value = x->o.goal_value_fen;
    // Freight is not known yet; a coupon that may take it all is worth a try.
    x->hint_fen[i] = applied ? x->o.cut_fen + value : t->can_free ? 1 : 0;
    if (t->kind != TURN_ASSIGNED) continue;
    line_walk *w = &x->walks[i];
    for (uint32_t k = 0; applied && k < p->eligible_count; k++) {
      if (p->served[k]) w->hint_fen[p->segments[p->eligible[k]].line] += p->cut[k] + value;
    }
  }
}

/* What a line promises at turn i in this pass: a turn that is forced goes before others, which may
 * need all their lines for a threshold. */
static int64_t promise(const search *x, const leanings *lean, uint32_t i, uint32_t line) {
  if (lean->turns[i] == BARRED) return 0;
  return x->walks[i].hint_fen[line] * (lean->turns[i] == FORCED ? FORCED_TIMES : 1);
}

static void prepare_promises(search *x, const leanings *lean) {
  const pricing *p = x->p;
  for (uint32_t i = p->turn_count; i-- > 0;) {
    if (p->turns[i].kind != TURN_ASSIGNED) continue;
    line_walk *w = &x->walks[i];
    const line_walk *after = w->next == SP_NONE ? NULL : &x->walks[w->next];
    for (uint32_t line = 0; line < p->request->line_count; line++)
      w->hint_best_fen[line] =
          sp_max(promise(x, lean, i, line), after ? after->hint_best_fen[line] : 0);
  }
}

/* What each coupon from a turn on would do now that the item stage is done, on freight once that is
 * known: thresholds that it missed promise nothing any more. */
static void probe_coupons(search *x, uint32_t from) {
  pricing *p = x->p;
  for (uint32_t i = from; i < x->tail_from; i++) {
    const turn *t = &p->turns[i];
    bool freight = turn_is_rule(t) && turn_rule(p, t)->stage == SP_STAGE_freight;
    if (t->kind != TURN_COUPON || freight != (from > x->freight_turn)) continue;
    x->work += tree_application_work(t);
    bool applied = turn_probe(p, x->states[0], t, &x->o);
    x->hint_fen[i] = applied ? x->o.cut_fen + x->o.goal_value_fen : 0;
  }
}

/* Whether so many later turns of its group promise more that nothing is left for this one. */
static bool others_promise_more(const search *x, uint32_t i) {
  const pricing *p = x->p;
  uint32_t group = turn_rule(p, &p->turns[i])->group;
  if (group == SP_NONE || p->group_slots[group] == SP_NONE) return false;
  int64_t better = 0;
  for (uint32_t j = i + 1; j < p->turn_count; j++) {
    const turn *t = &p->turns[j];
    if (t->kind != TURN_CHOSEN && t->kind != TURN_COUPON) continue;
    if (turn_rule(p, t)->group != group || x->hint_fen[j] <= x->hint_fen[i]) continue;
    better += t->kind == TURN_COUPON ? x->now.usable_count[j] : 1;
  }
  return better >= p->book->groups[group].max;
}

/* Which side of a line looks better: this turn, or the group's later ones. */
static bool mine_first(const search *x, const turn *t, const line_walk *w, uint32_t line,
                       int64_t mine) {
  const line_walk *after = w->next == SP_NONE ? NULL : &x->walks[w->next];
  int64_t later = after ? after->hint_best_fen[line] : 0;
  if (mine != later) return mine > later;
  return (t->bound_fen ? t->line_bound_fen[line] : 0) >= (after ? after->line_bound_fen[line] : 0);
}

/* Gives the turn its lines and applies it: those that gain most here, or (take_all) every free one,
 * for a threshold that needs them all. Lines that no applied level group serves are given back. */
static bool dive_lines(search *x, uint32_t i, const leanings *lean, bool take_all) {
  pricing *p = x->p;
  const turn *t = &p->turns[i];
  pricing_state *s = x->states[0], *spare = x->states[1];
  line_walk *w = &x->walks[i];
  w->line_count = turn_free_lines(p, s, t, w->lines);
  x->work += t->segment_count;
  const leaning *lines = lean->lines + (size_t)i * p->request->line_count;
  uint32_t *row = assigned_row(p, t->once_group);
  uint32_t wanted = 0;
  for (uint32_t l = 0; l < w->line_count; l++) {
    uint32_t line = w->lines[l], options = tree_line_options(x, t, line);
    bool mine =
        lines[line] == FORCED || take_all || mine_first(x, t, w, line, promise(x, lean, i, line));
    if (options == 1 || (options == 3 && (lines[line] == BARRED || !mine))) continue;
    row[line] = t->rule;
    wanted++;
  }
  for (uint32_t tries = 0; wanted && tries < 2; tries++) {
    plan_copy_state(p, spare, s);
    x->work += tree_application_work(t);
    if (!turn_apply(p, spare, t, &x->o)) break;
    if (turn_serves_lines(p, t)) {
      plan_copy_state(p, s, spare);
      return true;
    }
    for (uint32_t k = 0; k < p->eligible_count; k++) {
      if (!p->served[k]) row[p->segments[p->eligible[k]].line] = SP_NONE;
    }
  }
  for (uint32_t l = 0; l < w->line_count; l++) {
    if (row[w->lines[l]] == t->rule) row[w->lines[l]] = SP_NONE;
  }
  return false;
}

/* Whether the lines that are free promise more here, all of them, than at later turns. */
static bool promises_more(const search *x, const leanings *lean, uint32_t i) {
  const line_walk *w = &x->walks[i], *after = w->next == SP_NONE ? NULL : &x->walks[w->next];
  int64_t more = 0;
  for (uint32_t l = 0; l < w->line_count; l++)
    more += promise(x, lean, i, w->lines[l]) - (after ? after->hint_best_fen[w->lines[l]] : 0);
  return more >= 0;
}

/* Back to the start: nothing chosen. */
static void begin_again(search *x) {
  pricing *p = x->p;
  memset(x->now.taken, 0, p->turn_count * sizeof *x->now.taken);
  x->now.coupon_count = 0;
  x->now.waste_fen = 0;
  for (size_t c = 0; c < (size_t)p->once_group_count * p->request->line_count; c++)
    p->assigned[c] = SP_NONE;
  plan_reset_state(p, x->states[0]);
}

/* One pass that takes at each turn what promises most. */
static void dive(search *x, const leanings *lean) {
  pricing *p = x->p;
  pricing_state *s = x->states[0];
  begin_again(x);
  prepare_promises(x, lean);
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    turn_begin(p, s, i);
    if (i == x->tail_from) {
      tail_try(x, s);
      return;
    }
    if (i == p->order_stage_turn || i == x->freight_turn + 1) probe_coupons(x, i);
    if (turn_is_fixed(t)) {
      x->work += tree_application_work(t);
      if (!turn_apply_fixed(p, s, t, &x->o)) return;
      continue;
    }
    if (lean->turns[i] == BARRED) continue;
    if (t->kind == TURN_ASSIGNED) {
      x->now.taken[i] = dive_lines(x, i, lean, false) ||
                        (promises_more(x, lean, i) && dive_lines(x, i, lean, true));
      continue;
    }
    if (lean->turns[i] == BY_HINT && !x->forced && others_promise_more(x, i)) continue;
    // Of coupons that are solved together one is a start.
    uint32_t most = t->kind == TURN_COUPON ? x->now.usable_count[i] : 1;
    if (t->cups != SP_NONE) most = most && !tree_cups_begun(x, i);
    while (x->now.taken[i] < most) {
      x->work += tree_application_work(t);
      if (!turn_apply(p, s, t, &x->o)) break;
      x->now.taken[i]++;
      x->now.coupon_count += t->kind == TURN_COUPON;
      if (t->kind == TURN_COUPON) x->now.waste_fen += x->o.waste_fen;
    }
  }
  x->visited++;
  tree_leaf(x, s);
}

/* One more pass; false: it leads to nothing better than the last that did. */
static bool climb(search *x, leanings *lean) {
  x->pass_score = INT64_MIN;
  dive(x, lean);
  if (x->pass_score <= lean->score) return false;
  lean->score = x->pass_score;
  return true;
}

/* Changes one leaning and changes it back unless that leads to something better. */
static bool try_leaning(search *x, leaning *one, leanings *lean) {
  leaning before = *one;
  for (leaning other = BY_HINT; other <= FORCED; other++) {
    *one = other;
    if (other != before && climb(x, lean)) return true;
  }
  *one = before;
  return false;
}

/* What the passes change: whole promotions first, which move most, then their lines, then other
 * choices, which find their place by themselves more often than not. */
typedef enum { PROMOTIONS, LINES, OTHERS, PHASES } phase;

/* True when something better was found. */
static bool try_phase(search *x, leanings *lean, phase now, uint32_t end) {
  const pricing *p = x->p;
  uint32_t lines = now == LINES ? p->request->line_count : 1;
  bool better = false;
  for (uint32_t i = 0; i < x->tail_from; i++) {
    const turn *t = &p->turns[i];
    if (turn_is_fixed(t) || !x->hint_fen[i] || (t->kind == TURN_ASSIGNED) == (now == OTHERS))
      continue;
    for (uint32_t l = 0; l < lines && x->work < end; l++) {
      if (now == LINES && !x->walks[i].hint_fen[l]) continue;
      leaning *one = now == LINES ? &lean->lines[(size_t)i * lines + l] : &lean->turns[i];
      better |= try_leaning(x, one, lean);
    }
  }
  return better;
}

static bool allocate_hints(search *x, leanings *lean) {
  pricing *p = x->p;
  uint32_t lines = p->request->line_count;
  lean->turns = arena_array(p->arena, p->turn_count, sizeof(leaning));
  lean->lines = arena_array(p->arena, (size_t)p->turn_count * lines, sizeof(leaning));
  x->hint_fen = arena_array(p->arena, p->turn_count, sizeof(int64_t));
  bool good = lean->turns && lean->lines && x->hint_fen;
  for (uint32_t i = 0; good && i < p->turn_count; i++) {
    if (p->turns[i].kind != TURN_ASSIGNED) continue;
    line_walk *w = &x->walks[i];
    w->hint_fen = arena_array(p->arena, lines, sizeof(int64_t));
    w->hint_best_fen = arena_array(p->arena, lines, sizeof(int64_t));
    good = w->hint_fen && w->hint_best_fen;
  }
  while (good && x->state_count < 2)
    good = tree_add_state(x);
  return good;
}

sp_err warm_up(search *x) {
  leanings lean = {.score = INT64_MIN};
  if (!allocate_hints(x, &lean)) return SP_E_MEMORY;
  begin_again(x);
  probe_alone(x);
  climb(x, &lean);
  uint32_t end = x->work + WARM_MAX;
  for (phase now = PROMOTIONS; now < PHASES && x->work < end;)
    now = try_phase(x, &lean, now, end) ? PROMOTIONS : now + 1;
  begin_again(x);
  return SP_OK;
}
