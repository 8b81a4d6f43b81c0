#include <string.h>

#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define CATALOG_FIELDS(X)                                                                          \
  X(CATALOG, skus, .type = JSON_ARRAY, .required = true, .high = SP_SKUS_MAX)                      \
  X(CATALOG, options, .type = JSON_ARRAY, .high = SP_OPTIONS_MAX)                                  \
  X(CATALOG, stores, .type = JSON_ARRAY, .high = SP_STORES_MAX)
SP_SCHEMA(catalog_schema, CATALOG, CATALOG_FIELDS, "");

#define OPTION_FIELDS(X)                                                                           \
  X(OPTION, id, SP_NAME(sp_option, id), .required = true)                                          \
  X(OPTION, price, SP_LONG(sp_option, price_fen), .required = true, .high = SP_PRICE_FEN_MAX)      \
  X(OPTION, discountable, SP_BOOL(sp_option, discountable), .absent = true)
SP_SCHEMA(option_schema, OPTION, OPTION_FIELDS, "");

#define SKU_FIELDS(X)                                                                              \
  X(SKU, id, SP_NAME(sp_sku, id), .required = true)                                                \
  X(SKU, price, SP_LONG(sp_sku, price_fen), .required = true, .high = SP_PRICE_FEN_MAX)            \
  X(SKU, spu, SP_NAME(sp_sku, spu))                                                                \
  X(SKU, tags, .type = JSON_ARRAY, .high = SP_SKU_TAGS_MAX)                                        \
  X(SKU, options, .type = JSON_ARRAY, .high = SP_SKU_OPTIONS_MAX)                                  \
  X(SKU, on_sale, SP_BOOL(sp_sku, on_sale), .absent = true)                                        \
  X(SKU, freight, .type = JSON_ID, SP_LOOSE)                                                       \
  X(SKU, weight_g, SP_LONG(sp_sku, weight_g), .high = SP_MEASURE_MAX)                              \
  X(SKU, volume_cm3, SP_LONG(sp_sku, volume_cm3), .high = SP_MEASURE_MAX)                          \
  X(SKU, floor, SP_LONG(sp_sku, floor_fen), .high = SP_PRICE_FEN_MAX)                              \
  X(SKU, tax_bp, SP_INT(sp_sku, tax_bp), .high = 10000)
SP_SCHEMA(sku_schema, SKU, SKU_FIELDS, "");

static void options_in(book_work *w, const cJSON *array) {
  uint32_t count;
  sp_option *options = json_list(w->report, w->arena, array, sizeof *options, &count);
  if (!options) return;
  const cJSON *v[OPTION_COUNT], *node = json_first(array);
  for (uint32_t i = 0; node; node = node->next, i++)
    json_object(w->report, node, &option_schema, &options[i], v);
  id_table table = {options, sizeof *options, count};
  w->book->option_by_id = id_index(w->report, w->arena, table, array);
  if (!w->book->option_by_id) return;
  w->book->options = options;
  w->book->option_count = count;
}

static bool index_before(const void *context, uint32_t a, uint32_t b) {
  (void)context;
  return a < b;
}

static uint32_t find_option(const void *book, sp_text id) {
  return book_find_option(book, id);
}

static uint32_t sku_freight_in(book_work *w, const cJSON *node) {
  if (!node) return SP_NONE;
  const sp_freight_table *freight = &w->book->freight;
  id_table table = {freight->templates, sizeof(sp_template), freight->template_count};
  uint32_t template = SP_NONE;
  if (w->template_by_id) template = ids_find(&table, w->template_by_id, json_text(node));
  if (template == SP_NONE) report_error(w->report, node, SP_E_REFERENCE);
  return template;
}

/* ---- tags ---- */

static uint32_t tag_number(book_work *w, tag_work *t, sp_text name) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < name.size; i++)
    at = (at ^ (uint8_t)name.ptr[i]) * 16777619u;
  for (at ^= at >> 15; t->slots[at & t->mask]; at++) {
    uint32_t number = t->slots[at & t->mask] - 1;
    if (text_equal(t->names[number], name)) return number;
  }
  t->names[t->count] = arena_text(w->arena, name);
  if (!t->names[t->count].ptr) report_error(w->report, NULL, SP_E_MEMORY);
  t->slots[at & t->mask] = ++t->count;
  return t->count - 1;
}

/* Room for as many different tags as there are tags. */
static bool tags_begin(book_work *w, const cJSON *skus, tag_work *t) {
  uint32_t room = 0, slots = 16;
  for (const cJSON *sku = json_first(skus); sku; sku = sku->next) {
    for (const cJSON *member = json_first(sku); member; member = member->next)
      room += json_is_array(member) ? json_count(member) : 0;
  }
  while (slots < 2 * room)
    slots *= 2;
  *t = (tag_work){.mask = slots - 1};
  t->slots = json_array(w->report, w->scratch, slots, sizeof *t->slots);
  t->names = json_array(w->report, w->scratch, room, sizeof *t->names);
  return t->slots && t->names;
}

static void tags_in(book_work *w, const cJSON *array, sp_sku *sku, tag_work *t) {
  uint32_t count;
  if (!array) return;
  uint32_t *tags = json_list(w->report, w->arena, array, sizeof *tags, &count);
  if (!tags) return;
  sku->tags = tags;
  for (const cJSON *node = array->child; node; node = node->next) {
    json_note *note = json_is_string(node) ? json_note_of(node->valuestring) : NULL;
    if (!note || note->where != t) {
      sp_text name = json_id(w->report, node);
      if (!name.size) continue;
      *note = (json_note){t, tag_number(w, t, name), note->sign};
    }
    tags[sku->tag_count++] = note->place;
  }
}

/* The names stay with the book. */
static void tags_end(book_work *w, const tag_work *t) {
  sp_text *names = json_array(w->report, w->arena, t->count, sizeof *names);
  if (!names) return;
  if (t->count) memcpy(names, t->names, t->count * sizeof *names);
  w->book->tags = names;
  w->book->tag_count = t->count;
}

/* ---- SKUs ---- */

static void sku_in(book_work *w, const cJSON *node, sp_sku *sku, tag_work *t) {
  const cJSON *v[SKU_COUNT];
  json_object(w->report, node, &sku_schema, sku, v);
  sku->freight = sku_freight_in(w, v[SKU_freight]);
  // The options it may be sold with, ascending.
  uint32_t *options = NULL;
  if (v[SKU_options]) {
    options = ids_in(w->report, w->arena, v[SKU_options], find_option, w->book, &sku->option_count);
    sort_indices(options, sku->option_count, index_before, NULL);
    sku->options = options;
  }
  tags_in(w, v[SKU_tags], sku, t);
}

void catalog_begin(book_work *w, const cJSON *node) {
  const cJSON *v[CATALOG_COUNT];
  catalog_work *c = &w->catalog;
  uint32_t count;
  json_object(w->report, node, &catalog_schema, NULL, v);
  options_in(w, v[CATALOG_options]);
  *c = (catalog_work){.skus = v[CATALOG_skus], .stores = v[CATALOG_stores]};
  w->skus = json_list(w->report, w->arena, c->skus, sizeof *w->skus, &count);
  if (w->skus && tags_begin(w, c->skus, &c->tags)) c->next = json_first(c->skus);
}

bool catalog_read_on(book_work *w, uint32_t count_max) {
  catalog_work *c = &w->catalog;
  bool any = c->next;
  for (; c->next && count_max; c->next = c->next->next, count_max--)
    sku_in(w, c->next, &w->skus[c->read++], &c->tags);
  return any;
}

void catalog_end(book_work *w) {
  catalog_work *c = &w->catalog;
  // Without memory for its tags no SKU was read.
  if (!c->tags.names) return;
  tags_end(w, &c->tags);
  id_table table = {w->skus, sizeof *w->skus, c->read};
  w->book->sku_by_id = id_index(w->report, w->arena, table, c->skus);
  if (!w->book->sku_by_id) return;
  w->book->skus = w->skus;
  w->book->sku_count = c->read;
  stores_in(w, c->stores);
}
