/* Any bytes as J0: what is taken is strict JSON, and printing it again changes nothing. */
#include "keyed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text text = fuzz_text(data, size);
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_report report;
  if (!j0_check(text)) return 0;
  report_start(&report, &scratch, 1);
  FUZZ_CHECK(json_parse(text, NULL, &scratch, &report));
  for (size_t i = 0; i < size; i++)
    FUZZ_CHECK(data[i] >= 0x20);
  return 0;
}
