#include "base/sort.h"

#include <string.h>

static void sift_down(uint32_t *heap, uint32_t at, uint32_t count, sort_before before,
                      const void *context) {
  uint32_t moving = heap[at];
  for (;;) {
    uint32_t child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && before(context, heap[child], heap[child + 1])) child++;
    if (!before(context, moving, heap[child])) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = moving;
}

/* Up to here moving entries is cheaper than the comparisons that a heap takes more. */
static const uint32_t few = 256;

/* Puts each behind the last one that does not come after it; the first ones are sorted. */
static void sort_few(uint32_t *indices, uint32_t sorted, uint32_t count, sort_before before,
                     const void *context) {
  for (; sorted < count; sorted++) {
    uint32_t moving = indices[sorted], low = 0, high = sorted;
    while (low < high) {
      uint32_t middle = (low + high) / 2;
      if (before(context, moving, indices[middle])) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    memmove(indices + low + 1, indices + low, (sorted - low) * sizeof *indices);
    indices[low] = moving;
  }
}

void sort_indices(uint32_t *indices, uint32_t count, sort_before before, const void *context) {
  // Most lists come in their order.
  uint32_t sorted = 1;
  while (sorted < count && before(context, indices[sorted - 1], indices[sorted]))
    sorted++;
  if (sorted >= count) return;
  if (count <= few) {
    sort_few(indices, sorted, count, before, context);
    return;
  }
  for (uint32_t i = count / 2; i-- > 0;)
    sift_down(indices, i, count, before, context);
  for (uint32_t end = count; end-- > 1;) {
    uint32_t last = indices[end];
    indices[end] = indices[0];
    indices[0] = last;
    sift_down(indices, 0, end, before, context);
  }
}
