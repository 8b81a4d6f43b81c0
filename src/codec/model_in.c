#include "codec/model_in.h"

#include <string.h>

#include "base/text.h"
#include "codec/bits.h"

static const char magic[4] = {'S', 'P', 'M', '1'};

typedef struct {
  sp_text bytes;   /* what is left of the file */
  bit_reader bits; /* in a copy with zeros behind it */
  uint32_t bits_end;
  sp_arena *arena, *scratch;
  sp_model *model;
  sp_weight levels[SP_LEVELS_MAX]; /* of no item */
  sp_text alphabet;
  bool out_of_memory;
} model_work;

/* Whatever stands there is written over. No file is so large that the product is too much. */
static void *room_for(model_work *w, size_t count, size_t size) {
  void *room = arena_room(w->arena, count * size);
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
      n[SP_MODEL_gap_bits] > SP_GAP_BITS_MAX || n[SP_MODEL_scale_bits] > SP_SCALE_BITS_MAX ||
      n[SP_MODEL_items] == SP_NO_ITEM || !small)
    return false;
  w->alphabet.size = *size ? *size : 256;
  w->alphabet.ptr = (const char *)cut(w, w->alphabet.size);
  return w->alphabet.ptr;
}

/* Behind the file each id takes ten bits of zeros at most, the codes and the number of weights of
 * an item 29 together, and a weight of a row 24: whatever is read between two looks at the end ends
 * in these zeros, with what begins before them. */
static bool bits_in(model_work *w) {
  size_t size = w->bytes.size, zeros = 4 * (size_t)w->model->item_count + 2 * SP_ID_BYTES_MAX;
  uint8_t *copy = arena_room(w->scratch, size + zeros);
  w->out_of_memory |= !copy;
  if (!copy) return false;
  if (size) memcpy(copy, w->bytes.ptr, size);
  memset(copy + size, 0, zeros);
  w->bits = (bit_reader){copy, 0};
  w->bits_end = (uint32_t)size * 8;
  return true;
}

/* Each id keeps the front of the one before and brings a rest of its own, so that they ascend. */
static bool ids_in_order(model_work *w) {
  sp_model *m = w->model;
  const uint32_t total = long_number(m, SP_MODEL_id_bytes_low), letters = w->alphabet.size;
  const char *alphabet = w->alphabet.ptr;
  uint32_t used = 0, last = 0, width = 0;
  uint32_t *start = room_for(w, (size_t)m->item_count + 1, sizeof *start);
  char *bytes = room_for(w, total + sizeof(uint64_t), 1);
  if (!start || !bytes) return false;
  m->id_start = start;
  m->id_bytes = bytes;
  start[0] = 0;
  bit_reader bits = w->bits;
  while (letters > 1u << width)
    width++;
  for (uint32_t i = 0; i < m->item_count; i++) {
    uint32_t rest, dropped = bits_two_gammas(&bits, &rest) - 1;
    if (dropped > last || !rest) return false;
    uint32_t kept = last - dropped, size = kept + rest;
    if (size > SP_ID_BYTES_MAX || size > total - used) return false;
    char *id = bytes + used, *end = id + size;
    const char *before = id - last;
    // By words: what the last one has too much is written over, or is the room behind all ids.
    for (uint32_t k = 0; k < kept; k += sizeof(uint64_t)) {
      uint64_t word;
      memcpy(&word, before + k, sizeof word);
      memcpy(id + k, &word, sizeof word);
    }
    for (char *at = id + kept; at < end; at++) {
      uint32_t letter = bits_take(&bits, width);
      if (letter >= letters) return false;
      *at = alphabet[letter];
    }
    used += size;
    start[i + 1] = used;
    // Mostly the first letter that is its own says that it comes later.
    bool later = !dropped || (uint8_t)id[kept] > (uint8_t)before[kept];
    if (!later && text_compare(model_id(m, i - 1), model_id(m, i)) >= 0) return false;
    last = size;
  }
  w->bits = bits;
  return used == total && bits.at <= w->bits_end;
}

/* ---- what is said of each item ---- */

/* A number of 1 to 8 bits for each item, as many at once as are in sight; NULL: no memory. */
static uint8_t *codes_in(model_work *w, sp_arena *arena, uint32_t width) {
  uint32_t count = w->model->item_count, mask = (1u << width) - 1, few = SP_BITS_SEEN / width;
  uint8_t *codes = arena_room(arena, count + SP_BITS_SEEN), *out = codes;
  w->out_of_memory |= !codes;
  bit_reader bits = w->bits;
  w->bits.at += count * width;
  while (codes && out < codes + count) {
    uint32_t seen = bits_peek(&bits);
    bits.at += few * width;
    for (const uint8_t *end = out + few; out < end; seen >>= width)
      *out++ = (uint8_t)(seen & mask);
  }
  return codes;
}

enum { POPULAR_NONE = (1 << SP_POPULAR_BITS) - 1 };

/* 65535 halved by every four codes; the last code is none. Below each the first code that says the
 * same: the least ones are too coarse to differ. */
static void known_codes(uint32_t *known) {
  static const uint16_t quarter[4] = {65535, 55108, 46340, 38967};
  for (uint32_t code = 0; code <= POPULAR_NONE; code++) {
    uint32_t value = code < POPULAR_NONE ? (uint32_t)quarter[code & 3] >> (code >> 2) : 0;
    bool same = code && value == known[code - 1] >> 8;
    known[code] = value << 8 | (same ? (uint8_t)known[code - 1] : code);
  }
}

/* The popularities, and the items by them: the most popular first, ties by number. */
static uint16_t *popularities_in(model_work *w, uint16_t *order) {
  uint32_t count = w->model->item_count, at = 0;
  uint32_t known[POPULAR_NONE + 1], start[POPULAR_NONE + 1] = {0};
  uint8_t *codes = codes_in(w, w->scratch, SP_POPULAR_BITS);
  uint16_t *popular = room_for(w, count, sizeof *popular);
  if (w->out_of_memory) return NULL;
  known_codes(known);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t said = known[codes[i]];
    popular[i] = (uint16_t)(said >> 8);
    codes[i] = (uint8_t)said;
    start[(uint8_t)said]++;
  }
  for (uint32_t code = 0; code <= POPULAR_NONE; code++) {
    uint32_t size = start[code];
    start[code] = at;
    at += size;
  }
  for (uint32_t i = 0; i < count; i++)
    order[start[codes[i]]++] = (uint16_t)i;
  return popular;
}

static void mix_recent(model_work *w, uint16_t *popular, const uint16_t *recent, uint16_t *order) {
  uint32_t count = w->model->item_count, share = w->model->numbers[SP_MODEL_recent_share];
  int32_t *score = arena_array(w->scratch, count, sizeof *score);
  uint16_t *spare = arena_array(w->scratch, count, sizeof *spare);
  w->out_of_memory |= !score || !spare;
  if (w->out_of_memory) return;
  for (uint32_t i = 0; i < count; i++) {
    popular[i] = (uint16_t)((popular[i] * (256 - share) + recent[i] * share) >> 8);
    score[i] = popular[i];
  }
  items_by_score(score, count, 2, order, spare);
}

static bool items_in(model_work *w) {
  sp_model *m = w->model;
  uint32_t sections = m->numbers[SP_MODEL_sections];
  uint16_t *order = room_for(w, m->item_count, sizeof *order), *newcomer_order = order;
  uint16_t *popular = popularities_in(w, order);
  if (sections & SP_SECTION_recent) mix_recent(w, popular, popularities_in(w, order), order);
  if (sections & SP_SECTION_newcomer) {
    newcomer_order = room_for(w, m->item_count, sizeof *newcomer_order);
    m->newcomer = popularities_in(w, newcomer_order);
  }
  if (sections & SP_SECTION_repeat) m->repeat = codes_in(w, w->arena, SP_REPEAT_BITS);
  m->popular = popular;
  m->order = order;
  m->newcomer_order = newcomer_order;
  m->places = room_for(w, m->item_count, sizeof *m->places);
  // What stands there means nothing, but it is looked at.
  if (m->places) memset(m->places, 0, m->item_count * sizeof *m->places);
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

/* Where each row begins, and where what is said back goes: `step` for each weight before it behind
 * the first place. */
static bool starts_in(model_work *w, uint32_t *start, uint32_t total, sp_weight *first, size_t step,
                      sp_weight **next) {
  uint32_t items = w->model->item_count, at = 0;
  bit_reader bits = w->bits;
  for (uint32_t i = 0; i < items; i++) {
    start[i] = at;
    next[i] = first;
    uint32_t count = bits_gamma(&bits) - 1;
    if (count > total - at) return false;
    at += count;
    first += count * step;
  }
  start[items] = at;
  w->bits = bits;
  return at == total && bits.at <= w->bits_end;
}

/* The rows, or of pairs the rest of each row behind what the rows before it said of its item, which
 * goes where `next` says. No row's rest begins behind its end, so none gets more than has room in
 * it. Where there are no pairs, what is said back goes to one word that nobody reads. */
static bool rows_in(model_work *w, const uint32_t *start, bool pairs, sp_weight **next,
                    sp_weight *weights) {
  const size_t step = pairs;
  const uint32_t items = w->model->item_count;
  const uint32_t code_bits = w->model->numbers[SP_MODEL_weight_bits];
  const uint32_t gap_bits = w->model->numbers[SP_MODEL_gap_bits], code_mask = (1u << code_bits) - 1;
  const sp_weight *behind_all = weights + start[items];
  // In local variables: a reader with an address is written back for every weight.
  bit_reader bits = w->bits;
  for (uint32_t row = 0; row < items; row++) {
    uint32_t column = pairs ? row : UINT32_MAX; // the one before
    sp_weight *out = pairs ? next[row] : weights + start[row], *end = weights + start[row + 1];
    if (out > end) return false;
    for (; out < end; out++) {
      uint32_t behind;
      column += 1 + bits_gap(&bits, gap_bits, code_bits, &behind);
      if (column >= items) return false;
      sp_weight level = w->levels[behind & code_mask];
      *out = level | column;
      sp_weight *back = next[column];
      if (back == behind_all) return false;
      next[column] = back + step;
      *back = level | row;
    }
    if (bits.at > w->bits_end) return false;
  }
  return true;
}

static bool weights_in(model_work *w) {
  sp_model *m = w->model;
  uint32_t items = m->item_count, scale_bits = m->numbers[SP_MODEL_scale_bits];
  uint32_t total = long_number(m, SP_MODEL_entries_low) << (scale_bits > 0);
  uint32_t *start = room_for(w, (size_t)items + 1, sizeof *start);
  sp_weight *weights = room_for(w, total, sizeof *weights);
  sp_weight **next = arena_room(w->scratch, items * sizeof *next);
  w->out_of_memory |= !next;
  uint8_t *scales = scale_bits ? codes_in(w, w->arena, scale_bits) : room_for(w, items, 1);
  if (w->out_of_memory) return false;
  if (!scale_bits) memset(scales, 0, items);
  m->row_start = start;
  m->weights = weights;
  m->scales = scales;
  fill_ratios(m->ratios);
  sp_weight nobodys, *first = scale_bits ? weights : &nobodys;
  return starts_in(w, start, total, first, scale_bits > 0, next) &&
         rows_in(w, start, scale_bits > 0, next, weights);
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
  // What is no model needs no memory to be refused.
  if (good) w.model = room_for(&w, 1, sizeof *w.model);
  good = good && w.model;
  if (good) *w.model = head;
  good = good && bits_in(&w) && ids_in_order(&w) && items_in(&w) && weights_in(&w) &&
         (!book || join(&w, book));
  *err = w.out_of_memory ? SP_E_MEMORY : good ? SP_OK : SP_E_MODEL;
  return good ? w.model : NULL;
}

size_t model_room(sp_text bytes, const sp_book *book) {
  sp_model head;
  model_work w = {.bytes = bytes, .model = &head};
  const size_t arrays = 13, alignment = 8, behind = sizeof(uint64_t) + 2 * SP_BITS_SEEN;
  // Numbers, places, orders and popularities of each item; the room is for every section.
  const size_t for_each = 3 * sizeof(uint32_t) + 6 * sizeof(uint16_t) + 2;
  if (!head_in(&w)) return 0;
  return sizeof head + arrays * alignment + behind + 2 * sizeof(uint32_t) +
         (head.item_count + (size_t)1) * for_each + long_number(&head, SP_MODEL_id_bytes_low) +
         ((size_t)long_number(&head, SP_MODEL_entries_low)
          << (head.numbers[SP_MODEL_scale_bits] > 0)) *
             sizeof(sp_weight) +
         (book ? book->sku_count * sizeof(uint16_t) : 0);
}
