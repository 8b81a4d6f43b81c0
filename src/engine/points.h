/* Points after coupons: how many may be used, and what they are worth (src/README.md §3.4).
 * Which lots they come from is left to the receipt; what is earned is in earn.h. */
#ifndef SP_ENGINE_POINTS_H
#define SP_ENGINE_POINTS_H

#include "engine/pricing.h"

/* How many points the nets of p->segments allow: the receipt's points. */
void points_count(pricing *p);

/* What they count in the goal: only where they stand against coupons. */
int64_t points_goal(const pricing *p);

/* The same, with points_fen of each segment; none beside coupons where the policy says so. */
void points_redeem(pricing *p);

/* No decision of the request has a larger cut of points. */
int64_t points_most(const pricing *p);

#endif
