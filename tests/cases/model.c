#include "cases/model.h"

#include <stdlib.h>
#include <string.h>

#include "train/memory.h"

enum { STEPS = 128, NONE = (1 << SP_POPULAR_BITS) - 1 };

static const char *const number_names[SP_MODEL_NUMBER_COUNT] = {
#define X(name) #name,
    SP_MODEL_NUMBERS(X)
#undef X
};

static int by_id(const void *a, const void *b) {
  const cJSON *const *left = a, *const *right = b;
  return strcmp((*left)->string, (*right)->string);
}

static int code_of(const cJSON *good, const char *name, int otherwise) {
  const cJSON *node = cJSON_GetObjectItemCaseSensitive(good, name);
  return cJSON_IsNumber(node) ? node->valueint : otherwise;
}

static bool any_has(const cJSON **goods, uint32_t count, const char *name) {
  for (uint32_t i = 0; i < count; i++) {
    if (cJSON_GetObjectItemCaseSensitive(goods[i], name)) return true;
  }
  return false;
}

/* NULL where no good says anything of it. */
static uint8_t *codes_of(const cJSON **goods, uint32_t count, const char *name, int otherwise) {
  if (!any_has(goods, count, name)) return NULL;
  uint8_t *codes = memory_take(count, 1);
  for (uint32_t i = 0; i < count; i++)
    codes[i] = (uint8_t)code_of(goods[i], name, otherwise);
  return codes;
}

static bool read_numbers(const cJSON *description, model_parts *p) {
  const cJSON *numbers = cJSON_GetObjectItemCaseSensitive(description, "numbers");
  const cJSON *worth = cJSON_GetObjectItemCaseSensitive(description, "worth_bp");
  for (const cJSON *node = numbers ? numbers->child : NULL; node; node = node->next) {
    uint32_t i = 0;
    while (i < SP_MODEL_NUMBER_COUNT && strcmp(number_names[i], node->string))
      i++;
    if (i == SP_MODEL_NUMBER_COUNT) return false;
    p->numbers[i] = (uint16_t)node->valueint;
  }
  for (int i = 0; worth && i < SP_WORTH_STEPS; i++) {
    if (!cJSON_GetArrayItem(worth, i)) return false;
    p->worth_bp[i] = (uint16_t)cJSON_GetArrayItem(worth, i)->valueint;
  }
  p->numbers[SP_MODEL_weight_bits] = SP_WEIGHT_BITS_MAX;
  for (int32_t i = 0; i < STEPS; i++) {
    p->levels[2 * i] = (int16_t)((i + 1) * SP_SCORE_ONE / STEPS);
    p->levels[2 * i + 1] = (int16_t)-p->levels[2 * i];
  }
  return true;
}

/* Rows ascend by SKU as the goods do. False: a weight for what is no good of the model, or where
 * there are pairs none behind the row. */
static bool read_weights(const cJSON **goods, uint32_t count, bool pairs, sparse *s,
                         uint8_t *codes) {
  for (uint32_t i = 0; i < count; i++) {
    const cJSON *with = cJSON_GetObjectItemCaseSensitive(goods[i], "with");
    int found = 0;
    for (uint32_t k = pairs ? i + 1 : 0; k < count; k++) {
      const cJSON *node = with ? cJSON_GetObjectItemCaseSensitive(with, goods[k]->string) : NULL;
      if (!node) continue;
      int weight = node->valueint, size = abs(weight);
      if (!weight || size > STEPS) return false;
      s->column[s->count] = k;
      codes[s->count++] = (uint8_t)((size - 1) << 1 | (weight < 0));
      found++;
    }
    s->start[i + 1] = (uint32_t)s->count;
    if (found != (with ? cJSON_GetArraySize(with) : 0)) return false;
  }
  return true;
}

file_bytes cases_model(const cJSON *description) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(description, "goods");
  uint32_t count = list ? (uint32_t)cJSON_GetArraySize(list) : 0, at = 0;
  const cJSON **goods = memory_take(count, sizeof *goods);
  for (const cJSON *node = list ? list->child : NULL; node; node = node->next)
    goods[at++] = node;
  qsort(goods, count, sizeof *goods, by_id);
  model_parts p = {.names = memory_take(count, sizeof *p.names), .count = count};
  for (uint32_t i = 0; i < count; i++)
    p.names[i] = goods[i]->string;
  p.popular = codes_of(goods, count, "popular", NONE);
  p.recent = codes_of(goods, count, "recent", NONE);
  p.newcomer = codes_of(goods, count, "newcomer", NONE);
  p.repeat = codes_of(goods, count, "again", 0);
  p.scales = codes_of(goods, count, "scale", 0);
  p.numbers[SP_MODEL_scale_bits] = p.scales ? SP_SCALE_BITS_MAX : 0;
  sparse weights = {.n = count, .start = memory_take((size_t)count + 1, sizeof *weights.start)};
  weights.column = memory_take((size_t)count * count, sizeof *weights.column);
  uint8_t *codes = memory_take((size_t)count * count, 1);
  bool good = p.popular && read_numbers(description, &p);
  good = good && read_weights(goods, count, p.scales, &weights, codes);
  p.weights = &weights;
  p.codes = codes;
  file_bytes file = {NULL, 0};
  if (good) file = model_out(&p);
  free(goods);
  free(p.names);
  free(p.popular);
  free(p.recent);
  free(p.newcomer);
  free(p.repeat);
  free(p.scales);
  free(weights.start);
  free(weights.column);
  free(codes);
  return file;
}
