#include "codec/book_file.h"

#include <string.h>

#include "base/sha256.h"
#include "base/text.h"
#include "codec/book_in.h"
#include "codec/json_in.h"
#include "model/book.h"

#define SP_DIGEST_HEX_SIZE 64

typedef struct {
  book_file file;
  int64_t meaning;
} manifest_work;

#define SP_COUNTER .type = JSON_BIG, .required = true, .high = SP_BIG_INTEGER
#define MANIFEST_FIELDS(X)                                                                         \
  X(MANIFEST, shop, SP_NAME(manifest_work, file.shop), .required = true)                           \
  X(MANIFEST, epoch, SP_COUNTER, SP_LOOSE)                                                         \
  X(MANIFEST, ver, SP_COUNTER, SP_AT(manifest_work, file.version, 8), .low = 1)                    \
  X(MANIFEST, meaning, SP_COUNTER, SP_AT(manifest_work, meaning, 8))                               \
  X(MANIFEST, parts, .type = JSON_ARRAY, .required = true, .low = 2, .high = 4)
SP_SCHEMA(manifest_schema, MANIFEST, MANIFEST_FIELDS, "");

typedef struct {
  uint32_t name, audience;
  uint32_t size;
  sp_text sha256;
} part_work;

enum { NAME_catalog, NAME_rules, NAME_text, NAME_model, NAME_COUNT };
#define PART_FIELDS(X)                                                                             \
  X(PART, name, SP_ENUM(part_work, name), .required = true,                                        \
    .words = "catalog rules text model |stores")                                                   \
  X(PART, sha256, SP_STRING(part_work, sha256), .required = true)                                  \
  X(PART, len, SP_INT(part_work, size), .required = true, .high = SP_BOOK_BYTES_MAX)               \
  X(PART, audience, SP_ENUM(part_work, audience), .required = true, .words = "public member server")
SP_SCHEMA(part_schema, PART, PART_FIELDS, "");

static const char magic[4] = {'S', 'P', 'B', '1'};

bool book_is_container(sp_text bytes) {
  return bytes.size >= sizeof magic && !memcmp(bytes.ptr, magic, sizeof magic);
}

/* Cuts size bytes off the front. */
static bool cut(sp_text *bytes, uint32_t size, sp_text *out) {
  if (size > bytes->size) return false;
  *out = (sp_text){bytes->ptr, size};
  *bytes = (sp_text){bytes->ptr + size, bytes->size - size};
  return true;
}

/* A length, little endian, and so many bytes. */
static bool cut_counted(sp_text *bytes, sp_text *out) {
  sp_text head;
  if (!cut(bytes, 4, &head)) return false;
  uint32_t size = 0;
  for (uint32_t i = 4; i-- > 0;)
    size = size << 8 | (uint8_t)head.ptr[i];
  return cut(bytes, size, out);
}

static bool digest_matches(sp_text part, sp_text hex) {
  static const char digits[] = "0123456789abcdef";
  uint8_t digest[SP_SHA256_SIZE];
  if (hex.size != SP_DIGEST_HEX_SIZE) return false;
  sha256((const uint8_t *)part.ptr, part.size, digest);
  for (uint32_t i = 0; i < SP_SHA256_SIZE; i++) {
    if (hex.ptr[2 * i] != digits[digest[i] >> 4] || hex.ptr[2 * i + 1] != digits[digest[i] & 15]) {
      return false;
    }
  }
  return true;
}

/* One part of the manifest takes its bytes off `rest`. Lengths come before hashes. */
static bool part_in(const cJSON *node, sp_report *report, sp_text *rest, sp_text *parts) {
  const cJSON *v[PART_COUNT];
  part_work work;
  if (!json_object(report, node, &part_schema, &work, v) || report->error_count) return false;
  sp_text *part = &parts[work.name];
  if (part->ptr) {
    report_error(report, v[PART_name], SP_E_DUPLICATE_ID);
  } else if (!cut(rest, work.size, part)) {
    report_error(report, v[PART_len], SP_E_DIGEST);
  } else if (!digest_matches(*part, work.sha256)) {
    report_error(report, v[PART_sha256], SP_E_DIGEST);
  }
  return report->error_count == 0;
}

static void manifest_in(const cJSON *node, sp_report *report, sp_text rest, book_file *out) {
  const cJSON *v[MANIFEST_COUNT];
  manifest_work work = {.meaning = 0};
  sp_text parts[NAME_COUNT] = {{NULL, 0}};
  if (!json_object(report, node, &manifest_schema, &work, v) || report->error_count) return;
  if (work.meaning != SP_MEANING) {
    report_error(report, v[MANIFEST_meaning], SP_E_MEANING);
    return;
  }
  for (node = v[MANIFEST_parts]->child; node; node = node->next) {
    if (!part_in(node, report, &rest, parts)) return;
  }
  if (!parts[NAME_catalog].ptr || !parts[NAME_rules].ptr) {
    report_error(report, v[MANIFEST_parts], SP_E_REQUIRED);
  }
  // What no part owns is bound by no hash.
  if (rest.size) report_error(report, v[MANIFEST_parts], SP_E_DIGEST);
  *out = work.file;
  out->catalog = parts[NAME_catalog];
  out->rules = parts[NAME_rules];
}

bool book_file_in(sp_text bytes, sp_arena *scratch, sp_report *report, book_file *out) {
  sp_text head, manifest, signatures;
  if (!cut(&bytes, sizeof magic, &head) || !cut_counted(&bytes, &manifest) ||
      !cut_counted(&bytes, &signatures)) {
    report_error(report, NULL, SP_E_MAGIC);
    return false;
  }
  cJSON *tree = json_parse(signatures, "signatures", scratch, report);
  if (tree && !json_is_array(tree)) report_error(report, tree, SP_E_TYPE);
  json_free(tree);
  tree = report->error_count ? NULL : json_parse(manifest, "manifest", scratch, report);
  if (tree) manifest_in(tree, report, bytes, out);
  json_free(tree);
  out->manifest = manifest;
  return report->error_count == 0;
}
