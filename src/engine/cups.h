/* Coupons that each take from one piece, several of one group together: which coupon takes from
 * which piece (src/README.md §3.2, "Pieces of coupons"). Does not choose the coupons. */
#ifndef SP_ENGINE_CUPS_H
#define SP_ENGINE_CUPS_H

#include "engine/turn.h"

/* Finds turns whose coupons are solved together (turn.cups) and makes room for them. E_MEMORY. */
sp_err cups_plan(pricing *p);

/* Gives each coupon its piece: the largest sum of cuts, then the earliest piece for the first
 * coupon. taken: per turn, how many of its coupons are picked. False: refused->reason says why one
 * of them gets none. */
bool cups_solve(pricing *p, const pricing_state *s, uint32_t cups, const uint32_t *taken,
                outcome *refused);

/* Applies coupon `index` of the solution, counted in the order of work, as turn_apply would. */
bool cups_take(pricing *p, pricing_state *s, uint32_t index, outcome *out);

/* What a solution costs, counted like an application. */
uint32_t cups_work(const pricing *p);

#endif
