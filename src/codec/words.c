#include "codec/words.h"

#include "base/text.h"

/* Cuts the first word off *words; false at the end. */
static bool next_word(const char **words, sp_text *out) {
  const char *at = *words;
  while (*at == ' ')
    at++;
  const char *end = at;
  while (*end && *end != ' ')
    end++;
  *out = (sp_text){at, (uint32_t)(end - at)};
  *words = end;
  return end > at;
}

uint32_t words_find(const char *words, sp_text word) {
  sp_text found;
  for (uint32_t i = 0; next_word(&words, &found); i++) {
    if (text_equal(found, word)) return i;
  }
  return SP_NONE;
}

sp_text words_at(const char *words, uint32_t index) {
  sp_text found;
  for (uint32_t i = 0; next_word(&words, &found); i++) {
    if (i == index) return found;
  }
  return SP_TEXT("");
}
