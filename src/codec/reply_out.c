#include "codec/reply_out.h"

#include "codec/receipt_out.h"

static void message_out(json_out *out, const char *code, sp_text path, const char *message) {
  json_begin(out, '{');
  json_key(out, "code");
  json_word(out, code);
  json_key_string(out, "path", path);
  json_key(out, "message");
  json_word(out, message);
  json_end(out, '}');
}

void error_out(json_out *out, sp_err code, sp_text path) {
  message_out(out, err_name(code), path, err_text(code));
}

void check_out(json_out *out, const sp_report *report) {
  json_begin(out, '{');
  json_key(out, "ok");
  json_bool(out, report->error_count == 0);
  json_key_begin(out, "errors", '[');
  for (uint32_t i = 0; i < report->error_count; i++) {
    const report_entry *entry = &report->errors[i];
    error_out(out, (sp_err)entry->code, entry->path);
  }
  json_end(out, ']');
  json_key_begin(out, "warnings", '[');
  for (uint32_t i = 0; i < report->warning_count; i++) {
    const report_entry *entry = &report->warnings[i];
    sp_book_warning code = (sp_book_warning)entry->code;
    message_out(out, warning_name(code), entry->path, warning_text(code));
  }
  json_end(out, ']');
  json_end(out, '}');
}

void loaded_out(json_out *out, const sp_book *book) {
  json_begin(out, '{');
  json_key(out, "digest");
  digest_out(out, book->digest);
  json_key_int(out, "version", book->version);
  json_key_string(out, "shop", book->shop);
  json_end(out, '}');
}
