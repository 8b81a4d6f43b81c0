/* A good decision where the tree is too large to be walked: greedy passes, and small changes to
 * them. Proves nothing and bounds nothing; what it finds is compared like any other decision. */
#ifndef SP_ENGINE_WARM_H
#define SP_ENGINE_WARM_H

#include "engine/tree.h"

/* Improves x->best within a budget of its own and leaves the search at its start. E_MEMORY. */
sp_err warm_up(search *x);

#endif
