/* Books and requests for the codec's tests, written with ' instead of " so that C can hold them. */
#ifndef SP_TESTS_CODEC_H
#define SP_TESTS_CODEC_H

#include "codec/book_in.h"
#include "codec/cart_in.h"
#include "suanpan.h"
#include "unit/unit.h"

#define CODEC_ARENA_SIZE ((size_t)4 << 20)

typedef struct {
  sp_arena book_arena, scratch;
  sp_report report;
  const sp_book *book;
  cJSON *tree;
  sp_request request;
  char text[1 << 16];
} codec;

static inline codec *codec_open(void) {
  codec *c = calloc(1, sizeof *c);
  if (!c) abort();
  c->book_arena = unit_arena(CODEC_ARENA_SIZE);
  c->scratch = unit_arena(CODEC_ARENA_SIZE);
  return c;
}

static inline void codec_close(codec *c) {
  free(c->book_arena.base);
  free(c->scratch.base);
  free(c);
}

/* Copies text behind what is there, ' becoming ". */
static inline void codec_add(codec *c, const char *text) {
  size_t size = strlen(c->text);
  for (; *text && size + 1 < sizeof c->text; text++)
    c->text[size++] = *text == '\'' ? '"' : *text;
  c->text[size] = 0;
}

static inline sp_text codec_text(const codec *c) {
  return (sp_text){c->text, (uint32_t)strlen(c->text)};
}

#define CODEC_CATALOG                                                                              \
  "'catalog':{'options':[{'id':'o1','price':200},{'id':'o2','price':50,'discountable':false}],"    \
  "'skus':[{'id':'c','price':3000,'spu':'p1','options':['o2','o1']},"                              \
  "{'id':'a','price':1000,'spu':'p1','tags':['hot'],'options':['o1']},"                            \
  "{'id':'b','price':2000,'tags':['hot','tea']},{'id':'d','price':500,'on_sale':false}]}"

/* A book of the catalogue above and these members of its rules part. */
static inline void codec_write_book(codec *c, const char *members) {
  c->text[0] = 0;
  codec_add(c, "{'suanpan_book':1,'shop':'s','version':3,'meaning':1," CODEC_CATALOG ",'rules':{");
  codec_add(c, members);
  codec_add(c, "}}");
}

static inline const sp_book *codec_read_book(codec *c, const char *members, uint32_t errors_max) {
  c->book_arena.used = c->scratch.used = 0;
  codec_write_book(c, members);
  report_start(&c->report, &c->scratch, errors_max);
  c->book = book_in(codec_text(c), &c->book_arena, &c->scratch, &c->report);
  return c->book;
}

/* A book with these rules and the preset cn_sequential. */
static inline const sp_book *codec_read_rules(codec *c, const char *rules) {
  static char members[1 << 15];
  snprintf(members, sizeof members,
           "'preset':'cn_sequential','tiers':['silver','gold'],'groups':{'g':{},'h':{'max':2}},"
           "'rules':[%s]",
           rules);
  return codec_read_book(c, members, 1);
}

static inline bool codec_read_request(codec *c, const char *request) {
  c->text[0] = 0;
  codec_add(c, request);
  c->scratch.used = 0;
  report_start(&c->report, &c->scratch, 1);
  c->tree = json_parse(codec_text(c), NULL, &c->scratch, &c->report);
  if (c->tree) cart_in(c->tree, c->book, &c->scratch, &c->report, &c->request);
  return c->report.error_count == 0;
}

/* The first error is this one; code 0: there is none. */
static inline void codec_expect(const codec *c, const char *what, sp_err code, const char *path) {
  sp_err found = report_first(&c->report);
  sp_text at = found ? c->report.errors[0].path : SP_TEXT("");
  if (found == code && at.size == strlen(path) && !memcmp(at.ptr, path, at.size)) return;
  printf("  %s\n  found %s at %.*s, wanted %s at %s\n", what, found ? err_name(found) : "nothing",
         (int)at.size, at.ptr ? at.ptr : "", code ? err_name(code) : "nothing", path);
  unit_fail(__FILE__, __LINE__, "the error");
}

#endif
