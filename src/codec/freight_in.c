/* Freight templates, fees, points and the minimum order: src/README.md §1.3. */
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define SP_FEN_FIELD .type = JSON_INT, .high = SP_PRICE_FEN_MAX
#define SP_SUM_FIELD .type = JSON_BIG, .high = SP_BIG_CART_FEN
/* Codes of one region: every prefecture of the country fits. */
#define SP_CODES_MAX 1000

enum { FREIGHT_templates, FREIGHT_default, FREIGHT_combine, FREIGHT_free, FREIGHT_COUNT };
static const json_field freight_fields[] = {
    {.name = "templates", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_TEMPLATES_MAX},
    {.name = "default", .type = JSON_ID, .required = true},
    {.name = "combine", .type = JSON_ENUM, .words = "sum max_first_plus_additional"},
    {.name = "free", .type = JSON_OBJECT},
};
static const json_schema freight_schema = SP_SCHEMA(freight_fields, NULL);

enum { FREE_gte, FREE_per, FREE_base, FREE_COUNT };
static const json_field free_fields[] = {
    {.name = "gte", .required = true, SP_SUM_FIELD},
    {.name = "per", .type = JSON_ENUM, .words = "package order"},
    {.name = "base", .type = JSON_ENUM, .words = SP_WORDS_BASE, .absent = -1},
};
static const json_schema free_schema = SP_SCHEMA(free_fields, NULL);

enum { TEMPLATE_id, TEMPLATE_by, TEMPLATE_regions, TEMPLATE_COUNT };
static const json_field template_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "by", .type = JSON_ENUM, .required = true, .words = "pieces weight volume"},
    {.name = "regions", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_REGIONS_MAX},
};
static const json_schema template_schema = SP_SCHEMA(template_fields, NULL);

enum {
  REGION_codes,
  REGION_first,
  REGION_first_fee,
  REGION_additional,
  REGION_additional_fee,
  REGION_never_free,
  REGION_COUNT
};
static const json_field region_fields[] = {
    {.name = "codes", .type = JSON_ARRAY, .low = 1, .high = SP_CODES_MAX},
    {.name = "first", .type = JSON_INT, .required = true, .low = 1, .high = SP_MEASURE_MAX},
    {.name = "first_fee", .required = true, SP_FEN_FIELD},
    {.name = "additional", .type = JSON_INT, .high = SP_MEASURE_MAX},
    {.name = "additional_fee", SP_FEN_FIELD},
    {.name = "never_free", .type = JSON_BOOL},
};
static const json_schema region_schema = SP_SCHEMA(region_fields, NULL);

static const json_field code_field = {.type = JSON_ID};

static void codes_in(book_work *w, const json_value *array, sp_region *region) {
  uint32_t count = json_count(array);
  if (!count) return;
  region->codes = json_array(w->report, w->arena, count, sizeof *region->codes);
  if (!region->codes) return;
  region->code_count = count;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_read(w->report, &node, &code_field);
    region->codes[node.at.index] = node.text;
    book_text(w, &region->codes[node.at.index]);
  }
}

static void region_in(book_work *w, const json_value *node, sp_region *region) {
  json_value v[REGION_COUNT];
  json_object(w->report, node, &region_schema, v);
  *region = (sp_region){.first = v[REGION_first].number,
                        .first_fee_fen = v[REGION_first_fee].number,
                        .additional = v[REGION_additional].number,
                        .additional_fee_fen = v[REGION_additional_fee].number,
                        .never_free = v[REGION_never_free].number};
  codes_in(w, &v[REGION_codes], region);
}

static bool code_before(const void *context, uint32_t a, uint32_t b) {
  const sp_text *codes = context;
  return text_compare(codes[a], codes[b]) < 0;
}

/* A code in two regions of one template would leave the fee to chance. */
static void codes_unique(book_work *w, const json_value *regions, const sp_template *template) {
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
  if (twice) report_error(w->report, &regions->at, SP_E_DUPLICATE_ID);
}

static void template_in(book_work *w, const json_value *node, sp_template *template) {
  json_value v[TEMPLATE_COUNT];
  json_object(w->report, node, &template_schema, v);
  template->id = v[TEMPLATE_id].text;
  book_text(w, &template->id);
  template->by = (unsigned)v[TEMPLATE_by].number;
  uint32_t count = json_count(&v[TEMPLATE_regions]), defaults = 0;
  sp_region *regions = json_array(w->report, w->arena, count, sizeof *regions);
  if (!regions) return;
  json_value region;
  for (bool more = json_first(&v[TEMPLATE_regions], &region); more; more = json_next(&region)) {
    region_in(w, &region, &regions[region.at.index]);
    defaults += regions[region.at.index].code_count == 0;
    if (regions[region.at.index].code_count == 0 && defaults > 1) {
      report_error(w->report, &region.at, SP_E_CONFLICT);
    }
  }
  template->regions = regions;
  template->region_count = count;
  codes_unique(w, &v[TEMPLATE_regions], template);
}

static void free_in(book_work *w, const json_value *node, sp_freight_table *freight) {
  json_value v[FREE_COUNT];
  if (!node->item || !json_object(w->report, node, &free_schema, v)) return;
  uint32_t base = (uint32_t)v[FREE_base].number;
  freight->has_free = true;
  freight->free_gte_fen = v[FREE_gte].number;
  freight->free_per_order = v[FREE_per].number;
  freight->free_base = base == SP_NONE ? w->book->policy.free_freight_base : (sp_base)base;
}

void freight_in(book_work *w, const json_value *node) {
  json_value v[FREIGHT_COUNT];
  if (!node->item || !json_object(w->report, node, &freight_schema, v)) return;
  uint32_t count = json_count(&v[FREIGHT_templates]);
  sp_template *templates = json_array(w->report, w->arena, count, sizeof *templates);
  if (!templates) return;
  json_value template;
  for (bool more = json_first(&v[FREIGHT_templates], &template); more;
       more = json_next(&template)) {
    template_in(w, &template, &templates[template.at.index]);
  }
  id_table table = {templates, sizeof *templates, count};
  w->template_by_id = id_index(w, w->scratch, table, &v[FREIGHT_templates]);
  if (!w->template_by_id) return;
  sp_freight_table *freight = &w->book->freight;
  freight->stands = true;
  freight->templates = templates;
  freight->template_count = count;
  freight->max_first_plus_additional = v[FREIGHT_combine].number;
  freight->default_template = ids_find(&table, w->template_by_id, v[FREIGHT_default].text);
  if (freight->default_template == SP_NONE && v[FREIGHT_default].item) {
    report_error(w->report, &v[FREIGHT_default].at, SP_E_REFERENCE);
  }
  free_in(w, &v[FREIGHT_free], freight);
}

/* ---- fees ---- */

enum { FEE_id, FEE_amount, FEE_per, FEE_scope, FEE_fulfilment, FEE_COUNT };
static const json_field fee_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "amount", .required = true, SP_FEN_FIELD},
    {.name = "per", .type = JSON_ENUM, .words = "order package piece"},
    {.name = "scope", .type = JSON_ANY},
    {.name = "fulfilment", .type = JSON_ARRAY, .low = 1, .high = 2},
};
static const json_schema fee_schema = SP_SCHEMA(fee_fields, NULL);

static const json_field fulfilment_field = {.type = JSON_ENUM, .words = SP_WORDS_FULFILMENT};

uint32_t fulfilment_in(book_work *w, const json_value *node) {
  uint32_t bits = 0;
  if (!node->item) return 1u << SP_DELIVERY | 1u << SP_PICKUP;
  json_value element;
  for (bool more = json_first(node, &element); more; more = json_next(&element)) {
    if (json_read(w->report, &element, &fulfilment_field)) bits |= 1u << element.number;
  }
  return bits;
}

void fees_in(book_work *w, const json_value *node) {
  uint32_t count = json_count(node);
  sp_fee *fees = json_array(w->report, w->arena, count, sizeof *fees);
  if (!fees) return;
  json_value fee;
  for (bool more = json_first(node, &fee); more; more = json_next(&fee)) {
    json_value v[FEE_COUNT];
    json_object(w->report, &fee, &fee_schema, v);
    fees[fee.at.index] = (sp_fee){.id = v[FEE_id].text,
                                  .amount_fen = v[FEE_amount].number,
                                  .per = (unsigned)v[FEE_per].number,
                                  .scope = scope_in(w, &v[FEE_scope]),
                                  .fulfilment_bits = fulfilment_in(w, &v[FEE_fulfilment])};
    book_text(w, &fees[fee.at.index].id);
  }
  id_table table = {fees, sizeof *fees, count};
  id_index(w, w->scratch, table, node);
  w->book->fees = fees;
  w->book->fee_count = count;
}

/* ---- points ---- */

#define SP_RATIO_FIELD .type = JSON_INT, .required = true, .low = 1, .high = SP_RATIO_MAX
enum {
  POINTS_num,
  POINTS_den,
  POINTS_step,
  POINTS_max,
  POINTS_share_bp,
  POINTS_min_payable,
  POINTS_last_step_partial,
  POINTS_scope,
  POINTS_earn,
  POINTS_COUNT
};
static const json_field points_fields[] = {
    {.name = "num", SP_RATIO_FIELD},
    {.name = "den", SP_RATIO_FIELD},
    {.name = "step", .type = JSON_INT, .low = 1, .high = SP_MEASURE_MAX, .absent = 1},
    {.name = "max", .type = JSON_BIG, .high = SP_BIG_POINTS, .absent = -1},
    {.name = "share_bp", .type = JSON_INT, .high = 10000, .absent = 10000},
    {.name = "min_payable", SP_SUM_FIELD},
    {.name = "last_step_partial", .type = JSON_BOOL},
    {.name = "scope", .type = JSON_ANY},
    {.name = "earn", .type = JSON_OBJECT},
};
static const json_schema points_schema = SP_SCHEMA(points_fields, NULL);
/* `earn` holds num and den only. */
static const json_schema earn_schema = {points_fields, 2, NULL};

void points_in(book_work *w, const json_value *node) {
  json_value v[POINTS_COUNT], earn[2];
  if (!node->item || !json_object(w->report, node, &points_schema, v)) return;
  w->book->points = (sp_points_table){.stands = true,
                                      .num = v[POINTS_num].number,
                                      .den = v[POINTS_den].number,
                                      .step = v[POINTS_step].number,
                                      .max = v[POINTS_max].number,
                                      .share_bp = v[POINTS_share_bp].number,
                                      .min_payable_fen = v[POINTS_min_payable].number,
                                      .last_step_partial = v[POINTS_last_step_partial].number,
                                      .scope = scope_in(w, &v[POINTS_scope])};
  if (!v[POINTS_earn].item || !json_object(w->report, &v[POINTS_earn], &earn_schema, earn)) return;
  w->book->points.earns = true;
  w->book->points.earn_num = earn[POINTS_num].number;
  w->book->points.earn_den = earn[POINTS_den].number;
}

/* ---- minimum order ---- */

enum { MIN_amount, MIN_base, MIN_fulfilment, MIN_COUNT };
static const json_field min_fields[] = {
    {.name = "amount", .required = true, SP_SUM_FIELD},
    {.name = "base", .type = JSON_ENUM, .words = SP_WORDS_BASE, .absent = SP_BASE_payable_goods},
    {.name = "fulfilment", .type = JSON_ARRAY, .low = 1, .high = 2},
};
static const json_schema min_schema = SP_SCHEMA(min_fields, NULL);

void min_order_in(book_work *w, const json_value *node) {
  json_value v[MIN_COUNT];
  if (!node->item || !json_object(w->report, node, &min_schema, v)) return;
  w->book->min_order = (sp_min_order){.stands = true,
                                      .amount_fen = v[MIN_amount].number,
                                      .base = (sp_base)v[MIN_base].number,
                                      .fulfilment_bits = fulfilment_in(w, &v[MIN_fulfilment])};
  // Nothing is current any more when the minimum is tested.
  if (v[MIN_base].number == SP_BASE_current) report_error(w->report, &v[MIN_base].at, SP_E_RANGE);
}
