/* 凑单: which one or two goods to add so that the shopper gains most, each set priced by quote()
 * with its search of coupons. Exact over all candidates; goods that no rule can tell apart are
 * priced once, and a set is passed over only when even the least it could cost leaves it behind
 * those that are known.
 *
 * gain(A) = worth of A - (payable with A - payable without). A set that saves less than the cart
 * did, loses a gift, cannot be delivered, or costs more than price_max_fen at list is not proposed.
 * It never changes quantities of what is in the cart but by one more piece of a candidate. */
#ifndef SP_ENGINE_TOP_UP_H
#define SP_ENGINE_TOP_UP_H

#include "base/arena.h"
#include "model/receipt.h"
#include "model/top_up.h"

typedef struct {
  const sp_candidate *candidates; /* good ones: on sale, in stock, allowed; each SKU once */
  uint32_t count;
  uint32_t shown;        /* sets of each list that are kept, 1 to SP_TOP_UPS_MAX */
  bool pairs;            /* two at a time, too */
  int64_t price_max_fen; /* of a set */
  uint32_t work_max;     /* prices of this call */
} sp_top_up_wish;

/* Goes on from *state (all zero: from the start). *before: the cart alone, in the arena at detail
 * lines. E_MEMORY, E_OVERFLOW; a set that passes the limits of a cart is passed over. */
sp_err top_up(const sp_book *book, const sp_request *cart, const sp_top_up_wish *wish,
              sp_arena *arena, sp_top_up_state *state, sp_receipt *before);

/* The cart with a set in it: lines has room for two more. What is added stands behind the cart,
 * the dearer first, equal ones in the order of the candidates. */
void top_up_lines(const sp_request *cart, const sp_candidate *candidates, const sp_top_up *set,
                  const sp_book *book, sp_line *lines, sp_request *out);

#endif
