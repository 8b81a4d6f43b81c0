#include "base/arena.h"

#include <string.h>

static const size_t alignment = 8;

SP_IN_PLACE void zero(int64_t *words, size_t count) {
  for (; count >= 8; count -= 8, words += 8) {
    words[0] = words[1] = words[2] = words[3] = 0;
    words[4] = words[5] = words[6] = words[7] = 0;
  }
  if (count & 4) {
    words[0] = words[1] = words[2] = words[3] = 0;
    words += 4;
  }
  if (count & 2) {
    words[0] = words[1] = 0;
    words += 2;
  }
  if (count & 1) *words = 0;
}

SP_IN_PLACE void *take(sp_arena *arena, size_t size) {
  size_t aligned = (size + alignment - 1) & ~(alignment - 1);
  if (aligned < size) return NULL;
  size_t room = arena->capacity - arena->used;
  if (aligned > room) {
    if (!arena->grow || !arena->grow(arena, aligned - room)) return NULL;
  }
  void *start = arena->base + arena->used;
  arena->used += aligned;
  return start;
}

void words_zero(int64_t *words, size_t count) {
  zero(words, count);
}

void *arena_room(sp_arena *arena, size_t size) {
  return take(arena, size);
}

void *arena_array(sp_arena *arena, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return NULL;
  int64_t *words = take(arena, count * size);
  if (words) zero(words, (count * size + alignment - 1) / alignment);
  return words;
}

void *arena_alloc(sp_arena *arena, size_t size) {
  return arena_array(arena, 1, size);
}

sp_text arena_text(sp_arena *arena, sp_text text) {
  char *copy = arena_room(arena, text.size);
  if (!copy) return (sp_text){NULL, 0};
  if (text.size) memcpy(copy, text.ptr, text.size);
  return (sp_text){copy, text.size};
}
