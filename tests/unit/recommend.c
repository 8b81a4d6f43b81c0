/* Recommendation without memory, and the sort below it. */
#include "model/recommend.h"
#include "suanpan.h"
#include "unit.h"

static const char book_json[] =
    "{\"suanpan_book\":1,\"shop\":\"s\",\"version\":1,\"meaning\":1,\"catalog\":{\"skus\":["
    "{\"id\":\"a\",\"price\":900},{\"id\":\"b\",\"price\":500},{\"id\":\"c\",\"price\":500}]},"
    "\"rules\":{\"preset\":\"cn_sequential\",\"rules\":[{\"id\":\"r\",\"kind\":\"promotion\","
    "\"stage\":\"order\",\"when\":{\"amount_gte\":1400},\"give\":{\"amount_off\":"
    "{\"amount\":600}}}]}}";
static const char request_json[] = "{\"request\":{\"now\":0,\"lines\":[{\"sku\":\"a\",\"qty\":1}]},"
                                   "\"candidates\":[\"b\",\"c\"],\"pairs\":true}";

/* Whatever the room, the answer is the whole one or E_MEMORY. */
static void top_up_without_memory(void) {
  enum { ROOM = 1 << 20 };
  uint8_t *kept = malloc(ROOM), *memory = malloc(ROOM);
  sp_arena book_arena = {kept, 0, ROOM, NULL}, scratch = {memory, 0, ROOM, NULL};
  const sp_book *book = NULL;
  sp_text reply, whole;
  CHECK(!suanpan_book_load(&book_arena, &scratch, SP_TEXT(book_json), &book, &reply));
  scratch.used = 0;
  CHECK(!suanpan_top_up(book, NULL, NULL, &scratch, SP_TEXT(request_json), &whole));
  char *kept_reply = malloc(whole.size);
  memcpy(kept_reply, whole.ptr, whole.size);
  uint32_t refused = 0;
  sp_err err = SP_E_MEMORY;
  for (size_t room = 0; room < ROOM && err; room += 64) {
    scratch = (sp_arena){memory, 0, room, NULL};
    err = suanpan_top_up(book, NULL, NULL, &scratch, SP_TEXT(request_json), &reply);
    CHECK(!err || err == SP_E_MEMORY);
    refused += err == SP_E_MEMORY;
  }
  CHECK(refused > 10 && !err && reply.size == whole.size);
  CHECK(!memcmp(reply.ptr, kept_reply, whole.size));
  free(kept_reply);
  free(memory);
  free(kept);
}

static void items_come_by_score(void) {
  int32_t score[300];
  uint16_t order[300], spare[300];
  for (int32_t i = 0; i < 300; i++)
    score[i] = (i * 7919 % 211 - 100) * 70001;
  items_by_score(score, 300, 4, order, spare);
  for (uint32_t i = 1; i < 300; i++) {
    int32_t before = score[order[i - 1]], after = score[order[i]];
    CHECK(before > after || (before == after && order[i - 1] < order[i]));
  }
}

int main(void) {
  RUN(top_up_without_memory);
  RUN(items_come_by_score);
  return unit_end();
}
