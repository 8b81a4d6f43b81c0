#include "engine/same_goods.h"

typedef struct {
  const sp_book *book;
  const sp_request *cart;
  const uint32_t **scopes; /* bits of all scopes that name something */
  uint32_t scope_count;
  const sp_give **lists; /* gives that price SKUs one by one */
  uint32_t list_count;
  const sp_give **gifts;
  uint32_t gift_count;
} same_work;

static void add_scope(same_work *w, sp_scope scope) {
  if (!scope.bits) return;
  if (w->scopes) w->scopes[w->scope_count] = scope.bits;
  w->scope_count++;
}

static void add_give(same_work *w, const sp_give *give) {
  for (uint32_t i = 0; i < give->need_count; i++)
    add_scope(w, give->needs[i].scope);
  if (give->kind == SP_GIVE_unit_price && give->prices) {
    if (w->lists) w->lists[w->list_count] = give;
    w->list_count++;
  }
  if (give->kind == SP_GIVE_gift) {
    if (w->gifts) w->gifts[w->gift_count] = give;
    w->gift_count++;
  }
}

/* Counts while there is no room yet, then fills. Tiers hold gives that hold no tiers. */
static void walk(same_work *w) {
  w->scope_count = w->list_count = w->gift_count = 0;
  for (uint32_t r = 0; r < w->book->rule_count; r++) {
    const sp_rule *rule = &w->book->rules[r];
    add_scope(w, rule->scope);
    add_scope(w, rule->filter);
    for (uint32_t t = 0; t < rule->when.count; t++)
      add_scope(w, rule->when.tests[t].scope);
    for (uint32_t g = 0; g < rule->give_count; g++) {
      const sp_give *give = &rule->gives[g];
      add_give(w, give);
      for (uint32_t t = 0; t < give->tier_count; t++)
        add_give(w, give->tiers[t].give);
      if (give->inner) add_give(w, give->inner);
    }
  }
  for (uint32_t f = 0; f < w->book->fee_count; f++)
    add_scope(w, w->book->fees[f].scope);
  add_scope(w, w->book->points.scope);
}

static int64_t listed_price(const sp_give *give, uint32_t sku) {
  for (uint32_t i = 0; i < give->price_count; i++) {
    if (give->prices[i].sku == sku) return give->prices[i].price_fen;
  }
  return -1;
}

static bool in_cart(const same_work *w, uint32_t sku) {
  for (uint32_t i = 0; i < w->cart->line_count; i++) {
    if (w->cart->lines[i].sku == sku) return true;
  }
  return false;
}

static bool has_bit(const uint32_t *bits, uint32_t sku) {
  return bits[sku / 32] >> (sku % 32) & 1;
}

/* Whether gifts draw on the stock that it would take from. */
static bool shares_stock(const same_work *w, uint32_t sku) {
  if (!prices_find(w->cart->stock, w->cart->stock_count, sku)) return false;
  for (uint32_t i = 0; i < w->gift_count; i++) {
    for (uint32_t o = 0; o < w->gifts[i]->gift_count; o++) {
      if (w->gifts[i]->gifts[o].sku == sku) return true;
    }
  }
  return false;
}

static bool same(const same_work *w, const sp_candidate *one, const sp_candidate *other) {
  const sp_sku *a = &w->book->skus[one->sku], *b = &w->book->skus[other->sku];
  bool by_spu = w->book->tests_standing & SP_TEST_BIT(same_spu);
  if (one->price_fen != other->price_fen || a->price_fen != b->price_fen ||
      a->freight != b->freight || a->weight_g != b->weight_g || a->volume_cm3 != b->volume_cm3 ||
      a->floor_fen != b->floor_fen || (by_spu && a->spu_first != b->spu_first))
    return false;
  for (uint32_t i = 0; i < w->scope_count; i++) {
    if (has_bit(w->scopes[i], one->sku) != has_bit(w->scopes[i], other->sku)) return false;
  }
  for (uint32_t i = 0; i < w->list_count; i++) {
    if (listed_price(w->lists[i], one->sku) != listed_price(w->lists[i], other->sku)) return false;
  }
  if (shares_stock(w, one->sku) || shares_stock(w, other->sku)) return false;
  return !in_cart(w, one->sku) && !in_cart(w, other->sku);
}

/* Classes are looked for among those of like prices only. */
enum { PRICES = 251 };

uint32_t same_goods(const sp_book *book, const sp_request *cart, const sp_candidate *candidates,
                    uint32_t count, sp_arena *arena, uint32_t *class_of) {
  same_work w = {.book = book, .cart = cart};
  walk(&w);
  w.scopes = arena_array(arena, w.scope_count, sizeof *w.scopes);
  w.lists = arena_array(arena, w.list_count, sizeof *w.lists);
  w.gifts = arena_array(arena, w.gift_count, sizeof *w.gifts);
  uint32_t *first = arena_array(arena, count, sizeof *first), classes = 0;
  uint32_t *next = arena_array(arena, count, sizeof *next), newest[PRICES];
  if (!w.scopes || !w.lists || !w.gifts || !first || !next) return SP_NONE;
  walk(&w);
  for (uint32_t p = 0; p < PRICES; p++)
    newest[p] = SP_NONE;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t *begin = &newest[candidates[i].price_fen % PRICES], at = *begin;
    while (at != SP_NONE && !same(&w, &candidates[first[at]], &candidates[i]))
      at = next[at];
    if (at == SP_NONE) {
      at = classes++;
      first[at] = i;
      next[at] = *begin;
      *begin = at;
    }
    class_of[i] = at;
  }
  return classes;
}
