/* Prices one decision in one pass. Never chooses. */
#ifndef SP_ENGINE_PRICE_H
#define SP_ENGINE_PRICE_H

#include "engine/pricing.h"

/* A decision in the engine's own terms; X stands in p->assigned. */
typedef struct {
  bool *rules;   /* per book rule: chosen, for shared groups */
  bool *coupons; /* per coupon of the request */
} choice;

/* Runs the turns [from, to), changing s. Returns false when the decision is not lawful: *refused is
 * then what the refused turn said. With p->recording, cuts, gifts, rewards, activities and coupon
 * answers go to the receipt. */
bool price_turns(pricing *p, pricing_state *s, const choice *c, uint32_t from, uint32_t to,
                 outcome *refused);

/* The goal of src/README.md §3.3 as a number to be made as large as possible. */
int64_t price_score(const pricing *p, const pricing_state *s);

#endif
