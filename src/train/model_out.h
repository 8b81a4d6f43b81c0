/* Writing a model file: src/RECOMMEND.md §6; codec/model_in.c reads it. */
#ifndef SP_TRAIN_MODEL_OUT_H
#define SP_TRAIN_MODEL_OUT_H

#include <stddef.h>

#include "model/recommend.h"
#include "train/ease.h"

typedef struct {
  uint16_t numbers[SP_MODEL_NUMBER_COUNT];
  int16_t levels[SP_LEVELS_MAX];
  uint16_t worth_bp[SP_WORTH_STEPS];
  char **names;
  uint32_t count;
  uint8_t *popular, *recent, *newcomer, *repeat; /* codes; NULL: the section is left out */
  const sparse *weights; /* NULL: none; of pairs those behind the diagonal */
  const uint8_t *codes;
  uint8_t *scales; /* of pairs, for each item; NULL: there are none */
} model_parts;

/* The code of a popularity of 0..1 beside the largest. */
uint8_t popular_code(double share);
double popular_share(uint8_t code);

typedef struct {
  uint8_t *bytes;
  size_t size;
} file_bytes;

/* Fills in the numbers that follow from the rest; weight_bits and scale_bits are the caller's. */
file_bytes model_out(model_parts *parts);

/* The bits that gaps between the weights of all rows take at least, of pairs or not: *gap_bits
 * (NULL: not asked for) is what the head then says. And those of the number of an item's weights.
 */
size_t model_gaps_size(const sparse *s, bool pairs, uint32_t *gap_bits);
size_t model_count_bits(uint32_t count);

#endif
