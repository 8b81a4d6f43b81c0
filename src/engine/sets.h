/* Gives that count pieces: so many free, buy some and get some, sets at a price, groups of n, the
 * first and the further ones. The number of sets is found by bisection, so the work does not grow
 * with the pieces. Source of each rule: src/README.md §3.1. */
#ifndef SP_ENGINE_SETS_H
#define SP_ENGINE_SETS_H

#include "engine/give.h"

/* Pieces that it takes before the give cuts anything, and how many of them are not there. */
typedef struct {
  int64_t all, missing;
} needed_pieces;

/* Each fills w->cut and w->given_fen. Those that may find too few pieces say so. */
void sets_items_free(give_work *w, const sp_give *give);
needed_pieces sets_buy_get(give_work *w, const sp_give *give);
needed_pieces sets_bundle(give_work *w, const sp_give *give); /* qty_groups too */
needed_pieces sets_first_and_additional(give_work *w, const sp_give *give);

#endif
