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

/* Prices of pieces, at which the best set of coupons is given away. By weak duality n coupons gain
 * at most base_fen, n * each_fen and gain_fen of each of them, which may be below 0; with fewer
 * coupons than priced pieces those that nobody takes count at least least_fen each less. */
typedef struct {
  int64_t base_fen, each_fen;
  int64_t *gain_fen; /* per turn */
  uint32_t *count;   /* per turn: coupons of it in the best set */
  int64_t pieces, priced, least_fen;
  uint32_t reading;
} cup_prices;

/* For the coupons of turn `from` and the later ones that are solved with it, at most `room` of
 * them. usable: per turn, how many. Fills the arrays, which are the caller's. */
void cups_price(pricing *p, const pricing_state *s, uint32_t from, const uint32_t *usable,
                int64_t room, cup_prices *out);

/* cups_solve for some of those coupons, in the same state. */
bool cups_solve_priced(pricing *p, const pricing_state *s, uint32_t from, const uint32_t *usable,
                       const uint32_t *taken, cup_prices *prices, outcome *refused);

/* What was done since it was asked last, counted like applications. */
uint32_t cups_work(pricing *p);

#endif
