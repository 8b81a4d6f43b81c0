/* The search under what the shopper pinned: coupons, and rules of lines. Points that exclude
 * coupons are part of it, for then two searches are compared. */
#ifndef SP_ENGINE_PINS_H
#define SP_ENGINE_PINS_H

#include "engine/price.h"

/* The best decision under all pins; where there is none the lines' are given up first, then that
 * all pinned coupons are used. How exact it is goes to the receipt. E_MEMORY. */
sp_err pins_search(pricing *p, choice *c);

#endif
