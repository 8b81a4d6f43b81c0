/* Item-to-item weights that complete baskets: EASE^R (Steck 2019) on weighted orders.
 *
 * Weights are kept by context: entry (i, j) is what item i in the cart says for item j. */
#ifndef SP_TRAIN_EASE_H
#define SP_TRAIN_EASE_H

#include <stddef.h>

#include "train/log.h"

/* All that is tuned before anything is left out. */
typedef struct {
  double lambda;
  double drop_out;       /* share p: adds p / (1 - p) of an item's own weight to its ridge */
  double half_life_days; /* 0: old orders count as much as new ones */
  double size_exponent;  /* an order of n items weighs n^-this */
} ease_options;

/* n x n, symmetric: the summed weights of the orders that have both items. */
typedef struct {
  uint32_t n;
  float *sum;
} gram;

/* The weight of each order under the options; `until` is the day that is now. */
float *order_weights(const order_log *log, const ease_options *options, int32_t until);

gram gram_of(const order_log *log, const float *weights);
void gram_free(gram *g);

/* What is added to the weight of an item's own orders. */
double ease_ridge(double own, const ease_options *options);

/* Weights are those of pairs: that of (i, j) is s(i, j) * 2^(scale(i) - scale(j)) with s(i, j) =
 * s(j, i). The scale of an item by what its neighbours leave of it: the weight of its own orders
 * and the ridge, less what they explain. */
float ease_scale(double left);

/* n x n weights with an empty diagonal. Threads and kernel are the library's: the bytes of a model
 * come of weights that have been rounded. scales: n, NULL: not asked for. */
float *ease_dense(const gram *g, const ease_options *options, float *scales);

/* Weights that were kept, by context and then by column. */
typedef struct {
  uint32_t n;
  size_t count;
  uint32_t *start;  /* n + 1 */
  uint32_t *column; /* ascending in a row */
  float *value;
} sparse;

void sparse_free(sparse *s);

/* Above this many items n x n does not fit: each target gets a ridge of its own over the
 * EASE_CANDIDATES_MAX items that are most like it. */
enum { EASE_DENSE_MAX = 12000, EASE_CANDIDATES_MAX = 100 };
sparse ease_local(const order_log *log, const float *weights, const ease_options *options,
                  float *scales);

#endif
