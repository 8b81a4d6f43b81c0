#include "engine/recommend.h"

#include <string.h>

#include "engine/history.h"

/* How many items are looked at for each that is shown, where some may have to give way. */
#define SPARE_FACTOR 4
/* A tenth of what is unlocked for each fen of the price. */
#define UNLOCK_PART  10
#define UNLOCK_MOST  (1 << 20)

/* An item that the cart speaks for, or that is not to be shown. */
typedef struct {
  uint16_t item;
  bool taken;
  int32_t said; /* by the cart */
} touched;

typedef struct {
  uint16_t item;
  sp_why why;
  int32_t score;
} found;

typedef struct {
  const sp_model *model;
  const sp_book *book;
  const sp_past *history; /* NULL: nobody's */
  const sp_wish *wish;
  sp_segment_kind segment;
  const int32_t *base;   /* NULL: popularity alone */
  const uint16_t *order; /* all items by base */
  uint32_t popular_weight;
  touched *list;
  uint32_t list_count;
  found *best; /* highest first */
  uint32_t best_count, room;
} recommend_work;

/* places[item] is only a guess: an item is in the list when its place there says so too. Nothing
 * has to be cleared between two calls. */
SP_IN_PLACE touched *find(const recommend_work *w, uint32_t item) {
  uint32_t place = w->model->places[item];
  bool known = place < w->list_count && w->list[place].item == item;
  return known ? &w->list[place] : NULL;
}

SP_IN_PLACE touched *touch(recommend_work *w, uint32_t item) {
  touched *t = find(w, item);
  if (t) return t;
  w->model->places[item] = (uint16_t)w->list_count;
  t = &w->list[w->list_count++];
  *t = (touched){(uint16_t)item, false, 0};
  return t;
}

/* Adds what the cart says; every item of it, and every excluded one, is taken. */
static sp_err read_cart(recommend_work *w, const uint16_t *cart, uint32_t count,
                        const uint16_t *excluded, uint32_t excluded_count, sp_arena *arena) {
  const sp_model *m = w->model;
  size_t most = (size_t)count + excluded_count;
  for (uint32_t i = 0; i < count; i++)
    most += m->row_start[cart[i] + 1] - m->row_start[cart[i]];
  if (most > m->item_count) most = m->item_count;
  w->list = arena_array(arena, most, sizeof *w->list);
  if (!w->list) return SP_E_MEMORY;
  for (uint32_t i = 0; i < count; i++) {
    touch(w, cart[i])->taken = true;
    const int32_t *ratios = model_ratios(m, cart[i]);
    for (uint32_t k = m->row_start[cart[i]]; k < m->row_start[cart[i] + 1]; k++) {
      sp_weight weight = m->weights[k];
      touch(w, weight_item(weight))->said += weight_of(weight, ratios, m->scales);
    }
  }
  for (uint32_t i = 0; i < excluded_count; i++)
    touch(w, excluded[i])->taken = true;
  return SP_OK;
}

/* Which of the prepared sums and orders hold beside this cart, or without one. */
static void choose_base(recommend_work *w, bool alone) {
  const sp_model *m = w->model;
  w->popular_weight = alone ? SP_SCORE_ONE : m->numbers[SP_MODEL_popular];
  w->order = m->order;
  if (!w->history) return;
  w->base = alone ? w->history->alone : w->history->beside;
  w->order = alone ? w->history->order_alone : w->history->order;
}

SP_IN_PLACE int32_t base_of(const recommend_work *w, uint32_t item) {
  if (w->base) return w->base[item];
  return (int32_t)((uint32_t)w->model->popular[item] * w->popular_weight >> 16);
}

/* ---- what may be shown ---- */

static int64_t listed(const sp_price *list, uint32_t count, uint32_t sku, int64_t otherwise) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (list[middle].sku == sku) return list[middle].price_fen;
    if (list[middle].sku < sku)
      low = middle + 1;
    else
      high = middle;
  }
  return otherwise;
}

static bool has_tag(const sp_sku *sku, const uint32_t *tags, uint32_t count) {
  for (uint32_t i = 0; i < sku->tag_count; i++) {
    for (uint32_t k = 0; k < count; k++) {
      if (sku->tags[i] == tags[k]) return true;
    }
  }
  return false;
}

/* Whether the shop lets it be shown; the price is then there. Without a book nobody knows. */
static bool is_allowed(const recommend_work *w, uint32_t item, int64_t *price_fen) {
  const sp_wish *wish = w->wish;
  *price_fen = 0;
  if (!w->book) return true;
  uint32_t sku = w->model->sku[item];
  return sku != SP_NONE && book_sells(w->book, sku, wish->place, price_fen) &&
         listed(wish->stock, wish->stock_count, sku, 1) > 0 &&
         listed(wish->limits, wish->limit_count, sku, 1) > 0 &&
         (!wish->tag_count || has_tag(&w->book->skus[sku], wish->tags, wish->tag_count));
}

static int32_t boosted(const recommend_work *w, uint32_t item, int32_t score) {
  for (uint32_t i = 0; w->book && i < w->wish->boost_count; i++) {
    const sp_boost *boost = &w->wish->boosts[i];
    if (boost->segment != SP_NONE && boost->segment != w->segment) continue;
    if (score > 0 && has_tag(&w->book->skus[w->model->sku[item]], &boost->tag, 1))
      score = (int32_t)sp_min((int64_t)score * boost->bp / 10000, INT32_MAX);
  }
  return score;
}

/* Just what is missing, and not much more. */
static bool fills_gap(const sp_wish *wish, int64_t price_fen) {
  return wish->gap_fen > 0 && price_fen >= wish->gap_fen && 2 * price_fen <= 3 * wish->gap_fen;
}

/* ---- the highest scores ---- */

SP_IN_PLACE bool comes_before(uint32_t item, int32_t score, const found *other) {
  return score != other->score ? score > other->score : item < other->item;
}

SP_IN_PLACE bool is_worth_asking(const recommend_work *w, uint32_t item, int32_t score) {
  return w->best_count < w->room || comes_before(item, score, &w->best[w->best_count - 1]);
}

static sp_why why(const recommend_work *w, uint32_t item, int32_t said) {
  int32_t own = 0, base = base_of(w, item);
  bool alone = w->history && w->base == w->history->alone;
  if (w->history) {
    uint32_t weight = w->model->numbers[alone ? SP_MODEL_own_alone : SP_MODEL_own];
    own = (int32_t)((uint32_t)w->history->own[item] * weight >> 12);
  }
  if (own > 0 && own >= said) return SP_WHY_AGAIN;
  // What earlier orders say for an item is of the same kind as what the cart says.
  uint32_t popular = history_popular(w->model, w->history)[item];
  int32_t liked = (int32_t)(popular * w->popular_weight >> 16);
  return said + base - own > 2 * liked ? SP_WHY_TOGETHER : SP_WHY_POPULAR;
}

/* score: without what the shop adds. */
static void take_in(recommend_work *w, uint32_t item, int32_t said, int32_t score) {
  int64_t price_fen;
  if (!is_allowed(w, item, &price_fen)) return;
  score = boosted(w, item, score);
  bool fills = fills_gap(w->wish, price_fen);
  if (fills) {
    int64_t more = w->wish->gain_fen * (SP_SCORE_ONE / UNLOCK_PART) / price_fen;
    score += (int32_t)sp_min(more, UNLOCK_MOST);
  }
  if (!is_worth_asking(w, item, score)) return;
  found one = {(uint16_t)item, fills ? SP_WHY_TOP_UP : why(w, item, said), score};
  uint32_t at = w->best_count < w->room ? w->best_count++ : w->best_count - 1;
  for (; at > 0 && comes_before(item, score, &w->best[at - 1]); at--)
    w->best[at] = w->best[at - 1];
  w->best[at] = one;
}

/* Most of what the cart speaks for is out at once. */
SP_IN_PLACE void offer(recommend_work *w, uint32_t item, int32_t said, bool plain) {
  int32_t score = base_of(w, item) + said;
  if (!plain || is_worth_asking(w, item, score)) take_in(w, item, said, score);
}

/* Items that the cart says nothing for stand in the order of their base, so the walk ends with the
 * first that can't come in. */
static void search(recommend_work *w) {
  const sp_wish *wish = w->wish;
  bool plain = !wish->boost_count && wish->gap_fen <= 0;
  w->best_count = 0;
  for (uint32_t i = 0; i < w->list_count; i++) {
    if (!w->list[i].taken) offer(w, w->list[i].item, w->list[i].said, plain);
  }
  for (uint32_t i = 0; i < w->model->item_count; i++) {
    uint32_t item = w->order[i];
    if (find(w, item)) continue;
    int32_t base = base_of(w, item);
    if (plain && w->best_count == w->room && base < w->best[w->best_count - 1].score) return;
    take_in(w, item, 0, base);
  }
}

/* ---- the choice among them ---- */

static uint32_t category(const recommend_work *w, uint32_t item) {
  if (!w->book) return SP_NONE;
  const sp_sku *sku = &w->book->skus[w->model->sku[item]];
  return sku->tag_count ? sku->tags[0] : SP_NONE;
}

static bool is_full(const recommend_work *w, const sp_recommendation *out, uint32_t count,
                    uint32_t item) {
  uint32_t own = category(w, item), same = 0;
  if (!w->wish->per_category || own == SP_NONE) return false;
  for (uint32_t i = 0; i < count; i++)
    same += category(w, out[i].item) == own;
  return same >= w->wish->per_category;
}

/* How much a picked item is like another: what it says for it. */
static int32_t likeness(const sp_model *m, uint32_t picked, uint32_t item) {
  uint32_t low = m->row_start[picked], high = m->row_start[picked + 1], end = high;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (weight_item(m->weights[middle]) < item)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == end || weight_item(m->weights[low]) != item) return 0;
  int32_t said = weight_of(m->weights[low], model_ratios(m, picked), m->scales);
  return said > 0 ? said : 0;
}

/* Picks one after the other: each time the best of what is left, less what it repeats. */
static uint32_t choose(recommend_work *w, int32_t *like, sp_recommendation *out) {
  const sp_wish *wish = w->wish;
  uint32_t count = 0;
  memset(like, 0, w->best_count * sizeof *like);
  while (count < wish->count) {
    uint32_t best = SP_NONE;
    int64_t most = INT64_MIN;
    for (uint32_t i = 0; i < w->best_count; i++) {
      if (like[i] < 0) continue;
      int64_t worth =
          (int64_t)w->best[i].score * (10000 - wish->mmr_bp) - (int64_t)like[i] * wish->mmr_bp;
      if (worth <= most || is_full(w, out, count, w->best[i].item)) continue;
      most = worth;
      best = i;
      if (!wish->mmr_bp) break;
    }
    if (best == SP_NONE) break;
    const found *f = &w->best[best];
    out[count++] = (sp_recommendation){f->item, f->why, f->score};
    like[best] = -1;
    for (uint32_t i = 0; wish->mmr_bp && i < w->best_count; i++) {
      int32_t now = likeness(w->model, f->item, w->best[i].item);
      if (like[i] >= 0 && now > like[i]) like[i] = now;
    }
  }
  return count;
}

static recommend_work begin(const sp_model *model, const sp_book *book, const sp_past *history,
                            const sp_wish *wish) {
  recommend_work w = {.model = model, .book = book, .wish = wish};
  w.history = wish->non_personal ? NULL : history;
  choose_base(&w, !wish->cart_count);
  return w;
}

sp_err recommend(const sp_model *model, const sp_book *book, const sp_past *history,
                 const sp_wish *wish, sp_arena *arena, sp_recommendation *out, uint32_t *count) {
  recommend_work w = begin(model, book, history, wish);
  w.segment = history_segment(model, w.history, wish->day);
  *count = 0;
  bool gives_way = wish->per_category || wish->mmr_bp;
  w.room = gives_way ? SPARE_FACTOR * wish->count : wish->count;
  sp_err err =
      read_cart(&w, wish->cart, wish->cart_count, wish->excluded, wish->excluded_count, arena);
  if (err || !wish->count) return err;
  for (;; w.room *= SPARE_FACTOR) {
    if (w.room > model->item_count) w.room = model->item_count;
    size_t mark = arena_mark(arena);
    w.best = arena_array(arena, w.room, sizeof *w.best);
    int32_t *like = arena_array(arena, w.room, sizeof *like);
    if (!w.best || !like) return SP_E_MEMORY;
    search(&w);
    *count = choose(&w, like, out);
    // Only what had to give way can leave places empty while there is more to look at.
    if (*count == wish->count || w.best_count < w.room || w.room == model->item_count) return SP_OK;
    arena_rewind(arena, mark);
  }
}

sp_err recommend_scores(const sp_model *model, const sp_past *history, const uint16_t *cart,
                        uint32_t cart_count, const uint16_t *items, uint32_t item_count,
                        sp_arena *arena, int32_t *out) {
  sp_wish wish = {.cart = cart, .cart_count = cart_count};
  recommend_work w = begin(model, NULL, history, &wish);
  sp_err err = read_cart(&w, cart, cart_count, NULL, 0, arena);
  for (uint32_t i = 0; i < item_count && !err; i++) {
    const touched *t = find(&w, items[i]);
    out[i] = base_of(&w, items[i]) + (t ? t->said : 0);
  }
  return err;
}
