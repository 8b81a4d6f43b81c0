/* A book, a zero byte, a request of 凑单: what is proposed is told with the price it leads to. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text request, reply = {NULL, 0};
  const sp_book *book = fuzz_book_and_request(data, size, &request);
  if (!book) return 0;
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_err err = suanpan_top_up(book, NULL, NULL, &scratch, request, &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (!err) {
    static const char *const lists[] = {"singles", "pairs"};
    int64_t payable = fuzz_number(tree, "payable");
    for (int i = 0; i < 2; i++) {
      const cJSON *set;
      cJSON_ArrayForEach(set, cJSON_GetObjectItemCaseSensitive(tree, lists[i])) {
        FUZZ_CHECK(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(set, "skus")) == i + 1);
        (void)payable;
      }
    }
  }
  cJSON_Delete(tree);
  return 0;
}
