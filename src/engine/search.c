#include "engine/search.h"

#include <string.h>

#include "engine/allot.h"
#include "engine/bound.h"
#include "engine/cups.h"
#include "engine/once_piece.h"
#include "engine/plan.h"
#include "engine/steady.h"
#include "engine/tail.h"
#include "engine/tree.h"
#include "engine/turn.h"
#include "engine/warm.h"

/* A frame of explore() costs stack; deeper carts are finished without further choices and not
 * called exact. */
#define DEPTH_MAX 192

/* So many decisions are tried one by one sooner than their bounds are found. */
#define FEW_MAX 12

/* ---- bounds ---- */

/* How many more rules the group can take anywhere. */
static int64_t group_room(const search *x, const pricing_state *s, uint32_t g) {
  const pricing *p = x->p;
  const sp_group *group = &p->book->groups[g];
  uint32_t first = p->group_slots[g];
  if (first == SP_NONE || group->max_per == SP_MAX_PER_line) return INT64_MAX;
  uint32_t slots = group->max_per == SP_MAX_PER_order ? 1 : p->shop_count;
  int64_t room = 0;
  for (uint32_t i = 0; i < slots; i++)
    room += group->max - s->counts[first + i];
  return room;
}

static bool group_is_full(const search *x, const pricing_state *s, uint32_t g) {
  return g != SP_NONE && group_room(x, s, g) == 0;
}

/* A once_line group gives each line once: what its free lines can still gain, at most. */
static int64_t once_group_bound(search *x, uint32_t from, uint32_t to, uint32_t once_group) {
  pricing *p = x->p;
  uint32_t first = x->group_first[once_group];
  while (first != SP_NONE && first < from)
    first = x->walks[first].next;
  if (first == SP_NONE || first >= to || !x->walks[first].group_bound_fen) return 0;
  const line_walk *w = &x->walks[first];
  const uint32_t *row = assigned_row(p, once_group);
  int64_t by_line = 0;
  for (uint32_t line = 0; line < p->request->line_count; line++) {
    if (row[line] == SP_NONE) by_line += w->line_bound_fen[line];
  }
  x->work += 1 + p->request->line_count / 8;
  return sp_min(by_line + w->beside_fen, w->group_bound_fen);
}

/* What the bounds ask: which turns, after which state. */
typedef struct {
  const pricing_state *s;
  uint32_t from;
  uint32_t taken_here;    /* coupons of turn `from` that are taken already */
  uint32_t without_group; /* a once_line group that is bounded apart, SP_NONE: none */
} outlook;

/* Whether the goods have lost too much for the turn. */
SP_IN_PLACE bool past_limit(const search *x, const outlook *o, uint32_t i) {
  const limit *l = &x->limits[i];
  bool done = l->after_item && o->from + (o->taken_here > 0) > x->p->order_stage_turn;
  int64_t lost = done ? o->s->levels_fen[0] - o->s->add_on_fen : o->s->cut_fen;
  return lost > l->most_fen;
}

/* What the turns in [from, to) but assigned ones can add: of each group the dearest that it still
 * takes, and nothing that is shut out by what was chosen. */
static int64_t bound_turns_to(search *x, const outlook *o, uint32_t to) {
  pricing *p = x->p;
  const pricing_state *s = o->s;
  int64_t rest = 0;
  x->work += 3 + (to - o->from) / 3;
  for (uint32_t g = 0; g < p->book->group_count; g++)
    x->group_left[g] = group_room(x, s, g);
  for (uint32_t k = 0; k < x->by_bound_count; k++) {
    uint32_t i = x->by_bound[k];
    if (i < o->from) continue;
    const turn *t = &p->turns[i];
    const sp_rule *rule = turn_rule(p, t);
    // Coupons that are solved together cut at the first of their turns.
    if (i >= to && t->cups == SP_NONE) continue;
    if (t->cups != SP_NONE && t->cups == x->cups_apart) continue;
    if ((s->order_excluded & rule->class_bits) || (s->order_classes & rule->exclude_order_bits) ||
        past_limit(x, o, i))
      continue;
    int64_t times = t->kind == TURN_COUPON ? x->now.usable_count[i] : 1;
    times = sp_min(times, t->uses_max);
    if (i == o->from) times = sp_max(0, times - o->taken_here);
    if (rule->group != SP_NONE) {
      times = sp_min(times, x->group_left[rule->group]);
      x->group_left[rule->group] -= times;
    }
    rest += t->bound_fen * times;
  }
  return rest;
}

static int64_t once_groups_bound(search *x, const outlook *o, uint32_t to, uint32_t without) {
  int64_t sum = 0;
  for (uint32_t g = 0; g < x->p->once_group_count; g++) {
    if (g != without) sum += once_group_bound(x, o->from, to, g);
  }
  return sum;
}

/* What can be added until each level is done, and in the end; by lines, apart from own_group. */
typedef struct {
  int64_t levels[SP_LEVEL_SUMS], lines_fen, gain_fen;
  bool free; /* the freight may be free by the table */
} gain_sums;

static gain_sums bound_rest(search *x, const outlook *o) {
  const pricing *p = x->p;
  gain_sums g;
  g.lines_fen = once_groups_bound(x, o, p->turn_count, o->without_group);
  g.gain_fen = bound_turns_to(x, o, p->turn_count);
  g.free = !past_limit(x, o, x->freight_turn);
  for (uint32_t l = 0; x->by_level && l < SP_LEVEL_SUMS; l++) {
    uint32_t to = p->level_turns[l];
    if (to <= o->from) continue;
    g.levels[l] = bound_turns_to(x, o, to) + once_groups_bound(x, o, to, o->without_group);
  }
  return g;
}

/* Freight at its cheapest, and the highest cut that keeps it so (INT64_MAX: any). Dearest: nothing
 * is free. */
static void bound_freight(search *x, const pricing_state *s, uint32_t from, int64_t *cheapest,
                          int64_t *dearest, int64_t *slack) {
  const pricing *p = x->p;
  const sp_freight_table *table = &p->book->freight;
  *cheapest = *dearest = 0;
  *slack = INT64_MAX;
  bool can_free = from <= x->last_free && x->last_free != SP_NONE;
  bool cuts_any = from <= x->last_cut && x->last_cut != SP_NONE;
  bool decided = from > x->freight_turn;
  uint32_t packages = 0;
  for (uint32_t g = 0; g < p->package_count; g++) {
    int64_t list = decided ? s->dues[g] : p->packages[g].freight_list_fen;
    *dearest += list;
    packages++;
    bool fixed = (p->never_free[g] && !cuts_any) ||
                 (!can_free && !table->has_free && !s->freed[g]) || (decided && !can_free);
    if (fixed) *cheapest += list;
    if (s->freed[g]) can_free = true;
  }
  bool cliff = !decided && !can_free && table->has_free && table->free_base >= SP_BASE_current;
  if (!cliff || (packages > 1 && !table->free_per_order)) return;
  *slack = x->goods_fen - s->cut_fen - table->free_gte_fen;
}

/* The best score that any decision below this node can reach. more: what lines can add besides. */
static int64_t bound_score(search *x, const pricing_state *s, uint32_t from, const gain_sums *g,
                           int64_t more) {
  const pricing *p = x->p;
  bool saving = p->book->policy.goal == SP_GOAL_largest_saving;
  int64_t base = s->cut_fen + s->goal_value_fen, best = INT64_MIN;
  int64_t cheapest = 0, dearest = 0, slack = INT64_MAX;
  if (saving) {
    base += s->freight_coupon_fen;
  } else {
    base += s->fees_cut_fen;
    bound_freight(x, s, from, &cheapest, &dearest, &slack);
  }
  int64_t gains = g->lines_fen + more + g->gain_fen;
  // Goods cut below the threshold lose the free freight; declared values are not goods, so this
  // is admissible only with all of `gains` on the paid side and the cut limited on the free side.
  int64_t free = slack == INT64_MAX ? gains : sp_min(gains, slack + p->value_bound_fen);
  if (slack != INT64_MAX || !g->free) best = base + gains - dearest;
  if (slack >= 0 && g->free) best = sp_max(best, base + free - cheapest);
  return best;
}

/* Whether nothing below this node is worth a look, or there is no budget for it. more: what can be
 * added besides the gains. */
static bool cut_off(search *x, const pricing_state *s, uint32_t from, const gain_sums *g,
                    int64_t more) {
  if (x->few) return false;
  int64_t bound = bound_score(x, s, from, g, more);
  if (x->by_level && x->found) {
    int64_t levels[SP_LEVEL_SUMS];
    for (uint32_t l = 0; l < SP_LEVEL_SUMS; l++) {
      bool done = x->p->level_turns[l] <= from;
      levels[l] = done ? s->levels_fen[l] : s->cut_fen + s->add_on_fen + g->levels[l] + more;
    }
    int order = tree_compare_levels(x, levels);
    if (order < 0) return true;
    if (order > 0) bound = INT64_MAX;
  }
  return tree_hopeless(x, bound, x->now.coupon_count, x->now.waste_fen) ||
         tree_out_of_budget(x, bound);
}

/* ---- the tree ---- */

static void explore(search *x, uint32_t depth, uint32_t turn_index, uint32_t taken_here);

/* The state of the next depth as a copy of this one; NULL when memory or depth ran out. */
static pricing_state *branch_state(search *x, uint32_t depth) {
  if (depth + 1 >= DEPTH_MAX) return NULL;
  if (depth + 1 == x->state_count && !tree_add_state(x)) {
    x->err = SP_E_MEMORY;
    return NULL;
  }
  plan_copy_state(x->p, x->states[depth + 1], x->states[depth]);
  return x->states[depth + 1];
}

/* Takes turn i once more and explores what follows. resume: the turn to go on with. */
static void take(search *x, uint32_t depth, uint32_t i, uint32_t resume, uint32_t taken_here) {
  const turn *t = &x->p->turns[i];
  pricing_state *next = branch_state(x, depth);
  if (!next) {
    x->exhausted = true;
    x->abandoned_score = INT64_MAX;
    return;
  }
  x->visited++;
  x->work += tree_application_work(t);
  if (!turn_apply(x->p, next, t, &x->o)) return;
  if (t->kind == TURN_ASSIGNED && !turn_serves_lines(x->p, t)) return;
  int64_t waste = t->kind == TURN_COUPON ? x->o.waste_fen : 0;
  x->now.taken[i]++;
  x->now.coupon_count += t->kind == TURN_COUPON;
  x->now.waste_fen += waste;
  explore(x, depth + 1, resume, taken_here);
  x->now.taken[i]--;
  x->now.coupon_count -= t->kind == TURN_COUPON;
  x->now.waste_fen -= waste;
}

static void assign_position(line_walk *w, uint32_t k, uint32_t *row, uint32_t rule) {
  for (uint32_t l = k; l < tree_position_end(w, k); l++)
    row[w->lines[l]] = rule;
}

/* Walks all non-empty sets of lines for an assigned turn, the most promising side of each line
 * first. A loop instead of a recursion: 200 lines must not cost stack. */
static void walk_lines(search *x, uint32_t depth, uint32_t i) {
  pricing *p = x->p;
  const turn *t = &p->turns[i];
  const pricing_state *s = x->states[depth];
  tree_prepare_walk(x, s, i);
  line_walk *w = &x->walks[i];
  uint32_t *row = assigned_row(p, t->once_group);
  // What the lines lose here counts for limits, too.
  gain_sums others = {0};
  if (!x->few) others = bound_rest(x, &(outlook){s, i, 1, t->once_group});
  int64_t gained = w->beside_fen;
  uint32_t taken = 0;
  while (!x->err) {
    uint32_t k = w->position;
    if (k == w->count) {
      if (taken) take(x, depth, i, i + 1, 0);
    } else if (w->tried[k] < 2) {
      bool first_side = w->mine[k] >= w->later[k];
      bool side = w->tried[k] == 0 ? first_side : !first_side;
      x->work += 3;
      w->tried[k]++;
      if (!((tree_line_options(x, t, w->lines[k]) >> side) & 1)) continue;
      // Lines that go together stay out only when the rule takes nothing at all.
      if (!side && taken && tree_position_end(w, k) == w->line_count && w->bundle) continue;
      int64_t gain = side ? w->mine[k] : w->later[k];
      int64_t below = sp_min(w->group_bound_fen, gained + gain + w->best_after[k + 1]);
      if (cut_off(x, s, i, &others, below)) continue;
      w->taken[k] = side;
      if (side) assign_position(w, k, row, t->rule);
      taken += side;
      gained += gain;
      w->position++;
      continue;
    }
    if (k < w->count) w->tried[k] = 0;
    if (k == 0) return;
    w->position = --k;
    if (w->taken[k]) assign_position(w, k, row, SP_NONE);
    taken -= w->taken[k];
    gained -= w->taken[k] ? w->mine[k] : w->later[k];
  }
}

/* Whether a choice may be left out: pinned lines and pinned coupons may not. */
static bool may_skip(const search *x, uint32_t i, uint32_t taken_here) {
  return !(x->forced && x->p->turns[i].kind == TURN_COUPON && taken_here < x->now.usable_count[i]);
}

static bool bounded_out(search *x, const pricing_state *s, uint32_t from, uint32_t taken_here) {
  if (x->few) return false;
  gain_sums g = bound_rest(x, &(outlook){s, from, taken_here, SP_NONE});
  return cut_off(x, s, from, &g, 0);
}

/* A choice among the coupons that are solved together, from that turn on. */
typedef struct {
  uint32_t depth, turn, picked;
  int64_t room;
  gain_sums others; /* what else can be added */
  cup_prices *prices;
} cup_walk;

/* Applies the coupons that are picked together and explores what follows. */
static void take_cups(search *x, const cup_walk *w) {
  pricing *p = x->p;
  const pricing_state *s = x->states[w->depth];
  const turn *t = &p->turns[w->turn];
  bool lawful = w->picked == 1 || cups_solve_priced(p, s, w->turn, x->now.usable_count,
                                                    x->now.taken, w->prices, &x->o);
  x->visited++;
  x->work += cups_work(p) + w->picked * tree_application_work(t);
  if (!lawful) return;
  pricing_state *next = branch_state(x, w->depth);
  if (!next) {
    x->exhausted = true;
    x->abandoned_score = INT64_MAX;
    return;
  }
  int64_t waste = x->now.waste_fen;
  for (uint32_t k = 0; k < w->picked && lawful; k++) {
    // One alone goes by its own choose.
    lawful = w->picked == 1 ? turn_apply(p, next, t, &x->o) : cups_take(p, next, k, &x->o);
    x->now.waste_fen += x->o.waste_fen;
  }
  if (lawful) explore(x, w->depth + 1, w->turn + 1, 0);
  x->now.waste_fen = waste;
}

static uint32_t most_of_turn(const search *x, uint32_t i) {
  return (uint32_t)sp_min(x->now.usable_count[i], x->p->turns[i].uses_max);
}

/* Whether nothing with those coupons, and any of turn k and later ones, is worth a look. gain_fen:
 * what they gain beyond prices. */
static bool cups_cut_off(search *x, const cup_walk *w, uint32_t k, int64_t gain_fen) {
  const cup_prices *prices = w->prices;
  int64_t most = w->picked;
  uint32_t needed = 0;
  x->work += 1 + (x->p->turn_count - k) / 8;
  for (; k < x->p->turn_count; k++) {
    if (x->p->turns[k].cups != x->p->turns[w->turn].cups) continue;
    uint32_t count = most_of_turn(x, k);
    most += count;
    if (prices->gain_fen[k] <= 0) continue;
    needed += count;
    gain_fen += prices->gain_fen[k] * count;
  }
  most = sp_min(most, w->room);
  int64_t bound = prices->base_fen + gain_fen + prices->each_fen * most;
  if (most < prices->priced) bound -= (prices->priced - most) * prices->least_fen;
  // To reach that bound takes all that gain something: where equal is not better they count.
  // Nor where the bound is flat: fewer coupons reach the same score.
  const pricing_state *s = x->states[w->depth];
  if (x->by_level || bound_score(x, s, w->turn, &w->others, bound) ==
                         bound_score(x, s, w->turn, &w->others, bound - 1))
    needed = 0;
  x->now.coupon_count += needed;
  bool hopeless = cut_off(x, x->states[w->depth], w->turn, &w->others, bound);
  x->now.coupon_count -= needed;
  return hopeless;
}

/* Every number of coupons of turn k, that of the best set first, with every number of the later
 * turns. */
static void pick_cups(search *x, cup_walk *w, uint32_t k, int64_t gain_fen) {
  pricing *p = x->p;
  while (k < p->turn_count && (p->turns[k].cups != p->turns[w->turn].cups || !most_of_turn(x, k)))
    k++;
  if (k == p->turn_count) {
    take_cups(x, w);
    return;
  }
  uint32_t most = most_of_turn(x, k), best = (uint32_t)sp_min(most, w->prices->count[k]);
  for (uint32_t n = 0; n <= most && !x->err; n++) {
    uint32_t count = n == 0 ? best : n <= best ? n - 1 : n;
    if ((k == w->turn && !count) || w->picked + count > w->room) continue;
    if (x->forced && count < x->now.usable_count[k]) continue;
    int64_t gain = gain_fen + count * w->prices->gain_fen[k];
    x->now.taken[k] = count;
    x->now.coupon_count += count;
    w->picked += count;
    if (!cups_cut_off(x, w, k + 1, gain)) pick_cups(x, w, k + 1, gain);
    w->picked -= count;
    x->now.coupon_count -= count;
    x->now.taken[k] = 0;
  }
}

/* All sets of coupons that are solved together at turn i and have one of that turn. */
static void walk_cups(search *x, uint32_t depth, uint32_t i) {
  pricing *p = x->p;
  const pricing_state *s = x->states[depth];
  uint32_t group = turn_rule(p, &p->turns[i])->group, apart = x->cups_apart;
  cup_walk w = {.depth = depth, .turn = i, .prices = &x->prices[p->turns[i].cups]};
  if (!w.prices->gain_fen) {
    w.prices->gain_fen = arena_array(p->arena, p->turn_count, sizeof(int64_t));
    w.prices->count = arena_array(p->arena, p->turn_count, sizeof(uint32_t));
  }
  if (!w.prices->gain_fen || !w.prices->count) {
    x->err = SP_E_MEMORY;
    return;
  }
  w.room = group == SP_NONE ? INT64_MAX : group_room(x, s, group);
  cups_price(p, s, i, x->now.usable_count, w.room, w.prices);
  x->work += cups_work(p);
  w.room = sp_min(w.room, w.prices->pieces);
  x->cups_apart = p->turns[i].cups;
  w.others = bound_rest(x, &(outlook){s, i, 0, SP_NONE});
  x->cups_apart = apart;
  pick_cups(x, &w, i, 0);
}

static void explore(search *x, uint32_t depth, uint32_t turn_index, uint32_t taken_here) {
  pricing *p = x->p;
  pricing_state *s = x->states[depth];
  for (uint32_t i = turn_index; i < p->turn_count; i++, taken_here = 0) {
    const turn *t = &p->turns[i];
    if (x->err) return;
    if (taken_here == 0) turn_begin(p, s, i);
    if (i == x->tail_from) {
      if (!bounded_out(x, s, i, 0)) tail_search(x, s);
      return;
    }
    if (turn_is_fixed(t)) {
      x->work += tree_application_work(t);
      if (!turn_apply_fixed(p, s, t, &x->o)) return;
      continue;
    }
    if (x->few && t->dead) continue;
    if (t->kind == TURN_COUPON && taken_here >= x->now.usable_count[i]) continue;
    if (tree_cups_begun(x, i)) continue;
    if (bounded_out(x, s, i, taken_here)) return;
    if (t->kind != TURN_ASSIGNED && group_is_full(x, s, turn_rule(p, t)->group)) {
      if (!may_skip(x, i, taken_here)) return;
      continue;
    }
    if (t->kind == TURN_ASSIGNED) {
      walk_lines(x, depth, i);
    } else if (t->kind == TURN_CHOSEN) {
      take(x, depth, i, i + 1, 0);
    } else if (t->cups != SP_NONE) {
      walk_cups(x, depth, i);
    } else {
      take(x, depth, i, i, taken_here + 1);
    }
    if (!may_skip(x, i, taken_here)) return;
  }
  if (!x->err) tree_leaf(x, s);
}

void tree_explore(search *x, uint32_t depth, uint32_t turn_index) {
  explore(x, depth, turn_index, 0);
}

/* ---- set-up ---- */

static sp_err allocate_walk(search *x, line_walk *w) {
  sp_arena *arena = x->p->arena;
  uint32_t n = x->p->request->line_count;
  w->lines = arena_array(arena, n, sizeof(uint32_t));
  w->spare = arena_array(arena, n, sizeof(uint32_t));
  w->tried = arena_alloc(arena, n);
  w->taken = arena_array(arena, n, sizeof(bool));
  w->mine = arena_array(arena, n, sizeof(int64_t));
  w->later = arena_array(arena, n, sizeof(int64_t));
  w->best_after = arena_array(arena, (size_t)n + 1, sizeof(int64_t));
  w->line_bound_fen = arena_array(arena, n, sizeof(int64_t));
  w->reaches = arena_array(arena, n, sizeof(bool));
  bool good = w->lines && w->spare && w->tried && w->taken && w->mine && w->later &&
              w->best_after && w->line_bound_fen && w->reaches;
  return good ? SP_OK : SP_E_MEMORY;
}

/* From the last turn to the first, so that each walk knows the best of what comes after it. */
static sp_err prepare_walks(search *x) {
  pricing *p = x->p;
  x->walks = arena_array(p->arena, p->turn_count, sizeof(line_walk));
  x->group_first = arena_array(p->arena, p->once_group_count, sizeof(uint32_t));
  if (!x->walks || !x->group_first) return SP_E_MEMORY;
  for (uint32_t g = 0; g < p->once_group_count; g++)
    x->group_first[g] = SP_NONE;
  for (uint32_t i = p->turn_count; i-- > 0;) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_ASSIGNED) continue;
    line_walk *w = &x->walks[i];
    if (allocate_walk(x, w)) return SP_E_MEMORY;
    w->next = x->group_first[t->once_group];
    x->group_first[t->once_group] = i;
    const line_walk *after = w->next == SP_NONE ? NULL : &x->walks[w->next];
    w->group_bound_fen = t->bound_fen + (after ? after->group_bound_fen : 0);
    w->beside_fen = t->beside_fen + (after ? after->beside_fen : 0);
    for (uint32_t line = 0; line < p->request->line_count; line++) {
      int64_t mine = t->bound_fen ? t->line_bound_fen[line] : 0;
      w->line_bound_fen[line] = sp_max(mine, after ? after->line_bound_fen[line] : 0);
      w->reaches[line] = after && after->reaches[line];
    }
    for (uint32_t k = 0; k < t->segment_count; k++)
      w->reaches[p->segments[t->segments[k]].line] = true;
  }
  return SP_OK;
}

/* The turns that bound_rest adds up, the dearest first. */
static void sort_by_bound(search *x) {
  const turn *turns = x->p->turns;
  for (uint32_t i = 0; i < x->p->turn_count; i++) {
    if (turns[i].bound_fen == 0 || turns[i].kind == TURN_ASSIGNED) continue;
    uint32_t at = x->by_bound_count++;
    for (; at > 0 && turns[x->by_bound[at - 1]].bound_fen < turns[i].bound_fen; at--)
      x->by_bound[at] = x->by_bound[at - 1];
    x->by_bound[at] = i;
  }
}

/* What the goods may lose before a turn can't hold any more: where it asks for a part of all goods
 * that only cuts take from. */
static limit limit_of(const search *x, uint32_t i) {
  const pricing *p = x->p;
  const turn *t = &p->turns[i];
  const sp_freight_table *table = &p->book->freight;
  limit found = {INT64_MAX, false};
  if (t->kind == TURN_FREIGHT) {
    bool frees = table->has_free && table->free_base == SP_BASE_after_item;
    bool whole = p->package_count == 1 || table->free_per_order;
    if (frees && whole && x->last_free == SP_NONE)
      found = (limit){x->goods_fen - table->free_gte_fen, true};
    return found;
  }
  if (!turn_is_rule(t) || t->segment_count != p->goods_count) return found;
  for (uint32_t k = 0; k < t->when.count; k += 1 + t->when.tests[k].inside) {
    const sp_test *test = &t->when.tests[k];
    bool cuts = test->base == SP_BASE_after_item || test->base == SP_BASE_current;
    if (test->kind != SP_TEST_amount || !cuts) continue;
    limit one = {x->goods_fen - test->gte, test->base == SP_BASE_after_item};
    if (one.most_fen < found.most_fen) found = one;
  }
  return found;
}

/* Whether every decision can be tried, where nobody is told how many were. */
static bool has_few(const search *x) {
  const pricing *p = x->p;
  uint32_t decisions = 1;
  if (!p->request->on_shelf || x->forced || x->some || p->line_pins || p->whole) return false;
  for (uint32_t i = 0; i < p->turn_count && decisions <= FEW_MAX; i++) {
    const turn *t = &p->turns[i];
    if (t->dead || turn_is_fixed(t)) continue;
    if (t->cups != SP_NONE || (t->kind == TURN_ASSIGNED && t->segment_count > 1)) return false;
    decisions *= 1 + (t->kind == TURN_COUPON ? t->coupon_count : 1);
  }
  return decisions <= FEW_MAX;
}

static sp_err prepare(search *x) {
  pricing *p = x->p;
  x->state_count = x->by_bound_count = 0;
  x->goods_fen = 0;
  // Read as far as they were made.
  x->states = arena_room(p->arena, DEPTH_MAX * sizeof(pricing_state *));
  x->group_left = arena_array(p->arena, p->book->group_count, sizeof(int64_t));
  x->by_bound = arena_array(p->arena, p->turn_count, sizeof(uint32_t));
  x->prices = arena_array(p->arena, p->book->group_count + 1, sizeof(cup_prices));
  x->cups_apart = SP_NONE;
  x->limits = arena_array(p->arena, p->turn_count, sizeof(limit));
  if (!x->states || !x->group_left || !x->by_bound || !x->prices || !x->limits) return SP_E_MEMORY;
  if (!tree_add_state(x)) return SP_E_MEMORY;
  sp_err err = candidate_new(p, x->allowed, &x->now);
  x->few = has_few(x);
  x->tail_from = p->turn_count;
  if (x->few) return err ? err : prepare_walks(x);
  if (!err) err = bound_turns(p);
  if (!err) err = steady_turns(p);
  if (!err) sort_by_bound(x);
  if (!err) err = prepare_walks(x);
  if (!err) err = tail_prepare(x);
  x->last_free = x->last_cut = SP_NONE;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].kind == TURN_FREIGHT) x->freight_turn = i;
    if (p->turns[i].can_free) x->last_free = i;
    if (p->turns[i].cuts_any_freight) x->last_cut = i;
  }
  for (uint32_t k = 0; k < p->goods_count; k++) {
    uint32_t i = p->all_segments[k];
    x->goods_fen += p->start_left[i] + p->segments[i].fixed_fen;
  }
  for (uint32_t i = 0; i < p->turn_count; i++)
    x->limits[i] = limit_of(x, i);
  x->work_max = SP_SEARCH_WORK_MAX;
  return err;
}

/* The decision that chooses nothing else is lawful unless pieces were given out badly, so the
 * search has something to beat. */
static void start_with_nothing(search *x) {
  pricing *p = x->p;
  const choice nothing = {x->no_rules, x->no_coupons};
  outcome ignored;
  if (x->forced || x->some || p->line_pins) return;
  if (price_turns(p, x->states[0], &nothing, 0, p->turn_count, &ignored))
    tree_leaf(x, x->states[0]);
  plan_reset_state(p, x->states[0]);
}

static bool has_choices(const pricing *p, uint32_t end) {
  for (uint32_t i = 0; i < end; i++) {
    if (!p->turns[i].dead && !turn_is_fixed(&p->turns[i])) return true;
  }
  return false;
}

sp_err search_start(search *x, pricing *p, const bool *allowed, search_coupons wanted) {
  *x = (search){.p = p,
                .allowed = allowed,
                .forced = wanted == SEARCH_ALL,
                .some = wanted == SEARCH_SOME,
                .by_level = p->book->policy.goal == SP_GOAL_best_per_level,
                .abandoned_score = INT64_MIN};
  x->no_rules = arena_array(p->arena, p->book->rule_count, sizeof(bool));
  x->no_coupons = arena_array(p->arena, p->request->coupon_count, sizeof(bool));
  if (!x->no_rules || !x->no_coupons) return SP_E_MEMORY;
  return candidate_new(p, allowed, &x->best);
}

sp_err search_run(search *x) {
  pricing *p = x->p;
  bool done = false;
  for (size_t i = 0; i < (size_t)p->once_group_count * p->request->line_count; i++)
    p->assigned[i] = SP_NONE;
  x->err = prepare(x);
  if (x->err) return x->err;
  if (!x->few && has_choices(p, p->turn_count)) start_with_nothing(x);
  // Its scores are those of one pricing, not to be compared with those of another.
  if (!p->whole && !x->few) x->err = allot_search(x, &done);
  if (!x->err && !done) explore(x, 0, 0, 0);
  if (!x->err && x->exhausted && has_choices(p, x->tail_from)) x->err = warm_up(x);
  return x->err;
}

sp_err search_most(search *x, bool *other_choices, int64_t *score) {
  sp_err err = prepare(x);
  if (err) return err;
  *other_choices = has_choices(x->p, x->p->turn_count);
  gain_sums g = bound_rest(x, &(outlook){x->states[0], 0, 0, SP_NONE});
  *score = bound_score(x, x->states[0], 0, &g, 0);
  return SP_OK;
}

void search_finish(const search *x, choice *best, search_result *out) {
  *out = (search_result){.found = x->found, .exact = !x->exhausted, .visited = x->visited};
  if (!x->found) return;
  // An equally good decision that was cut off might come first by the ties, so equal is not proven.
  if (!x->by_level && x->exhausted && x->abandoned_score < x->best_score) out->exact = true;
  bool unknown = x->by_level || x->abandoned_score == INT64_MAX;
  if (!out->exact) out->gap_fen = unknown ? -1 : x->abandoned_score - x->best_score;
  candidate_to_choice(x->p, &x->best, best);
}

sp_err search_best(pricing *p, const bool *allowed, search_coupons wanted, choice *best,
                   search_result *out) {
  search x;
  *out = (search_result){.found = wanted != SEARCH_SOME, .exact = true};
  if (p->whole) return once_piece_search(p, allowed, wanted, best, out);
  if (!has_choices(p, p->turn_count) && !p->line_pins) return SP_OK;
  sp_err err = search_start(&x, p, allowed, wanted);
  if (!err) err = search_run(&x);
  if (!err) search_finish(&x, best, out);
  return err;
}
