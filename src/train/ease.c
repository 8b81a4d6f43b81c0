#include "train/ease.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train/memory.h"
#include "train/solve.h"

float *order_weights(const order_log *log, const ease_options *options, int32_t until) {
  float *weights = memory_take(log->order_count, sizeof *weights);
  bool ages = log->has_days && options->half_life_days > 0;
  for (uint32_t i = 0; i < log->order_count; i++) {
    const log_order *o = &log->orders[i];
    if (!o->count) continue;
    double weight = pow(o->count, -options->size_exponent);
    if (ages) weight *= exp2(-(double)(until - o->day) / options->half_life_days);
    weights[i] = (float)weight;
  }
  return weights;
}

gram gram_of(const order_log *log, const float *weights) {
  gram g = {log->item_count, NULL};
  size_t n = g.n;
  g.sum = memory_take(n * n, sizeof *g.sum);
  for (uint32_t o = 0; o < log->order_count; o++) {
    const uint32_t *own = log->items + log->orders[o].first;
    uint32_t count = log->orders[o].count;
    for (uint32_t a = 0; a < count; a++) {
      float *row = g.sum + own[a] * n;
      for (uint32_t b = a; b < count; b++)
        row[own[b]] += weights[o];
    }
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++)
      g.sum[j * n + i] = g.sum[i * n + j];
  }
  return g;
}

void gram_free(gram *g) {
  free(g->sum);
  g->sum = NULL;
}

double ease_ridge(double own, const ease_options *options) {
  return options->lambda + options->drop_out / (1 - options->drop_out) * own;
}

float ease_scale(double left) {
  return left > 0 ? (float)(-0.5 * log2(left)) : 0;
}

float *ease_dense(const gram *g, const ease_options *options, float *scales) {
  size_t n = g->n;
  float *p = memory_take(n * n, sizeof *p);
  memcpy(p, g->sum, n * n * sizeof *p);
  for (size_t i = 0; i < n; i++)
    p[i * n + i] += (float)ease_ridge(g->sum[i * n + i], options);
  if (!solve_invert(p, g->n)) {
    fputs("suanpan-train: the orders make no matrix that can be inverted\n", stderr);
    exit(2);
  }
  // The upper half holds the inverse; row i of the weights is -P[i][j] / P[j][j].
  float *diagonal = memory_take(n, sizeof *diagonal);
  for (size_t i = 0; i < n; i++) {
    diagonal[i] = p[i * n + i];
    if (scales) scales[i] = ease_scale(1 / (double)diagonal[i]);
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      float both = p[i * n + j];
      p[i * n + j] = -both / diagonal[j];
      p[j * n + i] = -both / diagonal[i];
    }
    p[i * n + i] = 0;
  }
  free(diagonal);
  return p;
}

void sparse_free(sparse *s) {
  free(s->start);
  free(s->column);
  free(s->value);
  *s = (sparse){0};
}

/* ---- many items ---- */

/* Which orders have an item. */
typedef struct {
  uint32_t *start, *order;
} postings;

static postings postings_of(const order_log *log) {
  postings p = {memory_take((size_t)log->item_count + 1, sizeof *p.start), NULL};
  for (uint32_t o = 0; o < log->order_count; o++) {
    for (uint32_t k = 0; k < log->orders[o].count; k++)
      p.start[log->items[log->orders[o].first + k] + 1]++;
  }
  for (uint32_t i = 0; i < log->item_count; i++)
    p.start[i + 1] += p.start[i];
  p.order = memory_take(p.start[log->item_count], sizeof *p.order);
  uint32_t *at = memory_take(log->item_count, sizeof *at);
  memcpy(at, p.start, log->item_count * sizeof *at);
  for (uint32_t o = 0; o < log->order_count; o++) {
    for (uint32_t k = 0; k < log->orders[o].count; k++)
      p.order[at[log->items[log->orders[o].first + k]]++] = o;
  }
  free(at);
  return p;
}

typedef struct {
  float like;
  uint32_t item;
} neighbour;

static int by_likeness(const void *left, const void *right) {
  const neighbour *a = left, *b = right;
  if (a->like != b->like) return a->like > b->like ? -1 : 1;
  return a->item < b->item ? -1 : a->item > b->item;
}

typedef struct {
  const order_log *log;
  const float *weights;
  postings by_item;
  float *own;      /* the weight of each item's orders */
  float *together; /* of the item at hand with every other one */
  uint32_t *touched, touched_count;
  neighbour *like, *rows;
  size_t *row_start;
  int32_t *place; /* among the neighbours at hand, -1: none of them */
} local_work;

static void meet(local_work *w, uint32_t item) {
  for (uint32_t k = 0; k < w->touched_count; k++)
    w->together[w->touched[k]] = 0;
  w->touched_count = 0;
  for (uint32_t at = w->by_item.start[item]; at < w->by_item.start[item + 1]; at++) {
    const log_order *o = &w->log->orders[w->by_item.order[at]];
    float weight = w->weights[w->by_item.order[at]];
    for (uint32_t k = 0; k < o->count; k++) {
      uint32_t other = w->log->items[o->first + k];
      if (w->together[other] == 0) w->touched[w->touched_count++] = other;
      w->together[other] += weight;
    }
  }
}

/* What every item is bought together with: rows of (item, weight), the item itself among them. */
static void meet_all(local_work *w) {
  uint32_t n = w->log->item_count;
  size_t room = 0;
  w->row_start = memory_take((size_t)n + 1, sizeof *w->row_start);
  for (uint32_t i = 0; i < n; i++) {
    meet(w, i);
    size_t at = w->row_start[i];
    for (uint32_t k = 0; k < w->touched_count; k++) {
      w->rows = memory_more(w->rows, at, &room, sizeof *w->rows);
      w->rows[at++] = (neighbour){w->together[w->touched[k]], w->touched[k]};
    }
    w->row_start[i + 1] = at;
  }
}

/* The most similar items by cosine into w->like; how many. */
static uint32_t most_like(local_work *w, uint32_t item) {
  uint32_t count = 0;
  for (size_t at = w->row_start[item]; at < w->row_start[item + 1]; at++) {
    neighbour one = w->rows[at];
    w->together[one.item] = one.like;
    if (one.item == item || w->own[one.item] <= 0) continue;
    one.like /= sqrtf(w->own[item] * w->own[one.item]);
    w->like[count++] = one;
  }
  qsort(w->like, count, sizeof *w->like, by_likeness);
  return count < EASE_CANDIDATES_MAX ? count : EASE_CANDIDATES_MAX;
}

/* The block of the Gram matrix among the neighbours of one target. */
static void pair_sums(local_work *w, uint32_t count, double *sums) {
  memset(sums, 0, (size_t)count * count * sizeof *sums);
  for (uint32_t a = 0; a < count; a++)
    w->place[w->like[a].item] = (int32_t)a;
  for (uint32_t a = 0; a < count; a++) {
    uint32_t item = w->like[a].item;
    for (size_t at = w->row_start[item]; at < w->row_start[item + 1]; at++) {
      int32_t b = w->place[w->rows[at].item];
      if (b >= 0) sums[a * count + (uint32_t)b] = w->rows[at].like;
    }
  }
  for (uint32_t a = 0; a < count; a++)
    w->place[w->like[a].item] = -1;
}

typedef struct {
  uint32_t row, column;
  float value;
} entry;

static int by_place(const void *left, const void *right) {
  const entry *a = left, *b = right;
  if (a->row != b->row) return a->row < b->row ? -1 : 1;
  return a->column < b->column ? -1 : a->column > b->column;
}

static sparse sparse_of(entry *entries, size_t count, uint32_t n) {
  sparse s = {.n = n, .count = count};
  s.start = memory_take((size_t)n + 1, sizeof *s.start);
  s.column = memory_take(count, sizeof *s.column);
  s.value = memory_take(count, sizeof *s.value);
  qsort(entries, count, sizeof *entries, by_place);
  for (size_t k = 0; k < count; k++) {
    s.start[entries[k].row + 1]++;
    s.column[k] = entries[k].column;
    s.value[k] = entries[k].value;
  }
  for (uint32_t i = 0; i < n; i++)
    s.start[i + 1] += s.start[i];
  return s;
}

sparse ease_local(const order_log *log, const float *weights, const ease_options *options,
                  float *scales) {
  uint32_t n = log->item_count;
  local_work w = {.log = log, .weights = weights, .by_item = postings_of(log)};
  w.own = memory_take(n, sizeof *w.own);
  w.together = memory_take(n, sizeof *w.together);
  w.touched = memory_take(n, sizeof *w.touched);
  w.like = memory_take(n, sizeof *w.like);
  for (uint32_t o = 0; o < log->order_count; o++) {
    for (uint32_t k = 0; k < log->orders[o].count; k++)
      w.own[log->items[log->orders[o].first + k]] += weights[o];
  }
  w.place = memory_take(n, sizeof *w.place);
  for (uint32_t i = 0; i < n; i++)
    w.place[i] = -1;
  meet_all(&w);
  enum { K = EASE_CANDIDATES_MAX };
  double *sums = memory_take(K * K, sizeof *sums), *right = memory_take(K, sizeof *right);
  entry *entries = memory_take((size_t)n * K, sizeof *entries);
  size_t entry_count = 0;
  for (uint32_t j = 0; j < n; j++) {
    uint32_t count = most_like(&w, j);
    pair_sums(&w, count, sums);
    for (uint32_t a = 0; a < count; a++) {
      right[a] = w.together[w.like[a].item];
      sums[a * count + a] += ease_ridge(w.own[w.like[a].item], options);
    }
    double left = w.own[j] + ease_ridge(w.own[j], options);
    scales[j] = ease_scale(left);
    if (!solve_small(sums, right, count)) continue;
    for (uint32_t a = 0; a < count; a++)
      left -= right[a] * w.together[w.like[a].item];
    scales[j] = ease_scale(left);
    for (uint32_t a = 0; a < count; a++)
      entries[entry_count++] = (entry){w.like[a].item, j, (float)right[a]};
  }
  sparse s = sparse_of(entries, entry_count, n);
  free(entries);
  free(sums);
  free(right);
  free(w.place);
  free(w.rows);
  free(w.row_start);
  free(w.by_item.start);
  free(w.by_item.order);
  free(w.own);
  free(w.together);
  free(w.touched);
  free(w.like);
  return s;
}
