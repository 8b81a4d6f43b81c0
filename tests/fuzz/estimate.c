/* A book, a zero byte, a request for cards: every card has a price between the others, or none. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text request;
  cJSON *tree = fuzz_ask(suanpan_estimate, data, size, &request);
  if (!tree) return 0;
  cJSON *asked = cJSON_ParseWithLength(request.ptr, request.size);
  const cJSON *cart = cJSON_GetObjectItemCaseSensitive(asked, "cart"), *card;
  const cJSON *cards = cJSON_GetObjectItemCaseSensitive(tree, "cards");
  bool alone = cJSON_GetArraySize(cart) == 0;
  FUZZ_CHECK(cJSON_GetArraySize(cards) ==
             cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(asked, "skus")));
  cJSON_ArrayForEach(card, cards) {
    if (cJSON_GetObjectItemCaseSensitive(card, "state")) continue;
    int64_t list = fuzz_number(card, "list"), price = fuzz_number(card, "price");
    FUZZ_CHECK(list >= 0 && (!alone || (price >= 0 && price <= list)));
    if (!cJSON_GetObjectItemCaseSensitive(card, "min")) continue;
    FUZZ_CHECK(fuzz_number(card, "min") == price && price <= fuzz_number(card, "max"));
  }
  cJSON_Delete(asked);
  cJSON_Delete(tree);
  return 0;
}
