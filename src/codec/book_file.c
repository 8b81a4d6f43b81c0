#include "codec/book_file.h"

#include <string.h>

#include "codec/book_in.h"

static const char magic[] = "SPB1";

bool book_is_container(sp_text bytes) {
  return bytes.size >= 4 && !memcmp(bytes.ptr, magic, 4);
}

/* A store's part would change prices, so a book that has one is not opened without it. */
static void refuse_unbuilt(const book_manifest *manifest, sp_report *report) {
  const cJSON *node = json_first(manifest->parts.node);
  for (uint32_t i = 0; i < manifest->parts.count; i++, node = node->next) {
    if (manifest->parts.items[i].name.ptr[0] == 's') {
      report_error_key(report, node, "name", SP_E_UNSUPPORTED);
    }
  }
}

bool book_file_in(sp_text bytes, sp_arena *scratch, sp_report *report, book_file *out) {
  signed_file file;
  *out = (book_file){.bytes = {NULL, 0}};
  report->keep = scratch;
  if (!signed_file_cut(bytes, magic, &file)) {
    report_error(report, NULL, SP_E_MAGIC);
    return false;
  }
  out->bytes = file.payload;
  cJSON *tree = json_parse(file.payload, "manifest", scratch, report);
  return tree && manifest_in(tree, report, &out->manifest) &&
         manifest_parts_in(file.parts, report, &out->manifest);
}

bool book_file_parts(sp_report *report, book_file *file) {
  if (!manifest_is_whole(&file->manifest, report)) return false;
  refuse_unbuilt(&file->manifest, report);
  file->catalog = manifest_find(&file->manifest, SP_TEXT("catalog"))->bytes;
  file->rules = manifest_find(&file->manifest, SP_TEXT("rules"))->bytes;
  return report->error_count == 0;
}
