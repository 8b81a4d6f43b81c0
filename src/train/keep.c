#include "train/keep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/recommend.h"
#include "train/memory.h"
#include "train/solve.h"

/* Keys are not below 0, so their bits ascend with them. */
static uint32_t key_bits(float key) {
  uint32_t bits;
  memcpy(&bits, &key, sizeof bits);
  return bits;
}

static int by_key(const void *left, const void *right) {
  const keep_entry *a = left, *b = right;
  if (a->key != b->key) return a->key > b->key ? -1 : 1;
  if (a->row != b->row) return a->row < b->row ? -1 : 1;
  return a->column < b->column ? -1 : a->column > b->column;
}

static float *row_factors(const float *own, double exponent, uint32_t n) {
  float *factors = memory_take(n, sizeof *factors);
  for (uint32_t i = 0; i < n; i++)
    factors[i] = (float)pow(own[i], exponent);
  return factors;
}

/* How often keys share their upper half; from above, where `most` are reached. */
typedef struct {
  size_t counts[65536];
} key_histogram;

static uint32_t least_kept(const key_histogram *h, size_t most) {
  size_t sum = 0;
  uint32_t at = 65535;
  for (; at > 0; at--) {
    sum += h->counts[at];
    if (sum >= most) break;
  }
  return at;
}

keep_list keep_dense(const float *weights, uint32_t n, const float *own, double exponent,
                     size_t most) {
  float *factors = row_factors(own, exponent, n);
  key_histogram *h = memory_take(1, sizeof *h);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++)
      h->counts[key_bits(fabsf(weights[(size_t)i * n + j]) * factors[i]) >> 16]++;
  }
  uint32_t least = least_kept(h, most);
  size_t room = 0;
  for (uint32_t at = least; at < 65536; at++)
    room += h->counts[at];
  keep_list list = {memory_take(room, sizeof *list.entries), 0};
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = 0; j < n; j++) {
      float value = weights[(size_t)i * n + j], key = fabsf(value) * factors[i];
      if (value != 0 && key_bits(key) >> 16 >= least)
        list.entries[list.count++] = (keep_entry){i, j, value, key};
    }
  }
  qsort(list.entries, list.count, sizeof *list.entries, by_key);
  if (list.count > most) list.count = most;
  free(h);
  free(factors);
  return list;
}

keep_list keep_sparse(const sparse *weights, const float *own, double exponent, size_t most) {
  float *factors = row_factors(own, exponent, weights->n);
  keep_list list = {memory_take(weights->count, sizeof *list.entries), 0};
  for (uint32_t i = 0; i < weights->n; i++) {
    for (uint32_t k = weights->start[i]; k < weights->start[i + 1]; k++) {
      float value = weights->value[k];
      if (value != 0)
        list.entries[list.count++] =
            (keep_entry){i, weights->column[k], value, fabsf(value) * factors[i]};
    }
  }
  qsort(list.entries, list.count, sizeof *list.entries, by_key);
  if (list.count > most) list.count = most;
  free(factors);
  return list;
}

/* Rows by counting, columns within them by a sort of few. */
static int by_column(const void *left, const void *right) {
  const keep_entry *a = left, *b = right;
  return a->column < b->column ? -1 : a->column > b->column;
}

sparse keep_first(const keep_list *list, size_t count, uint32_t n) {
  sparse s = {.n = n, .count = count};
  s.start = memory_take((size_t)n + 1, sizeof *s.start);
  s.column = memory_take(count, sizeof *s.column);
  s.value = memory_take(count, sizeof *s.value);
  keep_entry *sorted = memory_take(count, sizeof *sorted);
  uint32_t *at = memory_take(n, sizeof *at);
  for (size_t k = 0; k < count; k++)
    s.start[list->entries[k].row + 1]++;
  for (uint32_t i = 0; i < n; i++) {
    s.start[i + 1] += s.start[i];
    at[i] = s.start[i];
  }
  for (size_t k = 0; k < count; k++)
    sorted[at[list->entries[k].row]++] = list->entries[k];
  for (uint32_t i = 0; i < n; i++)
    qsort(sorted + s.start[i], s.start[i + 1] - s.start[i], sizeof *sorted, by_column);
  for (size_t k = 0; k < count; k++) {
    s.column[k] = sorted[k].column;
    s.value[k] = sorted[k].value;
  }
  free(sorted);
  free(at);
  return s;
}

void keep_refit(sparse *s, const gram *g, const ease_options *options) {
  uint32_t n = s->n, most = 0;
  uint32_t *start = memory_take((size_t)n + 1, sizeof *start);
  uint32_t *entry = memory_take(s->count, sizeof *entry), *row = memory_take(s->count, sizeof *row);
  for (size_t k = 0; k < s->count; k++)
    start[s->column[k] + 1]++;
  for (uint32_t j = 0; j < n; j++) {
    if (start[j + 1] > most) most = start[j + 1];
    start[j + 1] += start[j];
  }
  uint32_t *at = memory_take(n, sizeof *at);
  memcpy(at, start, n * sizeof *at);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = s->start[i]; k < s->start[i + 1]; k++) {
      row[at[s->column[k]]] = i;
      entry[at[s->column[k]]++] = k;
    }
  }
  double *matrix = memory_take((size_t)most * most, sizeof *matrix);
  double *right = memory_take(most, sizeof *right);
  for (uint32_t j = 0; j < n; j++) {
    uint32_t count = start[j + 1] - start[j];
    const uint32_t *own = row + start[j];
    for (uint32_t a = 0; a < count; a++) {
      const float *sums = g->sum + (size_t)own[a] * n;
      for (uint32_t b = 0; b < count; b++)
        matrix[(size_t)a * count + b] = sums[own[b]];
      matrix[(size_t)a * count + a] +=
          options->lambda + options->drop_out / (1 - options->drop_out) * sums[own[a]];
      right[a] = sums[j];
    }
    if (!solve_small(matrix, right, count)) continue;
    for (uint32_t a = 0; a < count; a++)
      s->value[entry[start[j] + a]] = (float)right[a];
  }
  free(matrix);
  free(right);
  free(at);
  free(row);
  free(entry);
  free(start);
}

/* ---- few bits ---- */

/* Distances are measured between fourth roots: a large weight may be off by more than a small one,
 * but by a smaller part of it. */
static double root_of(double value) {
  return sqrt(sqrt(fabs(value)));
}

static int by_size(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return a < b ? -1 : a > b;
}

static size_t first_above(const double *sorted, size_t count, double bound) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (sorted[middle] > bound)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* Lloyd's method: each level moves to the mean of the values that are nearest to it. */
void keep_levels(const sparse *s, uint32_t bits, uint16_t *levels) {
  enum { ROUNDS = 25 };
  uint32_t level_count = 1u << (bits - 1);
  double centers[SP_LEVELS_MAX], least = 0, most = 0;
  double *roots = memory_take(s->count, sizeof *roots);
  double *sums = memory_take(s->count + 1, sizeof *sums);
  for (size_t k = 0; k < s->count; k++)
    roots[k] = root_of(s->value[k]);
  qsort(roots, s->count, sizeof *roots, by_size);
  for (size_t k = 0; k < s->count; k++)
    sums[k + 1] = sums[k] + roots[k];
  if (s->count) {
    least = roots[0];
    most = roots[s->count - 1];
  }
  for (uint32_t l = 0; l < level_count; l++)
    centers[l] = least + (most - least) * (l + 0.5) / level_count;
  for (uint32_t round = 0; round < ROUNDS; round++) {
    size_t from = 0;
    for (uint32_t l = 0; l < level_count; l++) {
      bool last = l + 1 == level_count;
      double bound = last ? INFINITY : (centers[l] + centers[l + 1]) / 2;
      size_t to = first_above(roots, s->count, bound);
      if (to > from) centers[l] = (sums[to] - sums[from]) / (double)(to - from);
      from = to > from ? to : from;
    }
  }
  for (uint32_t l = 0; l < level_count; l++) {
    double level = round(pow(centers[l], 4) * SP_SCORE_ONE);
    levels[l] = (uint16_t)(level < 1 ? 1 : level > INT16_MAX ? INT16_MAX : level);
  }
  free(roots);
  free(sums);
}

uint8_t *keep_codes(sparse *s, uint32_t bits, const uint16_t *levels) {
  uint8_t *codes = memory_take(s->count, 1);
  double bounds[SP_LEVELS_MAX];
  uint32_t level_count = 1u << (bits - 1);
  for (uint32_t l = 0; l + 1 < level_count; l++)
    bounds[l] = (root_of(levels[l]) + root_of(levels[l + 1])) / 2;
  for (size_t k = 0; k < s->count; k++) {
    double root = root_of((double)s->value[k] * SP_SCORE_ONE);
    size_t level = first_above(bounds, level_count - 1, root);
    bool negative = s->value[k] < 0;
    codes[k] = (uint8_t)(level << 1 | negative);
    float value = (float)levels[level] / SP_SCORE_ONE;
    s->value[k] = negative ? -value : value;
  }
  return codes;
}
