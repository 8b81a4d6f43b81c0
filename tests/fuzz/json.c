/* Any bytes as strict JSON: what is taken, cJSON reads to the same tree. */
#include "fuzz.h"
#include "json_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_report report;
  report_start(&report, &scratch, 1);
  const cJSON *tree = json_parse(fuzz_text(data, size), NULL, &scratch, &report);
  if (tree) FUZZ_CHECK(json_is_read_alike(tree, (const char *)data, size));

  // In pieces it is the same tree or the same error.
  sp_report again;
  report_start(&again, &scratch, 1);
  json_reader *reader = json_start(fuzz_text(data, size), NULL, &scratch, &again);
  if (!reader) return 0;
  while (json_read_on(reader, size % 7)) {
  }
  const cJSON *pieced = json_end(reader);
  sp_err err = report_first(&again);
  FUZZ_CHECK(err == SP_E_MEMORY || err == report_first(&report));
  if (pieced) FUZZ_CHECK(json_is_read_alike(pieced, (const char *)data, size));
  return 0;
}
