/* What the goal compares of two decisions. Internal to engine/. */
#ifndef SP_ENGINE_WORTH_H
#define SP_ENGINE_WORTH_H

#include "model/receipt.h"

/* The sums of levels, where the goal has them, then the score or what it costs less. */
typedef struct {
  int64_t sums[SP_LEVEL_SUMS + 1];
} worth;

/* > 0: a is worth more than b; 0: as much. */
static inline int worth_compare(const worth *a, const worth *b) {
  uint32_t i = 0;
  while (i < SP_LEVEL_SUMS && a->sums[i] == b->sums[i])
    i++;
  return a->sums[i] > b->sums[i] ? 1 : a->sums[i] < b->sums[i] ? -1 : 0;
}

#endif
