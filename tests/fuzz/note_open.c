/* Any bytes as a signed note. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_note_open, REPLY_J0, data, size);
  return 0;
}
