#include "engine/cups.h"

#include <string.h>

#define FAR INT64_MIN

/* Not reached. */
#define NOWHERE INT64_MAX

/* A coupon in one of its level groups. */
typedef struct {
  const turn *turn;
  uint32_t coupon; /* in the order of work */
  uint32_t level;  /* as in cup_table.levels */
  uint32_t place;  /* SP_NONE: no piece */
  int64_t cut_fen;
  /* Where it would go if its piece were taken away, and what that and all that follows gains until
   * somebody ends where the chain began; FAR: it cannot. */
  uint32_t next, free_place;
  int64_t back_fen, free_fen;
  int64_t worth_fen, distance_fen; /* see fill */
  bool asked;
  uint32_t best_place; /* of the best sum where pieces share what their segment may lose */
  int64_t best_fen;
} taker;

/* Pieces of a segment are worth one of two values, a fen apart, and equal ones are one place:
 * 2 * segment the cheaper ones, 2 * segment + 1 the dearer ones. */
struct cup_table {
  taker *takers; /* one more: the pieces that nobody has taken */
  uint32_t taker_count, taker_max, row_count;
  uint16_t *levels;      /* per cup row and segment: level group + 1 where the condition holds */
  uint32_t *level_count; /* per cup row */
  int64_t *cuts;         /* per cup row and place: what a coupon takes off a piece there */
  int64_t *room;         /* per segment: what it may lose */
  int32_t *count, *used;
  uint32_t *places, place_count; /* those that have pieces */
  int64_t *price, *distance_fen; /* per place, see fill */
  uint32_t *asker;               /* per place: who would go there */
  bool *closed;
  uint32_t steps, readings;
};

static uint32_t cups_of(const pricing *p, const turn *t) {
  if (t->kind != TURN_COUPON || !turn_rule(p, t)->one_piece) return SP_NONE;
  uint32_t group = turn_rule(p, t)->group;
  return group == SP_NONE ? p->book->group_count : group;
}

sp_err cups_plan(pricing *p) {
  uint32_t rows = 0, takers = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    turn *t = &p->turns[i];
    uint32_t cups = cups_of(p, t), coupons = 0;
    t->cups = SP_NONE;
    for (uint32_t k = 0; k < p->turn_count && cups != SP_NONE; k++)
      if (cups_of(p, &p->turns[k]) == cups) coupons += p->turns[k].coupon_count;
    if (coupons < 2) continue;
    t->cups = cups;
    t->cup_row = rows++;
    takers += t->coupon_count * level_count(p, turn_rule(p, t)->level);
  }
  if (!rows) return SP_OK;
  uint32_t n = p->segment_count;
  struct cup_table *c = p->cups = arena_alloc(p->arena, sizeof(struct cup_table));
  if (!c) return SP_E_MEMORY;
  c->row_count = rows;
  c->taker_max = takers < SP_CUP_TAKERS_MAX ? takers : SP_CUP_TAKERS_MAX;
  c->takers = arena_array(p->arena, c->taker_max + 1, sizeof(taker));
  c->levels = arena_array(p->arena, (size_t)rows * n, sizeof(uint16_t));
  c->level_count = arena_array(p->arena, rows, sizeof(uint32_t));
  c->cuts = arena_array(p->arena, (size_t)rows * 2 * n, sizeof(int64_t));
  c->room = arena_array(p->arena, n, sizeof(int64_t));
  c->count = arena_array(p->arena, 2 * (size_t)n, sizeof(int32_t));
  c->used = arena_array(p->arena, 2 * (size_t)n, sizeof(int32_t));
  c->places = arena_array(p->arena, 2 * (size_t)n, sizeof(uint32_t));
  c->price = arena_array(p->arena, 2 * (size_t)n, sizeof(int64_t));
  c->distance_fen = arena_array(p->arena, 2 * (size_t)n, sizeof(int64_t));
  c->asker = arena_array(p->arena, 2 * (size_t)n, sizeof(uint32_t));
  c->closed = arena_array(p->arena, 2 * (size_t)n, sizeof(bool));
  p->cups_taken = arena_array(p->arena, p->turn_count, sizeof(uint32_t));
  bool good = c->takers && c->levels && c->level_count && c->cuts && c->room && c->count &&
              c->used && c->places && c->price && c->distance_fen && c->asker && c->closed &&
              p->cups_taken;
  return good ? SP_OK : SP_E_MEMORY;
}

uint32_t cups_work(pricing *p) {
  uint32_t work = 1 + p->cups->steps / 6;
  p->cups->steps = 0;
  return work;
}

static uint16_t *levels_of(const pricing *p, const turn *t) {
  return p->cups->levels + (size_t)t->cup_row * p->segment_count;
}

static int64_t *cuts_of(const pricing *p, const turn *t) {
  return p->cups->cuts + (size_t)t->cup_row * 2 * p->segment_count;
}

/* ---- what there is ---- */

/* What the turn's coupons take off a piece of the place. */
static int64_t cut_of(const pricing *p, const turn *t, int64_t value, uint32_t place) {
  int64_t most = sp_min(value, p->cups->room[place / 2]);
  const sp_give *give = &turn_rule(p, t)->gives[0];
  if (give->kind == SP_GIVE_amount_off) return sp_min(give->amount_fen, most);
  const sp_policy *policy = &p->book->policy;
  int64_t cut =
      money_percent_cut(value, give->bp, policy->percent_rounding, policy->percent_price_side);
  if (give->cap_fen >= 0) cut = sp_min(cut, give->cap_fen);
  return sp_min(cut, most);
}

/* Which pieces there are, and what the coupons of each turn that is taken would take off them. */
static void read_pieces(pricing *p, const pricing_state *s, uint32_t cups, uint32_t from,
                        const uint32_t *taken) {
  struct cup_table *c = p->cups;
  c->place_count = 0;
  c->readings++;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    int64_t qty = p->segments[i].qty, dear = s->left[i] % qty;
    c->room[i] = room_of(p, s, i);
    c->count[2 * i + 1] = (int32_t)dear;
    c->count[2 * i] = (int32_t)(qty - dear);
    c->used[2 * i] = c->used[2 * i + 1] = 0;
    c->places[c->place_count++] = 2 * i;
    if (dear) c->places[c->place_count++] = 2 * i + 1;
  }
  for (uint32_t i = from; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->cups != cups || !taken[i]) continue;
    outcome ignored;
    c->level_count[t->cup_row] = turn_levels(p, s, t, levels_of(p, t), &ignored);
    int64_t *cuts = cuts_of(p, t);
    for (uint32_t k = 0; k < c->place_count; k++) {
      uint32_t place = c->places[k], segment = place / 2;
      int64_t value = s->left[segment] / p->segments[segment].qty + place % 2;
      cuts[place] = levels_of(p, t)[segment] ? cut_of(p, t, value, place) : 0;
    }
    c->steps += 4 * c->place_count + 2 * t->segment_count;
  }
}

/* What the coupon takes off a piece there; 0: it may not take it. */
static int64_t cut_at(const pricing *p, const taker *k, uint32_t place) {
  if (levels_of(p, k->turn)[place / 2] != k->level) return 0;
  return sp_min(cuts_of(p, k->turn)[place], p->cups->room[place / 2]);
}

static void put(const pricing *p, taker *k, uint32_t place) {
  struct cup_table *c = p->cups;
  if (k->place != SP_NONE) c->used[k->place]--;
  k->place = place;
  k->cut_fen = place == SP_NONE ? 0 : cut_at(p, k, place);
  if (place != SP_NONE) c->used[place]++;
}

/* All coupons of the turns, each once in each of its level groups, without pieces. False: there are
 * too many. */
static bool list_takers(const pricing *p, uint32_t cups, uint32_t from, const uint32_t *taken) {
  struct cup_table *c = p->cups;
  uint32_t coupon = 0;
  c->taker_count = 0;
  for (uint32_t k = 0; k < c->place_count; k++)
    c->used[c->places[k]] = 0;
  for (uint32_t i = from; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    for (uint32_t k = 0; t->cups == cups && k < taken[i]; k++, coupon++) {
      for (uint32_t level = 1; level <= c->level_count[t->cup_row]; level++) {
        if (c->taker_count == c->taker_max) return false;
        c->takers[c->taker_count++] =
            (taker){.turn = t, .coupon = coupon, .level = level, .place = SP_NONE};
      }
    }
  }
  return true;
}

/* ---- the largest sum ---- */

static bool is_full(const struct cup_table *c, uint32_t place) {
  return c->used[place] >= c->count[place];
}

/* What a taker gains at most beyond the prices of pieces; FAR: there is none for it. */
static int64_t gain_of(const pricing *p, const taker *k) {
  struct cup_table *c = p->cups;
  int64_t most = FAR;
  for (uint32_t i = 0; i < c->place_count; i++) {
    int64_t cut = cut_at(p, k, c->places[i]);
    if (cut) most = sp_max(most, cut - c->price[c->places[i]]);
  }
  c->steps += c->place_count;
  return most;
}

/* Taker b, so far away itself, asks for every piece. */
static void ask(const pricing *p, uint32_t b) {
  struct cup_table *c = p->cups;
  taker *k = &c->takers[b];
  k->asked = true;
  for (uint32_t i = 0; i < c->place_count; i++) {
    uint32_t place = c->places[i];
    int64_t cut = cut_at(p, k, place);
    if (!cut || c->closed[place]) continue;
    int64_t distance = k->distance_fen + k->worth_fen + c->price[place] - cut;
    if (distance >= c->distance_fen[place]) continue;
    c->distance_fen[place] = distance;
    c->asker[place] = b;
  }
  c->steps += c->place_count;
}

static uint32_t nearest_place(struct cup_table *c) {
  uint32_t nearest = SP_NONE;
  for (uint32_t i = 0; i < c->place_count; i++) {
    uint32_t place = c->places[i];
    if (c->closed[place] || c->distance_fen[place] == NOWHERE) continue;
    if (nearest == SP_NONE || c->distance_fen[place] < c->distance_fen[nearest]) nearest = place;
  }
  c->steps += c->place_count / 2;
  return nearest;
}

static uint32_t nearest_taker(struct cup_table *c) {
  uint32_t nearest = SP_NONE;
  for (uint32_t b = 0; b < c->taker_count; b++) {
    const taker *k = &c->takers[b];
    if (k->place != SP_NONE || k->asked) continue;
    if (nearest == SP_NONE || k->distance_fen < c->takers[nearest].distance_fen) nearest = b;
  }
  c->steps += c->taker_count / 2;
  return nearest;
}

/* From those without a piece, the most worthy first, to a piece that nobody has, by the way that
 * loses least (Dijkstra); SP_NONE: none loses less than top_fen. Prices rise and worths fall by it,
 * so that no piece is worth more than its price to anybody beyond his worth. */
static uint32_t spread(const pricing *p, int64_t top_fen, int64_t *lost_fen) {
  struct cup_table *c = p->cups;
  uint32_t end = SP_NONE;
  for (uint32_t i = 0; i < c->place_count; i++) {
    c->distance_fen[c->places[i]] = NOWHERE;
    c->closed[c->places[i]] = false;
  }
  for (uint32_t b = 0; b < c->taker_count; b++) {
    taker *k = &c->takers[b];
    k->asked = false;
    k->distance_fen = k->place == SP_NONE ? top_fen - k->worth_fen : NOWHERE;
  }
  *lost_fen = top_fen;
  while (end == SP_NONE) {
    uint32_t place = nearest_place(c), b = nearest_taker(c);
    int64_t by_place = place == SP_NONE ? NOWHERE : c->distance_fen[place];
    int64_t by_taker = b == SP_NONE ? NOWHERE : c->takers[b].distance_fen;
    if (sp_min(by_place, by_taker) >= top_fen) break;
    if (by_taker < by_place) {
      ask(p, b);
      continue;
    }
    if (!is_full(c, place)) {
      end = place;
      *lost_fen = by_place;
      break;
    }
    c->closed[place] = true;
    for (uint32_t e = 0; e < c->taker_count; e++) {
      if (c->takers[e].place != place) continue;
      c->takers[e].distance_fen = by_place;
      ask(p, e);
    }
  }
  for (uint32_t i = 0; i < c->place_count; i++) {
    uint32_t place = c->places[i];
    if (c->closed[place]) c->price[place] += *lost_fen - c->distance_fen[place];
  }
  for (uint32_t b = 0; b < c->taker_count; b++) {
    taker *k = &c->takers[b];
    if (k->asked) k->worth_fen -= *lost_fen - k->distance_fen;
  }
  return end;
}

/* Gives one taker after another its piece, each time the way that adds most, so that no others of
 * that number have a larger sum. Returns what one more than `most` would add. */
static int64_t fill(const pricing *p, int64_t most) {
  struct cup_table *c = p->cups;
  for (uint32_t i = 0; i < c->place_count; i++)
    c->price[c->places[i]] = 0;
  for (uint32_t b = 0; b < c->taker_count; b++)
    c->takers[b].worth_fen = gain_of(p, &c->takers[b]);
  for (int64_t served = 0;; served++) {
    int64_t top = 0, lost;
    for (uint32_t b = 0; b < c->taker_count; b++) {
      if (c->takers[b].place == SP_NONE) top = sp_max(top, c->takers[b].worth_fen);
    }
    if (!top) return 0;
    uint32_t place = spread(p, top, &lost);
    if (lost == top || served == most) return top - lost;
    while (place != SP_NONE) {
      taker *k = &c->takers[c->asker[place]];
      uint32_t before = k->place;
      put(p, k, place);
      place = before;
    }
  }
}

/* ---- of equal sums the one that comes first ---- */

/* The best piece that nobody has. */
static void find_free(const pricing *p, taker *k) {
  const struct cup_table *c = p->cups;
  k->free_place = SP_NONE;
  k->free_fen = 0;
  for (uint32_t i = 0; i < c->place_count; i++) {
    uint32_t place = c->places[i];
    if (c->used[place] >= c->count[place]) continue;
    int64_t cut = cut_at(p, k, place);
    if (cut <= k->free_fen) continue;
    k->free_fen = cut;
    k->free_place = place;
  }
  p->cups->steps += c->place_count;
}

static bool lead(taker *k, uint32_t next, int64_t back_fen) {
  if (back_fen <= k->back_fen) return false;
  k->back_fen = back_fen;
  k->next = next;
  return true;
}

/* The best chains of the takers [from, to) that end at taker a's piece (Bellman-Ford; what stands
 * is the best already, so no chain gains by going round). */
static void find_chains(const pricing *p, uint32_t from, uint32_t to, uint32_t a) {
  struct cup_table *c = p->cups;
  uint32_t nobody = c->taker_max;
  taker *free = &c->takers[nobody];
  for (uint32_t b = from; b < to; b++) {
    c->takers[b].back_fen = FAR;
    find_free(p, &c->takers[b]);
  }
  c->takers[a].back_fen = free->back_fen = 0;
  free->next = a;
  bool changed = true;
  for (uint32_t round = from; changed && round < to + 2; round++) {
    changed = false;
    c->steps += (to - from) * (to - from);
    for (uint32_t b = from; b < to; b++) {
      taker *k = &c->takers[b];
      changed |= lead(free, b, k->back_fen);
      if (b == a) continue;
      changed |= lead(k, nobody, k->free_fen - k->cut_fen + free->back_fen);
      for (uint32_t e = from; e < to; e++) {
        const taker *other = &c->takers[e];
        if (other->place == SP_NONE || other->back_fen == FAR || e == b) continue;
        int64_t cut = cut_at(p, k, other->place);
        if (cut) changed |= lead(k, e, cut - k->cut_fen + other->back_fen);
      }
    }
  }
}

/* Taker a takes that place from `next`, who goes on along his chain. */
static void move(const pricing *p, uint32_t a, uint32_t place, uint32_t next) {
  struct cup_table *c = p->cups;
  uint32_t nobody = c->taker_max, first_place = c->takers[a].place;
  put(p, &c->takers[a], place);
  while (next != a) {
    if (next == nobody) {
      next = c->takers[nobody].next;
      continue;
    }
    taker *k = &c->takers[next];
    next = k->next;
    put(p, k, next == nobody ? k->free_place : next == a ? first_place : c->takers[next].place);
  }
}

/* Where the first piece of a place stands in its segment, after those that takers before `from`
 * have for good; INT64_MAX: there is none. */
static int64_t first_piece(const pricing *p, uint32_t place, uint32_t from) {
  const struct cup_table *c = p->cups;
  int64_t taken = 0, count = c->count[place], qty = count + c->count[place ^ 1];
  for (uint32_t b = 0; b < from; b++)
    taken += c->takers[b].place == place;
  if (taken >= count) return INT64_MAX;
  return place % 2 ? ((taken + 1) * qty + count - 1) / count : taken * qty / count + 1;
}

/* The places by where their first piece stands: of a segment the dearer or the cheaper ones. */
static uint32_t place_at(const pricing *p, uint32_t i, uint32_t from) {
  const struct cup_table *c = p->cups;
  uint32_t place = c->places[i], other = place ^ 1;
  if (!c->count[other]) return place;
  bool turned = first_piece(p, place | 1, from) < first_piece(p, place & ~1u, from);
  return turned ? other : place;
}

/* Gives taker a the earliest of the pieces that leave the largest sum for the takers [from, to). */
static void settle(const pricing *p, uint32_t from, uint32_t to, uint32_t a) {
  struct cup_table *c = p->cups;
  taker *k = &c->takers[a];
  uint32_t best = SP_NONE, best_next = a, nobody = c->taker_max;
  int64_t best_gain = 0;
  find_chains(p, from, to, a);
  for (uint32_t i = 0; i < c->place_count; i++) {
    uint32_t place = place_at(p, i, from), next = nobody;
    int64_t cut = cut_at(p, k, place), back = FAR;
    if (!cut) continue;
    if (place == k->place) {
      back = 0;
      next = a;
    } else if (c->used[place] < c->count[place]) {
      back = c->takers[nobody].back_fen;
    }
    for (uint32_t b = from; b < to; b++) {
      const taker *other = &c->takers[b];
      if (b == a || other->place != place || other->back_fen <= back || next == a) continue;
      back = other->back_fen;
      next = b;
    }
    if (back == FAR) continue;
    int64_t gain = cut - k->cut_fen + back;
    if (gain < best_gain || (gain == best_gain && best != SP_NONE)) continue;
    best_gain = gain;
    best = place;
    best_next = next;
  }
  if (best_next != a) move(p, a, best, best_next);
}

/* A segment loses at most its room, whatever its pieces lose alone. */
static bool keeps_rooms(const pricing *p) {
  const struct cup_table *c = p->cups;
  for (uint32_t a = 0; a < c->taker_count && p->floor_fen; a++) {
    if (c->takers[a].place == SP_NONE) continue;
    int64_t sum = 0;
    for (uint32_t b = 0; b < c->taker_count; b++) {
      bool beside = c->takers[b].place / 2 == c->takers[a].place / 2;
      if (c->takers[b].place != SP_NONE && beside) sum += c->takers[b].cut_fen;
    }
    if (sum > c->room[c->takers[a].place / 2]) return false;
  }
  return true;
}

typedef struct {
  int64_t best_fen;
  uint32_t nodes;
} trials;

/* Every way to give pieces to taker a and those behind it, the earliest pieces first. */
static void try_all(const pricing *p, trials *t, uint32_t a, int64_t sum_fen) {
  struct cup_table *c = p->cups;
  if (a == c->taker_count) {
    if (sum_fen <= t->best_fen) return;
    t->best_fen = sum_fen;
    for (uint32_t b = 0; b < a; b++) {
      c->takers[b].best_place = c->takers[b].place;
      c->takers[b].best_fen = c->takers[b].cut_fen;
    }
    return;
  }
  taker *k = &c->takers[a];
  for (uint32_t i = 0; i < c->place_count && t->nodes < SP_CUP_TRIALS_MAX; i++) {
    uint32_t place = place_at(p, i, a);
    int64_t cut = cut_at(p, k, place);
    if (!cut || c->used[place] >= c->count[place]) continue;
    t->nodes++;
    c->steps += 6;
    put(p, k, place);
    c->room[place / 2] -= cut;
    try_all(p, t, a + 1, sum_fen + cut);
    c->room[place / 2] += cut;
    put(p, k, SP_NONE);
  }
  try_all(p, t, a + 1, sum_fen);
}

/* Few coupons are tried in all ways; what many lose together is limited as they come. False: there
 * may be more to take. */
static bool share_rooms(const pricing *p) {
  struct cup_table *c = p->cups;
  trials t = {-1, 0};
  if (c->taker_count > SP_CUP_TRIED_MAX) return false;
  for (uint32_t a = 0; a < c->taker_count; a++)
    put(p, &c->takers[a], SP_NONE);
  try_all(p, &t, 0, 0);
  for (uint32_t a = 0; a < c->taker_count; a++) {
    c->takers[a].place = c->takers[a].best_place;
    c->takers[a].cut_fen = c->takers[a].best_fen;
  }
  return t.nodes < SP_CUP_TRIALS_MAX;
}

/* Whether every coupon has a piece in one of its level groups. */
static bool all_served(const struct cup_table *c, uint32_t coupons) {
  uint32_t served = 0;
  for (uint32_t a = 0; a < c->taker_count; a++) {
    if (c->takers[a].place == SP_NONE || c->takers[a].coupon < served) continue;
    if (c->takers[a].coupon > served) return false;
    served++;
  }
  return served == coupons;
}

static bool solve(pricing *p, const pricing_state *s, uint32_t cups, const uint32_t *taken,
                  outcome *refused) {
  struct cup_table *c = p->cups;
  uint32_t coupons = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->cups != cups || !taken[i]) continue;
    coupons += taken[i];
    // Asked again for its reason.
    if (!c->level_count[t->cup_row]) return turn_levels(p, s, t, levels_of(p, t), refused);
  }
  *refused = (outcome){.reason = SP_REASON_NO_GAIN, .step = -1, .measure = -1};
  if (!list_takers(p, cups, 0, taken)) return false;
  fill(p, INT64_MAX);
  for (uint32_t a = 0; a < c->taker_count; a++)
    settle(p, a, c->taker_count, a);
  if (!keeps_rooms(p) && !share_rooms(p)) p->rough = true;
  return all_served(c, coupons);
}

bool cups_solve(pricing *p, const pricing_state *s, uint32_t cups, const uint32_t *taken,
                outcome *refused) {
  read_pieces(p, s, cups, 0, taken);
  return solve(p, s, cups, taken, refused);
}

/* ---- prices ---- */

/* Beyond the price of the piece it takes, at most; in one of several level groups it may do without
 * one. */
static int64_t gain_beyond(const pricing *p, const turn *t) {
  uint32_t levels = p->cups->level_count[t->cup_row];
  int64_t sum = 0;
  bool any = false;
  for (uint32_t level = 1; level <= levels; level++) {
    int64_t gain = gain_of(p, &(taker){.turn = t, .level = level});
    if (gain == FAR) continue;
    any = true;
    sum += levels == 1 ? gain : sp_max(0, gain);
  }
  return any ? sum : -SP_CART_FEN_MAX;
}

void cups_price(pricing *p, const pricing_state *s, uint32_t from, const uint32_t *usable,
                int64_t room, cup_prices *out) {
  struct cup_table *c = p->cups;
  uint32_t cups = p->turns[from].cups;
  read_pieces(p, s, cups, from, usable);
  *out = (cup_prices){
      .gain_fen = out->gain_fen, .count = out->count, .reading = c->readings, .least_fen = NOWHERE};
  bool listed = list_takers(p, cups, from, usable), single = true;
  for (uint32_t k = 0; k < c->place_count; k++)
    c->price[c->places[k]] = 0;
  if (listed) out->each_fen = fill(p, room);
  for (uint32_t i = from; i < p->turn_count; i++) {
    if (p->turns[i].cups != cups || !usable[i]) continue;
    out->gain_fen[i] = gain_beyond(p, &p->turns[i]) - out->each_fen;
    out->count[i] = 0;
    single = single && c->level_count[p->turns[i].cup_row] <= 1;
  }
  for (uint32_t k = 0; k < c->place_count; k++) {
    int64_t price = c->price[c->places[k]], count = c->count[c->places[k]];
    out->pieces += count;
    out->base_fen += price * count;
    if (!price || !single) continue;
    out->priced += count;
    out->least_fen = sp_min(out->least_fen, price);
  }
  for (uint32_t a = 0, last = SP_NONE; listed && a < c->taker_count; a++) {
    const taker *k = &c->takers[a];
    if (k->place == SP_NONE || k->coupon == last) continue;
    last = k->coupon;
    out->count[k->turn - p->turns]++;
  }
}

bool cups_solve_priced(pricing *p, const pricing_state *s, uint32_t from, const uint32_t *usable,
                       const uint32_t *taken, cup_prices *prices, outcome *refused) {
  uint32_t cups = p->turns[from].cups;
  // Others may have been read meanwhile.
  if (prices->reading != p->cups->readings) {
    read_pieces(p, s, cups, from, usable);
    prices->reading = p->cups->readings;
  }
  return solve(p, s, cups, taken, refused);
}

bool cups_take(pricing *p, pricing_state *s, uint32_t index, outcome *out) {
  const struct cup_table *c = p->cups;
  const turn *t = NULL;
  *out = (outcome){.applied = true, .step = -1, .measure = -1};
  p->eligible = p->eligible_room;
  p->eligible_count = 0;
  for (uint32_t a = 0; a < c->taker_count; a++) {
    const taker *k = &c->takers[a];
    if (k->coupon != index || k->place == SP_NONE) continue;
    t = k->turn;
    // Several pieces of one segment lose at most its room together.
    int64_t cut = sp_min(k->cut_fen, room_of(p, s, k->place / 2));
    for (uint32_t i = 0; i < p->segment_count; i++) {
      if (levels_of(p, t)[i] != k->level) continue;
      uint32_t at = p->eligible_count++;
      p->eligible_room[at] = i;
      p->cut[at] = i == k->place / 2 ? cut : 0;
      p->served[at] = true;
      if (p->beyond_fen) p->beyond_fen[at] = 0;
    }
    out->cut_fen += cut;
    const sp_give *give = &turn_rule(p, t)->gives[0];
    if (give->kind == SP_GIVE_amount_off) out->waste_fen += give->amount_fen - cut;
  }
  if (p->book->policy.refuse_overflow && out->waste_fen) {
    *out = (outcome){.reason = SP_REASON_OVERFLOW, .step = -1, .measure = -1};
    return false;
  }
  return turn_take(p, s, t, out);
}
