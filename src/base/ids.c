#include "base/ids.h"

#include "base/sort.h"
#include "base/text.h"

static bool id_before(const void *context, uint32_t a, uint32_t b) {
  const id_table *table = context;
  int order = text_compare(id_of(table, a), id_of(table, b));
  return order ? order < 0 : a < b;
}

void ids_sort(const id_table *table, uint32_t *order) {
  for (uint32_t i = 0; i < table->count; i++)
    order[i] = i;
  sort_indices(order, table->count, id_before, table);
}

uint32_t ids_find(const id_table *table, const uint32_t *order, sp_text id) {
  uint32_t low = 0, high = table->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int compared = text_compare(id_of(table, order[middle]), id);
    if (compared == 0) return order[middle];
    if (compared < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return SP_NONE;
}
