#include "base/arena.h"

#include <string.h>

static const size_t alignment = 8;

void words_zero(int64_t *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    words[i] = 0;
}

void *arena_alloc(sp_arena *arena, size_t size) {
  size_t aligned = (size + alignment - 1) & ~(alignment - 1);
  if (aligned < size) return NULL;
  size_t room = arena->capacity - arena->used;
  if (aligned > room) {
    if (!arena->grow || !arena->grow(arena, aligned - room)) return NULL;
  }
  int64_t *words = (int64_t *)(void *)(arena->base + arena->used);
  words_zero(words, aligned / sizeof *words);
  arena->used += aligned;
  return words;
}

void *arena_array(sp_arena *arena, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) return NULL;
  return arena_alloc(arena, count * size);
}

sp_text arena_text(sp_arena *arena, sp_text text) {
  char *copy = arena_alloc(arena, text.size);
  if (!copy) return (sp_text){NULL, 0};
  if (text.size) memcpy(copy, text.ptr, text.size);
  return (sp_text){copy, text.size};
}
