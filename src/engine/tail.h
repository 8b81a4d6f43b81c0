/* The last turns of a cart, where every rule takes from the whole cart by its sums: coupons of the
 * order, above all. How their cuts are spread over lines decides nothing there, so what is left is
 * one number, decisions that lead to the same number are one, and hundreds of them cost what one
 * does line by line. */
#ifndef SP_ENGINE_TAIL_H
#define SP_ENGINE_TAIL_H

#include "engine/tree.h"

/* Finds where the tail begins (x->tail_from; turn_count: nowhere) and prepares it. After
 * bound_turns. E_MEMORY. */
sp_err tail_prepare(search *x);

/* Finishes the decision that led to s, which stands before turn tail_from, in the best ways there
 * are: the tree's leaves below s. */
void tail_search(search *x, const pricing_state *s);

/* The same in a few good ways, with nothing said about the others. */
void tail_try(search *x, const pricing_state *s);

#endif
