/* Freight templates, fees and the minimum order: src/README.md §1.3. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

/* Codes of one region: every prefecture of the country fits. */
#define SP_CODES_MAX 1000

#define FREIGHT_FIELDS(X)                                                                          \
  X(FREIGHT, templates, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_TEMPLATES_MAX)  \
  X(FREIGHT, default, .type = JSON_ID, .required = true, SP_LOOSE)                                 \
  X(FREIGHT, combine, SP_FLAG(sp_freight_table, max_first_plus_additional),                        \
    .words = "sum max_first_plus_additional")                                                      \
  X(FREIGHT, free, .type = JSON_OBJECT)
SP_SCHEMA(freight_schema, FREIGHT, FREIGHT_FIELDS, "");

#define FREE_FIELDS(X)                                                                             \
  X(FREE, gte, SP_BIGINT(sp_freight_table, free_gte_fen), .required = true,                        \
    .high = SP_BIG_CART_FEN)                                                                       \
  X(FREE, per, SP_FLAG(sp_freight_table, free_per_order), .words = "package order")                \
  X(FREE, base, SP_ENUM(sp_freight_table, free_base), .words = SP_WORDS_GOODS_BASE)
SP_SCHEMA(free_schema, FREE, FREE_FIELDS, "");

#define TEMPLATE_FIELDS(X)                                                                         \
  X(TEMPLATE, id, SP_NAME(sp_template, id), .required = true)                                      \
  X(TEMPLATE, by, SP_ENUM(sp_template, by), .required = true, .words = "pieces weight volume")     \
  X(TEMPLATE, regions, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_REGIONS_MAX)
SP_SCHEMA(template_schema, TEMPLATE, TEMPLATE_FIELDS, "");

#define REGION_FIELDS(X)                                                                           \
  X(REGION, codes, .type = JSON_ARRAY, .low = 1, .high = SP_CODES_MAX)                             \
  X(REGION, first, SP_LONG(sp_region, first), .required = true, .low = 1, .high = SP_MEASURE_MAX)  \
  X(REGION, first_fee, SP_LONG(sp_region, first_fee_fen), .required = true,                        \
    .high = SP_PRICE_FEN_MAX)                                                                      \
  X(REGION, additional, SP_LONG(sp_region, additional), .high = SP_MEASURE_MAX)                    \
  X(REGION, additional_fee, SP_LONG(sp_region, additional_fee_fen), .high = SP_PRICE_FEN_MAX)      \
  X(REGION, never_free, SP_BOOL(sp_region, never_free))
SP_SCHEMA(region_schema, REGION, REGION_FIELDS, "");

static const json_field code_field = {.type = JSON_NAME};

static void region_in(book_work *w, const cJSON *node, sp_region *region) {
  const cJSON *v[REGION_COUNT];
  json_object(w->report, node, &region_schema, region, v);
  region->codes =
      json_list(w->report, w->arena, v[REGION_codes], sizeof *region->codes, &region->code_count);
  if (!region->codes) return;
  node = json_first(v[REGION_codes]);
  for (uint32_t i = 0; node; node = node->next, i++)
    json_read(w->report, node, &code_field, &region->codes[i]);
}

static bool code_before(const void *context, uint32_t a, uint32_t b) {
  const sp_text *codes = context;
  return text_compare(codes[a], codes[b]) < 0;
}

/* A code in two regions of one template would leave the fee to chance. */
static void codes_unique(book_work *w, const cJSON *regions, const sp_template *template) {
  uint32_t count = 0, at = 0;
  for (uint32_t i = 0; i < template->region_count; i++)
    count += template->regions[i].code_count;
  size_t mark = arena_mark(w->scratch);
  sp_text *codes = json_array(w->report, w->scratch, count, sizeof *codes);
  uint32_t *order = json_array(w->report, w->scratch, count, sizeof *order);
  if (!codes || !order) return;
  for (uint32_t i = 0; i < template->region_count; i++) {
    const sp_region *region = &template->regions[i];
    for (uint32_t j = 0; j < region->code_count; j++, at++) {
      codes[at] = region->codes[j];
      order[at] = at;
    }
  }
  sort_indices(order, count, code_before, codes);
  bool twice = false;
  for (uint32_t i = 1; i < count; i++) {
    twice = twice || text_equal(codes[order[i - 1]], codes[order[i]]);
  }
  arena_rewind(w->scratch, mark);
  if (twice) report_error(w->report, regions, SP_E_DUPLICATE_ID);
}

static void template_in(book_work *w, const cJSON *node, sp_template *template) {
  const cJSON *v[TEMPLATE_COUNT];
  uint32_t defaults = 0;
  json_object(w->report, node, &template_schema, template, v);
  sp_region *regions =
      json_list(w->report, w->arena, v[TEMPLATE_regions], sizeof *regions, &template->region_count);
  template->regions = regions;
  if (!regions) return;
  for (node = json_first(v[TEMPLATE_regions]); node; node = node->next, regions++) {
    region_in(w, node, regions);
    if (regions->code_count == 0 && defaults++) report_error(w->report, node, SP_E_CONFLICT);
  }
  codes_unique(w, v[TEMPLATE_regions], template);
}

void freight_in(book_work *w, const cJSON *node) {
  const cJSON *v[FREIGHT_COUNT], *free[FREE_COUNT];
  sp_freight_table *freight = &w->book->freight;
  if (!json_object(w->report, node, &freight_schema, freight, v)) return;
  uint32_t count;
  sp_template *templates =
      json_list(w->report, w->arena, v[FREIGHT_templates], sizeof *templates, &count);
  if (!templates) return;
  node = json_first(v[FREIGHT_templates]);
  for (uint32_t i = 0; node; node = node->next, i++)
    template_in(w, node, &templates[i]);
  id_table table = {templates, sizeof *templates, count};
  w->template_by_id = id_index(w->report, w->scratch, table, v[FREIGHT_templates]);
  if (!w->template_by_id) return;
  freight->stands = true;
  freight->templates = templates;
  freight->template_count = count;
  node = v[FREIGHT_default];
  freight->default_template = SP_NONE;
  if (node) {
    freight->default_template = ids_find(&table, w->template_by_id, json_text(node));
    if (freight->default_template == SP_NONE) report_error(w->report, node, SP_E_REFERENCE);
  }
  freight->free_base = w->book->policy.free_freight_base;
  freight->has_free = json_object(w->report, v[FREIGHT_free], &free_schema, freight, free);
}

/* ---- fees ---- */

#define FEE_FIELDS(X)                                                                              \
  X(FEE, id, SP_NAME(sp_fee, id), .required = true)                                                \
  X(FEE, amount, SP_LONG(sp_fee, amount_fen), .required = true, .high = SP_PRICE_FEN_MAX)          \
  X(FEE, per, SP_ENUM(sp_fee, per), .words = "order package piece")                                \
  X(FEE, scope, .type = JSON_ANY)                                                                  \
  X(FEE, fulfilment, .type = JSON_ARRAY, .low = 1, .high = 2)
SP_SCHEMA(fee_schema, FEE, FEE_FIELDS, "");

uint32_t fulfilment_in(book_work *w, const cJSON *node) {
  if (!node) return 1u << SP_DELIVERY | 1u << SP_PICKUP;
  return word_bits_in(w->report, node, SP_WORDS_FULFILMENT);
}

void fees_in(book_work *w, const cJSON *array) {
  const cJSON *v[FEE_COUNT], *node = json_first(array);
  uint32_t count;
  sp_fee *fees = json_list(w->report, w->arena, array, sizeof *fees, &count);
  if (!fees) return;
  w->book->fees = fees;
  w->book->fee_count = count;
  for (uint32_t i = 0; node; node = node->next, i++) {
    json_object(w->report, node, &fee_schema, &fees[i], v);
    fees[i].scope = scope_in(w, v[FEE_scope]);
    fees[i].fulfilment_bits = fulfilment_in(w, v[FEE_fulfilment]);
  }
  id_index(w->report, w->scratch, (id_table){fees, sizeof *fees, count}, array);
}

/* ---- minimum order ---- */

#define MIN_FIELDS(X)                                                                              \
  X(MIN, amount, SP_BIGINT(sp_min_order, amount_fen), .required = true, .high = SP_BIG_CART_FEN)   \
  X(MIN, base, SP_ENUM(sp_min_order, base), .words = SP_WORDS_GOODS_BASE,                          \
    .absent = SP_BASE_payable_goods)                                                               \
  X(MIN, fulfilment, .type = JSON_ARRAY, .low = 1, .high = 2)
SP_SCHEMA(min_schema, MIN, MIN_FIELDS, "");

void min_order_in(book_work *w, const cJSON *node) {
  const cJSON *v[MIN_COUNT];
  sp_min_order *min = &w->book->min_order;
  min->stands = json_object(w->report, node, &min_schema, min, v);
  if (!min->stands) return;
  min->fulfilment_bits = fulfilment_in(w, v[MIN_fulfilment]);
  // Nothing is current any more when the minimum is tested.
  if (min->base == SP_BASE_current) report_error(w->report, v[MIN_base], SP_E_RANGE);
}
