#include "codec/manifest_in.h"

#include <string.h>

#include "base/text.h"
#include "model/book.h"

#define PART_FIELDS(X)                                                                             \
  X(PART, audience, SP_ENUM(manifest_part, audience), .required = true,                            \
    .words = "public member server")                                                               \
  X(PART, len, SP_INT(manifest_part, size), .required = true, .high = SP_BOOK_BYTES_MAX)           \
  X(PART, name, SP_STRING(manifest_part, name), .required = true)                                  \
  X(PART, sha256, SP_STRING(manifest_part, sha256), .required = true)
SP_SCHEMA(part_schema, PART, PART_FIELDS, "");
SP_EACH(part_each, manifest_part, SP_PARTS_MAX, .type = JSON_RECORD, .schema = &part_schema);

#define SP_COUNTER(member)                                                                         \
  SP_BIGINT(book_manifest, member), .required = true, .high = SP_BIG_INTEGER
#define MANIFEST_FIELDS(X)                                                                         \
  X(MANIFEST, engine_min, SP_COUNTER(order.engine_min))                                            \
  X(MANIFEST, epoch, SP_COUNTER(order.epoch), .low = 1)                                            \
  X(MANIFEST, expires, SP_COUNTER(expires_s))                                                      \
  X(MANIFEST, meaning, SP_COUNTER(meaning))                                                        \
  X(MANIFEST, min_ver, SP_COUNTER(min_version))                                                    \
  X(MANIFEST, not_before, SP_COUNTER(order.not_before_s))                                          \
  X(MANIFEST, parts, SP_LIST(book_manifest, parts, part_each), .required = true, .low = 2)         \
  X(MANIFEST, prev, .type = JSON_ANY, .required = true)                                            \
  X(MANIFEST, shop, SP_NAME(book_manifest, shop), .required = true)                                \
  X(MANIFEST, ver, SP_COUNTER(order.version), .low = 1)
SP_SCHEMA(manifest_schema, MANIFEST, MANIFEST_FIELDS, "");

static bool is_digest(sp_text hex) {
  uint8_t digest[SP_SHA256_SIZE];
  return hex_read(hex, digest, sizeof digest);
}

static bool name_is_lawful(sp_text name) {
  static const char stores[] = "stores/";
  const uint32_t size = sizeof stores - 1;
  if (name.size > size && !memcmp(name.ptr, stores, size)) {
    return name.size - size <= SP_ID_BYTES_MAX;
  }
  return words_find("catalog rules text model", name.ptr) != SP_NONE;
}

const manifest_part *manifest_find(const book_manifest *manifest, sp_text name) {
  for (uint32_t i = 0; i < manifest->parts.count; i++) {
    if (text_equal(manifest->parts.items[i].name, name)) return &manifest->parts.items[i];
  }
  return NULL;
}

/* The member of a part, for saying where something is wrong. */
static const cJSON *member_of(const book_manifest *manifest, uint32_t part, const char *name) {
  const cJSON *node = json_first(json_element(manifest->parts.node, part));
  while (node && strcmp(node->string, name))
    node = node->next;
  return node;
}

bool manifest_in(const cJSON *tree, sp_report *report, book_manifest *out) {
  const cJSON *v[MANIFEST_COUNT];
  *out = (book_manifest){.meaning = 0};
  if (!json_object(report, tree, &manifest_schema, out, v) || report->error_count) return false;
  if (out->meaning != SP_MEANING) report_error(report, v[MANIFEST_meaning], SP_E_MEANING);
  const cJSON *prev = v[MANIFEST_prev];
  if (!json_is_null(prev) && !(json_is_string(prev) && is_digest(json_text(prev)))) {
    report_error(report, prev, SP_E_TYPE);
  }
  for (uint32_t i = 0; i < out->parts.count; i++) {
    const manifest_part *part = &out->parts.items[i];
    if (!name_is_lawful(part->name)) {
      report_error(report, member_of(out, i, "name"), SP_E_RANGE);
    } else if (manifest_find(out, part->name) != part) {
      report_error(report, member_of(out, i, "name"), SP_E_DUPLICATE_ID);
    } else if (!is_digest(part->sha256)) {
      report_error(report, member_of(out, i, "sha256"), SP_E_DIGEST);
    }
  }
  return report->error_count == 0;
}

bool manifest_parts_in(sp_text parts, sp_report *report, book_manifest *manifest) {
  uint32_t index;
  sp_text bytes;
  while (part_cut(&parts, &index, &bytes)) {
    // What no part owns is bound by no hash.
    if (index >= manifest->parts.count) {
      report_error(report, manifest->parts.node, SP_E_DIGEST);
      return false;
    }
    manifest_part *part = &manifest->parts.items[index];
    part->bytes = bytes;
    if (bytes.size != part->size) {
      report_error(report, member_of(manifest, index, "len"), SP_E_DIGEST);
      return false;
    }
  }
  return true;
}

bool parts_hash_on(parts_hash *hash, const book_manifest *manifest, uint32_t size_max,
                   sp_report *report) {
  uint8_t digest[SP_SHA256_SIZE], wanted[SP_SHA256_SIZE];
  uint32_t i = hash->part;
  while (i < manifest->parts.count && !manifest->parts.items[i].bytes.ptr)
    hash->part = ++i;
  if (i == manifest->parts.count) return false;
  const manifest_part *part = &manifest->parts.items[i];
  if (!hash->at) hash_start(&hash->stream);
  uint32_t size = (uint32_t)sp_min(part->bytes.size - hash->at, size_max);
  hash_add(&hash->stream, part->bytes.ptr + hash->at, size);
  hash->at += size;
  if (hash->at < part->bytes.size) return true;
  hash_end(&hash->stream, digest);
  if (!hex_read(part->sha256, wanted, sizeof wanted) || memcmp(digest, wanted, sizeof digest)) {
    report_error(report, member_of(manifest, i, "sha256"), SP_E_DIGEST);
  }
  hash->part++;
  hash->at = 0;
  return true;
}

bool manifest_is_whole(const book_manifest *manifest, sp_report *report) {
  static const sp_text needed[] = {{"catalog", 7}, {"rules", 5}};
  for (uint32_t i = 0; i < 2; i++) {
    const manifest_part *part = manifest_find(manifest, needed[i]);
    if (!part || !part->bytes.ptr) report_error(report, manifest->parts.node, SP_E_REQUIRED);
  }
  return report->error_count == 0;
}
