/* Gives that choose or count pieces (engine/sets.c, engine/effect.c) against loops over single
 * pieces: every piece stands for itself, every number of sets is tried. */
#include "engine/effect.h"
#include "engine/pieces.h"
#include "unit/unit.h"

#define SEGMENTS_MAX 6
#define SKUS_MAX     4
#define PIECES_MAX   (SEGMENTS_MAX * SP_QTY_MAX)

typedef struct {
  uint32_t position, number, sku;
  int64_t value_fen;
} piece;

/* Some lines of one or two segments each, in one or two packages, with all that a give touches. */
typedef struct {
  sp_book book;
  sp_rule rule;
  sp_give give, inner;
  sp_need needs[3];
  uint32_t bits[3];
  sp_request request;
  sp_line lines[SEGMENTS_MAX];
  sp_receipt receipt;
  pricing p;
  pricing_state s;
  goods g;
  int64_t room_fen;
  sp_segment segments[SEGMENTS_MAX];
  int64_t left[SEGMENTS_MAX], floor[SEGMENTS_MAX], cut[SEGMENTS_MAX], numbers[10][SEGMENTS_MAX];
  uint32_t list[SEGMENTS_MAX], positions[SEGMENTS_MAX], ends[2];
  struct piece_class classes[2][2 * SEGMENTS_MAX];
} table;

static piece pieces[PIECES_MAX];
static uint32_t piece_count;

static void connect(table *t) {
  t->book.rules = &t->rule;
  t->rule.gives = &t->give;
  t->rule.give_count = 1;
  t->request.lines = t->lines;
  t->s = (pricing_state){.left = t->left, .dues = t->numbers[9]};
  t->p = (pricing){.book = &t->book,
                   .request = &t->request,
                   .receipt = &t->receipt,
                   .segments = t->segments,
                   .package_count = 2,
                   .list_part = t->left,
                   .after_item = t->left,
                   .share_weight = t->numbers[0],
                   .share_cap = t->numbers[1],
                   .share_part = t->numbers[2],
                   .share_positions = t->positions,
                   .package_weight = t->numbers[3],
                   .due_cap = t->numbers[4],
                   .package_part = t->numbers[5],
                   .due_cut = t->numbers[6],
                   .package_end = t->ends,
                   .nth_weight = t->numbers[7],
                   .give_cut = t->numbers[8],
                   .pieces = t->classes[0],
                   .pieces_spare = t->classes[1]};
}

static void set_up(table *t, unit_random *r, int32_t qty_max) {
  uint32_t line = 0;
  memset(t, 0, sizeof *t);
  connect(t);
  t->g.count = (uint32_t)random_int(r, 1, SEGMENTS_MAX);
  t->g.segments = t->list;
  bool floors = random_one_in(r, 2);
  if (floors) t->p.floor_fen = t->floor;
  for (uint32_t i = 0; i < t->g.count; i++) {
    sp_segment *segment = &t->segments[i];
    bool same_line = i > 0 && random_one_in(r, 4);
    if (i > 0 && !same_line) line++;
    t->lines[line].sku = same_line ? t->lines[line].sku : (uint32_t)random_int(r, 0, SKUS_MAX - 1);
    segment->line = line;
    segment->group = same_line ? segment[-1].group : (uint32_t)random_int(r, 0, 1);
    segment->qty = (int32_t)random_int(r, 1, qty_max);
    t->left[i] = random_one_in(r, 6) ? 0 : random_int(r, 0, 9 * segment->qty);
    if (random_one_in(r, 4)) t->left[i] = random_sized(r, 30);
    if (floors) t->floor[i] = random_int(r, 0, 4) * segment->qty;
    t->list[i] = i;
    t->g.left_fen += t->left[i];
    t->room_fen += room_of(&t->p, &t->s, i);
  }
}

static uint32_t sku_of(const table *t, uint32_t position) {
  return t->lines[t->segments[position].line].sku;
}

static void all_pieces(const table *t) {
  piece_count = 0;
  for (uint32_t i = 0; i < t->g.count; i++) {
    int64_t n = t->segments[i].qty, left = t->left[i];
    for (int64_t k = 1; k <= n; k++)
      pieces[piece_count++] =
          (piece){i, (uint32_t)k, sku_of(t, i), left * k / n - left * (k - 1) / n};
  }
}

static int compare(const piece *a, const piece *b, int direction) {
  if (a->value_fen != b->value_fen) return (a->value_fen < b->value_fen ? 1 : -1) * direction;
  if (a->position != b->position) return a->position < b->position ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static int dearest_first(const void *a, const void *b) {
  return compare(a, b, 1);
}

static int cheapest_first(const void *a, const void *b) {
  return compare(a, b, -1);
}

static void sorted_pieces(const table *t, sp_choose choose) {
  all_pieces(t);
  qsort(pieces, piece_count, sizeof *pieces,
        choose == SP_CHOOSE_cheapest ? cheapest_first : dearest_first);
}

static bool apply(table *t, outcome *out) {
  *out = (outcome){0};
  memset(t->cut, 0, sizeof t->cut);
  return effect_apply(&t->p, &t->s, 0, &t->g, &t->g, t->cut, out);
}

/* Cuts of single pieces: what a segment has no room for is lost. */
static void check_lost(table *t, const int64_t *wanted) {
  outcome out;
  apply(t, &out);
  for (uint32_t i = 0; i < t->g.count; i++)
    CHECK_INT(t->cut[i], sp_min(wanted[i], room_of(&t->p, &t->s, i)));
}

/* One cut of all, shared by the weights: it moves to where there is room. */
static void check_shared(table *t, const int64_t *weight, int64_t cut) {
  int64_t sum = 0;
  outcome out;
  apply(t, &out);
  for (uint32_t i = 0; i < t->g.count; i++) {
    CHECK_INT(t->p.nth_weight[i], weight[i]);
    CHECK(t->cut[i] >= 0 && t->cut[i] <= room_of(&t->p, &t->s, i));
    sum += t->cut[i];
  }
  CHECK_INT(sum, sp_min(cut, t->room_fen));
  CHECK_INT(out.cut_fen, sum);
}

/* ---- per unit, items_free ---- */

static void check_units(table *t, unit_random *r) {
  int64_t wanted[SEGMENTS_MAX] = {0}, units = 0;
  bool percent = random_one_in(r, 2);
  t->give = (sp_give){.kind = percent ? SP_GIVE_percent_off : SP_GIVE_amount_off,
                      .per = SP_PER_unit,
                      .amount_fen = random_int(r, 1, 6),
                      .bp = (uint32_t)random_int(r, 1, 10000),
                      .cap_fen = -1,
                      .max_units = (int32_t)random_int(r, 0, 12),
                      .choose = (sp_choose)random_int(r, 0, 1)};
  sorted_pieces(t, t->give.choose);
  for (uint32_t i = 0; i < piece_count; i++) {
    if (t->give.max_units && units >= t->give.max_units) break;
    int64_t value = pieces[i].value_fen;
    if (value == 0) continue;
    wanted[pieces[i].position] +=
        percent ? value * t->give.bp / 10000 : sp_min(value, t->give.amount_fen);
    units++;
  }
  check_lost(t, wanted);
}

static void check_items_free(table *t, unit_random *r) {
  int64_t wanted[SEGMENTS_MAX] = {0};
  t->give = (sp_give){.kind = SP_GIVE_items_free,
                      .n = random_int(r, 1, 15),
                      .choose = (sp_choose)random_int(r, 0, 1)};
  sorted_pieces(t, t->give.choose);
  for (uint32_t i = 0, free = 0; i < piece_count && free < t->give.n; i++) {
    if (pieces[i].value_fen == 0) continue;
    wanted[pieces[i].position] += pieces[i].value_fen;
    free++;
  }
  check_lost(t, wanted);
}

static void check_best_piece(table *t, unit_random *r) {
  t->give = (sp_give){.kind = random_one_in(r, 2) ? SP_GIVE_amount_off : SP_GIVE_percent_off,
                      .per = SP_PER_piece,
                      .amount_fen = random_int(r, 1, 6),
                      .bp = (uint32_t)random_int(r, 1, 10000),
                      .cap_fen = random_int(r, -1, 4),
                      .choose = SP_CHOOSE_best};
  int64_t best = 0, wanted[SEGMENTS_MAX] = {0};
  uint32_t at = 0;
  all_pieces(t);
  for (uint32_t i = 0; i < piece_count; i++) {
    int64_t value = pieces[i].value_fen, cut = t->give.amount_fen;
    if (t->give.kind == SP_GIVE_percent_off) {
      cut = value * t->give.bp / 10000;
      if (t->give.cap_fen >= 0) cut = sp_min(cut, t->give.cap_fen);
    }
    cut = sp_min(sp_min(cut, value), room_of(&t->p, &t->s, pieces[i].position));
    if (cut <= best) continue;
    best = cut;
    at = pieces[i].position;
  }
  wanted[at] = best;
  check_lost(t, wanted);
}

/* ---- buy_get ---- */

static bool bought_enough(const table *t, int64_t got) {
  int64_t seen = 0, buyable = 0;
  for (uint32_t i = 0; i < piece_count; i++) {
    bool is_got =
        pieces[i].value_fen > 0 && scope_has(t->needs[1].scope, pieces[i].sku) && seen++ < got;
    if (!is_got && scope_has(t->needs[0].scope, pieces[i].sku)) buyable++;
  }
  int64_t sets = (got + t->needs[1].qty - 1) / t->needs[1].qty;
  return seen >= got && buyable >= sets * t->needs[0].qty;
}

static void check_buy_get(table *t, unit_random *r) {
  int64_t weight[SEGMENTS_MAX] = {0}, value = 0, got = 0;
  for (uint32_t i = 0; i < 2; i++) {
    t->bits[i] = (uint32_t)random_int(r, 1, 15);
    t->needs[i] = (sp_need){{random_one_in(r, 3) ? NULL : &t->bits[i]}, random_int(r, 1, 4)};
  }
  t->give = (sp_give){.kind = SP_GIVE_buy_get,
                      .needs = t->needs,
                      .need_count = 2,
                      .bp = random_one_in(r, 2) ? 10000 : (uint32_t)random_int(r, 1, 9999),
                      .repeat = random_one_in(r, 2),
                      .choose = (sp_choose)random_int(r, 0, 1)};
  sorted_pieces(t, t->give.choose);
  int64_t most = t->give.repeat ? piece_count : t->needs[1].qty;
  // One more got piece can't help: the first number that fails is the end.
  while (got < most && bought_enough(t, got + 1))
    got++;
  for (int64_t g = got + 1; g <= sp_min(most, got + 5); g++)
    CHECK(!bought_enough(t, g));
  for (uint32_t i = 0; i < piece_count && got > 0; i++) {
    if (!pieces[i].value_fen || !scope_has(t->needs[1].scope, pieces[i].sku)) continue;
    weight[pieces[i].position] += pieces[i].value_fen;
    value += pieces[i].value_fen;
    got--;
  }
  check_shared(t, weight, value * t->give.bp / 10000);
}

/* ---- bundle, qty_groups ---- */

/* The need of a SKU, in what stands in t->needs; 3: none. */
static uint32_t need_of(const table *t, uint32_t sku) {
  for (uint32_t i = 0; i < t->give.need_count; i++) {
    if (scope_has(t->needs[i].scope, sku)) return i;
  }
  return 3;
}

static int64_t value_of_sets(const table *t, int64_t n, int64_t *weight) {
  int64_t rest[4] = {0}, value = 0;
  for (uint32_t i = 0; i < t->give.need_count; i++)
    rest[i] = n * t->needs[i].qty;
  memset(weight, 0, SEGMENTS_MAX * sizeof *weight);
  for (uint32_t i = 0; i < piece_count; i++) {
    if (rest[need_of(t, pieces[i].sku)]-- <= 0) continue;
    weight[pieces[i].position] += pieces[i].value_fen;
    value += pieces[i].value_fen;
  }
  return value;
}

static int64_t most_sets(const table *t) {
  int64_t count[4] = {0}, most = t->give.repeat ? INT64_MAX : 1;
  for (uint32_t i = 0; i < piece_count; i++)
    count[need_of(t, pieces[i].sku)]++;
  for (uint32_t i = 0; i < t->give.need_count; i++)
    most = sp_min(most, count[i] / t->needs[i].qty);
  return most;
}

/* Tries every number of sets; off: what n sets of that value take off. */
static void check_sets(table *t, int64_t (*off)(const table *, int64_t n, int64_t value)) {
  int64_t weight[SEGMENTS_MAX], best = 0, best_n = 0;
  sorted_pieces(t, SP_CHOOSE_dearest);
  for (int64_t n = 1, most = most_sets(t); n <= most; n++) {
    int64_t cut = off(t, n, value_of_sets(t, n, weight));
    if (cut <= best) continue;
    best = cut;
    best_n = n;
  }
  value_of_sets(t, best_n, weight);
  sp_give give = t->give;
  if (t->inner.kind != SP_GIVE_unit_price) t->give.need_count = 0;
  check_shared(t, weight, best);
  t->give = give;
}

static int64_t bundle_off(const table *t, int64_t n, int64_t value) {
  if (t->give.names_price) return value - n * t->give.amount_fen;
  return sp_min(n * t->give.amount_fen, value);
}

static int64_t group_off(const table *t, int64_t n, int64_t value) {
  if (t->inner.kind == SP_GIVE_amount_off) return sp_min(n * t->inner.amount_fen, value);
  int64_t cut = value * t->inner.bp / 10000;
  return t->inner.cap_fen >= 0 ? sp_min(cut, t->inner.cap_fen) : cut;
}

static void check_bundle(table *t, unit_random *r) {
  const uint32_t disjoint[3] = {1, 2, 12};
  t->give = (sp_give){.kind = SP_GIVE_bundle,
                      .needs = t->needs,
                      .need_count = (uint32_t)random_int(r, 1, 3),
                      .amount_fen = random_int(r, 1, 20),
                      .names_price = random_one_in(r, 2),
                      .repeat = random_one_in(r, 2)};
  for (uint32_t i = 0; i < 3; i++) {
    t->bits[i] = disjoint[i];
    t->needs[i] = (sp_need){{&t->bits[i]}, random_int(r, 1, 4)};
  }
  t->inner.kind = SP_GIVE_unit_price; // None.
  check_sets(t, bundle_off);
}

static void check_qty_groups(table *t, unit_random *r) {
  t->needs[0] = (sp_need){{NULL}, random_int(r, 1, 6)};
  t->inner = (sp_give){.kind = random_one_in(r, 2) ? SP_GIVE_amount_off : SP_GIVE_percent_off,
                       .amount_fen = random_int(r, 1, 20),
                       .bp = (uint32_t)random_int(r, 1, 10000),
                       .cap_fen = random_int(r, -1, 9)};
  // The naive side reads it as a bundle with one need of everything.
  t->give = (sp_give){.kind = SP_GIVE_qty_groups,
                      .n = t->needs[0].qty,
                      .inner = &t->inner,
                      .needs = t->needs,
                      .need_count = 1,
                      .repeat = true};
  check_sets(t, group_off);
}

/* ---- first_and_additional ---- */

static void check_first(table *t, unit_random *r) {
  int64_t wanted[SEGMENTS_MAX] = {0}, in_line = 0;
  t->give = (sp_give){.kind = SP_GIVE_first_and_additional,
                      .amount_fen = random_int(r, 0, 8),
                      .additional_fen = random_int(r, 0, 8),
                      .n = random_int(r, 0, 12)};
  all_pieces(t);
  for (uint32_t i = 0; i < piece_count; i++) {
    const sp_segment *segment = &t->segments[pieces[i].position];
    bool begins = i == 0 || t->segments[pieces[i - 1].position].line != segment->line;
    in_line = begins ? 1 : in_line + 1;
    if (t->give.n && in_line > t->give.n) continue;
    wanted[pieces[i].position] +=
        sp_min(in_line == 1 ? t->give.amount_fen : t->give.additional_fen, pieces[i].value_fen);
  }
  check_lost(t, wanted);
}

/* ---- the tests ---- */

typedef void check(table *t, unit_random *r);

static void check_all(check *one, uint64_t seed) {
  static table t;
  unit_random r = {.state = seed};
  for (int round = 0; round < 20000; round++) {
    set_up(&t, &r, 12);
    one(&t, &r);
  }
  for (int round = 0; round < 3; round++) {
    set_up(&t, &r, 2000);
    one(&t, &r);
  }
}

static void off_each_piece_equals_a_loop(void) {
  check_all(check_units, 1);
}

static void items_free_equal_a_loop(void) {
  check_all(check_items_free, 2);
}

static void the_best_piece_is_the_one_that_loses_most(void) {
  check_all(check_best_piece, 3);
}

static void buy_get_finds_the_largest_number(void) {
  check_all(check_buy_get, 4);
}

static void bundle_finds_the_number_with_the_largest_cut(void) {
  check_all(check_bundle, 5);
}

static void qty_groups_find_the_number_with_the_largest_cut(void) {
  check_all(check_qty_groups, 6);
}

static void first_and_additional_equal_a_loop(void) {
  check_all(check_first, 7);
}

/* 任选3件99元 with 50.00, 40.00, 30.00, 20.00, 10.00: the three dearest are 120.00, so 21.00 off; a
 * second set does not fill. */
static void three_for_99_by_hand(void) {
  static table t;
  connect(&t);
  t.g = (goods){t.list, 5, 15000, NULL, NULL};
  for (uint32_t i = 0; i < 5; i++) {
    t.list[i] = i;
    t.segments[i] = (sp_segment){.line = i, .qty = 1};
    t.left[i] = 5000 - 1000 * (int64_t)i;
  }
  t.needs[0] = (sp_need){{NULL}, 3};
  t.give = (sp_give){.kind = SP_GIVE_bundle,
                     .needs = t.needs,
                     .need_count = 1,
                     .amount_fen = 9900,
                     .names_price = true,
                     .repeat = true};
  outcome out;
  CHECK(apply(&t, &out));
  // 2100 by 5000, 4000, 3000 of 12000.
  const int64_t wanted[] = {875, 700, 525, 0, 0};
  for (uint32_t i = 0; i < 5; i++)
    CHECK_INT(t.cut[i], wanted[i]);
  // Four for 99 would be worth 140.00: 41.00 off.
  t.needs[0].qty = 4;
  apply(&t, &out);
  CHECK_INT(out.cut_fen, 4100);
}

int main(void) {
  RUN(off_each_piece_equals_a_loop);
  RUN(items_free_equal_a_loop);
  RUN(the_best_piece_is_the_one_that_loses_most);
  RUN(buy_get_finds_the_largest_number);
  RUN(bundle_finds_the_number_with_the_largest_cut);
  RUN(qty_groups_find_the_number_with_the_largest_cut);
  RUN(first_and_additional_equal_a_loop);
  RUN(three_for_99_by_hand);
  return unit_end();
}
