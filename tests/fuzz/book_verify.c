/* Any bytes as a signed book. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_book_verify, REPLY_JSON, data, size);
  return 0;
}
