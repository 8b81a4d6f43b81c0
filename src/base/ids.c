#include "base/ids.h"

#include <string.h>

#include "base/sort.h"
#include "base/text.h"

/* Equal ids have equal ones. */
static uint32_t sign_of(sp_text id) {
  uint64_t sign = 0, last = 0, word;
  for (; id.size >= sizeof word; id.size -= (uint32_t)sizeof word, id.ptr += sizeof word) {
    memcpy(&word, id.ptr, sizeof word);
    sign = sign * 3 + word;
  }
  while (id.size)
    last = last << 8 | (uint8_t)id.ptr[--id.size];
  sign += last;
  return (uint32_t)((sign ^ sign >> 32) * 0x9E3779B97F4A7C15 >> 32);
}

/* Each id is looked for among those before it that stand near its sign. */
bool ids_differ(const id_table *table, uint16_t *slots, uint32_t bits) {
  const uint32_t mask = (1u << bits) - 1;
  for (uint32_t i = 0; i < table->count; i++) {
    sp_text id = id_of(table, i);
    uint32_t slot = sign_of(id) >> (32 - bits);
    for (; slots[slot]; slot = (slot + 1) & mask) {
      if (text_equal(id, id_of(table, slots[slot] - 1u))) return false;
    }
    slots[slot] = (uint16_t)(i + 1);
  }
  return true;
}

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
