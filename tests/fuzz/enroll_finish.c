/* Any bytes as the reply to an enrolment. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_keyed(suanpan_enroll_finish, REPLY_JSON, data, size);
  return 0;
}
