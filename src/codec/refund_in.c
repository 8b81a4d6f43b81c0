/* The verb `refund`: src/README.md §10. The request is read as a whole by the tables; then what its
 * parts say about each other is looked at, in their order. */
#include "codec/refund_in.h"

#include "base/apportion.h"
#include "base/text.h"
#include "codec/book_parts.h"
#include "engine/refund.h"

#define SP_FEN(s, member)    SP_BIGINT(s, member), .high = SP_BIG_CART_FEN
#define SP_POINTS(s, member) SP_BIGINT(s, member), .high = SP_BIG_POINTS

/* ---- what was paid ---- */

typedef struct {
  sp_order_segment segment;
  int64_t points_cut_fen;
} segment_read;
#define SEGMENT_FIELDS(X)                                                                          \
  X(SEGMENT, qty, SP_INT(segment_read, segment.qty), .required = true, .low = 1,                   \
    .high = SP_QTY_MAX)                                                                            \
  X(SEGMENT, list, SP_FEN(segment_read, segment.list_fen), .required = true)                       \
  X(SEGMENT, paid, SP_FEN(segment_read, segment.paid_fen), .required = true)                       \
  X(SEGMENT, points_cut, SP_FEN(segment_read, points_cut_fen))                                     \
  X(SEGMENT, points, SP_POINTS(segment_read, segment.points))
SP_SCHEMA(segment_schema, SEGMENT, SEGMENT_FIELDS, "");
SP_EACH(each_segment, segment_read, SP_LINE_PARTS_MAX, .type = JSON_RECORD,
        .schema = &segment_schema);

typedef struct {
  sp_text id;
  SP_ITEMS(segment_read) segments;
  int64_t earned;
} line_read;
#define LINE_FIELDS(X)                                                                             \
  X(LINE, id, SP_ID(line_read, id), .required = true)                                              \
  X(LINE, sku, .type = JSON_ID, SP_LOOSE)                                                          \
  X(LINE, segments, SP_LIST(line_read, segments, each_segment), .required = true, .low = 1)        \
  X(LINE, earned, SP_POINTS(line_read, earned))
SP_SCHEMA(line_schema, LINE, LINE_FIELDS, "");
SP_EACH(each_line, line_read, SP_LINES_MAX, .type = JSON_RECORD, .schema = &line_schema);

typedef struct {
  int64_t used, cut_fen;
  SP_ITEMS(sp_order_lot) lots;
} points_read;
#define LOT_FIELDS(X)                                                                              \
  X(LOT, id, SP_ID(sp_order_lot, id), .required = true)                                            \
  X(LOT, used, SP_POINTS(sp_order_lot, used), .required = true)
SP_SCHEMA(lot_schema, LOT, LOT_FIELDS, "");
SP_EACH(each_lot, sp_order_lot, SP_ORDER_LOTS_MAX, .type = JSON_RECORD, .schema = &lot_schema);
#define POINTS_FIELDS(X)                                                                           \
  X(POINTS, used, SP_POINTS(points_read, used), .required = true)                                  \
  X(POINTS, cut, SP_FEN(points_read, cut_fen), .required = true)                                   \
  X(POINTS, lots, SP_LIST(points_read, lots, each_lot), .low = 1)
SP_SCHEMA(points_schema, POINTS, POINTS_FIELDS, "");

#define SP_TENDER(name) SP_FEN(sp_order, tender_fen[SP_TENDER_##name])
#define TENDER_FIELDS(X)                                                                           \
  X(TENDER, cash, SP_TENDER(cash))                                                                 \
  X(TENDER, principal, SP_TENDER(principal))                                                       \
  X(TENDER, bonus, SP_TENDER(bonus))                                                               \
  X(TENDER, gift_card, SP_TENDER(gift_card))
SP_SCHEMA(tender_schema, TENDER, TENDER_FIELDS, "");

typedef struct {
  sp_text id;
  SP_ITEMS(void) pairs; /* [line, segment]: nodes, until the lines are known */
} coupon_read;
static const json_each each_pair = {
    {.type = JSON_ARRAY, .low = 2, .high = 2}, SP_LINES_MAX *SP_LINE_PARTS_MAX, 0};
#define COUPON_FIELDS(X)                                                                           \
  X(COUPON, id, SP_ID(coupon_read, id), .required = true)                                          \
  X(COUPON, segments, SP_LIST(coupon_read, pairs, each_pair), .required = true)
SP_SCHEMA(coupon_schema, COUPON, COUPON_FIELDS, "");
SP_EACH(each_coupon, coupon_read, SP_COUPONS_MAX, .type = JSON_RECORD, .schema = &coupon_schema);

typedef struct {
  sp_order_term term;
  SP_ITEMS(void) lines; /* ids: nodes, until the lines are known */
} term_read;
static const json_each each_id = {{.type = JSON_ANY}, SP_LINES_MAX, 0};
#define TERM_FIELDS(X)                                                                             \
  X(TERM, gte, SP_FEN(term_read, term.gte), .required = true)                                      \
  X(TERM, by, SP_FLAG(term_read, term.by_qty), .words = "amount qty")                              \
  X(TERM, lines, SP_LIST(term_read, lines, each_id), .low = 1)                                     \
  X(TERM, times, SP_LONG(term_read, term.times), .low = 1, .high = SP_MEASURE_MAX, .absent = 1)
SP_SCHEMA(term_schema, TERM, TERM_FIELDS, "");
SP_EACH(each_term, term_read, SP_GIFT_TERMS_MAX - 1, .type = JSON_RECORD, .schema = &term_schema);

typedef struct {
  sp_order_gift gift;
  term_read when;
  SP_ITEMS(term_read) more;
} gift_read;
#define GIFT_FIELDS(X)                                                                             \
  X(GIFT, rule, SP_ID(gift_read, gift.rule), .required = true)                                     \
  X(GIFT, sku, SP_ID(gift_read, gift.sku), .required = true)                                       \
  X(GIFT, qty, SP_FEN(gift_read, gift.qty), .required = true, .low = 1)                            \
  X(GIFT, value, SP_FEN(gift_read, gift.value_fen), .required = true)                              \
  X(GIFT, when, SP_RECORD(gift_read, when, term_schema), .required = true)                         \
  X(GIFT, and, SP_LIST(gift_read, more, each_term))
SP_SCHEMA(gift_schema, GIFT, GIFT_FIELDS, "");
SP_EACH(each_gift, gift_read, SP_ORDER_GIFTS_MAX, .type = JSON_RECORD, .schema = &gift_schema);

typedef struct {
  sp_order order;
  SP_ITEMS(line_read) lines;
  points_read points;
  SP_ITEMS(coupon_read) coupons;
  SP_ITEMS(gift_read) gifts;
  int64_t earned;
} order_read;
#define ORDER_FIELDS(X)                                                                            \
  X(ORDER, lines, SP_LIST(order_read, lines, each_line), .required = true, .low = 1)               \
  X(ORDER, freight, SP_FEN(order_read, order.freight_fen))                                         \
  X(ORDER, fees, SP_FEN(order_read, order.fees_fen))                                               \
  X(ORDER, fees_refundable, SP_BOOL(order_read, order.fees_refundable), .absent = true)            \
  X(ORDER, points, SP_RECORD(order_read, points, points_schema))                                   \
  X(ORDER, tender, SP_RECORD(order_read, order, tender_schema))                                    \
  X(ORDER, coupons, SP_LIST(order_read, coupons, each_coupon))                                     \
  X(ORDER, gifts, SP_LIST(order_read, gifts, each_gift))                                           \
  X(ORDER, earned, SP_POINTS(order_read, earned))                                                  \
  X(ORDER, earned_balance, SP_POINTS(order_read, order.earned_balance))
SP_SCHEMA(order_schema, ORDER, ORDER_FIELDS, "");

/* ---- what goes back ---- */

typedef struct {
  sp_text id;
  uint32_t segment;
  int32_t qty; /* 0: not given */
  int64_t list_fen;
} back_read;
#define BACK_FIELDS(X)                                                                             \
  X(BACK, id, SP_ID(back_read, id), .required = true)                                              \
  X(BACK, segment, SP_INT(back_read, segment), .high = SP_LINE_PARTS_MAX - 1)                      \
  X(BACK, qty, SP_INT(back_read, qty), .low = 1, .high = SP_QTY_MAX)                               \
  X(BACK, list, SP_FEN(back_read, list_fen), .low = 1)
SP_SCHEMA(back_schema, BACK, BACK_FIELDS, "");
SP_EACH(each_back, back_read, SP_LINES_MAX *SP_LINE_PARTS_MAX, .type = JSON_RECORD,
        .schema = &back_schema);

typedef struct {
  sp_text rule;
  int64_t qty;
} given_read;
#define GIVEN_FIELDS(X)                                                                            \
  X(GIVEN, rule, SP_ID(given_read, rule), .required = true)                                        \
  X(GIVEN, qty, SP_LONG(given_read, qty), .required = true, .low = 1, .high = SP_MEASURE_MAX)
SP_SCHEMA(given_schema, GIVEN, GIVEN_FIELDS, "");
SP_EACH(each_given, given_read, SP_ORDER_GIFTS_MAX, .type = JSON_RECORD, .schema = &given_schema);

typedef struct {
  SP_ITEMS(back_read) lines;
  SP_ITEMS(given_read) gifts;
  bool merchant, shipped;
} refund_read;
#define REFUND_FIELDS(X)                                                                           \
  X(REFUND, lines, SP_LIST(refund_read, lines, each_back), .required = true)                       \
  X(REFUND, fault, SP_FLAG(refund_read, merchant), .words = "shopper merchant")                    \
  X(REFUND, shipped, SP_BOOL(refund_read, shipped), .absent = true)                                \
  X(REFUND, gifts_returned, SP_LIST(refund_read, gifts, each_given))
SP_SCHEMA(refund_schema, REFUND, REFUND_FIELDS, "");
SP_EACH(each_refund, refund_read, SP_REFUNDS_MAX, .type = JSON_RECORD, .schema = &refund_schema);

typedef struct {
  order_read order;
  SP_ITEMS(refund_read) done;
  refund_read refund;
} request_read;
#define RATE_FIELDS(X)                                                                             \
  X(RATE, num, SP_LONG(sp_order, points_num), .required = true, .low = 1, .high = SP_RATIO_MAX)    \
  X(RATE, den, SP_LONG(sp_order, points_den), .required = true, .low = 1, .high = SP_RATIO_MAX)
SP_SCHEMA(rate_schema, RATE, RATE_FIELDS, "");
#define ROOT_FIELDS(X)                                                                             \
  X(ROOT, order, .type = JSON_OBJECT, .required = true)                                            \
  X(ROOT, done, SP_LIST(request_read, done, each_refund))                                          \
  X(ROOT, refund, SP_RECORD(request_read, refund, refund_schema), .required = true)                \
  X(ROOT, points_rate, SP_RECORD(request_read, order.order, rate_schema))
SP_SCHEMA(root_schema, ROOT, ROOT_FIELDS, "");

/* ---- what the parts say about each other ---- */

typedef struct {
  sp_report *report;
  sp_arena *scratch;
  sp_order *order;
} work;

static uint32_t find_line(const void *order, sp_text id) {
  const sp_order *o = order;
  const id_table table = {o->lines, sizeof *o->lines, o->line_count};
  return ids_find(&table, o->line_by_id, id);
}

/* A segment by the id and the place that stand in the node; SP_NONE and a report when it is not
 * there. */
static uint32_t segment_in(work *w, sp_text id, uint32_t segment, const cJSON *node,
                           const char *id_key, const char *segment_key) {
  uint32_t line = find_line(w->order, id);
  const sp_order_line *l = line == SP_NONE ? NULL : &w->order->lines[line];
  if (l && segment < l->segment_count) return l->first_segment + segment;
  report_error_key(w->report, node, l ? segment_key : id_key, SP_E_REFERENCE);
  return SP_NONE;
}

/* Shares an amount over segments, on top of what is there. */
static void spread(int64_t amount, const int64_t *weight, uint32_t count, int64_t *part,
                   sp_order_segment *segments, bool earned) {
  apportion(amount, weight, NULL, count, SP_REMAINDER_LAST, part);
  for (uint32_t i = 0; i < count; i++)
    *(earned ? &segments[i].earned : &segments[i].points) += part[i];
}

/* The segments of all lines in one row. Points that were earned are shared by what was paid, points
 * that were used by what they cut. */
static void lines_in(work *w, const order_read *read, const cJSON *order) {
  sp_report *report = w->report;
  sp_order *o = w->order;
  size_t room = 0;
  for (uint32_t i = 0; i < read->lines.count; i++)
    room += read->lines.items[i].segments.count;
  sp_order_line *lines = json_array(report, w->scratch, read->lines.count, sizeof *lines);
  sp_order_segment *segments = json_array(report, w->scratch, room, sizeof *segments);
  int64_t *paid = json_array(report, w->scratch, 3 * room, sizeof *paid);
  if (!lines || !segments || !paid) return;
  int64_t *cut = paid + room, *part = cut + room;
  int64_t list_fen = 0, cut_fen = read->points.cut_fen;
  int64_t earned = read->earned, used = read->points.used;
  uint32_t count = 0;
  for (uint32_t i = 0; i < read->lines.count; i++) {
    const line_read *line = &read->lines.items[i];
    uint32_t first = count;
    for (uint32_t j = 0; j < line->segments.count; j++, count++) {
      const segment_read *s = &line->segments.items[j];
      segments[count] = s->segment;
      segments[count].line = i;
      paid[count] = s->segment.paid_fen;
      cut[count] = s->points_cut_fen;
      if (paid[count] + cut[count] > s->segment.list_fen) {
        report_error_key(report, json_element(line->segments.node, j), "paid", SP_E_CONFLICT);
      }
      list_fen += s->segment.list_fen;
      cut_fen -= cut[count];
      used -= s->segment.points;
    }
    lines[i] = (sp_order_line){line->id, first, count - first};
    spread(line->earned, &paid[first], count - first, part, &segments[first], true);
    earned += line->earned;
  }
  o->lines = lines;
  o->line_count = read->lines.count;
  o->segments = segments;
  o->segment_count = count;
  id_table table = {lines, sizeof *lines, o->line_count};
  o->line_by_id = id_index(report, w->scratch, table, read->lines.node);
  if (cut_fen || used < 0) {
    report_error_key(report, order, "points", SP_E_CONFLICT);
  } else {
    spread(used, cut, count, part, segments, false);
  }
  spread(read->earned, paid, count, part, segments, true);
  if (list_fen > SP_CART_FEN_MAX || earned > (int64_t)SP_BIG_POINTS * SP_BIG) {
    report_error(report, read->lines.node, SP_E_OVERFLOW);
  }
}

static void lots_in(work *w, const points_read *points) {
  int64_t used = points->used;
  id_table table = {points->lots.items, sizeof *points->lots.items, points->lots.count};
  ids_once(w->report, w->scratch, table, points->lots.node);
  for (uint32_t i = 0; i < table.count; i++)
    used -= points->lots.items[i].used;
  if (used && table.count) report_error(w->report, points->lots.node, SP_E_CONFLICT);
  w->order->lots = points->lots.items;
  w->order->lot_count = table.count;
}

static void tender_in(work *w, const cJSON *node) {
  sp_order *o = w->order;
  int64_t rest = o->freight_fen + o->fees_fen;
  for (uint32_t i = 0; i < o->segment_count; i++)
    rest += o->segments[i].paid_fen;
  for (uint32_t i = 0; i < SP_TENDER_COUNT; i++)
    rest -= o->tender_fen[i];
  if (node && rest) report_error(w->report, node, SP_E_CONFLICT);
  o->tender_fen[SP_TENDER_cash] += rest;
}

static void coupons_in(work *w, const order_read *read) {
  static const json_field place_field = {.type = JSON_INT, .high = SP_LINE_PARTS_MAX - 1};
  uint32_t count = read->coupons.count;
  sp_order_coupon *coupons = json_array(w->report, w->scratch, count, sizeof *coupons);
  if (!coupons) return;
  for (uint32_t i = 0; i < count; i++) {
    const coupon_read *coupon = &read->coupons.items[i];
    const cJSON *pair = json_first(coupon->pairs.node);
    uint32_t *item = json_array(w->report, w->scratch, coupon->pairs.count, sizeof *item);
    if (!item) return;
    coupons[i] = (sp_order_coupon){coupon->id, {item, coupon->pairs.count}};
    for (; pair; pair = pair->next) {
      uint32_t place = 0;
      sp_text id = json_id(w->report, pair->child);
      if (!json_read(w->report, pair->child->next, &place_field, &place) || !id.size) return;
      *item++ = segment_in(w, id, place, pair, "0", "1");
    }
  }
  ids_once(w->report, w->scratch, (id_table){coupons, sizeof *coupons, count}, read->coupons.node);
  w->order->coupons = coupons;
  w->order->coupon_count = count;
}

static void terms_in(work *w, const gift_read *read, sp_order_gift *gift) {
  uint32_t count = 1 + read->more.count;
  sp_order_term *terms = json_array(w->report, w->scratch, count, sizeof *terms);
  if (!terms) return;
  for (uint32_t i = 0; i < count; i++) {
    const term_read *term = i ? &read->more.items[i - 1] : &read->when;
    sp_order_set *lines = &terms[i].lines;
    terms[i] = term->term;
    if (!term->lines.node) continue;
    lines->items =
        ids_in(w->report, w->scratch, term->lines.node, find_line, w->order, &lines->count);
  }
  gift->terms = terms;
  gift->term_count = count;
}

static void gifts_in(work *w, const order_read *read) {
  uint32_t count = read->gifts.count;
  int64_t value_fen = 0;
  sp_order_gift *gifts = json_array(w->report, w->scratch, count, sizeof *gifts);
  if (!gifts) return;
  for (uint32_t i = 0; i < count; i++) {
    gifts[i] = read->gifts.items[i].gift;
    value_fen += gifts[i].value_fen;
    terms_in(w, &read->gifts.items[i], &gifts[i]);
  }
  if (value_fen > SP_CART_FEN_MAX) report_error(w->report, read->gifts.node, SP_E_OVERFLOW);
  w->order->gifts = gifts;
  w->order->gift_count = count;
}

static void check_rate(work *w, const cJSON *root) {
  const sp_order *o = w->order;
  int64_t earned = 0;
  for (uint32_t i = 0; i < o->segment_count; i++)
    earned += o->segments[i].earned;
  if (o->points_den && earned * o->points_num / o->points_den > SP_CART_FEN_MAX) {
    report_error_key(w->report, root, "points_rate", SP_E_OVERFLOW);
  }
}

/* A gift that could not have been given would be deducted before anything goes back. */
static void check_gifts(work *w, const cJSON *gifts, const sp_returns *nothing) {
  for (uint32_t i = 0; i < w->order->gift_count; i++) {
    if (!refund_gift(w->order, nothing, i).missing) continue;
    report_error_key(w->report, json_element(gifts, i), "when", SP_E_CONFLICT);
  }
}

/* Pieces of a segment, or an amount of its list price. */
static void back_in(work *w, const back_read *back, const cJSON *node, sp_returns *returns) {
  int64_t named = back->qty + back->list_fen;
  // One of the two is 0, or both stand, or none.
  if (!back->qty == !back->list_fen) {
    report_error_key(w->report, node, named ? "list" : "qty",
                     named ? SP_E_CONFLICT : SP_E_REQUIRED);
    return;
  }
  uint32_t i = segment_in(w, back->id, back->segment, node, "id", "segment");
  if (i == SP_NONE) return;
  const sp_order_segment *segment = &w->order->segments[i];
  sp_returned *returned = &returns->segments[i];
  int64_t left = back->qty ? segment->qty - returned->qty : refund_list_left(segment, returned);
  if (named > left) {
    report_error_key(w->report, node, back->qty ? "qty" : "list", SP_E_RANGE);
    return;
  }
  returned->qty += back->qty;
  returned->list_fen += back->list_fen;
}

static void given_in(work *w, const given_read *given, const cJSON *node, sp_returns *returns) {
  const sp_order *o = w->order;
  uint32_t home = refund_gift_home(o, given->rule);
  int64_t left = home == SP_NONE ? 0 : -returns->gifts[home];
  for (uint32_t i = 0; i < o->gift_count; i++) {
    if (text_equal(o->gifts[i].rule, given->rule)) left += o->gifts[i].qty;
  }
  if (given->qty > left) {
    report_error_key(w->report, node, home == SP_NONE ? "rule" : "qty",
                     home == SP_NONE ? SP_E_REFERENCE : SP_E_RANGE);
  } else {
    returns->gifts[home] += given->qty;
  }
}

/* One refund on top of what is there. */
static void refund_add(work *w, const refund_read *refund, sp_returns *returns) {
  const cJSON *node = json_first(refund->lines.node);
  if (!node && !refund->gifts.count) report_error(w->report, refund->lines.node, SP_E_RANGE);
  // A gift that comes back later says nothing about the parcel of the goods.
  returns->shipped = returns->shipped || (node && refund->shipped);
  returns->merchant = returns->merchant || (node && refund->merchant);
  for (const back_read *back = refund->lines.items; node; node = node->next, back++)
    back_in(w, back, node, returns);
  node = json_first(refund->gifts.node);
  for (const given_read *given = refund->gifts.items; node; node = node->next, given++)
    given_in(w, given, node, returns);
}

static bool returns_open(work *w, sp_returns *returns) {
  const sp_order *o = w->order;
  returns->segments =
      json_array(w->report, w->scratch, o->segment_count, sizeof *returns->segments);
  returns->gifts = json_array(w->report, w->scratch, o->gift_count, sizeof *returns->gifts);
  return returns->segments && returns->gifts;
}

/* Each step needs that the ones before found nothing wrong. */
bool refund_in(const cJSON *tree, sp_arena *scratch, sp_report *report, refund_request *out) {
  const cJSON *v[ROOT_COUNT], *o[ORDER_COUNT];
  request_read read = {0};
  work w = {report, scratch, &out->order};
  report->keep = scratch;
  *out = (refund_request){0};
  json_object(report, tree, &root_schema, &read, v);
  json_object(report, v[ROOT_order], &order_schema, &read.order, o);
  if (report->error_count) return false;
  out->order = read.order.order;
  if (!o[ORDER_earned_balance]) out->order.earned_balance = INT64_MAX;
  lines_in(&w, &read.order, v[ROOT_order]);
  lots_in(&w, &read.order.points);
  if (report->error_count) return false;
  tender_in(&w, o[ORDER_tender]);
  coupons_in(&w, &read.order);
  gifts_in(&w, &read.order);
  check_rate(&w, tree);
  if (!returns_open(&w, &out->before) || !returns_open(&w, &out->after)) return false;
  check_gifts(&w, o[ORDER_gifts], &out->before);
  if (report->error_count) return false;
  for (uint32_t i = 0; i < read.done.count; i++) {
    refund_add(&w, &read.done.items[i], &out->before);
    refund_add(&w, &read.done.items[i], &out->after);
  }
  refund_add(&w, &read.refund, &out->after);
  return report->error_count == 0;
}
