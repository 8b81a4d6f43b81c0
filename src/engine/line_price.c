#include "engine/line_price.h"

#include <string.h>

/* Sets of rules are enumerated; a group with more rules gets simple prices. */
#define RULES_MAX 8
#define SETS_MAX  (1u << RULES_MAX)

/* Gain per weight, as a number of 1 / 2^16. */
#define RATE_BITS 16

/* A lack of pieces has 21 bits at most. */
#define RATE_MAX_BITS 41

static int64_t rate_of(int64_t gain_fen, int64_t weight) {
  return gain_fen ? money_mul_div(gain_fen, 1 << RATE_BITS, sp_max(gain_fen, weight)) : 0;
}

static int64_t price_at(int64_t weight, int64_t rate) {
  return ((weight * rate) >> RATE_BITS) + 1;
}

/* ---- what a rule can gain by the weight of its lines ---- */

static bool by_amount(sp_base base) {
  return base != SP_BASE_goods_and_freight;
}

/* What the line's goods add to a threshold, at most. */
static void weigh_lines(const pricing *p, const turn *t, sp_by by, sp_base base, int64_t *weight) {
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t i = t->segments[k];
    const sp_segment *segment = &p->segments[i];
    weight[segment->line] += by == SP_BY_qty        ? segment->qty
                             : base == SP_BASE_list ? segment->list_fen
                                                    : p->start_left[i] + segment->fixed_fen;
  }
}

static int64_t top_gain(const sp_give *give, const turn *t) {
  bool amount = give->kind == SP_GIVE_amount_off && give->per == SP_PER_order;
  return amount ? sp_min(give->amount_fen, t->bound_fen) : t->bound_fen;
}

/* Steps of what it gains by what its lines weigh. Several level groups, lists of gives and
 * conditions of other kinds are one step without a threshold. */
static void read_levels(const pricing *p, const turn *t, line_walk *w) {
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  const sp_test *test = NULL;
  bool plain = rule->give_count == 1 && level_count(p, rule->level) == 1;
  for (uint32_t i = 0; plain && i < t->when.count; i += 1 + t->when.tests[i].inside) {
    if (t->when.tests[i].kind == SP_TEST_amount && by_amount(t->when.tests[i].base))
      test = &t->when.tests[i];
  }
  bool tiers = plain && give->kind == SP_GIVE_tiers && by_amount(give->base);
  sp_by by = tiers ? give->by : SP_BY_amount;
  sp_base base = tiers ? give->base : test ? test->base : SP_BASE_current;
  bool same = test && by == SP_BY_amount && (test->base == SP_BASE_list) == (base == SP_BASE_list);
  int64_t need = same ? test->gte : 0;
  weigh_lines(p, t, by, base, w->weight);
  if (!tiers) {
    w->levels[w->level_count++] = (line_level){need, plain ? top_gain(give, t) : t->bound_fen};
    return;
  }
  for (uint32_t i = 0; i < give->tier_count; i++) {
    const sp_tier *tier = &give->tiers[i];
    w->levels[w->level_count++] = (line_level){sp_max(need, tier->gte), top_gain(tier->give, t)};
  }
}

/* ---- prices ---- */

/* A rule while lines are being given away: the next step of the concave hull of its levels. */
typedef struct {
  const line_walk *w;
  int64_t filled, gained_fen, filled_to, gains_to, rate;
} bidder;

/* The steepest step from where it stands. whole: all that its lines add to a need; bears: all that
 * they bear of its cut; goods: what they are worth, the measure that all bidders share. */
static void next_step(bidder *b, int64_t whole, int64_t bears, int64_t goods) {
  b->rate = 0;
  for (uint32_t i = 0; i < b->w->level_count && b->w->levels[i].need <= whole; i++) {
    const line_level *level = &b->w->levels[i];
    if (level->gain_fen <= b->gained_fen) continue;
    // A threshold is taken for that part of the goods; as much must be there to bear the gain,
    // all of them where it takes nearly all that they bear.
    int64_t to = whole ? money_mul_div(level->need, goods, whole) : 0;
    bool part = level->gain_fen < bears - bears / 4;
    to = sp_max(to, part ? money_mul_div(level->gain_fen, goods, bears) : goods);
    to = sp_max(to, b->filled + 1);
    int64_t rate = rate_of(level->gain_fen - b->gained_fen, to - b->filled);
    if (rate < b->rate) continue;
    b->rate = rate;
    b->filled_to = to;
    b->gains_to = level->gain_fen;
  }
}

typedef struct {
  search *x;
  uint32_t lines;
  bidder bidders[RULES_MAX];
  uint32_t count;
  const int64_t *goods;    /* per line: what all of it is worth */
  uint32_t *reach;         /* per line: a bit for each bidder */
  int64_t spare[SETS_MAX]; /* per set: goods that it reaches and has not taken */
} auction;

static void read_bidder(const auction *a, bidder *b) {
  int64_t whole = 0, bears = 0, goods = 0;
  for (uint32_t line = 0; line < a->lines; line++) {
    if (!b->w->weight[line]) continue;
    whole += b->w->weight[line];
    bears += b->w->own_bound_fen[line];
    goods += a->goods[line];
  }
  next_step(b, whole, bears, goods);
}

static void fill_spare(auction *a) {
  uint32_t all = (1u << a->count) - 1;
  int64_t total = 0;
  for (uint32_t set = 0; set <= all; set++)
    a->spare[set] = 0;
  for (uint32_t line = 0; line < a->lines; line++) {
    if (!a->reach[line]) continue;
    a->spare[a->reach[line]] += a->goods[line];
    total += a->goods[line];
  }
  for (uint32_t r = 0; r < a->count; r++) {
    for (uint32_t set = 0; set <= all; set++)
      if ((set >> r) & 1) a->spare[set] += a->spare[set ^ (1u << r)];
  }
  // What no other rule reaches becomes what the set reaches.
  for (uint32_t set = 0; set <= all / 2; set++) {
    int64_t mine = total - a->spare[all ^ set];
    a->spare[all ^ set] = total - a->spare[set];
    a->spare[set] = mine;
  }
}

/* The best bidder gets goods until its step is full, or until a set of rules has all it reaches:
 * its lines cost from then on what that bidder would have given. */
static void give_away(auction *a, int64_t *price_fen) {
  uint32_t all = (1u << a->count) - 1;
  for (;;) {
    uint32_t best = SP_NONE;
    for (uint32_t r = 0; r < a->count; r++) {
      if (a->bidders[r].rate && (best == SP_NONE || a->bidders[r].rate > a->bidders[best].rate))
        best = r;
    }
    if (best == SP_NONE) return;
    bidder *b = &a->bidders[best];
    int64_t most = b->filled_to - b->filled;
    for (uint32_t set = 1; set <= all; set++)
      if ((set >> best) & 1) most = sp_min(most, a->spare[set]);
    uint32_t full = 0;
    for (uint32_t set = 1; set <= all; set++) {
      if (!((set >> best) & 1)) continue;
      a->spare[set] -= most;
      if (!a->spare[set]) full |= set;
    }
    a->x->work += 1 + (all >> 2);
    b->filled += most;
    for (uint32_t line = 0; line < a->lines; line++) {
      if ((a->reach[line] & full) && !price_fen[line])
        price_fen[line] = price_at(a->goods[line], b->rate);
    }
    bool whole_step = b->filled == b->filled_to;
    if (whole_step) b->gained_fen = b->gains_to;
    read_bidder(a, b);
    if (!whole_step) b->rate = 0;
  }
}

static sp_err price_group(search *x, uint32_t g) {
  pricing *p = x->p;
  uint32_t lines = p->request->line_count;
  int64_t *price_fen = x->line_price_fen + (size_t)g * lines;
  uint32_t count = 0;
  for (uint32_t i = x->group_first[g]; i != SP_NONE; i = x->walks[i].next)
    count++;
  if (count > RULES_MAX) {
    memcpy(price_fen, x->walks[x->group_first[g]].line_bound_fen, lines * sizeof *price_fen);
    return SP_OK;
  }
  size_t mark = arena_mark(p->arena);
  auction *a = arena_alloc(p->arena, sizeof(auction));
  int64_t *goods = arena_array(p->arena, lines, sizeof(int64_t));
  uint32_t *reach = arena_array(p->arena, lines, sizeof(uint32_t));
  if (!a || !goods || !reach) return SP_E_MEMORY;
  *a = (auction){.x = x, .lines = lines, .goods = goods, .reach = reach};
  for (uint32_t i = 0; i < p->segment_count; i++)
    goods[p->segments[i].line] += p->start_left[i];
  for (uint32_t i = x->group_first[g]; i != SP_NONE; i = x->walks[i].next) {
    const line_walk *w = &x->walks[i];
    for (uint32_t line = 0; line < lines; line++) {
      if (w->weight[line] && goods[line]) reach[line] |= 1u << a->count;
    }
    a->bidders[a->count] = (bidder){.w = w};
    read_bidder(a, &a->bidders[a->count++]);
  }
  fill_spare(a);
  give_away(a, price_fen);
  arena_rewind(p->arena, mark);
  return SP_OK;
}

/* ---- what is gained beyond them ---- */

void line_price_begin(line_walk *w) {
  line_rest *rest = &w->rest[w->count];
  *rest = (line_rest){.least_rate = (int64_t)1 << RATE_MAX_BITS};
  for (uint32_t k = w->count; k-- > 0;) {
    line_rest *at = &w->rest[k];
    *at = *rest;
    for (uint32_t l = k; l < tree_position_end(w, k); l++) {
      uint32_t line = w->lines[l];
      int64_t price = w->price_fen[line], weight = w->weight[line];
      at->weight += weight;
      at->profit_fen += sp_max(0, w->own_bound_fen[line] - price);
      if (weight) at->least_rate = sp_min(at->least_rate, (price << RATE_BITS) / weight);
    }
    rest = at;
  }
}

int64_t line_price_beyond(const line_walk *w, uint32_t k, const line_sums *so) {
  const line_rest *rest = &w->rest[k];
  int64_t best = 0;
  for (uint32_t i = 0; i < w->level_count; i++) {
    int64_t lack = sp_max(0, w->levels[i].need - so->weight);
    if (lack > rest->weight) break;
    int64_t by_step = w->levels[i].gain_fen;
    if (lack) by_step -= (lack * rest->least_rate) >> RATE_BITS;
    best = sp_max(best, sp_min(by_step, so->bound_fen + rest->profit_fen));
  }
  return best - so->price_fen;
}

sp_err line_prices(search *x) {
  pricing *p = x->p;
  uint32_t lines = p->request->line_count;
  x->line_price_fen = arena_array(p->arena, (size_t)p->once_group_count * lines, sizeof(int64_t));
  const int64_t *nothing = arena_array(p->arena, lines, sizeof(int64_t));
  if (!x->line_price_fen || !nothing) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_ASSIGNED) continue;
    line_walk *w = &x->walks[i];
    w->levels = arena_array(p->arena, SP_TIERS_MAX, sizeof(line_level));
    w->weight = arena_array(p->arena, lines, sizeof(int64_t));
    w->rest = arena_array(p->arena, (size_t)lines + 1, sizeof(line_rest));
    w->own_bound_fen = t->bound_fen ? t->line_bound_fen : nothing;
    w->price_fen = x->line_price_fen + (size_t)t->once_group * lines;
    if (!w->levels || !w->weight || !w->rest) return SP_E_MEMORY;
    if (t->bound_fen) read_levels(p, t, w);
  }
  for (uint32_t g = 0; g < p->once_group_count; g++) {
    sp_err err = price_group(x, g);
    if (err) return err;
  }
  // All lines of a rule in a row are a walk of it; what comes after it is known by then.
  for (uint32_t i = p->turn_count; i-- > 0;) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_ASSIGNED) continue;
    line_walk *w = &x->walks[i];
    uint32_t last = SP_NONE;
    for (uint32_t k = 0; k < t->segment_count; k++) {
      uint32_t line = p->segments[t->segments[k]].line;
      if (line != last) w->lines[w->count++] = last = line;
    }
    line_price_begin(w);
    w->beyond_fen = line_price_beyond(w, 0, &(line_sums){0});
    w->later_beyond_fen = 0;
    if (w->next != SP_NONE)
      w->later_beyond_fen = x->walks[w->next].beyond_fen + x->walks[w->next].later_beyond_fen;
  }
  return SP_OK;
}
