/* malloc for a module that has no allocator: cJSON, compiled unmodified, takes its nodes from the
 * arena that abi.c declares current, and free does nothing because the arena is rewound as a whole.
 *
 * Also here: the two libc functions whose real versions would outweigh the engine. Both are only
 * correct for what cJSON does with them in this module. */
#include "heap.h"

#include <stddef.h>
#include <string.h>

enum {
  page_size = 65536,
  /* Each block begins with its size, which realloc needs; 8 keeps the arena's alignment. */
  header_size = 8
};

/* The linker's end of static data. */
extern uint8_t __heap_base;

static sp_arena *current;

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
double strtod(const char *text, char **end);

uint8_t *heap_start(void) {
  return (uint8_t *)(((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15);
}

int heap_reach(uintptr_t end) {
  size_t pages = __builtin_wasm_memory_size(0);
  /* 65,536 pages would be the whole 32-bit space and its end could not be written as a number. */
  size_t wanted = end / page_size + (end % page_size != 0);
  if (wanted <= pages) return 1;
  /* Growing copies all memory in the JavaScript twin, so grow by a quarter at least; where the
   * host has no room for that, ask for exactly what is needed. */
  size_t generous = pages + pages / 4;
  if (generous > wanted && __builtin_wasm_memory_grow(0, generous - pages) != (size_t)-1) return 1;
  return __builtin_wasm_memory_grow(0, wanted - pages) != (size_t)-1;
}

uintptr_t heap_end(void) {
  size_t pages = __builtin_wasm_memory_size(0);
  return pages > UINT16_MAX ? UINTPTR_MAX - page_size + 1 : pages * page_size;
}

void heap_use(sp_arena *arena) {
  current = arena;
}

void *malloc(size_t size) {
  if (current == NULL || size > INT32_MAX) return NULL;
  uint8_t *start = arena_alloc(current, header_size + size);
  if (start == NULL) return NULL;
  *(size_t *)(void *)start = size;
  return start + header_size;
}

void *calloc(size_t count, size_t size) {
  if (size != 0 && count > INT32_MAX / size) return NULL;
  /* The arena gives zeroed memory. */
  return malloc(count * size);
}

void *realloc(void *block, size_t size) {
  if (block == NULL) return malloc(size);
  size_t before = *(size_t *)(void *)((uint8_t *)block - header_size);
  if (size <= before) return block;
  void *moved = malloc(size);
  if (moved != NULL) memcpy(moved, block, before);
  return moved;
}

void free(void *block) {
  (void)block;
}

/* Integers only: the text has passed our own check before cJSON reads it, at most 16 digits, which
 * a double holds exactly. Anything else ends the number early and cJSON then rejects the rest. */
double strtod(const char *text, char **end) {
  const char *at = text;
  int negative = *at == '-';
  if (negative) at++;
  const char *digits = at;
  int64_t value = 0;
  while (*at >= '0' && *at <= '9' && at - digits < 18) {
    value = value * 10 + (*at - '0');
    at++;
  }
  if (end != NULL) *end = (char *)(uintptr_t)(at == digits ? text : at);
  return (double)(negative ? -value : value);
}
