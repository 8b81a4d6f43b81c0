/* Any bytes as a record of the device. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_record_open, REPLY_TEXT, data, size);
  return 0;
}
