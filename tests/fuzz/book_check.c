/* Any bytes to the checker: what it calls good can be loaded, what it refuses cannot. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_arena books = fuzz_arena(book_memory, sizeof book_memory);
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_text bytes = fuzz_text(data, size), reply = {NULL, 0};
  sp_err err = suanpan_book_check(&scratch, bytes, &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (err) {
    cJSON_Delete(tree);
    return 0;
  }
  bool good = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(tree, "ok"));
  int errors = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, "errors"));
  FUZZ_CHECK(good == (errors == 0));
  cJSON_Delete(tree);
  const sp_book *book = NULL;
  scratch.used = 0;
  bool container = size >= 4 && !memcmp(data, "SPB1", 4);
  err = container ? suanpan_book_open(&books, &scratch, bytes, &book, &reply)
                  : suanpan_book_load(&books, &scratch, bytes, &book, &reply);
  FUZZ_CHECK(good == (err == SP_OK) || err == SP_E_MEMORY);
  return 0;
}
