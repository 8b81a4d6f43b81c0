#include "train/model_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "codec/bits.h"
#include "train/memory.h"

enum { NONE = (1 << SP_POPULAR_BITS) - 1 };

uint8_t popular_code(double share) {
  if (share <= 0) return NONE;
  double code = round(-4 * log2(share));
  return (uint8_t)(code < 0 ? 0 : code > NONE - 1 ? NONE - 1 : code);
}

double popular_share(uint8_t code) {
  return code == NONE ? 0 : exp2(-code / 4.0);
}

typedef struct {
  file_bytes file;
  size_t room;
  uint32_t window, held;
} writer;

static void byte_out(writer *w, uint8_t byte) {
  w->file.bytes = memory_more(w->file.bytes, w->file.size, &w->room, 1);
  w->file.bytes[w->file.size++] = byte;
}

static void pair_out(writer *w, uint16_t value) {
  byte_out(w, (uint8_t)value);
  byte_out(w, (uint8_t)(value >> 8));
}

static void bits_out(writer *w, uint32_t value, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    w->window |= (value >> i & 1) << w->held;
    if (++w->held == 8) {
      byte_out(w, (uint8_t)w->window);
      w->window = w->held = 0;
    }
  }
}

static void ones_out(writer *w, uint32_t count) {
  while (count-- > 0)
    bits_out(w, 1, 1);
  bits_out(w, 0, 1);
}

static uint32_t length_of(uint32_t value) {
  return 31 - (uint32_t)__builtin_clz(value);
}

static void gamma_out(writer *w, uint32_t value) {
  uint32_t bits = length_of(value);
  ones_out(w, bits);
  bits_out(w, value, bits);
}

static void gap_out(writer *w, uint32_t gap, uint32_t least) {
  uint32_t run = length_of((gap >> least) + 1);
  ones_out(w, run);
  bits_out(w, gap - (((1u << run) - 1) << least), run + least);
}

size_t model_count_bits(uint32_t count) {
  return 2 * (size_t)length_of(count + 1) + 1;
}

size_t model_gaps_size(const sparse *s, bool pairs, uint32_t *gap_bits) {
  size_t sizes[SP_GAP_BITS_MAX + 1] = {0};
  for (uint32_t row = 0; row < s->n; row++) {
    uint32_t next = pairs ? row + 1 : 0;
    for (uint32_t k = s->start[row]; k < s->start[row + 1]; k++) {
      for (uint32_t least = 0; least <= SP_GAP_BITS_MAX; least++)
        sizes[least] += 2 * length_of(((s->column[k] - next) >> least) + 1) + 1 + least;
      next = s->column[k] + 1;
    }
  }
  uint32_t best = 0;
  for (uint32_t least = 1; least <= SP_GAP_BITS_MAX; least++)
    best = sizes[least] < sizes[best] ? least : best;
  if (gap_bits) *gap_bits = best;
  return sizes[best];
}

/* The letters of all ids; where each stands among them. */
static uint32_t alphabet_of(const model_parts *p, uint8_t *letters, uint8_t *place) {
  bool used[256] = {false};
  uint32_t count = 0;
  for (uint32_t i = 0; i < p->count; i++) {
    for (const char *at = p->names[i]; *at; at++)
      used[(uint8_t)*at] = true;
  }
  for (uint32_t c = 0; c < 256; c++) {
    if (!used[c]) continue;
    place[c] = (uint8_t)count;
    letters[count++] = (uint8_t)c;
  }
  return count;
}

static void ids_out(writer *w, const model_parts *p, const uint8_t *place, uint32_t letters) {
  uint32_t width = 0;
  const char *last = "";
  while (letters > 1u << width)
    width++;
  for (uint32_t i = 0; i < p->count; i++) {
    size_t kept = 0, size = strlen(p->names[i]);
    while (kept < size && last[kept] == p->names[i][kept] && last[kept])
      kept++;
    gamma_out(w, (uint32_t)(strlen(last) - kept) + 1);
    gamma_out(w, (uint32_t)(size - kept));
    for (size_t k = kept; k < size; k++)
      bits_out(w, place[(uint8_t)p->names[i][k]], width);
    last = p->names[i];
  }
}

static void codes_out(writer *w, const uint8_t *codes, uint32_t count, uint32_t bits) {
  for (uint32_t i = 0; codes && i < count; i++)
    bits_out(w, codes[i], bits);
}

/* How many weights each item has, of pairs on both sides of the diagonal. */
static void counts_out(writer *w, const model_parts *p) {
  const sparse *s = p->weights;
  uint32_t *counts = memory_take(p->count, sizeof *counts);
  for (uint32_t i = 0; s && i < p->count; i++) {
    counts[i] += s->start[i + 1] - s->start[i];
    for (uint32_t k = s->start[i]; k < s->start[i + 1] && p->scales; k++)
      counts[s->column[k]]++;
  }
  for (uint32_t i = 0; i < p->count; i++)
    gamma_out(w, counts[i] + 1);
  free(counts);
}

static void rows_out(writer *w, const model_parts *p) {
  const sparse *s = p->weights;
  for (uint32_t i = 0; s && i < p->count; i++) {
    uint32_t next = p->scales ? i + 1 : 0;
    for (uint32_t k = s->start[i]; k < s->start[i + 1]; k++) {
      gap_out(w, s->column[k] - next, p->numbers[SP_MODEL_gap_bits]);
      bits_out(w, p->codes[k], p->numbers[SP_MODEL_weight_bits]);
      next = s->column[k] + 1;
    }
  }
}

static void settle(model_parts *p) {
  uint16_t *n = p->numbers;
  size_t entries = p->weights ? p->weights->count : 0, id_bytes = 0;
  for (uint32_t i = 0; i < p->count; i++)
    id_bytes += strlen(p->names[i]);
  n[SP_MODEL_version] = SP_MODEL_VERSION;
  n[SP_MODEL_items] = (uint16_t)p->count;
  n[SP_MODEL_entries_low] = (uint16_t)entries;
  n[SP_MODEL_entries_high] = (uint16_t)(entries >> 16);
  n[SP_MODEL_id_bytes_low] = (uint16_t)id_bytes;
  n[SP_MODEL_id_bytes_high] = (uint16_t)(id_bytes >> 16);
  uint32_t gap_bits = 0;
  if (p->weights) model_gaps_size(p->weights, p->scales, &gap_bits);
  n[SP_MODEL_gap_bits] = (uint16_t)gap_bits;
  n[SP_MODEL_sections] =
      (uint16_t)((p->recent ? SP_SECTION_recent : 0) | (p->newcomer ? SP_SECTION_newcomer : 0) |
                 (p->repeat ? SP_SECTION_repeat : 0));
}

file_bytes model_out(model_parts *p) {
  writer w = {.room = 0};
  uint8_t letters[256], place[256];
  settle(p);
  for (uint32_t i = 0; i < 4; i++)
    byte_out(&w, (uint8_t) "SPM1"[i]);
  for (uint32_t i = 0; i < SP_MODEL_NUMBER_COUNT; i++)
    pair_out(&w, p->numbers[i]);
  for (uint32_t i = 0; i < 1u << p->numbers[SP_MODEL_weight_bits]; i++)
    pair_out(&w, (uint16_t)p->levels[i]);
  for (uint32_t i = 0; i < SP_WORTH_STEPS; i++)
    pair_out(&w, p->worth_bp[i]);
  uint32_t count = alphabet_of(p, letters, place);
  byte_out(&w, (uint8_t)count);
  for (uint32_t i = 0; i < count; i++)
    byte_out(&w, letters[i]);
  ids_out(&w, p, place, count);
  codes_out(&w, p->popular, p->count, SP_POPULAR_BITS);
  codes_out(&w, p->recent, p->count, SP_POPULAR_BITS);
  codes_out(&w, p->newcomer, p->count, SP_POPULAR_BITS);
  codes_out(&w, p->repeat, p->count, SP_REPEAT_BITS);
  codes_out(&w, p->scales, p->count, p->numbers[SP_MODEL_scale_bits]);
  counts_out(&w, p);
  rows_out(&w, p);
  while (w.held)
    bits_out(&w, 0, 1);
  return w.file;
}
