/* The closed forms of engine/pieces.c against loops over single pieces. */
#include "engine/pieces.h"
#include "unit/unit.h"

#define SEGMENTS_MAX 6
#define PIECES_MAX   (SEGMENTS_MAX * SP_QTY_MAX)

typedef struct {
  uint32_t position, number; /* segment in the list, piece in the segment */
  int64_t value_fen;
} piece;

typedef struct {
  pricing p;
  pricing_state s;
  sp_segment segments[SEGMENTS_MAX];
  int64_t left[SEGMENTS_MAX];
  uint32_t list[SEGMENTS_MAX], count;
  struct piece_class room[2][2 * SEGMENTS_MAX];
} table;

static piece pieces[PIECES_MAX];

/* Every piece, in cart order. */
static uint32_t all_pieces(const table *t) {
  uint32_t total = 0;
  for (uint32_t i = 0; i < t->count; i++) {
    int64_t n = t->segments[t->list[i]].qty, left = t->left[t->list[i]];
    for (int64_t k = 1; k <= n; k++)
      pieces[total++] = (piece){i, (uint32_t)k, left * k / n - left * (k - 1) / n};
  }
  return total;
}

static int compare_pieces(const piece *a, const piece *b, int direction) {
  if (a->value_fen != b->value_fen) return (a->value_fen < b->value_fen ? 1 : -1) * direction;
  if (a->position != b->position) return a->position < b->position ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static int dearest_first(const void *a, const void *b) {
  return compare_pieces(a, b, 1);
}

static int cheapest_first(const void *a, const void *b) {
  return compare_pieces(a, b, -1);
}

static void set_up(table *t, unit_random *r, int32_t qty_max) {
  t->count = (uint32_t)random_int(r, 1, SEGMENTS_MAX);
  for (uint32_t i = 0; i < SEGMENTS_MAX; i++) {
    t->segments[i].qty = (int32_t)random_int(r, 1, qty_max);
    t->left[i] = random_one_in(r, 6) ? 0 : random_int(r, 0, 3 * t->segments[i].qty);
    if (random_one_in(r, 4)) t->left[i] = random_sized(r, 40);
    t->list[i] = i;
  }
  // A list with gaps: positions are not segments.
  for (uint32_t i = 0; i < t->count; i++)
    t->list[i] = i + SEGMENTS_MAX - t->count;
  t->p = (pricing){.segments = t->segments, .pieces = t->room[0], .pieces_spare = t->room[1]};
  t->s = (pricing_state){.left = t->left};
}

static int64_t pay_at(const sp_give *give, uint64_t position) {
  if (position < give->pay_count) return give->pay_bp[position];
  return give->repeat ? give->pay_bp[position % give->pay_count] : give->beyond_bp;
}

static void check_nth(table *t, const sp_give *give) {
  int64_t weight[SEGMENTS_MAX], wanted[SEGMENTS_MAX] = {0};
  uint32_t total = all_pieces(t);
  if (give->order != SP_ORDER_cart) {
    qsort(pieces, total, sizeof *pieces,
          give->order == SP_ORDER_price_desc ? dearest_first : cheapest_first);
  }
  for (uint32_t i = 0; i < total; i++)
    wanted[pieces[i].position] += pieces[i].value_fen * (10000 - pay_at(give, i));
  pieces_nth_weights(&t->p, t->left, t->list, t->count, give, weight);
  for (uint32_t i = 0; i < t->count; i++)
    CHECK_INT(weight[i], wanted[i]);
}

static void check_all_nth(int rounds, int32_t qty_max, uint64_t seed) {
  unit_random r = {.state = seed};
  static table t;
  uint16_t pay[SP_NTH_MAX];
  for (int round = 0; round < rounds; round++) {
    set_up(&t, &r, qty_max);
    sp_give give = {.kind = SP_GIVE_nth_item,
                    .pay_bp = pay,
                    .pay_count = (uint32_t)random_int(&r, 1, SP_NTH_MAX),
                    .beyond_bp = (uint32_t)random_int(&r, 0, 10000)};
    for (uint32_t i = 0; i < give.pay_count; i++)
      pay[i] = (uint16_t)random_int(&r, 0, 10000);
    for (int order = 0; order < 3; order++) {
      for (int repeat = 0; repeat < 2; repeat++) {
        give.order = (sp_piece_order)order;
        give.repeat = repeat;
        check_nth(&t, &give);
      }
    }
  }
}

static void nth_weights_equal_a_loop_over_few_pieces(void) {
  check_all_nth(5000, 20, 1);
}

static void nth_weights_equal_a_loop_over_9999_pieces(void) {
  check_all_nth(3, SP_QTY_MAX, 2);
}

static void check_classes(const table *t, uint32_t classes, uint32_t total, bool with_zero) {
  uint32_t at = 0;
  for (uint32_t c = 0; c < classes; c++) {
    const struct piece_class *class = &t->p.pieces[c];
    CHECK(class->count > 0);
    for (int32_t k = 0; k < class->count; k++, at++) {
      CHECK(at < total && pieces[at].position == class->position);
      CHECK(at < total && pieces[at].value_fen == class->value_fen);
    }
  }
  while (at < total && !with_zero && pieces[at].value_fen == 0)
    at++;
  CHECK_INT(at, total);
}

static void classes_stand_in_the_order_of_their_pieces(void) {
  unit_random r = {.state = 5};
  static table t;
  for (int round = 0; round < 2000; round++) {
    set_up(&t, &r, 12);
    uint32_t total = all_pieces(&t);
    qsort(pieces, total, sizeof *pieces, dearest_first);
    check_classes(&t, pieces_sorted(&t.p, t.left, t.list, t.count, true, true), total, true);
    check_classes(&t, pieces_sorted(&t.p, t.left, t.list, t.count, true, false), total, false);
    qsort(pieces, total, sizeof *pieces, cheapest_first);
    check_classes(&t, pieces_sorted(&t.p, t.left, t.list, t.count, false, true), total, true);
  }
}

int main(void) {
  RUN(nth_weights_equal_a_loop_over_few_pieces);
  RUN(nth_weights_equal_a_loop_over_9999_pieces);
  RUN(classes_stand_in_the_order_of_their_pieces);
  return unit_end();
}
