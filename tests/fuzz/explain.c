/* A book, a zero byte, a request: the reasons are JSON and stand beside a receipt that adds up. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text request, reply = {NULL, 0};
  const sp_book *book = fuzz_book_and_request(data, size, &request);
  if (!book) return 0;
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_err err = suanpan_explain(book, &scratch, request, &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (!err) {
    fuzz_receipt_adds_up(cJSON_GetObjectItemCaseSensitive(tree, "receipt"));
    const cJSON *line;
    cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(tree, "explain")) {
      FUZZ_CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(line, "zh")));
      FUZZ_CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(line, "en")));
    }
  }
  cJSON_Delete(tree);
  return 0;
}
