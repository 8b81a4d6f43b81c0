/* Which rule of a once_piece group each piece serves: the numbers x[rule][segment] of a decision.
 *
 * The numbers cut the segments up before anything is priced, so each table of them is a cart of its
 * own, which search.c finishes; here the tables are walked, in the order of the ties, and those
 * that cannot be worth as much as what was found are left out together. */
#ifndef SP_ENGINE_ONCE_PIECE_H
#define SP_ENGINE_ONCE_PIECE_H

#include "engine/search.h"

/* search_best over all tables, on a planned p with p->whole. Leaves p cut up and planned by the
 * best one. E_MEMORY. */
sp_err once_piece_search(pricing *p, const bool *allowed, search_coupons wanted, choice *best,
                         search_result *out);

#endif
