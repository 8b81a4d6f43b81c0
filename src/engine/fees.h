/* What fees ask of each package before a rule takes anything off (src/README.md §3.4). */
#ifndef SP_ENGINE_FEES_H
#define SP_ENGINE_FEES_H

#include "engine/pricing.h"

/* Fills the charges and the number of dues, once the segments are known. E_MEMORY, E_OVERFLOW. */
sp_err fees_list(pricing *p);

/* The pieces of these segments that the fee is for in the package. */
int64_t fees_pieces(const pricing *p, uint32_t fee, uint32_t package, const uint32_t *segments,
                    uint32_t count);

/* The fees that are still to pay, of the packages and one by one. E_MEMORY. */
sp_err fees_fill(pricing *p, const pricing_state *s);

#endif
