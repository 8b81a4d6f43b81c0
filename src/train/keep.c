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

/* 2^scale of each item. */
static float *grown(const float *scales, uint32_t n) {
  float *out = memory_take(n, sizeof *out);
  for (uint32_t i = 0; i < n; i++)
    out[i] = exp2f(scales[i]);
  return out;
}

/* Once to count how large the keys are, once to take those that are large enough. */
static void pass_pairs(const float *weights, uint32_t n, const float *scales, const float *factors,
                       key_histogram *h, uint32_t least, keep_list *list) {
  float *size = grown(scales, n);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = i + 1; j < n; j++) {
      float there = weights[(size_t)i * n + j], ratio = size[j] / size[i];
      float key = fabsf(there) * (factors[i] + ratio * ratio * factors[j]);
      if (!list)
        h->counts[key_bits(key) >> 16]++;
      else if (there != 0 && key_bits(key) >> 16 >= least)
        list->entries[list->count++] = (keep_entry){i, j, there * ratio, key};
    }
  }
  free(size);
}

keep_list keep_pairs_dense(const float *weights, uint32_t n, const float *scales, const float *own,
                           double exponent, size_t most) {
  float *factors = row_factors(own, exponent, n);
  key_histogram *h = memory_take(1, sizeof *h);
  pass_pairs(weights, n, scales, factors, h, 0, NULL);
  uint32_t least = least_kept(h, most);
  size_t room = 0;
  for (uint32_t at = least; at < 65536; at++)
    room += h->counts[at];
  keep_list list = {memory_take(room, sizeof *list.entries), 0};
  pass_pairs(weights, n, scales, factors, h, least, &list);
  qsort(list.entries, list.count, sizeof *list.entries, by_key);
  if (list.count > most) list.count = most;
  free(h);
  free(factors);
  return list;
}

/* Where a column stands in a row, or the number of entries: nowhere. */
static size_t place_of(const sparse *s, uint32_t row, uint32_t column) {
  uint32_t low = s->start[row], end = s->start[row + 1], high = end;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (s->column[middle] < column)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && s->column[low] == column ? low : s->count;
}

keep_list keep_pairs_sparse(const sparse *weights, const float *scales, const float *own,
                            double exponent, size_t most) {
  float *factors = row_factors(own, exponent, weights->n), *size = grown(scales, weights->n);
  keep_list list = {memory_take(weights->count, sizeof *list.entries), 0};
  for (uint32_t i = 0; i < weights->n; i++) {
    for (uint32_t k = weights->start[i]; k < weights->start[i + 1]; k++) {
      uint32_t j = weights->column[k];
      size_t back = place_of(weights, j, i);
      if (back < weights->count && j < i) continue; // it was taken the other way round
      float value = weights->value[k] * size[j] / size[i];
      if (back < weights->count) value = (value + weights->value[back] * size[i] / size[j]) / 2;
      if (value == 0) continue;
      float ratio = size[i] / size[j];
      float key = fabsf(value) * (ratio * factors[i] + factors[j] / ratio);
      list.entries[list.count++] = (keep_entry){i < j ? i : j, i < j ? j : i, value, key};
    }
  }
  qsort(list.entries, list.count, sizeof *list.entries, by_key);
  if (list.count > most) list.count = most;
  free(size);
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

sparse keep_both(const sparse *pairs, const float *scales) {
  uint32_t n = pairs->n;
  sparse s = {.n = n, .count = 2 * pairs->count};
  s.start = memory_take((size_t)n + 1, sizeof *s.start);
  s.column = memory_take(s.count, sizeof *s.column);
  s.value = memory_take(s.count, sizeof *s.value);
  uint32_t *at = memory_take(n, sizeof *at);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = pairs->start[i]; k < pairs->start[i + 1]; k++) {
      s.start[i + 1]++;
      s.start[pairs->column[k] + 1]++;
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    s.start[i + 1] += s.start[i];
    at[i] = s.start[i];
  }
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = pairs->start[i]; k < pairs->start[i + 1]; k++) {
      uint32_t j = pairs->column[k];
      float ratio = exp2f(scales[i] - scales[j]);
      s.column[at[i]] = j;
      s.value[at[i]++] = pairs->value[k] * ratio;
      s.column[at[j]] = i;
      s.value[at[j]++] = pairs->value[k] / ratio;
    }
  }
  free(at);
  return s;
}

void keep_refit_pairs(sparse *pairs, float *scales, const gram *g, const ease_options *options) {
  uint32_t n = pairs->n;
  sparse both = keep_both(pairs, scales);
  keep_refit(&both, g, options, scales);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = pairs->start[i]; k < pairs->start[i + 1]; k++) {
      uint32_t j = pairs->column[k];
      float ratio = exp2f(scales[i] - scales[j]);
      float there = both.value[place_of(&both, i, j)], back = both.value[place_of(&both, j, i)];
      pairs->value[k] = (there / ratio + back * ratio) / 2;
    }
  }
  sparse_free(&both);
}

void keep_refit(sparse *s, const gram *g, const ease_options *options, float *scales) {
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
      matrix[(size_t)a * count + a] += ease_ridge(sums[own[a]], options);
      right[a] = sums[j];
    }
    float own_sum = g->sum[(size_t)j * n + j];
    double left = own_sum + ease_ridge(own_sum, options);
    if (!solve_small(matrix, right, count)) continue;
    for (uint32_t a = 0; a < count; a++) {
      s->value[entry[start[j] + a]] = (float)right[a];
      left -= right[a] * g->sum[(size_t)own[a] * n + j];
    }
    if (scales) scales[j] = ease_scale(left);
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
 * but by a smaller part of it. Roots keep the sign. */
static double root_of(double value) {
  return copysign(sqrt(sqrt(fabs(value))), value);
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
void keep_levels(const sparse *s, uint32_t bits, int16_t *levels) {
  enum { ROUNDS = 25 };
  uint32_t level_count = 1u << bits;
  double centers[SP_LEVELS_MAX];
  double *roots = memory_take(s->count + 1, sizeof *roots);
  double *sums = memory_take(s->count + 1, sizeof *sums);
  for (size_t k = 0; k < s->count; k++)
    roots[k] = root_of(s->value[k]);
  qsort(roots, s->count, sizeof *roots, by_size);
  for (size_t k = 0; k < s->count; k++)
    sums[k + 1] = sums[k] + roots[k];
  double least = s->count ? roots[0] : 0, most = s->count ? roots[s->count - 1] : 0;
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
    double level = round(copysign(pow(centers[l], 4), centers[l]) * SP_SCORE_ONE);
    levels[l] = (int16_t)(level < -SP_LEVEL_MOST  ? -SP_LEVEL_MOST
                          : level > SP_LEVEL_MOST ? SP_LEVEL_MOST
                                                  : level);
  }
  free(roots);
  free(sums);
}

uint8_t *keep_codes(sparse *s, uint32_t bits, const int16_t *levels) {
  uint8_t *codes = memory_take(s->count, 1);
  double bounds[SP_LEVELS_MAX];
  uint32_t level_count = 1u << bits;
  for (uint32_t l = 0; l + 1 < level_count; l++)
    bounds[l] = (root_of(levels[l]) + root_of(levels[l + 1])) / 2;
  for (size_t k = 0; k < s->count; k++) {
    double root = root_of((double)s->value[k] * SP_SCORE_ONE);
    size_t level = first_above(bounds, level_count - 1, root);
    codes[k] = (uint8_t)level;
    s->value[k] = (float)levels[level] / SP_SCORE_ONE;
  }
  return codes;
}

uint8_t *keep_scale_codes(float *scales, uint32_t n, uint32_t *bits) {
  enum { MOST = (1 << SP_SCALE_BITS_MAX) - 1 };
  uint8_t *codes = memory_take(n, 1);
  float least = n ? scales[0] : 0;
  uint32_t most = 0;
  for (uint32_t i = 0; i < n; i++)
    least = scales[i] < least ? scales[i] : least;
  for (uint32_t i = 0; i < n; i++) {
    double code = round((double)(scales[i] - least) * SP_SCALE_STEPS);
    codes[i] = (uint8_t)(code > MOST ? MOST : code);
    most = codes[i] > most ? codes[i] : most;
    scales[i] = (float)codes[i] / SP_SCALE_STEPS;
  }
  // One at least: without any a model has no pairs.
  for (*bits = 1; most >> *bits;)
    ++*bits;
  return codes;
}
