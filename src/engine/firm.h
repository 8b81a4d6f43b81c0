/* Carts in which no choice changes what another one gives: fixed amounts over thresholds that stand
 * on list prices or far from where cuts could move them, which is what most shops publish. What is
 * left to choose is what stands together, and that is decided without pricing any decision. */
#ifndef SP_ENGINE_FIRM_H
#define SP_ENGINE_FIRM_H

#include "engine/tree.h"

/* Finds the best decision where the cart is of this kind; *done says whether it was. What cannot be
 * proven is left in x->exhausted and x->abandoned_score. After bound_turns, on fresh x->states[0].
 * E_MEMORY. */
sp_err firm_search(search *x, bool *done);

#endif
