#include "codec/cart_in.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/sort.h"
#include "base/text.h"
#include "codec/book_parts.h"
#include "codec/json_out.h"

#define SP_MEMBER_IDS      .type = JSON_ARRAY, .high = SP_MEMBER_IDS_MAX
#define SP_TIME(s, member) SP_BIGINT(s, member), .high = SP_BIG_UNIX_S
#define REQUEST_FIELDS(X)                                                                          \
  X(REQUEST, now, SP_TIME(sp_request, now_s), .required = true)                                    \
  X(REQUEST, pay_at, SP_TIME(sp_request, pay_at_s))                                                \
  X(REQUEST, fulfil_at, SP_TIME(sp_request, fulfil_at_s))                                          \
  X(REQUEST, order_type, SP_ENUM(sp_request, order_type), .words = SP_WORDS_ORDER_TYPE)            \
  X(REQUEST, group_size, SP_LONG(sp_request, group_size), .low = 1, .high = SP_MEASURE_MAX)        \
  X(REQUEST, channel, SP_ID(sp_request, channel))                                                  \
  X(REQUEST, payer, SP_ID(sp_request, payer))                                                      \
  X(REQUEST, tender, .type = JSON_OBJECT)                                                          \
  X(REQUEST, pay_options, SP_BOOL(sp_request, pay_options))                                        \
  X(REQUEST, live, .type = JSON_OBJECT)                                                            \
  X(REQUEST, detail, SP_ENUM(sp_request, detail), .words = SP_WORDS_DETAIL,                        \
    .absent = SP_DETAIL_full)                                                                      \
  X(REQUEST, hash, SP_BOOL(sp_request, hash), .absent = true)                                      \
  X(REQUEST, member, .type = JSON_OBJECT)                                                          \
  X(REQUEST, lines, .type = JSON_ARRAY, .required = true, .high = SP_LINES_MAX)                    \
  X(REQUEST, address, .type = JSON_OBJECT)                                                         \
  X(REQUEST, coupons, .type = JSON_ARRAY, .high = SP_COUPONS_MAX)                                  \
  X(REQUEST, points, .type = JSON_ANY)                                                             \
  X(REQUEST, pick, SP_FLAG(sp_request, pick_none), .words = "best none")                           \
  X(REQUEST, pins, .type = JSON_OBJECT)                                                            \
  X(REQUEST, compare_best, SP_BOOL(sp_request, compare_best))                                      \
  X(REQUEST, decision, .type = JSON_OBJECT)                                                        \
  X(REQUEST, seen_coupons, .type = JSON_ARRAY, .high = SP_COUPONS_MAX)                             \
  X(REQUEST, promoters, .type = JSON_ARRAY, .high = SP_PROMOTERS_MAX)                              \
  X(REQUEST, cart, .type = JSON_ARRAY, .high = SP_LINES_MAX - 1)                                   \
  X(REQUEST, skus, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_CARDS_MAX)
SP_FIELDS(REQUEST, REQUEST_FIELDS);
SP_SCHEMA_HIDING(request_schema, REQUEST, REQUEST_FIELDS, "",
                 1u << REQUEST_cart | 1u << REQUEST_skus);
/* What a price on a shelf does not depend on, or what only a whole cart can be told. */
SP_SCHEMA_HIDING(shelf_schema, REQUEST, REQUEST_FIELDS, "",
                 1u << REQUEST_lines | 1u << REQUEST_detail | 1u << REQUEST_address |
                     1u << REQUEST_points | 1u << REQUEST_pins | 1u << REQUEST_decision |
                     1u << REQUEST_pay_options | 1u << REQUEST_compare_best |
                     1u << REQUEST_seen_coupons | 1u << REQUEST_hash);

#define MEMBER_FIELDS(X)                                                                           \
  X(MEMBER, id, SP_ID(sp_request, member_id))                                                      \
  X(MEMBER, tier, SP_ID(sp_request, tier_id))                                                      \
  X(MEMBER, points, SP_BIGINT(sp_request, points_balance), .high = SP_BIG_POINTS)                  \
  X(MEMBER, lots, .type = JSON_ARRAY, .low = 1, .high = SP_LOTS_MAX)                               \
  X(MEMBER, growth, SP_BIGINT(sp_request, growth), .high = SP_BIG_POINTS)                          \
  X(MEMBER, orders, SP_LONG(sp_request, member.orders), .high = SP_MEASURE_MAX)                    \
  X(MEMBER, tags, SP_MEMBER_IDS)                                                                   \
  X(MEMBER, segments, SP_MEMBER_IDS)                                                               \
  X(MEMBER, birthday, .type = JSON_STRING, SP_LOOSE)                                               \
  X(MEMBER, registered_at, SP_TIME(sp_request, member.registered_at_s))                            \
  X(MEMBER, bought, SP_MEMBER_IDS)                                                                 \
  X(MEMBER, usage, .type = JSON_OBJECT)
SP_SCHEMA(member_schema, MEMBER, MEMBER_FIELDS, "");

#define LOT_FIELDS(X)                                                                              \
  X(LOT, id, SP_ID(sp_lot, id), .required = true)                                                  \
  X(LOT, points, SP_BIGINT(sp_lot, points), .required = true, .high = SP_BIG_POINTS)               \
  X(LOT, expires, SP_TIME(sp_lot, expires_s))
SP_SCHEMA(lot_schema, LOT, LOT_FIELDS, "");

#define SP_BALANCE(member) SP_BIGINT(sp_request, tender.member), .high = SP_BIG_CART_FEN
#define TENDER_FIELDS(X)                                                                           \
  X(TENDER, gift_card, SP_BALANCE(gift_card_fen))                                                  \
  X(TENDER, stored, .type = JSON_OBJECT)                                                           \
  X(TENDER, order, SP_FLAG(sp_request, tender.pro_rata), .words = "principal_first pro_rata")
SP_SCHEMA(tender_schema, TENDER, TENDER_FIELDS, "");

#define STORED_FIELDS(X)                                                                           \
  X(STORED, principal, SP_BALANCE(principal_fen), .required = true)                                \
  X(STORED, bonus, SP_BALANCE(bonus_fen), .required = true)
SP_SCHEMA(stored_schema, STORED, STORED_FIELDS, "");

#define USAGE_FIELDS(X)                                                                            \
  X(USAGE, times, SP_LONG(sp_usage, times), .high = SP_MEASURE_MAX)                                \
  X(USAGE, qty, SP_LONG(sp_usage, qty), .high = SP_MEASURE_MAX)
SP_SCHEMA(usage_schema, USAGE, USAGE_FIELDS, "");

#define LIVE_FIELDS(X)                                                                             \
  X(LIVE, stock, .type = JSON_OBJECT)                                                              \
  X(LIVE, left, .type = JSON_OBJECT)
SP_SCHEMA(live_schema, LIVE, LIVE_FIELDS, "");

#define LINE_FIELDS(X)                                                                             \
  X(LINE, id, SP_ID(sp_line, id))                                                                  \
  X(LINE, sku, SP_ID(sp_line, sku_id), .required = true)                                           \
  X(LINE, qty, SP_INT(sp_line, qty), .required = true, .low = 1, .high = SP_QTY_MAX)               \
  X(LINE, selected, .type = JSON_BOOL, SP_LOOSE)                                                   \
  X(LINE, options, .type = JSON_ARRAY, .high = SP_LINE_OPTIONS_MAX)                                \
  X(LINE, shop, SP_ID(sp_line, shop))                                                              \
  X(LINE, store, SP_ID(sp_line, store))                                                            \
  X(LINE, fulfilment, SP_ENUM(sp_line, fulfilment), .words = SP_WORDS_FULFILMENT)                  \
  X(LINE, seen_unit, SP_BIGINT(sp_line, seen_unit_fen), .high = SP_BIG_CART_FEN, .absent = -1)     \
  X(LINE, add_on, .type = JSON_ID, SP_LOOSE)                                                       \
  X(LINE, order_type, SP_ENUM(sp_line, order_type), .words = SP_WORDS_ORDER_TYPE)
SP_SCHEMA(line_schema, LINE, LINE_FIELDS, "");

#define OPTION_FIELDS(X)                                                                           \
  X(OPTION, id, .type = JSON_ID, .required = true, SP_LOOSE)                                       \
  X(OPTION, qty, SP_INT(sp_line_option, qty), .low = 1, .high = SP_OPTION_QTY_MAX, .absent = 1)
SP_SCHEMA(option_schema, OPTION, OPTION_FIELDS, "");

#define ADDRESS_FIELDS(X) X(ADDRESS, region, SP_STRING(sp_request, region), .required = true)
SP_SCHEMA(address_schema, ADDRESS, ADDRESS_FIELDS, "");

#define COUPON_FIELDS(X)                                                                           \
  X(COUPON, id, SP_ID(sp_coupon, id), .required = true)                                            \
  X(COUPON, rule, SP_ID(sp_coupon, rule_id), .required = true)                                     \
  X(COUPON, from, SP_TIME(sp_coupon, from_s))                                                      \
  X(COUPON, to, SP_TIME(sp_coupon, to_s))                                                          \
  X(COUPON, claimable, SP_BOOL(sp_coupon, claimable))
SP_SCHEMA(coupon_schema, COUPON, COUPON_FIELDS, "");

#define PINS_FIELDS(X)                                                                             \
  X(PINS, coupons, .type = JSON_ARRAY, .high = SP_COUPONS_MAX)                                     \
  X(PINS, lines, .type = JSON_OBJECT)                                                              \
  X(PINS, gifts, .type = JSON_OBJECT)
SP_SCHEMA(pins_schema, PINS, PINS_FIELDS, "");

/* Every pair of a line and a group at most. */
#define SP_ASSIGNMENTS_MAX (SP_LINES_MAX * SP_GROUPS_MAX)
#define SP_PORTIONS_MAX    (SP_LINES_MAX * SP_LINE_SEGMENTS_MAX * SP_PIECE_RULES_MAX)
#define DECISION_FIELDS(X)                                                                         \
  X(DECISION, rules, .type = JSON_ARRAY, .required = true, .high = SP_RULES_MAX)                   \
  X(DECISION, lines, .type = JSON_ARRAY, .required = true, .high = SP_ASSIGNMENTS_MAX)             \
  X(DECISION, coupons, .type = JSON_ARRAY, .required = true, .high = SP_COUPONS_MAX)               \
  X(DECISION, pieces, .type = JSON_ARRAY, .high = SP_PORTIONS_MAX)
SP_SCHEMA(decision_schema, DECISION, DECISION_FIELDS, "");

/* Of a line, or of pieces of one of its segments. */
#define PAIR_FIELDS(X)                                                                             \
  X(PAIR, line, .type = JSON_ID, .required = true, SP_LOOSE)                                       \
  X(PAIR, rule, .type = JSON_ID, .required = true, SP_LOOSE)                                       \
  X(PAIR, segment, SP_INT(sp_assignment, segment), .high = SP_LINE_SEGMENTS_MAX - 1)               \
  X(PAIR, qty, SP_INT(sp_assignment, qty), .low = 1, .high = SP_QTY_MAX, .required = true)
SP_SCHEMA(portion_schema, PAIR, PAIR_FIELDS, "");
SP_SCHEMA_HIDING(pair_schema, PAIR, PAIR_FIELDS, "", 1u << PAIR_segment | 1u << PAIR_qty);

static const json_field asked_field = {SP_BIGINT(sp_request, points_asked), .high = SP_BIG_POINTS};

typedef struct {
  const sp_book *book;
  sp_arena *scratch;
  sp_report *report;
  sp_request *out;
  id_table lines, coupons;
  const uint32_t *line_by_id, *coupon_by_id; /* where pins or a decision name them */
} cart_work;

/* What has been used of rules; those that have left the book are read, not kept. */
static void usage_in(cart_work *w, const cJSON *object) {
  const cJSON *v[USAGE_COUNT];
  if (!object) return;
  sp_usage *usage = json_array(w->report, w->scratch, w->book->rule_count, sizeof *usage), other;
  if (!usage) return;
  for (const cJSON *node = object->child; node; node = node->next) {
    uint32_t rule = book_find_rule(w->book, text_of(node->string));
    json_object(w->report, node, &usage_schema, rule == SP_NONE ? &other : &usage[rule], v);
  }
  w->out->member.usage = usage;
}

/* Stock by SKU, and how many uses of rules are left; what is not in the book is not kept. */
static void live_in(cart_work *w, const cJSON *node) {
  static const json_field left_field = {.type = JSON_LONG, .high = SP_MEASURE_MAX};
  const cJSON *v[LIVE_COUNT];
  if (!json_object(w->report, node, &live_schema, NULL, v)) return;
  w->out->stock = prices_in(w->report, w->scratch, w->scratch, w->book, v[LIVE_stock], false,
                            &w->out->stock_count);
  int64_t *left = json_array(w->report, w->scratch, w->book->rule_count, sizeof *left), other;
  if (!left) return;
  for (uint32_t r = 0; r < w->book->rule_count; r++)
    left[r] = -1;
  for (node = json_first(v[LIVE_left]); node; node = node->next) {
    uint32_t rule = book_find_rule(w->book, text_of(node->string));
    json_read(w->report, node, &left_field, rule == SP_NONE ? &other : &left[rule]);
  }
  w->out->left = left;
}

static bool lot_before(const void *context, uint32_t i, uint32_t j) {
  const sp_lot *a = (const sp_lot *)context + i, *b = (const sp_lot *)context + j;
  if (a->expires_s != b->expires_s) return a->expires_s < b->expires_s;
  return text_compare(a->id, b->id) < 0;
}

/* The lots that are still good, the first to expire first; their sum is the balance. */
static void lots_in(cart_work *w, const cJSON *array) {
  const cJSON *v[LOT_COUNT], *node = json_first(array);
  uint32_t count, kept = 0;
  if (!array) return;
  sp_lot *read = json_list(w->report, w->scratch, array, sizeof *read, &count), *lot = read;
  sp_lot *lots = json_array(w->report, w->scratch, count, sizeof *lots);
  uint32_t *order = json_array(w->report, w->scratch, count, sizeof *order);
  if (!read || !lots || !order) return;
  for (; node; node = node->next, lot++) {
    json_object(w->report, node, &lot_schema, lot, v);
    if (!v[LOT_expires]) lot->expires_s = INT64_MAX;
    if (lot->expires_s > w->out->now_s) order[kept++] = (uint32_t)(lot - read);
  }
  ids_once(w->report, w->scratch, (id_table){read, sizeof *read, count}, array);
  sort_indices(order, kept, lot_before, read);
  for (uint32_t i = 0; i < kept; i++) {
    lots[i] = read[order[i]];
    w->out->points_balance += lots[i].points;
  }
  w->out->has_lots = true;
  w->out->lots = lots;
  w->out->lot_count = kept;
}

static void tender_in(cart_work *w, const cJSON *node) {
  const cJSON *v[TENDER_COUNT], *stored[STORED_COUNT];
  w->out->tender.stands = json_object(w->report, node, &tender_schema, w->out, v);
  if (w->out->tender.stands)
    json_object(w->report, v[TENDER_stored], &stored_schema, w->out, stored);
}

static void member_in(cart_work *w, const cJSON *node) {
  const cJSON *v[MEMBER_COUNT];
  sp_member *m = &w->out->member;
  json_object(w->report, node, &member_schema, w->out, v);
  id_list_in(w->report, w->scratch, v[MEMBER_tags], JSON_ID, &m->tags);
  id_list_in(w->report, w->scratch, v[MEMBER_segments], JSON_ID, &m->segments);
  id_list_in(w->report, w->scratch, v[MEMBER_bought], JSON_ID, &m->bought);
  usage_in(w, v[MEMBER_usage]);
  if (v[MEMBER_lots] && v[MEMBER_points]) report_error(w->report, v[MEMBER_lots], SP_E_CONFLICT);
  lots_in(w, v[MEMBER_lots]);
  m->is_registered = v[MEMBER_registered_at];
  const cJSON *birthday = v[MEMBER_birthday];
  if (birthday && !clock_parse_month_day(text_of(birthday->valuestring), &m->birthday))
    report_error(w->report, birthday, SP_E_RANGE);
  if (!v[MEMBER_tier]) return;
  w->out->tier = book_find_tier(w->book, w->out->tier_id);
  if (w->out->tier == SP_NONE) report_error(w->report, v[MEMBER_tier], SP_E_REFERENCE);
}

/* ---- lines ---- */

static bool may_have_option(const sp_sku *sku, uint32_t option) {
  for (uint32_t i = 0; i < sku->option_count; i++) {
    if (sku->options[i] == option) return true;
  }
  return false;
}

/* The id of the last option that the SKU is not sold with, NULL for none. Options of a SKU that has
 * left the catalogue may be gone too: they are read, not looked up.
 */
static const cJSON *line_options_in(cart_work *w, const cJSON *array, sp_line *line) {
  const cJSON *v[OPTION_COUNT], *unknown = NULL;
  uint32_t room;
  if (!array) return NULL;
  sp_line_option *options = json_list(w->report, w->scratch, array, sizeof *options, &room);
  if (!options) return NULL;
  line->options = options;
  for (const cJSON *node = array->child; node; node = node->next) {
    sp_line_option *next = &options[line->option_count];
    json_object(w->report, node, &option_schema, next, v);
    const cJSON *id = v[OPTION_id];
    if (line->sku == SP_NONE || !id) continue;
    next->option = book_find_option(w->book, text_of(id->valuestring));
    if (next->option == SP_NONE || !may_have_option(&w->book->skus[line->sku], next->option)) {
      unknown = id;
      continue;
    }
    for (uint32_t j = 0; j < line->option_count; j++) {
      if (options[j].option == next->option) report_error(w->report, id, SP_E_DUPLICATE_ID);
    }
    line->option_count++;
  }
  return unknown;
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

/* The line's store and its price there; false where the SKU is not sold: a store that has left the
 * book sells nothing.
 */
static bool place_in(cart_work *w, const cJSON *node, sp_line *line) {
  const sp_book *book = w->book;
  line->place = node && book->has_stores ? book_find_store(book, line->store) : SP_NONE;
  if (node && book->has_stores && line->place == SP_NONE) return false;
  if (line->sku == SP_NONE) return false;
  return book_sells_as(book, w->out->order_type, line->sku, line->place, &line->price_fen);
}

/* 1 + the rule that sells the line as an add-on. What has left the catalogue is off the shelf
 * anyway.
 */
static uint32_t add_on_in(cart_work *w, const cJSON *node, const sp_line *line) {
  if (!node) return 0;
  uint32_t rule = book_find_rule(w->book, text_of(node->valuestring));
  const sp_give *give = rule == SP_NONE ? NULL : w->book->rules[rule].gives;
  bool found = give && give->kind == SP_GIVE_add_on && line->sku == SP_NONE;
  for (uint32_t i = 0; give && give->kind == SP_GIVE_add_on && i < give->price_count; i++)
    found |= give->prices[i].sku == line->sku;
  if (found) return rule + 1;
  report_error(w->report, node, SP_E_REFERENCE);
  return 0;
}

static void line_in(cart_work *w, const cJSON *node, uint32_t index, sp_line *line) {
  const cJSON *v[LINE_COUNT];
  json_object(w->report, node, &line_schema, line, v);
  if (!v[LINE_id]) line->id = index_text(w, index);
  line->sku = book_find_sku(w->book, line->sku_id);
  line->add_on = add_on_in(w, v[LINE_add_on], line);
  if (!v[LINE_order_type]) line->order_type = (int32_t)w->out->order_type;
  if (json_is_false(v[LINE_selected])) line->order_type = -1;
  bool is_whole = !line_options_in(w, v[LINE_options], line);
  bool sold = place_in(w, v[LINE_store], line) && is_whole;
  line->state = !sold                             ? SP_LINE_off_shelf
                : json_is_false(v[LINE_selected]) ? SP_LINE_unselected
                                                  : SP_LINE_priced;
}

/* An order is of one type. Where selected lines are of another one the error says which orders the
 * cart can be split into. */
static void split_out(cart_work *w, const cJSON *array, const sp_line *lines) {
  json_out out;
  uint32_t types = 0, other = SP_NONE;
  const sp_line *end = lines + w->lines.count;
  for (const sp_line *line = end; line-- > lines;) {
    if (line->order_type < 0) continue;
    types |= 1u << line->order_type;
    if (line->order_type != (int32_t)w->out->order_type) other = (uint32_t)(line - lines);
  }
  if (other == SP_NONE || w->report->error_count) return;
  report_error_key(w->report, json_element(array, other), "order_type", SP_E_ORDER_TYPE);
  json_open(&out, w->scratch);
  json_literal(&out, ",\"split\":[");
  for (int32_t type = 0; types >> type; type++) {
    if (!((types >> type) & 1)) continue;
    json_form(&out, "{" OUT_WORD(order_type) ",\"lines\":[", {.words = SP_WORDS_ORDER_TYPE},
              {type});
    for (const sp_line *line = lines; line < end; line++) {
      if (line->order_type == type) json_form(&out, OUT_STRING ",", {.text = &line->id});
    }
    json_literal(&out, OUT_END "]},");
  }
  json_literal(&out, OUT_END "]");
  json_close(&out, &w->report->more);
}

static void lines_in(cart_work *w, const cJSON *array) {
  uint32_t count;
  sp_line *lines = json_list(w->report, w->scratch, array, sizeof *lines, &count);
  if (!lines) return;
  const cJSON *node = json_first(array);
  for (uint32_t i = 0; node; node = node->next, i++)
    line_in(w, node, i, &lines[i]);
  w->lines = (id_table){lines, sizeof *lines, count};
  ids_once(w->report, w->scratch, w->lines, array);
  split_out(w, array, lines);
  w->out->lines = lines;
  w->out->line_count = count;
}

/* ---- wallet ---- */

static void coupons_in(cart_work *w, const cJSON *array) {
  const cJSON *v[COUPON_COUNT], *node = json_first(array);
  uint32_t count;
  sp_coupon *coupons = json_list(w->report, w->scratch, array, sizeof *coupons, &count);
  if (!coupons) return;
  for (sp_coupon *coupon = coupons; node; node = node->next, coupon++) {
    json_object(w->report, node, &coupon_schema, coupon, v);
    if (!v[COUPON_from]) coupon->from_s = INT64_MIN;
    if (!v[COUPON_to]) coupon->to_s = INT64_MAX;
    uint32_t rule = book_find_rule(w->book, coupon->rule_id);
    // A promotion is no coupon, whatever its id.
    if (rule != SP_NONE && w->book->rules[rule].kind != SP_KIND_coupon) rule = SP_NONE;
    coupon->rule = rule;
  }
  w->coupons = (id_table){coupons, sizeof *coupons, count};
  ids_once(w->report, w->scratch, w->coupons, array);
  w->out->coupons = coupons;
  w->out->coupon_count = count;
}

static void points_asked_in(cart_work *w, const cJSON *node) {
  if (!node) return;
  if (json_is_string(node) && !words_find("max", node->valuestring)) {
    w->out->points_asked = INT64_MAX;
  } else {
    json_read(w->report, node, &asked_field, w->out);
  }
}

/* ---- pins and decisions ---- */

static uint32_t find_rule(const void *work, sp_text id) {
  const cart_work *w = work;
  return book_find_rule(w->book, id);
}
static uint32_t find_coupon(const void *work, sp_text id) {
  const cart_work *w = work;
  return ids_find(&w->coupons, w->coupon_by_id, id);
}

static bool id_before(const void *context, uint32_t a, uint32_t b) {
  return text_compare(id_of(context, a), id_of(context, b)) < 0;
}

/* A list of ids as indices sorted by id; each once, each known. */
static uint32_t *found_ids(cart_work *w, const cJSON *array, id_finder find, const id_table *table,
                           uint32_t *count) {
  uint32_t *found = ids_in(w->report, w->scratch, array, find, w, count);
  sort_indices(found, *count, id_before, table);
  return found;
}

/* A rule that lines can be given to. */
static bool is_once_line(const cart_work *w, uint32_t rule) {
  const sp_book *book = w->book;
  return rule != SP_NONE && book->rules[rule].group != SP_NONE &&
         book->groups[book->rules[rule].group].pieces == SP_PIECES_once_line;
}

/* {line id: rule id | null} */
static void line_pins_in(cart_work *w, const cJSON *object) {
  uint32_t room, known = 0;
  sp_assignment *pins = json_list(w->report, w->scratch, object, sizeof *pins, &room);
  if (!pins) return;
  for (const cJSON *node = json_first(object); node; node = node->next) {
    uint32_t line = ids_find(&w->lines, w->line_by_id, text_of(node->string)), rule = SP_NONE;
    bool to_none = json_is_null(node);
    if (!to_none) {
      sp_text id = json_id(w->report, node);
      if (!id.size) continue;
      rule = book_find_rule(w->book, id);
    }
    if (line == SP_NONE || (!to_none && !is_once_line(w, rule))) {
      report_error(w->report, node, SP_E_REFERENCE);
      continue;
    }
    pins[known++] = (sp_assignment){.line = line, .rule = rule};
  }
  w->out->line_pins = pins;
  w->out->line_pin_count = known;
}

/* {rule id: sku}, of a gift that the rule may give. */
static void gift_pins_in(cart_work *w, const cJSON *object) {
  uint32_t count;
  sp_gift_pin *pin = json_list(w->report, w->scratch, object, sizeof *pin, &count);
  if (!pin) return;
  w->out->gift_pins = pin;
  w->out->gift_pin_count = count;
  for (const cJSON *node = json_first(object); node; node = node->next, pin++) {
    sp_text id = json_id(w->report, node);
    pin->rule = book_find_rule(w->book, text_of(node->string));
    pin->sku = book_find_sku(w->book, id);
    if (!id.size) continue;
    bool known = false;
    const sp_rule *rule = pin->rule == SP_NONE ? NULL : &w->book->rules[pin->rule];
    for (uint32_t i = 0; rule && i < rule->give_count; i++)
      known |= give_offers_gift(&rule->gives[i], pin->sku);
    if (!known) report_error(w->report, node, SP_E_REFERENCE);
  }
}

/* False where a pin says what a decision says too; which gift is given is no part of one. */
static bool pins_in(cart_work *w, const cJSON *node) {
  const cJSON *v[PINS_COUNT];
  if (!json_object(w->report, node, &pins_schema, NULL, v)) return true;
  w->out->has_pins = v[PINS_coupons] || v[PINS_lines] || v[PINS_gifts];
  w->out->has_coupon_pins = v[PINS_coupons];
  w->out->coupon_pins =
      found_ids(w, v[PINS_coupons], find_coupon, &w->coupons, &w->out->coupon_pin_count);
  line_pins_in(w, v[PINS_lines]);
  gift_pins_in(w, v[PINS_gifts]);
  return v[PINS_gifts] && !v[PINS_coupons] && !v[PINS_lines];
}

typedef struct {
  const sp_assignment *pairs;
  id_table rules;
} pair_order;

static bool pair_before(const void *context, uint32_t i, uint32_t j) {
  const pair_order *order = context;
  const sp_assignment *a = &order->pairs[i], *b = &order->pairs[j];
  if (a->line != b->line) return a->line < b->line;
  if (a->segment != b->segment) return a->segment < b->segment;
  return text_compare(id_of(&order->rules, a->rule), id_of(&order->rules, b->rule)) < 0;
}

/* Cells of X, brought into the order of sp_decision; each once. */
static sp_assignment *assignments_in(cart_work *w, const cJSON *array, const json_schema *schema,
                                     uint32_t *kept) {
  const cJSON *v[PAIR_COUNT];
  uint32_t count, i = 0, known = 0;
  *kept = 0;
  sp_assignment *read = json_list(w->report, w->scratch, array, sizeof *read, &count);
  sp_assignment *cells = json_array(w->report, w->scratch, count, sizeof *cells);
  uint32_t *order = json_array(w->report, w->scratch, count, sizeof *order);
  if (!read || !cells || !order) return NULL;
  for (const cJSON *node = json_first(array); node; node = node->next) {
    sp_assignment *cell = &read[known];
    json_object(w->report, node, schema, cell, v);
    if (!v[PAIR_line] || !v[PAIR_rule]) continue;
    cell->line = ids_find(&w->lines, w->line_by_id, text_of(v[PAIR_line]->valuestring));
    cell->rule = book_find_rule(w->book, text_of(v[PAIR_rule]->valuestring));
    if (cell->line == SP_NONE || cell->rule == SP_NONE) {
      report_error(w->report, v[cell->line == SP_NONE ? PAIR_line : PAIR_rule], SP_E_REFERENCE);
      continue;
    }
    order[known] = known;
    known++;
  }
  pair_order context = {read, {w->book->rules, sizeof(sp_rule), w->book->rule_count}};
  sort_indices(order, known, pair_before, &context);
  for (i = 0; i < known; i++) {
    cells[i] = read[order[i]];
    bool twice = i && cells[i].line == cells[i - 1].line && cells[i].rule == cells[i - 1].rule &&
                 cells[i].segment == cells[i - 1].segment;
    if (twice) report_error(w->report, array, SP_E_DUPLICATE_ID);
  }
  *kept = known;
  return cells;
}

static void decision_in(cart_work *w, const cJSON *node, bool may_stand) {
  const cJSON *v[DECISION_COUNT];
  if (!node) return;
  // A decision leaves nothing open that a pin or a pick could say.
  if (!may_stand) report_error(w->report, node, SP_E_CONFLICT);
  json_object(w->report, node, &decision_schema, NULL, v);
  id_table rule_table = {w->book->rules, sizeof(sp_rule), w->book->rule_count};
  sp_decision *decision = &w->out->decision;
  w->out->has_decision = true;
  decision->rules = found_ids(w, v[DECISION_rules], find_rule, &rule_table, &decision->rule_count);
  decision->coupons =
      found_ids(w, v[DECISION_coupons], find_coupon, &w->coupons, &decision->coupon_count);
  decision->lines = assignments_in(w, v[DECISION_lines], &pair_schema, &decision->line_count);
  decision->pieces = assignments_in(w, v[DECISION_pieces], &portion_schema, &decision->piece_count);
}

/* The request of a verb, which hides the fields of the others. Returns the array of cards. */
static const cJSON *request_in(const cJSON *tree, const json_schema *schema, const sp_book *book,
                               sp_arena *scratch, sp_report *report, sp_request *out) {
  cart_work w = {.book = book, .scratch = scratch, .report = report, .out = out};
  const cJSON *v[REQUEST_COUNT], *address[ADDRESS_COUNT];
  *out = (sp_request){.tier = SP_NONE};
  if (!json_object(report, tree, schema, out, v)) return NULL;
  if (!v[REQUEST_pay_at]) out->pay_at_s = out->now_s;
  if (!v[REQUEST_fulfil_at]) out->fulfil_at_s = out->now_s;
  if (v[REQUEST_payer]) out->payer_bits = book_payer_bits(book, out->payer);
  member_in(&w, v[REQUEST_member]);
  for (const cJSON *node = json_first(v[REQUEST_promoters]); node; node = node->next)
    out->promoters[out->promoter_count++] = json_id(report, node);
  tender_in(&w, v[REQUEST_tender]);
  live_in(&w, v[REQUEST_live]);
  lines_in(&w, v[REQUEST_lines] ? v[REQUEST_lines] : v[REQUEST_cart]);
  coupons_in(&w, v[REQUEST_coupons]);
  out->has_address = json_object(report, v[REQUEST_address], &address_schema, out, address);
  points_asked_in(&w, v[REQUEST_points]);
  out->has_seen_coupons = v[REQUEST_seen_coupons] != NULL;
  id_list_in(report, scratch, v[REQUEST_seen_coupons], JSON_ID, &out->seen_coupons);
  bool names = (v[REQUEST_pins] || v[REQUEST_decision]) && out->lines && out->coupons;
  if (names) {
    w.line_by_id = id_order(report, scratch, w.lines);
    w.coupon_by_id = id_order(report, scratch, w.coupons);
  }
  if (w.line_by_id && w.coupon_by_id) {
    bool open = pins_in(&w, v[REQUEST_pins]);
    decision_in(&w, v[REQUEST_decision], open && !v[REQUEST_pick]);
  }
  return v[REQUEST_skus];
}

void cart_in(const cJSON *tree, const sp_book *book, sp_arena *scratch, sp_report *report,
             sp_request *out) {
  request_in(tree, &request_schema, book, scratch, report, out);
}

const cJSON *cart_in_beside(const cJSON *tree, const sp_book *book, sp_arena *scratch,
                            sp_report *report, sp_request *out) {
  return request_in(tree, &shelf_schema, book, scratch, report, out);
}

void cart_options_in(const sp_book *book, sp_arena *scratch, sp_report *report, const cJSON *array,
                     sp_line *line) {
  cart_work w = {.book = book, .scratch = scratch, .report = report};
  const cJSON *unknown = line_options_in(&w, array, line);
  if (unknown) report_error(report, unknown, SP_E_REFERENCE);
}
