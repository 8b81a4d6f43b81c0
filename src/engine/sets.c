#include "engine/sets.h"

#include "engine/land.h"
#include "engine/pieces.h"

/* What a position is there for, in p->share_positions: a need's index, NOTHING, and for a buy_get
 * whether its pieces also count as bought. */
#define NOTHING 15u
#define BOUGHT  16u

typedef struct {
  int64_t value_fen;
  int64_t bought; /* pieces that could have been bought ones */
} taken;

static uint32_t sku_at(const give_work *w, uint32_t k) {
  return w->p->request->lines[w->p->segments[w->g->segments[k]].line].sku;
}

static uint32_t classes_of(give_work *w, sp_choose choose, bool with_zero) {
  return pieces_sorted(w->p, w->s->left, w->g->segments, w->g->count, choose != SP_CHOOSE_cheapest,
                       with_zero);
}

/* Takes the first pieces of the sorted classes, at most rest[need] for each need, and adds their
 * value to weight where that stands. Uses rest up. */
static taken take(const give_work *w, uint32_t classes, int64_t *rest, int64_t *weight) {
  taken sum = {0, 0};
  for (uint32_t c = 0; c < classes; c++) {
    const struct piece_class *piece = &w->p->pieces[c];
    uint32_t role = w->p->share_positions[piece->position], need = role & NOTHING;
    if (need == NOTHING) continue;
    int64_t count = sp_min(rest[need], piece->count);
    rest[need] -= count;
    sum.value_fen += count * piece->value_fen;
    if (role & BOUGHT) sum.bought += count;
    if (weight) weight[piece->position] += count * piece->value_fen;
  }
  return sum;
}

void sets_items_free(give_work *w, const sp_give *give) {
  int64_t rest = give->n * w->times;
  for (uint32_t k = 0; k < w->g->count; k++)
    w->p->share_positions[k] = 0;
  take(w, classes_of(w, give->choose, false), &rest, w->cut);
  land_pieces(w);
}

/* ---- buy_get ---- */

needed_pieces sets_buy_get(give_work *w, const sp_give *give) {
  pricing *p = w->p;
  const sp_need *buy = &give->needs[0], *get = &give->needs[1];
  int64_t buyable = 0, gettable = 0, low = 0, high = 0;
  for (uint32_t k = 0; k < w->g->count; k++) {
    uint32_t sku = sku_at(w, k);
    bool bought = scope_has(buy->scope, sku);
    p->share_positions[k] = (scope_has(get->scope, sku) ? 0 : NOTHING) | (bought ? BOUGHT : 0);
    if (bought) buyable += p->segments[w->g->segments[k]].qty;
    if (scope_has(get->scope, sku)) gettable += p->segments[w->g->segments[k]].qty;
  }
  uint32_t classes = classes_of(w, give->choose, false);
  for (uint32_t c = 0; c < classes; c++) {
    if (!(p->share_positions[p->pieces[c].position] & NOTHING)) high += p->pieces[c].count;
  }
  needed_pieces needed = {buy->qty + 1, 0};
  if (high || !gettable) {
    int64_t one = 1, bought = high ? take(w, classes, &one, NULL).bought : 0;
    needed.missing = sp_max(0, buy->qty - (buyable - bought)) + !gettable;
  }
  if (!give->repeat) high = sp_min(high, get->qty);
  // One more got piece never leaves more to be bought, so the largest number is found by bisection.
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2, rest = middle;
    int64_t wanted = buy->qty * money_divide(middle, get->qty, SP_UP);
    if (buyable - take(w, classes, &rest, NULL).bought >= wanted) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  words_zero(p->nth_weight, w->g->count);
  int64_t value = take(w, classes, &low, p->nth_weight).value_fen;
  land_order(w, sp_min(give_percent(w, value, give->bp), land_room_of_all(w)), p->nth_weight);
  return needed;
}

/* ---- bundle, qty_groups ---- */

/* A number of sets that is looked for. */
typedef struct {
  give_work *w;
  const sp_give *give;
  uint32_t classes;
} set_search;

/* What n sets take off; of a bundle with a price below 0 where they are worth less. */
static int64_t cut_of(const set_search *x, int64_t n, int64_t *weight) {
  const sp_give *give = x->give;
  int64_t rest[SP_NEEDS_MAX] = {n * give->n};
  for (uint32_t i = 0; i < give->need_count; i++)
    rest[i] = n * give->needs[i].qty;
  int64_t value = take(x->w, x->classes, rest, weight).value_fen;
  if (give->names_price) return value - n * give->amount_fen;
  const sp_give *off = give->inner ? give->inner : give;
  if (off->kind != SP_GIVE_percent_off) return sp_min(n * off->amount_fen, value);
  int64_t cut = give_percent(x->w, value, off->bp);
  return off->cap_fen >= 0 ? sp_min(cut, off->cap_fen) : cut;
}

/* The smallest n with the largest cut. The dearest pieces go first, so each further set is worth no
 * more than the one before and what an amount or a price makes of it is concave; a percentage of it
 * never falls, but its rounding makes steps. */
static int64_t best_count(const set_search *x, int64_t most) {
  bool percent = x->give->inner && x->give->inner->kind == SP_GIVE_percent_off;
  int64_t low = 0, high = most, best = percent ? cut_of(x, most, NULL) : 0;
  while (low < high) {
    int64_t middle = (low + high) / 2, here = cut_of(x, middle, NULL);
    if (percent ? here < best : cut_of(x, middle + 1, NULL) > here) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Says what each position is there for and returns how many whole sets there are; *needed: for the
 * first one. */
static int64_t count_sets(give_work *w, const sp_give *give, needed_pieces *needed) {
  int64_t pieces[SP_NEEDS_MAX] = {0};
  for (uint32_t k = 0; k < w->g->count; k++) {
    uint32_t need = 0;
    while (need < give->need_count && !scope_has(give->needs[need].scope, sku_at(w, k)))
      need++;
    if (give->need_count && need == give->need_count) need = NOTHING;
    w->p->share_positions[k] = need;
    if (need != NOTHING) pieces[need] += w->p->segments[w->g->segments[k]].qty;
  }
  *needed = (needed_pieces){give->n, give->n - pieces[0]};
  if (!give->need_count) return pieces[0] / give->n;
  *needed = (needed_pieces){0, 0};
  int64_t most = give->repeat ? INT64_MAX : 1;
  for (uint32_t i = 0; i < give->need_count; i++) {
    most = sp_min(most, pieces[i] / give->needs[i].qty);
    needed->all += give->needs[i].qty;
    needed->missing += sp_max(0, give->needs[i].qty - pieces[i]);
  }
  return most;
}

needed_pieces sets_bundle(give_work *w, const sp_give *give) {
  needed_pieces needed;
  int64_t *weight = w->p->nth_weight, most = count_sets(w, give, &needed);
  set_search x = {w, give, classes_of(w, SP_CHOOSE_dearest, false)};
  int64_t n = best_count(&x, most);
  words_zero(weight, w->g->count);
  int64_t cut = sp_max(0, cut_of(&x, n, weight));
  land_order(w, sp_min(cut, land_room_of_all(w)), weight);
  return needed;
}

/* ---- first_and_additional ---- */

needed_pieces sets_first_and_additional(give_work *w, const sp_give *give) {
  // Where the first piece of a line loses nothing it takes a second one.
  bool second = !give->amount_fen && give->additional_fen && give->n != 1;
  int64_t most = 0;
  for (uint32_t from = 0, to; from < w->g->count; from = to) {
    to = land_line_end(w, from);
    int64_t rest = give->n ? give->n : INT64_MAX, pieces = 0;
    for (uint32_t k = from; k < to; k++) {
      uint32_t i = w->g->segments[k];
      int64_t qty = w->p->segments[i].qty, left = w->s->left[i];
      int64_t value = money_divide(left, qty, SP_FLOOR), count = sp_min(rest, qty);
      // Of the first `count` pieces so many are worth one fen more; the very first never is.
      int64_t dear = (left - value * qty) * count / qty, plain = count - dear;
      rest -= count;
      pieces += qty;
      most = sp_max(most, pieces);
      if (k == from && count) {
        w->cut[k] += sp_min(give->amount_fen, value);
        plain--;
      }
      w->cut[k] += plain * sp_min(give->additional_fen, value) +
                   dear * sp_min(give->additional_fen, value + 1);
    }
  }
  land_pieces(w);
  return (needed_pieces){2, second ? 2 - most : 0};
}
