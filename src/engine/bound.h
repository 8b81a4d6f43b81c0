/* Upper bounds for the search: no decision lets a turn gain more than this. */
#ifndef SP_ENGINE_BOUND_H
#define SP_ENGINE_BOUND_H

#include "engine/pricing.h"

/* Fills bound_fen, line_bound_fen and can_free of every turn. E_MEMORY. */
sp_err bound_turns(pricing *p);

#endif
