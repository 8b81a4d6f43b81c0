/* What lies below everything else: money, civil time, ids and their order, arenas, SHA-256. */
#include "unit/unit.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/money.h"
#include "base/sha256.h"
#include "base/sort.h"
#include "base/text.h"

/* floor(a * b / c) digit by digit in base 2^16, sharing nothing with money.c. */
static int64_t slow_mul_div(int64_t a, int64_t b, int64_t c) {
  uint64_t digits[8] = {0}, rest = 0, quotient = 0;
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) {
      uint64_t x = ((uint64_t)a >> (16 * i)) & 0xffff, y = ((uint64_t)b >> (16 * j)) & 0xffff;
      digits[i + j] += x * y;
    }
  }
  for (int i = 0; i < 7; i++) {
    digits[i + 1] += digits[i] >> 16;
    digits[i] &= 0xffff;
  }
  for (int i = 7; i >= 0; i--) {
    for (int bit = 15; bit >= 0; bit--) {
      rest = rest * 2 + ((digits[i] >> bit) & 1);
      quotient = quotient * 2 + (rest >= (uint64_t)c);
      if (rest >= (uint64_t)c) rest -= (uint64_t)c;
    }
  }
  return (int64_t)quotient;
}

static void products_past_64_bits_divide_exactly(void) {
  unit_random r = {.state = 3};
  for (int i = 0; i < 20000; i++) {
    int64_t c = 1 + random_sized(&r, (uint32_t)random_int(&r, 1, 53));
    int64_t a = random_int(&r, 0, c), b = random_sized(&r, (uint32_t)random_int(&r, 1, 53));
    CHECK_INT(money_mul_div(a, b, c), slow_mul_div(a, b, c));
  }
  int64_t most = 9007199254740991;
  CHECK_INT(money_mul_div(most, most, most), most);
  CHECK_INT(money_mul_div(2147483647, 4294967295, 4294967295), 2147483647);
}

static void each_rounding_has_its_name(void) {
  CHECK_INT(money_divide(5, 2, SP_FLOOR), 2);
  CHECK_INT(money_divide(5, 2, SP_HALF_UP), 3);
  CHECK_INT(money_divide(5, 2, SP_HALF_EVEN), 2);
  CHECK_INT(money_divide(7, 2, SP_HALF_EVEN), 4);
  CHECK_INT(money_divide(5, 4, SP_UP), 2);
  CHECK_INT(money_divide(8, 4, SP_UP), 2);
  CHECK_INT(money_divide(10000000000000, 3, SP_HALF_UP), 3333333333333);
}

static void a_percentage_rounds_the_side_it_names(void) {
  CHECK_INT(money_percent_cut(999, 1500, SP_FLOOR, false), 149);
  CHECK_INT(money_percent_cut(999, 1500, SP_FLOOR, true), 150);
  CHECK_INT(money_percent_cut(999, 10000, SP_UP, true), 999);
}

static void a_product_past_its_limit_says_so(void) {
  CHECK_INT(money_multiply(3, 4, 12), 12);
  CHECK_INT(money_multiply(3, 5, 14), -1);
  CHECK_INT(money_multiply(INT64_MAX, 2, INT64_MAX), -1);
  CHECK_INT(money_multiply(0, INT64_MAX, 0), 0);
}

static void a_sum_is_of_all_its_numbers(void) {
  static const int64_t numbers[20] = {
      [0] = 3, [6] = -9, [7] = 20, [8] = 500, [16] = 7000, [17] = 1};
  for (uint32_t count = 0; count <= 20; count++) {
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
      sum += numbers[i];
    CHECK_INT(money_sum(numbers, count), sum);
  }
}

static int64_t civil(const char *text) {
  int64_t s = -1;
  bool good = clock_parse_civil((sp_text){text, (uint32_t)strlen(text)}, &s);
  return good ? s : -1;
}

static void civil_time_counts_from_1970(void) {
  CHECK_INT(civil("1970-01-01T00:00:00"), 0);
  CHECK_INT(civil("2000-02-29T12:00:00"), 951825600);
  CHECK_INT(civil("2026-11-21T23:20:58"), 1795303258);
  CHECK_INT(civil("9999-12-31T23:59:59"), 253402300799);
}

static void dates_that_do_not_exist_are_refused(void) {
  static const char *const bad[] = {
      "2026-02-29T00:00:00", "2100-02-29T00:00:00", "2026-13-01T00:00:00", "2026-00-10T00:00:00",
      "2026-04-31T00:00:00", "2026-01-01T24:00:00", "2026-01-01T00:60:00", "2026-01-01T00:00:60",
      "1969-12-31T23:59:59", "2026-01-01 00:00:00", "2026-1-01T00:00:00",  ""};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_INT(civil(bad[i]), -1);
}

static void days_follow_one_another(void) {
  for (int64_t day = 0; day < 20000; day += 1) {
    CHECK_INT(clock_weekday(day * 86400), (day + 3) % 7 + 1);
    CHECK_INT(clock_minute(day * 86400 + 61), 1);
  }
  CHECK_INT(clock_weekday(-1), 3);
  CHECK_INT(clock_minute(-1), 1439);
  int32_t minute = -1;
  CHECK(clock_parse_minute(SP_TEXT("24:00"), &minute) && minute == 1440);
  CHECK(!clock_parse_minute(SP_TEXT("24:01"), &minute));
  CHECK(!clock_parse_minute(SP_TEXT("7:30"), &minute));
}

static void ids_are_ordered_by_bytes(void) {
  CHECK(text_compare(SP_TEXT("a"), SP_TEXT("ab")) < 0);
  CHECK(text_compare(SP_TEXT("b"), SP_TEXT("ab")) > 0);
  CHECK(text_compare(SP_TEXT("Z"), SP_TEXT("a")) < 0);
  CHECK(text_compare(SP_TEXT("z"), SP_TEXT("\xe4\xbc\x9a")) < 0);
  CHECK(text_equal((sp_text){NULL, 0}, SP_TEXT("")));
  CHECK(text_starts_with(SP_TEXT("310115"), SP_TEXT("31")));
  CHECK(!text_starts_with(SP_TEXT("3"), SP_TEXT("31")));
}

/* Ids of every size around a word, of which none or one stands twice. */
static void ids_that_differ_are_told_apart(void) {
  enum { most = 256, bits = 9 };
  static char room[most][24];
  sp_text ids[most];
  for (uint32_t count = 0; count <= most; count++) {
    for (uint32_t i = 0; i < count; i++) {
      int size =
          snprintf(room[i], sizeof room[i], "%.*s%u", (int)(count % 17), "abcdefghijklmnopq", i);
      ids[i] = (sp_text){room[i], (uint32_t)size};
    }
    id_table table = {ids, sizeof *ids, count};
    uint16_t slots[1 << bits] = {0};
    CHECK(ids_differ(&table, slots, bits));
    if (count < 2) continue;
    ids[count - 1] = ids[count / 3];
    memset(slots, 0, sizeof slots);
    CHECK(!ids_differ(&table, slots, bits));
  }
}

static bool number_before(const void *numbers, uint32_t a, uint32_t b) {
  const int64_t *of = numbers;
  return of[a] != of[b] ? of[a] < of[b] : a < b;
}

/* Runs of every length, rising or falling, on both sides of where the way of sorting changes. */
static void sorting_puts_everything_in_order(void) {
  enum { most = 300 };
  unit_random r = {.state = 5};
  int64_t numbers[most];
  uint32_t order[most];
  for (int i = 0; i < 4000; i++) {
    uint32_t count = (uint32_t)random_int(&r, 0, most);
    int64_t run = random_int(&r, 1, most), step = random_int(&r, -1, 1), seen = 0;
    for (uint32_t k = 0; k < count; k++) {
      bool begins = k == 0 || random_one_in(&r, run);
      numbers[k] = begins ? random_int(&r, 0, most) : numbers[k - 1] + step;
      order[k] = k;
    }
    sort_indices(order, count, number_before, numbers);
    for (uint32_t k = 0; k < count; k++) {
      seen += order[k];
      CHECK(k == 0 || number_before(numbers, order[k - 1], order[k]));
    }
    CHECK_INT(seen, (int64_t)count * (count - (count > 0)) / 2);
  }
}

static void arenas_zero_align_and_end(void) {
  static uint64_t memory[8];
  memset(memory, 0xff, sizeof memory);
  sp_arena arena = {.base = (uint8_t *)memory, .capacity = sizeof memory};
  uint8_t *a = arena_alloc(&arena, 3), *b = arena_alloc(&arena, 8);
  CHECK(a && b && b == a + 8 && a[0] == 0 && a[2] == 0);
  CHECK(!arena_array(&arena, SIZE_MAX / 2, 4));
  CHECK(!arena_alloc(&arena, SIZE_MAX));
  CHECK(!arena_alloc(&arena, 49));
  CHECK(arena_alloc(&arena, 48));
  CHECK(!arena_alloc(&arena, 1));
  CHECK(arena_alloc(&arena, 0));
}

static void an_array_is_zero_as_far_as_it_goes(void) {
  uint64_t memory[20];
  for (size_t count = 0; count <= 19; count++) {
    memset(memory, 0xff, sizeof memory);
    sp_arena arena = {.base = (uint8_t *)memory, .capacity = sizeof memory};
    CHECK(arena_array(&arena, count, sizeof *memory));
    for (size_t i = 0; i < 20; i++)
      CHECK(memory[i] == (i < count ? 0 : UINT64_MAX));
  }
}

static void check_digest(const char *text, const char *hex) {
  uint8_t digest[SP_SHA256_SIZE];
  char found[2 * SP_SHA256_SIZE + 1];
  sha256((const uint8_t *)text, strlen(text), digest);
  for (int i = 0; i < SP_SHA256_SIZE; i++)
    snprintf(found + 2 * i, 3, "%02x", digest[i]);
  CHECK(!strcmp(found, hex));
}

/* The examples of FIPS 180-4. */
static void sha256_is_the_standard_one(void) {
  check_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  check_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int main(void) {
  RUN(products_past_64_bits_divide_exactly);
  RUN(each_rounding_has_its_name);
  RUN(a_percentage_rounds_the_side_it_names);
  RUN(a_product_past_its_limit_says_so);
  RUN(a_sum_is_of_all_its_numbers);
  RUN(civil_time_counts_from_1970);
  RUN(dates_that_do_not_exist_are_refused);
  RUN(days_follow_one_another);
  RUN(ids_are_ordered_by_bytes);
  RUN(ids_that_differ_are_told_apart);
  RUN(sorting_puts_everything_in_order);
  RUN(arenas_zero_align_and_end);
  RUN(an_array_is_zero_as_far_as_it_goes);
  RUN(sha256_is_the_standard_one);
  return unit_end();
}
