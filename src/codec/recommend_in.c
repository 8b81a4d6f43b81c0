#include "codec/recommend_in.h"

#include "base/clock.h"
#include "base/text.h"
#include "codec/book_parts.h"
#include "codec/words.h"

#define SP_WORDS_SEGMENT SP_SEGMENTS(SP_WORD_ALONE)

/* ---- history ---- */

#define HISTORY_FIELDS(X)                                                                          \
  X(HISTORY, orders, .type = JSON_ARRAY, .required = true, .high = SP_HISTORY_ORDERS_MAX)          \
  X(HISTORY, count, SP_INT(sp_past, order_count), .high = SP_MEASURE_MAX)                          \
  X(HISTORY, spent, SP_BIGINT(sp_past, spent_fen), .high = SP_BIG_CART_FEN)
SP_SCHEMA(history_schema, HISTORY, HISTORY_FIELDS, "");

typedef struct {
  int32_t day;
} past_read;
#define PAST_FIELDS(X)                                                                             \
  X(PAST, day, SP_INT(past_read, day), .high = SP_MEASURE_MAX, .absent = -1)                       \
  X(PAST, skus, .type = JSON_ARRAY, .required = true, .high = SP_LINES_MAX)
SP_SCHEMA(past_schema, PAST, PAST_FIELDS, "");

/* The items of a list of ids, those that the model knows. */
static const uint16_t *items_in(const sp_model *model, sp_report *report, sp_arena *scratch,
                                const cJSON *array, uint32_t *count) {
  uint32_t room;
  uint16_t *items = json_list(report, scratch, array, sizeof *items, &room);
  *count = 0;
  for (const cJSON *node = items ? json_first(array) : NULL; node; node = node->next) {
    uint32_t item = model_find(model, json_id(report, node));
    if (item != SP_NO_ITEM) items[(*count)++] = (uint16_t)item;
  }
  return items;
}

past_order *history_in(const cJSON *tree, const sp_model *model, sp_arena *scratch,
                       sp_report *report, sp_past *out, uint32_t *count) {
  const cJSON *v[HISTORY_COUNT], *w[PAST_COUNT];
  *out = (sp_past){.last_day = INT64_MIN};
  *count = 0;
  if (!json_object(report, tree, &history_schema, out, v)) return NULL;
  past_order *orders = json_list(report, scratch, v[HISTORY_orders], sizeof *orders, count);
  if (!orders) return NULL;
  past_order *order = orders;
  for (const cJSON *node = json_first(v[HISTORY_orders]); node; node = node->next, order++) {
    past_read read = {-1};
    if (!json_object(report, node, &past_schema, &read, w)) continue;
    order->items = items_in(model, report, scratch, w[PAST_skus], &order->count);
    if (read.day >= 0) out->last_day = read.day;
  }
  // Older orders than are kept have been made all the same.
  if (out->order_count < *count) out->order_count = *count;
  return orders;
}

/* ---- recommend ---- */

#define WISH_FIELDS(X)                                                                             \
  X(WISH, count, SP_INT(sp_wish, count), .low = 1, .high = SP_RECOMMENDED_MAX, .absent = 10)       \
  X(WISH, cart, .type = JSON_ARRAY, .high = SP_LINES_MAX)                                          \
  X(WISH, exclude, .type = JSON_ARRAY, .high = SP_SKUS_MAX)                                        \
  X(WISH, non_personal, SP_BOOL(sp_wish, non_personal))                                            \
  X(WISH, mmr_bp, SP_INT(sp_wish, mmr_bp), .high = 10000)                                          \
  X(WISH, now, SP_BIGINT(sp_wish, day), .high = SP_BIG_UNIX_S)                                     \
  X(WISH, per_category, SP_INT(sp_wish, per_category), .low = 1, .high = SP_RECOMMENDED_MAX)       \
  X(WISH, boosts, .type = JSON_ARRAY, .high = SP_RULE_IDS_MAX)                                     \
  X(WISH, tags, .type = JSON_ARRAY, .low = 1, .high = SP_RULE_IDS_MAX)                             \
  X(WISH, store, .type = JSON_ID, SP_LOOSE)                                                        \
  X(WISH, stock, .type = JSON_OBJECT)                                                              \
  X(WISH, limits, .type = JSON_OBJECT)                                                             \
  X(WISH, gap, SP_LONG(sp_wish, gap_fen), .low = 1, .high = SP_PRICE_FEN_MAX)                      \
  X(WISH, gain, SP_LONG(sp_wish, gain_fen), .high = SP_PRICE_FEN_MAX)
SP_SCHEMA(wish_schema, WISH, WISH_FIELDS, "");

typedef struct {
  sp_text tag;
  uint32_t segment;
  int32_t bp;
} boost_read;
#define BOOST_FIELDS(X)                                                                            \
  X(BOOST, tag, SP_ID(boost_read, tag), .required = true)                                          \
  X(BOOST, segment, SP_ENUM(boost_read, segment), .words = SP_WORDS_SEGMENT)                       \
  X(BOOST, bp, SP_INT(boost_read, bp), .required = true, .high = 100000)
SP_SCHEMA(boost_schema, BOOST, BOOST_FIELDS, "");

static uint32_t find_tag(const sp_book *book, sp_text name) {
  for (uint32_t i = 0; i < book->tag_count; i++) {
    if (text_equal(book->tags[i], name)) return i;
  }
  return SP_NONE;
}

static void boosts_in(const sp_book *book, sp_report *report, sp_arena *scratch, const cJSON *array,
                      sp_wish *out) {
  const cJSON *v[BOOST_COUNT];
  sp_boost *boost = json_list(report, scratch, array, sizeof *boost, &out->boost_count);
  out->boosts = boost;
  for (const cJSON *node = boost ? json_first(array) : NULL; node; node = node->next, boost++) {
    boost_read read = {.bp = 0};
    json_object(report, node, &boost_schema, &read, v);
    uint32_t segment = v[BOOST_segment] ? read.segment : SP_NONE;
    *boost = (sp_boost){find_tag(book, read.tag), segment, read.bp};
  }
}

static void tags_in(const sp_book *book, sp_report *report, sp_arena *scratch, const cJSON *array,
                    sp_wish *out) {
  uint32_t *tags = json_list(report, scratch, array, sizeof *tags, &out->tag_count);
  out->tags = tags;
  for (const cJSON *node = tags ? json_first(array) : NULL; node; node = node->next)
    *tags++ = find_tag(book, json_id(report, node));
}

/* What only the shop's book can be asked. */
static void shop_in(const sp_book *book, sp_report *report, sp_arena *scratch, const cJSON **v,
                    sp_wish *out) {
  static const uint8_t of_shop[] = {WISH_per_category, WISH_boosts, WISH_tags, WISH_store,
                                    WISH_stock,        WISH_limits, WISH_gap};
  for (uint32_t i = 0; !book && i < sizeof of_shop; i++) {
    if (v[of_shop[i]]) report_error(report, v[of_shop[i]], SP_E_NO_BOOK);
  }
  if (!book) return;
  boosts_in(book, report, scratch, v[WISH_boosts], out);
  tags_in(book, report, scratch, v[WISH_tags], out);
  if (v[WISH_stock])
    out->stock = prices_in(report, scratch, scratch, book, v[WISH_stock], false, &out->stock_count);
  if (v[WISH_limits])
    out->limits =
        prices_in(report, scratch, scratch, book, v[WISH_limits], false, &out->limit_count);
  if (!v[WISH_store] || !book->has_stores) return;
  out->place = book_find_store(book, text_of(v[WISH_store]->valuestring));
  if (out->place == SP_NONE) report_error(report, v[WISH_store], SP_E_REFERENCE);
}

void recommend_in(const cJSON *tree, const sp_model *model, const sp_book *book, sp_arena *scratch,
                  sp_report *report, sp_wish *out) {
  const cJSON *v[WISH_COUNT];
  *out = (sp_wish){.count = 10, .place = SP_NONE, .day = INT64_MIN};
  if (!json_object(report, tree, &wish_schema, out, v)) return;
  out->cart = items_in(model, report, scratch, v[WISH_cart], &out->cart_count);
  out->excluded = items_in(model, report, scratch, v[WISH_exclude], &out->excluded_count);
  if (v[WISH_now]) out->day /= 86400;
  shop_in(book, report, scratch, v, out);
}

/* ---- replies ---- */

void model_out_reply(json_out *out, const sp_model *model) {
  const uint16_t *n = model->numbers;
  json_form(out, "{" OUT_INT(items) "," OUT_INT(weights) "," OUT_INT(day) "}", {model->item_count},
            {model->row_start[model->item_count]}, {n[SP_MODEL_day]});
}

void history_out(json_out *out, const sp_past *history, sp_segment_kind segment) {
  json_form(out, "{" OUT_INT(orders) "," OUT_WORD(segment) "}", {history->order_count},
            {.words = SP_WORDS_SEGMENT}, {segment});
}

void recommend_out(json_out *out, const sp_model *model, const sp_recommendation *items,
                   uint32_t count, sp_segment_kind segment) {
#define X(name, zh, en) #name " "
  static const char words[] = SP_WHYS(X);
#undef X
  json_literal(out, "{\"items\":[");
  for (uint32_t i = 0; i < count; i++) {
    sp_text id = model_id(model, items[i].item);
    json_form(out, "{" OUT_TEXT(sku) "," OUT_WORD(why) "," OUT_INT(score) "},", {.text = &id},
              {.words = words}, {items[i].why}, {items[i].score});
  }
  json_form(out, OUT_END "]," OUT_WORD(segment) "}", {.words = SP_WORDS_SEGMENT}, {segment});
}
