/* Any bytes as a root. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_root_verify, REPLY_JSON, data, size);
  return 0;
}
