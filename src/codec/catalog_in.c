#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

enum { CATALOG_skus, CATALOG_options, CATALOG_COUNT };
static const json_field catalog_fields[] = {
    {.name = "skus", .type = JSON_ARRAY, .required = true, .high = SP_SKUS_MAX},
    {.name = "options", .type = JSON_ARRAY, .high = SP_OPTIONS_MAX},
};
static const json_schema catalog_schema = SP_SCHEMA(catalog_fields, NULL);

enum { OPTION_id, OPTION_price, OPTION_discountable, OPTION_COUNT };
static const json_field option_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "price", .type = JSON_INT, .required = true, .high = SP_PRICE_FEN_MAX},
    {.name = "discountable", .type = JSON_BOOL, .absent = true},
};
static const json_schema option_schema = SP_SCHEMA(option_fields, NULL);

enum {
  SKU_id,
  SKU_price,
  SKU_spu,
  SKU_tags,
  SKU_options,
  SKU_on_sale,
  SKU_freight,
  SKU_weight_g,
  SKU_volume_cm3,
  SKU_COUNT
};
static const json_field sku_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "price", .type = JSON_INT, .required = true, .high = SP_PRICE_FEN_MAX},
    {.name = "spu", .type = JSON_ID},
    {.name = "tags", .type = JSON_ARRAY, .high = SP_SKU_TAGS_MAX},
    {.name = "options", .type = JSON_ARRAY, .high = SP_SKU_OPTIONS_MAX},
    {.name = "on_sale", .type = JSON_BOOL, .absent = true},
    {.name = "freight", .type = JSON_ID},
    {.name = "weight_g", .type = JSON_INT, .high = SP_MEASURE_MAX},
    {.name = "volume_cm3", .type = JSON_INT, .high = SP_MEASURE_MAX},
};
static const json_schema sku_schema = SP_SCHEMA(sku_fields, NULL);

static void options_in(book_work *w, const json_value *array) {
  sp_book *book = w->book;
  uint32_t count = json_count(array);
  sp_option *options = json_array(w->report, w->arena, count, sizeof *options);
  if (!options) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_value v[OPTION_COUNT];
    json_object(w->report, &node, &option_schema, v);
    options[node.at.index] = (sp_option){.id = v[OPTION_id].text,
                                         .price_fen = v[OPTION_price].number,
                                         .discountable = v[OPTION_discountable].number};
    book_text(w, &options[node.at.index].id);
  }
  id_table table = {options, sizeof *options, count};
  book->option_by_id = id_index(w, w->arena, table, array);
  if (!book->option_by_id) return;
  book->options = options;
  book->option_count = count;
}

static bool index_before(const void *context, uint32_t a, uint32_t b) {
  (void)context;
  return a < b;
}

/* The options a SKU may be sold with, ascending. */
static void sku_options_in(book_work *w, const json_value *array, sp_sku *sku) {
  uint32_t count = json_count(array), known = 0;
  if (!count) return;
  uint32_t *options = json_array(w->report, w->arena, count, sizeof *options);
  if (!options) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    if (!json_read_id(w->report, &node)) continue;
    uint32_t option = book_find_option(w->book, node.text);
    bool twice = false;
    for (uint32_t j = 0; j < known; j++)
      twice = twice || options[j] == option;
    if (option == SP_NONE || twice) {
      report_error(w->report, &node.at, option == SP_NONE ? SP_E_REFERENCE : SP_E_DUPLICATE_ID);
      continue;
    }
    options[known++] = option;
  }
  sort_indices(options, known, index_before, NULL);
  sku->options = options;
  sku->option_count = known;
}

/* Tags are only looked at when scopes are resolved; here they are checked to be ids. */
static const cJSON *tags_in(book_work *w, const json_value *array) {
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_read_id(w->report, &node);
  }
  return array->item;
}

static uint32_t sku_freight_in(book_work *w, const json_value *node, sp_text id) {
  if (!node->item) return SP_NONE;
  const sp_freight_table *freight = &w->book->freight;
  id_table table = {freight->templates, sizeof(sp_template), freight->template_count};
  uint32_t template = w->template_by_id ? ids_find(&table, w->template_by_id, id) : SP_NONE;
  if (template == SP_NONE) report_error(w->report, &node->at, SP_E_REFERENCE);
  return template;
}

static void sku_in(book_work *w, const json_value *node, sp_sku *sku, sku_names *names) {
  json_value v[SKU_COUNT];
  json_object(w->report, node, &sku_schema, v);
  *sku = (sp_sku){.id = v[SKU_id].text,
                  .spu = v[SKU_spu].text,
                  .price_fen = v[SKU_price].number,
                  .freight = sku_freight_in(w, &v[SKU_freight], v[SKU_freight].text),
                  .weight_g = v[SKU_weight_g].number,
                  .volume_cm3 = v[SKU_volume_cm3].number,
                  .on_sale = v[SKU_on_sale].number};
  book_text(w, &sku->id);
  book_text(w, &sku->spu);
  sku_options_in(w, &v[SKU_options], sku);
  *names = (sku_names){tags_in(w, &v[SKU_tags]), v[SKU_spu].text};
}

static void skus_in(book_work *w, const json_value *array) {
  uint32_t count = json_count(array);
  w->skus = json_array(w->report, w->arena, count, sizeof *w->skus);
  w->sku_names = json_array(w->report, w->scratch, count, sizeof *w->sku_names);
  if (!w->skus || !w->sku_names) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    sku_in(w, &node, &w->skus[node.at.index], &w->sku_names[node.at.index]);
  }
  id_table table = {w->skus, sizeof *w->skus, count};
  w->book->sku_by_id = id_index(w, w->arena, table, array);
  if (!w->book->sku_by_id) return;
  w->book->skus = w->skus;
  w->book->sku_count = count;
}

void catalog_in(book_work *w, const json_value *node) {
  json_value v[CATALOG_COUNT];
  json_object(w->report, node, &catalog_schema, v);
  options_in(w, &v[CATALOG_options]);
  skus_in(w, &v[CATALOG_skus]);
}
