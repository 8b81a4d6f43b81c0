/* All weights of a log, and those of them that fit into a number of bits. */
#ifndef SP_TRAIN_WEIGHTS_H
#define SP_TRAIN_WEIGHTS_H

#include "model/recommend.h"
#include "train/keep.h"

typedef struct {
  uint32_t n;
  gram g;
  float *dense;  /* NULL: too many items, `local` holds what there is */
  float *own;    /* the weight of each item's orders */
  float *scales; /* ease_scale of each item */
  sparse local;
  float gain; /* what kept weights are multiplied by */
} all_weights;

all_weights weights_train(const order_log *log, const ease_options *options);
void weights_free(all_weights *w);

/* Those that might fit into `bits`, in the order in which they are kept. */
keep_list weights_list(const all_weights *w, const keep_options *keep, size_t bits);

/* Weights as a file has them, and as whoever reads it. */
typedef struct {
  sparse stored; /* rows, or of pairs the half behind the diagonal */
  sparse rows;   /* both weights of each pair; none without pairs */
  int16_t levels[SP_LEVELS_MAX];
  uint8_t *codes, *scales; /* of each stored weight; of each item, NULL: no pairs */
  uint32_t bits, scale_bits;
} kept_weights;

/* The first of the list, as many as fit. */
kept_weights weights_fit(const all_weights *w, const keep_list *list, const ease_options *ease,
                         const keep_options *keep, size_t bits);

/* Both in one. */
kept_weights weights_keep(const all_weights *w, const ease_options *ease, const keep_options *keep,
                          size_t bits);

/* By context item, rounded as the file is. */
const sparse *kept_rows(const kept_weights *k);
void kept_free(kept_weights *k);

#endif
