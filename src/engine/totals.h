/* From priced segments to what is paid: fees, points, rounding off, sums, the least order. */
#ifndef SP_ENGINE_TOTALS_H
#define SP_ENGINE_TOTALS_H

#include "engine/pricing.h"

/* After the recorded pass left its prices in s. E_MEMORY, E_OVERFLOW. */
sp_err totals_fill(pricing *p, const pricing_state *s);

#endif
