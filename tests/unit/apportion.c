/* Sharing: the parts always add up, never pass a cap, and are the parts of src/README.md §4 as a
 * slow reference with long arithmetic finds them. */
#include "base/apportion.h"
#include "unit/unit.h"

#define PARTS_MAX 12

static const sp_remainder modes[] = {SP_REMAINDER_LAST, SP_REMAINDER_FIRST, SP_REMAINDER_LARGEST};

static void check_parts(int64_t amount, const int64_t *weight, const int64_t *cap, uint32_t count,
                        sp_remainder mode, const int64_t *wanted) {
  int64_t part[PARTS_MAX];
  apportion(amount, weight, cap, count, mode, part);
  for (uint32_t i = 0; i < count; i++)
    CHECK_INT(part[i], wanted[i]);
}

static void the_last_parts_with_room_take_the_rest(void) {
  const int64_t weight[] = {3333, 3333, 1}, wanted[] = {3332, 3333, 1};
  check_parts(6666, weight, weight, 3, SP_REMAINDER_LAST, wanted);
  const int64_t free_wanted[] = {3332, 3332, 2};
  check_parts(6666, weight, NULL, 3, SP_REMAINDER_LAST, free_wanted);
}

static void the_first_parts_with_room_take_the_rest(void) {
  const int64_t weight[] = {1, 1, 1}, wanted[] = {34, 33, 33}, cap[] = {33, 50, 50};
  const int64_t capped[] = {33, 34, 33};
  check_parts(100, weight, NULL, 3, SP_REMAINDER_FIRST, wanted);
  check_parts(100, weight, cap, 3, SP_REMAINDER_FIRST, capped);
}

static void the_largest_remainders_take_one_fen_each(void) {
  // Shares of 10: 1.4, 2.3, 6.3 - one fen is left, and it belongs to the first.
  const int64_t weight[] = {14, 23, 63}, wanted[] = {2, 2, 6};
  check_parts(10, weight, NULL, 3, SP_REMAINDER_LARGEST, wanted);
  const int64_t equal[] = {1, 1, 1}, ties[] = {4, 3, 3};
  check_parts(10, equal, NULL, 3, SP_REMAINDER_LARGEST, ties);
}

static void weights_of_zero_share_equally(void) {
  const int64_t weight[] = {0, 0, 0}, wanted[] = {4, 3, 3}, cap[] = {1, 9, 9}, capped[] = {1, 6, 3};
  for (int m = 0; m < 3; m++) {
    check_parts(10, weight, NULL, 3, modes[m], wanted);
    check_parts(10, weight, cap, 3, modes[m], capped);
  }
}

static void no_fen_falls_on_a_weight_of_zero(void) {
  const int64_t weight[] = {0, 1, 1, 0}, wanted[] = {0, 50, 51, 0}, first[] = {0, 51, 50, 0};
  check_parts(101, weight, NULL, 4, SP_REMAINDER_LAST, wanted);
  check_parts(101, weight, NULL, 4, SP_REMAINDER_FIRST, first);
  check_parts(101, weight, NULL, 4, SP_REMAINDER_LARGEST, first);
  // Only where nobody else has room.
  const int64_t cap[] = {9, 40, 50, 9}, capped[] = {2, 40, 50, 9}, forwards[] = {9, 40, 50, 2};
  check_parts(101, weight, cap, 4, SP_REMAINDER_LAST, capped);
  check_parts(101, weight, cap, 4, SP_REMAINDER_LARGEST, forwards);
}

static void a_part_above_its_cap_gives_the_rest_back(void) {
  const int64_t weight[] = {80, 10, 10}, cap[] = {20, 100, 100}, wanted[] = {20, 40, 40};
  for (int m = 0; m < 3; m++)
    check_parts(100, weight, cap, 3, modes[m], wanted);
}

static void caps_that_add_up_to_the_amount_are_the_parts(void) {
  const int64_t weight[] = {1, 0, 1000}, cap[] = {7, 5, 1};
  for (int m = 0; m < 3; m++)
    check_parts(13, weight, cap, 3, modes[m], cap);
}

/* ---- the reference ---- */

/* a * b / c digit by digit, base 10, with the remainder: nothing in common with money_mul_div. */
static int64_t long_divide(int64_t a, int64_t b, int64_t c, int64_t *remainder) {
  uint8_t product[40] = {0};
  for (int i = 0; a > 0; i++, a /= 10) {
    int64_t carry = 0, digit = a % 10, left = b;
    for (int j = i; j < 40; j++) {
      carry += product[j] + digit * (left % 10);
      product[j] = (uint8_t)(carry % 10);
      carry /= 10;
      left /= 10;
    }
  }
  uint64_t rest = 0, quotient = 0;
  for (int i = 39; i >= 0; i--) {
    rest = rest * 10 + product[i];
    quotient = quotient * 10 + rest / (uint64_t)c;
    rest %= (uint64_t)c;
  }
  *remainder = (int64_t)rest;
  return (int64_t)quotient;
}

static int64_t room_of(const int64_t *cap, const int64_t *part, uint32_t i) {
  return cap ? cap[i] - part[i] : INT64_MAX;
}

static int64_t put(int64_t rest, const int64_t *cap, int64_t *part, uint32_t i, int64_t most) {
  int64_t taken = sp_min(sp_min(rest, most), room_of(cap, part, i));
  part[i] += taken;
  return rest - taken;
}

static int64_t reference_largest(int64_t rest, const int64_t *weight, const int64_t *cap,
                                 const int64_t *remainder, uint32_t count, int64_t *part) {
  bool served[PARTS_MAX] = {false};
  while (rest > 0) {
    uint32_t best = SP_NONE;
    for (uint32_t i = 0; i < count; i++) {
      if (served[i] || !weight[i] || room_of(cap, part, i) <= 0) continue;
      if (best == SP_NONE || remainder[i] > remainder[best]) best = i;
    }
    if (best == SP_NONE) break;
    served[best] = true;
    rest = put(rest, cap, part, best, 1);
  }
  for (uint32_t i = 0; i < count && rest > 0; i++)
    rest = weight[i] ? put(rest, cap, part, i, rest) : rest;
  return rest;
}

static void reference(int64_t amount, const int64_t *weight, const int64_t *cap, uint32_t count,
                      sp_remainder mode, int64_t *part) {
  bool fixed[PARTS_MAX] = {false};
  int64_t remainder[PARTS_MAX] = {0}, total = 0, rest = amount;
  for (uint32_t i = 0; i < count; i++)
    total += weight[i];
  if (total == 0) {
    for (uint32_t i = 0; i < count; i++) {
      part[i] = 0;
      rest = put(rest, cap, part, i, amount / count + (i < amount % count));
    }
    for (uint32_t i = 0; i < count; i++)
      rest = put(rest, cap, part, i, rest);
    return;
  }
  for (bool again = true; again;) {
    int64_t round_rest = rest, round_total = total;
    again = false;
    for (uint32_t i = 0; i < count; i++) {
      if (fixed[i]) continue;
      part[i] = round_total && weight[i]
                    ? long_divide(round_rest, weight[i], round_total, &remainder[i])
                    : 0;
      if (!cap || part[i] <= cap[i]) continue;
      part[i] = cap[i];
      fixed[i] = again = true;
      rest -= cap[i];
      total -= weight[i];
    }
  }
  for (uint32_t i = 0; i < count; i++)
    rest -= fixed[i] ? 0 : part[i];
  if (mode == SP_REMAINDER_LARGEST)
    rest = reference_largest(rest, weight, cap, remainder, count, part);
  for (uint32_t step = 0; step < 2 * count; step++) {
    uint32_t i = mode == SP_REMAINDER_LAST ? count - 1 - step % count : step % count;
    if ((weight[i] > 0) == (step < count)) rest = put(rest, cap, part, i, rest);
  }
}

static void random_shares_equal_the_reference(void) {
  unit_random r = {.state = 1};
  for (int round = 0; round < 60000; round++) {
    int64_t weight[PARTS_MAX], cap[PARTS_MAX], part[PARTS_MAX], wanted[PARTS_MAX], room = 0;
    uint32_t count = (uint32_t)random_int(&r, 1, PARTS_MAX), bits = (uint32_t)random_int(&r, 1, 43);
    bool caps_are_weights = random_one_in(&r, 3), capped = random_one_in(&r, 2);
    for (uint32_t i = 0; i < count; i++) {
      weight[i] = random_one_in(&r, 6) ? 0 : random_sized(&r, bits);
      cap[i] = caps_are_weights ? weight[i] : random_sized(&r, bits);
      room += cap[i];
    }
    int64_t amount = random_one_in(&r, 4) ? room : random_int(&r, 0, capped ? room : 1 << 20);
    if (!capped && random_one_in(&r, 2)) amount = random_sized(&r, 43);
    sp_remainder mode = modes[random_int(&r, 0, 2)];
    apportion(amount, weight, capped ? cap : NULL, count, mode, part);
    reference(amount, weight, capped ? cap : NULL, count, mode, wanted);
    int64_t sum = 0;
    bool same = true;
    for (uint32_t i = 0; i < count; i++) {
      sum += part[i];
      CHECK(part[i] >= 0 && (!capped || part[i] <= cap[i]));
      same = same && part[i] == wanted[i];
    }
    CHECK_INT(sum, amount);
    CHECK(same);
  }
}

/* The widest shares that exist: 1,000 parts at the largest amounts. */
static void the_largest_share_adds_up(void) {
  static int64_t weight[SP_SHARE_PARTS_MAX], part[SP_SHARE_PARTS_MAX];
  unit_random r = {.state = 2};
  for (int m = 0; m < 3; m++) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < SP_SHARE_PARTS_MAX; i++)
      weight[i] = SP_CART_FEN_MAX - random_int(&r, 0, 1000000);
    apportion(SP_CART_FEN_MAX, weight, weight, SP_SHARE_PARTS_MAX, modes[m], part);
    for (uint32_t i = 0; i < SP_SHARE_PARTS_MAX; i++)
      sum += part[i];
    CHECK_INT(sum, SP_CART_FEN_MAX);
  }
}

int main(void) {
  RUN(the_last_parts_with_room_take_the_rest);
  RUN(the_first_parts_with_room_take_the_rest);
  RUN(the_largest_remainders_take_one_fen_each);
  RUN(weights_of_zero_share_equally);
  RUN(no_fen_falls_on_a_weight_of_zero);
  RUN(a_part_above_its_cap_gives_the_rest_back);
  RUN(caps_that_add_up_to_the_amount_are_the_parts);
  RUN(random_shares_equal_the_reference);
  RUN(the_largest_share_adds_up);
  return unit_end();
}
