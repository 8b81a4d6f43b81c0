/* One member's orders spread over the items of the model, once for many answers. */
#ifndef SP_ENGINE_HISTORY_H
#define SP_ENGINE_HISTORY_H

#include "base/arena.h"
#include "model/recommend.h"

/* An order's items, those of them that the model knows. */
typedef struct {
  const uint16_t *items;
  uint32_t count;
} past_order;

/* Orders oldest first; what else is known of them stands in `out` already. E_MEMORY. */
sp_err history_spread(const sp_model *model, const past_order *orders, uint32_t count,
                      sp_arena *arena, sp_arena *scratch, sp_past *out);

/* What a history of that model takes in its arena. */
size_t history_room(const sp_model *model);

/* How the member buys, at that day (INT64_MIN: not known). NULL: nobody. */
sp_segment_kind history_segment(const sp_model *model, const sp_past *history, int64_t day);

/* The popularity that counts for him: of first orders while he has one at most. */
const uint16_t *history_popular(const sp_model *model, const sp_past *history);

#endif
