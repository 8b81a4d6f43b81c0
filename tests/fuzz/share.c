/* Any bytes to share: the parts add up to the amount. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_text reply = {NULL, 0};
  sp_err err = suanpan_share(&scratch, fuzz_text(data, size), &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (!err) {
    cJSON *request = cJSON_ParseWithLength((const char *)data, size);
    int64_t sum = 0;
    const cJSON *part;
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(tree, "parts")) {
      FUZZ_CHECK(part->valuedouble >= 0);
      sum += (int64_t)part->valuedouble;
    }
    FUZZ_CHECK(sum == fuzz_number(request, "amount"));
    cJSON_Delete(request);
  }
  cJSON_Delete(tree);
  return 0;
}
