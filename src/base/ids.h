/* Finding things by id. Every struct that is looked up has its id (sp_text) as the first member. */
#ifndef SP_BASE_IDS_H
#define SP_BASE_IDS_H

#include "base/base.h"

/* An array of such structs, `stride` bytes apart. */
typedef struct {
  const void *items;
  size_t stride;
  uint32_t count;
} id_table;

SP_IN_PLACE sp_text id_of(const id_table *table, uint32_t index) {
  return *(const sp_text *)(const void *)((const char *)table->items + index * table->stride);
}

/* Whether no two ids are equal, without an order. slots: 2^bits zeros, more than there are ids, and
 * at most 2^16. O(n), but O(n^2) where the ids are chosen to make it slow. */
bool ids_differ(const id_table *table, uint16_t *slots, uint32_t bits);

/* Fills order[count] with the indices sorted by id, equal ids by index. */
void ids_sort(const id_table *table, uint32_t *order);

/* The index with that id, SP_NONE when there is none. O(log n). Of equal ids it may be any. */
uint32_t ids_find(const id_table *table, const uint32_t *order, sp_text id);

#endif
