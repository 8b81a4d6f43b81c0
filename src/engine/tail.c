#include "engine/tail.h"

#include <string.h>

#include "engine/add_on.h"
#include "engine/ahead.h"
#include "engine/effect.h"
#include "engine/turn.h"
#include "engine/when.h"

/* Groups of rules with a maximum that the tail can count. */
#define GROUPS_MAX 4

/* Most states kept after a turn: first few, for a decision worth beating, then many. What is not
 * kept is abandoned like what the budget cuts off. */
#define WIDTH_FIRST 8
#define WIDTH_MAX   384

/* Counts of groups that are told apart in what is ahead, and steps of it for all of them. */
#define COUNTS_MAX 16
#define STEPS_MAX  8192
#define STEPS_FEW  8 /* of each, at least */
#define STEPS_MANY 64

/* A decision so far. */
typedef struct {
  int64_t left_fen, value_fen, waste_fen;
  int64_t due_fen;     /* freight still to pay that a rule can make free */
  int64_t saved_fen;   /* by freight coupons */
  int64_t bound_score; /* best score below */
  uint32_t coupon_count;
  uint32_t path;       /* how it came here: an index into the steps, SP_NONE: no choice yet */
  uint32_t taken_here; /* at the turn that is being decided */
  uint8_t counts[GROUPS_MAX];
  bool freed;
} node;

/* One choice of a decision, and the one before it. */
typedef struct {
  uint32_t turn, taken, before;
} step;

struct tail {
  goods whole;
  goods_sums sums;
  uint32_t group_count;
  uint32_t *group_of; /* per book group: its number here, SP_NONE: not counted */
  const sp_group *groups[GROUPS_MAX];
  bool has_chosen;
  /* What can be added from each turn on, for each count of groups (count_index). */
  ahead *ahead;
  ahead_step *spare;
  uint32_t ahead_count, ahead_most; /* lists for each turn; steps in each of them */
  uint32_t count_max[GROUPS_MAX], count_stride[GROUPS_MAX];
  /* Of this entry: */
  const pricing_state *entry;
  int64_t start_fen, freight_fen, fixed_freight_fen; /* left; freight if nothing is free */
  node *now, *next;
  uint32_t now_count, next_count, width;
  uint16_t *slots; /* index + 1 into next by what is left */
  uint32_t slot_count;
  step *steps;
  uint32_t step_count, step_max;
  int64_t dropped_score;
  uint32_t *taken; /* of a second decision that is compared */
};

/* ---- which turns ---- */

static bool freight_by_sums(const pricing *p) {
  const sp_freight_table *table = &p->book->freight;
  return !table->has_free || table->free_per_order || p->package_count <= 1;
}

/* A reward that counts nothing in the goal changes nothing that the search sees. */
static bool is_idle(const pricing *p, const turn *t) {
  if (t->dead) return true;
  return t->kind == TURN_AUTOMATIC && turn_rule(p, t)->stage == SP_STAGE_reward && !t->bound_fen;
}

static bool by_sums(const pricing *p, const turn *t) {
  if (t->kind == TURN_FREIGHT) return freight_by_sums(p);
  if (t->kind == TURN_COVER || t->kind == TURN_PIECES) return false;
  const sp_rule *rule = turn_rule(p, t);
  if (is_idle(p, t)) return true;
  // What is still to pay of freight is no sum of the goods.
  for (uint32_t i = 0; i < t->when.count; i++) {
    if (t->when.tests[i].base == SP_BASE_goods_and_freight) return false;
  }
  // A package of add-ons alone is freed by nobody.
  bool frees = t->can_free || rule->stage == SP_STAGE_freight;
  if (frees && p->goods_count < p->segment_count) return false;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (rule->gives[i].base == SP_BASE_goods_and_freight) return false;
  }
  return t->kind != TURN_ASSIGNED && t->segment_count == p->goods_count &&
         rule->applies_to_discounted && level_count(p, rule->level) == 1 &&
         turn_counts_once(p, rule->group) && gives_sums(p, rule);
}

/* ---- one turn on one node ---- */

static void pass_freight(const search *x, const struct tail *tl, node *n) {
  const pricing *p = x->p;
  const sp_freight_table *table = &p->book->freight;
  goods g = tl->whole;
  g.left_fen = n->left_fen;
  bool reached = table->has_free && measure_amount(p, &g, table->free_base) >= table->free_gte_fen;
  n->due_fen = 0;
  for (uint32_t i = 0; i < p->package_count; i++) {
    bool free = reached || n->freed || tl->entry->freed[i];
    if (!free && !p->never_free[i]) n->due_fen += p->packages[i].freight_list_fen;
  }
}

static uint8_t *count_of(const struct tail *tl, node *n, const sp_rule *rule) {
  uint32_t group = rule->group == SP_NONE ? SP_NONE : tl->group_of[rule->group];
  return group == SP_NONE ? NULL : &n->counts[group];
}

/* The same as turn_apply, by sums. */
static bool pass_rule(search *x, const struct tail *tl, const turn *t, node *n) {
  pricing *p = x->p;
  const sp_rule *rule = turn_rule(p, t);
  bool coupon = t->kind == TURN_COUPON, freight = rule->stage == SP_STAGE_freight;
  uint8_t *count = count_of(tl, n, rule);
  if (count && *count >= p->book->groups[rule->group].max) return false;
  if (coupon && freight && p->receipt->freight_state == SP_FREIGHT_STATE_unknown) return false;
  goods g = tl->whole;
  g.left_fen = n->left_fen;
  outcome o = {0};
  when_told ignored;
  if (!when_holds(p, rule, &g, &t->when, &ignored)) return false;
  if (!effect_apply(p, NULL, t->rule, &g, &g, NULL, &o)) return false;
  int64_t gain = freight ? n->due_fen : o.cut_fen;
  if (coupon && !o.benefit && gain < p->book->policy.coupon_min_gain_fen) return false;
  if (count) ++*count;
  n->left_fen -= o.cut_fen;
  if (!p->request->ignores_values || is_add_on_rule(rule)) n->value_fen += o.goal_value_fen;
  if (freight) {
    if (coupon) n->saved_fen += n->due_fen;
    n->due_fen = 0;
  } else {
    n->freed |= o.frees_freight;
  }
  if (coupon) {
    n->coupon_count++;
    n->waste_fen += o.waste_fen;
  }
  return true;
}

/* ---- bounds ---- */

static uint32_t count_index(const struct tail *tl, const uint8_t *counts) {
  uint32_t index = 0;
  for (uint32_t g = 0; g < tl->group_count; g++)
    index += (uint32_t)sp_min(counts[g], tl->count_max[g]) * tl->count_stride[g];
  return index;
}

/* The threshold on what is left that a turn needs, 0: none. */
static int64_t threshold_of(const turn *t, const sp_give *give) {
  int64_t gte = 0;
  for (uint32_t i = 0; i < t->when.count; i += 1 + t->when.tests[i].inside) {
    const sp_test *test = &t->when.tests[i];
    if (test->kind == SP_TEST_amount && test->base >= SP_BASE_current) gte = sp_max(gte, test->gte);
  }
  if (give->by != SP_BY_amount || give->base < SP_BASE_current) return gte;
  if (give->kind == SP_GIVE_tiers) gte = sp_max(gte, give->tiers[0].gte);
  if (give->kind == SP_GIVE_every) gte = sp_max(gte, give->step);
  return gte;
}

/* How the bounds see a turn; false: it can do nothing behind this entry. */
static bool look_ahead(search *x, const struct tail *tl, const node *entry, uint32_t i,
                       ahead_turn *out) {
  const turn *t = &x->p->turns[i];
  const sp_rule *rule = turn_rule(x->p, t);
  const sp_give *give = &rule->gives[0];
  *out = (ahead_turn){.gain_fen = t->bound_fen};
  if (rule->give_count > 1) return true;
  out->gte_fen = threshold_of(t, give);
  bool whole = give->kind == SP_GIVE_amount_off || give->kind == SP_GIVE_percent_off;
  if (!whole || when_has(&t->when, SP_TEST_BIT(not ))) return true;
  // More left never means a smaller cut, nor a threshold missed.
  node most = *entry;
  memset(most.counts, 0, sizeof most.counts);
  x->work += 2;
  if (!pass_rule(x, tl, t, &most)) return false;
  out->gain_fen = out->cut_fen = entry->left_fen - most.left_fen;
  if (give->kind == SP_GIVE_percent_off && give->base >= SP_BASE_current) {
    out->bp = give->bp;
    out->cut_fen = give->cap_fen >= 0 ? give->cap_fen : INT64_MAX;
  }
  return true;
}

/* What the turn can add, in front of what those behind it can. */
static void add_ahead(search *x, struct tail *tl, const node *entry, uint32_t i) {
  const pricing *p = x->p;
  const turn *t = &p->turns[i];
  ahead *before = tl->ahead + (size_t)(i - x->tail_from) * tl->ahead_count;
  const ahead *behind = before + tl->ahead_count;
  ahead_turn one;
  uint32_t times = t->kind == TURN_COUPON ? x->now.usable_count[i] : 1;
  times = (uint32_t)sp_min(times, t->uses_max);
  if (t->dead || !t->bound_fen || !look_ahead(x, tl, entry, i, &one)) times = 0;
  uint32_t group = turn_rule(p, t)->group;
  if (group != SP_NONE) group = tl->group_of[group];
  uint32_t stride = group == SP_NONE ? 0 : tl->count_stride[group];
  int64_t top = entry->left_fen + tl->sums.fixed_fen;
  for (uint32_t c = 0; c < tl->ahead_count; c++) {
    uint32_t room = times;
    if (stride)
      room = (uint32_t)sp_min(room, tl->count_max[group] - c / stride % (tl->count_max[group] + 1));
    ahead *out = &before[c];
    memcpy(out->steps, behind[c + room * stride].steps,
           behind[c + room * stride].count * sizeof *out->steps);
    out->count = behind[c + room * stride].count;
    for (uint32_t k = room; k-- > 0;) {
      ahead_take(&one, &behind[c + k * stride], out, top, tl->sums.fixed_fen, tl->ahead_most,
                 tl->spare, out);
      x->work += 1 + out->count / 2;
    }
  }
}

/* Freight that the table asks for where too little is left, if no turn of the tail can take it off.
 */
static void charge_ahead(const search *x, struct tail *tl, const node *entry, uint32_t i) {
  const pricing *p = x->p;
  const sp_freight_table *table = &p->book->freight;
  bool counts = i == x->freight_turn && p->book->policy.goal != SP_GOAL_largest_saving &&
                (x->last_free == SP_NONE || x->last_free < x->tail_from);
  int64_t gte = table->has_free ? table->free_gte_fen : INT64_MAX;
  if (table->has_free && table->free_base < SP_BASE_current) {
    goods g = tl->whole;
    g.left_fen = entry->left_fen;
    gte = measure_amount(p, &g, table->free_base) >= gte ? 0 : INT64_MAX;
  }
  ahead *before = tl->ahead + (size_t)(i - x->tail_from) * tl->ahead_count;
  for (uint32_t c = 0; c < tl->ahead_count; c++)
    ahead_charge(&before[c + tl->ahead_count], gte, counts ? tl->freight_fen : 0, tl->ahead_most,
                 tl->spare, &before[c]);
}

/* What can be added behind this entry, from each turn on. */
static void look_behind(search *x, struct tail *tl, const node *entry) {
  uint32_t turns = x->p->turn_count - x->tail_from;
  for (uint32_t c = 0; c < tl->ahead_count; c++) {
    ahead *last = &tl->ahead[turns * tl->ahead_count + c];
    last->steps[0] = (ahead_step){0, 0};
    last->count = 1;
  }
  for (uint32_t i = x->p->turn_count; i-- > x->tail_from;) {
    if (turn_is_rule(&x->p->turns[i])) {
      add_ahead(x, tl, entry, i);
    } else {
      charge_ahead(x, tl, entry, i);
    }
  }
}

static void bound_node(search *x, const struct tail *tl, node *n, uint32_t from) {
  const pricing *p = x->p;
  int64_t base = tl->entry->cut_fen + tl->start_fen - n->left_fen + n->value_fen;
  const ahead *rest =
      tl->ahead + (size_t)(from - x->tail_from) * tl->ahead_count + count_index(tl, n->counts);
  int64_t score = base + ahead_most(rest, n->left_fen + tl->sums.fixed_fen);
  if (p->book->policy.goal == SP_GOAL_largest_saving) {
    score += n->saved_fen;
  } else {
    bool can_free = x->last_free != SP_NONE && from <= x->last_free;
    score -= tl->fixed_freight_fen;
    if (from > x->freight_turn && !can_free) score -= n->due_fen;
  }
  n->bound_score = score;
}

/* ---- layers ---- */

static uint32_t *fill_taken(const search *x, const struct tail *tl, const node *n, uint32_t at,
                            uint32_t *taken) {
  memset(taken + x->tail_from, 0, (x->p->turn_count - x->tail_from) * sizeof *taken);
  if (at != SP_NONE) taken[at] = n->taken_here;
  for (uint32_t i = n->path; i != SP_NONE; i = tl->steps[i].before)
    taken[tl->steps[i].turn] = tl->steps[i].taken;
  return taken;
}

/* Two ways to the same state: < 0 when a comes first whatever follows, > 0 when b does, 0 when that
 * is open. What is added later is the same for both, and all lists compared here keep their order
 * under it; lists of chosen rules, where a prefix comes first, do not. */
static int compare_ways(search *x, const struct tail *tl, const node *a, const node *b,
                        uint32_t at) {
  if (a->value_fen != b->value_fen) return a->value_fen > b->value_fen ? -1 : 1;
  if (a->coupon_count != b->coupon_count) return a->coupon_count < b->coupon_count ? -1 : 1;
  if (a->waste_fen != b->waste_fen) return a->waste_fen < b->waste_fen ? -1 : 1;
  candidate one = x->now, two = x->now;
  one.taken = fill_taken(x, tl, a, at, x->now.taken);
  two.taken = fill_taken(x, tl, b, at, tl->taken);
  x->work += 8;
  int order = 0;
  bool same = true;
  for (uint32_t i = x->tail_from; tl->has_chosen && i < x->p->turn_count; i++) {
    same = same && (x->p->turns[i].kind != TURN_CHOSEN || one.taken[i] == two.taken[i]);
  }
  if (same) order = candidate_compare_coupons(x->p, &one, &two, true);
  if (same && !order) order = candidate_compare_coupons(x->p, &one, &two, false);
  fill_taken(x, tl, &(node){.path = SP_NONE}, SP_NONE, x->now.taken);
  return order;
}

static bool same_state(const node *a, const node *b) {
  return a->left_fen == b->left_fen && a->due_fen == b->due_fen && a->saved_fen == b->saved_fen &&
         a->freed == b->freed && !a->coupon_count == !b->coupon_count &&
         memcmp(a->counts, b->counts, GROUPS_MAX) == 0;
}

/* The levels are behind the entry, so they are the same for all nodes. */
static bool hopeless(const search *x, const struct tail *tl, const node *n) {
  if (x->found && tree_compare_levels(x, tl->entry->levels_fen) > 0) return false;
  return tree_hopeless(x, n->bound_score, n->coupon_count, n->waste_fen);
}

static uint32_t slot_of(const struct tail *tl, const node *n) {
  return ((uint32_t)n->left_fen * 2654435769u >> 16) & (tl->slot_count - 1);
}

static uint32_t next_slot(const struct tail *tl, uint32_t slot) {
  return (slot + 1) & (tl->slot_count - 1);
}

static void clear_slots(struct tail *tl) {
  words_zero((int64_t *)(void *)tl->slots, tl->slot_count * sizeof *tl->slots / sizeof(int64_t));
}

static void place_in_slot(struct tail *tl, uint32_t index) {
  uint32_t slot = slot_of(tl, &tl->next[index]);
  while (tl->slots[slot])
    slot = next_slot(tl, slot);
  tl->slots[slot] = (uint16_t)(index + 1);
}

/* Keeps the better half when twice the width has come together. */
static void thin_out(struct tail *tl) {
  while (tl->next_count > tl->width) {
    // Halving by the mean needs no order among them; equal ones are cut by their place.
    int64_t low = INT64_MAX, high = INT64_MIN, all = 0;
    for (uint32_t i = 0; i < tl->next_count; i++) {
      low = sp_min(low, tl->next[i].bound_score);
      high = sp_max(high, tl->next[i].bound_score);
      all += tl->next[i].bound_score;
    }
    int64_t least = sp_max(low + 1, all / tl->next_count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < tl->next_count; i++) {
      if (low < high ? tl->next[i].bound_score >= least : kept < tl->width) {
        tl->next[kept++] = tl->next[i];
      } else {
        tl->dropped_score = sp_max(tl->dropped_score, tl->next[i].bound_score);
      }
    }
    tl->next_count = kept;
  }
  clear_slots(tl);
  for (uint32_t i = 0; i < tl->next_count; i++)
    place_in_slot(tl, i);
}

/* One more node for the next layer, unless nothing below it can be the best. at: the turn that
 * made it. */
static void add_node(search *x, struct tail *tl, node *n, uint32_t at) {
  bound_node(x, tl, n, at + 1);
  x->work += 4;
  if (hopeless(x, tl, n)) return;
  uint32_t slot = slot_of(tl, n);
  for (; tl->slots[slot]; slot = next_slot(tl, slot)) {
    node *other = &tl->next[tl->slots[slot] - 1];
    if (!same_state(n, other)) continue;
    int order = compare_ways(x, tl, n, other, at);
    if (order < 0) *other = *n;
    if (order) return;
  }
  tl->next[tl->next_count] = *n;
  tl->slots[slot] = (uint16_t)++tl->next_count;
  if (tl->next_count == 2 * tl->width) thin_out(tl);
}

/* Turns the next layer into the current one; choices become steps. */
static void end_layer(struct tail *tl, uint32_t at) {
  if (tl->next_count > tl->width) thin_out(tl);
  for (uint32_t i = 0; i < tl->next_count; i++) {
    node *n = &tl->next[i];
    if (!n->taken_here) continue;
    SP_CHECK(tl->step_count < tl->step_max);
    tl->steps[tl->step_count] = (step){at, n->taken_here, n->path};
    n->path = tl->step_count++;
    n->taken_here = 0;
  }
  node *swap = tl->now;
  tl->now = tl->next;
  tl->next = swap;
  tl->now_count = tl->next_count;
}

/* Everything a node can do at a turn of choice: nothing, or one coupon after another. */
static void branch(search *x, struct tail *tl, uint32_t i, const node *from) {
  const turn *t = &x->p->turns[i];
  node n = *from;
  uint32_t most = t->kind == TURN_COUPON ? x->now.usable_count[i] : 1;
  most = (uint32_t)sp_min(most, t->uses_max);
  bool all = x->forced && t->kind == TURN_COUPON;
  if (!all || !most) add_node(x, tl, &n, i);
  while (n.taken_here < most) {
    x->visited++;
    x->work += 4;
    if (!pass_rule(x, tl, t, &n)) return;
    n.taken_here++;
    if (!all || n.taken_here == most) add_node(x, tl, &n, i);
  }
}

static void run_layers(search *x, struct tail *tl, const node *entry) {
  tl->dropped_score = INT64_MIN;
  tl->step_count = 0;
  tl->now[0] = *entry;
  tl->now_count = 1;
  for (uint32_t i = x->tail_from; i < x->p->turn_count && tl->now_count; i++) {
    const turn *t = &x->p->turns[i];
    bool chooses = t->kind == TURN_COUPON || t->kind == TURN_CHOSEN;
    if (turn_is_rule(t) && is_idle(x->p, t)) continue;
    if (chooses) {
      tl->next_count = 0;
      clear_slots(tl);
    }
    x->work += 4;
    for (uint32_t k = 0; k < tl->now_count; k++) {
      if (chooses) {
        branch(x, tl, i, &tl->now[k]);
      } else if (t->kind == TURN_FREIGHT) {
        pass_freight(x, tl, &tl->now[k]);
      } else {
        pass_rule(x, tl, t, &tl->now[k]);
      }
    }
    if (chooses) end_layer(tl, i);
  }
}

/* The decisions that came through, each a leaf of the tree. */
static void compare_leaves(search *x, struct tail *tl) {
  candidate *now = &x->now;
  uint32_t coupon_count = now->coupon_count;
  int64_t waste = now->waste_fen;
  for (uint32_t k = 0; k < tl->now_count; k++) {
    node *n = &tl->now[k];
    bound_node(x, tl, n, x->p->turn_count);
    if (hopeless(x, tl, n)) continue;
    fill_taken(x, tl, n, SP_NONE, now->taken);
    now->coupon_count = n->coupon_count;
    now->waste_fen = n->waste_fen;
    if (tree_has_coupons(x)) tree_decision(x, tl->entry->levels_fen, n->bound_score);
  }
  fill_taken(x, tl, &(node){.path = SP_NONE}, SP_NONE, now->taken);
  now->coupon_count = coupon_count;
  now->waste_fen = waste;
}

static void enter(search *x, struct tail *tl, const pricing_state *s, node *out) {
  pricing *p = x->p;
  bool saving = p->book->policy.goal == SP_GOAL_largest_saving;
  tl->entry = s;
  *out = (node){.path = SP_NONE,
                .waste_fen = x->now.waste_fen,
                .coupon_count = x->now.coupon_count,
                .value_fen = s->goal_value_fen + (saving ? 0 : s->fees_cut_fen),
                .saved_fen = s->freight_coupon_fen};
  tl->freight_fen = tl->fixed_freight_fen = 0;
  tl->start_fen = sum_of(s->left, p->all_segments, p->goods_count);
  tl->sums.after_item_fen = sum_of(p->after_item, p->all_segments, p->goods_count);
  out->left_fen = tl->start_fen;
  memcpy(tl->taken, x->now.taken, x->tail_from * sizeof *tl->taken);
  bool decided = x->tail_from > x->freight_turn;
  for (uint32_t g = 0; g < p->package_count; g++) {
    int64_t freight = decided ? s->dues[g] : p->packages[g].freight_list_fen;
    bool freeable = !p->never_free[g] && (decided || !s->freed[g]);
    if (p->never_free[g]) tl->fixed_freight_fen += freight;
    if (freeable) tl->freight_fen += freight;
  }
  out->due_fen = decided ? tl->freight_fen : 0;
  for (uint32_t g = 0; g < p->book->group_count; g++) {
    if (tl->group_of[g] != SP_NONE) out->counts[tl->group_of[g]] = s->counts[p->group_slots[g]];
  }
  x->work += 2 * p->segment_count;
}

void tail_try(search *x, const pricing_state *s) {
  struct tail *tl = x->tail;
  node entry;
  if (!candidate_meets_line_pins(x->p)) return;
  enter(x, tl, s, &entry);
  look_behind(x, tl, &entry);
  tl->width = WIDTH_FIRST;
  run_layers(x, tl, &entry);
  compare_leaves(x, tl);
}

void tail_search(search *x, const pricing_state *s) {
  struct tail *tl = x->tail;
  node entry;
  if (!candidate_meets_line_pins(x->p)) return;
  enter(x, tl, s, &entry);
  look_behind(x, tl, &entry);
  for (tl->width = WIDTH_FIRST;; tl->width = WIDTH_MAX) {
    run_layers(x, tl, &entry);
    compare_leaves(x, tl);
    // What was dropped may have become hopeless by what was found.
    if (tl->dropped_score == INT64_MIN) return;
    bool beaten = x->found && tree_compare_levels(x, s->levels_fen) <= 0;
    if (beaten && tl->dropped_score < x->best_score) return;
    if (tl->width == WIDTH_MAX || tree_out_of_budget(x, tl->dropped_score)) break;
  }
  x->exhausted = true;
  x->abandoned_score = sp_max(x->abandoned_score, tl->dropped_score);
}

/* ---- set-up ---- */

/* Numbers the group of a turn; false when the tail has as many as it can count. */
static bool number_group(struct tail *tl, const pricing *p, uint32_t group) {
  if (group == SP_NONE || p->group_slots[group] == SP_NONE) return true;
  if (tl->group_of[group] != SP_NONE) return true;
  if (tl->group_count == GROUPS_MAX) return false;
  tl->groups[tl->group_count] = &p->book->groups[group];
  tl->group_of[group] = tl->group_count++;
  return true;
}

/* From the last turn backwards, while everything goes by sums. */
static uint32_t find_tail(const search *x, struct tail *tl) {
  const pricing *p = x->p;
  uint32_t from = p->turn_count;
  // A tail has one sum, so it begins where no level is still to come.
  uint32_t first = p->level_turns[x->by_level ? SP_LEVEL_SUMS - 1 : 0];
  while (from > first && !p->has_exclusions && !p->gifts_meet) {
    const turn *t = &p->turns[from - 1];
    if (!by_sums(p, t)) break;
    if (turn_is_rule(t)) {
      if (!number_group(tl, p, turn_rule(p, t)->group)) break;
      tl->has_chosen |= t->kind == TURN_CHOSEN;
    }
    from--;
  }
  return from;
}

/* How many states there can be after a turn, at most 2 * WIDTH_MAX: of a group that takes one rule,
 * one more than it has coupons. */
static uint32_t states_max(const search *x, const struct tail *tl, uint32_t from) {
  const pricing *p = x->p;
  uint64_t states = 1, of_group[GROUPS_MAX] = {0};
  for (uint32_t i = from; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_COUPON && t->kind != TURN_CHOSEN) continue;
    uint32_t most = t->kind == TURN_COUPON ? x->now.usable_count[i] : 1;
    uint32_t group = turn_rule(p, t)->group;
    if (group != SP_NONE) group = tl->group_of[group];
    if (group != SP_NONE && tl->groups[group]->max == 1) {
      of_group[group] += most;
    } else {
      states *= most + 1;
    }
    if (states > 2 * WIDTH_MAX) return 2 * WIDTH_MAX;
  }
  for (uint32_t g = 0; g < GROUPS_MAX && states <= 2 * WIDTH_MAX; g++)
    states *= of_group[g] + 1;
  return states > 2 * WIDTH_MAX ? 2 * WIDTH_MAX : (uint32_t)states;
}

/* Counts of as many groups as there is room for; the others are as if they had no maximum. */
static sp_err allocate_ahead(search *x, struct tail *tl) {
  sp_arena *arena = x->p->arena;
  uint32_t turns = x->p->turn_count - x->tail_from + 1;
  tl->ahead_count = 1;
  for (uint32_t g = 0; g < tl->group_count; g++) {
    int64_t counts = tl->ahead_count * ((int64_t)tl->groups[g]->max + 1);
    bool fits = counts <= COUNTS_MAX && counts * turns <= STEPS_MAX / STEPS_FEW;
    tl->count_max[g] = fits ? (uint32_t)tl->groups[g]->max : 0;
    tl->count_stride[g] = fits ? tl->ahead_count : 0;
    if (fits) tl->ahead_count = (uint32_t)counts;
  }
  uint32_t lists = turns * tl->ahead_count;
  tl->ahead_most = (uint32_t)sp_max(STEPS_FEW, sp_min(STEPS_MANY, STEPS_MAX / lists));
  // Lists are read as far as they were written.
  tl->ahead = arena_room(arena, lists * sizeof *tl->ahead);
  tl->spare = arena_room(arena, AHEAD_SPARE(tl->ahead_most) * sizeof(ahead_step));
  ahead_step *steps = arena_room(arena, (size_t)lists * tl->ahead_most * sizeof *steps);
  if (!tl->ahead || !tl->spare || !steps) return SP_E_MEMORY;
  for (uint32_t k = 0; k < lists; k++)
    tl->ahead[k].steps = steps + (size_t)k * tl->ahead_most;
  return SP_OK;
}

static sp_err allocate_layers(search *x, struct tail *tl, uint32_t choices) {
  sp_arena *arena = x->p->arena;
  uint32_t states = states_max(x, tl, x->tail_from);
  tl->step_max = choices * (states < WIDTH_MAX ? states : WIDTH_MAX);
  tl->slot_count = 4;
  while (tl->slot_count < 2 * states)
    tl->slot_count *= 2;
  // Every layer writes its nodes and clears its slots, every way to a node writes `taken`.
  tl->now = arena_room(arena, states * sizeof(node));
  tl->next = arena_room(arena, states * sizeof(node));
  tl->slots = arena_room(arena, tl->slot_count * sizeof *tl->slots);
  tl->steps = arena_room(arena, tl->step_max * sizeof(step));
  tl->taken = arena_room(arena, x->p->turn_count * sizeof(uint32_t));
  return tl->now && tl->next && tl->slots && tl->steps && tl->taken ? SP_OK : SP_E_MEMORY;
}

sp_err tail_prepare(search *x) {
  pricing *p = x->p;
  struct tail *tl = x->tail = arena_alloc(p->arena, sizeof(struct tail));
  x->tail_from = p->turn_count;
  if (!tl) return SP_E_MEMORY;
  tl->group_of = arena_room(p->arena, p->book->group_count * sizeof(uint32_t));
  if (!tl->group_of) return SP_E_MEMORY;
  for (uint32_t g = 0; g < p->book->group_count; g++)
    tl->group_of[g] = SP_NONE;
  uint32_t from = find_tail(x, tl), choices = 0;
  for (uint32_t i = from; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    choices += t->kind == TURN_COUPON || t->kind == TURN_CHOSEN;
  }
  // Without a choice the turns themselves are as quick.
  if (!choices) return SP_OK;
  x->tail_from = from;
  tl->whole = (goods){p->all_segments, p->goods_count, 0, NULL, NULL};
  measure_sums(p, &tl->whole, &tl->sums);
  tl->whole.sums = &tl->sums;
  sp_err err = allocate_ahead(x, tl);
  return err ? err : allocate_layers(x, tl, choices);
}
