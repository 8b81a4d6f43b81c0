#include "model/book.h"

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"

uint32_t book_find_sku(const sp_book *book, sp_text id) {
  id_table table = {book->skus, sizeof(sp_sku), book->sku_count};
  return ids_find(&table, book->sku_by_id, id);
}

uint32_t book_find_option(const sp_book *book, sp_text id) {
  id_table table = {book->options, sizeof(sp_option), book->option_count};
  return ids_find(&table, book->option_by_id, id);
}

uint32_t book_find_rule(const sp_book *book, sp_text id) {
  id_table table = {book->rules, sizeof(sp_rule), book->rule_count};
  return ids_find(&table, book->rule_by_id, id);
}

uint32_t book_find_store(const sp_book *book, sp_text id) {
  id_table table = {book->stores, sizeof(sp_store), book->store_count};
  return ids_find(&table, book->store_by_id, id);
}

bool ids_have(const sp_ids *list, sp_text id) {
  id_table table = {list->ids, sizeof(sp_text), list->count};
  return ids_find(&table, list->order, id) != SP_NONE;
}

bool ids_meet(const sp_ids *list, const sp_ids *other) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (ids_have(other, list->ids[i])) return true;
  }
  return false;
}

const sp_price *prices_find(const sp_price *prices, uint32_t count, uint32_t sku) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (prices[middle].sku < sku) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count && prices[low].sku == sku ? &prices[low] : NULL;
}

uint32_t book_find_tier(const sp_book *book, sp_text id) {
  for (uint32_t i = 0; i < book->tier_count; i++) {
    if (text_equal(book->tiers[i], id)) return i;
  }
  return SP_NONE;
}

uint32_t book_payer_bits(const sp_book *book, sp_text id) {
  uint32_t bits = 0;
  for (uint32_t i = 0; i < book->payer_count; i++)
    bits |= text_equal(book->payers[i].id, id) ? 1u << i : 0;
  return bits;
}

static bool day_open(const sp_window *window, int64_t civil_s) {
  return !window->weekdays || (window->weekdays >> clock_weekday(civil_s)) & 1;
}

/* An interval that passes midnight belongs to the day on which it begins. */
static bool hours_open(const sp_window *window, int64_t civil_s) {
  int32_t minute = clock_minute(civil_s);
  bool today = day_open(window, civil_s), yesterday = day_open(window, civil_s - 86400);
  if (!window->daily_count) return today;
  for (uint32_t i = 0; i < window->daily_count; i++) {
    int32_t from = window->daily[2 * i], to = window->daily[2 * i + 1];
    if (today && minute >= from && (minute < to || to < from)) return true;
    if (yesterday && to < from && minute < to) return true;
  }
  return false;
}

bool book_window_open(const sp_book *book, const sp_window *window, int64_t now_s) {
  if (!window->stands) return true;
  int64_t civil_s = now_s + book->utc_offset_s;
  if (window->has_from && civil_s < window->from_s) return false;
  if (window->has_to && civil_s >= window->to_s) return false;
  return hours_open(window, civil_s);
}

bool book_sells(const sp_book *book, uint32_t sku, uint32_t place, int64_t *price_fen) {
  *price_fen = book->skus[sku].price_fen;
  if (!book->skus[sku].on_sale || place == SP_NONE) return book->skus[sku].on_sale;
  const sp_store *store = &book->stores[place];
  const sp_price *price = prices_find(store->prices, store->price_count, sku);
  if (price) *price_fen = price->price_fen;
  return !prices_find(store->off_shelf, store->off_shelf_count, sku);
}

bool book_sells_as(const sp_book *book, sp_order_type type, uint32_t sku, uint32_t place,
                   int64_t *price_fen) {
  if (!book_sells(book, sku, place, price_fen)) return false;
  if (type != SP_TYPE_points_mall) return true;
  const sp_mall_price *mall = book->points.mall ? &book->points.mall[sku] : NULL;
  if (!mall || mall->points < 0) return false;
  *price_fen = mall->price_fen;
  return true;
}
