#include "train/weights.h"

#include <stdlib.h>

#include "model/recommend.h"
#include "train/memory.h"
#include "train/model_out.h"

all_weights weights_train(const order_log *log, const ease_options *options) {
  all_weights w = {.n = log->item_count, .own = memory_take(log->item_count, sizeof *w.own)};
  int32_t until = log->order_count ? log->orders[log->order_count - 1].day : 0;
  float *order = order_weights(log, options, until);
  for (uint32_t o = 0; o < log->order_count; o++) {
    for (uint32_t k = 0; k < log->orders[o].count; k++)
      w.own[log->items[log->orders[o].first + k]] += order[o];
  }
  if (log->item_count > EASE_DENSE_MAX) {
    w.local = ease_local(log, order, options);
  } else {
    w.g = gram_of(log, order);
    w.dense = ease_dense(&w.g, options);
  }
  free(order);
  return w;
}

void weights_free(all_weights *w) {
  gram_free(&w->g);
  free(w->dense);
  free(w->own);
  sparse_free(&w->local);
}

static size_t bits_of_rows(const sparse *s, uint32_t weight_bits) {
  size_t bits = 0;
  for (uint32_t i = 0; i < s->n; i++)
    bits +=
        model_row_bits(s->column + s->start[i], s->start[i + 1] - s->start[i], s->n, weight_bits);
  return bits;
}

keep_list weights_list(const all_weights *w, double exponent, size_t bits) {
  // No weight takes less: a gap of one bit at least, a sign and a level.
  size_t most = bits / (SP_WEIGHT_BITS_MIN + 1) + 1;
  return w->dense ? keep_dense(w->dense, w->n, w->own, exponent, most)
                  : keep_sparse(&w->local, w->own, exponent, most);
}

sparse weights_fit(const all_weights *w, const keep_list *list, const ease_options *ease,
                   const keep_options *keep, size_t bits) {
  size_t low = 0, high = bits / (keep->bits + 1) + 1;
  if (high > list->count) high = list->count;
  while (low < high) {
    size_t middle = (low + high + 1) / 2;
    sparse tried = keep_first(list, middle, w->n);
    if (bits_of_rows(&tried, keep->bits) <= bits)
      low = middle;
    else
      high = middle - 1;
    sparse_free(&tried);
  }
  sparse s = keep_first(list, low, w->n);
  if (keep->refit && w->dense) keep_refit(&s, &w->g, ease);
  return s;
}

sparse weights_keep(const all_weights *w, const ease_options *ease, const keep_options *keep,
                    size_t bits) {
  keep_list list = weights_list(w, keep->exponent, bits);
  sparse s = weights_fit(w, &list, ease, keep, bits);
  free(list.entries);
  return s;
}
