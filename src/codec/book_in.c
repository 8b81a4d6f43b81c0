#include "codec/book_in.h"

#include "base/sha256.h"
#include "codec/book_file.h"
#include "codec/book_parts.h"

#define BOOK_FIELDS(X)                                                                             \
  X(BOOK, suanpan_book, .type = JSON_INT, .required = true, .low = 1, .high = 1, SP_LOOSE)         \
  X(BOOK, shop, SP_NAME(sp_book, shop), .required = true)                                          \
  X(BOOK, version, SP_BIGINT(sp_book, version), .required = true, .low = 1,                        \
    .high = SP_BIG_INTEGER)                                                                        \
  X(BOOK, meaning, SP_BIGINT(sp_book, meaning), .required = true, .high = SP_BIG_INTEGER)          \
  X(BOOK, catalog, .type = JSON_OBJECT, .required = true)                                          \
  X(BOOK, rules, .type = JSON_OBJECT, .required = true)                                            \
  X(BOOK, text, .type = JSON_OBJECT)
SP_SCHEMA(book_schema, BOOK, BOOK_FIELDS, "");

/* utc_offset_s: fourteen hours either way, as far as clocks on earth go. */
#define PART_FIELDS(X)                                                                             \
  X(PART, utc_offset_s, SP_LONG(sp_book, utc_offset_s), .low = SP_MIRRORED, .high = 50400,         \
    .absent = 28800)                                                                               \
  X(PART, preset, .type = JSON_ENUM, .required = true, .words = SP_WORDS_PRESET, SP_LOOSE)         \
  X(PART, policy, .type = JSON_OBJECT)                                                             \
  X(PART, tiers, .type = JSON_ARRAY, .high = SP_MEMBER_TIERS_MAX)                                  \
  X(PART, groups, .type = JSON_OBJECT)                                                             \
  X(PART, rules, .type = JSON_ARRAY, .required = true, .high = SP_RULES_MAX)                       \
  X(PART, freight, .type = JSON_OBJECT)                                                            \
  X(PART, fees, .type = JSON_ARRAY, .high = SP_FEES_MAX)                                           \
  X(PART, points, .type = JSON_OBJECT)                                                             \
  X(PART, growth, .type = JSON_OBJECT)                                                             \
  X(PART, min_order, .type = JSON_OBJECT)                                                          \
  X(PART, order_types, .type = JSON_OBJECT)
SP_SCHEMA(part_schema, PART, PART_FIELDS, "");

static void tiers_in(book_work *w, const cJSON *array) {
  static const json_field tier_field = {.type = JSON_NAME};
  uint32_t room;
  sp_text *tier = json_list(w->report, w->arena, array, sizeof *tier, &room);
  if (!tier) return;
  w->book->tiers = tier;
  for (const cJSON *node = json_first(array); node; node = node->next, tier++) {
    if (json_read(w->report, node, &tier_field, tier) &&
        book_find_tier(w->book, *tier) != SP_NONE) {
      report_error(w->report, node, SP_E_DUPLICATE_ID);
    }
    w->book->tier_count++;
  }
}

/* Which stages act in orders of a type: all in normal ones, none where stored value is bought,
 * unit prices and freight elsewhere. */
static void order_types_in(book_work *w, const cJSON *object) {
  static const json_field stages_field = {.type = JSON_ARRAY, .high = SP_STAGE_reward + 1};
  uint32_t *stages = w->book->stages_of_type;
  for (uint32_t type = 0; type < SP_TYPE_COUNT; type++)
    stages[type] = 1u << SP_STAGE_unit | 1u << SP_STAGE_freight;
  stages[SP_TYPE_normal] = UINT32_MAX;
  stages[SP_TYPE_topup] = SP_STAGES_OF_GRANTS;
  for (const cJSON *node = json_first(object); node; node = node->next) {
    uint32_t type = words_find(SP_WORDS_ORDER_TYPE, node->string);
    if (type == SP_NONE) {
      report_error(w->report, node, SP_E_FIELD);
    } else if (json_read(w->report, node, &stages_field, NULL)) {
      stages[type] = word_bits_in(w->report, node, SP_WORDS_STAGE);
    }
  }
}

static bool has_failed(const book_work *w) {
  for (uint32_t i = 0; i < w->report->error_count; i++) {
    if (w->report->errors[i].code == SP_E_MEMORY) return true;
  }
  return false;
}

/* The order follows the references: templates before SKUs, SKUs and tiers before rules. Each step
 * needs the arrays of the ones before, so running out of memory ends it. */
static void parts_in(book_work *w, const cJSON *catalog, const cJSON *rules) {
  const cJSON *v[PART_COUNT];
  json_object(w->report, rules, &part_schema, w->book, v);
  const cJSON *preset = v[PART_preset];
  policy_in(w, preset ? words_find(SP_WORDS_PRESET, preset->valuestring) : 0, v[PART_policy]);
  freight_in(w, v[PART_freight]);
  catalog_in(w, catalog);
  tiers_in(w, v[PART_tiers]);
  order_types_in(w, v[PART_order_types]);
  groups_in(w, v[PART_groups]);
  if (has_failed(w)) return;
  rules_in(w, v[PART_rules]);
  fees_in(w, v[PART_fees]);
  points_in(w, v[PART_points]);
  growth_in(w, v[PART_growth]);
  min_order_in(w, v[PART_min_order]);
  if (w->book->tests_standing & SP_TEST_BIT(same_spu)) spus_resolve(w);
  if (has_failed(w)) return;
  scopes_resolve(w);
  bundles_resolve(w);
  stacks_resolve(w, v[PART_groups], v[PART_rules]);
  // Only where all is listed is anybody told of warnings.
  if (w->report->error_count == 0 && w->report->max > 1) book_warn(w, v[PART_rules]);
}

static void json_book_in(book_work *w, sp_text bytes) {
  const cJSON *v[BOOK_COUNT];
  cJSON *tree = json_parse(bytes, NULL, w->scratch, w->report);
  if (tree && json_object(w->report, tree, &book_schema, w->book, v)) {
    if (w->book->meaning != SP_MEANING) report_error(w->report, v[BOOK_meaning], SP_E_MEANING);
    if (v[BOOK_catalog] && v[BOOK_rules]) parts_in(w, v[BOOK_catalog], v[BOOK_rules]);
    sha256((const uint8_t *)bytes.ptr, bytes.size, w->book->digest);
  }
}

/* Reads the parts as if they stood in one book, whose paths they have. */
static void container_in(book_work *w, sp_text bytes) {
  char catalog_name[] = "catalog", rules_name[] = "rules";
  book_file file = {.version = 0};
  if (!book_file_in(bytes, w->scratch, w->report, &file)) return;
  w->book->shop = file.shop;
  w->book->version = file.version;
  sha256((const uint8_t *)file.manifest.ptr, file.manifest.size, w->book->digest);
  cJSON *catalog = json_parse(file.catalog, catalog_name, w->scratch, w->report), *rules = NULL;
  if (catalog) rules = json_parse(file.rules, rules_name, w->scratch, w->report);
  if (rules) {
    cJSON root = {.type = cJSON_Object, .child = catalog};
    catalog->string = catalog_name;
    catalog->next = rules;
    rules->string = rules_name;
    w->report->base = NULL;
    w->report->tree = &root;
    parts_in(w, catalog, rules);
  }
}

const sp_book *book_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report) {
  if (bytes.size > SP_BOOK_BYTES_MAX) {
    report_error(report, NULL, SP_E_LIMIT);
    return NULL;
  }
  book_work w = {.report = report, .arena = book_arena, .scratch = scratch};
  w.book = json_array(report, book_arena, 1, sizeof *w.book);
  if (!w.book) return NULL;
  w.book->meaning = SP_MEANING;
  report->keep = book_arena;
  if (book_is_container(bytes)) {
    container_in(&w, bytes);
  } else {
    json_book_in(&w, bytes);
  }
  return report->error_count ? NULL : w.book;
}
