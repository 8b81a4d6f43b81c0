/* A book, a zero byte, a request: no input may trap, every receipt adds up, and pricing the
 * receipt's own decision once more gives the same hash. */
#include "fuzz.h"

static cJSON *quote_once(const sp_book *book, sp_arena *scratch, sp_text request, sp_err *err) {
  sp_text reply = {NULL, 0};
  *err = suanpan_quote(book, scratch, request, &reply);
  return fuzz_reply(*err, reply);
}

/* The request with the decision of its receipt in place of everything that asks for one. */
static char *request_with_decision(sp_text request, const cJSON *receipt) {
  cJSON *tree = cJSON_ParseWithLength(request.ptr, request.size);
  FUZZ_CHECK(tree);
  cJSON_DeleteItemFromObjectCaseSensitive(tree, "pins");
  cJSON_DeleteItemFromObjectCaseSensitive(tree, "pick");
  cJSON_DeleteItemFromObjectCaseSensitive(tree, "decision");
  const cJSON *decision = cJSON_GetObjectItemCaseSensitive(receipt, "decision");
  cJSON_AddItemToObject(tree, "decision", cJSON_Duplicate(decision, true));
  char *text = cJSON_PrintUnformatted(tree);
  cJSON_Delete(tree);
  return text;
}

static void price_decision_again(const sp_book *book, sp_text request, const cJSON *receipt) {
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  char *text = request_with_decision(request, receipt);
  // Printed anew a request near the limit may have become too long.
  if (strlen(text) <= SP_REQUEST_BYTES_MAX) {
    sp_err err;
    cJSON *again = quote_once(book, &scratch, (sp_text){text, (uint32_t)strlen(text)}, &err);
    FUZZ_CHECK(err == SP_OK);
    const char *hash = cJSON_GetObjectItemCaseSensitive(receipt, "hash")->valuestring;
    FUZZ_CHECK(!strcmp(hash, cJSON_GetObjectItemCaseSensitive(again, "hash")->valuestring));
    cJSON_Delete(again);
  }
  cJSON_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sp_text request;
  const sp_book *book = fuzz_book_and_request(data, size, &request);
  if (!book) return 0;
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_err err;
  cJSON *receipt = quote_once(book, &scratch, request, &err);
  if (!err) {
    fuzz_receipt_adds_up(receipt);
    price_decision_again(book, request, receipt);
  }
  cJSON_Delete(receipt);
  return 0;
}
