/* Finds the best lawful decision (src/README.md §3.3) by branch and bound.
 *
 * Not done here: points, rounding off and rewards without a value are functions of the decision;
 * the budget is a number of visited nodes, because time is not deterministic. */
#ifndef SP_ENGINE_SEARCH_H
#define SP_ENGINE_SEARCH_H

#include "engine/price.h"

typedef struct {
  bool found; /* false: the pins can't be met */
  bool exact;
  uint32_t visited;
  int64_t gap_fen; /* what an unexplored decision could still gain */
} search_result;

/* Which coupons a decision must take. */
typedef enum { SEARCH_ANY, SEARCH_SOME, SEARCH_ALL } search_coupons;

/* Leaves the best decision in best (arrays of the caller's, all false) and p->assigned.
 * allowed: per coupon; SEARCH_ALL: every usable one must be taken (pinned coupons). E_MEMORY. */
sp_err search_best(pricing *p, const bool *allowed, search_coupons wanted, choice *best,
                   search_result *out);

#endif
