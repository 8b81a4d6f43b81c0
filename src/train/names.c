#include "train/names.h"

#include <stdlib.h>
#include <string.h>

#include "train/memory.h"

static uint64_t hash_of(const char *name, size_t size) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ (unsigned char)name[i]) * 1099511628211u;
  return hash ^ hash >> 29;
}

static uint32_t *slot_of(const name_table *table, const char *name, size_t size) {
  size_t mask = table->slot_count - 1;
  for (size_t at = hash_of(name, size) & mask;; at = (at + 1) & mask) {
    uint32_t *slot = &table->slots[at];
    if (!*slot) return slot;
    const char *other = table->names[*slot - 1];
    if (!strncmp(other, name, size) && !other[size]) return slot;
  }
}

static void grow(name_table *table) {
  free(table->slots);
  table->slot_count = table->slot_count ? 2 * table->slot_count : 256;
  table->slots = memory_take(table->slot_count, sizeof *table->slots);
  for (size_t i = 0; i < table->count; i++)
    *slot_of(table, table->names[i], strlen(table->names[i])) = (uint32_t)i + 1;
}

uint32_t names_number(name_table *table, const char *name, size_t size) {
  if (2 * (table->count + 1) > table->slot_count) grow(table);
  uint32_t *slot = slot_of(table, name, size);
  if (*slot) return *slot - 1;
  table->names = memory_more(table->names, table->count, &table->room, sizeof *table->names);
  char *copy = memory_take(size + 1, 1);
  memcpy(copy, name, size);
  table->names[table->count++] = copy;
  *slot = (uint32_t)table->count;
  return *slot - 1;
}
