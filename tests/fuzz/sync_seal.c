/* Any bytes as a request to be sealed. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_sync_seal, REPLY_JSON, data, size);
  return 0;
}
