#include "train/neighbours.h"

#include <math.h>
#include <stdlib.h>

#include "train/memory.h"

/* The usual constants of BM25. */
static const double k1 = 1.2, length_share = 0.75;

/* Each order's weight for all its items; an item's own factor comes on top. */
static float *order_factors(const order_log *log, likeness_kind kind) {
  float *factors = memory_take(log->order_count, sizeof *factors);
  double sum = 0;
  for (uint32_t o = 0; o < log->order_count; o++)
    sum += log->orders[o].count;
  double mean = log->order_count ? sum / log->order_count : 1;
  for (uint32_t o = 0; o < log->order_count; o++) {
    double length = 1 - length_share + length_share * log->orders[o].count / mean;
    factors[o] = kind == LIKE_COSINE ? 1 : (float)((k1 + 1) / (k1 * length + 1));
  }
  return factors;
}

typedef struct {
  float like;
  uint32_t item;
} near;

static int by_likeness(const void *left, const void *right) {
  const near *a = left, *b = right;
  if (a->like != b->like) return a->like > b->like ? -1 : 1;
  return a->item < b->item ? -1 : a->item > b->item;
}

sparse neighbours_of(const order_log *baskets, likeness_kind kind, uint32_t most) {
  uint32_t n = baskets->item_count;
  float *factors = order_factors(baskets, kind), *own = memory_take(n, sizeof *own);
  float *together = memory_take(n, sizeof *together);
  uint32_t *start = memory_take((size_t)n + 1, sizeof *start), *at = memory_take(n, sizeof *at);
  uint32_t *list = memory_take(n, sizeof *list);
  near *all = memory_take(n, sizeof *all);
  size_t room = 0, column_room = 0;
  for (uint32_t o = 0; o < baskets->order_count; o++) {
    for (uint32_t k = 0; k < baskets->orders[o].count; k++)
      start[baskets->items[baskets->orders[o].first + k] + 1]++;
  }
  for (uint32_t i = 0; i < n; i++) {
    double orders = start[i + 1],
           rare = log((baskets->order_count - orders + 0.5) / (orders + 0.5) + 1);
    own[i] = kind == LIKE_COSINE ? (float)(orders > 0 ? 1 / sqrt(orders) : 0) : (float)rare;
    start[i + 1] += start[i];
    at[i] = start[i];
  }
  uint32_t *orders = memory_take(start[n], sizeof *orders);
  for (uint32_t o = 0; o < baskets->order_count; o++) {
    for (uint32_t k = 0; k < baskets->orders[o].count; k++)
      orders[at[baskets->items[baskets->orders[o].first + k]]++] = o;
  }
  sparse s = {.n = n, .start = memory_take((size_t)n + 1, sizeof *s.start)};
  for (uint32_t i = 0; i < n; i++) {
    uint32_t count = 0;
    for (uint32_t p = start[i]; p < start[i + 1]; p++) {
      const log_order *o = &baskets->orders[orders[p]];
      for (uint32_t k = 0; k < o->count; k++) {
        uint32_t other = baskets->items[o->first + k];
        if (together[other] == 0) list[count++] = other;
        together[other] += factors[orders[p]] * factors[orders[p]];
      }
    }
    uint32_t near_count = 0;
    for (uint32_t k = 0; k < count; k++) {
      uint32_t other = list[k];
      if (other != i) all[near_count++] = (near){together[other] * own[i] * own[other], other};
      together[other] = 0;
    }
    qsort(all, near_count, sizeof *all, by_likeness);
    for (uint32_t k = 0; k < near_count && k < most; k++) {
      s.column = memory_more(s.column, s.count, &column_room, sizeof *s.column);
      s.value = memory_more(s.value, s.count, &room, sizeof *s.value);
      s.column[s.count] = all[k].item;
      s.value[s.count++] = all[k].like;
    }
    s.start[i + 1] = (uint32_t)s.count;
  }
  free(factors);
  free(own);
  free(together);
  free(start);
  free(at);
  free(list);
  free(all);
  free(orders);
  return s;
}
