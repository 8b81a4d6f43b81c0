/* The names and numbers of this build. What people read of it is in codes_out.c, which the module
 * leaves out. */
#include <string.h>

#include "codec/reply_out.h"

/* Names in one string beside their numbers: a table of pointers costs the module more. */
#define SP_NAME(name, value)  #name "\0"
#define SP_VALUE(name, value) value,
static const char limit_names[] = SP_LIMITS(SP_NAME);
static const int64_t limits[] = {SP_LIMITS(SP_VALUE)};

static sp_text text_of(const char *name) {
  return (sp_text){name, (uint32_t)strlen(name)};
}

void limits_out(json_out *out) {
  const char *at = limit_names;
  json_literal(out, "\"limits\":{");
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    sp_text name = text_of(at);
    json_form(out, OUT_STRING ":" OUT_NUMBER ",", {.text = &name}, {limits[i]});
    at += name.size + 1;
  }
  json_literal(out, OUT_END "}");
}

void info_out(json_out *out, const char *version_name) {
  sp_text version = text_of(version_name);
  json_form(out, "{" OUT_TEXT(version) "," OUT_INT(meaning) ",\"errors\":{", {.text = &version},
            {SP_MEANING});
  for (sp_err err = SP_E_JSON; err <= SP_ERR_LAST; err++) {
    sp_text name = text_of(err_name(err));
    json_form(out, OUT_STRING ":" OUT_NUMBER ",", {.text = &name}, {err});
  }
  json_literal(out, OUT_END "},");
  limits_out(out);
  json_literal(out, "}");
}
