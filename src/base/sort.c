#include "base/sort.h"

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

/* So many are merged, which takes few comparisons where they come in some order already, and room
 * on the stack. */
enum { few = 256 };

/* Merges indices[0, middle) and indices[middle, count), which are sorted. */
static void merge(uint32_t *indices, uint32_t middle, uint32_t count, uint32_t *held,
                  sort_before before, const void *context) {
  for (uint32_t i = 0; i < middle; i++)
    held[i] = indices[i];
  for (uint32_t a = 0, b = middle, out = 0; a < middle; out++) {
    bool second = b < count && before(context, indices[b], held[a]);
    indices[out] = second ? indices[b++] : held[a++];
  }
}

/* Merges the runs that stand there two by two until there is one; the first one is known. */
static void sort_few(uint32_t *indices, uint32_t sorted, uint32_t count, sort_before before,
                     const void *context) {
  uint32_t held[few], ends[few], runs = 1;
  ends[0] = sorted;
  while (++sorted <= count) {
    if (sorted == count || !before(context, indices[sorted - 1], indices[sorted]))
      ends[runs++] = sorted;
  }
  for (; runs > 1; runs = (runs + 1) / 2) {
    for (uint32_t r = 0, from = 0; r < runs; r += 2) {
      uint32_t end = ends[r];
      if (r + 1 < runs) {
        merge(indices + from, end - from, ends[r + 1] - from, held, before, context);
        end = ends[r + 1];
      }
      ends[r / 2] = from = end;
    }
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
