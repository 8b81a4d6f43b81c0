#include "engine/pieces.h"

static bool before(const struct piece_class *a, const struct piece_class *b, bool dearest) {
  if (a->value_fen != b->value_fen) return (a->value_fen > b->value_fen) == dearest;
  return a->position < b->position;
}

/* Bottom-up merge sort: stable, and its cost does not depend on the values. */
void pieces_sort(pricing *p, uint32_t count, bool dearest) {
  for (uint32_t width = 1; width < count; width *= 2) {
    for (uint32_t from = 0; from < count; from += 2 * width) {
      uint32_t middle = from + width < count ? from + width : count;
      uint32_t end = from + 2 * width < count ? from + 2 * width : count;
      uint32_t a = from, b = middle;
      for (uint32_t out = from; out < end; out++) {
        bool take_b = a == middle || (b < end && before(&p->pieces[b], &p->pieces[a], dearest));
        p->pieces_spare[out] = p->pieces[take_b ? b++ : a++];
      }
    }
    struct piece_class *sorted = p->pieces_spare;
    p->pieces_spare = p->pieces;
    p->pieces = sorted;
  }
}

uint32_t pieces_of(pricing *p, const int64_t *worth, const uint32_t *segments, uint32_t count,
                   bool with_zero) {
  uint32_t classes = 0;
  for (uint32_t k = 0; k < count; k++) {
    int64_t left = worth[segments[k]];
    int32_t qty = p->segments[segments[k]].qty;
    int64_t value = money_divide(left, qty, SP_FLOOR);
    int32_t more = (int32_t)(left - value * qty);
    if (more) p->pieces[classes++] = (struct piece_class){k, more, value + 1};
    if (value || with_zero) p->pieces[classes++] = (struct piece_class){k, qty - more, value};
  }
  return classes;
}

uint32_t pieces_sorted(pricing *p, const int64_t *worth, const uint32_t *segments, uint32_t count,
                       bool dearest, bool with_zero) {
  uint32_t classes = pieces_of(p, worth, segments, count, with_zero);
  pieces_sort(p, classes, dearest);
  return classes;
}

static int64_t off_bp(const sp_give *give, int64_t position) {
  if (position < give->pay_count) return 10000 - give->pay_bp[position];
  if (!give->repeat) return 10000 - (int64_t)give->beyond_bp;
  return 10000 - give->pay_bp[position % give->pay_count];
}

/* Sum of off_bp over the positions before `position`. */
static int64_t off_before(const sp_give *give, int64_t position) {
  int64_t length = give->pay_count, whole = 0, rest = position, sum = 0;
  if (give->repeat) {
    whole = position / length;
    rest = position % length;
  } else if (position > length) {
    sum = (position - length) * (10000 - (int64_t)give->beyond_bp);
    rest = length;
  }
  for (int64_t i = 0; i < length; i++) {
    int64_t off = 10000 - give->pay_bp[i];
    sum += off * (whole + (i < rest));
  }
  return sum;
}

/* Sum of floor((a*i + b) / m) for i in [0, n), by the Euclidean algorithm: O(log m). */
static int64_t floor_sum(int64_t n, int64_t m, int64_t a, int64_t b) {
  int64_t sum = 0;
  while (n > 0) {
    sum += n * (n - 1) / 2 * (a / m) + n * (b / m);
    a %= m;
    b %= m;
    int64_t last = a * n + b;
    if (last < m) break;
    n = last / m;
    b = last % m;
    int64_t swap = m;
    m = a;
    a = swap;
  }
  return sum;
}

/* How many of the pieces k = first, first + stride, … (steps of them) are worth q + 1, where `more`
 * of n are. */
static int64_t dear_pieces(int64_t first, int64_t stride, int64_t steps, int64_t more, int64_t n) {
  return floor_sum(steps, n, more * stride, more * first) -
         floor_sum(steps, n, more * stride, more * (first - 1));
}

/* Pieces of one segment in cart order from `position` on: the weight that exceeds value q for each.
 */
static int64_t cart_order_extra(const sp_give *give, int64_t position, int64_t more, int64_t n) {
  int64_t length = give->pay_count, extra = 0;
  if (!more) return 0;
  if (!give->repeat) {
    int64_t counted = 0, k = 1;
    for (; k <= n && position + k - 1 < length; k++) {
      int64_t dear = dear_pieces(k, 1, 1, more, n);
      extra += dear * off_bp(give, position + k - 1);
      counted += dear;
    }
    return extra + (more - counted) * (10000 - (int64_t)give->beyond_bp);
  }
  for (int64_t first = 1; first <= length && first <= n; first++) {
    int64_t steps = (n - first) / length + 1;
    extra += dear_pieces(first, length, steps, more, n) * off_bp(give, position + first - 1);
  }
  return extra;
}

void pieces_nth_weights(pricing *p, const int64_t *worth, const uint32_t *segments, uint32_t count,
                        const sp_give *give, int64_t *weight) {
  int64_t position = 0;
  if (give->order == SP_ORDER_cart) {
    for (uint32_t k = 0; k < count; k++) {
      int64_t left = worth[segments[k]], n = p->segments[segments[k]].qty;
      int64_t value = money_divide(left, n, SP_FLOOR), more = left - value * n;
      int64_t off = off_before(give, position + n) - off_before(give, position);
      weight[k] = value * off + cart_order_extra(give, position, more, n);
      position += n;
    }
    return;
  }
  for (uint32_t k = 0; k < count; k++)
    weight[k] = 0;
  uint32_t classes =
      pieces_sorted(p, worth, segments, count, give->order == SP_ORDER_price_desc, true);
  for (uint32_t c = 0; c < classes; c++) {
    const struct piece_class *piece = &p->pieces[c];
    int64_t off = off_before(give, position + piece->count) - off_before(give, position);
    weight[piece->position] += piece->value_fen * off;
    position += piece->count;
  }
}
