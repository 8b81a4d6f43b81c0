/* Carts in which coupons, and free freight, ask for what the item stage left, never for what other
 * coupons leave: the parallel way of counting of the large platforms. Once it is known what the
 * lines lose, the best coupons are known, so the lines alone are searched, for the sums that
 * coupons let stand. */
#ifndef SP_ENGINE_PARALLEL_H
#define SP_ENGINE_PARALLEL_H

#include "engine/tree.h"

/* Finds the best decision where the cart is of this kind; *done says whether it was. What cannot be
 * proven is left in x->exhausted and x->abandoned_score. After bound_turns. E_MEMORY. */
sp_err parallel_search(search *x, bool *done);

#endif
