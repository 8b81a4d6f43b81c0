/* Stores of the catalogue, and tables by SKU. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define STORE_FIELDS(X)                                                                            \
  X(STORE, id, SP_NAME(sp_store, id), .required = true)                                            \
  X(STORE, tags, .type = JSON_ARRAY, .high = SP_SKU_TAGS_MAX)                                      \
  X(STORE, prices, .type = JSON_OBJECT)                                                            \
  X(STORE, off_shelf, .type = JSON_ARRAY, .high = SP_SKUS_MAX)
SP_SCHEMA(store_schema, STORE, STORE_FIELDS, "");

static bool price_before(const void *context, uint32_t a, uint32_t b) {
  const sp_price *prices = context;
  return prices[a].sku < prices[b].sku;
}

const sp_price *prices_in(sp_report *report, sp_arena *arena, sp_arena *scratch,
                          const sp_book *book, const cJSON *list, bool known, uint32_t *out_count) {
  static const json_field price_field = {SP_LONG(sp_price, price_fen), .high = SP_PRICE_FEN_MAX};
  uint32_t room, count = 0;
  sp_price *read = json_list(report, scratch, list, sizeof *read, &room);
  sp_price *prices = json_array(report, arena, room, sizeof *prices);
  uint32_t *order = json_array(report, scratch, room, sizeof *order);
  *out_count = 0;
  if (!prices || !read || !order) return NULL;
  for (const cJSON *node = json_first(list); node; node = node->next) {
    sp_price *price = &read[count];
    sp_text id = node->string ? text_of(node->string) : json_id(report, node);
    if (!id.size && !node->string) continue;
    if (node->string) json_read(report, node, &price_field, price);
    price->sku = book_find_sku(book, id);
    if (price->sku == SP_NONE && known) report_error(report, node, SP_E_REFERENCE);
    if (price->sku == SP_NONE) continue;
    order[count] = count;
    count++;
  }
  sort_indices(order, count, price_before, read);
  for (uint32_t i = 0; i < count; i++)
    prices[i] = read[order[i]];
  *out_count = count;
  return prices;
}

void stores_in(book_work *w, const cJSON *array) {
  const cJSON *v[STORE_COUNT], *node = json_first(array);
  sp_book *book = w->book;
  sp_store *store = json_list(w->report, w->arena, array, sizeof *store, &book->store_count);
  if (!store) return;
  book->has_stores = array != NULL;
  book->stores = store;
  for (; node; node = node->next, store++) {
    json_object(w->report, node, &store_schema, store, v);
    id_list_in(w->report, w->arena, v[STORE_tags], JSON_NAME, &store->tags);
    store->prices = prices_in(w->report, w->arena, w->scratch, book, v[STORE_prices], true,
                              &store->price_count);
    store->off_shelf = prices_in(w->report, w->arena, w->scratch, book, v[STORE_off_shelf], true,
                                 &store->off_shelf_count);
  }
  id_table table = {book->stores, sizeof *store, book->store_count};
  book->store_by_id = id_index(w->report, w->arena, table, array);
}

static bool spu_before(const void *context, uint32_t a, uint32_t b) {
  const sp_sku *skus = context;
  int order = text_compare(skus[a].spu, skus[b].spu);
  return order ? order < 0 : a < b;
}

void spus_resolve(book_work *w) {
  uint32_t count = 0;
  uint32_t *order = json_array(w->report, w->scratch, w->book->sku_count, sizeof *order);
  if (!order) return;
  for (uint32_t i = 0; i < w->book->sku_count; i++) {
    w->skus[i].spu_first = i;
    if (w->skus[i].spu.size) order[count++] = i;
  }
  sort_indices(order, count, spu_before, w->skus);
  for (uint32_t k = 1; k < count; k++) {
    const sp_sku *before = &w->skus[order[k - 1]];
    sp_sku *sku = &w->skus[order[k]];
    if (text_equal(before->spu, sku->spu)) sku->spu_first = before->spu_first;
  }
}
