#include "codec/cart_in.h"

#include <string.h>

#include "base/ids.h"
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define SP_TIME_FIELD .type = JSON_BIG, .high = SP_BIG_UNIX_S
enum {
  REQUEST_now,
  REQUEST_pay_at,
  REQUEST_fulfil_at,
  REQUEST_detail,
  REQUEST_member,
  REQUEST_lines,
  REQUEST_address,
  REQUEST_coupons,
  REQUEST_points,
  REQUEST_pick,
  REQUEST_pins,
  REQUEST_decision,
  REQUEST_COUNT
};
static const json_field request_fields[] = {
    {.name = "now", .required = true, SP_TIME_FIELD},
    {.name = "pay_at", SP_TIME_FIELD},
    {.name = "fulfil_at", SP_TIME_FIELD},
    {.name = "detail", .type = JSON_ENUM, .words = SP_WORDS_DETAIL, .absent = SP_DETAIL_lines},
    {.name = "member", .type = JSON_OBJECT},
    {.name = "lines", .type = JSON_ARRAY, .required = true, .high = SP_LINES_MAX},
    {.name = "address", .type = JSON_OBJECT},
    {.name = "coupons", .type = JSON_ARRAY, .high = SP_COUPONS_MAX},
    {.name = "points", .type = JSON_ANY},
    {.name = "pick", .type = JSON_ENUM, .words = "best none"},
    {.name = "pins", .type = JSON_OBJECT},
    {.name = "decision", .type = JSON_OBJECT},
};
static const json_schema request_schema = SP_SCHEMA(request_fields, NULL);

enum { MEMBER_id, MEMBER_tier, MEMBER_points, MEMBER_COUNT };
static const json_field member_fields[] = {
    {.name = "id", .type = JSON_ID},
    {.name = "tier", .type = JSON_ID},
    {.name = "points", .type = JSON_BIG, .high = SP_BIG_POINTS},
};
static const json_schema member_schema = SP_SCHEMA(member_fields, NULL);

enum {
  LINE_id,
  LINE_sku,
  LINE_qty,
  LINE_selected,
  LINE_options,
  LINE_shop,
  LINE_store,
  LINE_fulfilment,
  LINE_seen_unit,
  LINE_COUNT
};
static const json_field line_fields[] = {
    {.name = "id", .type = JSON_ID},
    {.name = "sku", .type = JSON_ID, .required = true},
    {.name = "qty", .type = JSON_INT, .required = true, .low = 1, .high = SP_QTY_MAX},
    {.name = "selected", .type = JSON_BOOL, .absent = true},
    {.name = "options", .type = JSON_ARRAY, .high = SP_LINE_OPTIONS_MAX},
    {.name = "shop", .type = JSON_ID},
    {.name = "store", .type = JSON_ID},
    {.name = "fulfilment", .type = JSON_ENUM, .words = SP_WORDS_FULFILMENT},
    {.name = "seen_unit", .type = JSON_BIG, .high = SP_BIG_CART_FEN, .absent = -1},
};
static const json_schema line_schema = SP_SCHEMA(line_fields, NULL);

enum { OPTION_id, OPTION_qty, OPTION_COUNT };
static const json_field option_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "qty", .type = JSON_INT, .low = 1, .high = SP_OPTION_QTY_MAX, .absent = 1},
};
static const json_schema option_schema = SP_SCHEMA(option_fields, NULL);

static const json_field address_fields[] = {
    {.name = "region", .type = JSON_STRING, .required = true},
};
static const json_schema address_schema = SP_SCHEMA(address_fields, NULL);

enum { COUPON_id, COUPON_rule, COUPON_from, COUPON_to, COUPON_claimable, COUPON_COUNT };
static const json_field coupon_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "rule", .type = JSON_ID, .required = true},
    {.name = "from", SP_TIME_FIELD},
    {.name = "to", SP_TIME_FIELD},
    {.name = "claimable", .type = JSON_BOOL},
};
static const json_schema coupon_schema = SP_SCHEMA(coupon_fields, NULL);

enum { PINS_coupons, PINS_lines, PINS_COUNT };
static const json_field pins_fields[] = {
    {.name = "coupons", .type = JSON_ARRAY, .high = SP_COUPONS_MAX},
    {.name = "lines", .type = JSON_OBJECT},
};
static const json_schema pins_schema = SP_SCHEMA(pins_fields, NULL);

/* Every pair of a line and a group at most. */
#define SP_ASSIGNMENTS_MAX (SP_LINES_MAX * SP_GROUPS_MAX)
enum { DECISION_rules, DECISION_lines, DECISION_coupons, DECISION_COUNT };
static const json_field decision_fields[] = {
    {.name = "rules", .type = JSON_ARRAY, .required = true, .high = SP_RULES_MAX},
    {.name = "lines", .type = JSON_ARRAY, .required = true, .high = SP_ASSIGNMENTS_MAX},
    {.name = "coupons", .type = JSON_ARRAY, .required = true, .high = SP_COUPONS_MAX},
};
static const json_schema decision_schema = SP_SCHEMA(decision_fields, NULL);

enum { PAIR_line, PAIR_rule, PAIR_COUNT };
static const json_field pair_fields[] = {
    {.name = "line", .type = JSON_ID, .required = true},
    {.name = "rule", .type = JSON_ID, .required = true},
};
static const json_schema pair_schema = SP_SCHEMA(pair_fields, NULL);

static const json_field asked_field = {.type = JSON_BIG, .high = SP_BIG_POINTS};

typedef struct {
  const sp_book *book;
  sp_arena *scratch;
  sp_report *report;
  sp_request *out;
  id_table lines, coupons;
  const uint32_t *line_by_id, *coupon_by_id;
} cart_work;

/* Sorted indices; an id that stands twice is reported at the later one. */
static const uint32_t *unique_ids(cart_work *w, const id_table *table, const json_value *array) {
  uint32_t *order = json_array(w->report, w->scratch, table->count, sizeof *order);
  if (!order) return NULL;
  ids_sort(table, order);
  for (uint32_t i = 1; i < table->count; i++) {
    sp_text id = id_of(table, order[i]);
    if (!id.size || !text_equal(id, id_of(table, order[i - 1]))) continue;
    json_at element = {&array->at, NULL, order[i]};
    report_error_key(w->report, &element, "id", SP_E_DUPLICATE_ID);
  }
  return order;
}

static void member_in(cart_work *w, const json_value *node) {
  json_value v[MEMBER_COUNT];
  w->out->tier = SP_NONE;
  if (!node->item || !json_object(w->report, node, &member_schema, v)) return;
  w->out->member_id = v[MEMBER_id].text;
  w->out->points_balance = v[MEMBER_points].number;
  if (!v[MEMBER_tier].item) return;
  w->out->tier_id = v[MEMBER_tier].text;
  w->out->tier = book_find_tier(w->book, v[MEMBER_tier].text);
  if (w->out->tier == SP_NONE) report_error_key(w->report, &node->at, "tier", SP_E_REFERENCE);
}

/* ---- lines ---- */

static bool may_have_option(const sp_sku *sku, uint32_t option) {
  for (uint32_t i = 0; i < sku->option_count; i++) {
    if (sku->options[i] == option) return true;
  }
  return false;
}

/* Options of a SKU that has left the catalogue may be gone too: they are read, not looked up. */
static void line_options_in(cart_work *w, const json_value *array, sp_line *line) {
  uint32_t count = json_count(array);
  if (!count) return;
  sp_line_option *options = json_array(w->report, w->scratch, count, sizeof *options);
  if (!options) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_value v[OPTION_COUNT];
    if (!json_object(w->report, &node, &option_schema, v)) continue;
    if (line->sku == SP_NONE || !v[OPTION_id].item) continue;
    uint32_t option = book_find_option(w->book, v[OPTION_id].text);
    if (option == SP_NONE || !may_have_option(&w->book->skus[line->sku], option)) {
      report_error_key(w->report, &node.at, "id", SP_E_REFERENCE);
      continue;
    }
    for (uint32_t j = 0; j < line->option_count; j++) {
      if (options[j].option != option) continue;
      report_error_key(w->report, &node.at, "id", SP_E_DUPLICATE_ID);
    }
    options[line->option_count++] = (sp_line_option){option, (int32_t)v[OPTION_qty].number};
  }
  line->options = options;
}

/* The default id of a line: its index in decimal. */
static sp_text index_text(cart_work *w, uint32_t index) {
  char *digits = json_array(w->report, w->scratch, 4, 1);
  if (!digits) return (sp_text){NULL, 0};
  uint32_t size = index < 10 ? 1 : index < 100 ? 2 : 3;
  for (uint32_t i = size; i-- > 0; index /= 10)
    digits[i] = (char)('0' + index % 10);
  return (sp_text){digits, size};
}

static void line_in(cart_work *w, const json_value *node, uint32_t index, sp_line *line) {
  json_value v[LINE_COUNT];
  json_object(w->report, node, &line_schema, v);
  *line = (sp_line){.id = v[LINE_id].item ? v[LINE_id].text : index_text(w, index),
                    .sku_id = v[LINE_sku].text,
                    .sku = book_find_sku(w->book, v[LINE_sku].text),
                    .qty = (int32_t)v[LINE_qty].number,
                    .fulfilment = (sp_fulfilment)v[LINE_fulfilment].number,
                    .shop = v[LINE_shop].text,
                    .store = v[LINE_store].text,
                    .seen_unit_fen = v[LINE_seen_unit].number};
  line->state = line->sku == SP_NONE || !w->book->skus[line->sku].on_sale ? SP_LINE_off_shelf
                : v[LINE_selected].number                                 ? SP_LINE_priced
                                                                          : SP_LINE_unselected;
  line_options_in(w, &v[LINE_options], line);
}

static void lines_in(cart_work *w, const json_value *array) {
  uint32_t count = json_count(array);
  sp_line *lines = json_array(w->report, w->scratch, count, sizeof *lines);
  if (!lines) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    line_in(w, &node, node.at.index, &lines[node.at.index]);
  }
  w->lines = (id_table){lines, sizeof *lines, count};
  w->line_by_id = unique_ids(w, &w->lines, array);
  w->out->lines = lines;
  w->out->line_count = count;
}

/* ---- wallet ---- */

static void coupons_in(cart_work *w, const json_value *array) {
  uint32_t count = json_count(array);
  sp_coupon *coupons = json_array(w->report, w->scratch, count, sizeof *coupons);
  if (!coupons) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_value v[COUPON_COUNT];
    json_object(w->report, &node, &coupon_schema, v);
    uint32_t rule = book_find_rule(w->book, v[COUPON_rule].text);
    // A promotion is no coupon, whatever its id.
    if (rule != SP_NONE && w->book->rules[rule].kind != SP_KIND_coupon) rule = SP_NONE;
    coupons[node.at.index] =
        (sp_coupon){.id = v[COUPON_id].text,
                    .rule_id = v[COUPON_rule].text,
                    .rule = rule,
                    .from_s = v[COUPON_from].item ? v[COUPON_from].number : INT64_MIN,
                    .to_s = v[COUPON_to].item ? v[COUPON_to].number : INT64_MAX,
                    .claimable = v[COUPON_claimable].number};
  }
  w->coupons = (id_table){coupons, sizeof *coupons, count};
  w->coupon_by_id = unique_ids(w, &w->coupons, array);
  w->out->coupons = coupons;
  w->out->coupon_count = count;
}

static void points_asked_in(cart_work *w, json_value *node) {
  if (!node->item) return;
  if (json_is_string(node) && !strcmp(node->item->valuestring, "max")) {
    w->out->points_asked = INT64_MAX;
  } else if (json_read(w->report, node, &asked_field)) {
    w->out->points_asked = node->number;
  }
}

/* ---- pins and decisions ---- */

static uint32_t find_rule(const cart_work *w, sp_text id) {
  return book_find_rule(w->book, id);
}
static uint32_t find_coupon(const cart_work *w, sp_text id) {
  return ids_find(&w->coupons, w->coupon_by_id, id);
}

typedef uint32_t finder(const cart_work *w, sp_text id);

static bool id_before(const void *context, uint32_t a, uint32_t b) {
  return text_compare(id_of(context, a), id_of(context, b)) < 0;
}

/* A list of ids as indices sorted by id; each once, each known. */
static uint32_t *found_ids(cart_work *w, const json_value *array, finder find,
                           const id_table *table, uint32_t *out_count) {
  uint32_t count = json_count(array), known = 0;
  uint32_t *found = json_array(w->report, w->scratch, count, sizeof *found);
  if (!found) return NULL;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    if (!json_read_id(w->report, &node)) continue;
    uint32_t index = find(w, node.text);
    bool twice = false;
    for (uint32_t j = 0; j < known; j++)
      twice = twice || found[j] == index;
    if (index == SP_NONE || twice) {
      report_error(w->report, &node.at, index == SP_NONE ? SP_E_REFERENCE : SP_E_DUPLICATE_ID);
    } else {
      found[known++] = index;
    }
  }
  sort_indices(found, known, id_before, table);
  *out_count = known;
  return found;
}

/* A rule that lines can be given to. */
static bool is_once_line(const cart_work *w, uint32_t rule) {
  const sp_book *book = w->book;
  return rule != SP_NONE && book->rules[rule].group != SP_NONE &&
         book->groups[book->rules[rule].group].once_line;
}

/* {line id: rule id | null} */
static void line_pins_in(cart_work *w, const json_value *object) {
  uint32_t count = json_count(object), known = 0;
  sp_assignment *pins = json_array(w->report, w->scratch, count, sizeof *pins);
  if (!pins) return;
  json_value node;
  for (bool more = json_first(object, &node); more; more = json_next(&node)) {
    uint32_t line = ids_find(&w->lines, w->line_by_id, text_of(node.at.key)), rule = SP_NONE;
    bool to_none = json_is_null(&node);
    if (!to_none) {
      if (!json_read_id(w->report, &node)) continue;
      rule = find_rule(w, node.text);
    }
    if (line == SP_NONE || (!to_none && !is_once_line(w, rule))) {
      report_error(w->report, &node.at, SP_E_REFERENCE);
      continue;
    }
    pins[known++] = (sp_assignment){line, rule};
  }
  w->out->line_pins = pins;
  w->out->line_pin_count = known;
}

static void pins_in(cart_work *w, const json_value *node) {
  json_value v[PINS_COUNT];
  if (!node->item || !json_object(w->report, node, &pins_schema, v)) return;
  w->out->has_coupon_pins = v[PINS_coupons].item;
  w->out->coupon_pins =
      found_ids(w, &v[PINS_coupons], find_coupon, &w->coupons, &w->out->coupon_pin_count);
  line_pins_in(w, &v[PINS_lines]);
}

typedef struct {
  const sp_assignment *pairs;
  id_table rules;
} pair_order;

static bool pair_before(const void *context, uint32_t i, uint32_t j) {
  const pair_order *order = context;
  const sp_assignment *a = &order->pairs[i], *b = &order->pairs[j];
  if (a->line != b->line) return a->line < b->line;
  return text_compare(id_of(&order->rules, a->rule), id_of(&order->rules, b->rule)) < 0;
}

/* [{line, rule}…], brought into the order of sp_decision. */
static void assignments_in(cart_work *w, const json_value *array, sp_decision *out) {
  uint32_t count = json_count(array), i = 0, known = 0;
  sp_assignment *read = json_array(w->report, w->scratch, count, sizeof *read);
  sp_assignment *pairs = json_array(w->report, w->scratch, count, sizeof *pairs);
  uint32_t *order = json_array(w->report, w->scratch, count, sizeof *order);
  if (!read || !pairs || !order) return;
  json_value node;
  for (bool more = json_first(array, &node); more; more = json_next(&node)) {
    json_value v[PAIR_COUNT];
    json_object(w->report, &node, &pair_schema, v);
    if (!v[PAIR_line].item || !v[PAIR_rule].item) continue;
    sp_assignment pair = {ids_find(&w->lines, w->line_by_id, v[PAIR_line].text),
                          find_rule(w, v[PAIR_rule].text)};
    if (pair.line == SP_NONE || pair.rule == SP_NONE) {
      report_error_key(w->report, &node.at, pair.line == SP_NONE ? "line" : "rule", SP_E_REFERENCE);
      continue;
    }
    order[known] = known;
    read[known++] = pair;
  }
  pair_order context = {read, {w->book->rules, sizeof(sp_rule), w->book->rule_count}};
  sort_indices(order, known, pair_before, &context);
  for (i = 0; i < known; i++) {
    pairs[i] = read[order[i]];
    bool twice = i && pairs[i].line == pairs[i - 1].line && pairs[i].rule == pairs[i - 1].rule;
    if (twice) report_error(w->report, &array->at, SP_E_DUPLICATE_ID);
  }
  out->lines = pairs;
  out->line_count = known;
}

static void decision_in(cart_work *w, const json_value *node, bool may_stand) {
  json_value v[DECISION_COUNT];
  if (!node->item) return;
  // A decision leaves nothing open that a pin or a pick could say.
  if (!may_stand) report_error(w->report, &node->at, SP_E_CONFLICT);
  if (!json_object(w->report, node, &decision_schema, v)) return;
  id_table rule_table = {w->book->rules, sizeof(sp_rule), w->book->rule_count};
  sp_decision *decision = &w->out->decision;
  w->out->has_decision = true;
  decision->rules = found_ids(w, &v[DECISION_rules], find_rule, &rule_table, &decision->rule_count);
  decision->coupons =
      found_ids(w, &v[DECISION_coupons], find_coupon, &w->coupons, &decision->coupon_count);
  assignments_in(w, &v[DECISION_lines], decision);
}

static void address_in(cart_work *w, const json_value *node) {
  json_value v[1];
  if (!node->item || !json_object(w->report, node, &address_schema, v)) return;
  w->out->has_address = true;
  w->out->region = v[0].text;
}

/* The whole request by a schema that begins with request_fields; v has a value for each field. */
static void request_in(const json_value *root, const json_schema *schema, json_value *v,
                       const sp_book *book, sp_arena *scratch, sp_report *report, sp_request *out) {
  cart_work w = {.book = book, .scratch = scratch, .report = report, .out = out};
  *out = (sp_request){.tier = SP_NONE};
  if (!json_object(report, root, schema, v)) return;
  out->now_s = v[REQUEST_now].number;
  out->pay_at_s = v[REQUEST_pay_at].item ? v[REQUEST_pay_at].number : out->now_s;
  out->fulfil_at_s = v[REQUEST_fulfil_at].item ? v[REQUEST_fulfil_at].number : out->now_s;
  out->detail = (sp_detail)v[REQUEST_detail].number;
  out->pick_none = v[REQUEST_pick].number;
  member_in(&w, &v[REQUEST_member]);
  lines_in(&w, &v[REQUEST_lines]);
  coupons_in(&w, &v[REQUEST_coupons]);
  address_in(&w, &v[REQUEST_address]);
  points_asked_in(&w, &v[REQUEST_points]);
  if (!w.line_by_id || !w.coupon_by_id) return;
  pins_in(&w, &v[REQUEST_pins]);
  decision_in(&w, &v[REQUEST_decision], !v[REQUEST_pins].item && !v[REQUEST_pick].item);
}

void cart_in(const cJSON *tree, const sp_book *book, sp_arena *scratch, sp_report *report,
             sp_request *out) {
  json_value root = {.item = tree};
  json_value v[REQUEST_COUNT];
  request_in(&root, &request_schema, v, book, scratch, report, out);
}

void cart_in_beside(const json_value *root, const sp_book *book, sp_arena *scratch,
                    sp_report *report, sp_request *out, json_value *skus) {
  // What a price on a shelf does not depend on, or what only a whole cart can be told.
  static const uint8_t left_out[] = {REQUEST_detail, REQUEST_address, REQUEST_points, REQUEST_pins,
                                     REQUEST_decision};
  json_field fields[REQUEST_COUNT + 1];
  json_value v[REQUEST_COUNT + 1];
  const json_schema schema = SP_SCHEMA(fields, NULL);
  memcpy(fields, request_fields, sizeof request_fields);
  // No text that was read has this byte, so nothing is found by this name.
  for (uint32_t i = 0; i < sizeof left_out; i++)
    fields[left_out[i]].name = "\xff";
  fields[REQUEST_lines] =
      (json_field){.name = "cart", .type = JSON_ARRAY, .high = SP_LINES_MAX - 1};
  fields[REQUEST_COUNT] = (json_field){
      .name = "skus", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_CARDS_MAX};
  json_absent(&schema, v);
  request_in(root, &schema, v, book, scratch, report, out);
  *skus = v[REQUEST_COUNT];
}

void cart_options_in(const sp_book *book, sp_arena *scratch, sp_report *report,
                     const json_value *array, sp_line *line) {
  cart_work w = {.book = book, .scratch = scratch, .report = report};
  line_options_in(&w, array, line);
}
