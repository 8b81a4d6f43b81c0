/* Recommendation without memory, and the sort and the gaps below it. */
#include "codec/bits.h"
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

/* A gap by src/RECOMMEND.md section 6 and eight bits behind it, from bit `begin` of zeros on; how
 * many bits they take. */
static uint32_t put_gap(uint8_t *bytes, uint32_t begin, uint32_t gap, uint32_t least,
                        uint32_t behind) {
  uint32_t at = begin, width = least;
  for (; gap >= 1u << width; width++, at++) {
    bytes[at / 8] |= (uint8_t)(1 << at % 8);
    gap -= 1u << width;
  }
  at++;
  for (uint32_t i = 0; i < width + 8; i++, at++)
    bytes[at / 8] |= (uint8_t)(((behind << width | gap) >> i & 1) << at % 8);
  return at - begin;
}

static void gaps_come_back(void) {
  const uint8_t ones[16] = {255, 255, 255, 255, 255, 255, 255, 255};
  uint32_t behind;
  for (uint32_t least = 0; least <= SP_GAP_BITS_MAX; least++) {
    for (uint32_t gap = 0; gap < UINT16_MAX; gap += 1 + gap / 5) {
      uint8_t bytes[16] = {0};
      uint32_t begin = gap % 8, size = put_gap(bytes, begin, gap, least, 0xa5);
      bit_reader reader = {bytes, begin};
      CHECK(bits_gap(&reader, least, 8, &behind) == gap && (uint8_t)behind == 0xa5);
      CHECK(reader.at == begin + size);
    }
    CHECK(bits_gap(&(bit_reader){ones, 3}, least, 2, &behind) == UINT16_MAX);
  }
}

/* Three items a, ab, b, of which neighbours go together, by src/RECOMMEND.md section 6. */
static uint32_t small_model(uint8_t *out) {
  static const uint16_t numbers[SP_MODEL_NUMBER_COUNT] = {
      [SP_MODEL_version] = SP_MODEL_VERSION, [SP_MODEL_items] = 3,       [SP_MODEL_entries_low] = 2,
      [SP_MODEL_id_bytes_low] = 4,           [SP_MODEL_weight_bits] = 2, [SP_MODEL_scale_bits] = 1};
  static const uint16_t levels[4] = {100, 200, 300, 400};
  static const char bits[] = "000" "001" "10101"         // ids
                             "000000" "001000" "111111"  // popularities
                             "010"                       // scales
                             "100" "101" "100"           // weights of each
                             "010" "011";                // a with ab, ab with b
  uint8_t *at = out;
  memcpy(at, "SPM1", 4);
  at += 4;
  for (uint32_t i = 0; i < SP_MODEL_NUMBER_COUNT + 4 + SP_WORTH_STEPS; i++) {
    uint32_t level = i - SP_MODEL_NUMBER_COUNT;
    uint32_t number = i < SP_MODEL_NUMBER_COUNT ? numbers[i] : level < 4 ? levels[level] : 0;
    *at++ = (uint8_t)number;
    *at++ = (uint8_t)(number >> 8);
  }
  memcpy(at, "\2ab", 3);
  at += 3;
  memset(at, 0, sizeof bits / 8);
  for (uint32_t i = 0; bits[i]; i++)
    at[i / 8] |= (uint8_t)((bits[i] == '1') << i % 8);
  return (uint32_t)(at - out) + sizeof bits / 8;
}

/* Loads the bytes from a block that ends with them. */
static sp_err load_model(const uint8_t *bytes, uint32_t size, sp_arena *kept, sp_arena *scratch,
                         const sp_model **model) {
  uint8_t *block = malloc(size + 1);
  sp_text reply, text = {(const char *)block + 1, size};
  memcpy(block + 1, bytes, size);
  kept->used = scratch->used = 0;
  sp_err err = suanpan_model_load(NULL, kept, scratch, text, model, &reply);
  CHECK(err || kept->used <= suanpan_model_room(NULL, text));
  free(block);
  return err;
}

/* Whatever is cut off or changed, it is a model or none, and what was read answers. */
static void broken_models(void) {
  enum { ROOM = 1 << 20 };
  uint8_t bytes[256];
  uint32_t size = small_model(bytes), refused = 0;
  sp_arena kept = {malloc(ROOM), 0, ROOM, NULL}, scratch = {malloc(ROOM), 0, ROOM, NULL};
  const sp_model *model = NULL;
  sp_text reply;
  CHECK(!load_model(bytes, size, &kept, &scratch, &model));
  CHECK(!suanpan_recommend(model, NULL, NULL, &scratch, SP_TEXT("{\"cart\":[\"ab\"]}"), &reply));
  CHECK(reply.size > 20 && !memcmp(reply.ptr, "{\"items\":[{\"sku\":\"", 18));
  for (uint32_t cut = 0; cut < size; cut++)
    CHECK(load_model(bytes, cut, &kept, &scratch, &model) == SP_E_MODEL);
  for (uint32_t bit = 0; bit < 8 * size; bit++) {
    for (uint32_t other = bit; other < bit + 40 && other < 8 * size; other++) {
      bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
      bytes[other / 8] ^= (uint8_t)(1 << other % 8);
      sp_err err = load_model(bytes, size, &kept, &scratch, &model);
      bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
      bytes[other / 8] ^= (uint8_t)(1 << other % 8);
      CHECK(!err || err == SP_E_MODEL);
      refused += err != SP_OK;
      scratch.used = 0;
      CHECK(err || !suanpan_recommend(model, NULL, NULL, &scratch,
                                      SP_TEXT("{\"cart\":[\"ab\"]}"), &reply));
    }
  }
  CHECK(refused > 1000);
  free(kept.base);
  free(scratch.base);
}

int main(void) {
  RUN(broken_models);
  RUN(top_up_without_memory);
  RUN(items_come_by_score);
  RUN(gaps_come_back);
  return unit_end();
}
