/* Gives that count pieces: so many free, buy some and get some, sets at a price, groups of n, the
 * first and the further ones. The number of sets is found by bisection, so the work does not grow
 * with the pieces. Source of each rule: src/README.md §3.1. */
#ifndef SP_ENGINE_SETS_H
#define SP_ENGINE_SETS_H

#include "engine/give.h"

/* Each fills w->cut and w->given_fen. */
void sets_items_free(give_work *w, const sp_give *give);
void sets_buy_get(give_work *w, const sp_give *give);
void sets_bundle(give_work *w, const sp_give *give); /* qty_groups too */
void sets_first_and_additional(give_work *w, const sp_give *give);

#endif
