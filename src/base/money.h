/* Integer money: products that cannot overflow silently, and divisions that name their rounding. */
#ifndef SP_BASE_MONEY_H
#define SP_BASE_MONEY_H

#include "base/base.h"

typedef enum { SP_FLOOR, SP_HALF_UP, SP_HALF_EVEN, SP_UP } sp_rounding;

/* floor(a * b / c) for 0 <= a, b and 0 < c, exact even where a * b passes 64 bits.
 * The result must fit: a <= c or b <= c is enough. */
int64_t money_mul_div(int64_t a, int64_t b, int64_t c);

/* numerator / denominator rounded as named; numerator >= 0, denominator > 0. */
int64_t money_divide(int64_t numerator, int64_t denominator, sp_rounding rounding);

/* What rate_bp takes off base_fen. price_side rounds what remains, otherwise what goes. */
int64_t money_percent_cut(int64_t base_fen, uint32_t rate_bp, sp_rounding rounding,
                          bool price_side);

/* values[], added up. */
int64_t money_sum(const int64_t *values, size_t count);

/* a * b for a, b >= 0, or -1 where it passes limit. */
int64_t money_multiply(int64_t a, int64_t b, int64_t limit);

#endif
