/* The names and numbers of this build. What people read of it is in codes_out.c, which the module
 * leaves out. */
#include "codec/reply_out.h"
#include "codec/words.h"

static const struct {
  const char *name;
  int64_t value;
} limits[] = {
#define X(name, value) {#name, value},
    SP_LIMITS(X)
#undef X
};

void limits_out(json_out *out) {
  json_key_begin(out, "limits", '{');
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    json_key_int(out, limits[i].name, limits[i].value);
  }
  json_end(out, '}');
}

void info_out(json_out *out, const char *version) {
  json_begin(out, '{');
  json_key(out, "version");
  json_word(out, version);
  json_key_int(out, "meaning", SP_MEANING);
  json_key_begin(out, "errors", '{');
  for (sp_err err = SP_E_JSON; err <= SP_ERR_LAST; err++)
    json_key_int(out, err_name(err), err);
  json_end(out, '}');
  limits_out(out);
  json_end(out, '}');
}
