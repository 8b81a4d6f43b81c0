#include "codec/book_file.h"

#include <string.h>

#include "codec/book_in.h"
#include "codec/manifest_in.h"

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
  book_manifest manifest;
  if (!signed_file_cut(bytes, magic, &file)) {
    report_error(report, NULL, SP_E_MAGIC);
    return false;
  }
  cJSON *tree = json_parse(file.payload, "manifest", scratch, report);
  if (tree && manifest_in(tree, report, &manifest) &&
      manifest_parts_in(file.parts, true, report, &manifest)) {
    refuse_unbuilt(&manifest, report);
    *out = (book_file){.manifest = file.payload,
                       .shop = manifest.shop,
                       .version = manifest.order.version,
                       .catalog = manifest_find(&manifest, SP_TEXT("catalog"))->bytes,
                       .rules = manifest_find(&manifest, SP_TEXT("rules"))->bytes};
  }
  return report->error_count == 0;
}
