#include "model/recommend.h"

/* All ids between two that begin like this one do so too: those letters are not looked at again. */
uint32_t model_find(const sp_model *model, sp_text id) {
  uint32_t low = 0, high = model->item_count, low_same = 0, high_same = 0;
  while (low < high) {
    uint32_t middle = (low + high) / 2, same = low_same < high_same ? low_same : high_same;
    sp_text other = model_id(model, middle);
    while (same < id.size && same < other.size && id.ptr[same] == other.ptr[same])
      same++;
    if (same == id.size && same == other.size) return middle;
    bool behind = same < id.size &&
                  (same == other.size || (uint8_t)other.ptr[same] < (uint8_t)id.ptr[same]);
    if (behind) {
      low = middle + 1;
      low_same = same;
    } else {
      high = middle;
      high_same = same;
    }
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
