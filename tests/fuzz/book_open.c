/* Any bytes as a published book. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return fuzz_load(suanpan_book_open, data, size);
}
