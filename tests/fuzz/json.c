/* Any bytes as strict JSON: what is taken, cJSON reads to the same tree. */
#include "fuzz.h"
#include "json_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_report report;
  report_start(&report, &scratch, 1);
  const cJSON *tree = json_parse(fuzz_text(data, size), NULL, &scratch, &report);
  if (tree) FUZZ_CHECK(json_is_read_alike(tree, (const char *)data, size));
  return 0;
}
