/* Pieces given out: the segments of the unit-price stage, cut up where the numbers x[rule][segment]
 * of a decision say so (src/README.md §3.2). */
#ifndef SP_ENGINE_PARTS_H
#define SP_ENGINE_PARTS_H

#include "engine/pricing.h"

/* Cuts up the segments of a pricing that is not planned yet. `pieces` are in the order of
 * sp_decision and stay where they are. E_MEMORY; E_DECISION: a segment has not so many. */
sp_err parts_split(pricing *p, const sp_assignment *pieces, uint32_t count);

/* Whether the segment's pieces were given to that rule. */
bool parts_owned(const pricing *p, uint32_t segment, uint32_t rule);

/* Whether the rule stands in a once_piece group. */
bool parts_rule(const sp_book *book, uint32_t rule);

#endif
