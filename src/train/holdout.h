/* What is measured with: orders from which one item is hidden, and where a ranking puts it. */
#ifndef SP_TRAIN_HOLDOUT_H
#define SP_TRAIN_HOLDOUT_H

#include "train/log.h"

typedef struct {
  uint32_t order;  /* of the log the cases are of, UINT32_MAX: of none */
  uint32_t hidden; /* UINT32_MAX: an item that the log does not have */
  uint32_t *context, context_count;
} holdout_case;

typedef struct {
  const order_log *log;
  uint32_t first; /* the order that the tail begins with */
  holdout_case *cases;
  uint32_t count;
} holdout;

/* The last tenth of the log, at most 6,000 cases; of a short tail several items of an order are
 * hidden in turn. Which ones depends on nothing but their places. */
holdout holdout_of(const order_log *log);

/* Cases of a file: case TAB user TAB day TAB context TAB hidden, as `suanpan rank` reads them; what
 * is not in the log is left out of contexts, and a case whose hidden item is not is never found. A
 * bad line ends the program. */
holdout holdout_read(const char *path, const order_log *log);

/* Cases whose hidden item is one of the first... kept: a log of the same orders renumbered. */
holdout holdout_renumbered(const holdout *all, const order_log *log, const uint32_t *to);
void holdout_free(holdout *h);

typedef struct {
  double hit_rate, ndcg, mrr; /* at 10, at 10, of all */
  uint32_t count;
  float *each; /* NDCG@10 of each case; NULL: not kept */
} measure;

/* Whether `b` is better than `a` on the same cases: the mean difference is more than `least` and so
 * many times its standard error. Without `a` anything is. */
bool measure_is_better(const float *a, const float *b, uint32_t count, double errors, double least);

void measure_add(measure *m, uint32_t rank); /* from 1; 0: not ranked */
measure measure_end(measure m);

/* The place of the hidden item among all that are not in the context: scores descending, ties by
 * number. */
uint32_t rank_of(const float *scores, uint32_t n, const holdout_case *one);

#endif
