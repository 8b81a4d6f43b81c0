#include "train/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/recommend.h"
#include "train/memory.h"
#include "train/model_out.h"

/* Weights below it would lose most of their levels. */
#define SMALL 0.0625f

/* Where the ridge left only small weights they are brought to 1/2 to 1, for only how they compare
 * counts; others stay what they are, for what an item unlocks is weighed against them. */
static float gain_of(const all_weights *w) {
  float most = 0;
  for (size_t k = 0; w->dense && k < (size_t)w->n * w->n; k++)
    most = fabsf(w->dense[k]) > most ? fabsf(w->dense[k]) : most;
  for (size_t k = 0; k < w->local.count; k++)
    most = fabsf(w->local.value[k]) > most ? fabsf(w->local.value[k]) : most;
  return most > 0 && most < SMALL ? exp2f(floorf(-log2f(most))) : 1;
}

all_weights weights_train(const order_log *log, const ease_options *options) {
  all_weights w = {.n = log->item_count, .own = memory_take(log->item_count, sizeof *w.own)};
  int32_t until = log->order_count ? log->orders[log->order_count - 1].day : 0;
  w.scales = memory_take(log->item_count, sizeof *w.scales);
  float *order = order_weights(log, options, until);
  for (uint32_t o = 0; o < log->order_count; o++) {
    for (uint32_t k = 0; k < log->orders[o].count; k++)
      w.own[log->items[log->orders[o].first + k]] += order[o];
  }
  if (log->item_count > EASE_DENSE_MAX) {
    w.local = ease_local(log, order, options, w.scales);
  } else {
    w.g = gram_of(log, order);
    w.dense = ease_dense(&w.g, options, w.scales);
  }
  free(order);
  w.gain = gain_of(&w);
  return w;
}

void weights_free(all_weights *w) {
  gram_free(&w->g);
  free(w->dense);
  free(w->own);
  free(w->scales);
  sparse_free(&w->local);
}

/* What is stored of them takes, with the levels and the scales of pairs. That an item has no
 * weights takes one bit, which is not of them. */
static size_t bits_of(const sparse *s, const keep_options *keep, uint32_t scale_bits) {
  size_t bits = (size_t)scale_bits * s->n + ((size_t)16 << keep->bits);
  uint32_t *counts = memory_take(s->n, sizeof *counts);
  for (uint32_t i = 0; i < s->n; i++) {
    counts[i] += s->start[i + 1] - s->start[i];
    for (uint32_t k = s->start[i]; k < s->start[i + 1] && scale_bits; k++)
      counts[s->column[k]]++;
  }
  for (uint32_t i = 0; i < s->n; i++)
    bits += model_count_bits(counts[i]) - model_count_bits(0);
  bits += s->count * keep->bits + model_gaps_size(s, scale_bits > 0, NULL);
  free(counts);
  return bits;
}

keep_list weights_list(const all_weights *w, const keep_options *keep, size_t bits) {
  // No weight takes less: a gap of one bit at least and a level.
  size_t most = bits / (SP_WEIGHT_BITS_MIN + 1) + 1;
  if (keep->pairs)
    return w->dense ? keep_pairs_dense(w->dense, w->n, w->scales, w->own, keep->exponent, most)
                    : keep_pairs_sparse(&w->local, w->scales, w->own, keep->exponent, most);
  return w->dense ? keep_dense(w->dense, w->n, w->own, keep->exponent, most)
                  : keep_sparse(&w->local, w->own, keep->exponent, most);
}

/* A weight has 16 bits when it is read: values are cut to what both sides of a pair leave room for.
 */
static void cut_to_fit(sparse *s, const float *scales) {
  const float most = 3.9f;
  for (uint32_t i = 0; i < s->n; i++) {
    for (uint32_t k = s->start[i]; k < s->start[i + 1]; k++) {
      float room = most * exp2f(-fabsf(scales[i] - scales[s->column[k]]));
      if (fabsf(s->value[k]) > room) s->value[k] = copysignf(room, s->value[k]);
    }
  }
}

/* How many bits a scale takes, before anything is fitted again. */
static uint32_t scale_bits_of(const all_weights *w) {
  float *steps = memory_take(w->n, sizeof *steps);
  uint32_t bits;
  memcpy(steps, w->scales, w->n * sizeof *steps);
  free(keep_scale_codes(steps, w->n, &bits));
  free(steps);
  return bits;
}

/* Rounds what is kept to what the file has. */
static kept_weights rounded(sparse stored, const float *scales, const keep_options *keep) {
  kept_weights k = {.stored = stored, .bits = keep->bits};
  float *steps = memory_take(stored.n, sizeof *steps);
  memcpy(steps, scales, stored.n * sizeof *steps);
  if (keep->pairs) {
    k.scales = keep_scale_codes(steps, stored.n, &k.scale_bits);
    cut_to_fit(&stored, steps);
  }
  keep_levels(&stored, keep->bits, k.levels);
  k.codes = keep_codes(&stored, keep->bits, k.levels);
  if (keep->pairs) k.rows = keep_both(&stored, steps);
  free(steps);
  return k;
}

kept_weights weights_fit(const all_weights *w, const keep_list *list, const ease_options *ease,
                         const keep_options *keep, size_t bits) {
  size_t low = 0, high = bits / (keep->bits + 1) + 1;
  uint32_t scale_bits = keep->pairs ? scale_bits_of(w) : 0;
  if (high > list->count) high = list->count;
  while (low < high) {
    size_t middle = (low + high + 1) / 2;
    sparse tried = keep_first(list, middle, w->n);
    if (bits_of(&tried, keep, scale_bits) <= bits)
      low = middle;
    else
      high = middle - 1;
    sparse_free(&tried);
  }
  sparse s = keep_first(list, low, w->n);
  float *scales = memory_take(w->n, sizeof *scales);
  memcpy(scales, w->scales, w->n * sizeof *scales);
  if (keep->refit && w->dense && keep->pairs)
    keep_refit_pairs(&s, scales, &w->g, ease);
  else if (keep->refit && w->dense)
    keep_refit(&s, &w->g, ease, NULL);
  for (size_t k = 0; k < s.count; k++)
    s.value[k] *= w->gain;
  kept_weights k = rounded(s, scales, keep);
  free(scales);
  return k;
}

kept_weights weights_keep(const all_weights *w, const ease_options *ease, const keep_options *keep,
                          size_t bits) {
  keep_list list = weights_list(w, keep, bits);
  kept_weights k = weights_fit(w, &list, ease, keep, bits);
  free(list.entries);
  return k;
}

const sparse *kept_rows(const kept_weights *k) {
  return k->scales ? &k->rows : &k->stored;
}

void kept_free(kept_weights *k) {
  sparse_free(&k->stored);
  sparse_free(&k->rows);
  free(k->codes);
  free(k->scales);
}
