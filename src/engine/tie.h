/* A decision while it is being searched, and the total order between equally good ones. */
#ifndef SP_ENGINE_TIE_H
#define SP_ENGINE_TIE_H

#include "engine/price.h"

/* Coupons of one rule are equal but for id and expiry, so only how many is a choice: the earliest
 * expiry first, then the smallest id, which is what the ties ask for. */
typedef struct {
  uint32_t *taken;   /* per turn: coupons used, or 1 for a rule that acts */
  uint32_t **usable; /* per coupon turn: allowed coupons by expiry */
  uint32_t *usable_count;
  uint32_t *assigned; /* X; the pricing's own table while the search is running */
  uint32_t coupon_count;
  int64_t waste_fen;     /* sum of face - cut */
  sp_assignment *pieces; /* numbers of X; of the decision so far the pricing has them */
  uint32_t piece_count;
} candidate;

sp_err candidate_new(pricing *p, const bool *allowed, candidate *out);
void candidate_copy(pricing *p, candidate *to, const candidate *from);

/* < 0 when a comes first, by src/README.md §3.3. X of `a` is the pricing's table. */
int candidate_compare(pricing *p, const candidate *a, const candidate *b);

/* Two of its steps: as many coupons of both, by expiry or by id. */
int candidate_compare_coupons(const pricing *p, const candidate *a, const candidate *b,
                              bool by_expiry);

bool candidate_takes_all(const pricing *p, const candidate *c);
bool candidate_meets_line_pins(pricing *p);

/* Writes rules and coupons to the choice, X back into p->assigned. */
void candidate_to_choice(pricing *p, const candidate *c, choice *out);

#endif
