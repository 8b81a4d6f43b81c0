/* Refunds at the ends of what numbers can be, and without memory. */
#include <cJSON.h>

#include "engine/refund.h"
#include "suanpan.h"
#include "unit/unit.h"

#define ORDER                                                                                      \
  "{\"order\":{\"lines\":[{\"id\":\"a\",\"segments\":[{\"qty\":3,\"list\":3000,\"paid\":2000,"     \
  "\"points_cut\":200}],\"earned\":20},{\"id\":\"b\",\"segments\":[{\"qty\":1,\"list\":1000,"      \
  "\"paid\":700}]}],\"freight\":600,\"points\":{\"used\":300,\"cut\":200,\"lots\":[{\"id\":"       \
  "\"june\",\"used\":200},{\"id\":\"july\",\"used\":100}]},\"earned\":5,\"tender\":{\"gift_card\"" \
  ":1300,\"cash\":2000},\"coupons\":[{\"id\":\"c\",\"segments\":[[\"a\",0],[\"b\",0]]}],"          \
  "\"gifts\":[{\"rule\":\"g\",\"sku\":\"m\",\"qty\":1,\"value\":300,\"when\":{\"gte\":2500,"       \
  "\"lines\":[\"a\",\"b\"]}}]},\"done\":[{\"lines\":[{\"id\":\"a\",\"qty\":1}]}],"                 \
  "\"refund\":{\"lines\":[{\"id\":\"a\",\"qty\":2},{\"id\":\"b\",\"list\":1000}],"                 \
  "\"gifts_returned\":[{\"rule\":\"g\",\"qty\":1}]}}"

static sp_text whole(const char *text) {
  return (sp_text){text, (uint32_t)strlen(text)};
}

/* ---- memory ---- */

static void expect_memory_error(sp_err err, sp_text reply) {
  CHECK_INT(err, SP_E_MEMORY);
  if (reply.size == 0) return;
  CHECK_TEXT(reply, SP_TEXT("{\"code\":\"E_MEMORY\",\"path\":\"\",\"message\":\"out of memory\"}"));
}

static void a_refund_that_does_not_fit_is_refused(void) {
  const size_t room = 1 << 16;
  sp_arena scratch = unit_arena(room);
  sp_text reply, full;
  CHECK_INT(suanpan_refund(&scratch, whole(ORDER), &full), SP_OK);
  size_t good = 0;
  for (size_t capacity = 0; good < 3 && capacity < room; capacity += 8) {
    sp_arena small = unit_arena(capacity);
    sp_err err = suanpan_refund(&small, whole(ORDER), &reply);
    if (err)
      expect_memory_error(err, reply);
    else
      CHECK_TEXT(reply, full);
    good += err == SP_OK;
    free(small.base);
  }
  CHECK_INT((int64_t)good, 3);
  free(scratch.base);
}

static void a_tree_that_does_not_fit_is_refused(void) {
  sp_arena scratch = unit_arena(1 << 16);
  sp_err err = SP_E_MEMORY;
  size_t enough = scratch.capacity;
  for (size_t capacity = 0; err && capacity < enough; capacity += 40) {
    sp_text reply;
    scratch.capacity = capacity;
    scratch.used = 0;
    err = suanpan_refund(&scratch, whole(ORDER), &reply);
    if (err) expect_memory_error(err, reply);
  }
  CHECK_INT(err, SP_OK);
  free(scratch.base);
}

/* ---- numbers ---- */

/* floor(amount * min(1, k/n + a/L)) by long division, bit by bit. */
static int64_t slow_part(int64_t amount, int64_t n, int64_t list, int64_t k, int64_t a) {
  __extension__ typedef unsigned __int128 wide;
  if (list == 0) return (int64_t)((wide)amount * (wide)k / (wide)n);
  wide whole_ = (wide)n * (wide)list, gone = (wide)k * (wide)list + (wide)a * (wide)n;
  if (gone > whole_) gone = whole_;
  // 10^13 * 10^17 stays below 2^128.
  return (int64_t)((wide)amount * gone / whole_);
}

static void parts_are_exact_at_every_size(void) {
  unit_random r = {1};
  for (uint32_t i = 0; i < 200000; i++) {
    int64_t list = sp_min(random_sized(&r, 44), SP_CART_FEN_MAX);
    sp_order_segment s = {.qty = (int32_t)random_int(&r, 1, random_one_in(&r, 3) ? 9999 : 9),
                          .list_fen = list};
    sp_returned back = {(int32_t)random_int(&r, 0, s.qty), random_int(&r, 0, list)};
    int64_t amount = random_int(&r, 0, random_one_in(&r, 2) ? list : 1000000000000);
    CHECK_INT(refund_part(&s, &back, amount),
              slow_part(amount, s.qty, list, back.qty, back.list_fen));
  }
}

static void a_whole_segment_is_all_of_it(void) {
  unit_random r = {2};
  for (uint32_t i = 0; i < 100000; i++) {
    int64_t list = sp_min(random_sized(&r, 44), SP_CART_FEN_MAX);
    sp_order_segment s = {.qty = (int32_t)random_int(&r, 1, 9999), .list_fen = list};
    sp_returned back = {s.qty, random_int(&r, 0, list)};
    int64_t amount = random_int(&r, 0, SP_CART_FEN_MAX);
    CHECK_INT(refund_part(&s, &back, amount), amount);
    CHECK_INT(refund_list_left(&s, &back), 0);
    // What is left of the list amount may be named, and completes the segment.
    back.qty = (int32_t)random_int(&r, 0, s.qty);
    back.list_fen = 0;
    back.list_fen = refund_list_left(&s, &back);
    if (list) CHECK_INT(refund_part(&s, &back, amount), amount);
  }
}

int main(void) {
  RUN(a_refund_that_does_not_fit_is_refused);
  RUN(a_tree_that_does_not_fit_is_refused);
  RUN(parts_are_exact_at_every_size);
  RUN(a_whole_segment_is_all_of_it);
  return unit_end();
}
