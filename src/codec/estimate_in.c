#include "codec/estimate_in.h"

#include <string.h>

#include "base/text.h"
#include "codec/cart_in.h"

#define CARD_FIELDS(X)                                                                             \
  X(CARD, sku, SP_ID(sp_card, line.sku_id))                                                        \
  X(CARD, spu, SP_ID(sp_card, spu))                                                                \
  X(CARD, qty, SP_INT(sp_card, line.qty), .low = 1, .high = SP_QTY_MAX, .absent = 1)               \
  X(CARD, options, .type = JSON_ARRAY, .high = SP_LINE_OPTIONS_MAX)                                \
  X(CARD, shop, SP_ID(sp_card, line.shop))                                                         \
  X(CARD, store, SP_ID(sp_card, line.store))
SP_SCHEMA(card_schema, CARD, CARD_FIELDS, "");

/* Where all cards put the SKUs they are priced for. */
typedef struct {
  const sp_book *book;
  sp_arena *scratch;
  sp_report *report;
  sp_order_type order_type;
  uint32_t *skus;
  uint32_t sku_count;
} card_work;

/* Adds the SKU where it is on sale; false when there is no more room. */
static bool add_sku(card_work *w, uint32_t sku, sp_card *card) {
  int64_t price_fen;
  if (!book_sells_as(w->book, w->order_type, sku, card->line.place, &price_fen)) return true;
  if (w->sku_count == SP_CARD_SKUS_MAX) return false;
  w->skus[w->sku_count++] = sku;
  card->sku_count++;
  return true;
}

static void sku_card_in(card_work *w, const cJSON **v, sp_card *card) {
  uint32_t sku = book_find_sku(w->book, card->line.sku_id);
  if (sku == SP_NONE) {
    report_error(w->report, v[CARD_sku], SP_E_REFERENCE);
    return;
  }
  card->line.sku = sku;
  cart_options_in(w->book, w->scratch, w->report, v[CARD_options], &card->line);
  if (!add_sku(w, sku, card)) report_error(w->report, v[CARD_sku], SP_E_LIMIT);
}

/* What belongs to one SKU cannot be said of all of them. */
static void spu_card_in(card_work *w, const cJSON **v, sp_card *card) {
  static const uint8_t of_one[] = {CARD_sku, CARD_qty, CARD_options};
  for (uint32_t i = 0; i < sizeof of_one; i++) {
    if (v[of_one[i]]) report_error(w->report, v[of_one[i]], SP_E_CONFLICT);
  }
  bool known = false;
  for (uint32_t sku = 0; sku < w->book->sku_count; sku++) {
    if (!text_equal(w->book->skus[sku].spu, card->spu)) continue;
    known = true;
    if (add_sku(w, sku, card)) continue;
    report_error(w->report, v[CARD_spu], SP_E_LIMIT);
    return;
  }
  if (!known) report_error(w->report, v[CARD_spu], SP_E_REFERENCE);
}

static void card_in(card_work *w, const cJSON *node, sp_card *card) {
  const cJSON *v[CARD_COUNT];
  if (!json_object(w->report, node, &card_schema, card, v) || w->report->error_count) return;
  card->skus = w->skus + w->sku_count;
  card->line.sku = SP_NONE;
  card->line.seen_unit_fen = -1;
  card->line.place = SP_NONE;
  if (v[CARD_store] && w->book->has_stores) {
    card->line.place = book_find_store(w->book, card->line.store);
    if (card->line.place == SP_NONE) report_error(w->report, v[CARD_store], SP_E_REFERENCE);
  }
  if (v[CARD_spu]) {
    spu_card_in(w, v, card);
  } else if (v[CARD_sku]) {
    sku_card_in(w, v, card);
  } else {
    report_error_key(w->report, node, "sku", SP_E_REQUIRED);
  }
}

void estimate_in(const cJSON *tree, const sp_book *book, sp_arena *scratch, sp_report *report,
                 sp_request *out, sp_card **cards, uint32_t *count) {
  card_work w = {.book = book, .scratch = scratch, .report = report};
  const cJSON *array = cart_in_beside(tree, book, scratch, report, out);
  w.order_type = out->order_type;
  *cards = json_list(report, scratch, array, sizeof **cards, count);
  w.skus = json_array(report, scratch, SP_CARD_SKUS_MAX, sizeof *w.skus);
  if (!*cards || !w.skus) return;
  const cJSON *node = json_first(array);
  for (uint32_t i = 0; node; node = node->next, i++)
    card_in(&w, node, &(*cards)[i]);
}

void estimate_failed(sp_report *report, const cJSON *tree, sp_err code, uint32_t failed) {
  const char *name = failed == SP_NONE ? "cart" : "skus";
  const cJSON *node = json_first(tree);
  while (node && strcmp(node->string, name))
    node = node->next;
  if (node && failed != SP_NONE) node = json_element(node, failed);
  report_error(report, code == SP_E_MEMORY ? NULL : node, code);
}

/* ---- the reply ---- */

static void condition_out(json_out *out, const sp_book *book, const sp_request *request,
                          const sp_condition *condition) {
#define X(name) #name " "
  static const char words[] = SP_CONDITIONS(X);
#undef X
  bool of_rule = condition->coupon == SP_NONE;
  json_form(out, "{" OUT_WORD(code) OUT_MAY_TEXT(coupon) OUT_MAY_TEXT(rule) "},", {.words = words},
            {condition->code}, {.text = of_rule ? NULL : &request->coupons[condition->coupon].id},
            {.text = of_rule ? &book->rules[condition->rule].id : NULL});
}

void estimate_out(json_out *out, const sp_book *book, const sp_request *request,
                  const sp_card *cards, const sp_estimate *prices, uint32_t count) {
  json_literal(out, "{\"cards\":[");
  for (uint32_t i = 0; i < count; i++) {
    const sp_card *card = &cards[i];
    const sp_estimate *price = &prices[i];
    if (card->spu.size) {
      json_form(out, "{" OUT_TEXT(spu), {.text = &card->spu});
    } else {
      json_form(out, "{" OUT_TEXT(sku), {.text = &card->line.sku_id});
    }
    if (!card->sku_count) {
      json_literal(out, ",\"state\":\"off_shelf\"},");
      continue;
    }
    json_form(out, "," OUT_INT(list) "," OUT_INT(price), {price->list_fen}, {price->price_fen});
    if (card->spu.size) {
      json_form(out, "," OUT_INT(min) "," OUT_INT(max), {price->price_fen}, {price->max_fen});
    }
    json_form(out, "," OUT_BOOL(exact) ",\"conditions\":[", {price->exact});
    for (uint32_t k = 0; k < price->condition_count; k++)
      condition_out(out, book, request, &price->conditions[k]);
    json_literal(out, OUT_END "]},");
  }
  json_literal(out, OUT_END "]}");
}
