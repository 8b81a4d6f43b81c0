/* The unit-price stage: packages, and each line cut into price segments.
 * Does not choose anything: offers compete by price, source and id (src/README.md §3.1). */
#ifndef SP_ENGINE_UNIT_PRICE_H
#define SP_ENGINE_UNIT_PRICE_H

#include "engine/pricing.h"

/* Fills packages, segments, the dense numbers and start_left. E_MEMORY, E_OVERFLOW. */
sp_err unit_price_stage(pricing *p);

#endif
