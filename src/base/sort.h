/* One sort for every build: the C library's qsort differs between hosts and is missing in the
 * module. */
#ifndef SP_BASE_SORT_H
#define SP_BASE_SORT_H

#include "base/base.h"

/* Whether entry a comes before entry b. It must be a total order: equal entries end up anyhow. */
typedef bool (*sort_before)(const void *context, uint32_t a, uint32_t b);

/* Sorts indices in place, O(n log n) always: a heap sort, but for few. */
void sort_indices(uint32_t *indices, uint32_t count, sort_before before, const void *context);

#endif
