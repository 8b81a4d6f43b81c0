/* What to show next: cart, own history and popularity to the items with the highest scores that the
 * shop's rules allow. Prices are not looked at but for what is missing to a step; what a top-up
 * really costs is the business of engine/top_up.h. */
#ifndef SP_ENGINE_RECOMMEND_H
#define SP_ENGINE_RECOMMEND_H

#include "base/arena.h"
#include "model/recommend.h"

/* Fills out[wish->count]; *count says how many there are. `book` and `history` may be NULL: then no
 * item is refused for the shelf, and nobody's habits count. The work is that of the cart's rows
 * and of the items shown, not of all items, unless a boost, a tag or a gap asks for all. E_MEMORY.
 */
sp_err recommend(const sp_model *model, const sp_book *book, const sp_past *history,
                 const sp_wish *wish, sp_arena *arena, sp_recommendation *out, uint32_t *count);

/* The score of each of some items beside a cart, without the shop's wishes. */
sp_err recommend_scores(const sp_model *model, const sp_past *history, const uint16_t *cart,
                        uint32_t cart_count, const uint16_t *items, uint32_t item_count,
                        sp_arena *arena, int32_t *out);

#endif
