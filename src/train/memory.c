#include "train/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *checked(void *memory) {
  if (memory) return memory;
  fputs("suanpan-train: out of memory\n", stderr);
  exit(2);
}

void *memory_take(size_t count, size_t size) {
  return checked(calloc(count ? count : 1, size));
}

void *memory_more(void *array, size_t count, size_t *room, size_t size) {
  if (count < *room) return array;
  *room = *room ? 2 * *room : 64;
  return checked(*room > SIZE_MAX / size ? NULL : realloc(array, *room * size));
}
