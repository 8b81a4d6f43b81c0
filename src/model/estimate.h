/* The cards of an `estimate` and what they cost: src/README.md §9. Read and written by
 * codec/estimate_in.c, filled by engine/estimate.c. */
#ifndef SP_MODEL_ESTIMATE_H
#define SP_MODEL_ESTIMATE_H

#include "model/cart.h"

/* X(name): what has to hold for the price, in the order in which it is told. */
#define SP_CONDITIONS(X) X(CLAIM) X(COUPON) X(FIRST_ORDER) X(LIMIT) X(PAID_BY)
typedef enum {
#define X(name) SP_CONDITION_##name,
  SP_CONDITIONS(X)
#undef X
} sp_condition_code;

typedef struct {
  sp_condition_code code;
  uint32_t coupon; /* index into the request's coupons; SP_NONE: the condition is a rule's */
  uint32_t rule;
} sp_condition;

typedef struct {
  sp_line line;         /* as it would stand in the cart; its sku and state are set for each SKU */
  sp_text spu;          /* size 0: a card of one SKU */
  const uint32_t *skus; /* what the card sells and is on sale, in the order of the catalogue */
  uint32_t sku_count;   /* 0: off the shelf */
} sp_card;

typedef struct {
  int64_t list_fen, price_fen; /* per piece; price below 0 only beside a cart */
  int64_t max_fen;             /* the price of the dearest SKU */
  sp_condition *conditions;
  uint32_t condition_count;
  bool exact; /* all that was compared is proven */
} sp_estimate;

#endif
