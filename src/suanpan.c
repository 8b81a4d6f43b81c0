#include "suanpan.h"

#include "codec/book_in.h"
#include "codec/cart_in.h"
#include "codec/estimate_in.h"
#include "codec/model_in.h"
#include "codec/receipt_out.h"
#include "codec/recommend_in.h"
#include "codec/refund_in.h"
#include "codec/reply_out.h"
#include "codec/top_up_in.h"
#include "engine/engine.h"
#include "engine/estimate.h"
#include "facade.h"
#include "engine/recommend.h"

sp_err close_reply(json_out *out, sp_arena *scratch, size_t mark, sp_text *reply) {
  if (json_close(out, reply)) return SP_OK;
  arena_rewind(scratch, mark);
  json_open(out, scratch);
  error_out(out, SP_E_MEMORY, SP_TEXT(""), SP_TEXT(""));
  json_close(out, reply);
  return SP_E_MEMORY;
}

static sp_err fail_with(sp_arena *scratch, size_t mark, sp_err code, sp_text path, sp_text more,
                        sp_text *reply) {
  json_out out;
  json_open(&out, scratch);
  error_out(&out, code, path, more);
  sp_err closed = close_reply(&out, scratch, mark, reply);
  return closed ? closed : code;
}

sp_err fail_at(sp_arena *scratch, size_t mark, sp_err code, sp_text path, sp_text *reply) {
  return fail_with(scratch, mark, code, path, SP_TEXT(""), reply);
}

sp_err fail(sp_arena *scratch, size_t mark, const sp_report *report, sp_text *reply) {
  return fail_with(scratch, mark, report_first(report), report->errors[0].path, report->more,
                   reply);
}

/* The answer of a load. */
static sp_err loaded(sp_arena *scratch, size_t mark, const sp_report *report, const sp_book *book,
                     const sp_book **out, sp_text *reply) {
  json_out json;
  if (!book) return fail(scratch, mark, report, reply);
  arena_rewind(scratch, mark);
  json_open(&json, scratch);
  loaded_out(&json, book);
  sp_err err = close_reply(&json, scratch, mark, reply);
  if (!err) *out = book;
  return err;
}

sp_err suanpan_book_load(sp_arena *book_arena, sp_arena *scratch, sp_text json, const sp_book **out,
                         sp_text *reply) {
  sp_report report;
  size_t mark = arena_mark(scratch), book_mark = arena_mark(book_arena);
  report_start(&report, scratch, 1);
  const sp_book *book = book_json_in(json, book_arena, scratch, &report);
  if (!book) arena_rewind(book_arena, book_mark);
  return loaded(scratch, mark, &report, book, out, reply);
}

struct sp_book_steps {
  sp_report report;
  book_steps *reader;
  size_t mark, book_mark;
};

sp_err suanpan_book_step(sp_book_steps **steps, sp_arena *book_arena, sp_arena *scratch,
                         sp_text bytes, const sp_book **out, sp_text *reply) {
  sp_book_steps *s = *steps;
  if (!s) {
    size_t mark = arena_mark(scratch);
    if (!book_is_container(bytes)) return fail_at(scratch, mark, SP_E_MAGIC, SP_TEXT(""), reply);
    s = arena_alloc(scratch, sizeof *s);
    if (!s) return fail_at(scratch, mark, SP_E_MEMORY, SP_TEXT(""), reply);
    s->mark = mark;
    s->book_mark = arena_mark(book_arena);
    report_start(&s->report, scratch, 1);
    s->reader = book_start(bytes, book_arena, scratch, &s->report);
  }
  bool more = s->reader && book_step(s->reader);
  *steps = more ? s : NULL;
  if (more) {
    *reply = SP_TEXT("{\"more\":true}");
    return SP_OK;
  }
  const sp_book *book = s->reader ? book_end(s->reader) : NULL;
  if (!book) arena_rewind(book_arena, s->book_mark);
  return loaded(scratch, s->mark, &s->report, book, out, reply);
}

sp_err suanpan_book_open(sp_arena *book_arena, sp_arena *scratch, sp_text bytes,
                         const sp_book **out, sp_text *reply) {
  sp_book_steps *steps = NULL;
  sp_err err;
  do {
    err = suanpan_book_step(&steps, book_arena, scratch, bytes, out, reply);
  } while (steps);
  return err;
}

sp_err suanpan_book_check(sp_arena *scratch, sp_text bytes, sp_text *reply) {
  sp_report report;
  json_out out;
  size_t mark = arena_mark(scratch);
  report_start(&report, scratch, SP_CHECK_MESSAGES_MAX);
  book_in(bytes, scratch, scratch, &report);
  for (uint32_t i = 0; i < report.error_count; i++) {
    // What was not looked at for want of memory is not good.
    if (report.errors[i].code != SP_E_MEMORY) continue;
    arena_rewind(scratch, mark);
    return fail_at(scratch, mark, SP_E_MEMORY, SP_TEXT(""), reply);
  }
  json_open(&out, scratch);
  check_out(&out, &report);
  return close_reply(&out, scratch, mark, reply);
}

/* Prices what cart_in read and writes the answer. */
static sp_err price(const sp_book *book, sp_arena *scratch, sp_request *request, bool explain,
                    sp_text *reply) {
  sp_receipt receipt = {0};
  json_out out;
  uint8_t hash[SP_SHA256_SIZE];
  size_t mark = arena_mark(scratch);
  sp_detail detail = request->detail;
  // The sentences are made of the activities, which a quote of totals does not describe.
  if (explain && detail == SP_DETAIL_totals) request->detail = SP_DETAIL_lines;
  sp_err err = quote(book, request, scratch, &receipt);
  if (err) {
    arena_rewind(scratch, mark);
    sp_text path = err == SP_E_DECISION   ? SP_TEXT("/decision")
                   : err == SP_E_OVERFLOW ? SP_TEXT("/lines")
                                          : SP_TEXT("");
    return fail_at(scratch, mark, err, path, reply);
  }
  answer a = {book, request, &receipt};
  const receipt_sums *sums = receipt_sum(&a, scratch);
  if (!sums || (request->hash && !receipt_hash(&a, sums, scratch, hash))) {
    arena_rewind(scratch, mark);
    return fail_at(scratch, mark, SP_E_MEMORY, SP_TEXT(""), reply);
  }
  json_open(&out, scratch);
  if (explain) json_literal(&out, "{\"receipt\":");
  receipt_out(&out, &a, sums, detail, request->hash ? hash : NULL);
  if (explain) {
    json_literal(&out, ",\"explain\":");
    explain_out(&out, &a);
    json_literal(&out, "}");
  }
  return close_reply(&out, scratch, mark, reply);
}

/* What estimate_in and estimate found of a tree; the report has what was wrong. */
static sp_err estimate_cards(const sp_book *book, sp_arena *scratch, const cJSON *tree,
                             sp_report *report, sp_text *reply) {
  sp_request cart;
  sp_card *cards = NULL;
  uint32_t count = 0, failed = SP_NONE;
  json_out out;
  size_t mark = arena_mark(scratch); // above the tree, which is still to be deleted
  estimate_in(tree, book, scratch, report, &cart, &cards, &count);
  if (report->error_count) return fail(scratch, mark, report, reply);
  sp_estimate *prices = arena_array(scratch, count, sizeof *prices);
  sp_err err = prices ? estimate(book, &cart, cards, count, scratch, prices, &failed) : SP_E_MEMORY;
  if (err) {
    arena_rewind(scratch, mark);
    estimate_failed(report, tree, err, failed);
    return fail(scratch, mark, report, reply);
  }
  json_open(&out, scratch);
  estimate_out(&out, book, &cart, cards, prices, count);
  return close_reply(&out, scratch, mark, reply);
}

typedef enum { ASKED_quote, ASKED_explain, ASKED_estimate } asked;

static sp_err answer_request(const sp_book *book, sp_arena *scratch, sp_text text, asked what,
                             sp_text *reply) {
  sp_report report;
  sp_request request;
  size_t mark = arena_mark(scratch);
  if (!book) return fail_at(scratch, mark, SP_E_NO_BOOK, SP_TEXT(""), reply);
  if (text.size > SP_REQUEST_BYTES_MAX) {
    return fail_at(scratch, mark, SP_E_LIMIT, SP_TEXT(""), reply);
  }
  report_start(&report, scratch, 1);
  cJSON *tree = json_parse(text, NULL, scratch, &report);
  if (tree && what != ASKED_estimate) cart_in(tree, book, scratch, &report, &request);
  // The request's texts are the tree's, so the tree stays until the answer is written.
  sp_err err = report.error_count ? fail(scratch, mark, &report, reply)
               : what == ASKED_estimate
                   ? estimate_cards(book, scratch, tree, &report, reply)
                   : price(book, scratch, &request, what == ASKED_explain, reply);
  return err;
}

sp_err suanpan_quote(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply) {
  return answer_request(book, scratch, request, ASKED_quote, reply);
}

sp_err suanpan_explain(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply) {
  return answer_request(book, scratch, request, ASKED_explain, reply);
}

sp_err suanpan_estimate(const sp_book *book, sp_arena *scratch, sp_text request, sp_text *reply) {
  return answer_request(book, scratch, request, ASKED_estimate, reply);
}

/* A verb that needs no book. */
static sp_err answer_alone(sp_arena *scratch, sp_text text, bool refunds, sp_text *reply) {
  sp_report report;
  json_out out;
  refund_request refund;
  int64_t *parts = NULL;
  uint32_t count = 0;
  size_t mark = arena_mark(scratch);
  if (text.size > (refunds ? SP_REFUND_BYTES_MAX : SP_REQUEST_BYTES_MAX)) {
    return fail_at(scratch, mark, SP_E_LIMIT, SP_TEXT(""), reply);
  }
  report_start(&report, scratch, 1);
  cJSON *tree = json_parse(text, NULL, scratch, &report);
  sp_err err;
  if (tree && (refunds ? refund_in(tree, scratch, &report, &refund)
                       : share_in(tree, scratch, &report, &parts, &count))) {
    json_open(&out, scratch);
    if (refunds)
      refund_out(&out, &refund);
    else
      share_out(&out, parts, count);
    err = close_reply(&out, scratch, mark, reply);
  } else {
    err = fail(scratch, mark, &report, reply);
  }
  return err;
}

sp_err suanpan_share(sp_arena *scratch, sp_text request, sp_text *reply) {
  return answer_alone(scratch, request, false, reply);
}

sp_err suanpan_refund(sp_arena *scratch, sp_text request, sp_text *reply) {
  return answer_alone(scratch, request, true, reply);
}

/* ---- recommendation ---- */

sp_err suanpan_model_load(const sp_book *book, sp_arena *model_arena, sp_arena *scratch,
                          sp_text bytes, const sp_model **out, sp_text *reply) {
  json_out json;
  sp_err err;
  size_t mark = arena_mark(scratch), model_mark = arena_mark(model_arena);
  const sp_model *model = model_in(bytes, book, model_arena, scratch, &err);
  arena_rewind(scratch, mark);
  if (!model) {
    arena_rewind(model_arena, model_mark);
    return fail_at(scratch, mark, err, SP_TEXT(""), reply);
  }
  json_open(&json, scratch);
  model_out_reply(&json, model);
  err = close_reply(&json, scratch, mark, reply);
  if (!err) *out = model;
  return err;
}

size_t suanpan_model_room(const sp_book *book, sp_text bytes) {
  return model_room(bytes, book);
}

size_t suanpan_history_room(const sp_model *model) {
  return model ? history_room(model) : 0;
}

/* The tree of a request, or NULL with the error in the reply. */
static cJSON *tree_of(const sp_model *model, sp_arena *scratch, sp_text request,
                      sp_report *report) {
  report_start(report, scratch, 1);
  sp_err err = !model ? SP_E_NO_MODEL : request.size > SP_REQUEST_BYTES_MAX ? SP_E_LIMIT : SP_OK;
  if (err) report_error(report, NULL, err);
  return err ? NULL : json_parse(request, NULL, scratch, report);
}

sp_err suanpan_history(const sp_model *model, sp_arena *history_arena, sp_arena *scratch,
                       sp_text request, const sp_past **out, sp_text *reply) {
  sp_report report;
  json_out json;
  uint32_t count = 0;
  past_order *orders = NULL;
  size_t mark = arena_mark(scratch), kept = arena_mark(history_arena);
  sp_past *history = arena_alloc(history_arena, sizeof *history);
  cJSON *tree = tree_of(model, scratch, request, &report);
  if (tree && history) orders = history_in(tree, model, scratch, &report, history, &count);
  if (!history) report_error(&report, NULL, SP_E_MEMORY);
  if (!report.error_count && history_spread(model, orders, count, history_arena, scratch, history))
    report_error(&report, NULL, SP_E_MEMORY);
  sp_err err;
  if (report.error_count) {
    err = fail(scratch, mark, &report, reply);
  } else {
    json_open(&json, scratch);
    history_out(&json, history, history_segment(model, history, history->last_day));
    err = close_reply(&json, scratch, mark, reply);
  }
  if (err)
    arena_rewind(history_arena, kept);
  else
    *out = history;
  return err;
}

sp_err suanpan_recommend(const sp_model *model, const sp_book *book, const sp_past *history,
                         sp_arena *scratch, sp_text request, sp_text *reply) {
  sp_report report;
  json_out json;
  sp_wish wish;
  uint32_t count = 0;
  sp_recommendation *items = NULL;
  size_t mark = arena_mark(scratch);
  if (model && !model->item) book = NULL;
  cJSON *tree = tree_of(model, scratch, request, &report);
  if (tree) recommend_in(tree, model, book, scratch, &report, &wish);
  if (!report.error_count) {
    items = arena_array(scratch, wish.count, sizeof *items);
    sp_err err =
        items ? recommend(model, book, history, &wish, scratch, items, &count) : SP_E_MEMORY;
    if (err) report_error(&report, NULL, err);
  }
  sp_err err;
  if (report.error_count) {
    err = fail(scratch, mark, &report, reply);
  } else {
    bool personal = history && !wish.non_personal;
    sp_segment_kind segment = history_segment(model, personal ? history : NULL, wish.day);
    json_open(&json, scratch);
    recommend_out(&json, model, items, count, segment);
    err = close_reply(&json, scratch, mark, reply);
  }
  return err;
}

sp_err suanpan_top_up(const sp_book *book, const sp_model *model, const sp_past *history,
                      sp_arena *scratch, sp_text request, sp_text *reply) {
  sp_report report;
  json_out json;
  size_t mark = arena_mark(scratch);
  // A model that was loaded for no book knows no SKU.
  if (model && !model->item) model = NULL;
  sp_err err = !book ? SP_E_NO_BOOK : request.size > SP_REQUEST_BYTES_MAX ? SP_E_LIMIT : SP_OK;
  if (err) return fail_at(scratch, mark, err, SP_TEXT(""), reply);
  // Its lists are too much for a phone's stack.
  top_up_request *wanted = arena_alloc(scratch, sizeof *wanted);
  sp_receipt before;
  report_start(&report, scratch, 1);
  cJSON *tree = wanted ? json_parse(request, NULL, scratch, &report) : NULL;
  if (!wanted) report_error(&report, NULL, SP_E_MEMORY);
  if (tree) top_up_in(tree, book, model, history, scratch, &report, wanted);
  if (!report.error_count) {
    err = top_up(book, &wanted->cart, &wanted->wish, scratch, &wanted->state, &before);
    if (err) report_error(&report, NULL, err);
  }
  if (report.error_count) {
    err = fail(scratch, mark, &report, reply);
  } else {
    json_open(&json, scratch);
    top_up_out(&json, book, wanted, &before);
    err = close_reply(&json, scratch, mark, reply);
  }
  return err;
}

sp_err suanpan_info(sp_arena *scratch, sp_text *reply) {
  json_out out;
  size_t mark = arena_mark(scratch);
  json_open(&out, scratch);
  info_out(&out, SP_VERSION);
  return close_reply(&out, scratch, mark, reply);
}

sp_err suanpan_codes(sp_arena *scratch, sp_text *reply) {
  json_out out;
  size_t mark = arena_mark(scratch);
  json_open(&out, scratch);
  codes_out(&out, SP_VERSION);
  return close_reply(&out, scratch, mark, reply);
}
