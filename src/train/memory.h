/* Memory of a program that ends soon: what is not there ends it, and what is taken stays with
 * whoever took it until he frees it. */
#ifndef SP_TRAIN_MEMORY_H
#define SP_TRAIN_MEMORY_H

#include <stddef.h>

/* Zeroed; ends the program with a message when there is no memory. */
void *memory_take(size_t count, size_t size);

/* An array that grows: room for one more behind `count`, doubling `*room`. */
void *memory_more(void *array, size_t count, size_t *room, size_t size);

#endif
