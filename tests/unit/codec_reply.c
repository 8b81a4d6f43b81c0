/* The facade: replies of every verb, the receipt's shape and hash, and what happens without memory.
 */
#include "base/sha256.h"
#include "codec/json_parse.h"
#include "codec/receipt_out.h"
#include "engine/engine.h"
#include "model/estimate.h"
#include "unit/codec.h"

#define MEMBERS                                                                                    \
  "'preset':'cn_sequential','tiers':['gold'],'groups':{'g':{}},'rules':["                          \
  "{'id':'m','kind':'member','stage':'unit','scope':{'skus':['c']},'for':{'tiers':['gold']},"      \
  "'give':{'unit_price':{'price':2500,'max_units':1}}},"                                           \
  "{'id':'t','kind':'promotion','stage':'order','stack':{'group':'g'},'give':{'tiers':{"           \
  "'by':'amount','tiers':[{'gte':3000,'give':{'amount_off':{'amount':500}}},"                      \
  "{'gte':90000,'give':{'amount_off':{'amount':2000}}}]}}},"                                       \
  "{'id':'n','kind':'promotion','stage':'order','scope':{'skus':['b']},'when':{'qty_gte':9},"      \
  "'give':{'gift':{'options':[{'sku':'a'}]}}},"                                                    \
  "{'id':'k','kind':'coupon','stage':'shop_coupon','give':{'percent_off':{'bp':1000}}},"           \
  "{'id':'l','kind':'coupon','stage':'shop_coupon','give':{'amount_off':{'amount':1}}}],"          \
  "'freight':{'templates':[{'id':'f','by':'pieces','regions':[{'first':1,'first_fee':600}]}],"     \
  "'default':'f','free':{'gte':9000}},'fees':[{'id':'box','amount':100}],"                         \
  "'points':{'num':1,'den':1,'step':10}"
#define REQUEST                                                                                    \
  "{'now':1795147200,'detail':'%s','member':{'id':'u\\\"1','tier':'gold','points':35},"            \
  "'lines':[{'sku':'c','qty':3,'options':[{'id':'o2'}],'shop':'s1'},"                              \
  "{'sku':'a','qty':1,'shop':'s1'},{'sku':'gone','qty':1}],'address':{'region':'3101'},"           \
  "'coupons':[{'id':'c1','rule':'k'},{'id':'c2','rule':'l'},{'id':'c3','rule':'x'}],"              \
  "'points':'max'}"

typedef sp_err verb(const sp_book *, sp_arena *, sp_text, sp_text *);

static codec *with_book(void) {
  codec *c = codec_open();
  sp_text reply;
  codec_write_book(c, MEMBERS);
  if (suanpan_book_load(&c->book_arena, &c->scratch, codec_text(c), &c->book, &reply)) {
    printf("%.*s\n", (int)reply.size, reply.ptr);
    abort();
  }
  return c;
}

static sp_text ask(codec *c, verb call, const char *detail, sp_err wanted) {
  char request[2000];
  sp_text reply;
  snprintf(request, sizeof request, REQUEST, detail);
  c->text[0] = 0;
  codec_add(c, request);
  c->scratch.used = 0;
  CHECK_INT(call(c->book, &c->scratch, codec_text(c), &reply), wanted);
  return reply;
}

static bool has(sp_text text, const char *part) {
  size_t size = strlen(part);
  for (size_t i = 0; i + size <= text.size; i++) {
    if (!memcmp(text.ptr + i, part, size)) return true;
  }
  return false;
}

static void every_reply_is_strict_json(void) {
  static const char *const details[] = {"totals", "lines", "full"};
  codec *c = with_book();
  for (uint32_t i = 0; i < 3; i++) {
    for (uint32_t j = 0; j < 2; j++) {
      sp_text reply = ask(c, j ? suanpan_explain : suanpan_quote, details[i], SP_OK);
      report_start(&c->report, &c->book_arena, 1);
      CHECK(json_parse(reply, NULL, &c->book_arena, &c->report));
      CHECK(has(reply, "\"meaning\":1"));
      CHECK(has(reply, "\"lines\":[{\"id\"") == (i > 0));
      CHECK(has(reply, "\"segments\":[") == (i == 2));
      CHECK(has(reply, "\"cuts\":[") == (i == 2));
      CHECK(has(reply, "\"sku\":\"c\",\"qty\":3,\"state\":\"priced\"") == (i == 2));
      CHECK(has(reply, "{\"id\":\"2\",\"state\":\"off_shelf\",\"list\":0,") == (i == 1));
      CHECK(has(reply, "\"explain\":[{") == (j == 1));
    }
  }
  codec_close(c);
}

/* The value of a member `"name":<digits>` behind `from`, -1 when it is not there. */
static int64_t number_after(sp_text text, const char *from, const char *name) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\":", name);
  const char *at = text.ptr, *end = text.ptr + text.size;
  size_t from_size = strlen(from), key_size = strlen(key);
  while (at + from_size <= end && memcmp(at, from, from_size))
    at++;
  while (at + key_size <= end && memcmp(at, key, key_size))
    at++;
  return at + key_size <= end ? strtoll(at + key_size, NULL, 10) : -1;
}

static void a_receipt_adds_up(void) {
  codec *c = with_book();
  sp_text r = ask(c, suanpan_quote, "full", SP_OK);
  int64_t goods = number_after(r, "\"totals\"", "goods");
  CHECK_INT(number_after(r, "\"totals\"", "list"), 10000);
  CHECK_INT(number_after(r, "\"totals\"", "options"), 150);
  CHECK_INT(number_after(r, "\"totals\"", "unit_cut"), 500);
  CHECK_INT(goods, 10150 - 500 - number_after(r, "\"totals\"", "promotion_cut") -
                       number_after(r, "\"totals\"", "coupon_cut"));
  CHECK_INT(number_after(r, "\"groups\"", "goods"), goods);
  CHECK_INT(number_after(r, "\"groups\"", "payable"), number_after(r, "\"totals\"", "payable"));
  CHECK_INT(number_after(r, "\"sku\":\"c\"", "net") + number_after(r, "\"sku\":\"a\"", "net"),
            goods);
  CHECK_INT(number_after(r, "\"sku\":\"c\"", "cut"), 500);
  CHECK(has(r, "\"segments\":[{\"qty\":1,\"rule\":\"m\",\"unit\":2500,\"list\":3050,"));
  CHECK(has(r, "{\"id\":\"2\",\"sku\":\"gone\",\"qty\":1,\"state\":\"off_shelf\",\"list\":0,"
               "\"net\":0,\"paid\":0,\"cuts\":[]}"));
  CHECK(has(r, "\"lines\":[\"0\",\"1\"]"));
  CHECK(has(r, "{\"id\":\"c3\",\"rule\":\"x\",\"state\":\"unusable\",\"reason\":\"UNKNOWN_RULE\","
               "\"cut\":0}"));
  CHECK(has(r, "\"warnings\":[{\"code\":\"OFF_SHELF\",\"line\":\"2\"}]"));
  CHECK(has(r, "\"decision\":{\"rules\":[],\"lines\":[{\"line\":\"0\",\"rule\":\"t\"},"
               "{\"line\":\"1\",\"rule\":\"t\"}],\"coupons\":[\"c1\"]}"));
  CHECK(has(r, "\"search\":{\"exact\":true,\"visited\":"));
  codec_close(c);
}

static void the_hash_does_not_depend_on_the_detail(void) {
  codec *c = with_book();
  char hash[3][80];
  static const char *const details[] = {"totals", "lines", "full"};
  for (uint32_t i = 0; i < 3; i++) {
    sp_text reply = ask(c, suanpan_quote, details[i], SP_OK);
    memcpy(hash[i], reply.ptr + reply.size - 67, 67);
    hash[i][67] = 0;
  }
  CHECK(!strcmp(hash[0], hash[1]) && !strcmp(hash[0], hash[2]));
  CHECK(hash[0][0] == '"' && hash[0][65] == '"' && hash[0][66] == '}');
  codec_close(c);
}

/* The bytes of src/README.md §7, written a second time. */
typedef struct {
  uint8_t bytes[4096];
  size_t size;
} byte_list;

static void add_number(byte_list *list, int64_t value) {
  while (value >= 128) {
    list->bytes[list->size++] = (uint8_t)(value % 128 + 128);
    value /= 128;
  }
  list->bytes[list->size++] = (uint8_t)value;
}

static void add_text(byte_list *list, const char *text) {
  add_number(list, (int64_t)strlen(text));
  memcpy(list->bytes + list->size, text, strlen(text));
  list->size += strlen(text);
}

static void add_line(byte_list *list, sp_text r, const char *id, const char *sku, int64_t qty,
                     const char *option) {
  char from[40];
  snprintf(from, sizeof from, "\"sku\":\"%s\"", sku);
  add_text(list, id);
  add_text(list, sku);
  add_text(list, "s1");
  add_text(list, "");
  add_number(list, 0);
  add_number(list, qty);
  add_number(list, option ? 1 : 0);
  if (option) {
    add_text(list, option);
    add_number(list, 1);
  }
  int64_t net = number_after(r, from, "net");
  add_number(list, net);
  add_number(list, net - number_after(r, from, "paid"));
}

static void the_hash_is_that_of_the_readme(void) {
  codec *c = with_book();
  static byte_list list;
  list.size = 0;
  sp_text r = ask(c, suanpan_quote, "full", SP_OK);
  memcpy(list.bytes, "suanpan.receipt", 16);
  list.size = 16;
  add_number(&list, 1);
  memcpy(list.bytes + list.size, c->book->digest, SP_SHA256_SIZE);
  list.size += SP_SHA256_SIZE;
  for (uint32_t i = 0; i < 3; i++)
    add_number(&list, 1795147200);
  add_text(&list, "gold");
  add_text(&list, "u\"1");
  add_text(&list, "3101");
  add_number(&list, 2);
  add_line(&list, r, "0", "c", 3, "o2");
  add_line(&list, r, "1", "a", 1, NULL);
  add_number(&list, 0);
  add_number(&list, 2);
  add_text(&list, "0");
  add_text(&list, "t");
  add_text(&list, "1");
  add_text(&list, "t");
  add_number(&list, 1);
  add_text(&list, "c1");
  add_number(&list, 0); // pieces
  add_number(&list, number_after(r, "\"points\":{\"balance\"", "used"));
  static const char *const totals[] = {"goods",   "points_cut", "rounding_off",
                                       "freight", "fees",       "payable"};
  for (uint32_t i = 0; i < 6; i++) {
    add_number(&list, number_after(r, "\"totals\"", totals[i]));
  }
  uint8_t digest[SP_SHA256_SIZE];
  char hex[80] = "\"hash\":\"";
  sha256(list.bytes, list.size, digest);
  for (uint32_t i = 0; i < SP_SHA256_SIZE; i++)
    sprintf(hex + 8 + 2 * i, "%02x", digest[i]);
  CHECK(has(r, hex));
  codec_close(c);
}

static void explanations_read_well_in_both_languages(void) {
  codec *c = with_book();
  sp_text r = ask(c, suanpan_explain, "totals", SP_OK);
  CHECK(has(r, "{\"rule\":\"m\",\"code\":\"APPLIED\",\"zh\":\"已减¥5.00\","
               "\"en\":\"applied, saves ¥5.00\"}"));
  CHECK(has(r, "\"zh\":\"已减¥5.00，再买¥803.50可享下一档\""));
  CHECK(has(r, "\"en\":\"applied, saves ¥5.00; ¥803.50 more for the next step\""));
  CHECK(has(r, "{\"coupon\":\"c2\",\"code\":\"NOT_STACKABLE\",\"zh\":\"与已选「c1」不可叠加\""));
  CHECK(has(r, "{\"coupon\":\"c3\",\"code\":\"UNKNOWN_RULE\","));
  CHECK(!has(r, "{gap}") && !has(r, "{cut}") && !has(r, "{with}"));
  codec_close(c);
}

static void expect_reply(sp_err found, sp_text reply, sp_err code, const char *wanted) {
  CHECK_INT(found, code);
  CHECK_TEXT(reply, ((sp_text){wanted, (uint32_t)strlen(wanted)}));
}

static void errors_have_code_path_and_message(void) {
  codec *c = with_book();
  sp_text reply;
  sp_err err = suanpan_quote(NULL, &c->scratch, SP_TEXT("{}"), &reply);
  expect_reply(err, reply, SP_E_NO_BOOK,
               "{\"code\":\"E_NO_BOOK\",\"path\":\"\",\"message\":\"no book is loaded\"}");
  err = suanpan_quote(c->book, &c->scratch, SP_TEXT("{\"a\\\"/\":1}"), &reply);
  expect_reply(err, reply, SP_E_FIELD,
               "{\"code\":\"E_FIELD\",\"path\":\"/a\\\"~1\",\"message\":\"unknown field\"}");
  err = suanpan_book_open(&c->book_arena, &c->scratch, SP_TEXT("{}"), &c->book, &reply);
  expect_reply(err, reply, SP_E_MAGIC,
               "{\"code\":\"E_MAGIC\",\"path\":\"\",\"message\":\"not a book file\"}");
  err = suanpan_book_load(&c->book_arena, &c->scratch, SP_TEXT("SPB1"), &c->book, &reply);
  CHECK_INT(err, SP_E_JSON);
  static char large[SP_REQUEST_BYTES_MAX + 1];
  memset(large, ' ', sizeof large);
  err = suanpan_quote(c->book, &c->scratch, (sp_text){large, sizeof large}, &reply);
  CHECK_INT(err, SP_E_LIMIT);
  err = suanpan_quote(c->book, &c->scratch, (sp_text){large, sizeof large - 1}, &reply);
  CHECK_INT(err, SP_E_JSON);
  codec_close(c);
}

static void check_replies_with_lists(void) {
  codec *c = codec_open();
  sp_text reply;
  codec_write_book(c, MEMBERS);
  sp_err err = suanpan_book_check(&c->scratch, codec_text(c), &reply);
  expect_reply(err, reply, SP_OK, "{\"ok\":true,\"errors\":[],\"warnings\":[]}");
  err = suanpan_book_check(&c->scratch, SP_TEXT("{\"shop\":7,"), &reply);
  expect_reply(err, reply, SP_OK,
               "{\"ok\":false,\"errors\":[{\"code\":\"E_JSON\",\"path\":\"\","
               "\"message\":\"not strict JSON\"}],\"warnings\":[]}");
  codec_close(c);
}

static void share_splits(void) {
  static const struct {
    const char *request, *reply;
    sp_err code;
  } cases[] = {
      {"{\"amount\":6666,\"weights\":[3333,3333,1],\"caps\":[3333,3333,1],\"mode\":\"last\"}",
       "{\"parts\":[3332,3333,1]}", SP_OK},
      {"{\"amount\":10,\"weights\":[1,1,1]}", "{\"parts\":[3,3,4]}", SP_OK},
      {"{\"amount\":10,\"weights\":[1,1,1],\"mode\":\"first\"}", "{\"parts\":[4,3,3]}", SP_OK},
      {"{\"amount\":10,\"weights\":[0,0,0],\"mode\":\"last\"}", "{\"parts\":[4,3,3]}", SP_OK},
      {"{\"amount\":10,\"weights\":[1,2],\"caps\":[3]}",
       "{\"code\":\"E_CONFLICT\",\"path\":\"/caps\","
       "\"message\":\"two settings contradict each other\"}",
       SP_E_CONFLICT},
      {"{\"amount\":10,\"weights\":[1,2],\"caps\":[3,6]}",
       "{\"code\":\"E_RANGE\",\"path\":\"/caps\",\"message\":\"value out of range\"}", SP_E_RANGE},
      {"{\"amount\":10,\"weights\":[]}",
       "{\"code\":\"E_RANGE\",\"path\":\"/weights\",\"message\":\"value out of range\"}",
       SP_E_RANGE},
  };
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sp_text reply, request = {cases[i].request, (uint32_t)strlen(cases[i].request)};
    sp_err err = suanpan_share(&c->scratch, request, &reply);
    expect_reply(err, reply, cases[i].code, cases[i].reply);
  }
  codec_close(c);
}

/* ---- memory ---- */

/* A call that ran out of memory says so, or says nothing at all; it never says anything else. */
static void expect_memory_error(sp_err err, sp_text reply) {
  CHECK_INT(err, SP_E_MEMORY);
  if (reply.size == 0) return;
  CHECK_TEXT(reply, SP_TEXT("{\"code\":\"E_MEMORY\",\"path\":\"\",\"message\":\"out of memory\"}"));
}

static void a_book_that_does_not_fit_is_refused(void) {
  codec *c = codec_open();
  const sp_book *book = NULL;
  sp_text reply;
  codec_write_book(c, MEMBERS);
  size_t good = 0;
  for (size_t capacity = 0; good < 3; capacity += 24) {
    c->book_arena.used = c->scratch.used = 0;
    c->book_arena.capacity = capacity;
    sp_err err = suanpan_book_load(&c->book_arena, &c->scratch, codec_text(c), &book, &reply);
    if (err) expect_memory_error(err, reply);
    if (err) CHECK_INT((int64_t)c->book_arena.used, 0);
    good += err == SP_OK;
    if (capacity > CODEC_ARENA_SIZE) break;
  }
  CHECK_INT((int64_t)good, 3);
  good = 0;
  for (size_t capacity = 0; good < 3 && capacity < CODEC_ARENA_SIZE; capacity += 24) {
    c->book_arena.used = c->scratch.used = 0;
    c->book_arena.capacity = CODEC_ARENA_SIZE;
    c->scratch.capacity = capacity;
    sp_err err = suanpan_book_load(&c->book_arena, &c->scratch, codec_text(c), &book, &reply);
    if (err) expect_memory_error(err, reply);
    good += err == SP_OK;
  }
  CHECK_INT((int64_t)good, 3);
  codec_close(c);
}

static void a_quote_that_does_not_fit_is_refused(void) {
  codec *c = with_book();
  size_t good = 0;
  for (size_t capacity = 0; good < 3 && capacity < CODEC_ARENA_SIZE; capacity += 40) {
    char request[2000];
    sp_text reply;
    snprintf(request, sizeof request, REQUEST, "full");
    c->text[0] = 0;
    codec_add(c, request);
    c->scratch.used = 0;
    c->scratch.capacity = capacity;
    sp_err err = suanpan_explain(c->book, &c->scratch, codec_text(c), &reply);
    if (err) expect_memory_error(err, reply);
    good += err == SP_OK;
  }
  CHECK_INT((int64_t)good, 3);
  codec_close(c);
}

#define SHELF                                                                                      \
  "{'now':1795147200,'member':{'tier':'gold'},'cart':[{'sku':'a','qty':1}],"                       \
  "'coupons':[{'id':'c1','rule':'k'},{'id':'c2','rule':'l','claimable':true}],"                    \
  "'skus':[{'sku':'c','qty':3,'options':[{'id':'o2'}]},{'sku':'a'},{'sku':'b'}]}"

static sp_err ask_shelf(codec *c, sp_text *reply) {
  c->text[0] = 0;
  codec_add(c, SHELF);
  c->scratch.used = 0;
  return suanpan_estimate(c->book, &c->scratch, codec_text(c), reply);
}

static void an_estimate_that_does_not_fit_is_refused(void) {
  codec *c = with_book();
  size_t good = 0;
  sp_text reply;
  for (size_t capacity = 0; good < 3 && capacity < CODEC_ARENA_SIZE; capacity += 40) {
    c->scratch.capacity = capacity;
    sp_err err = ask_shelf(c, &reply);
    if (err) expect_memory_error(err, reply);
    good += err == SP_OK;
  }
  CHECK_INT((int64_t)good, 3);
  codec_close(c);
}

/* The arena is rewound between cards: sixty take no more than one, but for the list of them and
 * what was read of them. */
static void sixty_cards_take_the_memory_of_one(void) {
  codec *c = with_book();
  size_t needed[2];
  for (uint32_t i = 0; i < 2; i++) {
    sp_err err = SP_E_MEMORY;
    sp_text reply;
    for (size_t capacity = 0; err && capacity < CODEC_ARENA_SIZE; capacity += 256) {
      c->text[0] = 0;
      codec_add(c, "{'now':1795147200,'cart':[{'sku':'a','qty':1}],'skus':[{'sku':'c'}");
      for (uint32_t k = 1; i && k < 60; k++)
        codec_add(c, ",{'sku':'c'}");
      codec_add(c, "]}");
      c->scratch.used = 0;
      c->scratch.capacity = needed[i] = capacity;
      err = suanpan_estimate(c->book, &c->scratch, codec_text(c), &reply);
    }
    CHECK_INT(err, SP_OK);
  }
  size_t each = sizeof(sp_card) + sizeof(sp_estimate) + 2 * sizeof(cJSON) + 144;
  CHECK(needed[1] < needed[0] + 59 * each);
  codec_close(c);
}

static void a_tree_that_does_not_fit_is_refused(void) {
  codec *c = with_book();
  char request[2000];
  sp_text reply;
  sp_err err = SP_E_MEMORY;
  snprintf(request, sizeof request, REQUEST, "full");
  for (size_t capacity = 0; err && capacity < CODEC_ARENA_SIZE; capacity += 40) {
    c->scratch.capacity = capacity;
    c->text[0] = 0;
    codec_add(c, request);
    c->scratch.used = 0;
    err = suanpan_quote(c->book, &c->scratch, codec_text(c), &reply);
    if (err) expect_memory_error(err, reply);
  }
  CHECK_INT(err, SP_OK);
  err = SP_E_MEMORY;
  for (size_t capacity = 0; err && capacity < CODEC_ARENA_SIZE; capacity += 40) {
    const sp_book *book;
    c->scratch.capacity = capacity;
    codec_write_book(c, MEMBERS);
    c->scratch.used = c->book_arena.used = 0;
    err = suanpan_book_load(&c->book_arena, &c->scratch, codec_text(c), &book, &reply);
    if (err) expect_memory_error(err, reply);
  }
  CHECK_INT(err, SP_OK);
  codec_close(c);
}

int main(void) {
  RUN(every_reply_is_strict_json);
  RUN(a_receipt_adds_up);
  RUN(the_hash_does_not_depend_on_the_detail);
  RUN(the_hash_is_that_of_the_readme);
  RUN(explanations_read_well_in_both_languages);
  RUN(errors_have_code_path_and_message);
  RUN(check_replies_with_lists);
  RUN(share_splits);
  RUN(a_book_that_does_not_fit_is_refused);
  RUN(a_quote_that_does_not_fit_is_refused);
  RUN(an_estimate_that_does_not_fit_is_refused);
  RUN(sixty_cards_take_the_memory_of_one);
  RUN(a_tree_that_does_not_fit_is_refused);
  return unit_end();
}
