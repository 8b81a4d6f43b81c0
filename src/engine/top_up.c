#include "engine/top_up.h"

#include <string.h>

#include "base/sort.h"
#include "engine/engine.h"
#include "engine/same_goods.h"
#include "engine/save_bound.h"

/* A class of goods that cost the same in every cart. */
typedef struct {
  uint32_t first, count; /* its members in w->order, the worthiest first */
  int64_t promise_fen;   /* worth less price of the worthiest */
} goods_class;

typedef struct {
  const sp_book *book;
  const sp_request *cart;
  const sp_top_up_wish *wish;
  const save_bound *bound;
  sp_top_up_state *state;
  sp_arena *arena;
  sp_line *lines;
  uint32_t *class_of, *order;
  goods_class *classes; /* the most promising first, whatever their numbers in class_of */
  uint32_t class_count;
  const sp_receipt *before;
  uint64_t work; /* of this call, in looks at a set */
} top_up_work;

/* What a price costs beside a look at what a set could gain at most. */
#define PRICE_WORK 16

static const sp_candidate *candidate(const top_up_work *w, uint32_t index) {
  return &w->wish->candidates[index];
}

/* ---- classes ---- */

typedef struct {
  const top_up_work *w;
  const uint32_t *best; /* of each class number, its worthiest candidate */
} class_order;

static int64_t promise(const top_up_work *w, uint32_t index) {
  return candidate(w, index)->worth_fen - candidate(w, index)->price_fen;
}

/* Classes by promise, members by worth, ties by place. */
static bool candidate_before(const void *context, uint32_t i, uint32_t j) {
  const class_order *o = context;
  uint32_t a = o->w->class_of[i], b = o->w->class_of[j];
  if (a != b) {
    int64_t more = promise(o->w, o->best[a]), less = promise(o->w, o->best[b]);
    return more != less ? more > less : a < b;
  }
  int64_t worth = candidate(o->w, i)->worth_fen, other = candidate(o->w, j)->worth_fen;
  return worth != other ? worth > other : i < j;
}

static sp_err make_classes(top_up_work *w) {
  uint32_t count = w->wish->count;
  w->class_of = arena_array(w->arena, count, sizeof *w->class_of);
  w->order = arena_array(w->arena, count, sizeof *w->order);
  w->classes = arena_array(w->arena, count, sizeof *w->classes);
  uint32_t *best = arena_array(w->arena, count, sizeof *best);
  if (!w->class_of || !w->order || !w->classes || !best) return SP_E_MEMORY;
  w->class_count = same_goods(w->book, w->cart, w->wish->candidates, count, w->arena, w->class_of);
  if (w->class_count == SP_NONE) return SP_E_MEMORY;
  for (uint32_t c = 0; c < w->class_count; c++)
    best[c] = SP_NONE;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *of = &best[w->class_of[i]];
    if (*of == SP_NONE || candidate(w, i)->worth_fen > candidate(w, *of)->worth_fen) *of = i;
    w->order[i] = i;
  }
  class_order context = {w, best};
  sort_indices(w->order, count, candidate_before, &context);
  uint32_t at = 0;
  for (uint32_t i = 0; i < count; at++) {
    goods_class *c = &w->classes[at];
    *c = (goods_class){i, 0, promise(w, w->order[i])};
    uint32_t number = w->class_of[w->order[i]];
    for (; i < count && w->class_of[w->order[i]] == number; i++)
      c->count++;
  }
  return SP_OK;
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
  w->work += PRICE_WORK;
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

/* The most that a set could gain: its worth, less the least it could cost more. */
static int64_t most_gain(top_up_work *w, const sp_top_up *set) {
  const sp_candidate *a = candidate(w, set->first);
  const sp_candidate *b = set->second == SP_NONE ? NULL : candidate(w, set->second);
  w->work++;
  int64_t least =
      least_payable(w->bound, a->sku, a->price_fen, b ? b->sku : SP_NONE, b ? b->price_fen : 0);
  return a->worth_fen + (b ? b->worth_fen : 0) - (least - w->before->payable_fen);
}

/* Every member of a class costs what the first one does. */
static sp_err look_at_single(top_up_work *w, const goods_class *c) {
  sp_top_up set = {w->order[c->first], SP_NONE, 0, 0};
  bool good;
  if (candidate(w, set.first)->price_fen > w->wish->price_max_fen) return SP_OK;
  if (!may_come_in(w, false, most_gain(w, &set))) return SP_OK;
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

static sp_err look_at_pair(top_up_work *w, const goods_class *a, const goods_class *b) {
  sp_top_up set = {0, 0, 0, 0};
  bool good;
  int64_t price_fen =
      candidate(w, w->order[a->first])->price_fen + candidate(w, w->order[b->first])->price_fen;
  if (price_fen > w->wish->price_max_fen || !worthiest_pair(w, a, b, &set)) return SP_OK;
  if (!may_come_in(w, true, most_gain(w, &set))) return SP_OK;
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

/* Nodes: the classes alone, then each with each, in both orders of standing. */
static sp_err look_at(top_up_work *w, uint32_t node) {
  uint32_t n = w->class_count;
  if (node < n) return look_at_single(w, &w->classes[node]);
  return look_at_pair(w, &w->classes[(node - n) / n], &w->classes[(node - n) % n]);
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
  err = make_classes(&w);
  if (err) return err;
  uint32_t n = w.class_count, end = n + (wish->pairs ? n * n : 0);
  uint64_t most = (uint64_t)wish->work_max * PRICE_WORK;
  if (!state->next && !state->priced) state->exact = before->exact;
  for (; state->next < end && w.work < most && !err; state->next++)
    err = look_at(&w, state->next);
  if (state->next >= end) state->next = SP_NONE;
  return err;
}
