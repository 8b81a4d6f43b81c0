#include "engine/top_up.h"

#include <string.h>

#include "base/sort.h"
#include "engine/engine.h"
#include "engine/same_goods.h"
#include "engine/save_bound.h"

/* A class of goods that cost the same in every cart. */
typedef struct {
  uint32_t first, count; /* its members in w->order, the worthiest first */
  uint32_t kind;
  added_piece piece;   /* one of it */
  int64_t promise_fen; /* worth of the worthiest, less the price and with what unit prices cut */
  int64_t gain_fen;    /* what it could gain at most alone */
} goods_class;

/* Classes that the same rules act on, whatever they cost. */
typedef struct {
  uint32_t first, count; /* its classes in w->by_kind, the most promising first */
  int64_t price_min_fen, price_max_fen;
} goods_kind;

typedef struct {
  const sp_book *book;
  const sp_request *cart;
  const sp_top_up_wish *wish;
  const save_bound *bound;
  sp_top_up_state *state;
  sp_arena *arena;
  sp_line *lines;
  uint32_t *class_of, *order;
  goods_class *classes; /* what could gain most comes first, whatever their numbers in class_of */
  uint32_t class_count;
  goods_kind *kinds;
  uint32_t kind_count;
  uint32_t *by_kind;
  const sp_receipt *before;
  int64_t start_fen; /* what a set gains beside its promises and what is saved with it */
  uint64_t work;     /* of this call, in looks at a set */
} top_up_work;

/* What a price costs at least beside a look at what a set could gain at most. */
#define PRICE_WORK 16

static const sp_candidate *candidate(const top_up_work *w, uint32_t index) {
  return &w->wish->candidates[index];
}

/* ---- classes and kinds ---- */

/* The most that a set can gain whose promises and savings are known. */
static int64_t most_gain(top_up_work *w, int64_t promises_fen, const added_piece *pieces,
                         uint32_t count) {
  w->work++;
  return promises_fen + w->start_fen + most_saved(w->bound, pieces, count);
}

/* Classes by number, members by worth, ties by place. */
static bool candidate_before(const void *context, uint32_t i, uint32_t j) {
  const top_up_work *w = context;
  uint32_t a = w->class_of[i], b = w->class_of[j];
  if (a != b) return a < b;
  int64_t worth = candidate(w, i)->worth_fen, other = candidate(w, j)->worth_fen;
  return worth != other ? worth > other : i < j;
}

static bool make_classes(top_up_work *w) {
  uint32_t count = w->wish->count, at = 0;
  w->class_of = arena_array(w->arena, count, sizeof *w->class_of);
  w->order = arena_array(w->arena, count, sizeof *w->order);
  w->classes = arena_array(w->arena, count, sizeof *w->classes);
  if (!w->class_of || !w->order || !w->classes) return false;
  w->class_count = same_goods(w->book, w->cart, w->wish->candidates, count, w->arena, w->class_of);
  if (w->class_count == SP_NONE) return false;
  for (uint32_t i = 0; i < count; i++)
    w->order[i] = i;
  sort_indices(w->order, count, candidate_before, w);
  for (uint32_t c = 0; c < w->class_count; c++) {
    const sp_candidate *best = candidate(w, w->order[at]);
    goods_class *class = &w->classes[c];
    *class = (goods_class){.first = at, .piece = {best->sku, best->price_fen}};
    class->promise_fen = best->worth_fen - best->price_fen + most_unit_cut(w->bound, &class->piece);
    while (at < count && w->class_of[w->order[at]] == c)
      at++;
    class->count = at - class->first;
  }
  return true;
}

static bool gains_more(const void *context, uint32_t a, uint32_t b) {
  const goods_class *classes = context;
  int64_t gain_fen = classes[a].gain_fen, other_fen = classes[b].gain_fen;
  return gain_fen != other_fen ? gain_fen > other_fen : a < b;
}

/* What could gain most comes first, so that what follows is soon not worth a price. */
static bool sort_classes(top_up_work *w) {
  uint32_t count = w->class_count;
  uint32_t *order = arena_array(w->arena, count, sizeof *order);
  goods_class *sorted = arena_array(w->arena, count, sizeof *sorted);
  if (!order || !sorted) return false;
  for (uint32_t c = 0; c < count; c++) {
    goods_class *class = &w->classes[c];
    order[c] = c;
    class->gain_fen = most_gain(w, class->promise_fen, &class->piece, 1);
  }
  sort_indices(order, count, gains_more, w->classes);
  for (uint32_t c = 0; c < count; c++)
    sorted[c] = w->classes[order[c]];
  w->classes = sorted;
  return true;
}

static bool is_more_promising(const void *context, uint32_t a, uint32_t b) {
  const top_up_work *w = context;
  const goods_class *one = &w->classes[a], *other = &w->classes[b];
  if (one->kind != other->kind) return one->kind < other->kind;
  return one->promise_fen != other->promise_fen ? one->promise_fen > other->promise_fen : a < b;
}

static bool make_kinds(top_up_work *w) {
  uint32_t count = w->class_count;
  w->kinds = arena_array(w->arena, count, sizeof *w->kinds);
  w->by_kind = arena_array(w->arena, count, sizeof *w->by_kind);
  uint32_t *sku = arena_array(w->arena, count, sizeof *sku);
  if (!w->kinds || !w->by_kind || !sku) return false;
  for (uint32_t c = 0; c < count; c++) {
    goods_class *class = &w->classes[c];
    while (class->kind < w->kind_count &&
           !ruled_alike(w->bound, sku[class->kind], class->piece.sku))
      class->kind++;
    if (class->kind == w->kind_count) sku[w->kind_count++] = class->piece.sku;
    goods_kind *kind = &w->kinds[class->kind];
    int64_t price_fen = class->piece.price_fen;
    kind->price_min_fen = kind->count ? sp_min(kind->price_min_fen, price_fen) : price_fen;
    kind->price_max_fen = sp_max(kind->price_max_fen, price_fen);
    kind->count++;
    w->by_kind[c] = c;
  }
  sort_indices(w->by_kind, count, is_more_promising, w);
  for (uint32_t k = 1; k < w->kind_count; k++)
    w->kinds[k].first = w->kinds[k - 1].first + w->kinds[k - 1].count;
  return true;
}

/* ---- sets ---- */

/* The order of added lines: the dearer first, then as the candidates stand. */
static bool stands_before(const sp_candidate *candidates, uint32_t i, uint32_t j) {
  int64_t a = candidates[i].price_fen, b = candidates[j].price_fen;
  return a != b ? a > b : i < j;
}

static bool is_better(const sp_top_up *a, const sp_top_up *b) {
  if (a->gain_fen != b->gain_fen) return a->gain_fen > b->gain_fen;
  if (a->more_fen != b->more_fen) return a->more_fen < b->more_fen;
  return a->first != b->first ? a->first < b->first : a->second < b->second;
}

static void keep_best(const top_up_work *w, const sp_top_up *set) {
  bool pair = set->second != SP_NONE;
  sp_top_up *list = pair ? w->state->pairs : w->state->singles;
  uint32_t *count = pair ? &w->state->pair_count : &w->state->single_count;
  if (*count == w->wish->shown && !is_better(set, &list[*count - 1])) return;
  uint32_t at = *count < w->wish->shown ? (*count)++ : *count - 1;
  for (; at > 0 && is_better(set, &list[at - 1]); at--)
    list[at] = list[at - 1];
  list[at] = *set;
}

/* Whether a set of such gain could still come into its list. */
static bool may_come_in(const top_up_work *w, bool pair, int64_t gain_fen) {
  const sp_top_up *list = pair ? w->state->pairs : w->state->singles;
  uint32_t count = pair ? w->state->pair_count : w->state->single_count;
  return count < w->wish->shown || gain_fen >= list[count - 1].gain_fen;
}

static void add_line(const sp_request *cart, const sp_candidate *candidate, const sp_book *book,
                     const char *name, sp_line *line) {
  const sp_line *like = NULL;
  for (uint32_t i = 0; i < cart->line_count && !like; i++) {
    if (cart->lines[i].state == SP_LINE_priced) like = &cart->lines[i];
  }
  *line = (sp_line){.id = {name, 1}, .place = SP_NONE, .seen_unit_fen = -1, .qty = 1};
  if (like) {
    line->place = like->place;
    line->fulfilment = like->fulfilment;
    line->shop = like->shop;
    line->store = like->store;
  }
  line->sku = candidate->sku;
  line->sku_id = book->skus[candidate->sku].id;
  line->price_fen = candidate->price_fen;
  line->state = SP_LINE_priced;
}

void top_up_lines(const sp_request *cart, const sp_candidate *candidates, const sp_top_up *set,
                  const sp_book *book, sp_line *lines, sp_request *out) {
  uint32_t first = set->first, second = set->second;
  if (second != SP_NONE && stands_before(candidates, second, first)) {
    first = set->second;
    second = set->first;
  }
  if (cart->line_count) memcpy(lines, cart->lines, cart->line_count * sizeof *lines);
  *out = *cart;
  out->lines = lines;
  out->detail = SP_DETAIL_totals;
  out->pay_options = out->compare_best = false;
  // Names that no line of a request has: theirs are checked to be 1 byte at least, and are text.
  add_line(cart, &candidates[first], book, "\1", &lines[out->line_count++]);
  if (second != SP_NONE) add_line(cart, &candidates[second], book, "\2", &lines[out->line_count++]);
}

/* The larger the cart and the more decisions there are to visit, the longer a price takes: a slice
 * is to last as long with any. */
static uint64_t price_work(const sp_request *request, const sp_receipt *receipt) {
  uint64_t work = (uint64_t)request->line_count * receipt->visited / 3;
  return work > PRICE_WORK ? work : PRICE_WORK;
}

/* Prices a set; false where it is not to be proposed. */
static sp_err price_set(top_up_work *w, sp_top_up *set, bool *good) {
  sp_request request;
  sp_receipt receipt;
  size_t mark = arena_mark(w->arena);
  *good = false;
  top_up_lines(w->cart, w->wish->candidates, set, w->book, w->lines, &request);
  if (request.line_count > SP_LINES_MAX) return SP_OK;
  sp_err err = quote(w->book, &request, w->arena, &receipt);
  w->state->priced++;
  w->work += err ? PRICE_WORK : price_work(&request, &receipt);
  arena_rewind(w->arena, mark);
  if (err) return err == SP_E_OVERFLOW ? SP_OK : err;
  const sp_receipt *before = w->before;
  if (!receipt.exact) w->state->exact = false;
  set->more_fen = receipt.payable_fen - before->payable_fen;
  set->gain_fen = candidate(w, set->first)->worth_fen - set->more_fen;
  if (set->second != SP_NONE) set->gain_fen += candidate(w, set->second)->worth_fen;
  *good = receipt.saved_fen >= before->saved_fen && receipt.gift_count >= before->gift_count &&
          receipt.reward_count >= before->reward_count &&
          (!receipt.submit_no_delivery || before->submit_no_delivery);
  return SP_OK;
}

/* Every member of a class costs what the first one does. */
static sp_err look_at_single(top_up_work *w, const goods_class *c) {
  sp_top_up set = {w->order[c->first], SP_NONE, 0, 0};
  bool good;
  if (c->piece.price_fen > w->wish->price_max_fen) return SP_OK;
  w->work++;
  if (!may_come_in(w, false, c->gain_fen)) return SP_OK;
  sp_err err = price_set(w, &set, &good);
  for (uint32_t i = 0; i < c->count && good; i++) {
    sp_top_up same = set;
    same.first = w->order[c->first + i];
    same.gain_fen = candidate(w, same.first)->worth_fen - set.more_fen;
    keep_best(w, &same);
  }
  return err;
}

/* The worthiest two, one of each class, that stand in this order; false where there are none. */
static bool worthiest_pair(const top_up_work *w, const goods_class *a, const goods_class *b,
                           sp_top_up *out) {
  const sp_candidate *all = w->wish->candidates;
  int64_t most = INT64_MIN;
  if (a == b) {
    if (a->count < 2) return false;
    out->first = w->order[a->first];
    out->second = w->order[a->first + 1];
    return true;
  }
  for (uint32_t i = 0; i < a->count; i++) {
    uint32_t first = w->order[a->first + i];
    for (uint32_t k = 0; k < b->count; k++) {
      uint32_t second = w->order[b->first + k];
      if (!stands_before(all, first, second)) continue;
      int64_t worth = all[first].worth_fen + all[second].worth_fen;
      if (worth > most) {
        most = worth;
        out->first = first;
        out->second = second;
      }
      // Members stand by worth: none behind this one is better.
      break;
    }
  }
  return most != INT64_MIN;
}

/* The dearer one stands first, so that of most classes one order only is looked at. */
static bool fits(const top_up_work *w, const goods_class *a, const goods_class *b) {
  int64_t dearer_fen = a->piece.price_fen, price_fen = b->piece.price_fen;
  return price_fen <= dearer_fen && dearer_fen + price_fen <= w->wish->price_max_fen;
}

static sp_err look_at_pair(top_up_work *w, const goods_class *a, const goods_class *b) {
  sp_top_up set = {0, 0, 0, 0};
  bool good;
  if (!worthiest_pair(w, a, b, &set)) return SP_OK;
  const added_piece pieces[] = {a->piece, b->piece};
  if (!may_come_in(w, true, most_gain(w, a->promise_fen + b->promise_fen, pieces, 2))) return SP_OK;
  sp_err err = price_set(w, &set, &good);
  // Told in the order of the candidates, whichever stands first in the cart.
  if (set.second < set.first) {
    uint32_t first = set.second;
    set.second = set.first;
    set.first = first;
  }
  if (!err && good) keep_best(w, &set);
  return err;
}

/* Whether a class with no more than that promise, and one of that kind, could still come in. */
static bool row_may_come_in(top_up_work *w, const goods_class *a, const goods_kind *kind,
                            int64_t promise_fen) {
  added_piece pieces[] = {a->piece, w->classes[w->by_kind[kind->first]].piece};
  int64_t left_fen = w->wish->price_max_fen - a->piece.price_fen;
  if (left_fen < kind->price_min_fen || a->piece.price_fen < kind->price_min_fen) return false;
  pieces[1].price_fen = sp_min(kind->price_max_fen, sp_min(left_fen, a->piece.price_fen));
  return may_come_in(w, true, most_gain(w, a->promise_fen + promise_fen, pieces, 2));
}

/* A class with those of a kind, from one of them on. They stand by promise: where one could not
 * come in with the largest savings of its kind, none behind it can. */
static sp_err look_at_row(top_up_work *w, const goods_class *a, const goods_kind *kind,
                          uint32_t *place, uint64_t most) {
  sp_err err = SP_OK;
  for (; *place < kind->count && w->work < most && !err; ++*place) {
    const goods_class *b = &w->classes[w->by_kind[kind->first + *place]];
    if (!fits(w, a, b)) continue;
    if (!row_may_come_in(w, a, kind, b->promise_fen)) {
      *place = kind->count;
      break;
    }
    err = look_at_pair(w, a, b);
  }
  return err;
}

/* Places of the walk: the classes alone, then each with each of every kind. */
static sp_err look_at_pairs(top_up_work *w, uint64_t most) {
  uint32_t n = w->class_count, *next = &w->state->next;
  sp_err err = SP_OK;
  while (*next - n < n * n && w->work < most && !err) {
    uint32_t class = (*next - n) / n, place = (*next - n) % n, k = 0;
    while (place >= w->kinds[k].first + w->kinds[k].count)
      k++;
    uint32_t within = place - w->kinds[k].first;
    err = look_at_row(w, &w->classes[class], &w->kinds[k], &within, most);
    *next = n + class * n + w->kinds[k].first + within;
  }
  return err;
}

/* Classes stand by what they could gain: the first that can't come in ends it. */
static sp_err look_at_singles(top_up_work *w, uint64_t most) {
  sp_err err = SP_OK;
  for (; w->state->next < w->class_count && w->work < most && !err; w->state->next++)
    err = look_at_single(w, &w->classes[w->state->next]);
  return err;
}

sp_err top_up(const sp_book *book, const sp_request *cart, const sp_top_up_wish *wish,
              sp_arena *arena, sp_top_up_state *state, sp_receipt *before) {
  top_up_work w = {.book = book, .cart = cart, .wish = wish, .state = state, .arena = arena};
  sp_request plain = *cart;
  plain.detail = SP_DETAIL_lines;
  plain.pay_options = plain.compare_best = false;
  sp_err err = quote(book, &plain, arena, before);
  if (err) return err;
  w.before = before;
  w.bound = save_bound_new(book, &plain, before, arena);
  w.lines = arena_array(arena, (size_t)cart->line_count + 2, sizeof *w.lines);
  if (!w.bound || !w.lines) return SP_E_MEMORY;
  w.start_fen = before->payable_fen - start_of_bound(w.bound);
  if (!make_classes(&w) || !sort_classes(&w)) return SP_E_MEMORY;
  if (wish->pairs && !make_kinds(&w)) return SP_E_MEMORY;
  uint32_t n = w.class_count, end = n + (wish->pairs ? n * n : 0);
  uint64_t most = w.work + (uint64_t)wish->work_max * PRICE_WORK;
  if (!state->next && !state->priced) state->exact = before->exact;
  if (!err) err = look_at_singles(&w, most);
  if (!err && wish->pairs && state->next >= n) err = look_at_pairs(&w, most);
  if (state->next >= end) state->next = SP_NONE;
  return err;
}
