/* Any bytes as the reply to a sync. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_sync_open, REPLY_J0, data, size);
  return 0;
}
