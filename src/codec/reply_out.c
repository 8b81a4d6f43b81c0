#include "codec/reply_out.h"

#include <string.h>

#include "codec/receipt_out.h"

static void message_out(json_out *out, const char *code, const sp_text *path, const char *message) {
  const sp_text code_text = {code, (uint32_t)strlen(code)};
  const sp_text message_text = {message, (uint32_t)strlen(message)};
  json_form(out, "{" OUT_TEXT(code) "," OUT_TEXT(path) "," OUT_TEXT(message), {.text = &code_text},
            {.text = path}, {.text = &message_text});
}

void error_out(json_out *out, sp_err code, sp_text path, sp_text more) {
  message_out(out, err_name(code), &path, err_text(code));
  json_raw(out, more.ptr, more.size);
  json_literal(out, "}");
}

void check_out(json_out *out, const sp_report *report) {
  json_form(out, "{" OUT_BOOL(ok) ",\"errors\":[", {report->error_count == 0});
  for (uint32_t i = 0; i < report->error_count; i++) {
    const report_entry *entry = &report->errors[i];
    error_out(out, (sp_err)entry->code, entry->path, SP_TEXT(""));
    json_literal(out, ",");
  }
  json_literal(out, OUT_END "],\"warnings\":[");
  for (uint32_t i = 0; i < report->warning_count; i++) {
    const report_entry *entry = &report->warnings[i];
    sp_book_warning code = (sp_book_warning)entry->code;
    message_out(out, warning_name(code), &entry->path, warning_text(code));
    json_literal(out, "},");
  }
  json_literal(out, OUT_END "]}");
}

void loaded_out(json_out *out, const sp_book *book) {
  char hex[2 * SP_SHA256_SIZE];
  sp_text digest = digest_text(book->digest, hex);
  json_form(out, "{" OUT_TEXT(digest) "," OUT_INT(version) "," OUT_TEXT(shop) "}",
            {.text = &digest}, {book->version}, {.text = &book->shop});
}

void share_out(json_out *out, const int64_t *parts, uint32_t count) {
  json_literal(out, "{\"parts\":[");
  for (uint32_t i = 0; i < count; i++)
    json_form(out, OUT_NUMBER ",", {parts[i]});
  json_literal(out, OUT_END "]}");
}
