/* Points after coupons: how many may be used, and what they are worth (src/README.md §3.4).
 * Lots, expiry and earning campaigns are not known here. */
#ifndef SP_ENGINE_POINTS_H
#define SP_ENGINE_POINTS_H

#include "engine/pricing.h"

/* Reads the nets of p->segments; fills points_fen of each and the receipt's points. */
void points_redeem(pricing *p);

/* Points earned on what is paid for goods, after rounding off. */
void points_earn(pricing *p);

#endif
