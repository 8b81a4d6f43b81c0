/* What the fuzzers share: memory, splitting an input, and what every reply has to keep. */
#ifndef SP_TESTS_FUZZ_H
#define SP_TESTS_FUZZ_H

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json_parse.h"
#include "suanpan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_CHECK(condition) ((condition) ? (void)0 : abort())

/* Fixed regions, so that running out of memory is one of the things that happen. */
static uint8_t book_memory[8 << 20], scratch_memory[16 << 20];

static inline sp_arena fuzz_arena(uint8_t *memory, size_t size) {
  return (sp_arena){.base = memory, .capacity = size};
}

static inline sp_text fuzz_text(const uint8_t *data, size_t size) {
  return (sp_text){(const char *)data, (uint32_t)size};
}

/* The two halves of an input: what stands before and behind the first zero byte. */
static inline void fuzz_split(const uint8_t *data, size_t size, sp_text *first, sp_text *second) {
  const uint8_t *zero = memchr(data, 0, size);
  size_t cut = zero ? (size_t)(zero - data) : size;
  *first = fuzz_text(data, cut);
  *second = zero ? fuzz_text(zero + 1, size - cut - 1) : (sp_text){"", 0};
}

/* The book of the first half, NULL when it is refused; *request is the second half. */
static inline const sp_book *fuzz_book_and_request(const uint8_t *data, size_t size,
                                                   sp_text *request) {
  sp_arena books = fuzz_arena(book_memory, sizeof book_memory);
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_text json, reply = {NULL, 0};
  const sp_book *book = NULL;
  fuzz_split(data, size, &json, request);
  return suanpan_book_load(&books, &scratch, json, &book, &reply) ? NULL : book;
}

/* A reply is JSON; that of an error has a code and a path. The caller deletes the tree. */
static inline cJSON *fuzz_reply(sp_err err, sp_text reply) {
  if (err == SP_E_MEMORY && reply.size == 0) return NULL;
  cJSON *tree = cJSON_ParseWithLength(reply.ptr, reply.size);
  FUZZ_CHECK(tree);
  if (err) {
    FUZZ_CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, "code")));
    FUZZ_CHECK(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(tree, "path")));
  }
  return tree;
}

/* Any bytes as a book of one of the two forms. */
typedef sp_err fuzz_loader(sp_arena *book_arena, sp_arena *scratch, sp_text bytes,
                           const sp_book **out, sp_text *reply);
static inline int fuzz_load(fuzz_loader *load, const uint8_t *data, size_t size) {
  sp_arena books = fuzz_arena(book_memory, sizeof book_memory);
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  const sp_book *book = NULL;
  sp_text reply = {NULL, 0};
  sp_err err = load(&books, &scratch, fuzz_text(data, size), &book, &reply);
  FUZZ_CHECK(err || book);
  cJSON_Delete(fuzz_reply(err, reply));
  return 0;
}

/* A book, a zero byte, a request: what a verb says to it, and in the end the request. NULL: the
 * book or the request was refused. The caller deletes the tree. */
typedef sp_err fuzz_verb(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply);
static inline cJSON *fuzz_ask(fuzz_verb *verb, const uint8_t *data, size_t size, sp_text *request) {
  sp_text reply = {NULL, 0};
  const sp_book *book = fuzz_book_and_request(data, size, request);
  if (!book) return NULL;
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_err err = verb(book, &scratch, *request, &reply);
  cJSON *tree = fuzz_reply(err, reply);
  if (!err) return tree;
  cJSON_Delete(tree);
  return NULL;
}

static inline int64_t fuzz_number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  FUZZ_CHECK(cJSON_IsNumber(item));
  return (int64_t)item->valuedouble;
}

static inline int64_t fuzz_sum(const cJSON *object, const char *array, const char *name) {
  int64_t sum = 0;
  const cJSON *item;
  cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(object, array)) {
    if (cJSON_GetObjectItemCaseSensitive(item, name)) sum += fuzz_number(item, name);
  }
  return sum;
}

/* Everything that has to add up in a receipt with its lines. */
static inline void fuzz_receipt_adds_up(const cJSON *receipt) {
  const cJSON *totals = cJSON_GetObjectItemCaseSensitive(receipt, "totals");
  int64_t goods = fuzz_number(totals, "goods"), payable = fuzz_number(totals, "payable");
  int64_t list = fuzz_number(totals, "list") + fuzz_number(totals, "options");
  int64_t cuts = fuzz_number(totals, "unit_cut") + fuzz_number(totals, "promotion_cut") +
                 fuzz_number(totals, "coupon_cut");
  FUZZ_CHECK(goods == list - cuts && goods >= 0);
  FUZZ_CHECK(payable == goods - fuzz_number(totals, "points_cut") -
                            fuzz_number(totals, "rounding_off") + fuzz_number(totals, "freight") +
                            fuzz_number(totals, "fees"));
  FUZZ_CHECK(payable >= 0);
  if (!cJSON_GetObjectItemCaseSensitive(receipt, "lines")) return;
  FUZZ_CHECK(fuzz_sum(receipt, "lines", "net") == goods);
  FUZZ_CHECK(fuzz_sum(receipt, "groups", "goods") == goods);
  FUZZ_CHECK(fuzz_sum(receipt, "groups", "payable") == payable);
  const cJSON *line;
  cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(receipt, "lines")) {
    if (!cJSON_GetObjectItemCaseSensitive(line, "net")) continue;
    int64_t net = fuzz_number(line, "net");
    FUZZ_CHECK(net >= 0 && net == fuzz_number(line, "list") - fuzz_sum(line, "cuts", "cut"));
  }
}

#endif
