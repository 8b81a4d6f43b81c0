#include "codec/words.h"

uint32_t words_find_next(const char *words, const char *word, words_cursor *cursor) {
  const char *at = cursor->at;
  uint32_t place = cursor->place, known = 0;
  bool again = place == 0;
  for (;; place++) {
    while (*at == ' ' || *at == '|') {
      if (*at++ == '|') known = SP_UNSUPPORTED;
    }
    if (!*at) {
      if (again) return SP_NONE;
      again = true;
      at = words;
      place = known = 0;
    }
    const char *byte = word;
    while (*at > ' ' && *at == *byte) {
      at++;
      byte++;
    }
    if (*at <= ' ' && !*byte) {
      if (known) return known;
      *cursor = (words_cursor){at, place + 1};
      return place;
    }
    while (*at > ' ')
      at++;
  }
}

uint32_t words_find(const char *words, const char *word) {
  return words_find_next(words, word, &(words_cursor){words, 0});
}

sp_text words_at(const char *words, uint32_t index) {
  for (;;) {
    while (*words == ' ')
      words++;
    const char *end = words;
    while (*end && *end != ' ')
      end++;
    if (index-- == 0 || end == words) return (sp_text){words, (uint32_t)(end - words)};
    words = end;
  }
}
