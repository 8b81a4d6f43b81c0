/* A good guess at which rule of a once_line group takes which line, where what the lines lose
 * decides which coupons hold and whether freight is free. It goes by sums that may be off by some
 * fen and by what a rule does at first sight: never a bound, never an answer, only where to look.
 */
#ifndef SP_ENGINE_CLIMB_H
#define SP_ENGINE_CLIMB_H

#include "engine/tree.h"

/* turn_of: per line the turn that is to take it, SP_NONE: none. *good false: the cart is none that
 * is understood here. E_MEMORY. */
sp_err climb_lines(search *x, uint32_t *turn_of, bool *good);

#endif
