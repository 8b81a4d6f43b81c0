/* The X-macros as JSON, texts included. JavaScript and its types are generated from this, so no
 * number has two homes. Only the native program has it: the module would carry every text twice. */
#include <string.h>

#include "base/host_err.h"
#include "codec/reply_out.h"
#include "codec/words.h"
#include "model/recommend.h"

typedef struct {
  const char *name, *zh, *en;
  int32_t number;
} entry;

static const entry errors[] = {
#define X(name, number, zh, en) {#name, zh, en, number},
    SP_ERRORS(X) SP_SERVER_ERRORS(X) SP_HOST_ERRORS(X)
#undef X
};
static const entry reasons[] = {
#define X(name, zh, en) {#name, zh, en, SP_REASON_##name},
    SP_REASONS(X)
#undef X
};
static const entry whys[] = {
#define X(name, zh, en) {#name, zh, en, SP_WHY_##name},
    SP_WHYS(X)
#undef X
};
static const entry book_warnings[] = {
#define X(name, zh, en) {#name, zh, en, SP_##name},
    SP_BOOK_WARNINGS(X)
#undef X
};

static const struct {
  const char *name;
  int64_t value;
} limits[] = {
#define X(name, value) {#name, value},
    SP_LIMITS(X)
#undef X
};

#define SP_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static sp_text text_of(const char *word) {
  return (sp_text){word, (uint32_t)strlen(word)};
}

/* {name: {number, zh, en}} */
static void entries_out(json_out *out, const char *key, const entry *entries, size_t count) {
  sp_text key_text = text_of(key);
  json_form(out, OUT_STRING ":{", {.text = &key_text});
  for (size_t i = 0; i < count; i++) {
    const entry *e = &entries[i];
    sp_text name = text_of(e->name), zh = text_of(e->zh), en = text_of(e->en);
    json_form(out, OUT_STRING ":{" OUT_INT(number) "," OUT_TEXT(zh) "," OUT_TEXT(en) "},",
              {.text = &name}, {e->number}, {.text = &zh}, {.text = &en});
  }
  json_literal(out, OUT_END "},");
}

static void limits_out(json_out *out) {
  json_literal(out, "\"limits\":{");
  for (size_t i = 0; i < SP_COUNT_OF(limits); i++) {
    sp_text name = text_of(limits[i].name);
    json_form(out, OUT_STRING ":" OUT_NUMBER ",", {.text = &name}, {limits[i].value});
  }
  json_literal(out, OUT_END "},");
}

/* The names of an enum in the order of their numbers. */
static void words_out(json_out *out, const char *key, const char *words) {
  sp_text key_text = text_of(key), word;
  json_form(out, OUT_STRING ":[", {.text = &key_text});
  for (uint32_t i = 0; (word = words_at(words, i)).size; i++)
    json_form(out, OUT_STRING ",", {.text = &word});
  json_literal(out, OUT_END "],");
}

static void policy_out(json_out *out) {
  json_literal(out, "\"policy\":{");
  words_out(out, "threshold_base", SP_WORDS_EARLY_BASE);
  words_out(out, "percent_base", SP_WORDS_EARLY_BASE);
  words_out(out, "percent_rounding", SP_WORDS_ROUNDING);
  words_out(out, "percent_side", SP_WORDS_SIDE);
  words_out(out, "share_remainder", SP_WORDS_REMAINDER);
  words_out(out, "free_freight_base", SP_WORDS_BASE);
  words_out(out, "coupon_slots", SP_WORDS_SLOTS);
  words_out(out, "unit_price", SP_WORDS_UNIT_PRICE);
  words_out(out, "goal", SP_WORDS_GOAL);
  json_literal(out, OUT_END "}");
}

void codes_out(json_out *out, const char *version_name) {
  sp_text version = text_of(version_name);
  json_form(out, "{" OUT_TEXT(version) "," OUT_INT(meaning) ",", {.text = &version}, {SP_MEANING});
  entries_out(out, "errors", errors, SP_COUNT_OF(errors));
  entries_out(out, "reasons", reasons, SP_COUNT_OF(reasons));
  entries_out(out, "whys", whys, SP_COUNT_OF(whys));
  entries_out(out, "book_warnings", book_warnings, SP_COUNT_OF(book_warnings));
  words_out(out, "warnings", SP_WORDS_WARNING);
  limits_out(out);
  words_out(out, "kinds", SP_WORDS_KIND);
  words_out(out, "stages", SP_WORDS_STAGE);
  words_out(out, "bases", SP_WORDS_BASE);
  words_out(out, "gives", SP_WORDS_GIVE);
  words_out(out, "levels", SP_WORDS_LEVEL);
  words_out(out, "presets", SP_WORDS_PRESET);
  policy_out(out);
  json_literal(out, "}");
}
