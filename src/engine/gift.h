/* Which gift is given, and which stands as out: src/README.md §3.6. What is in stock is there once:
 * the priced lines of the cart take theirs first, then the gifts in the order of work. */
#ifndef SP_ENGINE_GIFT_H
#define SP_ENGINE_GIFT_H

#include "engine/give.h"

/* Finds the SKUs of known stock that the turns may give away. E_MEMORY. */
sp_err gift_plan(pricing *p);

/* Chooses the option, counts its value, takes it in p->gifts_taken, and records it in the final
 * pass. times: that of `every`. */
void gift_give(give_work *w, const sp_give *give);

#endif
