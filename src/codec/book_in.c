#include "codec/book_in.h"

#include <string.h>

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
  X(PART, member_cards, .type = JSON_OBJECT)                                                       \
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

/* A book whose JSON is read. */
typedef struct {
  book_work work;
  const cJSON *v[PART_COUNT]; /* of its rules */
} book_reading;

/* The order follows the references: templates before SKUs, SKUs, tiers and fees before rules. Each
 * step needs the arrays of the ones before, so running out of memory ends it. Behind the beginning
 * the SKUs are read. */
static void parts_begin(book_reading *r, const cJSON *catalog, const cJSON *rules) {
  book_work *w = &r->work;
  json_object(w->report, rules, &part_schema, w->book, r->v);
  const cJSON *preset = r->v[PART_preset];
  policy_in(w, preset ? words_find(SP_WORDS_PRESET, preset->valuestring) : 0, r->v[PART_policy]);
  freight_in(w, r->v[PART_freight]);
  catalog_begin(w, catalog);
}

static void parts_rules(book_reading *r) {
  book_work *w = &r->work;
  const cJSON **v = r->v;
  catalog_end(w);
  tiers_in(w, v[PART_tiers]);
  order_types_in(w, v[PART_order_types]);
  groups_in(w, v[PART_groups]);
  fees_in(w, v[PART_fees]);
  if (!has_failed(w)) rules_in(w, v[PART_rules]);
}

static void parts_end(book_reading *r) {
  book_work *w = &r->work;
  const cJSON **v = r->v;
  if (has_failed(w)) return;
  points_in(w, v[PART_points]);
  growth_in(w, v[PART_growth]);
  min_order_in(w, v[PART_min_order]);
  member_cards_in(w, v[PART_member_cards]);
  if (w->book->tests_standing & SP_TEST_BIT(same_spu)) spus_resolve(w);
  if (has_failed(w)) return;
  scopes_resolve(w);
  bundles_resolve(w);
  stacks_resolve(w, v[PART_groups], v[PART_rules]);
  // Only where all is listed is anybody told of warnings.
  if (w->report->error_count == 0 && w->report->max > 1) book_warn(w, v[PART_rules]);
}

static void json_book_in(book_reading *r, sp_text bytes) {
  const cJSON *v[BOOK_COUNT];
  book_work *w = &r->work;
  cJSON *tree = json_parse(bytes, NULL, w->scratch, w->report);
  if (tree && json_object(w->report, tree, &book_schema, w->book, v)) {
    if (w->book->meaning != SP_MEANING) report_error(w->report, v[BOOK_meaning], SP_E_MEANING);
    if (v[BOOK_catalog] && v[BOOK_rules]) {
      parts_begin(r, v[BOOK_catalog], v[BOOK_rules]);
      catalog_read_on(w, SP_SKUS_MAX);
      parts_rules(r);
      parts_end(r);
    }
    sha256((const uint8_t *)bytes.ptr, bytes.size, w->book->digest);
  }
}

/* ---- published books ---- */

/* What a step does at most: each of these takes about as long. */
enum { hashed_at_once = 1 << 17, parsed_at_once = 1 << 17, skus_at_once = 1 << 10 };

struct book_steps {
  book_file file;
  json_reader *json;            /* of the part that is read last */
  cJSON root, *catalog, *rules; /* NULL: not read yet */
  char catalog_name[8], rules_name[6];
  book_reading reading;
};

book_steps *book_start(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report) {
  if (bytes.size > SP_BOOK_BYTES_MAX) {
    report_error(report, NULL, SP_E_LIMIT);
    return NULL;
  }
  book_steps *steps = json_array(report, scratch, 1, sizeof *steps);
  if (!steps) return NULL;
  steps->reading.work = (book_work){.report = report, .arena = book_arena, .scratch = scratch};
  return book_file_in(bytes, scratch, report, &steps->file) ? steps : NULL;
}

/* A book with nothing in it, which what is read from now on goes into. */
static bool book_begin(book_work *w) {
  w->report->keep = w->arena;
  w->book = json_array(w->report, w->arena, 1, sizeof *w->book);
  if (w->book) w->book->meaning = SP_MEANING;
  return w->book;
}

/* Reads the parts as if they stood in one book, whose paths they have. */
static void file_begin(book_steps *steps) {
  const book_file *file = &steps->file;
  book_work *w = &steps->reading.work;
  if (!book_begin(w)) return;
  w->book->shop = arena_text(w->arena, file->manifest.shop);
  if (!w->book->shop.ptr) report_error(w->report, NULL, SP_E_MEMORY);
  w->book->version = file->manifest.order.version;
  sha256((const uint8_t *)file->bytes.ptr, file->bytes.size, w->book->digest);
  memcpy(steps->catalog_name, "catalog", sizeof steps->catalog_name);
  memcpy(steps->rules_name, "rules", sizeof steps->rules_name);
  steps->root = (cJSON){.type = cJSON_Object, .child = steps->catalog};
  steps->catalog->string = steps->catalog_name;
  steps->catalog->next = steps->rules;
  steps->rules->string = steps->rules_name;
  w->report->base = NULL;
  w->report->tree = &steps->root;
  parts_begin(&steps->reading, steps->catalog, steps->rules);
}

/* false: all but the end is read. */
static bool read_step(book_reading *r) {
  book_work *w = &r->work;
  if (w->rules || !w->book) return false;
  if (catalog_read_on(w, skus_at_once)) return true;
  parts_rules(r);
  return w->rules;
}

bool book_step(book_steps *steps) {
  book_file *file = &steps->file;
  book_work *w = &steps->reading.work;
  if (steps->rules) return read_step(&steps->reading);
  if (parts_hash_on(&file->hash, &file->manifest, hashed_at_once, w->report)) return true;
  if (!steps->json) {
    if (!book_file_parts(w->report, file)) return false;
    steps->json = json_start(file->catalog, "catalog", w->scratch, w->report);
  }
  if (!steps->json) return false;
  if (json_read_on(steps->json, parsed_at_once)) return true;
  cJSON *tree = json_end(steps->json);
  if (!tree) return false;
  if (!steps->catalog) {
    steps->catalog = tree;
    steps->json = json_start(file->rules, "rules", w->scratch, w->report);
    return steps->json;
  }
  steps->rules = tree;
  file_begin(steps);
  return true;
}

const sp_book *book_end(book_steps *steps) {
  const book_work *w = &steps->reading.work;
  if (w->book) parts_end(&steps->reading);
  return w->report->error_count ? NULL : w->book;
}

const sp_book *book_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report) {
  if (!book_is_container(bytes)) return book_json_in(bytes, book_arena, scratch, report);
  book_steps *steps = book_start(bytes, book_arena, scratch, report);
  while (steps && book_step(steps)) {
  }
  return steps ? book_end(steps) : NULL;
}

const sp_book *book_json_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch,
                            sp_report *report) {
  book_reading r = {.work = {.report = report, .arena = book_arena, .scratch = scratch}};
  if (bytes.size > SP_BOOK_BYTES_MAX) {
    report_error(report, NULL, SP_E_LIMIT);
  } else if (book_begin(&r.work)) {
    json_book_in(&r, bytes);
  }
  return report->error_count ? NULL : r.work.book;
}
