/* Pieces of segments, by value, in closed form: the work grows with the lines, never with the
 * pieces.
 *
 * Piece k of a segment with n pieces that are worth v in all (what is left, or another base) is
 * worth floor(v*k/n) - floor(v*(k-1)/n), so a segment has at most two values, q and q + 1 with
 * q = floor(v/n). */
#ifndef SP_ENGINE_PIECES_H
#define SP_ENGINE_PIECES_H

#include "engine/pricing.h"

/* Pieces of one segment that share one value. */
struct piece_class {
  uint32_t position; /* in the list of segments that was given */
  int32_t count;
  int64_t value_fen;
};

/* The classes of these segments, each worth worth[segment] in all, in cart order; pieces worth 0
 * only where with_zero. Returns how many (at most 2 * count), in p->pieces. */
uint32_t pieces_of(pricing *p, const int64_t *worth, const uint32_t *segments, uint32_t count,
                   bool with_zero);

/* Puts them in order, dearest or cheapest first, ties in cart order. */
void pieces_sort(pricing *p, uint32_t count, bool dearest);

/* Both. */
uint32_t pieces_sorted(pricing *p, const int64_t *worth, const uint32_t *segments, uint32_t count,
                       bool dearest, bool with_zero);

/* For nth_item: weight[k] = sum over the segment's pieces of value * (10000 - pay), in 1/10000 fen.
 */
void pieces_nth_weights(pricing *p, const int64_t *worth, const uint32_t *segments, uint32_t count,
                        const sp_give *give, int64_t *weight);

#endif
