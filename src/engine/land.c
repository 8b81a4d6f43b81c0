#include "engine/land.h"

SP_IN_PLACE int64_t left_of(const give_work *w, uint32_t k) {
  return w->s->left[w->g->segments[k]];
}

SP_IN_PLACE int64_t room_at(const give_work *w, uint32_t k) {
  return room_of(w->p, w->s, w->g->segments[k]);
}

int64_t land_room(const give_work *w, uint32_t from, uint32_t to) {
  int64_t sum = 0;
  for (uint32_t k = from; k < to; k++)
    sum += room_at(w, k);
  return sum;
}

int64_t land_room_of_all(const give_work *w) {
  return w->p->floor_fen ? land_room(w, 0, w->g->count) : w->g->left_fen;
}

uint32_t land_line_end(const give_work *w, uint32_t from) {
  uint32_t line = w->p->segments[w->g->segments[from]].line, to = from + 1;
  while (to < w->g->count && w->p->segments[w->g->segments[to]].line == line)
    to++;
  return to;
}

/* What a share may be at most. Where excess is lost, shares are made as if nothing had a floor. */
SP_IN_PLACE int64_t cap_at(const give_work *w, uint32_t k) {
  return w->excess_lost ? left_of(w, k) : room_at(w, k);
}

static bool one_package(const give_work *w) {
  if (w->p->package_count == 1) return true;
  uint32_t k = 1;
  while (k < w->g->count && give_package(w, k) == give_package(w, 0))
    k++;
  return k == w->g->count;
}

/* Splits amount over positions [from, to), which stand in one package. */
static void share_range(give_work *w, uint32_t from, uint32_t to, int64_t amount,
                        const int64_t *weights) {
  pricing *p = w->p;
  if (to - from == 1) w->cut[from] = amount;
  if (amount == 0 || to - from == 1) return;
  // Without floors what is left is weight and cap in one.
  const int64_t *all_left = w->s->left, *left = p->share_weight;
  const uint32_t *segments = w->g->segments + from, *end = w->g->segments + to;
  if (in_a_row(segments, to - from)) {
    left = all_left + *segments;
  } else {
    int64_t *out = p->share_weight;
    while (segments < end)
      *out++ = all_left[*segments++];
  }
  for (uint32_t k = from; p->floor_fen && k < to; k++)
    p->share_cap[k - from] = cap_at(w, k);
  apportion(amount, weights ? weights + from : left, p->floor_fen ? p->share_cap : left, to - from,
            p->book->policy.share_remainder, w->cut + from);
}

/* The same over the positions that stand in a list. */
static void share_list(give_work *w, const uint32_t *positions, uint32_t count, int64_t amount,
                       const int64_t *weights) {
  pricing *p = w->p;
  bool apart = weights || p->floor_fen;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t k = positions[i];
    p->share_cap[i] = cap_at(w, k);
    if (apart) p->share_weight[i] = weights ? weights[k] : left_of(w, k);
  }
  apportion(amount, apart ? p->share_weight : p->share_cap, p->share_cap, count,
            p->book->policy.share_remainder, p->share_part);
  for (uint32_t i = 0; i < count; i++)
    w->cut[positions[i]] = p->share_part[i];
}

/* Shares over packages: amounts per package first, then inside each. */
static void share_packages(give_work *w, int64_t amount, const int64_t *weights) {
  pricing *p = w->p;
  uint32_t packages = p->package_count;
  bool apart = weights || p->floor_fen;
  for (uint32_t g = 0; g < packages; g++) {
    p->package_weight[g] = p->due_cap[g] = 0;
    p->package_end[g] = 0;
  }
  for (uint32_t k = 0; k < w->g->count; k++) {
    uint32_t g = give_package(w, k);
    if (apart) p->package_weight[g] += weights ? weights[k] : left_of(w, k);
    p->due_cap[g] += cap_at(w, k);
    p->package_end[g]++;
  }
  // Positions package by package, in cart order inside each: first where each begins, then its end.
  uint32_t begin = 0;
  for (uint32_t g = 0; g < packages; g++) {
    uint32_t count = p->package_end[g];
    p->package_end[g] = begin;
    begin += count;
  }
  for (uint32_t k = 0; k < w->g->count; k++)
    p->share_positions[p->package_end[give_package(w, k)]++] = k;
  apportion(amount, apart ? p->package_weight : p->due_cap, p->due_cap, packages,
            p->book->policy.share_remainder, p->package_part);
  begin = 0;
  for (uint32_t g = 0; g < packages; g++) {
    uint32_t end = p->package_end[g];
    if (p->package_part[g]) {
      share_list(w, p->share_positions + begin, end - begin, p->package_part[g], weights);
    }
    begin = end;
  }
}

void land_order(give_work *w, int64_t amount_fen, const int64_t *weights) {
  w->given_fen = amount_fen;
  if (amount_fen == 0 || !w->cut) return;
  w->excess_lost = w->p->floor_fen && w->p->book->policy.excess_lost;
  if (one_package(w)) {
    share_range(w, 0, w->g->count, amount_fen, weights);
  } else {
    share_packages(w, amount_fen, weights);
  }
  if (w->excess_lost) land_pieces(w);
}

void land_line(give_work *w, uint32_t from, uint32_t to, int64_t amount_fen,
               const int64_t *weights) {
  share_range(w, from, to, amount_fen, weights);
  w->given_fen += amount_fen;
}

void land_pieces(give_work *w) {
  w->given_fen = 0;
  for (uint32_t k = 0; k < w->g->count; k++) {
    w->cut[k] = sp_min(w->cut[k], room_at(w, k));
    w->given_fen += w->cut[k];
  }
}
