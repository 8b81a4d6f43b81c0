/* Before anything is priced: the turns of this cart in the order of work, and room for the state.
 * Turns that cannot act (closed, wrong tier, no goods, no valid coupon) are left out. */
#ifndef SP_ENGINE_PLAN_H
#define SP_ENGINE_PLAN_H

#include "engine/pricing.h"

/* After the unit-price stage and the freight list prices. E_MEMORY. */
sp_err plan_turns(pricing *p);

/* A state with everything allocated, holding the prices after the unit-price stage. E_MEMORY. */
sp_err plan_new_state(pricing *p, pricing_state *out);
void plan_reset_state(const pricing *p, pricing_state *s);
void plan_copy_state(const pricing *p, pricing_state *to, const pricing_state *from);

/* Whether the coupon may be used now; APPLIED when it may. */
sp_reason plan_coupon_open(const pricing *p, const sp_coupon *coupon);

/* Whether the line is priced and in the rule's scope, shop and stores. */
bool plan_covers(const pricing *p, const sp_rule *rule, const sp_line *line);

/* The segments of the rule's level group `key` that it covers, ascending. Returns their number. */
uint32_t plan_covered(const pricing *p, const sp_rule *rule, uint32_t key, uint32_t *out);

#endif
