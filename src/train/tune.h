/* The trainer finds its own constants on the tail of the log; none is set by hand. */
#ifndef SP_TRAIN_TUNE_H
#define SP_TRAIN_TUNE_H

#include "train/habits.h"
#include "train/holdout.h"
#include "train/weights.h"

/* How the parts of a score are weighted against each other, weights of items being 1. */
typedef struct {
  double popular, recent_share;
  double own, own_alone, kin, kin_alone;
  double decay;
  bool saturates, by_repeat, by_newcomer;
} score_options;

typedef struct {
  ease_options ease;
  keep_options keep;
  score_options score;
} tuning;

extern const tuning tuning_start;

/* Tells how far tuning is; NULL: nobody listens. */
typedef void tune_progress(const char *what, uint32_t done, uint32_t of);

/* λ, half-life, drop-out and the weight of large orders, by NDCG@10 of the dense model; above
 * items_max items on the most popular of them: each try inverts a matrix of that size. */
enum { TUNE_ITEMS_MAX = 4000, TUNE_ITEMS_QUICK = 1000 };
void tune_ease(const order_log *train, const holdout *tail, uint32_t items_max, tuning *t,
               tune_progress *progress);

/* Which weights are kept in so many bits, as pairs or as rows, and whether they are fitted again.
 */
void tune_keep(const all_weights *weights, const holdout *tail, const float *popular, size_t bits,
               tuning *t, tune_progress *progress);

/* NDCG@10 that a bit less for weights costs, by as many as popularity takes once more. */
double tune_bit_cost(const all_weights *weights, const holdout *tail, const float *popular,
                     size_t bits, const tuning *t);

/* Popularity and own history beside the weights that are kept. What is said of each item has to be
 * worth its bits. */
void tune_score(const holdout *tail, const sparse *weights, const habits *known, double bit_cost,
                tuning *t, tune_progress *progress);

/* Of the score's bit length: how often such items were the hidden one, of 10,000, beside the best.
 */
void tune_worth(const holdout *tail, const sparse *weights, const habits *known, const tuning *t,
                uint16_t *worth_bp);

/* The numbers of the `most` items with the most orders, in their old order; the rest are left out
 * (UINT32_MAX). How many there are. */
uint32_t popular_items(const order_log *log, uint32_t most, uint32_t *to);

/* each: where the NDCG@10 of each case goes, NULL: nowhere. */
measure measure_dense(const float *weights, const holdout *tail, const float *popular, float *each);
measure measure_sparse(const sparse *weights, const holdout *tail, const float *popular,
                       double popular_weight, float *each);

/* As much popularity beside kept weights as beside the dense ones. */
measure measure_kept(const kept_weights *kept, const all_weights *all, const holdout *tail,
                     const float *popular, float *each);

#endif
