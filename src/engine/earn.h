/* What an order brings its member: points, growth, a tier (src/README.md §3.4). Points that are
 * used are in points.h; rewards of rules are no points earned. */
#ifndef SP_ENGINE_EARN_H
#define SP_ENGINE_EARN_H

#include "engine/pricing.h"

/* After rounding off. Fills points_earned, line_points, tier and mall_points. E_MEMORY. */
sp_err earn_fill(pricing *p);

#endif
