/* What each package costs to send before anything frees it (src/README.md §3.4).
 * Does not decide what is free: that is a turn of its own. */
#ifndef SP_ENGINE_FREIGHT_H
#define SP_ENGINE_FREIGHT_H

#include "engine/pricing.h"

/* Fills freight_list_fen and never_free of every package, the freight state, and raises
 * NO_DELIVERY. E_MEMORY, E_OVERFLOW. */
sp_err freight_list_prices(pricing *p);

#endif
