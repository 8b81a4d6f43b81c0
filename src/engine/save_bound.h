/* What can be saved at most on a cart with some more in it, told without pricing it: each rule's
 * largest cut on what is in its scope, the best of what cannot stand together, no freight at all.
 * Knows no exclusions and no order of work, so it is never too small, only too large. */
#ifndef SP_ENGINE_SAVE_BOUND_H
#define SP_ENGINE_SAVE_BOUND_H

#include "base/arena.h"
#include "model/receipt.h"

typedef struct save_bound save_bound;

#define ADDED_PIECES_MAX 2

/* One more piece. */
typedef struct {
  uint32_t sku;
  int64_t price_fen;
} added_piece;

/* receipt: the cart itself, at detail lines. NULL: no memory. */
const save_bound *save_bound_new(const sp_book *book, const sp_request *cart,
                                 const sp_receipt *receipt, sp_arena *arena);

/* What the cart alone comes to before anything is saved, less what unit prices save on it. */
int64_t start_of_bound(const save_bound *b);

/* The most that everything but unit prices can save on the cart with these pieces more, of which
 * there are ADDED_PIECES_MAX at most. Dearer pieces that the rules do not tell apart from them
 * never save less. */
int64_t most_saved(const save_bound *b, const added_piece *pieces, uint32_t count);

/* The most that unit prices take off one piece. */
int64_t most_unit_cut(const save_bound *b, const added_piece *piece);

/* Whether each rule that most_saved() knows has both SKUs in its scope, or neither. */
bool ruled_alike(const save_bound *b, uint32_t one_sku, uint32_t other_sku);

#endif
