/* The best lines for the rules of one once_line group, proven: a rule that gives an amount once its
 * lines reach a threshold takes sets of lines, a percentage and n-th pieces take lines one by one,
 * and a price for each line says what it is worth to the others. What comes later is bounded by
 * what the lines have lost, and what a decision is worth is always asked of the tree. */
#ifndef SP_ENGINE_ALLOT_H
#define SP_ENGINE_ALLOT_H

#include "engine/tree.h"

/* Searches the cart where it is such a one; *done says whether it was. E_MEMORY. */
sp_err allot_search(search *x, bool *done);

#endif
