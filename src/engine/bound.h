/* Upper bounds for the search: no decision lets a turn gain more than this. */
#ifndef SP_ENGINE_BOUND_H
#define SP_ENGINE_BOUND_H

#include "engine/pricing.h"

/* Fills bound_fen, line_bound_fen and can_free of every turn. E_MEMORY. */
sp_err bound_turns(pricing *p);

/* The same of a turn that may be given any of its pieces. */
int64_t bound_pieces(const pricing *p, const turn *t);

/* A rate for the pieces of the turn's segment number k, in SP_RATE_ONE-th of a fen: the rates of
 * the pieces it is given and its roundings bound what it gains. `one` is p with one piece in each
 * segment. */
#define SP_RATE_ONE 10000
int64_t bound_rate(const pricing *p, const pricing *one, const turn *t, uint32_t k);
int64_t bound_roundings(const pricing *p, const turn *t);

#endif
