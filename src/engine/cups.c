#include "engine/cups.h"

#include <string.h>

#define FAR INT64_MIN

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
  uint32_t best_place; /* of the best sum where pieces share what their segment may lose */
  int64_t best_fen;
} taker;

/* Pieces of a segment are worth one of two values, a fen apart, and equal ones are one place:
 * 2 * segment the cheaper ones, 2 * segment + 1 the dearer ones. */
struct cup_table {
  taker *takers; /* one more: the pieces that nobody has taken */
  uint32_t taker_count, taker_max;
  uint16_t *levels; /* per cup row and segment: level group + 1 where the condition holds */
  int64_t *value;   /* per segment: of its cheaper pieces */
  int64_t *room;    /* per segment: what it may lose */
  int32_t *count, *used;
  uint32_t *taken; /* per turn, for who has no such list */
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
  c->taker_max = takers < SP_CUP_TAKERS_MAX ? takers : SP_CUP_TAKERS_MAX;
  c->takers = arena_array(p->arena, c->taker_max + 1, sizeof(taker));
  c->levels = arena_array(p->arena, (size_t)rows * n, sizeof(uint16_t));
  c->value = arena_array(p->arena, n, sizeof(int64_t));
  c->room = arena_array(p->arena, n, sizeof(int64_t));
  c->count = arena_array(p->arena, 2 * (size_t)n, sizeof(int32_t));
  c->used = arena_array(p->arena, 2 * (size_t)n, sizeof(int32_t));
  c->taken = p->cups_taken = arena_array(p->arena, p->turn_count, sizeof(uint32_t));
  bool good = c->takers && c->levels && c->value && c->room && c->count && c->used && c->taken;
  return good ? SP_OK : SP_E_MEMORY;
}

uint32_t cups_work(const pricing *p) {
  uint32_t n = p->cups->taker_count;
  return 2 * p->segment_count + n * (n * n + 2 * p->segment_count) / 64;
}

static uint16_t *levels_of(const pricing *p, const turn *t) {
  return p->cups->levels + (size_t)t->cup_row * p->segment_count;
}

/* What the coupon takes off a piece there; 0: it may not take it. */
static int64_t cut_at(const pricing *p, const taker *k, uint32_t place) {
  if (levels_of(p, k->turn)[place / 2] != k->level) return 0;
  int64_t value = p->cups->value[place / 2] + place % 2;
  int64_t most = sp_min(value, p->cups->room[place / 2]);
  const sp_give *give = &turn_rule(p, k->turn)->gives[0];
  if (give->kind == SP_GIVE_amount_off) return sp_min(give->amount_fen, most);
  const sp_policy *policy = &p->book->policy;
  int64_t cut =
      money_percent_cut(value, give->bp, policy->percent_rounding, policy->percent_price_side);
  if (give->cap_fen >= 0) cut = sp_min(cut, give->cap_fen);
  return sp_min(cut, most);
}

/* The best piece that nobody has. */
static void find_free(const pricing *p, taker *k) {
  const struct cup_table *c = p->cups;
  k->free_place = SP_NONE;
  k->free_fen = 0;
  for (uint32_t place = 0; place < 2 * p->segment_count; place++) {
    if (c->used[place] >= c->count[place]) continue;
    int64_t cut = cut_at(p, k, place);
    if (cut <= k->free_fen) continue;
    k->free_fen = cut;
    k->free_place = place;
  }
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

static void put(const pricing *p, taker *k, uint32_t place) {
  struct cup_table *c = p->cups;
  if (k->place != SP_NONE) c->used[k->place]--;
  k->place = place;
  k->cut_fen = place == SP_NONE ? 0 : cut_at(p, k, place);
  if (place != SP_NONE) c->used[place]++;
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

/* Gives taker a the earliest of the pieces that leave the largest sum for the takers [from, to). */
static void settle(const pricing *p, uint32_t from, uint32_t to, uint32_t a) {
  struct cup_table *c = p->cups;
  taker *k = &c->takers[a];
  uint32_t best = SP_NONE, best_next = a, nobody = c->taker_max;
  int64_t best_gain = 0;
  find_chains(p, from, to, a);
  for (uint32_t i = 0; i < 2 * p->segment_count; i++) {
    bool dear_first = first_piece(p, i | 1, from) < first_piece(p, i & ~1u, from);
    uint32_t place = i ^ dear_first, next = nobody;
    int64_t cut = cut_at(p, k, place), back = FAR;
    if (!cut || !c->count[place]) continue;
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
  for (uint32_t i = 0; i < 2 * p->segment_count && t->nodes < SP_CUP_TRIALS_MAX; i++) {
    bool dear_first = first_piece(p, i | 1, a) < first_piece(p, i & ~1u, a);
    uint32_t place = i ^ dear_first;
    int64_t cut = cut_at(p, k, place);
    if (!cut || c->used[place] >= c->count[place]) continue;
    t->nodes++;
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

static bool add_takers(pricing *p, const pricing_state *s, const turn *t, uint32_t count,
                       uint32_t *coupon, outcome *refused) {
  struct cup_table *c = p->cups;
  uint32_t levels = turn_levels(p, s, t, levels_of(p, t), refused);
  if (!levels) return false;
  refused->reason = SP_REASON_NO_GAIN;
  for (; count; count--, ++*coupon) {
    for (uint32_t level = 1; level <= levels; level++) {
      if (c->taker_count == c->taker_max) return false;
      c->takers[c->taker_count++] =
          (taker){.turn = t, .coupon = *coupon, .level = level, .place = SP_NONE};
    }
  }
  return true;
}

bool cups_solve(pricing *p, const pricing_state *s, uint32_t cups, const uint32_t *taken,
                outcome *refused) {
  struct cup_table *c = p->cups;
  uint32_t coupons = 0;
  c->taker_count = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->cups != cups || !taken[i]) continue;
    if (!add_takers(p, s, t, taken[i], &coupons, refused)) return false;
  }
  for (uint32_t i = 0; i < p->segment_count; i++) {
    int32_t qty = p->segments[i].qty;
    c->room[i] = room_of(p, s, i);
    c->value[i] = money_divide(s->left[i], qty, SP_FLOOR);
    c->count[2 * i + 1] = (int32_t)(s->left[i] - c->value[i] * qty);
    c->count[2 * i] = qty - c->count[2 * i + 1];
    c->used[2 * i] = c->used[2 * i + 1] = 0;
  }
  for (uint32_t a = 0; a < c->taker_count; a++)
    settle(p, 0, a + 1, a);
  for (uint32_t a = 0; a < c->taker_count; a++)
    settle(p, a, c->taker_count, a);
  if (!keeps_rooms(p) && !share_rooms(p)) p->rough = true;
  uint32_t served = 0;
  for (uint32_t a = 0; a < c->taker_count; a++) {
    if (c->takers[a].place == SP_NONE || c->takers[a].coupon < served) continue;
    if (c->takers[a].coupon > served) return false;
    served++;
  }
  return served == coupons;
}

bool cups_take(pricing *p, pricing_state *s, uint32_t index, outcome *out) {
  const struct cup_table *c = p->cups;
  const turn *t = NULL;
  *out = (outcome){.applied = true, .step = -1, .measure = -1};
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
      p->eligible[at] = i;
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
