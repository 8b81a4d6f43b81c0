/* What cards cost with everything the shopper may use (到手价), src/README.md §9.
 *
 * The request carries the cart; freight is not known (no address) and no points are asked. Each
 * card of `cards` gets its entry of `out`; one without SKUs stays zero. The arena is rewound
 * between cards: many cost no more memory than one.
 * Errors are those of quote(); *failed is then the card's index, SP_NONE for the cart itself. */
#ifndef SP_ENGINE_ESTIMATE_H
#define SP_ENGINE_ESTIMATE_H

#include "base/arena.h"
#include "model/estimate.h"

sp_err estimate(const sp_book *book, const sp_request *request, const sp_card *cards,
                uint32_t count, sp_arena *arena, sp_estimate *out, uint32_t *failed);

#endif
