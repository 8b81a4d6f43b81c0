/* Names to numbers in the order of their first mention. */
#ifndef SP_TRAIN_NAMES_H
#define SP_TRAIN_NAMES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  char **names; /* zero-terminated copies */
  size_t count, room;
  uint32_t *slots; /* open addressing: number + 1 */
  size_t slot_count;
} name_table;

uint32_t names_number(name_table *table, const char *name, size_t size);

#endif
