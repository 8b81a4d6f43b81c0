#include <string.h>

#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define SCOPE_LISTS_OF(X)                                                                          \
  X(SCOPE, skus, .type = JSON_ARRAY, .high = SP_SKUS_MAX)                                          \
  X(SCOPE, spus, .type = JSON_ARRAY, .high = SP_SKUS_MAX)                                          \
  X(SCOPE, tags, .type = JSON_ARRAY, .high = SP_SKUS_MAX)
#define SCOPE_FIELDS(X)                                                                            \
  SCOPE_LISTS_OF(X)                                                                                \
  X(SCOPE, price_between, .type = JSON_ARRAY, .low = 2, .high = 2)                                 \
  X(SCOPE, exclude, .type = JSON_OBJECT)
#define RULE_SCOPE_FIELDS(X)                                                                       \
  SCOPE_FIELDS(X)                                                                                  \
  X(SCOPE, stores, .type = JSON_ARRAY, .low = 1, .high = SP_STORES_MAX)                            \
  X(SCOPE, store_tags, .type = JSON_ARRAY, .low = 1, .high = SP_RULE_IDS_MAX)                      \
  X(SCOPE, channels, .type = JSON_ARRAY, .low = 1, .high = SP_RULE_IDS_MAX)                        \
  X(SCOPE, order_types, .type = JSON_ARRAY, .low = 1, .high = SP_TYPE_COUNT)                       \
  X(SCOPE, fulfilment, .type = JSON_ARRAY, .low = 1, .high = 2)
SP_SCHEMA(rule_scope_schema, SCOPE, RULE_SCOPE_FIELDS, "");
/* Any other scope says nothing of places; `exclude` holds the three lists only. */
enum { SCOPE_LISTS = SCOPE_price_between, SCOPE_PLACES = SCOPE_stores };
static const json_schema scope_schema = {SCOPE_FIELDS(SP_FIELD_NAME), SCOPE_fields, SCOPE_PLACES,
                                         0};
static const json_schema exclude_schema = {SCOPE_LISTS_OF(SP_FIELD_NAME), SCOPE_fields, SCOPE_LISTS,
                                           0};

static const json_field price_field = {.type = JSON_LONG, .high = SP_PRICE_FEN_MAX};

static void name_later(book_work *w, const scope_work *scope, sp_text name, bool spu,
                       bool exclude) {
  scope_name *entry = json_array(w->report, w->scratch, 1, sizeof *entry);
  if (!entry) return;
  *entry = (scope_name){name, scope, spu, exclude, w->scope_names};
  w->scope_names = entry;
  w->scope_name_count++;
}

SP_IN_PLACE void set_bit(uint32_t *bits, uint32_t i) {
  bits[i / 32] |= 1u << (i % 32);
}

static void list_in(book_work *w, const scope_work *scope, const cJSON *array, uint32_t field,
                    bool exclude) {
  for (const cJSON *node = json_first(array); node; node = node->next) {
    sp_text id = json_id(w->report, node);
    if (!id.size) continue;
    if (field != SCOPE_skus) {
      name_later(w, scope, id, field == SCOPE_spus, exclude);
      continue;
    }
    uint32_t sku = book_find_sku(w->book, id);
    if (sku == SP_NONE) {
      report_error(w->report, node, SP_E_REFERENCE);
    } else {
      set_bit(exclude ? scope->exclude : scope->bits, sku);
    }
  }
}

static void lists_in(book_work *w, const scope_work *scope, const cJSON **lists, bool exclude) {
  for (uint32_t i = 0; i < SCOPE_LISTS; i++)
    list_in(w, scope, lists[i], i, exclude);
}

static void price_between_in(book_work *w, const cJSON *pair, scope_work *scope) {
  int64_t ends[2] = {0, 0};
  if (!pair) return;
  json_read(w->report, pair->child, &price_field, &ends[0]);
  json_read(w->report, pair->child->next, &price_field, &ends[1]);
  scope->low = ends[0];
  scope->high = ends[1];
  if (ends[0] > ends[1]) report_error(w->report, pair, SP_E_RANGE);
}

static uint32_t words_of(const book_work *w) {
  return (w->book->sku_count + 31) / 32;
}

/* Leaves v as the schema read it. */
static sp_scope read_scope(book_work *w, const cJSON *node, const json_schema *schema,
                           const cJSON **v) {
  sp_scope everything = {NULL};
  const cJSON *out[SCOPE_LISTS];
  if (json_is_string(node)) {
    json_object(w->report, NULL, schema, NULL, v);
    if (words_find("all", node->valuestring)) report_error(w->report, node, SP_E_RANGE);
    return everything;
  }
  if (!json_object(w->report, node, schema, NULL, v)) return everything;
  uint32_t number = w->scopes ? w->scopes->number + 1 : 0;
  if (number == SP_SCOPES_MAX) {
    report_error(w->report, node, SP_E_LIMIT);
    return everything;
  }
  scope_work *scope = json_array(w->report, w->scratch, 1, sizeof *scope);
  uint32_t *bits = json_array(w->report, w->arena, words_of(w), sizeof(uint32_t));
  if (!scope || !bits) return everything;
  *scope = (scope_work){.number = number,
                        .bits = bits,
                        .lists = v[SCOPE_skus] || v[SCOPE_spus] || v[SCOPE_tags],
                        .high = SP_PRICE_FEN_MAX,
                        .next = w->scopes};
  lists_in(w, scope, v, false);
  price_between_in(w, v[SCOPE_price_between], scope);
  if (v[SCOPE_exclude]) {
    scope->exclude = json_array(w->report, w->scratch, words_of(w), sizeof(uint32_t));
    if (!scope->exclude) return everything;
    json_object(w->report, v[SCOPE_exclude], &exclude_schema, NULL, out);
    lists_in(w, scope, out, true);
  }
  w->scopes = scope;
  return (sp_scope){bits};
}

sp_scope scope_in(book_work *w, const cJSON *node) {
  const cJSON *v[SCOPE_COUNT];
  return read_scope(w, node, &scope_schema, v);
}

void rule_scope_in(book_work *w, const cJSON *node, sp_rule *rule) {
  const cJSON *v[SCOPE_COUNT];
  rule->scope = read_scope(w, node, &rule_scope_schema, v);
  id_list_in(w->report, w->arena, v[SCOPE_stores], JSON_NAME, &rule->stores);
  id_list_in(w->report, w->arena, v[SCOPE_store_tags], JSON_NAME, &rule->store_tags);
  id_list_in(w->report, w->arena, v[SCOPE_channels], JSON_NAME, &rule->channels);
  rule->order_types = word_bits_in(w->report, v[SCOPE_order_types], SP_WORDS_ORDER_TYPE);
  rule->fulfilment_bits = fulfilment_in(w, v[SCOPE_fulfilment]);
  node = w->book->has_stores ? json_first(v[SCOPE_stores]) : NULL;
  for (; node; node = node->next) {
    if (!json_is_string(node) || book_find_store(w->book, json_text(node)) != SP_NONE)
      continue;
    report_error(w->report, node, SP_E_REFERENCE);
  }
}

/* ---- tags and SPUs ---- */

/* The names that scopes state, equal ones side by side: tags first, then SPUs. */
typedef struct {
  const scope_name **names;
  uint32_t *order;
  uint32_t count;
} name_table;

typedef struct {
  uint32_t first, end;
} name_range;

static int name_compare(const scope_name *a, sp_text name, bool spu) {
  if (a->spu != spu) return a->spu ? 1 : -1;
  return text_compare(a->name, name);
}

static bool name_before(const void *context, uint32_t i, uint32_t j) {
  const name_table *table = context;
  const scope_name *a = table->names[i], *b = table->names[j];
  int order = name_compare(a, b->name, b->spu);
  if (order) return order < 0;
  if (a->scope != b->scope) return a->scope->number < b->scope->number;
  if (a->exclude != b->exclude) return b->exclude;
  return i < j;
}

SP_IN_PLACE const scope_name *nth_name(const name_table *table, uint32_t n) {
  return table->names[table->order[n]];
}

static name_range range_of(const name_table *table, sp_text name, bool spu) {
  uint32_t low = 0, high = table->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (name_compare(nth_name(table, middle), name, spu) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  while (high < table->count && !name_compare(nth_name(table, high), name, spu))
    high++;
  return (name_range){low, high};
}

static void set_bits(uint32_t *bits, const uint32_t *skus, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    set_bit(bits, skus[i]);
}

/* Sets these SKUs in every scope that states one of these names. Many of them are put together in
 * `spare` once, which is left empty. */
static void name_resolve(const book_work *w, const name_table *table, name_range range,
                         const uint32_t *skus, uint32_t count, uint32_t *spare) {
  uint32_t words = words_of(w);
  bool many = count > words;
  const uint32_t *bits_before = NULL;
  if (many) set_bits(spare, skus, count);
  for (uint32_t i = range.first; i < range.end; i++) {
    const scope_name *found = nth_name(table, i);
    // A name that stands twice in one list would otherwise cost its square.
    uint32_t *bits = found->exclude ? found->scope->exclude : found->scope->bits;
    if (bits == bits_before) continue;
    bits_before = bits;
    if (!many) set_bits(bits, skus, count);
    for (uint32_t k = 0; many && k < words; k++)
      bits[k] |= spare[k];
  }
  for (uint32_t k = 0; many && k < words; k++)
    spare[k] = 0;
}

/* What is known of the SKUs by name: the ranges of the names that each has, and for the first
 * place of a range how many have it, then where the list of those SKUs ends. */
typedef struct {
  name_range *of_tag, *of_spu; /* by tag, by SKU */
  uint32_t *skus, *end;
  uint32_t total;
} name_goods;

/* Counts the SKU, or puts it into the list, which is filled from its end. */
SP_IN_PLACE void name_meets(name_goods *goods, name_range range, uint32_t sku) {
  if (range.first == range.end) return;
  if (goods->skus) {
    goods->skus[--goods->end[range.first]] = sku;
  } else {
    goods->end[range.first]++;
    goods->total++;
  }
}

static void skus_meet(const book_work *w, name_goods *goods) {
  for (uint32_t i = 0; i < w->book->sku_count; i++) {
    const sp_sku *sku = &w->skus[i];
    for (uint32_t k = 0; k < sku->tag_count; k++)
      name_meets(goods, goods->of_tag[sku->tags[k]], i);
    name_meets(goods, goods->of_spu[i], i);
  }
}

/* Tags have numbers, so each is looked for once; an SPU is looked for at each of its SKUs, where
 * any scope states one. */
static bool skus_resolve(book_work *w, const name_table *table) {
  sp_book *book = w->book;
  name_goods goods = {json_array(w->report, w->scratch, book->tag_count, sizeof(name_range)),
                      json_array(w->report, w->scratch, book->sku_count, sizeof(name_range)), NULL,
                      json_array(w->report, w->scratch, table->count, sizeof(uint32_t)), 0};
  uint32_t *spare = json_array(w->report, w->scratch, words_of(w), sizeof *spare), at = 0;
  if (!goods.of_tag || !goods.of_spu || !goods.end || !spare) return false;
  bool any_spu = nth_name(table, table->count - 1)->spu;
  for (uint32_t tag = 0; tag < book->tag_count; tag++)
    goods.of_tag[tag] = range_of(table, book->tags[tag], false);
  for (uint32_t sku = 0; any_spu && sku < book->sku_count; sku++) {
    if (w->skus[sku].spu.size) goods.of_spu[sku] = range_of(table, w->skus[sku].spu, true);
  }
  skus_meet(w, &goods);
  goods.skus = json_array(w->report, w->scratch, goods.total, sizeof *goods.skus);
  if (!goods.skus) return false;
  for (uint32_t i = 0; i < table->count; i++)
    at = goods.end[i] += at;
  skus_meet(w, &goods);
  for (uint32_t i = 0; i < table->count; i++) {
    const scope_name *name = nth_name(table, i);
    uint32_t next = i + 1 < table->count ? goods.end[i + 1] : goods.total;
    if (next == goods.end[i]) continue;
    name_resolve(w, table, range_of(table, name->name, name->spu), goods.skus + goods.end[i],
                 next - goods.end[i], spare);
  }
  return true;
}

/* Two walks over the SKUs serve every scope. */
static bool names_resolve(book_work *w) {
  uint32_t count = w->scope_name_count, i = 0;
  if (!count) return true;
  name_table table = {json_array(w->report, w->scratch, count, sizeof *table.names),
                      json_array(w->report, w->scratch, count, sizeof *table.order), count};
  if (!table.names || !table.order) return false;
  for (const scope_name *name = w->scope_names; name; name = name->next, i++) {
    table.names[i] = name;
    table.order[i] = i;
  }
  sort_indices(table.order, count, name_before, &table);
  return skus_resolve(w, &table);
}

/* Rules of one and the same scope share its bits: who sees the pointer need not compare. */
static void share_bits(book_work *w) {
  size_t size = words_of(w) * sizeof(uint32_t);
  uint32_t count = w->book->rule_count, known = 0, k;
  const uint32_t **bits = json_array(w->report, w->scratch, count, sizeof *bits);
  for (uint32_t i = 0; bits && i < count; i++) {
    sp_scope *scope = &w->rules[i].scope;
    if (!scope->bits) continue;
    bits[known] = scope->bits;
    for (k = 0; memcmp(bits[k], scope->bits, size); k++) {
    }
    if (k == known) known++;
    scope->bits = bits[k];
  }
}

void scopes_resolve(book_work *w) {
  if (!names_resolve(w)) return;
  uint32_t words = words_of(w), count = w->book->sku_count;
  for (const scope_work *scope = w->scopes; scope; scope = scope->next) {
    for (uint32_t i = 0; i < words; i++) {
      if (!scope->lists) scope->bits[i] = UINT32_MAX;
      if (scope->exclude) scope->bits[i] &= ~scope->exclude[i];
    }
    if (words && count % 32) scope->bits[words - 1] &= (1u << (count % 32)) - 1;
    if (scope->low == 0 && scope->high == SP_PRICE_FEN_MAX) continue;
    for (uint32_t i = 0; i < count; i++) {
      int64_t price = w->skus[i].price_fen;
      if (price < scope->low || price > scope->high) scope->bits[i / 32] &= ~(1u << (i % 32));
    }
  }
  share_bits(w);
}
