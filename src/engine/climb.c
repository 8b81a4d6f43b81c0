#include "engine/climb.h"

#include <string.h>

#define RULES_MAX  8
#define LINES_MAX  64
#define OFFERS_MAX 32

/* Looks at how the lines stand, all together, and the work that each is counted as. */
#define LOOKS     2500
#define LOOK_WORK 5

/* Shares of what is left, which stays below 2^40. */
#define SHARE_BITS 20
#define FEN_MAX    (1ll << 40)

/* A rule of the group, and what it does with the lines it has. */
typedef struct {
  uint32_t turn, level_count;
  int64_t need[SP_TIERS_MAX], gain_fen[SP_TIERS_MAX];
  bool by_qty;
  uint32_t off_count; /* n-th pieces, dearest first; 1: a percentage */
  int64_t off_bp[SP_NTH_MAX], off_sum;
  int64_t weight, left_fen, cut_fen, share; /* share: of what is left, in 2^-SHARE_BITS */
} taker;

/* A coupon. */
typedef struct {
  uint32_t slot; /* one coupon of each is taken */
  int64_t gte_fen, amount_fen, cap_fen, bp;
  bool freight;
  int64_t goods_fen, most_fen; /* before anything is lost */
  uint64_t places;
} offer;

typedef struct {
  search *x;
  taker rules[RULES_MAX];
  uint32_t rule_count, count, offer_count, looks;
  uint32_t line[LINES_MAX], may[LINES_MAX]; /* per place, the dearest pieces first; bits of rules */
  uint32_t qty[LINES_MAX];
  int64_t left[LINES_MAX], piece[LINES_MAX], off[LINES_MAX];
  uint8_t holder[LINES_MAX]; /* rule_count: nobody */
  offer offers[OFFERS_MAX];
  int64_t freight_fen, free_gte_fen;
} climber;

/* ---- what the lines lose ---- */

/* Of so many pieces from a position on, in ten-thousandths of one. */
static int64_t pieces_off(const taker *r, uint32_t at, uint32_t qty) {
  int64_t sum = 0;
  if (qty >= r->off_count) sum = qty / r->off_count * r->off_sum;
  for (uint32_t some = qty % r->off_count; some > 0; some--) {
    sum += r->off_bp[at];
    at = at + 1 == r->off_count ? 0 : at + 1;
  }
  return sum;
}

static void count_rule(climber *c, uint32_t i) {
  taker *r = &c->rules[i];
  uint32_t level = r->level_count, at = 0;
  int64_t off = 0;
  while (level && r->need[level - 1] > r->weight)
    level--;
  if (r->off_count == 1) off = r->left_fen * r->off_bp[0] / 10000;
  for (uint32_t k = 0; level && r->off_count > 1 && k < c->count; k++) {
    if (c->holder[k] != i) continue;
    c->off[k] = pieces_off(r, at, c->qty[k]) * c->piece[k] / 10000;
    at = (at + c->qty[k]) % r->off_count;
    off += c->off[k];
  }
  r->cut_fen = level ? sp_min(r->left_fen, r->gain_fen[level - 1] + off) : 0;
  r->share = r->cut_fen ? (r->cut_fen << SHARE_BITS) / r->left_fen : 0;
}

static void add_to(climber *c, uint32_t i, uint32_t k, int64_t times) {
  if (i == c->rule_count) return;
  taker *r = &c->rules[i];
  r->weight += times * (r->by_qty ? c->qty[k] : c->left[k]);
  r->left_fen += times * c->left[k];
  count_rule(c, i);
}

static void put(climber *c, uint32_t k, uint32_t rule) {
  uint8_t before = c->holder[k];
  if (before == rule) return;
  c->holder[k] = (uint8_t)rule;
  add_to(c, before, k, -1);
  add_to(c, rule, k, 1);
}

/* A fen too much rather than too little: what is lost by roundings may cost a coupon. */
static int64_t lost_of(const climber *c, uint32_t k) {
  if (c->holder[k] == c->rule_count) return 0;
  const taker *r = &c->rules[c->holder[k]];
  if (!r->cut_fen) return 0;
  return 1 + (r->off_count > 1 ? c->off[k] : c->left[k] * r->share >> SHARE_BITS);
}

static int64_t gain_of(const offer *o, int64_t lost, int64_t due) {
  int64_t left = o->goods_fen - lost;
  if (left < o->gte_fen) return 0;
  int64_t gain = o->bp ? sp_min(o->cap_fen, left * o->bp / 10000) : o->amount_fen;
  return sp_min(gain, o->freight ? due : left);
}

/* What the lines and the best coupons take off, less the freight. */
static int64_t score_of(climber *c) {
  int64_t best[2 * OFFERS_MAX] = {0}, cut = 0, score;
  for (uint32_t r = 0; r < c->rule_count; r++)
    cut += c->rules[r].cut_fen;
  int64_t due = c->x->goods_fen - cut >= c->free_gte_fen ? 0 : c->freight_fen;
  c->looks++;
  c->x->work += LOOK_WORK;
  score = cut - due;
  for (uint32_t n = 0; n < c->offer_count; n++) {
    const offer *o = &c->offers[n];
    int64_t lost = o->places ? 0 : cut;
    if (o->most_fen <= best[o->slot]) continue;
    for (uint64_t places = o->places; places; places &= places - 1)
      lost += lost_of(c, (uint32_t)__builtin_ctzll(places));
    int64_t gain = gain_of(o, lost, due);
    score += sp_max(0, gain - best[o->slot]);
    best[o->slot] = sp_max(best[o->slot], gain);
  }
  return score;
}

/* ---- the climb ---- */

static bool is_better(climber *c, int64_t *score) {
  int64_t one = score_of(c);
  if (one <= *score) return false;
  *score = one;
  return true;
}

/* Each line goes where the score is best. */
static bool move_lines(climber *c, uint32_t from, int64_t *score) {
  bool better = false;
  for (uint32_t n = 0; n < c->count; n++) {
    uint32_t k = (n + from) % c->count;
    uint8_t before = c->holder[k], best = before;
    for (uint32_t may = c->may[k] & ~(1u << before); may; may &= may - 1) {
      put(c, k, (uint32_t)__builtin_ctz(may));
      if (is_better(c, score)) best = c->holder[k];
    }
    put(c, k, best);
    better |= best != before;
  }
  return better;
}

/* The first two lines that are better the other way round. */
static bool swap_lines(climber *c, int64_t *score) {
  for (uint32_t k = 0; k < c->count; k++) {
    for (uint32_t j = k + 1; j < c->count && c->looks < LOOKS; j++) {
      uint8_t a = c->holder[k], b = c->holder[j];
      if (a == b || !((c->may[k] >> b) & 1) || !((c->may[j] >> a) & 1)) continue;
      put(c, k, b);
      put(c, j, a);
      if (is_better(c, score)) return true;
      put(c, k, a);
      put(c, j, b);
    }
  }
  return false;
}

/* A rule takes every line that it may have, or gives up all of its own. */
static void push_rule(climber *c, uint32_t r, bool take) {
  for (uint32_t k = 0; k < c->count; k++) {
    if (take && ((c->may[k] >> r) & 1)) put(c, k, r);
    if (!take && c->holder[k] == r) put(c, k, (uint32_t)__builtin_ctz(c->may[k] & ~(1u << r)));
  }
}

/* Climbs from where every line has the first rule that may have it, then from the best so far with
 * a rule or two pushed, one after another. */
static void climb(climber *c) {
  uint8_t best[LINES_MAX];
  int64_t most = INT64_MIN;
  for (uint32_t n = 0, ways = 2 * c->rule_count; c->looks < LOOKS; n++) {
    int64_t score = score_of(c);
    while (c->looks < LOOKS && (move_lines(c, n * 7, &score) || swap_lines(c, &score))) {
    }
    if (score > most) memcpy(best, c->holder, c->count);
    most = sp_max(most, score);
    for (uint32_t k = 0; k < c->count; k++)
      put(c, k, best[k]);
    if (c->looks >= LOOKS) return;
    if (n >= ways) push_rule(c, n / ways % c->rule_count, true);
    push_rule(c, n % c->rule_count, n % ways < c->rule_count);
  }
}

/* ---- what the cart is ---- */

/* The least that a test of the rule asks for, 0: nothing. */
static int64_t least_of(const turn *t, bool *by_qty) {
  for (uint32_t i = 0; i < t->when.count; i += 1 + t->when.tests[i].inside) {
    const sp_test *test = &t->when.tests[i];
    if (test->kind != SP_TEST_amount && test->kind != SP_TEST_qty) continue;
    *by_qty = test->kind == SP_TEST_qty;
    return test->gte;
  }
  return 0;
}

static bool read_rule(climber *c, uint32_t i) {
  const turn *t = &c->x->p->turns[i];
  const sp_give *give = &turn_rule(c->x->p, t)->gives[0];
  if (c->rule_count == RULES_MAX) return false;
  taker *r = &c->rules[c->rule_count++];
  r->turn = i;
  int64_t least = sp_max(1, least_of(t, &r->by_qty));
  bool tiers = give->kind == SP_GIVE_tiers;
  if (tiers) r->by_qty = give->by == SP_BY_qty;
  r->level_count = tiers ? give->tier_count : 1;
  for (uint32_t k = 0; k < r->level_count; k++) {
    const sp_give *one = tiers ? give->tiers[k].give : give;
    r->need[k] = tiers ? sp_max(least, give->tiers[k].gte) : least;
    r->gain_fen[k] = one->kind == SP_GIVE_amount_off ? one->amount_fen : 0;
    if (one->kind == SP_GIVE_percent_off) {
      r->off_count = 1;
      r->off_bp[0] = one->bp;
    } else if (one->kind == SP_GIVE_nth_item && one->pay_count) {
      r->off_count = one->pay_count;
      r->off_sum = 0;
      for (uint32_t n = 0; n < one->pay_count; n++)
        r->off_sum += r->off_bp[n] = 10000 - one->pay_bp[n];
    } else if (!r->gain_fen[k]) {
      return false;
    }
  }
  return true;
}

/* The lines that a rule may have, the dearest pieces first. */
static void read_places(climber *c) {
  const pricing *p = c->x->p;
  for (uint32_t line = 0; line < p->request->line_count; line++) {
    uint32_t may = 0, at = c->count;
    int64_t left = 0;
    uint32_t qty = 0;
    for (uint32_t k = 0; k < p->segment_count; k++) {
      left += p->segments[k].line == line ? p->start_left[k] : 0;
      qty += p->segments[k].line == line ? (uint32_t)p->segments[k].qty : 0;
    }
    for (uint32_t r = 0; r < c->rule_count; r++) {
      const turn *t = &p->turns[c->rules[r].turn];
      for (uint32_t k = 0; k < t->segment_count; k++)
        may |= p->segments[t->segments[k]].line == line ? 1u << r : 0;
    }
    if (!may || !left) continue;
    for (; at > 0 && c->piece[at - 1] < left / qty; at--) {
      c->line[at] = c->line[at - 1];
      c->left[at] = c->left[at - 1];
      c->qty[at] = c->qty[at - 1];
      c->piece[at] = c->piece[at - 1];
      c->may[at] = c->may[at - 1];
    }
    c->line[at] = line;
    c->left[at] = left;
    c->qty[at] = qty;
    c->piece[at] = left / qty;
    c->may[at] = may | 1u << c->rule_count;
    c->count++;
  }
}

/* What may gain most comes first. */
static void read_offer(climber *c, uint32_t i) {
  const pricing *p = c->x->p;
  const turn *t = &p->turns[i];
  const sp_rule *rule = turn_rule(p, t);
  const sp_give *give = &rule->gives[0];
  bool by_qty = false;
  offer o = {.cap_fen = INT64_MAX, .gte_fen = least_of(t, &by_qty)};
  if (by_qty || c->offer_count == OFFERS_MAX || !c->x->now.usable_count[i]) return;
  o.freight = rule->stage == SP_STAGE_freight;
  o.slot = rule->group == SP_NONE ? OFFERS_MAX + c->offer_count : rule->group % OFFERS_MAX;
  o.amount_fen = give->kind == SP_GIVE_free_freight ? c->freight_fen : give->amount_fen;
  o.bp = give->kind == SP_GIVE_percent_off ? give->bp : 0;
  if (o.bp && give->cap_fen >= 0) o.cap_fen = give->cap_fen;
  for (uint32_t n = 0; n < t->segment_count; n++) {
    o.goods_fen += p->start_left[t->segments[n]] + p->segments[t->segments[n]].fixed_fen;
    for (uint32_t k = 0; k < c->count && t->segment_count < p->goods_count; k++)
      o.places |= p->segments[t->segments[n]].line == c->line[k] ? 1ull << k : 0;
  }
  o.most_fen = gain_of(&o, 0, c->freight_fen);
  uint32_t at = c->offer_count++;
  for (; at > 0 && c->offers[at - 1].most_fen < o.most_fen; at--)
    c->offers[at] = c->offers[at - 1];
  c->offers[at] = o;
}

static bool read_cart(climber *c) {
  const pricing *p = c->x->p;
  const sp_freight_table *table = &p->book->freight;
  if (p->once_group_count != 1 || p->request->line_count > LINES_MAX || c->x->goods_fen >= FEN_MAX)
    return false;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].dead) continue;
    if (p->turns[i].kind == TURN_ASSIGNED && !read_rule(c, i)) return false;
  }
  read_places(c);
  for (uint32_t g = 0; g < p->package_count; g++)
    c->freight_fen += p->packages[g].freight_list_fen;
  c->free_gte_fen = table->has_free ? table->free_gte_fen : INT64_MAX;
  for (uint32_t i = p->order_stage_turn; i < p->turn_count; i++) {
    if (p->turns[i].kind == TURN_COUPON && !p->turns[i].dead) read_offer(c, i);
  }
  return c->rule_count && c->count;
}

sp_err climb_lines(search *x, uint32_t *turn_of, bool *good) {
  climber *c = arena_alloc(x->p->arena, sizeof *c);
  if (!c) return SP_E_MEMORY;
  c->x = x;
  *good = read_cart(c);
  if (!*good) return SP_OK;
  memset(c->holder, (int)c->rule_count, c->count);
  for (uint32_t k = 0; k < c->count; k++)
    put(c, k, (uint32_t)__builtin_ctz(c->may[k]));
  climb(c);
  for (uint32_t line = 0; line < x->p->request->line_count; line++)
    turn_of[line] = SP_NONE;
  for (uint32_t k = 0; k < c->count; k++)
    turn_of[c->line[k]] = lost_of(c, k) ? c->rules[c->holder[k]].turn : SP_NONE;
  return SP_OK;
}
