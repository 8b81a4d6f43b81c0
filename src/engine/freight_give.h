/* What gives take of freight and of fees: in stage `freight`, of the packages that hold the goods,
 * from what is still to pay for them. Cuts add up in p->due_cut, never above that. */
#ifndef SP_ENGINE_FREIGHT_GIVE_H
#define SP_ENGINE_FREIGHT_GIVE_H

#include "engine/give.h"

void freight_give_free(give_work *w);
void freight_give_off(give_work *w, const sp_give *give); /* freight_off, fees_off */

/* An amount shared by the freight of the packages; w->freight_fen is what it took. */
void freight_give_amount(give_work *w, int64_t amount_fen);

#endif
