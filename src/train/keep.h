/* From all weights to those that a model has room for. */
#ifndef SP_TRAIN_KEEP_H
#define SP_TRAIN_KEEP_H

#include "train/ease.h"

typedef struct {
  double exponent; /* of a context item's own weight, in what decides which weights are kept */
  bool refit;
  uint32_t bits; /* of a kept weight */
} keep_options;

typedef struct {
  uint32_t row, column;
  float value, key; /* the larger the key, the sooner it is kept */
} keep_entry;

typedef struct {
  keep_entry *entries; /* by key, the largest first */
  size_t count;
} keep_list;

/* The `most` entries with the largest |weight| * own[row]^exponent of a dense or a sparse matrix.
 */
keep_list keep_dense(const float *weights, uint32_t n, const float *own, double exponent,
                     size_t most);
keep_list keep_sparse(const sparse *weights, const float *own, double exponent, size_t most);

/* The first `count` of the list by row and column. */
sparse keep_first(const keep_list *list, size_t count, uint32_t n);

/* Ridge once more for each target, over its kept rows only. */
void keep_refit(sparse *s, const gram *g, const ease_options *options);

/* 2^(bits - 1) magnitudes that suit the values, in 1/8192, ascending; then each value's code: twice
 * the level, plus 1 below zero. The values become what their codes stand for. */
void keep_levels(const sparse *s, uint32_t bits, uint16_t *levels);
uint8_t *keep_codes(sparse *s, uint32_t bits, const uint16_t *levels);

#endif
