#include "codec/estimate_in.h"

#include "base/text.h"
#include "codec/cart_in.h"

enum { CARD_sku, CARD_spu, CARD_qty, CARD_options, CARD_shop, CARD_store, CARD_COUNT };
static const json_field card_fields[] = {
    {.name = "sku", .type = JSON_ID},
    {.name = "spu", .type = JSON_ID},
    {.name = "qty", .type = JSON_INT, .low = 1, .high = SP_QTY_MAX, .absent = 1},
    {.name = "options", .type = JSON_ARRAY, .high = SP_LINE_OPTIONS_MAX},
    {.name = "shop", .type = JSON_ID},
    {.name = "store", .type = JSON_ID},
};
static const json_schema card_schema = SP_SCHEMA(card_fields, NULL);

/* Where all cards put the SKUs they are priced for. */
typedef struct {
  const sp_book *book;
  sp_arena *scratch;
  sp_report *report;
  uint32_t *skus;
  uint32_t sku_count;
} card_work;

/* Adds the SKU where it is on sale; false when there is no more room. */
static bool add_sku(card_work *w, uint32_t sku, sp_card *card) {
  if (!w->book->skus[sku].on_sale) return true;
  if (w->sku_count == SP_CARD_SKUS_MAX) return false;
  w->skus[w->sku_count++] = sku;
  card->sku_count++;
  return true;
}

static void sku_card_in(card_work *w, const json_value *v, sp_card *card) {
  uint32_t sku = book_find_sku(w->book, v[CARD_sku].text);
  if (sku == SP_NONE) {
    report_error(w->report, &v[CARD_sku].at, SP_E_REFERENCE);
    return;
  }
  card->line.sku = sku;
  cart_options_in(w->book, w->scratch, w->report, &v[CARD_options], &card->line);
  if (!add_sku(w, sku, card)) report_error(w->report, &v[CARD_sku].at, SP_E_LIMIT);
}

/* What belongs to one SKU cannot be said of all of them. */
static void spu_card_in(card_work *w, const json_value *v, sp_card *card) {
  static const uint8_t of_one[] = {CARD_sku, CARD_qty, CARD_options};
  for (uint32_t i = 0; i < sizeof of_one; i++) {
    if (v[of_one[i]].item) report_error(w->report, &v[of_one[i]].at, SP_E_CONFLICT);
  }
  bool known = false;
  card->spu = v[CARD_spu].text;
  for (uint32_t sku = 0; sku < w->book->sku_count; sku++) {
    if (!text_equal(w->book->skus[sku].spu, card->spu)) continue;
    known = true;
    if (add_sku(w, sku, card)) continue;
    report_error(w->report, &v[CARD_spu].at, SP_E_LIMIT);
    return;
  }
  if (!known) report_error(w->report, &v[CARD_spu].at, SP_E_REFERENCE);
}

static void card_in(card_work *w, const json_value *node, sp_card *card) {
  json_value v[CARD_COUNT];
  if (!json_object(w->report, node, &card_schema, v) || w->report->error_count) return;
  card->skus = w->skus + w->sku_count;
  card->line = (sp_line){.qty = (int32_t)v[CARD_qty].number,
                         .sku = SP_NONE,
                         .shop = v[CARD_shop].text,
                         .store = v[CARD_store].text,
                         .seen_unit_fen = -1};
  if (v[CARD_spu].item) {
    spu_card_in(w, v, card);
  } else if (v[CARD_sku].item) {
    sku_card_in(w, v, card);
  } else {
    report_error_key(w->report, &node->at, "sku", SP_E_REQUIRED);
  }
}

void estimate_in(const cJSON *tree, const sp_book *book, sp_arena *scratch, sp_report *report,
                 sp_request *out, sp_card **cards, uint32_t *count) {
  json_value root = {.item = tree}, array, node;
  card_work w = {book, scratch, report, NULL, 0};
  cart_in_beside(&root, book, scratch, report, out, &array);
  *count = json_count(&array);
  *cards = json_array(report, scratch, *count, sizeof **cards);
  w.skus = json_array(report, scratch, SP_CARD_SKUS_MAX, sizeof *w.skus);
  if (!*cards || !w.skus) return;
  for (bool more = json_first(&array, &node); more; more = json_next(&node)) {
    card_in(&w, &node, &(*cards)[node.at.index]);
  }
}

void estimate_failed(sp_report *report, sp_err code, uint32_t failed) {
  json_at root = {NULL, NULL, 0}, skus = {&root, "skus", 0}, card = {&skus, NULL, failed};
  json_at cart = {&root, "cart", 0};
  bool memory = code == SP_E_MEMORY;
  report_error(report, memory ? &root : failed == SP_NONE ? &cart : &card, code);
}

/* ---- the reply ---- */

static void conditions_out(json_out *out, const sp_book *book, const sp_request *request,
                           const sp_estimate *price) {
#define X(name) #name " "
  static const char words[] = SP_CONDITIONS(X);
#undef X
  json_key_begin(out, "conditions", '[');
  for (uint32_t i = 0; i < price->condition_count; i++) {
    const sp_condition *condition = &price->conditions[i];
    json_begin(out, '{');
    json_key_word(out, "code", words, condition->code);
    if (condition->coupon == SP_NONE) {
      json_key_string(out, "rule", book->rules[condition->rule].id);
    } else {
      json_key_string(out, "coupon", request->coupons[condition->coupon].id);
    }
    json_end(out, '}');
  }
  json_end(out, ']');
}

void estimate_out(json_out *out, const sp_book *book, const sp_request *request,
                  const sp_card *cards, const sp_estimate *prices, uint32_t count) {
  json_begin(out, '{');
  json_key_begin(out, "cards", '[');
  for (uint32_t i = 0; i < count; i++) {
    const sp_card *card = &cards[i];
    bool spu = card->spu.size;
    json_begin(out, '{');
    json_key_string(out, spu ? "spu" : "sku", spu ? card->spu : book->skus[card->line.sku].id);
    if (card->sku_count) {
      json_key_int(out, "list", prices[i].list_fen);
      json_key_int(out, "price", prices[i].price_fen);
      if (spu) json_key_int(out, "min", prices[i].price_fen);
      if (spu) json_key_int(out, "max", prices[i].max_fen);
      conditions_out(out, book, request, &prices[i]);
    } else {
      json_key(out, "state");
      json_word(out, "off_shelf");
    }
    json_end(out, '}');
  }
  json_end(out, ']');
  json_end(out, '}');
}
