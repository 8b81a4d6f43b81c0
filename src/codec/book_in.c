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

/* The order follows the references: templates before SKUs, SKUs, tiers and fees before rules. Each
 * step needs the arrays of the ones before, so running out of memory ends it. */
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
  fees_in(w, v[PART_fees]);
  if (has_failed(w)) return;
  rules_in(w, v[PART_rules]);
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

/* ---- published books ---- */

/* What is hashed at once: with it no step is longer than reading a large catalogue. */
enum { hashed_at_once = 1 << 17 };

struct book_steps {
  sp_arena *scratch;
  sp_report *report;
  book_file file;
  cJSON *catalog; /* NULL: not read yet */
};

book_steps *book_start(sp_text bytes, sp_arena *scratch, sp_report *report) {
  if (bytes.size > SP_BOOK_BYTES_MAX) {
    report_error(report, NULL, SP_E_LIMIT);
    return NULL;
  }
  book_steps *steps = json_array(report, scratch, 1, sizeof *steps);
  if (!steps) return NULL;
  steps->scratch = scratch;
  steps->report = report;
  return book_file_in(bytes, scratch, report, &steps->file) ? steps : NULL;
}

bool book_step(book_steps *steps) {
  book_file *file = &steps->file;
  if (parts_hash_on(&file->hash, &file->manifest, hashed_at_once, steps->report)) return true;
  if (steps->catalog || !book_file_parts(steps->report, file)) return false;
  steps->catalog = json_parse(file->catalog, "catalog", steps->scratch, steps->report);
  return steps->catalog;
}

/* A book with nothing in it, which what is read from now on goes into. */
static bool book_begin(book_work *w, sp_arena *arena) {
  w->arena = w->report->keep = arena;
  w->book = json_array(w->report, arena, 1, sizeof *w->book);
  if (w->book) w->book->meaning = SP_MEANING;
  return w->book;
}

/* Reads the parts as if they stood in one book, whose paths they have. */
const sp_book *book_end(book_steps *steps, sp_arena *book_arena) {
  char catalog_name[] = "catalog", rules_name[] = "rules";
  sp_report *report = steps->report;
  const book_file *file = &steps->file;
  book_work w = {.report = report, .scratch = steps->scratch};
  if (report->error_count || !book_begin(&w, book_arena)) return NULL;
  w.book->shop = arena_text(book_arena, file->manifest.shop);
  if (!w.book->shop.ptr) report_error(report, NULL, SP_E_MEMORY);
  w.book->version = file->manifest.order.version;
  sha256((const uint8_t *)file->bytes.ptr, file->bytes.size, w.book->digest);
  cJSON *catalog = steps->catalog, *rules = json_parse(file->rules, rules_name, w.scratch, report);
  if (rules) {
    cJSON root = {.type = cJSON_Object, .child = catalog};
    catalog->string = catalog_name;
    catalog->next = rules;
    rules->string = rules_name;
    report->base = NULL;
    report->tree = &root;
    parts_in(&w, catalog, rules);
  }
  return report->error_count ? NULL : w.book;
}

const sp_book *book_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report) {
  if (!book_is_container(bytes)) return book_json_in(bytes, book_arena, scratch, report);
  book_steps *steps = book_start(bytes, scratch, report);
  while (steps && book_step(steps)) {
  }
  return steps ? book_end(steps, book_arena) : NULL;
}

const sp_book *book_json_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch,
                            sp_report *report) {
  book_work w = {.report = report, .scratch = scratch};
  if (bytes.size > SP_BOOK_BYTES_MAX) {
    report_error(report, NULL, SP_E_LIMIT);
  } else if (book_begin(&w, book_arena)) {
    json_book_in(&w, bytes);
  }
  return report->error_count ? NULL : w.book;
}
