#include "codec/model_in.h"

#include <string.h>

#include "base/text.h"
#include "codec/bits.h"

static const char magic[4] = {'S', 'P', 'M', '1'};

typedef struct {
  sp_text bytes; /* what is left of the file */
  bit_reader bits;
  sp_arena *arena, *scratch;
  sp_model *model;
  sp_weight levels[SP_LEVELS_MAX]; /* of no item */
  sp_text alphabet;
  bool out_of_memory;
} model_work;

static void *room_for(model_work *w, size_t count, size_t size) {
  void *room = arena_array(w->arena, count, size);
  w->out_of_memory |= !room;
  return room;
}

static const uint8_t *cut(model_work *w, uint32_t size) {
  if (size > w->bytes.size) return NULL;
  const char *at = w->bytes.ptr;
  w->bytes = (sp_text){at + size, w->bytes.size - size};
  return (const uint8_t *)at;
}

static bool pairs_in(model_work *w, uint16_t *out, uint32_t count) {
  const uint8_t *at = cut(w, 2 * count);
  for (uint32_t i = 0; at && i < count; i++)
    out[i] = (uint16_t)(at[2 * i] | at[2 * i + 1] << 8);
  return at;
}

/* A number of two halves in the head. */
static uint32_t long_number(const sp_model *m, sp_model_number low) {
  return m->numbers[low] | (uint32_t)m->numbers[low + 1] << 16;
}

/* Numbers that scores are multiplied with are kept small enough for 31 bits. */
static bool head_in(model_work *w) {
  sp_model *m = w->model;
  const uint8_t *found = cut(w, sizeof magic);
  uint16_t levels[SP_LEVELS_MAX];
  if (!found || memcmp(found, magic, sizeof magic)) return false;
  const uint16_t *n = m->numbers;
  if (!pairs_in(w, m->numbers, SP_MODEL_NUMBER_COUNT)) return false;
  uint32_t bits = n[SP_MODEL_weight_bits];
  if (bits < SP_WEIGHT_BITS_MIN || bits > SP_WEIGHT_BITS_MAX) return false;
  uint32_t level_count = 1u << bits;
  if (!pairs_in(w, levels, level_count) || !pairs_in(w, m->worth_bp, SP_WORTH_STEPS)) return false;
  for (uint32_t i = 0; i < level_count; i++) {
    int32_t level = (int16_t)levels[i];
    if (level > SP_LEVEL_MOST || level < -SP_LEVEL_MOST) return false;
    w->levels[i] = SP_WEIGHT(0, level);
  }
  for (uint32_t i = 0; i < SP_WORTH_STEPS; i++) {
    if (m->worth_bp[i] > 10000) return false;
  }
  m->item_count = n[SP_MODEL_items];
  bool small = n[SP_MODEL_recent_share] <= 256 && n[SP_MODEL_kin] <= 4096 &&
               n[SP_MODEL_kin_alone] <= 4096 && n[SP_MODEL_decay] <= 4096;
  // An id has 64 bytes at most, a weight takes a bit more than its own at least: no head claims
  // more.
  small = small && long_number(m, SP_MODEL_id_bytes_low) <= SP_ID_BYTES_MAX * m->item_count &&
          long_number(m, SP_MODEL_entries_low) <= w->bytes.size * 8 / (bits + 1);
  const uint8_t *size = cut(w, 1);
  if (!size || n[SP_MODEL_version] != SP_MODEL_VERSION || n[SP_MODEL_sections] > 7 ||
      n[SP_MODEL_scale_bits] > SP_SCALE_BITS_MAX || n[SP_MODEL_items] == SP_NO_ITEM || !small)
    return false;
  w->alphabet.size = *size ? *size : 256;
  w->alphabet.ptr = (const char *)cut(w, w->alphabet.size);
  return w->alphabet.ptr;
}

/* Each id keeps the front of the one before and brings a rest of its own, so that they ascend. */
static bool ids_in_order(model_work *w) {
  sp_model *m = w->model;
  uint32_t total = long_number(m, SP_MODEL_id_bytes_low), used = 0, last = 0, width = 0;
  uint32_t *start = room_for(w, (size_t)m->item_count + 1, sizeof *start);
  char *bytes = room_for(w, total, 1);
  if (!start || !bytes) return false;
  m->id_start = start;
  m->id_bytes = bytes;
  bit_reader bits = w->bits;
  while (w->alphabet.size > 1u << width)
    width++;
  for (uint32_t i = 0; i < m->item_count; i++) {
    uint32_t dropped = bits_gamma(&bits) - 1, rest = bits_gamma(&bits);
    if (dropped > last || !rest || rest > SP_ID_BYTES_MAX) return false;
    uint32_t kept = last - dropped, size = kept + rest;
    if (size > SP_ID_BYTES_MAX || size > total - used) return false;
    char *id = bytes + used, *before = id - last;
    for (uint32_t k = 0; k < kept; k++)
      id[k] = before[k];
    for (uint32_t k = kept; k < size; k++) {
      uint32_t letter = bits_take(&bits, width);
      if (letter >= w->alphabet.size) return false;
      id[k] = w->alphabet.ptr[letter];
    }
    start[i] = used;
    used += size;
    start[i + 1] = used;
    // Mostly the first letter that is its own says that it comes later.
    bool later = !dropped || (uint8_t)id[kept] > (uint8_t)before[kept];
    if (!later && text_compare(model_id(m, i - 1), model_id(m, i)) >= 0) return false;
    last = size;
  }
  w->bits = bits;
  return used == total && !bits_over(&bits);
}

/* ---- what is said of each item ---- */

/* 65535 halved by every four codes; the last code is none. */
static uint16_t *popularities_in(model_work *w) {
  static const uint16_t quarter[4] = {65535, 55108, 46340, 38967};
  enum { NONE = (1 << SP_POPULAR_BITS) - 1 };
  uint16_t values[NONE + 1] = {0};
  uint16_t *out = room_for(w, w->model->item_count, sizeof *out);
  for (uint32_t code = 0; code < NONE; code++)
    values[code] = (uint16_t)(quarter[code & 3] >> (code >> 2));
  bit_reader bits = w->bits;
  for (uint32_t i = 0; out && i < w->model->item_count; i++)
    out[i] = values[bits_take(&bits, SP_POPULAR_BITS)];
  w->bits = bits;
  return out;
}

/* The items by popularity. */
static const uint16_t *popular_order(model_work *w, const uint16_t *popular) {
  uint32_t count = w->model->item_count;
  uint16_t *order = room_for(w, count, sizeof *order);
  size_t mark = arena_mark(w->scratch);
  int32_t *score = arena_array(w->scratch, count, sizeof *score);
  uint16_t *spare = arena_array(w->scratch, count, sizeof *spare);
  w->out_of_memory |= !score || !spare;
  if (!order || !score || !spare) return NULL;
  for (uint32_t i = 0; i < count; i++)
    score[i] = popular[i];
  items_by_score(score, count, 2, order, spare);
  arena_rewind(w->scratch, mark);
  return order;
}

static bool items_in(model_work *w) {
  sp_model *m = w->model;
  uint32_t sections = m->numbers[SP_MODEL_sections], share = m->numbers[SP_MODEL_recent_share];
  uint16_t *popular = popularities_in(w), *recent = NULL;
  if (sections & SP_SECTION_recent) recent = popularities_in(w);
  for (uint32_t i = 0; popular && recent && i < m->item_count; i++)
    popular[i] = (uint16_t)((popular[i] * (256 - share) + recent[i] * share) >> 8);
  m->popular = popular;
  if (sections & SP_SECTION_newcomer) m->newcomer = popularities_in(w);
  if (sections & SP_SECTION_repeat) {
    uint8_t *repeat = room_for(w, m->item_count, 1);
    for (uint32_t i = 0; repeat && i < m->item_count; i++)
      repeat[i] = (uint8_t)bits_take(&w->bits, SP_REPEAT_BITS);
    m->repeat = repeat;
  }
  if (w->out_of_memory) return false;
  m->order = popular_order(w, m->popular);
  m->newcomer_order = m->newcomer ? popular_order(w, m->newcomer) : m->order;
  m->places = room_for(w, m->item_count, sizeof *m->places);
  return !w->out_of_memory;
}

/* ---- weights ---- */

static void fill_ratios(int32_t *ratios) {
  static const uint16_t eighths[SP_SCALE_STEPS] = {32768, 35734, 38968, 42495,
                                                   46341, 50535, 55109, 60097};
  for (uint32_t i = 0; i < SP_RATIO_COUNT; i++) {
    // From an eighth of a doubling below -8 on: 1024 / 32768 / 256 is a shift by 13.
    uint32_t steps = i + 1;
    ratios[i] =
        (int32_t)(((uint32_t)eighths[steps % SP_SCALE_STEPS] << (steps / SP_SCALE_STEPS)) >> 13);
  }
}

/* Where each row begins. */
static bool starts_in(model_work *w, uint32_t *start, uint32_t total) {
  uint32_t items = w->model->item_count;
  bit_reader bits = w->bits;
  for (uint32_t i = 0; i < items; i++) {
    uint32_t count = bits_gamma(&bits) - 1;
    if (count > total - start[i]) return false;
    start[i + 1] = start[i] + count;
  }
  w->bits = bits;
  return start[items] == total;
}

/* The rows, or of pairs the rest of each row behind what the rows before it said of its item: next
 * is where each goes on then, and NULL otherwise. No row's rest begins behind its end, so none gets
 * more than has room in it. */
static bool rows_in(model_work *w, const uint32_t *start, uint32_t *next, sp_weight *weights) {
  const uint32_t items = w->model->item_count, total = start[items];
  const uint32_t code_bits = w->model->numbers[SP_MODEL_weight_bits];
  // In local variables: a reader with an address is written back for every weight.
  bit_reader bits = w->bits;
  for (uint32_t row = 0; row < items; row++) {
    uint32_t column = next ? row + 1 : 0, from = next ? next[row] : start[row];
    if (from > start[row + 1]) return false;
    uint32_t shift = bits_rice_shift(items - column, start[row + 1] - from);
    const sp_weight *end = weights + start[row + 1];
    for (sp_weight *out = weights + from; out < end; out++) {
      uint32_t behind, run = bits_rice(&bits, shift + code_bits, &behind);
      if (run >= items) return false;
      column += (run << shift) + (behind & ((1u << shift) - 1));
      if (column >= items) return false;
      sp_weight level = w->levels[behind >> shift & ((1u << code_bits) - 1)];
      *out = level | column;
      if (next) {
        uint32_t back = next[column];
        if (back == total) return false;
        next[column] = back + 1;
        weights[back] = level | row;
      }
      column++;
    }
  }
  return !bits_over(&bits);
}

static bool weights_in(model_work *w) {
  sp_model *m = w->model;
  uint32_t items = m->item_count, scale_bits = m->numbers[SP_MODEL_scale_bits];
  uint32_t total = long_number(m, SP_MODEL_entries_low) << (scale_bits > 0);
  uint32_t *start = room_for(w, (size_t)items + 1, sizeof *start);
  sp_weight *weights = room_for(w, total, sizeof *weights);
  uint8_t *scales = room_for(w, items, 1);
  size_t mark = arena_mark(w->scratch);
  uint32_t *next = arena_array(w->scratch, items, sizeof *next);
  w->out_of_memory |= !next;
  if (w->out_of_memory) return false;
  m->row_start = start;
  m->weights = weights;
  m->scales = scales;
  fill_ratios(m->ratios);
  for (uint32_t i = 0; scale_bits && i < items; i++)
    scales[i] = (uint8_t)bits_take(&w->bits, scale_bits);
  if (!starts_in(w, start, total)) return false;
  memcpy(next, start, items * sizeof *next);
  bool good = rows_in(w, start, scale_bits ? next : NULL, weights);
  arena_rewind(w->scratch, mark);
  return good;
}

/* ---- the book ---- */

/* Both are sorted by id, so one walk finds what they share. */
static bool join(model_work *w, const sp_book *book) {
  sp_model *m = w->model;
  uint32_t *sku = room_for(w, m->item_count, sizeof *sku);
  uint16_t *item = room_for(w, book->sku_count, sizeof *item);
  if (!sku || !item) return false;
  memset(sku, 0xff, m->item_count * sizeof *sku);
  memset(item, 0xff, book->sku_count * sizeof *item);
  for (uint32_t i = 0, k = 0; i < m->item_count && k < book->sku_count;) {
    uint32_t s = book->sku_by_id[k];
    int order = text_compare(model_id(m, i), book->skus[s].id);
    if (!order) {
      sku[i] = s;
      item[s] = (uint16_t)i;
    }
    i += order <= 0;
    k += order >= 0;
  }
  m->sku = sku;
  m->item = item;
  return true;
}

const sp_model *model_in(sp_text bytes, const sp_book *book, sp_arena *arena, sp_arena *scratch,
                         sp_err *err) {
  sp_model head = {.item_count = 0};
  model_work w = {.bytes = bytes, .arena = arena, .scratch = scratch, .model = &head};
  *err = SP_E_LIMIT;
  if (bytes.size > SP_MODEL_BYTES_MAX) return NULL;
  bool good = head_in(&w);
  w.bits = bits_of(w.bytes);
  // What is no model needs no memory to be refused.
  if (good) w.model = room_for(&w, 1, sizeof *w.model);
  good = good && w.model;
  if (good) *w.model = head;
  good = good && ids_in_order(&w) && items_in(&w) && weights_in(&w) && (!book || join(&w, book));
  *err = w.out_of_memory ? SP_E_MEMORY : good ? SP_OK : SP_E_MODEL;
  return good ? w.model : NULL;
}

size_t model_room(sp_text bytes, const sp_book *book) {
  sp_model head;
  model_work w = {.bytes = bytes, .model = &head};
  const size_t arrays = 13, alignment = 8;
  // Numbers, places, orders and popularities of each item; the room is for every section.
  const size_t for_each = 3 * sizeof(uint32_t) + 6 * sizeof(uint16_t) + 2;
  if (!head_in(&w)) return 0;
  return sizeof head + arrays * alignment + 2 * sizeof(uint32_t) +
         (head.item_count + (size_t)1) * for_each + long_number(&head, SP_MODEL_id_bytes_low) +
         ((size_t)long_number(&head, SP_MODEL_entries_low)
          << (head.numbers[SP_MODEL_scale_bits] > 0)) *
             sizeof(sp_weight) +
         (book ? book->sku_count * sizeof(uint16_t) : 0);
}
