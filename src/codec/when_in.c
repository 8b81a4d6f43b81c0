/* `when`: a tree of objects becomes one list of tests in reading order. */
#include <string.h>

#include "base/text.h"
#include "codec/book_parts.h"

typedef struct {
  int64_t amount_gte_fen, amount_gt_fen, kinds, weight, volume, nth_order, group_size;
  sp_text payer;
  int64_t min_share_bp;
  sp_base base;
} when_work;

#define SP_SUM(member)   SP_BIGINT(when_work, member), .high = SP_BIG_CART_FEN, .absent = -1
#define SP_COUNT(member) SP_LONG(when_work, member), .high = SP_MEASURE_MAX, .absent = -1
#define SP_ORDINAL(member)                                                                         \
  SP_LONG(when_work, member), .low = 1, .high = SP_MEASURE_MAX, .absent = -1
#define SP_INNER .type = JSON_ARRAY, .low = 1, .high = SP_WHEN_NODES_MAX
#define WHEN_FIELDS(X)                                                                             \
  X(WHEN, amount_gte, SP_SUM(amount_gte_fen))                                                      \
  X(WHEN, amount_gt, SP_SUM(amount_gt_fen))                                                        \
  X(WHEN, qty_gte, .type = JSON_ANY)                                                               \
  X(WHEN, kinds_gte, SP_COUNT(kinds))                                                              \
  X(WHEN, weight_gte, SP_COUNT(weight))                                                            \
  X(WHEN, volume_gte, SP_COUNT(volume))                                                            \
  X(WHEN, contains, .type = JSON_OBJECT)                                                           \
  X(WHEN, nth_order, SP_ORDINAL(nth_order))                                                        \
  X(WHEN, group_size_gte, SP_ORDINAL(group_size))                                                  \
  X(WHEN, paid_by, SP_NAME(when_work, payer))                                                      \
  X(WHEN, min_share_bp, SP_LONG(when_work, min_share_bp), .low = 1, .high = 10000,                 \
    .absent = 10000)                                                                               \
  X(WHEN, base, SP_ENUM(when_work, base), .words = SP_WORDS_BASE, .absent = -1)                    \
  X(WHEN, all, SP_INNER)                                                                           \
  X(WHEN, any, SP_INNER)                                                                           \
  X(WHEN, not, .type = JSON_OBJECT)
SP_SCHEMA(when_schema, WHEN, WHEN_FIELDS, "");

#define QTY_FIELDS(X)                                                                              \
  X(QTY, n, SP_LONG(sp_test, gte), .required = true, .high = SP_MEASURE_MAX)                       \
  X(QTY, same, SP_ENUM(sp_test, kind), .words = SP_WORDS_SAME)
SP_SCHEMA(qty_schema, QTY, QTY_FIELDS, "");
static const json_field qty_field = {SP_LONG(sp_test, gte), .high = SP_MEASURE_MAX};

#define CONTAINS_FIELDS(X)                                                                         \
  X(CONTAINS, scope, .type = JSON_ANY, .required = true)                                           \
  X(CONTAINS, qty, SP_LONG(sp_test, gte), .low = 1, .high = SP_MEASURE_MAX, .absent = 1)
SP_SCHEMA(contains_schema, CONTAINS, CONTAINS_FIELDS, "");

/* Of one object: each member once, a header of `any` and `not`; and its own one as an alternative.
 */
#define TESTS_MAX ((SP_WHEN_NODES_MAX + 1) * (WHEN_COUNT + 1))

typedef struct {
  book_work *w;
  sp_rule *rule;
  sp_test *tests;
  uint32_t count, nodes;
} when_list;

/* Room for one more test of that kind. */
static sp_test *add(when_list *list, sp_test_kind kind, int64_t gte) {
  sp_test *test = &list->tests[list->count++];
  SP_CHECK(list->count <= TESTS_MAX);
  *test = (sp_test){.kind = kind, .gte = gte};
  return test;
}

static void add_stated(when_list *list, const cJSON *node, sp_test_kind kind, int64_t gte) {
  if (node) add(list, kind, gte);
}

static void qty_in(when_list *list, const cJSON *node) {
  const cJSON *v[QTY_COUNT];
  if (!node) return;
  sp_test *test = add(list, SP_TEST_qty, 0);
  if (!json_is_object(node)) {
    json_read(list->w->report, node, &qty_field, test);
    return;
  }
  json_object(list->w->report, node, &qty_schema, test, v);
  test->kind = v[QTY_same] ? (sp_test_kind)(SP_TEST_same_line + test->kind) : SP_TEST_qty;
}

static void contains_in(when_list *list, const cJSON *node) {
  const cJSON *v[CONTAINS_COUNT];
  if (!node) return;
  sp_test *test = add(list, SP_TEST_contains, 0);
  json_object(list->w->report, node, &contains_schema, test, v);
  test->scope = scope_in(list->w, v[CONTAINS_scope]);
}

/* Whom the rules of the book ask for, and for how much, is one list, so that a request can name
 * them by bits. */
static void payer_in(when_list *list, const cJSON *node, const when_work *work) {
  sp_book *book = list->w->book;
  if (!node) return;
  sp_test *test = add(list, SP_TEST_paid_by, 0);
  uint32_t shares = 0;
  for (test->payer = 0; test->payer < book->payer_count; test->payer++) {
    const sp_payer *other = &book->payers[test->payer];
    if (!text_equal(other->id, work->payer)) continue;
    if (other->min_share_bp == work->min_share_bp) return;
    shares++;
  }
  if (book->payer_count == SP_PAYERS_MAX || shares == SP_PAYER_SHARES_MAX) {
    report_error(list->w->report, node, SP_E_LIMIT);
    return;
  }
  book->payers[book->payer_count++] = (sp_payer){work->payer, work->min_share_bp};
}

static void object_in(when_list *list, const cJSON *node, uint32_t depth);

/* The tests of an inner object, behind a header where they are one thing together. */
static void inner_in(when_list *list, const cJSON *node, uint32_t depth, sp_test_kind header) {
  if (depth > SP_WHEN_DEPTH_MAX || list->nodes == SP_WHEN_NODES_MAX) {
    report_error(list->w->report, node, SP_E_LIMIT);
    return;
  }
  list->nodes++;
  uint32_t at = list->count;
  if (header != SP_TEST_amount) add(list, header, 0);
  object_in(list, node, depth);
  if (header != SP_TEST_amount) list->tests[at].inside = list->count - at - 1;
}

static void object_in(when_list *list, const cJSON *node, uint32_t depth) {
  book_work *w = list->w;
  sp_stage stage = list->rule->stage;
  const cJSON *v[WHEN_COUNT];
  when_work work;
  memset(&work, 0, sizeof work);
  if (!json_object(w->report, node, &when_schema, &work, v)) return;
  refuse_late_base(w, node, stage, work.base);
  int64_t amount = work.amount_gte_fen;
  if (v[WHEN_amount_gt]) amount = sp_max(amount, work.amount_gt_fen + 1);
  if (amount >= 0) {
    sp_test *test = add(list, SP_TEST_amount, amount);
    test->base = resolve_base(stage, work.base, w->book->policy.threshold_base);
    test->base_is_policys = !v[WHEN_base];
  }
  qty_in(list, v[WHEN_qty_gte]);
  add_stated(list, v[WHEN_kinds_gte], SP_TEST_kinds, work.kinds);
  add_stated(list, v[WHEN_weight_gte], SP_TEST_weight, work.weight);
  add_stated(list, v[WHEN_volume_gte], SP_TEST_volume, work.volume);
  contains_in(list, v[WHEN_contains]);
  add_stated(list, v[WHEN_nth_order], SP_TEST_nth_order, work.nth_order);
  add_stated(list, v[WHEN_group_size_gte], SP_TEST_group_size, work.group_size);
  payer_in(list, v[WHEN_paid_by], &work);
  if (v[WHEN_min_share_bp] && !v[WHEN_paid_by])
    report_error(w->report, v[WHEN_min_share_bp], SP_E_CONFLICT);
  // What `all` holds must hold like the members themselves, so it needs no header.
  for (node = json_first(v[WHEN_all]); node; node = node->next)
    inner_in(list, node, depth + 1, SP_TEST_amount);
  if (v[WHEN_any]) {
    uint32_t at = list->count;
    add(list, SP_TEST_any, 0);
    for (node = json_first(v[WHEN_any]); node; node = node->next)
      inner_in(list, node, depth + 1, SP_TEST_all);
    list->tests[at].inside = list->count - at - 1;
  }
  if (v[WHEN_not]) inner_in(list, v[WHEN_not], depth + 1, SP_TEST_not);
}

void when_in(book_work *w, const cJSON *node, sp_rule *rule) {
  if (!node) return;
  when_list list = {.w = w, .rule = rule};
  list.tests = json_array(w->report, w->scratch, TESTS_MAX, sizeof *list.tests);
  if (!list.tests) return;
  object_in(&list, node, 0);
  sp_test *tests = json_array(w->report, w->arena, list.count, sizeof *tests);
  if (!tests) return;
  memcpy(tests, list.tests, list.count * sizeof *tests);
  rule->when = (sp_when){tests, list.count};
  for (uint32_t i = 0; i < list.count; i++)
    w->book->tests_standing |= 1u << tests[i].kind;
}
