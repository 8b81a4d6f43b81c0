/* From all weights to those that a model has room for. */
#ifndef SP_TRAIN_KEEP_H
#define SP_TRAIN_KEEP_H

#include "train/ease.h"

typedef struct {
  double exponent; /* of a context item's own weight, in what decides which weights are kept */
  bool refit, pairs;
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

/* The same of pairs, row < column: their value is what both weights are beside the scales, their
 * key the sum of both. */
keep_list keep_pairs_dense(const float *weights, uint32_t n, const float *scales, const float *own,
                           double exponent, size_t most);
keep_list keep_pairs_sparse(const sparse *weights, const float *scales, const float *own,
                            double exponent, size_t most);

/* The first `count` of the list by row and column. */
sparse keep_first(const keep_list *list, size_t count, uint32_t n);

/* Both weights of each pair. */
sparse keep_both(const sparse *pairs, const float *scales);

/* Ridge once more for each target, over its kept rows only. scales: where they go, NULL: nowhere.
 */
void keep_refit(sparse *s, const gram *g, const ease_options *options, float *scales);

/* The same for pairs and their scales: of what the two sides of a pair say, the mean is kept. */
void keep_refit_pairs(sparse *pairs, float *scales, const gram *g, const ease_options *options);

/* 2^bits values that suit those of the rows, in 1/8192, ascending; then each value's code, and the
 * values become what their codes stand for. */
void keep_levels(const sparse *s, uint32_t bits, int16_t *levels);
uint8_t *keep_codes(sparse *s, uint32_t bits, const int16_t *levels);

/* Codes of scales, in steps of SP_SCALE_STEPS to a doubling, above the smallest; how many bits they
 * take. The scales become what their codes stand for. */
uint8_t *keep_scale_codes(float *scales, uint32_t n, uint32_t *bits);

#endif
