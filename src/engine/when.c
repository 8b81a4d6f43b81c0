#include "engine/when.h"

#include "base/text.h"

/* What a condition can still turn out to be. At its turn it is one of them; before, both may be. */
enum { CAN_HOLD = 1, CAN_FAIL = 2 };

static const when_told untold = {.measure = -1};

typedef struct {
  pricing *p;
  const sp_rule *rule;
  const goods *g;
  bool ahead; /* before anything is priced: g is the most that the rule can ever have */
  bool whole; /* and it will have all of that at its turn */
} asking;

static int64_t sum_sizes(const asking *a, bool weight) {
  const pricing *p = a->p;
  int64_t sum = 0;
  for (uint32_t k = 0; k < a->g->count; k++) {
    const sp_segment *segment = &p->segments[a->g->segments[k]];
    const sp_sku *sku = &p->book->skus[p->request->lines[segment->line].sku];
    sum += (weight ? sku->weight_g : sku->volume_cm3) * segment->qty;
  }
  return sum;
}

/* How many different SKUs there are, or the most pieces of one line, SKU or SPU. */
static int64_t count_by_sku(const asking *a, sp_test_kind kind) {
  pricing *p = a->p;
  int64_t kinds = 0, most = 0;
  uint32_t stamp = ++p->stamp;
  for (uint32_t k = 0; k < a->g->count; k++) {
    const sp_segment *segment = &p->segments[a->g->segments[k]];
    uint32_t sku = p->request->lines[segment->line].sku;
    uint32_t key = kind == SP_TEST_same_line  ? segment->line
                   : kind == SP_TEST_same_spu ? p->book->skus[sku].spu_first
                                              : sku;
    if (p->kind_seen[key] != stamp) {
      p->kind_seen[key] = stamp;
      p->kind_qty[key] = 0;
      kinds++;
    }
    p->kind_qty[key] += segment->qty;
    most = sp_max(most, p->kind_qty[key]);
  }
  return kind == SP_TEST_kinds ? kinds : most;
}

/* Pieces of the level group in the test's own scope, whatever the rule's. Ahead of its turn they
 * are those of all level groups. */
static int64_t count_contained(const asking *a, const sp_test *test) {
  const pricing *p = a->p;
  sp_level level = a->ahead ? SP_LEVEL_order : a->rule->level;
  uint32_t key = level_key(p, level, a->g->segments[0]);
  int64_t pieces = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_line *line = &p->request->lines[p->segments[i].line];
    if (level_key(p, level, i) != key || !scope_has(test->scope, line->sku)) continue;
    if (line->add_on) continue;
    if (a->rule->shop.size && !text_equal(a->rule->shop, line->shop)) continue;
    pieces += p->segments[i].qty;
  }
  return pieces;
}

/* Cuts only make sums smaller, but freight of a package may still be taken back to its list. */
static int64_t amount_ahead(const asking *a, sp_base base) {
  int64_t sum = measure_amount(a->p, a->g, base == SP_BASE_list ? base : SP_BASE_current);
  for (uint32_t i = 0; base == SP_BASE_goods_and_freight && i < a->p->package_count; i++)
    sum += a->p->book->policy.gifts_weigh ? SP_CART_FEN_MAX : a->p->packages[i].freight_list_fen;
  return sum;
}

static int64_t measured(const asking *a, const sp_test *test) {
  switch (test->kind) {
  case SP_TEST_amount:
    return a->ahead ? amount_ahead(a, test->base) : measure_amount(a->p, a->g, test->base);
  case SP_TEST_qty:
    return measure_qty(a->p, a->g);
  case SP_TEST_weight:
  case SP_TEST_volume:
    return sum_sizes(a, test->kind == SP_TEST_weight);
  case SP_TEST_contains:
    return count_contained(a, test);
  default:
    return count_by_sku(a, test->kind);
  }
}

/* What the request alone decides. */
static bool request_meets(const sp_request *request, const sp_test *test) {
  if (test->kind == SP_TEST_nth_order) return request->member.orders + 1 == test->gte;
  if (test->kind == SP_TEST_group_size) return request->group_size >= test->gte;
  return (request->payer_bits >> test->payer) & 1;
}

static uint32_t ask_all(const asking *a, const sp_test *tests, uint32_t count, when_told *told);

/* Of several alternatives that all fail the one with the smallest gap speaks. */
static uint32_t ask_any(const asking *a, const sp_test *any, when_told *told) {
  uint32_t can = CAN_FAIL;
  for (uint32_t i = 1; i <= any->inside; i += 1 + any[i].inside) {
    when_told one = untold;
    uint32_t here = ask_all(a, &any[i + 1], any[i].inside, &one);
    if (!(here & CAN_FAIL)) return CAN_HOLD;
    can |= here;
    bool closer = one.next.stands && (!told->next.stands || one.next.gap < told->next.gap);
    if (closer) *told = one;
  }
  return can;
}

static uint32_t ask_one(const asking *a, const sp_test *test, when_told *told) {
  if (test->kind == SP_TEST_any) return ask_any(a, test, told);
  if (test->kind == SP_TEST_not) {
    when_told ignored = untold;
    uint32_t inside = ask_all(a, test + 1, test->inside, &ignored);
    return (inside & CAN_HOLD ? CAN_FAIL : 0) | (inside & CAN_FAIL ? CAN_HOLD : 0);
  }
  if (test->kind >= SP_TEST_nth_order)
    return request_meets(a->p->request, test) ? CAN_HOLD : CAN_FAIL;
  told->measure = measured(a, test);
  if (told->measure >= test->gte) {
    bool contained = test->kind == SP_TEST_contains && level_count(a->p, a->rule->level) == 1;
    bool sure = !a->ahead || test->gte <= 0 || contained ||
                (a->whole && (test->kind != SP_TEST_amount || test->base == SP_BASE_list));
    return sure ? CAN_HOLD : CAN_HOLD | CAN_FAIL;
  }
  sp_by by = test->kind <= SP_TEST_volume ? (sp_by)test->kind : SP_BY_qty;
  told->next = (sp_next){true, by, test->gte, test->gte - told->measure};
  return CAN_FAIL;
}

static uint32_t ask_all(const asking *a, const sp_test *tests, uint32_t count, when_told *told) {
  uint32_t can = CAN_HOLD;
  for (uint32_t i = 0; i < count; i += 1 + tests[i].inside) {
    when_told one = untold;
    uint32_t here = ask_one(a, &tests[i], &one);
    if (!(here & CAN_HOLD)) {
      *told = one;
      return CAN_FAIL;
    }
    can |= here;
    // Of an `any` or `not` that holds nothing is told.
    if (told->measure < 0 && tests[i].kind < SP_TEST_nth_order) told->measure = one.measure;
  }
  return can;
}

bool when_holds(pricing *p, const sp_rule *rule, const goods *g, const sp_when *when,
                when_told *told) {
  asking a = {p, rule, g, false, false};
  *told = untold;
  return ask_all(&a, when->tests, when->count, told) == CAN_HOLD;
}

sp_err when_fold(pricing *p, turn *t) {
  const sp_rule *rule = turn_rule(p, t);
  const sp_when *when = &rule->when;
  goods g = {t->segments, t->segment_count, 0, NULL, NULL};
  asking a = {p, rule, &g, true,
              t->kind != TURN_ASSIGNED && !t->idle && level_count(p, rule->level) == 1 &&
                  rule->applies_to_discounted && !p->has_exclusions};
  uint32_t open = 0;
  t->when = *when;
  // An automatic rule is asked at its turn anyway; ahead of it only what nothing can change counts.
  if (t->kind == TURN_AUTOMATIC && !when_has(when, ~(SP_TEST_BIT(contains) - 1))) return SP_OK;
  g.left_fen = sum_of(p->start_left, t->segments, t->segment_count);
  for (uint32_t i = 0; i < when->count; i += 1 + when->tests[i].inside) {
    when_told ignored = untold;
    uint32_t can = ask_one(&a, &when->tests[i], &ignored);
    t->dead = t->dead || !(can & CAN_HOLD);
    if (can & CAN_FAIL) open += 1 + when->tests[i].inside;
  }
  // Nobody can choose it; it only stays to say what it lacks.
  bool given = t->kind == TURN_PIECES && !t->idle;
  t->idle = t->idle && !t->dead;
  t->dead = t->dead || t->idle;
  if (t->dead && t->kind != TURN_COUPON && !given) t->kind = TURN_AUTOMATIC;
  if (t->dead || open == when->count) return SP_OK;
  sp_test *kept = arena_array(p->arena, open, sizeof *kept);
  if (!kept) return SP_E_MEMORY;
  t->when = (sp_when){kept, 0};
  for (uint32_t i = 0; i < when->count; i += 1 + when->tests[i].inside) {
    when_told ignored = untold;
    if (ask_one(&a, &when->tests[i], &ignored) == CAN_HOLD) continue;
    for (uint32_t k = 0; k <= when->tests[i].inside; k++)
      kept[t->when.count++] = when->tests[i + k];
  }
  return SP_OK;
}

bool when_has(const sp_when *when, uint32_t kinds) {
  for (uint32_t i = 0; i < when->count; i++) {
    if ((kinds >> when->tests[i].kind) & 1) return true;
  }
  return false;
}

sp_err when_prepare(pricing *p) {
  uint32_t keys = 0;
  if (p->book->tests_standing & SP_TESTS_BY_SKU) {
    keys =
        p->book->sku_count > p->request->line_count ? p->book->sku_count : p->request->line_count;
  }
  p->kind_seen = arena_array(p->arena, keys, sizeof(uint32_t));
  p->kind_qty = arena_array(p->arena, keys, sizeof(int64_t));
  return p->kind_seen && p->kind_qty ? SP_OK : SP_E_MEMORY;
}
