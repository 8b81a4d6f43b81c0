/* A book, a zero byte, a request of 凑单: what is proposed is told with the price it leads to. */
#define _GNU_SOURCE
#include "fuzz.h"

static void check_sets(const cJSON *tree, const char *list, int goods) {
  int64_t payable = fuzz_number(tree, "payable"), last = INT64_MAX;
  const cJSON *set;
  cJSON_ArrayForEach(set, cJSON_GetObjectItemCaseSensitive(tree, list)) {
    FUZZ_CHECK(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(set, "skus")) == goods);
    FUZZ_CHECK(fuzz_number(set, "payable") == payable + fuzz_number(set, "more"));
    FUZZ_CHECK(fuzz_number(set, "gain") <= last);
    last = fuzz_number(set, "gain");
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text request, reply = {NULL, 0};
  const sp_book *book = fuzz_book_and_request(data, size, &request);
  if (!book) return 0;
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_err err = suanpan_top_up(book, NULL, NULL, &scratch, request, &reply);
  cJSON *tree = fuzz_reply(err, reply);
  // A state that a caller made up may say anything.
  if (!err && !memmem(request.ptr, request.size, "state", 5)) {
    check_sets(tree, "singles", 1);
    check_sets(tree, "pairs", 2);
  }
  cJSON_Delete(tree);
  return 0;
}
