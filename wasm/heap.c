/* The module's memory, and functions of libc that go by words where libc's go by bytes: ids and
 * structs are what is copied, cleared and compared. */
#include "heap.h"

#include <stddef.h>

enum { page_size = 65536 };

/* The linker's end of static data. */
extern uint8_t __heap_base;

/* Words that may lie anywhere, which wasm allows. */
typedef uint64_t __attribute__((aligned(1), may_alias)) word;

/* Where nothing is compiled a turn of a loop costs as much as two words. */
enum { words_at_once = 4, block_size = words_at_once * sizeof(word) };

void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *text);

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

void *memset(void *to, int byte, size_t size) {
  uint8_t *out = to;
  word all = (uint8_t)byte * 0x0101010101010101u;
  for (; size >= block_size; size -= block_size, out += block_size) {
    word *words = (word *)(void *)out;
    words[0] = words[1] = words[2] = words[3] = all;
  }
  for (; size >= sizeof all; size -= sizeof all, out += sizeof all)
    *(word *)(void *)out = all;
  for (; size; size--)
    *out++ = (uint8_t)byte;
  return to;
}

/* Sound for memmove too where the new place begins below the old one: what is written over has been
 * read. */
void *memcpy(void *to, const void *from, size_t size) {
  uint8_t *out = to;
  const uint8_t *in = from;
  for (; size >= block_size; size -= block_size, out += block_size, in += block_size) {
    word *words = (word *)(void *)out;
    const word *source = (const word *)(const void *)in;
    words[0] = source[0];
    words[1] = source[1];
    words[2] = source[2];
    words[3] = source[3];
  }
  for (; size >= sizeof(word); size -= sizeof(word), out += sizeof(word), in += sizeof(word))
    *(word *)(void *)out = *(const word *)(const void *)in;
  for (; size; size--)
    *out++ = *in++;
  return to;
}

/* Downwards where the new place begins inside the old one. */
void *memmove(void *to, const void *from, size_t size) {
  uint8_t *out = to;
  const uint8_t *in = from;
  if (out <= in || (size_t)(out - in) >= size) return memcpy(to, from, size);
  while (size >= sizeof(word)) {
    size -= sizeof(word);
    *(word *)(void *)(out + size) = *(const word *)(const void *)(in + size);
  }
  while (size--)
    out[size] = in[size];
  return to;
}

int memcmp(const void *a, const void *b, size_t size) {
  const uint8_t *x = a, *y = b;
  for (; size >= sizeof(word); size -= sizeof(word), x += sizeof(word), y += sizeof(word)) {
    word other = *(const word *)(const void *)x ^ *(const word *)(const void *)y;
    if (!other) continue;
    size_t first = (size_t)__builtin_ctzll(other) >> 3;
    return x[first] - y[first];
  }
  for (; size; size--, x++, y++) {
    if (*x != *y) return *x - *y;
  }
  return 0;
}

/* A word at a multiple of eight never reaches past the end of memory, wherever the text ends. */
size_t strlen(const char *text) {
  const uint64_t ones = 0x0101010101010101;
  const char *end = text;
  for (; (uintptr_t)end % sizeof(word); end++) {
    if (!*end) return (size_t)(end - text);
  }
  for (;; end += sizeof(word)) {
    uint64_t bytes = *(const word *)(const void *)end;
    uint64_t zeros = (bytes - ones) & ~bytes & ones * 0x80;
    if (zeros) return (size_t)(end - text) + (size_t)(__builtin_ctzll(zeros) >> 3);
  }
}
