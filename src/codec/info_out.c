/* The X-macros as JSON. JavaScript and its types are generated from this, so no number has two homes. */
#include <string.h>

#include "codec/reply_out.h"
#include "codec/words.h"
#include "suanpan.h"

typedef struct {
  const char *name, *zh, *en;
  int32_t number;
} entry;

static const entry errors[] = {
#define X(name, number, zh, en) {#name, zh, en, number},
    SP_ERRORS(X)
#undef X
};
static const entry reasons[] = {
#define X(name, zh, en) {#name, zh, en, SP_REASON_##name},
    SP_REASONS(X)
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

static sp_text text_of(const char *zero_terminated) {
  return (sp_text){zero_terminated, (uint32_t)strlen(zero_terminated)};
}

/* {name: {number, zh, en}}; without texts {name: number}. */
static void entries_out(json_out *out, const entry *entries, size_t count, bool texts) {
  json_begin(out, '{');
  for (size_t i = 0; i < count; i++) {
    json_key_text(out, text_of(entries[i].name));
    if (!texts) {
      json_int(out, entries[i].number);
      continue;
    }
    json_begin(out, '{');
    json_key_int(out, "number", entries[i].number);
    json_key_string(out, "zh", text_of(entries[i].zh));
    json_key_string(out, "en", text_of(entries[i].en));
    json_end(out, '}');
  }
  json_end(out, '}');
}

/* The names of an enum in the order of their numbers. */
static void words_out(json_out *out, const char *words) {
  sp_text word;
  json_begin(out, '[');
  for (uint32_t i = 0; (word = words_at(words, i)).size; i++) json_string(out, word);
  json_end(out, ']');
}

static void policy_row(json_out *out, const char *name, const char *values) {
  json_key_text(out, text_of(name));
  words_out(out, values);
}

static void policy_out(json_out *out) {
  json_key_begin(out, "policy", '{');
  policy_row(out, "threshold_base", SP_WORDS_EARLY_BASE);
  policy_row(out, "percent_base", SP_WORDS_EARLY_BASE);
  policy_row(out, "percent_rounding", SP_WORDS_ROUNDING);
  policy_row(out, "percent_side", SP_WORDS_SIDE);
  policy_row(out, "share_remainder", SP_WORDS_REMAINDER);
  policy_row(out, "free_freight_base", SP_WORDS_BASE);
  policy_row(out, "coupon_slots", SP_WORDS_SLOTS);
  policy_row(out, "unit_price", SP_WORDS_UNIT_PRICE);
  policy_row(out, "goal", SP_WORDS_GOAL);
  json_end(out, '}');
}

void info_out(json_out *out, bool texts) {
  json_begin(out, '{');
  json_key_string(out, "version", SP_TEXT(SP_VERSION));
  json_key_int(out, "meaning", SP_MEANING);
  json_key(out, "errors");
  entries_out(out, errors, SP_COUNT_OF(errors), texts);
  json_key(out, "reasons");
  entries_out(out, reasons, SP_COUNT_OF(reasons), texts);
  json_key(out, "book_warnings");
  entries_out(out, book_warnings, SP_COUNT_OF(book_warnings), texts);
  json_key(out, "warnings");
  words_out(out, SP_WORDS_WARNING);
  json_key_begin(out, "limits", '{');
  for (size_t i = 0; i < SP_COUNT_OF(limits); i++) {
    json_key_text(out, text_of(limits[i].name));
    json_int(out, limits[i].value);
  }
  json_end(out, '}');
  json_key(out, "kinds");
  words_out(out, SP_WORDS_KIND);
  json_key(out, "stages");
  words_out(out, SP_WORDS_STAGE);
  json_key(out, "bases");
  words_out(out, SP_WORDS_BASE);
  json_key(out, "gives");
  words_out(out, SP_WORDS_GIVE);
  json_key(out, "levels");
  words_out(out, SP_WORDS_LEVEL);
  json_key(out, "presets");
  words_out(out, SP_WORDS_PRESET);
  policy_out(out);
  json_end(out, '}');
}
