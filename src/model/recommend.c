#include "model/recommend.h"

#include "base/text.h"

uint32_t model_find(const sp_model *model, sp_text id) {
  uint32_t low = 0, high = model->item_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    int order = text_compare(model_id(model, middle), id);
    if (!order) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return SP_NO_ITEM;
}

/* Sorting by bytes keeps equal ones as they were, so ties stay in the order of the numbers. */
void items_by_score(const int32_t *score, uint32_t count, uint32_t bytes, uint16_t *order,
                    uint16_t *spare) {
  uint16_t *from = order, *to = spare;
  for (uint32_t i = 0; i < count; i++)
    from[i] = (uint16_t)i;
  for (uint32_t shift = 0; shift < 8 * bytes; shift += 8) {
    uint32_t start[256] = {0}, at = 0;
    // The larger byte comes first, and below 0 comes after it.
    uint32_t flip = shift == 24 ? 0x7f : 0xff;
    for (uint32_t i = 0; i < count; i++)
      start[((uint32_t)score[i] >> shift & 0xff) ^ flip]++;
    for (uint32_t b = 0; b < 256; b++) {
      uint32_t size = start[b];
      start[b] = at;
      at += size;
    }
    for (uint32_t i = 0; i < count; i++) {
      uint16_t item = from[i];
      to[start[((uint32_t)score[item] >> shift & 0xff) ^ flip]++] = item;
    }
    uint16_t *swap = from;
    from = to;
    to = swap;
  }
  SP_CHECK(from == order); // an even number of passes
}
