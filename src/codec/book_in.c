#include "codec/book_in.h"

#include "base/sha256.h"
#include "base/text.h"
#include "codec/book_file.h"
#include "codec/book_parts.h"

enum {
  BOOK_suanpan_book,
  BOOK_shop,
  BOOK_version,
  BOOK_meaning,
  BOOK_catalog,
  BOOK_rules,
  BOOK_text,
  BOOK_COUNT
};
static const json_field book_fields[] = {
    {.name = "suanpan_book", .type = JSON_INT, .required = true, .low = 1, .high = 1},
    {.name = "shop", .type = JSON_ID, .required = true},
    {.name = "version", .type = JSON_BIG, .required = true, .low = 1, .high = SP_BIG_INTEGER},
    {.name = "meaning", .type = JSON_BIG, .required = true, .high = SP_BIG_INTEGER},
    {.name = "catalog", .type = JSON_OBJECT, .required = true},
    {.name = "rules", .type = JSON_OBJECT, .required = true},
    {.name = "text", .type = JSON_OBJECT},
};
static const json_schema book_schema = SP_SCHEMA(book_fields, NULL);

enum {
  PART_utc_offset_s,
  PART_preset,
  PART_policy,
  PART_tiers,
  PART_groups,
  PART_rules,
  PART_freight,
  PART_fees,
  PART_points,
  PART_min_order,
  PART_COUNT
};
static const json_field part_fields[] = {
    // Fourteen hours either way: as far as clocks on earth go.
    {.name = "utc_offset_s", .type = JSON_INT, .low = -50400, .high = 50400, .absent = 28800},
    {.name = "preset",
     .type = JSON_ENUM,
     .required = true,
     .words = SP_WORDS_PRESET,
     .unsupported = "international"},
    {.name = "policy", .type = JSON_OBJECT},
    {.name = "tiers", .type = JSON_ARRAY, .high = SP_MEMBER_TIERS_MAX},
    {.name = "groups", .type = JSON_OBJECT},
    {.name = "rules", .type = JSON_ARRAY, .required = true, .high = SP_RULES_MAX},
    {.name = "freight", .type = JSON_OBJECT},
    {.name = "fees", .type = JSON_ARRAY, .high = SP_FEES_MAX},
    {.name = "points", .type = JSON_OBJECT},
    {.name = "min_order", .type = JSON_OBJECT},
};
static const json_schema part_schema = SP_SCHEMA(part_fields, NULL);

static void tiers_in(book_work *w, const json_value *array) {
  uint32_t count = json_count(array);
  sp_text *tiers = json_array(w->report, w->arena, count, sizeof *tiers);
  if (!tiers) return;
  w->book->tiers = tiers;
  json_value tier;
  for (bool more = json_first(array, &tier); more; more = json_next(&tier)) {
    if (json_read_id(w->report, &tier) && book_find_tier(w->book, tier.text) != SP_NONE) {
      report_error(w->report, &tier.at, SP_E_DUPLICATE_ID);
    }
    tiers[tier.at.index] = tier.text;
    book_text(w, &tiers[tier.at.index]);
    w->book->tier_count = tier.at.index + 1;
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
static void parts_in(book_work *w, const json_value *catalog, const json_value *rules) {
  json_value v[PART_COUNT];
  json_object(w->report, rules, &part_schema, v);
  w->book->utc_offset_s = v[PART_utc_offset_s].number;
  w->scopes = json_array(w->report, w->scratch, SP_SCOPES_MAX, sizeof *w->scopes);
  if (!w->scopes) return;
  policy_in(w, (uint32_t)v[PART_preset].number, &v[PART_policy]);
  freight_in(w, &v[PART_freight]);
  catalog_in(w, catalog);
  tiers_in(w, &v[PART_tiers]);
  groups_in(w, &v[PART_groups]);
  if (has_failed(w)) return;
  rules_in(w, &v[PART_rules]);
  fees_in(w, &v[PART_fees]);
  points_in(w, &v[PART_points]);
  min_order_in(w, &v[PART_min_order]);
  if (has_failed(w)) return;
  scopes_resolve(w);
  stacks_resolve(w, &v[PART_groups], &v[PART_rules]);
  if (w->report->error_count == 0) book_warn(w, &v[PART_rules]);
}

static void check_meaning(book_work *w, const json_at *at, const json_value *meaning) {
  w->book->meaning = (uint32_t)meaning->number;
  if (meaning->item && meaning->number != SP_MEANING) {
    report_error_key(w->report, at, "meaning", SP_E_MEANING);
  }
}

static void json_book_in(book_work *w, sp_text bytes) {
  json_value v[BOOK_COUNT];
  json_value root = {.item = json_parse(bytes, NULL, w->scratch, w->report)};
  if (root.item && json_object(w->report, &root, &book_schema, v)) {
    w->book->shop = v[BOOK_shop].text;
    book_text(w, &w->book->shop);
    w->book->version = v[BOOK_version].number;
    check_meaning(w, &root.at, &v[BOOK_meaning]);
    if (v[BOOK_catalog].item && v[BOOK_rules].item) parts_in(w, &v[BOOK_catalog], &v[BOOK_rules]);
    sha256((const uint8_t *)bytes.ptr, bytes.size, w->book->digest);
  }
  cJSON_Delete((cJSON *)(uintptr_t)root.item);
}

static void container_in(book_work *w, sp_text bytes) {
  book_file file;
  static const json_at root = {NULL, NULL, 0};
  if (!book_file_in(bytes, w->scratch, w->report, &file)) return;
  w->book->shop = file.shop;
  book_text(w, &w->book->shop);
  w->book->version = file.version;
  w->book->meaning = SP_MEANING;
  sha256((const uint8_t *)file.manifest.ptr, file.manifest.size, w->book->digest);
  // The paths are those of the JSON form.
  json_value catalog = {.at = {&root, "catalog", 0}}, rules = {.at = {&root, "rules", 0}};
  catalog.item = json_parse(file.catalog, &catalog.at, w->scratch, w->report);
  if (catalog.item) rules.item = json_parse(file.rules, &rules.at, w->scratch, w->report);
  if (catalog.item && rules.item) parts_in(w, &catalog, &rules);
  cJSON_Delete((cJSON *)(uintptr_t)catalog.item);
  cJSON_Delete((cJSON *)(uintptr_t)rules.item);
}

const sp_book *book_in(sp_text bytes, sp_arena *book_arena, sp_arena *scratch, sp_report *report) {
  if (bytes.size > SP_BOOK_BYTES_MAX) {
    report_error(report, NULL, SP_E_LIMIT);
    return NULL;
  }
  book_work w = {.report = report, .arena = book_arena, .scratch = scratch};
  w.book = json_array(report, book_arena, 1, sizeof *w.book);
  if (!w.book) return NULL;
  if (book_is_container(bytes)) {
    container_in(&w, bytes);
  } else {
    json_book_in(&w, bytes);
  }
  return report->error_count ? NULL : w.book;
}
