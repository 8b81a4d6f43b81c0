#include "engine/lines.h"

#include <string.h>

#include "base/sort.h"

/* Which level each rule has in the end, in all ways that are looked at. */
#define PLANS_MAX 2048

/* The same before any is ruled out: of more the budget would see too few. */
#define LEVELS_MAX 4096

/* Bounds that are kept at once; carts that need more are left to others. */
#define KEPT_MAX 32768

/* Steps of a plan in the first pass over them, and how many times more in the next one. */
#define STEPS_FIRST 1000
#define STEPS_MORE  6

/* Where the n-th pieces of all rules stand, together. */
#define STATES_MAX 8

/* What can't be. */
#define NEVER (INT64_MIN / 4)

/* Prices stay below this over all weights together, so that no sum of them passes 64 bits. */
#define PRICED_MAX (1ll << 56)

/* Cuts are counted in ten-thousandths of a fen until a rule rounds. */
#define ONE 10000

typedef struct {
  uint8_t level[LINES_RULES_MAX]; /* 0: the rule does not act */
  uint32_t rules;                 /* bits of those that do */
  int64_t bound;
  bool done;
} plan;

struct line_work {
  plan *plans;
  uint32_t *order, plan_count;
  int64_t listed_low; /* the lowest sum that the plans are listed for */
  int64_t rest, value[LINES_RULES_MAX][SP_TIERS_MAX + 1]; /* per level, at the root's prices */
  uint8_t first[LINES_RULES_MAX];                         /* the levels that are worth most */
  int64_t rate_bp[LINES_RULES_MAX];                       /* on average, at most */
  int64_t weight_sum[LINES_RULES_MAX], root_price[LINES_RULES_MAX];
  uint32_t off_rules; /* bits of those that cut by rates */
  uint32_t states;
  int64_t *off;                             /* per rule, place and state: what the place loses */
  uint8_t *next;                            /* and the state after it */
  // Of a plan:
  uint32_t used;
  int64_t need[LINES_RULES_MAX], beyond[LINES_RULES_MAX], gain;
  int64_t price[LINES_RULES_MAX]; /* of what lacks to a threshold */
  int64_t *most; /* per set of rules that lack something, state and place: from there on */
  bool known[1 << LINES_RULES_MAX];
  int64_t *room;                /* the same: what is there for all of them */
  int64_t *reach;               /* per rule and place: weights from there on */
  int64_t *worths;              /* per place and way: at the plan's start, nobody's is 0 */
  // Of a walk:
  int64_t sum[LINES_RULES_MAX], cut[LINES_RULES_MAX], cut_sum;
  int64_t bound; /* where may_lead() was asked last */
  uint32_t open, state;
  uint16_t *tried; /* per place */
   uint32_t *open_before, *state_before;
  int64_t *cut_here;
  uint32_t steps_left;
  struct {
    int64_t density, weight;
  } * offers; /* scratch */
};

static size_t off_index(const lines *l, uint32_t r, uint32_t place, uint32_t state) {
  return ((size_t)r * l->count + place) * l->work->states + state;
}

static bool in_ranges(const lines *l, int64_t low, int64_t high) {
  for (uint32_t k = 0; k < l->range_count; k++) {
    if (l->ranges[k].low <= high && l->ranges[k].high >= low) return true;
  }
  return false;
}

/* ---- bounds ---- */

static int64_t capped(const lines *l, uint32_t r, uint32_t place) {
  return sp_min(l->rules[r].weight[place], l->work->need[r]);
}

static int64_t *worths_of(const lines *l, uint32_t place) {
  return l->work->worths + (size_t)place * (LINES_RULES_MAX + 1);
}

/* The most that each place adds where the rule takes it: of its rate and what the rule needs. */
static void fill_worths(lines *l, uint32_t r) {
  const struct line_work *w = l->work;
  for (uint32_t place = 0; place < l->count; place++) {
    bool may = (l->may[place] & w->used) >> r & 1;
    int64_t value = w->rate_bp[r] * l->left[place] + w->price[r] * capped(l, r, place);
    worths_of(l, place)[r] = may ? value : 0;
  }
}

/* What the places from one on add in a state, at most: n-th pieces as they come, thresholds at
 * their price. */
static const int64_t *most_from(const lines *l, uint32_t open, uint32_t state) {
  struct line_work *w = l->work;
  size_t row = (size_t)l->count + 1;
  int64_t *most = w->most + open * row * w->states;
  if (w->known[open]) return most + row * state;
  w->known[open] = true;
  for (uint32_t k = 0; k < w->states; k++)
    most[row * k + l->count] = 0;
  int64_t *room = w->room + open * row;
  room[l->count] = 0;
  for (uint32_t place = l->count; place-- > 0;) {
    uint32_t may = l->may[place] & w->used;
    bool free = (l->may[place] >> l->rule_count) & 1;
    int64_t weight = 0;
    for (uint32_t rules = may & open; rules; rules &= rules - 1)
      weight = sp_max(weight, capped(l, (uint32_t)__builtin_ctz(rules), place));
    room[place] = room[place + 1] + weight;
    for (uint32_t k = 0; k < w->states; k++) {
      int64_t best = free ? most[row * k + place + 1] : NEVER;
      for (uint32_t r = 0; r < l->rule_count; r++) {
        if (!((may >> r) & 1)) continue;
        size_t at = off_index(l, r, place, k);
        int64_t one = w->off[at] + most[row * w->next[at] + place + 1];
        if ((open >> r) & 1) one += w->price[r] * capped(l, r, place);
        best = sp_max(best, one);
      }
      most[row * k + place] = sp_max(best, NEVER);
    }
  }
  l->x->work += 1 + l->count * w->states;
  return most + row * state;
}

/* The level that is worth most at the price of what it needs; 0: none. */
static uint32_t best_level(const line_rule *rule, int64_t price, uint32_t lowest, uint32_t highest,
                           int64_t *value) {
  uint32_t best = lowest;
  for (uint32_t level = lowest; level <= highest; level++) {
    int64_t one = level ? rule->gain_fen[level - 1] * ONE - price * rule->need[level - 1] : 0;
    if (level > lowest && one <= *value) continue;
    *value = one;
    best = level;
  }
  return best;
}

/* Finds the price at which as much is offered as the rule needs: places that are worth less
 * elsewhere come first. False: it never is. */
static bool find_price(lines *l, uint32_t r, uint32_t lowest, uint32_t highest) {
  struct line_work *w = l->work;
  const line_rule *rule = &l->rules[r];
  uint32_t count = 0;
  for (uint32_t place = 0; place < l->count; place++) {
    if (!((l->may[place] >> r) & 1)) continue;
    int64_t weight = capped(l, r, place), other = 0;
    const int64_t *worths = worths_of(l, place);
    for (uint32_t q = 0; q < l->rule_count; q++)
      other = q == r ? other : sp_max(other, worths[q]);
    other -= w->rate_bp[r] * l->left[place];
    int64_t density = other > 0 ? (other + weight - 1) / weight : 0;
    uint32_t at = count++;
    for (; at > 0 && w->offers[at - 1].density > density; at--)
      w->offers[at] = w->offers[at - 1];
    w->offers[at].density = density;
    w->offers[at].weight = weight;
  }
  int64_t offered = 0, most = PRICED_MAX / sp_max(1, w->weight_sum[r]);
  l->x->work += 2 + count;
  for (uint32_t k = 0; k < count; k++) {
    int64_t value = 0;
    offered += w->offers[k].weight;
    w->price[r] = sp_min(w->offers[k].density, most);
    uint32_t level = best_level(rule, w->price[r], lowest, highest, &value);
    if (offered < (level ? rule->need[level - 1] : 0)) continue;
    fill_worths(l, r);
    return true;
  }
  return false;
}

/* ---- one plan ---- */

static void begin_plan(lines *l, const uint8_t *level) {
  struct line_work *w = l->work;
  w->used = w->state = 0;
  w->gain = w->cut_sum = 0;
  memset(w->known, 0, sizeof w->known);
  memset(w->sum, 0, sizeof w->sum);
  memset(w->cut, 0, sizeof w->cut);
  memcpy(w->price, w->root_price, sizeof w->price);
  for (uint32_t r = 0; r < l->rule_count; r++) {
    const line_rule *rule = &l->rules[r];
    if (!level[r]) continue;
    w->used |= 1u << r;
    w->need[r] = rule->need[level[r] - 1];
    w->beyond[r] = level[r] < rule->level_count ? rule->need[level[r]] : INT64_MAX;
    w->gain += rule->gain_fen[level[r] - 1] * ONE;
    int64_t *reach = w->reach + (size_t)r * (l->count + 1);
    reach[l->count] = 0;
    for (uint32_t place = l->count; place-- > 0;)
      reach[place] = reach[place + 1] + ((l->may[place] >> r) & 1 ? rule->weight[place] : 0);
  }
  w->open = w->used;
  for (uint32_t r = 0; r < l->rule_count; r++)
    fill_worths(l, r);
  l->x->work += 4 + l->count * l->rule_count / 4;
}

static bool price_plan(lines *l, const uint8_t *level) {
  struct line_work *w = l->work;
  for (uint32_t r = 0; r < l->rule_count; r++) {
    if (level[r] && !find_price(l, r, level[r], level[r])) return false;
  }
  return w->used == w->open;
}

static void give(lines *l, uint32_t place, uint32_t r) {
  struct line_work *w = l->work;
  l->holder[place] = (uint8_t)r;
  w->open_before[place] = w->open;
  w->state_before[place] = w->state;
  if (r == l->rule_count) return;
  size_t at = off_index(l, r, place, w->state);
  w->cut_here[place] = w->off[at];
  w->cut[r] += w->off[at];
  w->cut_sum += w->off[at];
  w->state = w->next[at];
  w->sum[r] += l->rules[r].weight[place];
  if (w->sum[r] >= w->need[r]) w->open &= ~(1u << r);
}

static void take_back(lines *l, uint32_t place) {
  struct line_work *w = l->work;
  uint32_t r = l->holder[place];
  w->open = w->open_before[place];
  w->state = w->state_before[place];
  if (r == l->rule_count) return;
  w->cut[r] -= w->cut_here[place];
  w->cut_sum -= w->cut_here[place];
  w->sum[r] -= l->rules[r].weight[place];
}

/* What the rules cut, each rounded down; -1: one that acts cuts nothing. */
static int64_t cut_of(const lines *l) {
  const struct line_work *w = l->work;
  int64_t cut = w->gain / ONE;
  for (uint32_t r = 0; r < l->rule_count; r++) {
    if (!((w->used & w->off_rules) >> r & 1)) continue;
    if (w->cut[r] < ONE) return -1;
    cut += w->cut[r] / ONE;
  }
  return cut;
}

/* The most that a way from this place on comes to. */
static int64_t bound_at(const lines *l, uint32_t place) {
  const struct line_work *w = l->work;
  int64_t bound = w->gain + w->cut_sum + most_from(l, w->open, w->state)[place];
  for (uint32_t open = w->open; open; open &= open - 1) {
    uint32_t r = (uint32_t)__builtin_ctz(open);
    bound -= w->price[r] * (w->need[r] - w->sum[r]);
  }
  return bound;
}

/* Whether something from this place on may come to a sum in the ranges. r: who just got a line. */
static bool may_lead(lines *l, uint32_t place, uint32_t r) {
  struct line_work *w = l->work;
  if (r < l->rule_count && w->sum[r] >= w->beyond[r]) return false;
  int64_t bound = bound_at(l, place), least = w->gain + w->cut_sum, lacking = 0;
  w->bound = bound;
  for (uint32_t open = w->open; open; open &= open - 1) {
    uint32_t q = (uint32_t)__builtin_ctz(open);
    int64_t lacks = w->need[q] - w->sum[q];
    if (lacks > w->reach[(size_t)q * (l->count + 1) + place]) return false;
    lacking += lacks;
  }
  if (w->open && lacking > w->room[w->open * ((size_t)l->count + 1) + place]) return false;
  for (uint32_t k = 0; k < l->range_count; k++) {
    // Each rate rounds down by itself, which may take a fen each.
    if (l->ranges[k].low * ONE <= bound && (l->ranges[k].high + LINES_RULES_MAX) * ONE > least)
      return true;
  }
  return false;
}

/* The way for a place that is worth most of those not tried, SP_NONE: none is left. A line that
 * adds nothing to a rule that lacks nothing may as well stay out. */
static uint32_t next_way(lines *l, uint32_t place) {
  struct line_work *w = l->work;
  const int64_t *worths = worths_of(l, place);
  uint32_t nobody = 1u << l->rule_count, best = SP_NONE;
  uint32_t ways = l->may[place] & (w->used | nobody) & ~w->tried[place];
  if (l->may[place] & nobody && !l->spread) ways &= w->off_rules | w->open | nobody;
  for (; ways; ways &= ways - 1) {
    uint32_t r = (uint32_t)__builtin_ctz(ways);
    if (best == SP_NONE || worths[r] > worths[best]) best = r;
  }
  if (best != SP_NONE) w->tried[place] |= (uint16_t)(1u << best);
  return best;
}

typedef enum { DONE, FOUND, CUT_OFF } outcome_of_walk;

/* ---- the walk ---- */

/* All ways of a plan. A loop, not a recursion: lines must not cost stack. */
static outcome_of_walk walk(lines *l) {
  struct line_work *w = l->work;
  uint32_t place = 0;
  w->tried[0] = 0;
  for (;;) {
    if (place == l->count) {
      int64_t cut = cut_of(l);
      if (cut >= 0 && in_ranges(l, cut, cut) && l->found(l->context, cut)) return FOUND;
    } else {
      uint32_t r = next_way(l, place);
      if (r != SP_NONE) {
        if (l->x->work >= SP_SEARCH_WORK_MAX || !w->steps_left--) return CUT_OFF;
        l->x->work += 4;
        l->x->visited++;
        give(l, place, r);
        if (may_lead(l, place + 1, r)) {
          w->tried[++place] = 0;
        } else {
          take_back(l, place);
        }
        continue;
      }
    }
    if (!place) return DONE;
    take_back(l, --place);
  }
}

static outcome_of_walk try_plan(lines *l, const uint8_t *level, int64_t *bound) {
  struct line_work *w = l->work;
  begin_plan(l, level);
  if (!price_plan(l, level)) return DONE;
  bool good = may_lead(l, 0, l->rule_count);
  *bound = w->bound;
  if (!good) return DONE;
  return walk(l);
}

/* ---- all plans ---- */

/* Prices for all plans at once, and what each level is worth at them. */
static void price_all(lines *l) {
  struct line_work *w = l->work;
  for (uint32_t r = 0; r < l->rule_count; r++)
    w->first[r] = (uint8_t)l->rules[r].level_count;
  begin_plan(l, w->first);
  for (uint32_t pass = 0; pass < 3; pass++) {
    for (uint32_t r = 0; r < l->rule_count; r++)
      find_price(l, r, 0, l->rules[r].level_count);
  }
  memcpy(w->root_price, w->price, sizeof w->price);
  w->rest = l->most_fen = most_from(l, w->used, 0)[0];
  for (uint32_t r = 0; r < l->rule_count; r++) {
    int64_t most = 0;
    uint32_t top = l->rules[r].level_count;
    w->first[r] = (uint8_t)best_level(&l->rules[r], w->price[r], 0, top, &most);
    for (uint32_t level = 0; level <= top; level++)
      best_level(&l->rules[r], w->price[r], level, level, &w->value[r][level]);
    l->most_fen += most;
  }
  l->most_fen /= ONE;
}

static void add_plans(lines *l, plan *one, uint32_t r, const int64_t *most_after) {
  struct line_work *w = l->work;
  int64_t before = one->bound;
  if (before + most_after[r] < l->ranges[0].low * ONE) return;
  l->x->work++;
  if (w->plan_count == PLANS_MAX) {
    l->open_fen = sp_max(l->open_fen, (before + most_after[r]) / ONE);
  } else if (r == l->rule_count) {
    w->order[w->plan_count] = w->plan_count;
    w->plans[w->plan_count++] = *one;
  } else {
    for (uint32_t level = 0; level <= l->rules[r].level_count; level++) {
      one->level[r] = (uint8_t)level;
      one->rules |= level ? 1u << r : 0;
      one->bound = before + w->value[r][level];
      add_plans(l, one, r + 1, most_after);
    }
    one->bound = before;
    one->rules &= ~(1u << r);
  }
}

static bool higher_bound(const void *context, uint32_t a, uint32_t b) {
  const plan *plans = context;
  if (plans[a].bound != plans[b].bound) return plans[a].bound > plans[b].bound;
  return a > b;
}

/* All plans that may come to a sum in the ranges. */
static void list_plans(lines *l) {
  struct line_work *w = l->work;
  if (l->ranges[0].low >= w->listed_low) return;
  int64_t most_after[LINES_RULES_MAX + 1] = {0};
  plan one = {.bound = w->rest};
  for (uint32_t r = l->rule_count; r-- > 0;)
    most_after[r] = most_after[r + 1] + w->value[r][w->first[r]];
  w->listed_low = l->ranges[0].low;
  w->plan_count = 0;
  add_plans(l, &one, 0, most_after);
  sort_indices(w->order, w->plan_count, higher_bound, w->plans);
}

/* What each rule cuts of each place in each state, and the state after it. */
static void fill_offs(lines *l) {
  struct line_work *w = l->work;
  uint32_t stride = 1;
  for (uint32_t r = 0; r < l->rule_count; r++) {
    const line_rule *rule = &l->rules[r];
    uint32_t count = (uint32_t)sp_max(1, rule->off_count);
    int64_t sum = 0;
    for (uint32_t k = 0; k < rule->off_count; k++) {
      sum += rule->off_bp[k];
      w->rate_bp[r] = sp_max(w->rate_bp[r], money_divide(sum, k + 1, SP_UP));
    }
    w->off_rules |= rule->off_count ? 1u << r : 0;
    for (uint32_t place = 0; place < l->count; place++) {
      w->weight_sum[r] += rule->weight[place];
      for (uint32_t state = 0; state < w->states; state++) {
        size_t index = off_index(l, r, place, state);
        uint32_t at = state / stride % count, qty = (uint32_t)l->qty[place];
        int64_t off = qty / count * sum;
        for (uint32_t k = 0; k < qty % count; k++)
          off += rule->off_bp[(at + k) % count];
        w->off[index] = off * (l->left[place] / qty);
        w->next[index] = (uint8_t)(state + (at + qty) % count * stride - at * stride);
      }
    }
    stride *= count;
  }
}

sp_err lines_begin(lines *l, bool *good) {
  struct line_work *w = l->work;
  sp_arena *arena = l->x->p->arena;
  w->states = 1;
  for (uint32_t r = 0; r < l->rule_count; r++)
    w->states *= (uint32_t)sp_max(1, sp_min(STATES_MAX + 1, l->rules[r].off_count));
  size_t kept = ((size_t)l->count + 1) * w->states << l->rule_count, plans = 1;
  for (uint32_t r = 0; r < l->rule_count && plans <= LEVELS_MAX; r++)
    plans *= l->rules[r].level_count + 1;
  *good = w->states <= STATES_MAX && kept <= KEPT_MAX && plans <= LEVELS_MAX;
  if (!*good) return SP_OK;
  size_t offs = (size_t)l->rule_count * l->count * w->states;
  w->off = arena_room(arena, offs * sizeof(int64_t));
  w->next = arena_room(arena, offs);
  w->most = arena_room(arena, kept * sizeof(int64_t));
  w->plans = arena_room(arena, PLANS_MAX * sizeof(plan));
  w->order = arena_room(arena, PLANS_MAX * sizeof(uint32_t));
  w->room = arena_room(arena, ((size_t)l->count + 1) * sizeof(int64_t) << l->rule_count);
  bool full = w->off && w->next && w->most && w->room && w->plans && w->order;
  if (!full) return SP_E_MEMORY;
  fill_offs(l);
  price_all(l);
  w->listed_low = INT64_MAX;
  return SP_OK;
}

/* Each plan gets some steps, then more, so that one that leads nowhere does not keep others from
 * being looked at. */
bool lines_search(lines *l, uint32_t rules) {
  struct line_work *w = l->work;
  list_plans(l);
  for (uint32_t k = 0; k < w->plan_count; k++)
    w->plans[k].done = rules != LINES_ANY && w->plans[k].rules != rules;
  for (int64_t steps = STEPS_FIRST;; steps *= STEPS_MORE) {
    int64_t open = -1;
    l->x->work += 1 + w->plan_count / 4;
    for (uint32_t k = 0; k < w->plan_count; k++) {
      plan *one = &w->plans[w->order[k]];
      if (one->done || one->bound < l->ranges[0].low * ONE) continue;
      int64_t bound = one->bound;
      w->steps_left = (uint32_t)sp_min(steps, UINT32_MAX);
      outcome_of_walk o = CUT_OFF;
      if (l->x->work < SP_SEARCH_WORK_MAX) o = try_plan(l, one->level, &bound);
      if (o == FOUND) return true;
      one->done = o == DONE;
      if (one->done) continue;
      // Where lines are asked for one by one, the bound is of that question alone.
      if (rules == LINES_ANY) one->bound = sp_min(one->bound, bound);
      open = sp_max(open, one->bound);
    }
    if (open >= 0 && l->x->work < SP_SEARCH_WORK_MAX) continue;
    l->open_fen = sp_max(l->open_fen, open < 0 ? open : open / ONE);
    return false;
  }
}

/* Sorted ids of rules, compared one by one, a prefix first. */
static bool comes_before(uint32_t a, uint32_t b) {
  uint32_t differ = a ^ b, lowest = differ & (0 - differ);
  return a & lowest ? b >= lowest : a < lowest && a != b;
}

bool lines_next_rules(lines *l, uint32_t *rules) {
  const struct line_work *w = l->work;
  uint32_t best = LINES_ANY;
  list_plans(l);
  l->x->work += 1 + w->plan_count / 4;
  for (uint32_t k = 0; k < w->plan_count; k++) {
    const plan *one = &w->plans[w->order[k]];
    if (one->bound < l->ranges[0].low * ONE) continue;
    uint32_t own = one->rules;
    if (*rules != LINES_ANY && !comes_before(*rules, own)) continue;
    if (best == LINES_ANY || comes_before(own, best)) best = own;
  }
  *rules = best;
  return best != LINES_ANY;
}

sp_err lines_new(search *x, uint32_t line_count, lines *l) {
  sp_arena *arena = x->p->arena;
  struct line_work *w = arena_alloc(arena, sizeof *w);
  *l = (lines){.x = x, .open_fen = -1, .work = w};
  l->line = arena_array(arena, line_count, sizeof *l->line);
  l->left = arena_array(arena, line_count, sizeof *l->left);
  l->qty = arena_array(arena, line_count, sizeof *l->qty);
  l->may = arena_array(arena, line_count, sizeof *l->may);
  l->holder = arena_alloc(arena, line_count);
  if (!w || !l->line || !l->left || !l->qty || !l->may || !l->holder) return SP_E_MEMORY;
  for (uint32_t r = 0; r < LINES_RULES_MAX; r++) {
    l->rules[r].weight = arena_array(arena, line_count, sizeof(int64_t));
    if (!l->rules[r].weight) return SP_E_MEMORY;
  }
  w->reach = arena_array(arena, (line_count + 1) * LINES_RULES_MAX, sizeof(int64_t));
  w->worths = arena_array(arena, line_count, (LINES_RULES_MAX + 1) * sizeof(int64_t));
  w->tried = arena_array(arena, line_count + 1, sizeof *w->tried);
  w->open_before = arena_array(arena, line_count, sizeof *w->open_before);
  w->state_before = arena_array(arena, line_count, sizeof *w->state_before);
  w->cut_here = arena_array(arena, line_count, sizeof *w->cut_here);
  w->offers = arena_array(arena, line_count, sizeof *w->offers);
  bool good = w->reach && w->worths && w->tried && w->open_before &&
              w->state_before && w->cut_here && w->offers;
  return good ? SP_OK : SP_E_MEMORY;
}
