#include "codec/signed_file.h"

#include <string.h>

#include "sync/base64url.h"
#include "sync/j0.h"

/* Cuts size bytes off the front. */
static bool cut(sp_text *bytes, uint32_t size, sp_text *out) {
  if (size > bytes->size) return false;
  *out = (sp_text){bytes->ptr, size};
  *bytes = (sp_text){bytes->ptr + size, bytes->size - size};
  return true;
}

static bool cut_u32(sp_text *bytes, uint32_t *out) {
  sp_text word;
  if (!cut(bytes, 4, &word)) return false;
  *out = 0;
  for (uint32_t i = 4; i-- > 0;)
    *out = *out << 8 | (uint8_t)word.ptr[i];
  return true;
}

bool cut_counted(sp_text *bytes, sp_text *out) {
  uint32_t size;
  return cut_u32(bytes, &size) && cut(bytes, size, out);
}

bool signed_file_cut(sp_text bytes, const char *magic, signed_file *out) {
  sp_text head;
  if (!cut(&bytes, 4, &head) || memcmp(head.ptr, magic, 4)) return false;
  if (!cut_counted(&bytes, &out->payload) || !cut_counted(&bytes, &out->signatures)) return false;
  out->parts = bytes;
  uint32_t index, next = 0;
  for (sp_text part; bytes.size; next = index + 1) {
    if (!part_cut(&bytes, &index, &part) || index < next) return false;
  }
  return true;
}

bool part_cut(sp_text *parts, uint32_t *index, sp_text *part) {
  return cut_u32(parts, index) && cut_counted(parts, part);
}

cJSON *j0_parse(sp_text text, const char *base, sp_arena *scratch, sp_report *report) {
  if (j0_check(text)) return json_parse(text, base, scratch, report);
  json_path path;
  path_start(&path, base);
  report_error_path(report, &path, SP_E_NONCANON);
  return NULL;
}

/* 16 and more: no digit. */
static uint32_t hex_value(char c) {
  if (c >= '0' && c <= '9') return (uint32_t)(c - '0');
  return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
}

bool hex_read(sp_text text, uint8_t *out, uint32_t size) {
  if (text.size != 2 * size) return false;
  for (uint32_t i = 0; i < size; i++) {
    uint32_t high = hex_value(text.ptr[2 * i]), low = hex_value(text.ptr[2 * i + 1]);
    if ((high | low) > 15) return false;
    out[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

bool base64url_of_size(sp_text text, uint8_t *out, uint32_t size) {
  return text.size == SP_BASE64URL_SIZE(size) && base64url_read(text, out);
}

typedef struct {
  sp_text kid, sig;
} signature_text;
#define SIGNATURE_FIELDS(X)                                                                        \
  X(SIGNATURE, kid, SP_STRING(signature_text, kid), .required = true)                              \
  X(SIGNATURE, sig, SP_STRING(signature_text, sig), .required = true)
SP_SCHEMA(signature_schema, SIGNATURE, SIGNATURE_FIELDS, "");

bool signatures_in(sp_text j0, sp_arena *scratch, sp_report *report, sync_signatures *out) {
  static const json_field list_field = {.type = JSON_ARRAY, .low = 1, .high = SP_SIGNATURES_MAX};
  const cJSON *v[SIGNATURE_COUNT];
  cJSON *tree = j0_parse(j0, "signatures", scratch, report);
  out->count = 0;
  if (tree && json_read(report, tree, &list_field, NULL)) {
    for (const cJSON *node = json_first(tree); node; node = node->next) {
      signature_text text = {{NULL, 0}, {NULL, 0}};
      sync_signature *signature = &out->list[out->count++];
      json_object(report, node, &signature_schema, &text, v);
      if (report->error_count) break;
      if (!hex_read(text.kid, signature->name, SP_KEY_NAME_SIZE)) {
        report_error(report, v[SIGNATURE_kid], SP_E_NONCANON);
      } else if (!base64url_of_size(text.sig, signature->bytes, SP_CURVE_SIGNATURE_SIZE)) {
        report_error(report, v[SIGNATURE_sig], SP_E_NONCANON);
      }
    }
  }
  return report->error_count == 0;
}
