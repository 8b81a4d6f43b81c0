/* All weights of a log, and those of them that fit into a number of bits. */
#ifndef SP_TRAIN_WEIGHTS_H
#define SP_TRAIN_WEIGHTS_H

#include "train/keep.h"

typedef struct {
  uint32_t n;
  gram g;
  float *dense; /* NULL: too many items, `local` holds what there is */
  float *own;   /* the weight of each item's orders */
  sparse local;
} all_weights;

all_weights weights_train(const order_log *log, const ease_options *options);
void weights_free(all_weights *w);

/* Those that might fit into `bits` as rows of a model, in the order in which they are kept. */
keep_list weights_list(const all_weights *w, double exponent, size_t bits);

/* The first of the list, as many as fit. */
sparse weights_fit(const all_weights *w, const keep_list *list, const ease_options *ease,
                   const keep_options *keep, size_t bits);

/* Both in one. */
sparse weights_keep(const all_weights *w, const ease_options *ease, const keep_options *keep,
                    size_t bits);

#endif
