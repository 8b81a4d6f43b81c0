/* Splits an amount into parts that always add up to it. */
#ifndef SP_BASE_APPORTION_H
#define SP_BASE_APPORTION_H

#include "base/base.h"

typedef enum { SP_REMAINDER_LAST, SP_REMAINDER_FIRST, SP_REMAINDER_LARGEST } sp_remainder;

/* part[i] = floor(amount * weight[i] / sum of weights); a part above its cap is fixed at the cap
 * and the rest is shared again over the others until none is above; then the fen that remain are
 * placed: last entry with room and backwards, first and forwards, or one each by largest remainder
 * (ties: earlier). An entry of weight 0 takes what no other has room for. All weights 0: equal
 * parts, extras to the first. cap may be NULL: parts then may exceed weights. Needs 0 <= amount,
 * weights and caps, count > 0, and amount <= sum of caps (of the weights' entries). Source: the
 * Chinese convention (last line takes the rest); largest remainder is Hamilton's method. */
void apportion(int64_t amount_fen, const int64_t *weight, const int64_t *cap, uint32_t count,
               sp_remainder mode, int64_t *part_fen);

#endif
