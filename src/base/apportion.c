#include "base/apportion.h"

#include "base/money.h"

static int64_t room(const int64_t *cap, const int64_t *part, uint32_t i) {
  return cap ? cap[i] - part[i] : INT64_MAX;
}

/* Fills the entries that have a weight, or those that have none. What is then left. */
static int64_t place_in_order(int64_t rest, const int64_t *weight, bool weighted,
                              const int64_t *cap, uint32_t count, bool backwards, int64_t *part) {
  for (uint32_t step = 0; step < count && rest > 0; step++) {
    uint32_t i = backwards ? count - 1 - step : step;
    if ((weight[i] > 0) != weighted) continue;
    int64_t taken = sp_min(rest, room(cap, part, i));
    part[i] += taken;
    rest -= taken;
  }
  return rest;
}

/* amount * weight mod total; the quotient is known, so the low 64 bits of the product are enough.
 */
static int64_t remainder_of(int64_t amount, int64_t weight, int64_t quotient, int64_t total) {
  return (int64_t)((uint64_t)amount * (uint64_t)weight - (uint64_t)quotient * (uint64_t)total);
}

/* Hamilton: one fen each, largest remainder first. Fewer fen than entries remain, so O(n) rounds.
 */
static int64_t place_largest(int64_t amount, int64_t total, int64_t rest, const int64_t *weight,
                             const int64_t *cap, uint32_t count, int64_t *part) {
  while (rest > 0) {
    // Entries already served in this pass have part > floor; a second pass starts when all are
    // served.
    uint32_t served = 0;
    for (; rest > 0; rest--, served++) {
      uint32_t best = SP_NONE;
      int64_t best_remainder = -1;
      for (uint32_t i = 0; i < count; i++) {
        if (room(cap, part, i) <= 0 || weight[i] == 0) continue;
        // Negative once it was served: part * total has passed amount * weight.
        int64_t remainder = remainder_of(amount, weight[i], part[i], total);
        if (remainder > best_remainder) {
          best = i;
          best_remainder = remainder;
        }
      }
      if (best == SP_NONE) break;
      part[best]++;
    }
    if (rest > 0 && served == 0) return place_in_order(rest, weight, true, cap, count, false, part);
  }
  return 0;
}

/* Fixes every part above its cap and shares the rest again, until none is above.
 * Fixed entries are marked by a weight of their own: part == cap and fixed_weight taken out of
 * total. */
static void share_with_caps(int64_t *amount, int64_t *total, const int64_t *weight,
                            const int64_t *cap, uint32_t count, int64_t *part) {
  for (uint32_t i = 0; i < count; i++)
    part[i] = -1;
  bool changed = true;
  while (changed) {
    changed = false;
    int64_t round_amount = *amount, round_total = *total;
    for (uint32_t i = 0; i < count; i++) {
      if (part[i] >= 0 || weight[i] == 0) continue;
      if (money_mul_div(round_amount, weight[i], round_total) > cap[i]) {
        part[i] = cap[i];
        *amount -= cap[i];
        *total -= weight[i];
        changed = true;
      }
    }
    // Caps can't leave a negative rest: every fixed part was below its share.
    SP_CHECK(*amount >= 0 && *total >= 0);
  }
}

static void equal_parts(int64_t amount, const int64_t *weight, const int64_t *cap, uint32_t count,
                        int64_t *part) {
  int64_t each = amount / count, extra = amount % count;
  int64_t rest = 0;
  for (uint32_t i = 0; i < count; i++) {
    int64_t wanted = each + (i < (uint32_t)extra);
    part[i] = cap ? sp_min(wanted, cap[i]) : wanted;
    rest += wanted - part[i];
  }
  rest = place_in_order(rest, weight, false, cap, count, false, part);
  SP_CHECK(rest == 0);
}

/* floor(amount * weight / total) for each, and their sum; the amount is not 0. A 64-bit division
 * costs microseconds where wasm runs as plain JavaScript; most products fit 32 bits. */
static int64_t narrow_parts(uint32_t amount, const int64_t *weight, uint32_t total, uint32_t count,
                            int64_t *part) {
  uint32_t sum = 0, most = UINT32_MAX / amount;
  // Two at a time: a turn of the loop costs as much as one.
  for (; count >= 2; count -= 2, weight += 2, part += 2) {
    uint32_t one = (uint32_t)weight[0], other = (uint32_t)weight[1];
    if ((one | other) <= most) {
      one = amount * one / total;
      other = amount * other / total;
    } else {
      one = (uint32_t)((uint64_t)amount * one / total);
      other = (uint32_t)((uint64_t)amount * other / total);
    }
    part[0] = one;
    part[1] = other;
    sum += one + other;
  }
  if (count) sum += (uint32_t)(*part = (int64_t)((uint64_t)amount * (uint64_t)*weight / total));
  return sum;
}

void apportion(int64_t amount_fen, const int64_t *weight, const int64_t *cap, uint32_t count,
               sp_remainder mode, int64_t *part_fen) {
  SP_CHECK(count > 0 && amount_fen >= 0);
  int64_t total = money_sum(weight, count);
  if (total == 0) {
    equal_parts(amount_fen, weight, cap, count, part_fen);
    return;
  }
  int64_t amount = amount_fen;
  // No more than the weights themselves: floor(amount * w / total) never passes w.
  bool within = !cap || (cap == weight && amount <= total);
  if (!within) {
    share_with_caps(&amount, &total, weight, cap, count, part_fen);
  }
  int64_t rest = amount;
  bool narrow = within && amount > 0 && amount <= UINT32_MAX && total <= UINT32_MAX;
  if (narrow) rest -= narrow_parts((uint32_t)amount, weight, (uint32_t)total, count, part_fen);
  for (uint32_t i = 0; i < count && !narrow; i++) {
    if (!within && part_fen[i] >= 0) continue;
    part_fen[i] = total && weight[i] ? money_mul_div(amount, weight[i], total) : 0;
    rest -= part_fen[i];
  }
  if (rest == 0) return;
  bool backwards = mode == SP_REMAINDER_LAST;
  rest = mode == SP_REMAINDER_LARGEST
             ? place_largest(amount, total, rest, weight, cap, count, part_fen)
             : place_in_order(rest, weight, true, cap, count, backwards, part_fen);
  rest = place_in_order(rest, weight, false, cap, count, backwards, part_fen);
  SP_CHECK(rest == 0);
}
