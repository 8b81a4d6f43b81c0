/* One quote for each SKU of each card. It knows no rule of its own: what a card costs is what the
 * cart with the card costs more than the cart. */
#include "engine/estimate.h"

#include <string.h>

#include "base/text.h"
#include "engine/engine.h"
#include "engine/match.h"

/* What is known of a SKU, which several cards may sell. */
typedef struct {
  const sp_line *line; /* of the card it was priced for */
  sp_estimate price;
} known;

typedef struct {
  const sp_book *book;
  sp_arena *arena;
  sp_request request; /* the cart and, where there is one, the card behind it */
  sp_line *lines;
  uint32_t cart_count;
  int64_t cart_goods_fen;
  bool cart_exact;
  sp_condition *found; /* of the SKU that is being priced */
  known **skus;        /* per SKU of the book, NULL: it was not priced yet */
} estimate_work;

static int64_t floor_divide(int64_t amount, int64_t by) {
  return amount / by - (amount % by < 0);
}

/* The picked coupons by id, those that are still to be claimed first; then what else the price
 * takes for granted. */
static uint32_t read_conditions(estimate_work *w, const sp_receipt *receipt) {
  const sp_decision *decision = &receipt->decision;
  uint32_t count = 0;
  for (uint32_t pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < decision->coupon_count; i++) {
      uint32_t coupon = decision->coupons[i];
      if (w->request.coupons[coupon].claimable == (pass == 1)) continue;
      sp_condition_code code = pass ? SP_CONDITION_COUPON : SP_CONDITION_CLAIM;
      w->found[count++] = (sp_condition){code, coupon, w->request.coupons[coupon].rule};
    }
  }
  for (uint32_t i = 0; i < receipt->assumption_count; i++) {
    const sp_assumption *one = &receipt->assumptions[i];
    sp_condition_code code = one->code == SP_ASSUMES_FIRST_ORDER ? SP_CONDITION_FIRST_ORDER
                             : one->code == SP_ASSUMES_LIMIT     ? SP_CONDITION_LIMIT
                                                                 : SP_CONDITION_PAID_BY;
    if (one->code == SP_ASSUMES_COUPON) continue;
    w->found[count++] = (sp_condition){code, SP_NONE, one->index};
  }
  return count;
}

/* The card's line with one of its SKUs. */
static sp_err price_sku(estimate_work *w, const sp_card *card, uint32_t sku, sp_estimate *out) {
  sp_receipt receipt;
  sp_line *line = &w->lines[w->cart_count];
  size_t mark = arena_mark(w->arena);
  *line = card->line;
  line->sku = sku;
  line->sku_id = w->book->skus[sku].id;
  line->state = SP_LINE_priced;
  book_sells_as(w->book, w->request.order_type, sku, line->place, &line->price_fen);
  sp_err err = quote(w->book, &w->request, w->arena, &receipt);
  if (!err) {
    int64_t list_fen = 0;
    for (uint32_t i = 0; i < receipt.segment_count; i++) {
      if (receipt.segments[i].line == w->cart_count) list_fen += receipt.segments[i].list_fen;
    }
    out->list_fen = list_fen / line->qty;
    out->price_fen = floor_divide(receipt.goods_fen - w->cart_goods_fen, line->qty);
    out->exact = w->cart_exact && receipt.exact;
    out->condition_count = read_conditions(w, &receipt);
  }
  arena_rewind(w->arena, mark);
  if (err || !out->condition_count) return err;
  size_t size = out->condition_count * sizeof *w->found;
  out->conditions = arena_room(w->arena, size);
  if (!out->conditions) return SP_E_MEMORY;
  memcpy(out->conditions, w->found, size);
  return SP_OK;
}

/* Whether two cards differ in nothing but what they sell. */
static bool sold_alike(const sp_line *a, const sp_line *b) {
  return a->qty == b->qty && !a->option_count && !b->option_count && text_equal(a->shop, b->shop) &&
         text_equal(a->store, b->store);
}

/* The cheapest SKU of the card stands for it, the earlier one on a tie. */
static sp_err price_card(estimate_work *w, const sp_card *card, sp_estimate *out) {
  for (uint32_t i = 0; i < card->sku_count; i++) {
    known *sku = w->skus[card->skus[i]];
    if (!sku || !sold_alike(sku->line, &card->line)) {
      w->skus[card->skus[i]] = sku = arena_alloc(w->arena, sizeof *sku);
      if (!sku) return SP_E_MEMORY;
      sku->line = &card->line;
      sp_err err = price_sku(w, card, card->skus[i], &sku->price);
      if (err) return err;
    }
    sp_estimate one = sku->price;
    one.exact &= !i || out->exact;
    one.max_fen = i ? sp_max(out->max_fen, one.price_fen) : one.price_fen;
    if (i && one.price_fen >= out->price_fen) {
      out->max_fen = one.max_fen;
      out->exact = one.exact;
      continue;
    }
    *out = one;
  }
  return SP_OK;
}

/* Which rules are open depends on no card, unless some make their buyers members. */
static sp_err find_open(estimate_work *w) {
  if (w->book->member_card_count) return SP_OK;
  pricing p = {.book = w->book, .request = &w->request, .arena = w->arena};
  sp_err err = match_rules(&p);
  w->request.open = p.open;
  return err;
}

static sp_err price_cart(estimate_work *w) {
  sp_receipt receipt;
  size_t mark = arena_mark(w->arena);
  sp_err err = quote(w->book, &w->request, w->arena, &receipt);
  w->cart_goods_fen = receipt.goods_fen;
  w->cart_exact = receipt.exact;
  arena_rewind(w->arena, mark);
  return err;
}

sp_err estimate(const sp_book *book, const sp_request *request, const sp_card *cards,
                uint32_t count, sp_arena *arena, sp_estimate *out, uint32_t *failed) {
  estimate_work w = {.book = book,
                     .arena = arena,
                     .request = *request,
                     .cart_count = request->line_count,
                     .cart_exact = true};
  *failed = SP_NONE;
  w.lines = arena_array(arena, (size_t)w.cart_count + 1, sizeof *w.lines);
  size_t most = request->coupon_count + 3 * (size_t)book->rule_count;
  w.found = arena_array(arena, most, sizeof *w.found);
  w.skus = arena_array(arena, book->sku_count, sizeof *w.skus);
  if (!w.lines || !w.found || !w.skus) return SP_E_MEMORY;
  if (w.cart_count) memcpy(w.lines, request->lines, w.cart_count * sizeof *w.lines);
  w.request.lines = w.lines;
  // What a card adds is told in goods, and the decision says which coupons are in it.
  w.request.detail = SP_DETAIL_totals;
  w.request.on_shelf = true;
  sp_err err = find_open(&w);
  if (!err && w.cart_count) err = price_cart(&w);
  w.request.line_count++;
  for (uint32_t i = 0; i < count && !err; i++) {
    err = price_card(&w, &cards[i], &out[i]);
    *failed = i;
  }
  return err;
}
