/* The X-macros as JSON, texts included. JavaScript and its types are generated from this, so no
 * number has two homes. Only the native program has it: the module would carry every text twice. */
#include "codec/reply_out.h"
#include "codec/words.h"

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

#define SP_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* {name: {number, zh, en}} */
static void entries_out(json_out *out, const char *key, const entry *entries, size_t count) {
  json_key_begin(out, key, '{');
  for (size_t i = 0; i < count; i++) {
    json_key_begin(out, entries[i].name, '{');
    json_key_int(out, "number", entries[i].number);
    json_key(out, "zh");
    json_word(out, entries[i].zh);
    json_key(out, "en");
    json_word(out, entries[i].en);
    json_end(out, '}');
  }
  json_end(out, '}');
}

/* The names of an enum in the order of their numbers. */
static void words_out(json_out *out, const char *key, const char *words) {
  sp_text word;
  json_key_begin(out, key, '[');
  for (uint32_t i = 0; (word = words_at(words, i)).size; i++)
    json_string(out, word);
  json_end(out, ']');
}

static void policy_out(json_out *out) {
  json_key_begin(out, "policy", '{');
  words_out(out, "threshold_base", SP_WORDS_EARLY_BASE);
  words_out(out, "percent_base", SP_WORDS_EARLY_BASE);
  words_out(out, "percent_rounding", SP_WORDS_ROUNDING);
  words_out(out, "percent_side", SP_WORDS_SIDE);
  words_out(out, "share_remainder", SP_WORDS_REMAINDER);
  words_out(out, "free_freight_base", SP_WORDS_BASE);
  words_out(out, "coupon_slots", SP_WORDS_SLOTS);
  words_out(out, "unit_price", SP_WORDS_UNIT_PRICE);
  words_out(out, "goal", SP_WORDS_GOAL);
  json_end(out, '}');
}

void codes_out(json_out *out, const char *version) {
  json_begin(out, '{');
  json_key(out, "version");
  json_word(out, version);
  json_key_int(out, "meaning", SP_MEANING);
  entries_out(out, "errors", errors, SP_COUNT_OF(errors));
  entries_out(out, "reasons", reasons, SP_COUNT_OF(reasons));
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
  json_end(out, '}');
}
