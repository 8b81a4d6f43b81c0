/* A model, a zero byte, a history, a zero byte, a request: each is read, and what is shown is of
 * the model, each once, the highest score first where nothing else decides. Bytes of a model hold
 * zeros themselves, so its size stands in front, two bytes low one first. */
#define _GNU_SOURCE
#include "fuzz.h"

static void check_items(const cJSON *tree, bool plain) {
  const cJSON *items = cJSON_GetObjectItemCaseSensitive(tree, "items"), *item;
  int64_t last = INT64_MAX;
  cJSON_ArrayForEach(item, items) {
    const cJSON *sku = cJSON_GetObjectItemCaseSensitive(item, "sku");
    FUZZ_CHECK(cJSON_IsString(sku));
    for (const cJSON *next = item->next; next; next = next->next)
      FUZZ_CHECK(strcmp(sku->valuestring,
                        cJSON_GetObjectItemCaseSensitive(next, "sku")->valuestring) != 0);
    int64_t score = (int64_t)cJSON_GetObjectItemCaseSensitive(item, "score")->valuedouble;
    FUZZ_CHECK(!plain || score <= last);
    last = score;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  size_t model_size = (size_t)data[0] | (size_t)data[1] << 8;
  if (model_size > size - 2) model_size = size - 2;
  sp_arena kept = fuzz_arena(book_memory, sizeof book_memory);
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_text reply = {NULL, 0}, told, wish;
  const sp_model *model = NULL;
  const sp_past *history = NULL;
  sp_text bytes = fuzz_text(data + 2, model_size);
  FUZZ_CHECK(suanpan_model_room(NULL, bytes) < sizeof book_memory);
  sp_err err = suanpan_model_load(NULL, &kept, &scratch, bytes, &model, &reply);
  // What a model takes is known before it is read.
  FUZZ_CHECK(err || kept.used <= suanpan_model_room(NULL, bytes));
  cJSON_Delete(fuzz_reply(err, reply));
  if (err) return 0;
  fuzz_split(data + 2 + model_size, size - 2 - model_size, &told, &wish);
  scratch.used = 0;
  size_t before = kept.used;
  err = suanpan_history(model, &kept, &scratch, told, &history, &reply);
  FUZZ_CHECK(err ? !history : kept.used - before <= suanpan_history_room(model));
  cJSON_Delete(fuzz_reply(err, reply));
  scratch.used = 0;
  err = suanpan_recommend(model, NULL, history, &scratch, wish, &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (!err) check_items(tree, !memmem(wish.ptr, wish.size, "mmr", 3));
  cJSON_Delete(tree);
  return 0;
}
