/* The names and numbers of this build. What else there is to say of it is in codes_out.c, which the
 * module leaves out. */
#include <string.h>

#include "codec/reply_out.h"

static sp_text text_of(const char *name) {
  return (sp_text){name, (uint32_t)strlen(name)};
}

void info_out(json_out *out, const char *version_name) {
  sp_text version = text_of(version_name);
  json_form(out, "{" OUT_TEXT(version) "," OUT_INT(meaning) ",\"errors\":{", {.text = &version},
            {SP_MEANING});
  for (sp_err err = SP_E_JSON; err <= SP_ERR_LAST; err++) {
    sp_text name = text_of(err_name(err));
    json_form(out, OUT_STRING ":" OUT_NUMBER ",", {.text = &name}, {err});
  }
  json_literal(out, OUT_END "}}");
}
