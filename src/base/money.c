#include "base/money.h"

/* a * b / c by binary long multiplication and division on two words, for the rare products past 63
 * bits. */
static int64_t mul_div_wide(uint64_t a, uint64_t b, uint64_t c) {
  uint64_t a_high = a >> 32, a_low = a & UINT32_MAX, b_high = b >> 32, b_low = b & UINT32_MAX;
  uint64_t low = a_low * b_low;
  uint64_t middle = a_high * b_low + (low >> 32);
  uint64_t middle2 = a_low * b_high + (middle & UINT32_MAX);
  uint64_t high = a_high * b_high + (middle >> 32) + (middle2 >> 32);
  low = (middle2 << 32) | (low & UINT32_MAX);

  uint64_t rest = high, quotient = 0;
  SP_CHECK(high < c);
  for (int bit = 63; bit >= 0; bit--) {
    uint64_t carry = rest >> 63;
    rest = (rest << 1) | ((low >> bit) & 1);
    quotient <<= 1;
    if (carry || rest >= c) {
      rest -= c;
      quotient |= 1;
    }
  }
  SP_CHECK(quotient <= INT64_MAX);
  return (int64_t)quotient;
}

int64_t money_mul_div(int64_t a, int64_t b, int64_t c) {
  SP_CHECK(a >= 0 && b >= 0 && c > 0);
  if (a <= INT32_MAX && b <= UINT32_MAX) {
    uint64_t product = (uint64_t)a * (uint64_t)b;
    // A 64-bit division costs microseconds where wasm runs as plain JavaScript; most shares fit 32
    // bits.
    if (product <= UINT32_MAX && c <= UINT32_MAX) return (uint32_t)product / (uint32_t)c;
    return (int64_t)(product / (uint64_t)c);
  }
  return mul_div_wide((uint64_t)a, (uint64_t)b, (uint64_t)c);
}

int64_t money_divide(int64_t numerator, int64_t denominator, sp_rounding rounding) {
  SP_CHECK(numerator >= 0 && denominator > 0);
  int64_t quotient, rest;
  if (numerator <= UINT32_MAX && denominator <= UINT32_MAX) {
    quotient = (uint32_t)numerator / (uint32_t)denominator;
    rest = (uint32_t)numerator % (uint32_t)denominator;
  } else {
    quotient = numerator / denominator;
    rest = numerator % denominator;
  }
  int64_t twice = rest * 2;
  switch (rounding) {
  case SP_FLOOR:
    return quotient;
  case SP_HALF_UP:
    return quotient + (twice >= denominator);
  case SP_HALF_EVEN:
    return quotient + (twice > denominator || (twice == denominator && (quotient & 1)));
  case SP_UP:
    return quotient + (rest > 0);
  }
  SP_CHECK(false);
  return 0;
}

int64_t money_percent_cut(int64_t base_fen, uint32_t rate_bp, sp_rounding rounding,
                          bool price_side) {
  if (price_side)
    return base_fen - money_divide(base_fen * (10000 - (int64_t)rate_bp), 10000, rounding);
  return money_divide(base_fen * (int64_t)rate_bp, 10000, rounding);
}

int64_t money_multiply(int64_t a, int64_t b, int64_t limit) {
  SP_CHECK(a >= 0 && b >= 0 && limit >= 0);
  if (a == 0 || b == 0) return 0;
  if (a > limit / b) return -1;
  return a * b;
}

int64_t money_sum(const int64_t *values, size_t count) {
  int64_t sum = 0;
  // A turn of the loop costs as much as three entries.
  for (; count >= 8; count -= 8, values += 8)
    sum += values[0] + values[1] + values[2] + values[3] + values[4] + values[5] + values[6] +
           values[7];
  while (count)
    sum += values[--count];
  return sum;
}
