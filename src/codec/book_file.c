#include "codec/book_file.h"

#include <string.h>

#include "base/sha256.h"
#include "base/text.h"
#include "codec/book_in.h"
#include "codec/json_in.h"
#include "model/book.h"

#define SP_DIGEST_HEX_SIZE 64

enum {
  MANIFEST_shop,
  MANIFEST_epoch,
  MANIFEST_ver,
  MANIFEST_meaning,
  MANIFEST_parts,
  MANIFEST_COUNT
};
static const json_field manifest_fields[] = {
    {.name = "shop", .type = JSON_ID, .required = true},
    {.name = "epoch", .type = JSON_BIG, .required = true, .high = SP_BIG_INTEGER},
    {.name = "ver", .type = JSON_BIG, .required = true, .low = 1, .high = SP_BIG_INTEGER},
    {.name = "meaning", .type = JSON_BIG, .required = true, .high = SP_BIG_INTEGER},
    {.name = "parts", .type = JSON_ARRAY, .required = true, .low = 2, .high = 3},
};
static const json_schema manifest_schema = SP_SCHEMA(manifest_fields, NULL);

enum { PART_name, PART_sha256, PART_len, PART_audience, PART_COUNT };
enum { NAME_catalog, NAME_rules, NAME_text, NAME_COUNT };
static const json_field part_fields[] = {
    {.name = "name",
     .type = JSON_ENUM,
     .required = true,
     .words = "catalog rules text",
     .unsupported = "stores model"},
    {.name = "sha256", .type = JSON_STRING, .required = true},
    {.name = "len", .type = JSON_INT, .required = true, .high = SP_BOOK_BYTES_MAX},
    {.name = "audience", .type = JSON_ENUM, .required = true, .words = "public member server"},
};
static const json_schema part_schema = SP_SCHEMA(part_fields, NULL);

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
static bool part_in(const json_value *node, sp_report *report, sp_text *rest, sp_text *parts) {
  json_value v[PART_COUNT];
  if (!json_object(report, node, &part_schema, v) || report->error_count) return false;
  sp_text *part = &parts[v[PART_name].number];
  if (part->ptr) {
    report_error_key(report, &node->at, "name", SP_E_DUPLICATE_ID);
  } else if (!cut(rest, (uint32_t)v[PART_len].number, part)) {
    report_error_key(report, &node->at, "len", SP_E_DIGEST);
  } else if (!digest_matches(*part, v[PART_sha256].text)) {
    report_error_key(report, &node->at, "sha256", SP_E_DIGEST);
  }
  return report->error_count == 0;
}

static void manifest_in(const json_value *node, sp_arena *scratch, sp_report *report, sp_text rest,
                        book_file *out) {
  json_value v[MANIFEST_COUNT];
  sp_text parts[NAME_COUNT] = {{NULL, 0}};
  if (!json_object(report, node, &manifest_schema, v) || report->error_count) return;
  if (v[MANIFEST_meaning].number != SP_MEANING) {
    report_error_key(report, &node->at, "meaning", SP_E_MEANING);
    return;
  }
  uint32_t i = 0;
  json_value part;
  for (bool more = json_first(&v[MANIFEST_parts], &part); more; more = json_next(&part), i++) {
    if (!part_in(&part, report, &rest, parts)) return;
  }
  if (!parts[NAME_catalog].ptr || !parts[NAME_rules].ptr) {
    report_error(report, &v[MANIFEST_parts].at, SP_E_REQUIRED);
  }
  // What no part owns is bound by no hash.
  if (rest.size) report_error(report, &v[MANIFEST_parts].at, SP_E_DIGEST);
  out->catalog = parts[NAME_catalog];
  out->rules = parts[NAME_rules];
  out->version = v[MANIFEST_ver].number;
  out->shop = arena_text(scratch, v[MANIFEST_shop].text);
  if (!out->shop.ptr) report_error(report, NULL, SP_E_MEMORY);
}

bool book_file_in(sp_text bytes, sp_arena *scratch, sp_report *report, book_file *out) {
  sp_text head, manifest, signatures;
  *out = (book_file){.version = 0};
  if (!cut(&bytes, sizeof magic, &head) || !cut_counted(&bytes, &manifest) ||
      !cut_counted(&bytes, &signatures)) {
    report_error(report, NULL, SP_E_MAGIC);
    return false;
  }
  json_at root = {NULL, NULL, 0};
  json_value node = {.at = {&root, "signatures", 0}};
  cJSON *tree = json_parse(signatures, &node.at, scratch, report);
  node.item = tree;
  if (tree && !json_is_array(&node)) report_error(report, &node.at, SP_E_TYPE);
  cJSON_Delete(tree);
  node.at.key = "manifest";
  tree = report->error_count ? NULL : json_parse(manifest, &node.at, scratch, report);
  node.item = tree;
  if (tree) manifest_in(&node, scratch, report, bytes, out);
  cJSON_Delete(tree);
  out->manifest = manifest;
  return report->error_count == 0;
}
