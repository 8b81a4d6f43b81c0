/* Any bytes to refund: what goes back is never more than what was paid, and the parts add up. */
#include "fuzz.h"

static const cJSON *member(const cJSON *object, const char *name) {
  return cJSON_GetObjectItemCaseSensitive(object, name);
}

static int64_t number_or_0(const cJSON *object, const char *name) {
  return member(object, name) ? fuzz_number(object, name) : 0;
}

/* Sums of what was paid. */
static int64_t payable_of(const cJSON *order) {
  int64_t sum = number_or_0(order, "freight") + number_or_0(order, "fees");
  const cJSON *line;
  cJSON_ArrayForEach(line, member(order, "lines")) sum += fuzz_sum(line, "segments", "paid");
  return sum;
}

static void adds_up(const cJSON *order, const cJSON *reply) {
  static const char *const counts[] = {"goods",  "freight", "fees",        "earned_deducted",
                                       "points", "earned",  "earned_short"};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    FUZZ_CHECK(fuzz_number(reply, counts[i]) >= 0);
  int64_t money = fuzz_number(reply, "money"), tender = 0;
  int64_t goods = fuzz_number(reply, "goods"), points = fuzz_number(reply, "points");
  FUZZ_CHECK(money == goods + fuzz_number(reply, "freight") + fuzz_number(reply, "fees") -
                          fuzz_number(reply, "gifts_deducted") -
                          fuzz_number(reply, "earned_deducted"));
  FUZZ_CHECK(goods == fuzz_sum(reply, "lines", "paid"));
  FUZZ_CHECK(points == fuzz_sum(reply, "lines", "points"));
  FUZZ_CHECK(fuzz_number(reply, "earned") == fuzz_sum(reply, "lines", "earned"));
  const cJSON *lots = member(member(order, "points"), "lots");
  FUZZ_CHECK(!lots || points == fuzz_sum(reply, "lots", "points"));
  const cJSON *part;
  cJSON_ArrayForEach(part, member(reply, "tender")) tender += (int64_t)part->valuedouble;
  FUZZ_CHECK(tender == money);
  FUZZ_CHECK(goods <= payable_of(order));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_text reply = {NULL, 0};
  sp_err err = suanpan_refund(&scratch, fuzz_text(data, size), &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (!err) {
    cJSON *request = cJSON_ParseWithLength((const char *)data, size);
    adds_up(member(request, "order"), tree);
    cJSON_Delete(request);
  }
  cJSON_Delete(tree);
  return 0;
}
