/* A book, a zero byte, a request: the reasons are JSON and stand beside a receipt that adds up. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text request;
  cJSON *tree = fuzz_ask(suanpan_explain, data, size, &request);
  if (!tree) return 0;
  fuzz_receipt_adds_up(cJSON_GetObjectItemCaseSensitive(tree, "receipt"));
  const cJSON *line;
  cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(tree, "explain")) {
    FUZZ_CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(line, "zh")));
    FUZZ_CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(line, "en")));
  }
  cJSON_Delete(tree);
  return 0;
}
