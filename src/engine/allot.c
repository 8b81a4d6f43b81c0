#include "engine/allot.h"

#include <string.h>

#include "base/text.h"
#include "engine/plan.h"
#include "engine/turn.h"

#define RULES_MAX  8
#define LINES_MAX  32
#define OFFERS_MAX 32
#define BREAKS_MAX (2 * OFFERS_MAX + 1)
#define WAYS_MAX   192
#define CYCLE_MAX  4
#define STATES_MAX 64
#define PRICES_MAX 40

/* Sums of fen are kept in ten-thousandths, and stay below 2^63 when two of them are multiplied. */
#define ONE     10000
#define FEN_MAX (1ll << 22)

/* Small steps that are one of work. */
#define STEPS 8

/* A rule of the group. */
typedef struct {
  uint32_t turn, lines;
  bool by_line;          /* what it takes off is bounded line by line */
  bool backed;           /* what its lines add to a level is left of them at least */
  const int64_t *weight; /* what each line adds to a level */
  uint32_t level_count;
  int64_t need[SP_TIERS_MAX], gain[SP_TIERS_MAX]; /* fen; by_line: bp */
  uint32_t cycle, stride;                         /* n-th pieces; of the states of lines */
  int64_t most, none;                             /* at these prices: of any lines, of no line */
  uint32_t best;                                  /* the lines of most */
} taker;

/* Lines that reach a level with none to spare, and how much less they are worth than the best. */
typedef struct {
  uint32_t lines;
  int64_t gain, less;
} way;

/* A coupon. */
typedef struct {
  uint32_t slot, turn; /* one coupon of each slot is taken */
  bool freight;
  int64_t times, gte, amount, cap, bp, goods; /* fen */
  uint32_t others;                            /* lines that it does not reach */
  int64_t outside;                            /* what those can lose at most */
} offer;

typedef struct {
  search *x;
  uint32_t rule_count, count, offer_count, first_after;
  taker rules[RULES_MAX];
  /* Per line, the dearest pieces first: */
  uint32_t line[LINES_MAX], may[LINES_MAX]; /* bits of rules */
  int64_t list[LINES_MAX], left[LINES_MAX], qty[LINES_MAX], piece[LINES_MAX];
  uint8_t owner[LINES_MAX], holder[LINES_MAX]; /* RULES_MAX: nobody */
  int64_t value[RULES_MAX][LINES_MAX][CYCLE_MAX];
  uint32_t must[RULES_MAX]; /* lines that it has for good */
  uint32_t used;            /* rules that have some line */
  uint32_t states;
  uint8_t place[RULES_MAX][STATES_MAX];
  int64_t best_after[LINES_MAX + 1][STATES_MAX];

  offer offers[OFFERS_MAX];
  uint32_t barred; /* offers */
  bool scoped;     /* some offer does not reach every line */
  int64_t freight, fixed_freight, free_gte, goods;
  int64_t breaks[BREAKS_MAX];
  uint32_t break_count, top, bottom; /* of the window */
  int64_t at_break[BREAKS_MAX], at_most;
  bool done[BREAKS_MAX + 1];

  int64_t price[LINES_MAX], best_price[LINES_MAX], all_prices;
  int64_t most; /* that the lines can lose together */
  int64_t low, high, target, best_cut;
  way ways[RULES_MAX][WAYS_MAX];
  uint32_t way_count[RULES_MAX];

  /* A walk over sets of lines of one rule. */
  uint32_t order[LINES_MAX], order_count;
  int64_t weight_after[LINES_MAX + 1];
  uint32_t rule, level;
  bool listed;
  int64_t limit;

  uint32_t turns[RULES_MAX]; /* rules in the order in which they are tried */
  uint32_t turn_count;
  uint32_t steps, work_max;
  bool improved; /* something better was found */
  bool all;      /* not the first of it but the best is wanted */
  bool beside;   /* lines beside a level are tried */
  bool stop;     /* what is wanted was found, or is known not to be there */
  bool open;     /* something was not looked at */
} allot;

/* ---- what comes after the lines ---- */

/* The most that lines which lose so much lead to, in ten-thousandths. lost: per offer. */
static int64_t most_at(allot *a, int64_t cut, const int64_t *lost) {
  int64_t best[OFFERS_MAX], due = a->goods - cut >= a->free_gte ? a->fixed_freight : a->freight;
  int64_t sum = (cut - due) * ONE;
  a->steps += 4 + a->offer_count;
  memset(best, 0, a->offer_count * sizeof *best);
  for (uint32_t i = 0; i < a->offer_count; i++) {
    const offer *o = &a->offers[i];
    if ((a->barred >> i) & 1) continue;
    int64_t left = o->goods - (lost ? lost[i] : sp_max(0, cut - o->outside));
    if (left < o->gte) continue;
    int64_t gain = o->bp ? sp_min(o->cap * ONE, left * o->bp) : o->amount * ONE;
    if (o->freight) gain = sp_min(gain, due * ONE);
    gain *= o->times;
    sum += sp_max(0, gain - best[o->slot]);
    best[o->slot] = sp_max(best[o->slot], gain);
  }
  return sum;
}

static void add_break(allot *a, int64_t at) {
  if (at < 0 || at >= a->goods) return;
  uint32_t n = a->break_count++;
  for (; n > 0 && a->breaks[n - 1] > at; n--)
    a->breaks[n] = a->breaks[n - 1];
  a->breaks[n] = at;
}

/* Which offers count: where more that the lines lose leads to less. */
static void set_offers(allot *a, uint32_t barred) {
  a->barred = barred;
  a->break_count = 0;
  add_break(a, a->goods - a->free_gte);
  for (uint32_t i = 0; i < a->offer_count; i++) {
    const offer *o = &a->offers[i];
    if ((barred >> i) & 1) continue;
    add_break(a, o->goods - o->gte + o->outside);
    if (o->bp) add_break(a, o->goods - money_divide(o->cap * ONE, o->bp, SP_UP) + o->outside);
  }
  for (uint32_t i = 0; i < a->break_count; i++)
    a->at_break[i] = most_at(a, a->breaks[i], NULL);
  a->at_most = most_at(a, a->most / ONE, NULL);
}

static int64_t break_at(const allot *a, uint32_t i) {
  return i < a->break_count ? sp_min(a->breaks[i], a->most / ONE) : a->most / ONE;
}

/* What the break leads to; those behind the most that lines can lose are that. */
static int64_t value_at(const allot *a, uint32_t i) {
  return i < a->break_count && a->breaks[i] < a->most / ONE ? a->at_break[i] : a->at_most;
}

/* The least that reaches the target, where more always leads to more. */
static int64_t least_reached(allot *a, int64_t low, int64_t high) {
  while (low < high) {
    int64_t middle = (low + high) / 2;
    if (most_at(a, middle, NULL) >= a->target * ONE) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/* From that break down, what lines can lose without a gap such that the target is in reach. False:
 * the break itself is not. */
static bool set_window(allot *a, uint32_t top) {
  if (value_at(a, top) < a->target * ONE) return false;
  a->top = a->bottom = top;
  a->high = break_at(a, top);
  for (;; a->bottom--) {
    int64_t before = a->bottom ? break_at(a, a->bottom - 1) : -1;
    bool more = before >= 0 && value_at(a, a->bottom - 1) >= a->target * ONE;
    a->low = before + 1;
    if (a->low > a->high || (more && most_at(a, a->low, NULL) >= a->target * ONE)) continue;
    a->low = least_reached(a, a->low, break_at(a, a->bottom));
    return true;
  }
}

static void set_most(allot *a, int64_t most) {
  a->most = most;
  a->at_most = most_at(a, most / ONE, NULL);
}

/* The window that promises most of those that are not done. */
static bool find_window(allot *a) {
  int64_t most = a->target * ONE - 1;
  uint32_t top = SP_NONE;
  for (uint32_t i = 0; i <= a->break_count; i++) {
    bool behind = i < a->break_count && a->breaks[i] >= a->most / ONE;
    if (behind || a->done[i] || value_at(a, i) <= most) continue;
    most = value_at(a, i);
    top = i;
  }
  a->steps += a->break_count;
  return top != SP_NONE && set_window(a, top);
}

static bool is_over(allot *a) {
  if (a->x->work + a->steps / STEPS < a->work_max) return false;
  a->open = a->stop = true;
  return true;
}

/* Gives the lines that the rules hold to them in the search, or takes them back. */
static void hand_out(allot *a, bool give) {
  pricing *p = a->x->p;
  for (uint32_t k = 0; k < a->count; k++) {
    if (a->holder[k] == RULES_MAX) continue;
    const turn *t = &p->turns[a->rules[a->holder[k]].turn];
    assigned_row(p, t->once_group)[a->line[k]] = give ? t->rule : SP_NONE;
    a->x->now.taken[a->rules[a->holder[k]].turn] = give;
  }
}

/* Asks the tree what the lines that the rules hold are worth: is that the best? */
static bool judge(allot *a) {
  search *x = a->x;
  pricing *p = x->p;
  pricing_state *s = x->states[0];
  uint32_t before = x->improved;
  bool lawful = true;
  hand_out(a, true);
  plan_reset_state(p, s);
  for (uint32_t i = 0; i < a->first_after && lawful; i++) {
    const turn *t = &p->turns[i];
    turn_begin(p, s, i);
    if (!x->now.taken[i]) continue;
    x->visited++;
    x->work += tree_application_work(t);
    lawful = turn_apply(p, s, t, &x->o) && turn_serves_lines(p, t);
  }
  if (lawful) tree_explore(x, 0, a->first_after);
  hand_out(a, false);
  return x->improved != before;
}

static int64_t level_gain(const taker *r, int64_t weight) {
  int64_t gain = 0;
  for (uint32_t i = 0; i < r->level_count && weight >= r->need[i]; i++)
    gain = r->gain[i];
  return gain;
}

/* What the rules take off with the lines that they hold; -1: not lawful. off: per line, for
 * shares. */
static int64_t cut_of(const allot *a, int64_t *cuts, int64_t *offs, int64_t *off) {
  int64_t weight[RULES_MAX] = {0}, left[RULES_MAX] = {0}, sum = 0;
  uint32_t at[RULES_MAX] = {0};
  for (uint32_t k = 0; k < a->count; k++) {
    uint32_t i = a->holder[k];
    if (i == RULES_MAX) continue;
    const taker *r = &a->rules[i];
    weight[i] += r->weight[k];
    left[i] += a->left[k];
    off[k] = a->left[k];
    if (r->cycle) {
      off[k] = a->value[i][k][at[i]];
      at[i] = (uint32_t)((at[i] + a->qty[k]) % r->cycle);
    }
    offs[i] += off[k];
  }
  for (uint32_t i = 0; i < a->rule_count; i++) {
    const taker *r = &a->rules[i];
    if (!left[i]) continue;
    cuts[i] = level_gain(r, weight[i]);
    if (r->by_line && cuts[i]) cuts[i] = r->cycle ? offs[i] / ONE : left[i] * cuts[i] / ONE;
    if (!cuts[i]) return -1;
    sum += cuts[i];
  }
  return sum;
}

/* What the lines lose in front of each offer, at least: roundings may move as much as `slack`. */
static void count_losses(allot *a, int64_t cut, const int64_t *cuts, const int64_t *offs,
                         const int64_t *off, int64_t slack, int64_t *lost) {
  for (uint32_t i = 0; i < a->offer_count; i++)
    lost[i] = a->offers[i].others ? -slack : cut;
  for (uint32_t k = 0; k < a->count && a->scoped; k++) {
    uint32_t r = a->holder[k];
    if (r == RULES_MAX || !offs[r]) continue;
    int64_t one = cuts[r] * off[k] / offs[r];
    for (uint32_t i = 0; i < a->offer_count; i++)
      lost[i] += (((a->offers[i].others >> k) & 1) == 0 && a->offers[i].others) ? one : 0;
    a->steps += a->offer_count / 2;
  }
}

static void beside(allot *a, uint32_t k, uint32_t lines, bool added, uint32_t depth);

/* Looks at the lines that the rules hold, and asks the tree where they may be good enough. Lines
 * beside a level share what it takes off: first those that some offer does not reach (depth 1),
 * then others, which only move what is left over by roundings. */
static void consider(allot *a, uint32_t depth) {
  int64_t cuts[RULES_MAX] = {0}, offs[RULES_MAX] = {0}, off[LINES_MAX], lost[OFFERS_MAX];
  int64_t cut = cut_of(a, cuts, offs, off);
  a->steps += 2 * a->count;
  if (cut < a->low || cut > a->high) return;
  count_losses(a, cut, cuts, offs, off, 0, lost);
  if (most_at(a, cut, lost) >= a->target * ONE && judge(a)) {
    a->best_cut = cut;
    a->improved = true;
    if (a->all) a->target = a->x->best_score + 1;
    a->stop = !a->all || !set_window(a, a->top);
    if (a->stop) a->bottom = a->top; // What is below was not looked at.
  }
  if (a->stop || !a->scoped || !a->beside) return;
  uint32_t others = 0;
  for (uint32_t i = 0; i < a->offer_count; i++)
    others |= (a->barred >> i) & 1 ? 0 : a->offers[i].others;
  if (depth == 0 && most_at(a, cut, NULL) >= a->target * ONE) beside(a, 0, others, false, 1);
  if (depth > 1 || a->stop) return;
  count_losses(a, cut, cuts, offs, off, (int64_t)a->count, lost);
  if (most_at(a, cut, lost) >= a->target * ONE) beside(a, 0, ~others, false, 2);
}

/* Gives lines that nobody holds to rules that have reached a level, in every way. */
static void beside(allot *a, uint32_t k, uint32_t lines, bool added, uint32_t depth) {
  a->steps += 4;
  if (a->stop || is_over(a)) return;
  while (k < a->count && (!((lines >> k) & 1) || a->holder[k] != RULES_MAX))
    k++;
  if (k == a->count) {
    if (added) consider(a, depth);
    return;
  }
  beside(a, k + 1, lines, added, depth);
  for (uint32_t r = 0; r < a->rule_count && !a->stop; r++) {
    if (a->rules[r].by_line || !((a->may[k] & a->used) >> r & 1)) continue;
    a->holder[k] = (uint8_t)r;
    beside(a, k + 1, lines, true, depth);
    a->holder[k] = RULES_MAX;
  }
}

/* ---- rules that take their lines one by one ---- */

static uint32_t next_state(const allot *a, uint32_t r, uint32_t k, uint32_t state) {
  const taker *one = &a->rules[r];
  if (!one->cycle) return state;
  uint32_t at = a->place[r][state];
  return state + ((uint32_t)(at + a->qty[k]) % one->cycle - at) * one->stride;
}

/* What is best from each line on, at these prices (NULL: none), for the lines that are open. */
static int64_t fill_values(allot *a, uint32_t open, const int64_t *price) {
  memset(a->best_after[a->count], 0, sizeof a->best_after[0]);
  a->steps += a->count * (4 + a->states);
  for (uint32_t k = a->count; k-- > 0;) {
    const int64_t *after = a->best_after[k + 1];
    uint32_t may = (open >> k) & 1 ? a->may[k] : 0;
    bool forced = may && a->owner[k] != RULES_MAX;
    for (uint32_t s = 0; s < a->states; s++)
      a->best_after[k][s] = forced ? INT64_MIN / 2 : after[s];
    for (uint32_t r = 0; r < a->rule_count; r++) {
      if (!((may >> r) & 1) || !a->rules[r].by_line) continue;
      for (uint32_t s = 0; s < a->states; s++) {
        int64_t one = a->value[r][k][a->place[r][s]] - (price ? price[k] : 0);
        one += after[next_state(a, r, k, s)];
        if (one > a->best_after[k][s]) a->best_after[k][s] = one;
      }
      a->steps += 3 * a->states;
    }
  }
  return a->best_after[0][0];
}

/* The lines that the best of it takes; they are given to holder where that is asked for. */
static uint32_t best_lines(allot *a, uint32_t open, const int64_t *price, bool give) {
  uint32_t lines = 0, s = 0;
  for (uint32_t k = 0; k < a->count; k++) {
    const int64_t *after = a->best_after[k + 1];
    uint32_t may = (open >> k) & 1 ? a->may[k] : 0;
    if (a->best_after[k][s] == after[s] && !(may && a->owner[k] != RULES_MAX)) continue;
    for (uint32_t r = 0; r < a->rule_count; r++) {
      if (!((may >> r) & 1) || !a->rules[r].by_line) continue;
      uint32_t next = next_state(a, r, k, s);
      int64_t one = a->value[r][k][a->place[r][s]] - (price ? price[k] : 0) + after[next];
      if (one != a->best_after[k][s]) continue;
      lines |= 1u << k;
      if (give) a->holder[k] = (uint8_t)r;
      s = next;
      break;
    }
  }
  return lines;
}

/* Every way for the lines from k on, the best first. */
static void give_lines(allot *a, uint32_t open, uint32_t k, uint32_t state, int64_t sum) {
  a->steps += 6;
  if (a->stop || is_over(a)) return;
  if (sum + a->best_after[k][state] < a->low * ONE) return;
  if (sum > (a->high + a->rule_count) * ONE) return;
  if (k == a->count) {
    consider(a, 0);
    return;
  }
  bool mine = (open >> k) & 1;
  if (!mine) {
    give_lines(a, open, k + 1, state, sum);
    return;
  }
  uint32_t left = a->may[k] | 1u << RULES_MAX;
  if (a->owner[k] != RULES_MAX) left = a->may[k];
  for (uint32_t r = 0; r < a->rule_count; r++)
    left &= a->rules[r].by_line ? UINT32_MAX : ~(1u << r);
  while (left) {
    uint32_t best = RULES_MAX;
    int64_t most = INT64_MIN;
    for (uint32_t r = 0; r <= RULES_MAX; r++) {
      if (!((left >> r) & 1)) continue;
      bool by_line = r < RULES_MAX && a->rules[r].by_line;
      int64_t one = by_line ? a->value[r][k][a->place[r][state]] +
                                  a->best_after[k + 1][next_state(a, r, k, state)]
                            : a->best_after[k + 1][state];
      if (one <= most) continue;
      most = one;
      best = r;
    }
    left &= ~(1u << best);
    bool by_line = best < RULES_MAX && a->rules[best].by_line;
    a->holder[k] = (uint8_t)best;
    give_lines(a, open, k + 1, by_line ? next_state(a, best, k, state) : state,
               sum + (by_line ? a->value[best][k][a->place[best][state]] : 0));
    a->holder[k] = RULES_MAX;
  }
}

/* ---- rules that need a sum of lines ---- */

/* The lines that the rule may have, those that cost least for their weight first. */
static void order_lines(allot *a, const taker *r, uint32_t lines) {
  a->order_count = 0;
  for (uint32_t k = 0; k < a->count; k++) {
    if (!((lines >> k) & 1)) continue;
    uint32_t at = a->order_count++;
    for (; at > 0; at--) {
      uint32_t before = a->order[at - 1];
      if (a->price[before] * r->weight[k] <= a->price[k] * r->weight[before]) break;
      a->order[at] = before;
    }
    a->order[at] = k;
  }
  a->weight_after[a->order_count] = 0;
  for (uint32_t i = a->order_count; i-- > 0;)
    a->weight_after[i] = a->weight_after[i + 1] + r->weight[a->order[i]];
  a->steps += 4 * a->order_count;
}

/* One more way, in rising order; of too many the best stay. */
static void add_way(allot *a, uint32_t lines, int64_t gain, int64_t less) {
  way *ways = a->ways[a->rule];
  uint32_t at = a->way_count[a->rule];
  if (at == WAYS_MAX) {
    a->open = true;
    if (ways[--at].less <= less) return;
  } else {
    a->way_count[a->rule]++;
  }
  for (; at > 0 && ways[at - 1].less > less; at--, a->steps++)
    ways[at] = ways[at - 1];
  ways[at] = (way){lines, gain, less};
  a->steps += 8;
}

/* Whether each of the lines is needed. */
static bool needs_all(const allot *a, const taker *r, uint32_t lines, int64_t over) {
  for (uint32_t k = 0; k < a->count; k++) {
    if (((lines >> k) & 1) && r->weight[k] <= over) return false;
  }
  return true;
}

/* Sets of the ordered lines from i on that reach what is needed, at most as dear as the limit. */
static void reach(allot *a, uint32_t i, int64_t need, int64_t cost, uint32_t lines) {
  const taker *r = &a->rules[a->rule];
  a->steps += 3;
  if (cost > a->limit) return;
  if (need <= 0) {
    if (!a->listed) {
      a->limit = cost - 1;
      a->rules[a->rule].best = lines | a->must[a->rule];
    } else if (needs_all(a, r, lines, -need)) {
      int64_t gain = r->gain[a->level] * ONE;
      add_way(a, lines | a->must[a->rule], gain, r->most - gain + cost);
    }
    return;
  }
  if (a->weight_after[i] < need || is_over(a)) return;
  // As if the last line could be cut into pieces.
  int64_t due = need, spare = a->limit - cost;
  for (uint32_t j = i; due > 0; j++) {
    int64_t weight = r->weight[a->order[j]], price = a->price[a->order[j]];
    if (weight > due ? price * due >= (spare + 1) * weight : price > spare) return;
    spare -= price;
    due -= weight;
    a->steps++;
  }
  uint32_t k = a->order[i];
  reach(a, i + 1, need - r->weight[k], cost + a->price[k], lines | 1u << k);
  reach(a, i + 1, need, cost, lines);
}

/* All levels of rule i with lines of `open`; slack < 0: the best one, else all that are worth no
 * more than that less. */
static void reach_levels(allot *a, uint32_t i, uint32_t open, int64_t slack) {
  taker *r = &a->rules[i];
  int64_t had = 0, cost = 0;
  a->rule = i;
  a->listed = slack >= 0;
  for (uint32_t k = 0; k < a->count; k++) {
    if (!((a->must[i] >> k) & 1)) continue;
    had += r->weight[k];
    cost += a->price[k];
  }
  order_lines(a, r, open & r->lines & ~a->must[i]);
  bool stays_out = !((a->used >> i) & 1);
  if (!a->listed) {
    r->most = stays_out ? 0 : -2 * a->goods * ONE;
    r->best = 0;
  } else if (stays_out && r->most <= slack) {
    add_way(a, 0, 0, r->most);
  }
  for (uint32_t level = 0; level < r->level_count; level++) {
    if (had + a->weight_after[0] < r->need[level]) return;
    a->level = level;
    int64_t gain = r->gain[level] * ONE;
    a->limit = gain - r->most + (a->listed ? slack : -1);
    int64_t before = a->limit;
    reach(a, 0, r->need[level] - had, cost, 0);
    if (!a->listed && a->limit < before) r->most = gain - a->limit - 1;
  }
}

static uint32_t free_lines(const allot *a, uint32_t rule) {
  uint32_t lines = 0;
  for (uint32_t k = 0; k < a->count; k++)
    lines |= (a->owner[k] == RULES_MAX && ((a->may[k] >> rule) & 1)) ? 1u << k : 0;
  return lines;
}

/* ---- bounds and the walk over rules ---- */

static uint32_t all_lines(const allot *a) {
  return a->count == 32 ? UINT32_MAX : (1u << a->count) - 1;
}

/* Lines that no rule with levels has for good. */
static uint32_t open_lines(const allot *a) {
  uint32_t lines = all_lines(a);
  for (uint32_t i = 0; i < a->rule_count; i++)
    lines &= a->rules[i].by_line ? UINT32_MAX : ~a->must[i];
  return lines;
}

/* The most that all rules can take off at these prices. */
static int64_t bound_all(allot *a) {
  int64_t sum = 0;
  for (uint32_t k = 0; k < a->count; k++)
    sum += a->price[k];
  for (uint32_t i = 0; i < a->rule_count; i++) {
    if (a->rules[i].by_line) continue;
    reach_levels(a, i, free_lines(a, i), -1);
    sum += a->rules[i].most;
  }
  return sum + fill_values(a, open_lines(a), a->price);
}

/* The rules that need sums take their best lines, those that gain most first, the others the rest:
 * is that good enough? */
static void try_best(allot *a) {
  uint32_t open = all_lines(a), done = 0;
  memset(a->holder, RULES_MAX, a->count);
  for (;;) {
    uint32_t i = SP_NONE;
    for (uint32_t r = 0; r < a->rule_count; r++) {
      if (a->rules[r].by_line || ((done >> r) & 1)) continue;
      if (i == SP_NONE || a->rules[r].most > a->rules[i].most) i = r;
    }
    if (i == SP_NONE) break;
    done |= 1u << i;
    int64_t most = a->rules[i].most;
    uint32_t best = a->rules[i].best;
    if (best & ~open) reach_levels(a, i, open, -1);
    for (uint32_t k = 0; k < a->count; k++)
      if ((a->rules[i].best >> k) & 1) a->holder[k] = (uint8_t)i;
    open &= ~a->rules[i].best;
    a->rules[i].most = most;
    a->rules[i].best = best;
  }
  fill_values(a, open, NULL);
  best_lines(a, open, NULL, true);
  consider(a, 0);
}

/* Finds prices of lines, such that the bound is low. */
static void find_prices(allot *a) {
  int64_t all = fill_values(a, all_lines(a), NULL);
  for (uint32_t k = 0; k < a->count; k++)
    a->price[k] = all - fill_values(a, all_lines(a) & ~(1u << k), NULL);
  set_most(a, a->goods * ONE);
  a->all = true;
  a->target = a->x->best_score + 1;
  uint32_t bad = 0;
  int64_t part = 256;
  for (uint32_t n = 0; n < PRICES_MAX && !is_over(a); n++) {
    int64_t bound = bound_all(a), norm = 0;
    uint32_t by_line = best_lines(a, all_lines(a), a->price, false);
    if (bound < a->most) {
      set_most(a, bound);
      memcpy(a->best_price, a->price, sizeof a->price);
      bad = 0;
    } else if (++bad == 4) {
      part /= 2;
      bad = 0;
    }
    int32_t wanted[LINES_MAX];
    for (uint32_t k = 0; k < a->count; k++) {
      wanted[k] = (int32_t)((by_line >> k) & 1) - 1;
      for (uint32_t i = 0; i < a->rule_count; i++)
        wanted[k] += !a->rules[i].by_line && ((a->rules[i].best >> k) & 1);
      if (wanted[k] < 0 && !a->price[k]) wanted[k] = 0;
      norm += wanted[k] * wanted[k];
    }
    if (!norm || !find_window(a)) break;
    a->low = 0;
    a->high = a->goods;
    if (n < 12 || n % 4 == 0) try_best(a);
    a->stop = false;
    if (!find_window(a)) break;
    int64_t step = sp_max(10 * ONE, bound - a->best_cut * ONE) * part / 256 / norm;
    for (uint32_t k = 0; k < a->count; k++)
      a->price[k] = sp_max(0, sp_min(a->left[k] * ONE, a->price[k] + wanted[k] * step));
  }
  memcpy(a->price, a->best_price, sizeof a->price);
}

/* Every way of the rules from n on that leaves enough. */
static void choose_ways(allot *a, uint32_t n, uint32_t open, int64_t most, int64_t gain) {
  a->steps += 4;
  if (a->stop || is_over(a)) return;
  if (n == a->turn_count) {
    int64_t value = fill_values(a, open, NULL);
    if (gain + value >= a->low * ONE) give_lines(a, open, 0, 0, gain);
    return;
  }
  uint32_t i = a->turns[n], used = a->used;
  for (uint32_t w = 0; w < a->way_count[i]; w++) {
    const way *one = &a->ways[i][w];
    a->steps++;
    if (most - one->less < a->low * ONE) return;
    if (one->lines & ~open) continue;
    for (uint32_t k = 0; k < a->count; k++)
      if ((one->lines >> k) & 1) a->holder[k] = (uint8_t)i;
    if (one->lines) a->used |= 1u << i;
    choose_ways(a, n + 1, open & ~one->lines, most - one->less, gain + one->gain);
    a->used = used;
    for (uint32_t k = 0; k < a->count; k++)
      if ((one->lines >> k) & 1) a->holder[k] = RULES_MAX;
  }
}

/* Looks into the window. */
static void search_window(allot *a, int64_t bound) {
  a->turn_count = 0;
  a->stop = false;
  memset(a->holder, RULES_MAX, a->count);
  for (uint32_t i = 0; i < a->rule_count; i++) {
    if (a->rules[i].by_line) continue;
    a->way_count[i] = 0;
    reach_levels(a, i, free_lines(a, i), bound - a->low * ONE);
    uint32_t at = a->turn_count++;
    for (; at > 0 && a->way_count[a->turns[at - 1]] > a->way_count[i]; at--)
      a->turns[at] = a->turns[at - 1];
    a->turns[at] = i;
  }
  choose_ways(a, 0, all_lines(a), bound, 0);
  for (uint32_t i = a->bottom; i <= a->top; i++)
    a->done[i] = true;
}

/* Whether there are lines that reach the target: they are then the best that is known. */
static bool find_lines(allot *a) {
  int64_t before = a->most;
  a->improved = a->open = a->stop = false;
  memset(a->done, 0, sizeof a->done);
  if (!find_window(a)) return false;
  int64_t bound = sp_min(a->most, bound_all(a));
  set_most(a, sp_max(0, bound));
  while (bound >= 0 && !is_over(a) && (a->all || !a->improved) && find_window(a))
    search_window(a, bound);
  set_most(a, before);
  return a->improved;
}

/* ---- ties ---- */

static uint32_t bit_of(const allot *a, const uint32_t *taken) {
  uint32_t bits = 0;
  for (uint32_t i = 0; i < a->rule_count; i++)
    bits |= taken[a->rules[i].turn] ? 1u << i : 0;
  return bits;
}

static uint32_t chosen_offers(const allot *a) {
  uint32_t bits = 0;
  for (uint32_t i = 0; i < a->offer_count; i++)
    bits |= a->x->best.taken[a->offers[i].turn] ? 1u << i : 0;
  return bits;
}

/* Whether a decision with other coupons may be as good and come first. */
static bool find_other_coupons(allot *a) {
  uint32_t chosen = chosen_offers(a);
  for (uint32_t i = 0; i < a->offer_count; i++) {
    const offer *o = &a->offers[i];
    uint32_t slot = 0;
    for (uint32_t j = 0; j < a->offer_count; j++)
      slot |= a->offers[j].slot == o->slot ? 1u << j : 0;
    bool mine = (chosen >> i) & 1;
    // Nothing of a slot where there was nothing is more coupons.
    if (!(slot & chosen)) continue;
    set_offers(a, mine ? slot : slot & ~(1u << i));
    if (find_lines(a)) return true;
    if (a->open) return false;
  }
  set_offers(a, ~chosen);
  return false;
}

/* Gives the line to the rule for good, or with SP_NONE takes that back. */
static void fix_line(allot *a, uint32_t k, uint32_t rule, uint32_t may) {
  uint32_t before = a->owner[k];
  if (before != RULES_MAX) a->must[before] &= ~(1u << k);
  a->owner[k] = rule == SP_NONE ? RULES_MAX : (uint8_t)rule;
  if (rule != SP_NONE) a->must[rule] |= 1u << k;
  a->may[k] = may;
}

static void set_rules(allot *a, const uint32_t *may, uint32_t rules, uint32_t used) {
  for (uint32_t k = 0; k < a->count; k++)
    fix_line(a, k, SP_NONE, may[k] & rules);
  a->used = used;
}

/* Whether a decision with these coupons and other rules may be as good and come first: one lacks a
 * rule of the best, or has another. */
static bool find_other_rules(allot *a, const uint32_t *may) {
  uint32_t chosen = bit_of(a, a->x->best.taken);
  for (uint32_t r = 0; r < a->rule_count; r++) {
    uint32_t bit = 1u << r;
    bool lacks = chosen & bit, by_line = !lacks && a->rules[r].by_line;
    for (uint32_t k = 0; k < (by_line ? a->count : 1); k++) {
      if (by_line && !(may[k] & bit)) continue;
      set_rules(a, may, lacks ? ~bit : UINT32_MAX, lacks || by_line ? 0 : bit);
      if (by_line) fix_line(a, k, r, bit);
      if (find_lines(a)) return true;
      if (a->open) return false;
    }
  }
  return false;
}

/* Who has the line in the best decision. */
static bool has_line(const allot *a, uint32_t r, uint32_t k) {
  const pricing *p = a->x->p;
  const turn *t = &p->turns[a->rules[r].turn];
  return a->x->best.assigned[(size_t)t->once_group * p->request->line_count + a->line[k]] ==
         t->rule;
}

/* Each rule in turn takes each line that it can have. */
static bool find_first_lines(allot *a, const uint32_t *may, const uint32_t *by_id) {
  uint32_t chosen = bit_of(a, a->x->best.taken), by_level = 0, offers = chosen_offers(a);
  for (uint32_t i = 0; i < a->rule_count; i++)
    by_level |= a->rules[i].by_line ? 0 : 1u << i;
  set_rules(a, may, chosen, chosen & by_level);
  for (uint32_t n = 0; n < a->rule_count; n++) {
    uint32_t r = by_id[n];
    for (uint32_t line = 0; line < a->x->p->request->line_count; line++) {
      uint32_t k = 0;
      while (k < a->count && a->line[k] != line)
        k++;
      if (k == a->count) continue;
      uint32_t mine = a->may[k];
      if (a->owner[k] != RULES_MAX || !((mine >> r) & 1)) continue;
      fix_line(a, k, r, 1u << r);
      if (has_line(a, r, k)) continue;
      if (find_lines(a)) {
        if (chosen_offers(a) != offers || bit_of(a, a->x->best.taken) != chosen) return true;
        continue;
      }
      if (a->open) return false;
      fix_line(a, k, SP_NONE, mine & ~(1u << r));
    }
  }
  return false;
}

/* Finds the first of all that are as good as the best. False: it may be another one. */
static bool settle_ties(allot *a) {
  uint32_t may[LINES_MAX], by_id[RULES_MAX];
  const pricing *p = a->x->p;
  memcpy(may, a->may, sizeof may);
  for (uint32_t i = 0; i < a->rule_count; i++) {
    uint32_t at = i;
    for (; at > 0 && text_compare(turn_rule(p, &p->turns[a->rules[by_id[at - 1]].turn])->id,
                                  turn_rule(p, &p->turns[a->rules[i].turn])->id) > 0;
         at--)
      by_id[at] = by_id[at - 1];
    by_id[at] = i;
  }
  a->all = false;
  a->target = a->x->best_score;
  for (;;) {
    set_rules(a, may, UINT32_MAX, 0);
    bool again = find_other_coupons(a);
    if (!again && !a->open) again = find_other_rules(a, may);
    if (!again && !a->open) again = find_first_lines(a, may, by_id);
    if (!again) return !a->open;
  }
}

/* ---- what the cart is ---- */

static bool is_current(sp_base base) {
  return base == SP_BASE_current || base == SP_BASE_after_item;
}

/* What lines add to a threshold; NULL: something else. */
static const int64_t *weights_of(const allot *a, bool by_qty, sp_base base) {
  if (by_qty) return a->qty;
  return is_current(base) ? a->left : base == SP_BASE_list ? a->list : NULL;
}

/* One threshold, or none. */
static bool read_need(const allot *a, const turn *t, taker *r, int64_t *need) {
  const sp_test *test = &t->when.tests[0];
  *need = 1;
  r->weight = a->left;
  if (!t->when.count) return true;
  if (t->when.count > 1 || (test->kind != SP_TEST_amount && test->kind != SP_TEST_qty))
    return false;
  *need = sp_max(1, test->gte);
  r->weight = weights_of(a, test->kind == SP_TEST_qty, test->base);
  return r->weight;
}

/* One level of a rule: an amount, or a part of what is left. */
static bool read_level(taker *r, const sp_give *give, int64_t need) {
  bool percent = give->kind == SP_GIVE_percent_off;
  if (!percent && give->kind != SP_GIVE_amount_off) return false;
  if (give->per != SP_PER_order || give->max_units || give->lands_on_freight) return false;
  if (percent && (give->cap_fen >= 0 || !is_current(give->base))) return false;
  uint32_t n = r->level_count++;
  if (n && percent != r->by_line) return false;
  r->by_line = percent;
  r->need[n] = need;
  r->gain[n] = percent ? give->bp : give->amount_fen;
  return !n || (r->gain[n] >= r->gain[n - 1] && need >= r->need[n - 1]);
}

static bool read_rule(allot *a, uint32_t i) {
  const pricing *p = a->x->p;
  const turn *t = &p->turns[i];
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  int64_t need;
  bool tested = t->when.count;
  if (a->rule_count == RULES_MAX) return false;
  taker *r = &a->rules[a->rule_count++];
  *r = (taker){.turn = i};
  if (rule->give_count != 1 || rule->level != SP_LEVEL_order || rule->filter.bits ||
      !rule->applies_to_discounted || p->group_slots[rule->group] != SP_NONE ||
      !read_need(a, t, r, &need))
    return false;
  if (give->kind == SP_GIVE_tiers) {
    const int64_t *weight = weights_of(a, give->by == SP_BY_qty, give->base);
    if (!weight || (tested && weight != r->weight)) return false;
    r->weight = weight;
    for (uint32_t n = 0; n < give->tier_count; n++)
      if (!read_level(r, give->tiers[n].give, sp_max(need, give->tiers[n].gte))) return false;
    return true;
  }
  if (give->kind != SP_GIVE_nth_item) return read_level(r, give, need);
  if (give->order != SP_ORDER_price_desc || !give->repeat || !is_current(give->base) ||
      give->pay_count > CYCLE_MAX)
    return false;
  r->by_line = true;
  r->level_count = 1;
  r->need[0] = need;
  r->gain[0] = 1;
  r->cycle = give->pay_count;
  return true;
}

/* What the line can lose by the rule at each place in its row. */
static void read_values(allot *a, uint32_t i, uint32_t k) {
  const pricing *p = a->x->p;
  const taker *r = &a->rules[i];
  const sp_give *give = &turn_rule(p, &p->turns[r->turn])->gives[0];
  for (uint32_t at = 0; at < r->cycle; at++) {
    int64_t off = 0, all = 0;
    for (uint32_t n = 0; n < r->cycle; n++) {
      all += ONE - give->pay_bp[n];
      if (n < a->qty[k] % r->cycle) off += ONE - give->pay_bp[(at + n) % r->cycle];
    }
    a->value[i][k][at] = (a->qty[k] / r->cycle * all + off) * a->piece[k];
  }
  if (!r->cycle) a->value[i][k][0] = a->left[k] * r->gain[r->level_count - 1];
}

/* The lines that some rule may have, the dearest pieces first. */
static bool read_lines(allot *a) {
  const pricing *p = a->x->p;
  uint32_t segment[LINES_MAX];
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *one = &p->segments[i];
    if (i && one->line == one[-1].line) return false;
    uint32_t may = 0, at = a->count;
    for (uint32_t r = 0; r < a->rule_count; r++) {
      const turn *t = &p->turns[a->rules[r].turn];
      for (uint32_t k = 0; k < t->segment_count; k++)
        may |= t->segments[k] == i ? 1u << r : 0;
    }
    if (!may) continue;
    if (a->count == LINES_MAX || p->start_left[i] <= 0 || p->start_left[i] % one->qty) return false;
    int64_t piece = p->start_left[i] / one->qty;
    for (; at > 0 && a->piece[at - 1] < piece; at--) {
      segment[at] = segment[at - 1];
      a->piece[at] = a->piece[at - 1];
      a->may[at] = a->may[at - 1];
    }
    segment[at] = i;
    a->piece[at] = piece;
    a->may[at] = may;
    a->count++;
  }
  for (uint32_t k = 0; k < a->count; k++) {
    a->line[k] = p->segments[segment[k]].line;
    a->list[k] = p->segments[segment[k]].list_fen;
    a->left[k] = p->start_left[segment[k]];
    a->qty[k] = p->segments[segment[k]].qty;
    a->owner[k] = a->holder[k] = RULES_MAX;
    for (uint32_t r = 0; r < a->rule_count; r++) {
      if (!((a->may[k] >> r) & 1)) continue;
      a->rules[r].lines |= 1u << k;
      read_values(a, r, k);
    }
  }
  return a->count > 0;
}

/* Whether the amounts of the rule's levels are never more than its lines have left. */
static bool is_borne(const allot *a, taker *r) {
  int64_t least = INT64_MAX;
  r->backed = true;
  for (uint32_t k = 0; k < a->count; k++) {
    if (!((r->lines >> k) & 1)) continue;
    least = sp_min(least, a->left[k]);
    r->backed &= r->weight[k] <= a->left[k];
  }
  for (uint32_t n = 0; n < r->level_count && !r->by_line; n++)
    if (r->gain[n] > sp_max(least, r->backed ? r->need[n] : 0)) return false;
  return true;
}

/* What line k can lose at most, and a share of what is left over by roundings. */
static int64_t most_lost(const allot *a, uint32_t k) {
  int64_t most = 0;
  for (uint32_t i = 0; i < a->rule_count; i++) {
    const taker *r = &a->rules[i];
    if (!((r->lines >> k) & 1)) continue;
    for (uint32_t at = 0; r->by_line && at < CYCLE_MAX; at++)
      most = sp_max(most, a->value[i][k][at] / ONE + 1);
    for (uint32_t n = 0; !r->by_line && n < r->level_count; n++) {
      int64_t whole = sp_max(r->backed ? r->need[n] : 0, a->left[k]);
      most = sp_max(most, r->gain[n] * a->left[k] / whole + 1);
    }
  }
  return sp_min(a->left[k], most + a->count);
}

/* The amount that the condition asks for where it is what lines lose that it may fail by. */
static int64_t least_left(const turn *t) {
  int64_t least = 0;
  for (uint32_t i = 0; i < t->when.count; i += 1 + t->when.tests[i].inside) {
    const sp_test *test = &t->when.tests[i];
    if (test->kind == SP_TEST_amount && is_current(test->base)) least = sp_max(least, test->gte);
  }
  return least;
}

static bool read_offer(allot *a, uint32_t i) {
  const pricing *p = a->x->p;
  const turn *t = &p->turns[i];
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  if (!a->x->now.usable_count[i]) return true;
  if (a->offer_count == OFFERS_MAX || t->cups != SP_NONE) return false;
  offer *o = &a->offers[a->offer_count];
  *o = (offer){.turn = i, .slot = a->offer_count++, .amount = t->bound_fen, .cap = INT64_MAX / ONE};
  o->freight = rule->stage == SP_STAGE_freight;
  o->gte = least_left(t);
  o->times = sp_min(a->x->now.usable_count[i], t->uses_max);
  bool alone = rule->group != SP_NONE && p->group_slots[rule->group] != SP_NONE &&
               turn_counts_once(p, rule->group) && p->book->groups[rule->group].max == 1;
  for (uint32_t j = 0; j + 1 < a->offer_count && alone; j++) {
    if (turn_rule(p, &p->turns[a->offers[j].turn])->group == rule->group)
      o->slot = a->offers[j].slot;
  }
  if (alone) o->times = 1;
  bool one = rule->give_count == 1;
  if (o->freight) {
    if (t->bound_fen) return false; // It takes goods as well.
    o->amount = a->freight;
    if (one && give->kind == SP_GIVE_freight_off && give->amount_fen)
      o->amount = give->amount_fen * p->package_count;
  } else if (one && give->kind == SP_GIVE_percent_off && give->per == SP_PER_order &&
             is_current(give->base)) {
    o->bp = give->bp;
    if (give->cap_fen >= 0) o->cap = give->cap_fen;
  }
  uint32_t reached = 0;
  for (uint32_t n = 0; n < t->segment_count; n++) {
    const sp_segment *segment = &p->segments[t->segments[n]];
    o->goods += p->start_left[t->segments[n]];
    for (uint32_t k = 0; k < a->count; k++)
      reached |= a->line[k] == segment->line ? 1u << k : 0;
  }
  o->others = all_lines(a) & ~reached;
  for (uint32_t k = 0; k < a->count; k++)
    o->outside += (o->others >> k) & 1 ? most_lost(a, k) : 0;
  a->scoped |= o->others != 0;
  return true;
}

static void read_freight(allot *a) {
  const pricing *p = a->x->p;
  const sp_freight_table *table = &p->book->freight;
  for (uint32_t g = 0; g < p->package_count; g++) {
    a->freight += p->packages[g].freight_list_fen;
    if (p->never_free[g] || !table->has_free) a->fixed_freight += p->packages[g].freight_list_fen;
  }
  a->free_gte = table->has_free ? table->free_gte_fen : 2 * FEN_MAX;
  // What other carts ask is not looked into: it may be free whatever the lines lose.
  bool whole = p->package_count == 1 || table->free_per_order;
  if (table->has_free && (!whole || !is_current(table->free_base))) a->free_gte = -1;
}

/* Only the group's rules, coupons and freight may have a say. */
static bool read_turns(allot *a) {
  const pricing *p = a->x->p;
  bool others = false;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->dead) continue;
    if (t->kind == TURN_ASSIGNED) {
      if (i >= p->order_stage_turn || others || !read_rule(a, i)) return false;
      a->first_after = i + 1;
      continue;
    }
    others = true;
    if (t->kind != TURN_COUPON && t->kind != TURN_FREIGHT) {
      bool idle = t->kind == TURN_AUTOMATIC && turn_rule(p, t)->stage == SP_STAGE_reward;
      if (!idle || t->bound_fen) return false;
    }
  }
  return a->rule_count > 0;
}

static bool read_cart(allot *a) {
  search *x = a->x;
  const pricing *p = x->p;
  const sp_policy *policy = &p->book->policy;
  if (x->forced || x->some || x->by_level || p->line_pins || p->whole ||
      policy->goal != SP_GOAL_lowest_payable || policy->percent_rounding != SP_FLOOR ||
      policy->percent_price_side || policy->refuse_overflow || policy->coupons_cover_freight ||
      p->floor_fen || p->has_fixed || p->has_exclusions || p->has_exclusive || p->gifts_meet ||
      p->given_count || p->value_bound_fen || p->goods_count != p->segment_count ||
      x->goods_fen >= FEN_MAX)
    return false;
  a->goods = x->goods_fen;
  if (!read_turns(a) || !read_lines(a)) return false;
  a->states = 1;
  for (uint32_t i = 0; i < a->rule_count; i++) {
    taker *r = &a->rules[i];
    if (!is_borne(a, r)) return false;
    if (!r->cycle) continue;
    r->stride = a->states;
    a->states *= r->cycle;
    if (a->states > STATES_MAX) return false;
  }
  for (uint32_t i = 0; i < a->rule_count; i++) {
    const taker *r = &a->rules[i];
    for (uint32_t s = 0; s < a->states && r->cycle; s++)
      a->place[i][s] = (uint8_t)(s / r->stride % r->cycle);
  }
  read_freight(a);
  for (uint32_t i = a->first_after; i < p->turn_count; i++) {
    if (p->turns[i].kind == TURN_COUPON && !p->turns[i].dead && !read_offer(a, i)) return false;
  }
  return true;
}

/* The best score that the bound leaves. */
static int64_t best_score_at(allot *a) {
  set_offers(a, 0);
  int64_t best = a->at_most;
  for (uint32_t i = 0; i < a->break_count; i++)
    best = sp_max(best, value_at(a, i));
  return money_divide(best, ONE, SP_FLOOR);
}

sp_err allot_search(search *x, bool *done) {
  *done = false;
  if (x->p->once_group_count != 1) return SP_OK;
  size_t mark = arena_mark(x->p->arena);
  allot *a = arena_alloc(x->p->arena, sizeof *a);
  if (!a) return SP_E_MEMORY;
  *a = (allot){.x = x, .work_max = SP_SEARCH_WORK_MAX};
  *done = read_cart(a);
  if (!*done) {
    arena_rewind(x->p->arena, mark);
    return SP_OK;
  }
  uint32_t work_max = x->work_max;
  x->work_max = UINT32_MAX;
  set_offers(a, 0);
  find_prices(a);
  a->beside = true;
  a->target = x->best_score + 1;
  find_lines(a);
  bool proven = !a->open;
  if (!proven) x->abandoned_score = sp_max(x->best_score, best_score_at(a));
  if (proven && !settle_ties(a)) x->abandoned_score = x->best_score;
  x->exhausted |= x->abandoned_score != INT64_MIN;
  x->work += a->steps / STEPS;
  x->work_max = work_max;
  plan_reset_state(x->p, x->states[0]);
  return x->err;
}
