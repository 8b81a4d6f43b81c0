/* Strict JSON: what json_parse lets through and what it refuses, with the place; and the writer. */
#include <inttypes.h>

#include "codec/json_parse.h"
#include "codec/json_out.h"
#include "json_twin.h"
#include "unit/codec.h"

typedef struct {
  const char *text;
  sp_err code;
  const char *path;
} refusal;

static void expect_tree(codec *c, const cJSON *tree, sp_text text, sp_err code, const char *path) {
  CHECK((tree != NULL) == (code == SP_OK));
  CHECK(c->report.tree == tree);
  if (tree) CHECK(json_is_read_alike(tree, text.ptr, text.size));
  codec_expect(c, text.ptr, code, path);
}

static void begin(codec *c) {
  c->scratch.used = 0;
  report_start(&c->report, &c->scratch, 1);
}

/* Text of which the size is known, so that it may hold zero bytes: read at once, and in as many
 * pieces as it can be. */
static void expect_bytes(codec *c, const char *bytes, size_t size, sp_err code, const char *path) {
  sp_text text = {bytes, (uint32_t)size};
  begin(c);
  expect_tree(c, json_parse(text, NULL, &c->scratch, &c->report), text, code, path);
  begin(c);
  json_reader *reader = json_start(text, NULL, &c->scratch, &c->report);
  CHECK(reader);
  while (json_read_on(reader, 1)) {
  }
  expect_tree(c, json_end(reader), text, code, path);
}

static void expect(codec *c, const char *text, sp_err code, const char *path) {
  // A copy without the zero behind it: reading on would be seen by the address sanitizer.
  size_t size = strlen(text);
  char *exact = malloc(size ? size : 1);
  if (!exact) abort();
  memcpy(exact, text, size);
  expect_bytes(c, exact, size, code, path);
  free(exact);
}

static void json_parse_accepts_every_kind_of_value(void) {
  static const char *const texts[] = {"0",
                                      "-1",
                                      "9007199254740991",
                                      "-9007199254740991",
                                      "true",
                                      "false",
                                      "null",
                                      "\"\"",
                                      "[]",
                                      "{}",
                                      " [ 1 , 2 ] ",
                                      "\t\r\n{ \"a\" : { } }\n",
                                      "{\"a\":1,\"b\":[{\"a\":1},{\"a\":1}]}",
                                      "\"\\u0041\\n\\t\\\\\\/\\\"\\b\\f\\r\"",
                                      "\"\\uD83D\\uDE00\"",
                                      "\"\xE4\xB8\x80\"",
                                      "\"\xF0\x9F\x98\x80\"",
                                      "\"\xF4\x8F\xBF\xBF\"",
                                      "\"\xEF\xBF\xBF\"",
                                      "\"\x7F\"",
                                      "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
                                      "{\"\":1,\" \":2}",
                                      "{\"a\":1,\"A\":2}"};
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    expect(c, texts[i], SP_OK, "");
  codec_close(c);
}

static void escapes_become_what_they_stand_for(void) {
  static const char *const pairs[][2] = {
      {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
      {"\"\\u0041\\u00e9\\u07FF\\u0800\\uFFFF\"", "A\xC3\xA9\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"},
      {"\"\\uD800\\uDC00 \\uDBFF\\uDFFF\"", "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"},
      {"\"plain and long enough, \\u4e00 \xE4\xB8\x80\"",
       "plain and long enough, \xE4\xB8\x80 \xE4\xB8\x80"},
      {"\"\"", ""}};
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    sp_text text = {pairs[i][0], (uint32_t)strlen(pairs[i][0])};
    report_start(&c->report, &c->scratch, 1);
    const cJSON *tree = json_parse(text, NULL, &c->scratch, &c->report);
    CHECK(tree && !strcmp(tree->valuestring, pairs[i][1]));
    CHECK(tree && json_is_read_alike(tree, text.ptr, text.size));
  }
  expect(c, "{\"a\":1,\"\\u0061\":2}", SP_E_DUPLICATE_KEY, "/a");
  codec_close(c);
}

static void json_parse_names_the_place_of_what_is_wrong(void) {
  static const refusal refusals[] = {
      {"", SP_E_JSON, ""},
      {" ", SP_E_JSON, ""},
      {"nul", SP_E_JSON, ""},
      {"nulL", SP_E_JSON, ""},
      {"[1,]", SP_E_JSON, "/1"},
      {"[,1]", SP_E_JSON, "/0"},
      {"[1 2]", SP_E_JSON, "/0"},
      {"[1", SP_E_JSON, "/0"},
      {"[", SP_E_JSON, "/0"},
      {"]", SP_E_JSON, ""},
      {"[}", SP_E_JSON, "/0"},
      {"{\"a\":[}", SP_E_JSON, "/a/0"},
      {"{\"a\"}", SP_E_JSON, "/a"},
      {"{\"a\":}", SP_E_JSON, "/a"},
      {"{\"a\":1,}", SP_E_JSON, ""},
      {"{a:1}", SP_E_JSON, ""},
      {"{'a':1}", SP_E_JSON, ""},
      {"{\"b\":{\"a\":1,x}}", SP_E_JSON, "/b"},
      {"{", SP_E_JSON, ""},
      {"{\"a", SP_E_JSON, ""},
      {"1 2", SP_E_JSON, ""},
      {"{}{}", SP_E_JSON, ""},
      {"\xEF\xBB\xBF{}", SP_E_JSON, ""},
      {"\"a", SP_E_JSON, ""},
      {"\"\n\"", SP_E_JSON, ""},
      {"\"\\x\"", SP_E_JSON, ""},
      {"\"\\", SP_E_JSON, ""},
      {"\"\\u12\"", SP_E_JSON, ""},
      {"\"\\u12G4\"", SP_E_JSON, ""},
      {"/**/1", SP_E_JSON, ""},
      {"\v1", SP_E_JSON, ""},
      {"\xC2\xA0"
       "1",
       SP_E_JSON, ""},
      {"+1", SP_E_JSON, ""},
      {".5", SP_E_JSON, ""},
      {"-", SP_E_JSON, ""},
      {"NaN", SP_E_JSON, ""},
      {"-Infinity", SP_E_JSON, ""},
      {"0x10", SP_E_JSON, ""},
      {"1a", SP_E_JSON, ""},
      {"1.0", SP_E_NUMBER, ""},
      {"1e3", SP_E_NUMBER, ""},
      {"1E3", SP_E_NUMBER, ""},
      {"-0", SP_E_NUMBER, ""},
      {"01", SP_E_NUMBER, ""},
      {"-01", SP_E_NUMBER, ""},
      {"00", SP_E_NUMBER, ""},
      {"9007199254740992", SP_E_NUMBER, ""},
      {"-9007199254740992", SP_E_NUMBER, ""},
      {"[0,{\"n\":1.5}]", SP_E_NUMBER, "/1/n"},
      {"99999999999999999999999999999999999999999999", SP_E_NUMBER, ""},
      {"\"\\uD800\"", SP_E_JSON, ""},
      {"\"\\uDC00\"", SP_E_JSON, ""},
      {"\"\\uD800\\uD800\"", SP_E_JSON, ""},
      {"\"\\uD800\\n\"", SP_E_JSON, ""},
      {"\"\\u0000\"", SP_E_JSON, ""},
      {"{\"\\u0000\":1}", SP_E_JSON, ""},
      {"[\"\x80\"]", SP_E_UTF8, "/0"},
      {"\"\xC0\x80\"", SP_E_UTF8, ""},
      {"\"\xC1\xBF\"", SP_E_UTF8, ""},
      {"\"\xE0\x9F\xBF\"", SP_E_UTF8, ""},
      {"\"\xED\xA0\x80\"", SP_E_UTF8, ""},
      {"\"\xF0\x8F\xBF\xBF\"", SP_E_UTF8, ""},
      {"\"\xF4\x90\x80\x80\"", SP_E_UTF8, ""},
      {"\"\xF5\x80\x80\x80\"", SP_E_UTF8, ""},
      {"\"\xE4\xB8\"", SP_E_UTF8, ""},
      {"\"\xE4\xB8", SP_E_UTF8, ""},
      {"\"\xFF\"", SP_E_UTF8, ""},
      {"{\"a\":{\"\xFF\":1}}", SP_E_UTF8, "/a"},
      {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", SP_E_DEPTH, "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0"},
      {"{\"a\":1,\"a\":2}", SP_E_DUPLICATE_KEY, "/a"},
      {"{\"x\":[0,{\"b\":1,\"a\":{},\"b\":2}]}", SP_E_DUPLICATE_KEY, "/x/1/b"},
      {"{\"a\":1,\"\\u0061\":2}", SP_E_DUPLICATE_KEY, "/a"},
      {"{\"\\u4E00\":1,\"\xE4\xB8\x80\":2}", SP_E_DUPLICATE_KEY, "/\xE4\xB8\x80"},
      {"{\"\\uD83D\\uDE00\":1,\"\xF0\x9F\x98\x80\":2}", SP_E_DUPLICATE_KEY, "/\xF0\x9F\x98\x80"},
      {"{\"\\u00e9\":1,\"\xC3\xA9\":2}", SP_E_DUPLICATE_KEY, "/\xC3\xA9"},
      {"{\"\":1,\"\":2}", SP_E_DUPLICATE_KEY, "/"},
      // Objects side by side are read by the keys of the one before.
      {"[{\"a\":1,\"b\":2},{\"a\":1,\"a\":2}]", SP_E_DUPLICATE_KEY, "/1/a"},
      {"[{\"a\":1,\"b\":2},{\"a\":1,\"b\":2,\"a\":3}]", SP_E_DUPLICATE_KEY, "/1/a"},
      {"[{\"a\":1,\"b\":2},{\"b\":1,\"b\":2}]", SP_E_DUPLICATE_KEY, "/1/b"},
      {"[{\"a\":{\"c\":1},\"b\":2},{\"a\":{\"c\":1,\"c\":1}}]", SP_E_DUPLICATE_KEY, "/1/a/c"},
      {"[{\"a\":{\"c\":1},\"b\":2},{\"a\":{\"c\":1},\"b\":1,\"b\":1}]", SP_E_DUPLICATE_KEY, "/1/b"},
      {"[{\"a\\\"b\":1},{\"a\"b\":1}]", SP_E_JSON, "/1/a"},
      {"[{\"a\\nb\":1},{\"a\nb\":1}]", SP_E_JSON, "/1"},
      {"{\"~/\":[1.5]}", SP_E_NUMBER, "/~0~1/0"},
  };
  codec *c = codec_open();
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    expect(c, refusals[i].text, refusals[i].code, refusals[i].path);
  }
  expect_bytes(c, "[1]\0", 4, SP_E_JSON, "");
  expect_bytes(c, "\"\0\"", 3, SP_E_JSON, "");
  codec_close(c);
}

/* n keys of which the last may stand twice; `shape` makes them alike in size, first and last byte.
 */
static char *many_keys(uint32_t count, bool twice) {
  char *text = malloc((size_t)count * 20 + 40), *at = text;
  if (!text) abort();
  *at++ = '{';
  for (uint32_t i = 0; i < count; i++)
    at += sprintf(at, "\"k%07uz\":%u,", (i * 7919) % count, i);
  at += sprintf(at, twice ? "\"k00%c0000z\":1}" : "\"k\":1}", '0');
  return text;
}

static void duplicate_keys_are_found_among_many(void) {
  codec *c = codec_open();
  for (uint32_t count = 1; count < 40; count++) {
    char *good = many_keys(count, false), *bad = many_keys(count, true);
    expect(c, good, SP_OK, "");
    expect(c, bad, SP_E_DUPLICATE_KEY, "/k0000000z");
    free(good);
    free(bad);
  }
  // Far too many for comparing all pairs: this test would not end.
  free(c->scratch.base);
  c->scratch = unit_arena((size_t)16 << 20);
  char *good = many_keys(100003, false), *bad = many_keys(100003, true);
  expect(c, good, SP_OK, "");
  expect(c, bad, SP_E_DUPLICATE_KEY, "/k0000000z");
  free(good);
  free(bad);
  codec_close(c);
}

static void a_path_that_is_too_long_names_the_nearest_place(void) {
  codec *c = codec_open();
  char text[2000], key[900];
  memset(key, 'k', sizeof key);
  key[sizeof key - 1] = 0;
  snprintf(text, sizeof text, "{\"a\":{\"%s\":{\"b\":1.5}}}", key);
  expect(c, text, SP_E_NUMBER, "/a");
  codec_close(c);
}

static void json_parse_says_when_memory_is_out(void) {
  codec *c = codec_open();
  char *text = many_keys(1000, false);
  bool good = false;
  for (size_t capacity = 0; !good; capacity += 64) {
    c->scratch.capacity = capacity;
    c->scratch.used = 0;
    report_start(&c->report, &c->scratch, 1);
    good = json_parse((sp_text){text, (uint32_t)strlen(text)}, NULL, &c->scratch, &c->report);
    CHECK(good || report_first(&c->report) == SP_E_MEMORY);
    CHECK(good || c->scratch.used == 0);
  }
  free(text);
  codec_close(c);
}

static void the_writer_escapes_and_separates(void) {
  sp_arena arena = unit_arena(4096);
  json_out out;
  sp_text text;
  json_open(&out, &arena);
  static const char words[] = "twenty_three_bytes_long x";
  const sp_text hard = SP_TEXT("a\"\\\n\x01\x7F\xE4\xB8\x80"), none = SP_TEXT("");
  json_form(&out, "{" OUT_INT(least) "," OUT_INT(most) "," OUT_TEXT(text) OUT_MAY_TEXT(gone),
            {INT64_MIN}, {INT64_MAX}, {.text = &hard}, {.text = NULL});
  json_form(&out, OUT_MAY_TEXT(t) OUT_MAY_INT(i) OUT_MAY_INT(j) OUT_MAY_WORD(v), {.text = &none},
            {0}, {-1}, {.words = words}, {-1});
  json_form(&out, "," OUT_WORD(w) "," OUT_OR_NULL(o) "," OUT_OR_NULL(p) ",\"list\":[",
            {.words = words}, {0}, {.text = NULL}, {.text = &none});
  json_literal(&out, OUT_END "],\"more\":[");
  static const int64_t numbers[] = {0, 9, 10, 99999999, 100000000, 4294967296, -7};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    json_form(&out, OUT_NUMBER ",", {numbers[i]});
  json_form(&out, OUT_END "]," OUT_BOOL(a) "," OUT_BOOL(b) "}", {false}, {true});
  CHECK(json_close(&out, &text));
  CHECK_TEXT(text,
             SP_TEXT("{\"least\":-9223372036854775808,\"most\":9223372036854775807,"
                     "\"text\":\"a\\\"\\\\\\u000a\\u0001\x7F\xE4\xB8\x80\",\"t\":\"\",\"i\":0,"
                     "\"w\":\"twenty_three_bytes_long\",\"o\":null,\"p\":\"\",\"list\":[],"
                     "\"more\":[0,9,10,99999999,100000000,4294967296,-7],"
                     "\"a\":false,\"b\":true}"));
  CHECK_INT((int64_t)(arena.used % 8), 0);
  free(arena.base);
}

static void numbers_of_every_size_have_their_digits(void) {
  unit_random r = {.state = 11};
  char expected[24];
  sp_arena arena = unit_arena(4096);
  for (int i = 0; i < 200000; i++) {
    int64_t number = i < 20000 ? i : random_sized(&r, 63);
    json_out out;
    sp_text text;
    json_open(&out, &arena);
    if (i % 2) {
      snprintf(expected, sizeof expected, "%04" PRId64, number);
      json_digits(&out, number, 4);
    } else {
      snprintf(expected, sizeof expected, "%" PRId64, i % 4 ? number : -number);
      json_form(&out, OUT_NUMBER, {i % 4 ? number : -number});
    }
    CHECK(json_close(&out, &text));
    CHECK_TEXT(text, ((sp_text){expected, (uint32_t)strlen(expected)}));
    arena_rewind(&arena, 0);
  }
  free(arena.base);
}

static void the_writer_takes_nothing_when_memory_is_out(void) {
  sp_arena arena = unit_arena(64);
  json_out out;
  sp_text text;
  json_open(&out, &arena);
  for (uint32_t i = 0; i < 100; i++)
    json_form(&out, OUT_NUMBER, {1234567});
  CHECK(!json_close(&out, &text));
  CHECK_INT(text.size, 0);
  CHECK_INT((int64_t)arena.used, 0);
  free(arena.base);
}

int main(void) {
  RUN(json_parse_accepts_every_kind_of_value);
  RUN(escapes_become_what_they_stand_for);
  RUN(json_parse_names_the_place_of_what_is_wrong);
  RUN(duplicate_keys_are_found_among_many);
  RUN(a_path_that_is_too_long_names_the_nearest_place);
  RUN(json_parse_says_when_memory_is_out);
  RUN(the_writer_escapes_and_separates);
  RUN(numbers_of_every_size_have_their_digits);
  RUN(the_writer_takes_nothing_when_memory_is_out);
  return unit_end();
}
