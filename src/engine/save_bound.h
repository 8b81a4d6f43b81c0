/* What can be saved at most on a cart with some more in it, told without pricing it: each rule's
 * largest cut on what is in its scope, the best of what cannot stand together, no freight at all.
 * Knows no exclusions and no order of work, so it is never too small, only too large. */
#ifndef SP_ENGINE_SAVE_BOUND_H
#define SP_ENGINE_SAVE_BOUND_H

#include "base/arena.h"
#include "model/receipt.h"

typedef struct save_bound save_bound;

/* receipt: the cart itself, at detail lines. NULL: no memory. */
const save_bound *save_bound_new(const sp_book *book, const sp_request *cart,
                                 const sp_receipt *receipt, sp_arena *arena);

/* The least that the cart with one piece of each of these SKUs (SP_NONE: none) can cost. */
int64_t least_payable(const save_bound *b, uint32_t first, int64_t first_fen, uint32_t second,
                      int64_t second_fen);

#endif
