/* 凑单: what may be added to a cart, and what is known so far of what it would do. */
#ifndef SP_MODEL_TOP_UP_H
#define SP_MODEL_TOP_UP_H

#include "model/cart.h"

#define SP_TOP_UPS_MAX 20

typedef struct {
  uint32_t sku;
  int64_t price_fen; /* list price in the cart's store */
  int64_t worth_fen; /* what the shopper is taken to value it at: worth_bp of its price */
} sp_candidate;

/* One or two candidates (second: SP_NONE) and the cart with them. */
typedef struct {
  uint32_t first, second;
  int64_t gain_fen; /* worth of the added, less what is paid more */
  int64_t more_fen; /* paid more; below 0: paid less */
} sp_top_up;

/* Singles first, then pairs; each list the largest gain first. Everything that is needed to go on
 * later, so that one call never takes long. */
typedef struct {
  uint32_t next; /* node to look at, SP_NONE: all are done */
  uint32_t priced;
  bool exact; /* every price so far was of the proven best decision, and no node was left out */
  sp_top_up singles[SP_TOP_UPS_MAX], pairs[SP_TOP_UPS_MAX];
  uint32_t single_count, pair_count;
} sp_top_up_state;

#endif
