/* One region of memory, used as a stack: allocate upwards, free by rewinding to a mark.
 * Every allocation is 8-byte aligned, and zeroed unless its comment says otherwise. Nothing in the
 * core ever frees one thing alone. */
#ifndef SP_BASE_ARENA_H
#define SP_BASE_ARENA_H

#include "base/base.h"

typedef struct sp_arena sp_arena;

struct sp_arena {
  uint8_t *base;
  size_t used;
  size_t capacity;
  /* Makes room for size more bytes behind `capacity`, or returns false. NULL: the region is fixed.
   */
  bool (*grow)(sp_arena *arena, size_t size);
};

/* NULL when there is no memory left. size 0 gives a valid pointer. */
void *arena_alloc(sp_arena *arena, size_t size);

/* The same with whatever bytes stand there, for what is written before it is read. */
void *arena_room(sp_arena *arena, size_t size);

/* count * size with the product checked. */
void *arena_array(sp_arena *arena, size_t count, size_t size);

/* A copy of text that lives as long as the arena; ptr is NULL when there is no memory left. */
sp_text arena_text(sp_arena *arena, sp_text text);

/* Zeroes count numbers. The wasm C library's memset goes byte by byte, which is eight times the
 * work where nothing is compiled. */
void words_zero(int64_t *words, size_t count);

/* The next count entries of that size in a block of words, which *at moves on in. */
SP_IN_PLACE void *words_take(uint64_t **at, size_t count, size_t size) {
  void *room = *at;
  *at += (count * size + sizeof **at - 1) / sizeof **at;
  return room;
}

static inline size_t arena_mark(const sp_arena *arena) {
  return arena->used;
}
static inline void arena_rewind(sp_arena *arena, size_t mark) {
  arena->used = mark;
}

#endif
