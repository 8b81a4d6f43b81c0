/* Any bytes as a published book. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_arena books = fuzz_arena(book_memory, sizeof book_memory);
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  const sp_book *book = NULL;
  sp_text reply = {NULL, 0};
  sp_err err = suanpan_book_open(&books, &scratch, fuzz_text(data, size), &book, &reply);
  FUZZ_CHECK(err || book);
  cJSON_Delete(fuzz_reply(err, reply));
  return 0;
}
