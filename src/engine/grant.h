/* Gives that are not money in this order: gifts, coupons, points, growth, cards, bonus, commission.
 */
#ifndef SP_ENGINE_GRANT_H
#define SP_ENGINE_GRANT_H

#include "engine/give.h"

/* Adds the declared value, and while the pricing is recording writes the benefit to the receipt.
 * Returns whether anything was given. */
bool grant_give(give_work *w, const sp_give *give);

#endif
