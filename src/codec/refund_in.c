/* The verb `refund`: src/README.md §10. */
#include "codec/refund_in.h"

#include "base/apportion.h"
#include "base/text.h"
#include "codec/book_parts.h"
#include "engine/refund.h"

#define FEN_FIELD    .type = JSON_BIG, .high = SP_BIG_CART_FEN
#define POINTS_FIELD .type = JSON_BIG, .high = SP_BIG_POINTS

enum { ROOT_order, ROOT_done, ROOT_refund, ROOT_rate, ROOT_COUNT };
static const json_field root_fields[] = {
    {.name = "order", .type = JSON_OBJECT, .required = true},
    {.name = "done", .type = JSON_ARRAY, .high = SP_REFUNDS_MAX},
    {.name = "refund", .type = JSON_OBJECT, .required = true},
    {.name = "points_rate", .type = JSON_OBJECT},
};
static const json_schema root_schema = SP_SCHEMA(root_fields, NULL);

enum { RATE_num, RATE_den, RATE_COUNT };
static const json_field rate_fields[] = {
    {.name = "num", .type = JSON_INT, .required = true, .low = 1, .high = SP_RATIO_MAX},
    {.name = "den", .type = JSON_INT, .required = true, .low = 1, .high = SP_RATIO_MAX},
};
static const json_schema rate_schema = SP_SCHEMA(rate_fields, NULL);

enum {
  ORDER_lines,
  ORDER_freight,
  ORDER_fees,
  ORDER_fees_refundable,
  ORDER_points,
  ORDER_tender,
  ORDER_coupons,
  ORDER_gifts,
  ORDER_earned,
  ORDER_earned_balance,
  ORDER_COUNT
};
static const json_field order_fields[] = {
    {.name = "lines", .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_LINES_MAX},
    {.name = "freight", FEN_FIELD},
    {.name = "fees", FEN_FIELD},
    {.name = "fees_refundable", .type = JSON_BOOL, .absent = true},
    {.name = "points", .type = JSON_OBJECT},
    {.name = "tender", .type = JSON_OBJECT},
    {.name = "coupons", .type = JSON_ARRAY, .high = SP_COUPONS_MAX},
    {.name = "gifts", .type = JSON_ARRAY, .high = SP_ORDER_GIFTS_MAX},
    {.name = "earned", POINTS_FIELD},
    {.name = "earned_balance", POINTS_FIELD},
};
static const json_schema order_schema = SP_SCHEMA(order_fields, NULL);

enum { LINE_id, LINE_sku, LINE_segments, LINE_earned, LINE_COUNT };
static const json_field line_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "sku", .type = JSON_ID},
    {.name = "segments",
     .type = JSON_ARRAY,
     .required = true,
     .low = 1,
     .high = SP_LINE_SEGMENTS_MAX},
    {.name = "earned", POINTS_FIELD},
};
static const json_schema line_schema = SP_SCHEMA(line_fields, NULL);

enum { SEGMENT_qty, SEGMENT_list, SEGMENT_paid, SEGMENT_points_cut, SEGMENT_points, SEGMENT_COUNT };
static const json_field segment_fields[] = {
    {.name = "qty", .type = JSON_INT, .required = true, .low = 1, .high = SP_QTY_MAX},
    {.name = "list", FEN_FIELD, .required = true},
    {.name = "paid", FEN_FIELD, .required = true},
    {.name = "points_cut", FEN_FIELD},
    {.name = "points", POINTS_FIELD},
};
static const json_schema segment_schema = SP_SCHEMA(segment_fields, NULL);

enum { POINTS_used, POINTS_cut, POINTS_lots, POINTS_COUNT };
static const json_field points_fields[] = {
    {.name = "used", POINTS_FIELD, .required = true},
    {.name = "cut", FEN_FIELD, .required = true},
    {.name = "lots", .type = JSON_ARRAY, .low = 1, .high = SP_ORDER_LOTS_MAX},
};
static const json_schema points_schema = SP_SCHEMA(points_fields, NULL);

enum { LOT_id, LOT_used, LOT_COUNT };
static const json_field lot_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "used", POINTS_FIELD, .required = true},
};
static const json_schema lot_schema = SP_SCHEMA(lot_fields, NULL);

#define X(tender) {.name = #tender, FEN_FIELD},
static const json_field tender_fields[] = {SP_TENDERS(X)};
#undef X
static const json_schema tender_schema = SP_SCHEMA(tender_fields, NULL);

enum { COUPON_id, COUPON_segments, COUPON_COUNT };
static const json_field coupon_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "segments",
     .type = JSON_ARRAY,
     .required = true,
     .high = SP_LINES_MAX * SP_LINE_SEGMENTS_MAX},
};
static const json_schema coupon_schema = SP_SCHEMA(coupon_fields, NULL);

static const json_field pair_field = {.type = JSON_ARRAY, .low = 2, .high = 2};
static const json_field place_field = {.type = JSON_INT, .high = SP_LINE_SEGMENTS_MAX - 1};

enum { GIFT_rule, GIFT_sku, GIFT_qty, GIFT_value, GIFT_when, GIFT_COUNT };
static const json_field gift_fields[] = {
    {.name = "rule", .type = JSON_ID, .required = true},
    {.name = "sku", .type = JSON_ID, .required = true},
    {.name = "qty", .type = JSON_INT, .low = 1, .high = SP_MEASURE_MAX, .required = true},
    {.name = "value", FEN_FIELD, .required = true},
    {.name = "when", .type = JSON_OBJECT, .required = true},
};
static const json_schema gift_schema = SP_SCHEMA(gift_fields, NULL);

enum { WHEN_gte, WHEN_by, WHEN_lines, WHEN_COUNT };
static const json_field when_fields[] = {
    {.name = "gte", FEN_FIELD, .required = true},
    {.name = "by", .type = JSON_ENUM, .words = "amount qty"},
    {.name = "lines", .type = JSON_ARRAY, .low = 1, .high = SP_LINES_MAX},
};
static const json_schema when_schema = SP_SCHEMA(when_fields, NULL);

enum { REFUND_lines, REFUND_fault, REFUND_shipped, REFUND_gifts_returned, REFUND_COUNT };
static const json_field refund_fields[] = {
    {.name = "lines",
     .type = JSON_ARRAY,
     .required = true,
     .high = SP_LINES_MAX * SP_LINE_SEGMENTS_MAX},
    {.name = "fault", .type = JSON_ENUM, .words = "shopper merchant"},
    {.name = "shipped", .type = JSON_BOOL, .absent = true},
    {.name = "gifts_returned", .type = JSON_ARRAY, .high = SP_ORDER_GIFTS_MAX},
};
static const json_schema refund_schema = SP_SCHEMA(refund_fields, NULL);

enum { BACK_id, BACK_segment, BACK_qty, BACK_list, BACK_COUNT };
static const json_field back_fields[] = {
    {.name = "id", .type = JSON_ID, .required = true},
    {.name = "segment", .type = JSON_INT, .high = SP_LINE_SEGMENTS_MAX - 1},
    {.name = "qty", .type = JSON_INT, .low = 1, .high = SP_QTY_MAX},
    {.name = "list", FEN_FIELD},
};
static const json_schema back_schema = SP_SCHEMA(back_fields, NULL);

enum { GIVEN_rule, GIVEN_qty, GIVEN_COUNT };
static const json_field given_fields[] = {
    {.name = "rule", .type = JSON_ID, .required = true},
    {.name = "qty", .type = JSON_INT, .low = 1, .high = SP_MEASURE_MAX, .required = true},
};
static const json_schema given_schema = SP_SCHEMA(given_fields, NULL);

typedef struct {
  sp_report *report;
  sp_arena *scratch;
  sp_order *order;
} work;

static void *memory(work *w, size_t count, size_t size) {
  return json_array(w->report, w->scratch, count, size);
}

/* Indices sorted by id; an id that stands twice is reported. */
static const uint32_t *unique_ids(work *w, id_table table, const json_value *array) {
  uint32_t *order = memory(w, table.count, sizeof *order);
  if (!order) return NULL;
  ids_sort(&table, order);
  for (uint32_t i = 1; i < table.count; i++) {
    if (!text_equal(id_of(&table, order[i]), id_of(&table, order[i - 1]))) continue;
    json_at element = {&array->at, NULL, order[i]};
    report_error_key(w->report, &element, "id", SP_E_DUPLICATE_ID);
  }
  return order;
}

/* ---- what was paid ---- */

/* A line by its id; first_segment, too, is found by it. */
static const sp_order_line *line_in(work *w, const json_value *id) {
  const sp_order *o = w->order;
  const id_table table = {o->lines, sizeof *o->lines, o->line_count};
  uint32_t line = ids_find(&table, o->line_by_id, id->text);
  if (line != SP_NONE) return &o->lines[line];
  report_error(w->report, &id->at, SP_E_REFERENCE);
  return NULL;
}

static uint32_t segment_in(work *w, const json_value *id, const json_value *place) {
  const sp_order_line *line = line_in(w, id);
  if (!line) return SP_NONE;
  if (place->number < line->segment_count) return line->first_segment + (uint32_t)place->number;
  report_error(w->report, &place->at, SP_E_REFERENCE);
  return SP_NONE;
}

/* One line with its segments; they stand behind those that are there already. cut collects the
 * weights by which the order's points are shared. */
static void order_line_in(work *w, const json_value *node, sp_order_line *line,
                          sp_order_segment *segments, int64_t *cut) {
  sp_order *o = w->order;
  json_value v[LINE_COUNT], s[SEGMENT_COUNT], child;
  int64_t weight[SP_LINE_SEGMENTS_MAX] = {0}, part[SP_LINE_SEGMENTS_MAX] = {0};
  if (!json_object(w->report, node, &line_schema, v)) return;
  *line = (sp_order_line){v[LINE_id].text, o->segment_count, 0};
  for (bool more = json_first(&v[LINE_segments], &child); more; more = json_next(&child)) {
    uint32_t i = o->segment_count++;
    json_object(w->report, &child, &segment_schema, s);
    segments[i] = (sp_order_segment){.line = (uint32_t)(line - o->lines),
                                     .qty = (int32_t)s[SEGMENT_qty].number,
                                     .list_fen = s[SEGMENT_list].number,
                                     .paid_fen = s[SEGMENT_paid].number,
                                     .points = s[SEGMENT_points].number};
    cut[i] = s[SEGMENT_points_cut].number;
    weight[line->segment_count++] = segments[i].paid_fen;
    if (segments[i].paid_fen + cut[i] > segments[i].list_fen) {
      report_error_key(w->report, &child.at, "paid", SP_E_CONFLICT);
    }
  }
  if (w->report->error_count) return;
  apportion(v[LINE_earned].number, weight, NULL, line->segment_count, SP_REMAINDER_LAST, part);
  for (uint32_t i = 0; i < line->segment_count; i++)
    segments[line->first_segment + i].earned = part[i];
}

/* Shares an amount over all segments, on top of what is there. */
static void spread(work *w, int64_t amount, const int64_t *weight, sp_order_segment *segments,
                   bool earned) {
  uint32_t count = w->order->segment_count;
  int64_t *part = memory(w, count, sizeof *part);
  if (!part) return;
  apportion(amount, weight, NULL, count, SP_REMAINDER_LAST, part);
  for (uint32_t i = 0; i < count; i++)
    *(earned ? &segments[i].earned : &segments[i].points) += part[i];
}

static void lots_in(work *w, const json_value *node, int64_t used) {
  json_value v[LOT_COUNT], child;
  sp_order_lot *lots = memory(w, json_count(node), sizeof *lots);
  if (!lots || !node->item) return;
  uint32_t count = 0;
  for (bool more = json_first(node, &child); more; more = json_next(&child)) {
    json_object(w->report, &child, &lot_schema, v);
    lots[count++] = (sp_order_lot){v[LOT_id].text, v[LOT_used].number};
    used -= v[LOT_used].number;
  }
  unique_ids(w, (id_table){lots, sizeof *lots, count}, node);
  if (used) report_error(w->report, &node->at, SP_E_CONFLICT);
  w->order->lots = lots;
  w->order->lot_count = count;
}

/* The points that were used, on the segments that they paid for. */
static void points_in_order(work *w, const json_value *order, const json_value *node,
                            const int64_t *cut, sp_order_segment *segments) {
  json_value v[POINTS_COUNT];
  json_absent(&points_schema, v);
  if (node->item) json_object(w->report, node, &points_schema, v);
  if (w->report->error_count) return;
  int64_t cut_fen = v[POINTS_cut].number, shared = v[POINTS_used].number;
  for (uint32_t i = 0; i < w->order->segment_count; i++) {
    cut_fen -= cut[i];
    shared -= segments[i].points;
  }
  if (cut_fen || shared < 0) {
    report_error_key(w->report, &order->at, "points", SP_E_CONFLICT);
    return;
  }
  if (shared) spread(w, shared, cut, segments, false);
  lots_in(w, &v[POINTS_lots], v[POINTS_used].number);
}

static void lines_in_order(work *w, const json_value *order, const json_value *v) {
  sp_order *o = w->order;
  const json_value *array = &v[ORDER_lines];
  uint32_t count = json_count(array);
  size_t room = (size_t)count * SP_LINE_SEGMENTS_MAX;
  sp_order_line *lines = memory(w, count, sizeof *lines);
  sp_order_segment *segments = memory(w, room, sizeof *segments);
  int64_t *weight = memory(w, room, sizeof *weight);
  if (!lines || !segments || !weight) return;
  o->lines = lines;
  o->segments = segments;
  json_value child;
  int64_t list_fen = 0, earned = v[ORDER_earned].number;
  for (bool more = json_first(array, &child); more; more = json_next(&child))
    order_line_in(w, &child, &lines[o->line_count++], segments, weight);
  if (w->report->error_count) return;
  o->line_by_id = unique_ids(w, (id_table){lines, sizeof *lines, count}, array);
  points_in_order(w, order, &v[ORDER_points], weight, segments);
  for (uint32_t i = 0; i < o->segment_count; i++) {
    weight[i] = segments[i].paid_fen;
    list_fen += segments[i].list_fen;
    earned += segments[i].earned;
  }
  if (list_fen > SP_CART_FEN_MAX || earned > (int64_t)SP_BIG_POINTS * SP_BIG) {
    report_error(w->report, &array->at, SP_E_OVERFLOW);
  }
  if (w->report->error_count) return;
  if (v[ORDER_earned].number) spread(w, v[ORDER_earned].number, weight, segments, true);
}

static void tender_in(work *w, const json_value *node) {
  sp_order *o = w->order;
  json_value v[SP_TENDER_COUNT];
  int64_t paid_fen = o->freight_fen + o->fees_fen;
  for (uint32_t i = 0; i < o->segment_count; i++)
    paid_fen += o->segments[i].paid_fen;
  o->tender_fen[SP_TENDER_cash] = paid_fen;
  if (!node->item || !json_object(w->report, node, &tender_schema, v)) return;
  for (uint32_t i = 0; i < SP_TENDER_COUNT; i++) {
    o->tender_fen[i] = v[i].number;
    paid_fen -= v[i].number;
  }
  if (paid_fen) report_error(w->report, &node->at, SP_E_CONFLICT);
}

static void coupons_in_order(work *w, const json_value *array) {
  json_value v[COUPON_COUNT], child, pair, id, place;
  sp_order_coupon *coupons = memory(w, json_count(array), sizeof *coupons);
  if (!coupons) return;
  uint32_t count = 0;
  for (bool more = json_first(array, &child); more; more = json_next(&child)) {
    json_object(w->report, &child, &coupon_schema, v);
    uint32_t *items = memory(w, json_count(&v[COUPON_segments]), sizeof *items), i = 0;
    if (!items) return;
    for (more = json_first(&v[COUPON_segments], &pair); more; more = json_next(&pair)) {
      if (!json_read(w->report, &pair, &pair_field)) return;
      json_first(&pair, &id);
      place = id;
      json_next(&place);
      json_read_id(w->report, &id);
      json_read(w->report, &place, &place_field);
      if (w->report->error_count) return;
      items[i++] = segment_in(w, &id, &place);
    }
    coupons[count++] = (sp_order_coupon){v[COUPON_id].text, {items, i}};
  }
  unique_ids(w, (id_table){coupons, sizeof *coupons, count}, array);
  w->order->coupons = coupons;
  w->order->coupon_count = count;
}

static void gift_lines_in(work *w, const json_value *array, sp_order_set *out) {
  json_value child;
  uint32_t *items = memory(w, json_count(array), sizeof *items), count = 0;
  if (!items || !array->item) return;
  for (bool more = json_first(array, &child); more; more = json_next(&child)) {
    const sp_order_line *line = NULL;
    if (json_read_id(w->report, &child)) line = line_in(w, &child);
    if (!line) return;
    items[count++] = (uint32_t)(line - w->order->lines);
    for (uint32_t i = 0; i + 1 < count; i++) {
      if (items[i] == items[count - 1]) report_error(w->report, &child.at, SP_E_DUPLICATE_ID);
    }
  }
  *out = (sp_order_set){items, count};
}

static void gifts_in_order(work *w, const json_value *array) {
  json_value v[GIFT_COUNT], when[WHEN_COUNT], child;
  sp_order_gift *gifts = memory(w, json_count(array), sizeof *gifts);
  if (!gifts) return;
  int64_t value_fen = 0;
  uint32_t count = 0;
  for (bool more = json_first(array, &child); more; more = json_next(&child)) {
    if (!json_object(w->report, &child, &gift_schema, v) || !v[GIFT_when].item) return;
    json_object(w->report, &v[GIFT_when], &when_schema, when);
    gifts[count] = (sp_order_gift){.rule = v[GIFT_rule].text,
                                   .sku = v[GIFT_sku].text,
                                   .qty = v[GIFT_qty].number,
                                   .value_fen = v[GIFT_value].number,
                                   .gte = when[WHEN_gte].number,
                                   .by_qty = when[WHEN_by].number == 1};
    gift_lines_in(w, &when[WHEN_lines], &gifts[count].lines);
    value_fen += gifts[count++].value_fen;
  }
  if (value_fen > SP_CART_FEN_MAX) report_error(w->report, &array->at, SP_E_OVERFLOW);
  w->order->gifts = gifts;
  w->order->gift_count = count;
}

static void order_in(work *w, const json_value *node) {
  sp_order *o = w->order;
  json_value v[ORDER_COUNT];
  if (!json_object(w->report, node, &order_schema, v) || w->report->error_count) return;
  o->freight_fen = v[ORDER_freight].number;
  o->fees_fen = v[ORDER_fees].number;
  o->fees_refundable = v[ORDER_fees_refundable].number;
  o->earned_balance = v[ORDER_earned_balance].item ? v[ORDER_earned_balance].number : INT64_MAX;
  lines_in_order(w, node, v);
  if (w->report->error_count) return;
  tender_in(w, &v[ORDER_tender]);
  coupons_in_order(w, &v[ORDER_coupons]);
  gifts_in_order(w, &v[ORDER_gifts]);
}

static void rate_in(work *w, const json_value *node) {
  json_value v[RATE_COUNT];
  int64_t earned = 0;
  if (!node->item || !json_object(w->report, node, &rate_schema, v)) return;
  if (w->report->error_count) return;
  for (uint32_t i = 0; i < w->order->segment_count; i++)
    earned += w->order->segments[i].earned;
  w->order->points_num = v[RATE_num].number;
  w->order->points_den = v[RATE_den].number;
  if (earned * v[RATE_num].number / v[RATE_den].number > SP_CART_FEN_MAX) {
    report_error(w->report, &node->at, SP_E_OVERFLOW);
  }
}

/* ---- what goes back ---- */

static void back_in(work *w, const json_value *node, sp_returns *returns) {
  json_value v[BACK_COUNT];
  if (!json_object(w->report, node, &back_schema, v) || w->report->error_count) return;
  const json_value *qty = &v[BACK_qty], *list = &v[BACK_list];
  if (!qty->item == !list->item) {
    if (qty->item)
      report_error(w->report, &list->at, SP_E_CONFLICT);
    else
      report_error_key(w->report, &node->at, "qty", SP_E_REQUIRED);
    return;
  }
  uint32_t i = segment_in(w, &v[BACK_id], &v[BACK_segment]);
  if (i == SP_NONE) return;
  const sp_order_segment *segment = &w->order->segments[i];
  sp_returned *returned = &returns->segments[i];
  int64_t left = segment->qty - returned->qty;
  if (list->item) {
    left = refund_list_left(segment, returned);
    if (list->number < 1) left = -1;
  }
  const json_value *named = list->item ? list : qty;
  if (named->number > left) {
    report_error(w->report, &named->at, SP_E_RANGE);
    return;
  }
  returned->qty += (int32_t)qty->number;
  returned->list_fen += list->number;
}

static void given_in(work *w, const json_value *node, sp_returns *returns) {
  const sp_order *o = w->order;
  json_value v[GIVEN_COUNT];
  if (!json_object(w->report, node, &given_schema, v) || w->report->error_count) return;
  uint32_t home = refund_gift_home(o, v[GIVEN_rule].text);
  if (home == SP_NONE) {
    report_error(w->report, &v[GIVEN_rule].at, SP_E_REFERENCE);
    return;
  }
  int64_t left = -returns->gifts[home];
  for (uint32_t i = home; i < o->gift_count; i++) {
    if (text_equal(o->gifts[i].rule, v[GIVEN_rule].text)) left += o->gifts[i].qty;
  }
  if (v[GIVEN_qty].number > left)
    report_error(w->report, &v[GIVEN_qty].at, SP_E_RANGE);
  else
    returns->gifts[home] += v[GIVEN_qty].number;
}

/* One refund on top of what is there. */
static void refund_add(work *w, const json_value *node, sp_returns *returns) {
  json_value v[REFUND_COUNT], child;
  if (!json_object(w->report, node, &refund_schema, v) || w->report->error_count) return;
  bool has_lines = json_count(&v[REFUND_lines]) > 0;
  if (!has_lines && !json_count(&v[REFUND_gifts_returned])) {
    report_error(w->report, &v[REFUND_lines].at, SP_E_RANGE);
  }
  for (bool more = json_first(&v[REFUND_lines], &child); more; more = json_next(&child))
    back_in(w, &child, returns);
  for (bool more = json_first(&v[REFUND_gifts_returned], &child); more; more = json_next(&child))
    given_in(w, &child, returns);
  // A gift that comes back later says nothing about the parcel of the goods.
  if (!has_lines) return;
  returns->shipped = returns->shipped || v[REFUND_shipped].number;
  returns->merchant = returns->merchant || v[REFUND_fault].number == 1;
}

static bool returns_open(work *w, sp_returns *returns) {
  returns->segments = memory(w, w->order->segment_count, sizeof *returns->segments);
  returns->gifts = memory(w, w->order->gift_count, sizeof *returns->gifts);
  return returns->segments && returns->gifts;
}

/* A gift that could not have been given would be deducted before anything goes back. */
static void check_gifts(work *w, const json_value *order, const sp_returns *nothing) {
  const json_at gifts = {&order->at, "gifts", 0};
  for (uint32_t i = 0; i < w->order->gift_count; i++) {
    const json_at gift = {&gifts, NULL, i};
    if (!refund_gift(w->order, nothing, i).broken) continue;
    report_error_key(w->report, &gift, "when", SP_E_CONFLICT);
  }
}

bool refund_in(const cJSON *tree, sp_arena *scratch, sp_report *report, refund_request *out) {
  json_value root = {.item = tree}, v[ROOT_COUNT], child;
  *out = (refund_request){0};
  work w = {report, scratch, &out->order};
  if (!json_object(report, &root, &root_schema, v) || report->error_count) return false;
  order_in(&w, &v[ROOT_order]);
  if (report->error_count) return false;
  rate_in(&w, &v[ROOT_rate]);
  if (!returns_open(&w, &out->before) || !returns_open(&w, &out->after)) return false;
  check_gifts(&w, &v[ROOT_order], &out->before);
  for (bool more = json_first(&v[ROOT_done], &child); more; more = json_next(&child))
    refund_add(&w, &child, &out->before);
  for (uint32_t i = 0; i < out->order.segment_count; i++)
    out->after.segments[i] = out->before.segments[i];
  for (uint32_t i = 0; i < out->order.gift_count; i++)
    out->after.gifts[i] = out->before.gifts[i];
  out->after.shipped = out->before.shipped;
  out->after.merchant = out->before.merchant;
  refund_add(&w, &v[ROOT_refund], &out->after);
  return report->error_count == 0;
}
