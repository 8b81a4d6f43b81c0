/* Which gift is given (src/README.md §3.6). */
#ifndef SP_ENGINE_GIFT_H
#define SP_ENGINE_GIFT_H

#include "engine/pricing.h"

/* Gives one of the options `times` over: what it counts goes to out, and in the final pass what it
 * is to the receipt. */
void gift_give(pricing *p, uint32_t rule, const sp_give *give, int64_t times, outcome *out);

#endif
