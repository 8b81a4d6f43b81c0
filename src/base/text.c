#include "base/text.h"

#include <string.h>

int text_compare(sp_text a, sp_text b) {
  uint32_t size = a.size < b.size ? a.size : b.size;
  int order = size ? memcmp(a.ptr, b.ptr, size) : 0;
  if (order) return order;
  return a.size < b.size ? -1 : a.size > b.size;
}

bool text_equal(sp_text a, sp_text b) {
  return a.size == b.size && (a.size == 0 || memcmp(a.ptr, b.ptr, a.size) == 0);
}

bool text_starts_with(sp_text text, sp_text prefix) {
  return prefix.size <= text.size && (!prefix.size || !memcmp(text.ptr, prefix.ptr, prefix.size));
}
