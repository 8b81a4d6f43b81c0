#include "codec/words.h"

uint32_t words_find(const char *words, const char *word) {
  uint32_t place = 0, known = 0;
  for (;; place++) {
    while (*words == ' ' || *words == '|') {
      if (*words++ == '|') known = SP_UNSUPPORTED;
    }
    if (!*words) return SP_NONE;
    const char *at = word;
    while (*words > ' ' && *words == *at) {
      words++;
      at++;
    }
    if (*words <= ' ' && !*at) return known ? known : place;
    while (*words > ' ')
      words++;
  }
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
