/* One quote for each SKU of each card. It knows no rule of its own: what a card costs is what the
 * cart with the card costs more than the cart. */
#include "engine/estimate.h"

#include <string.h>

#include "engine/engine.h"

typedef struct {
  const sp_book *book;
  sp_arena *arena;
  sp_request request; /* the cart and, where there is one, the card behind it */
  sp_line *lines;
  uint32_t cart_count;
  int64_t cart_goods_fen;
  bool cart_exact;
  sp_condition *found, *kept; /* of the SKU that is being priced, of the cheapest one so far */
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

/* The card's line with one of its SKUs. The arena is as before; what was found is in `out` and in
 * w->found. */
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
  return err;
}

/* The cheapest SKU of the card stands for it, the earlier one on a tie. */
static sp_err price_card(estimate_work *w, const sp_card *card, sp_estimate *out) {
  for (uint32_t i = 0; i < card->sku_count; i++) {
    sp_estimate one;
    sp_err err = price_sku(w, card, card->skus[i], &one);
    if (err) return err;
    one.exact &= !i || out->exact;
    one.max_fen = i ? sp_max(out->max_fen, one.price_fen) : one.price_fen;
    if (i && one.price_fen >= out->price_fen) {
      out->max_fen = one.max_fen;
      out->exact = one.exact;
      continue;
    }
    sp_condition *spare = w->kept;
    w->kept = w->found;
    w->found = spare;
    *out = one;
  }
  if (!out->condition_count) return SP_OK;
  size_t size = out->condition_count * sizeof *w->kept;
  out->conditions = arena_alloc(w->arena, size);
  if (!out->conditions) return SP_E_MEMORY;
  memcpy(out->conditions, w->kept, size);
  return SP_OK;
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
  w.kept = arena_array(arena, most, sizeof *w.kept);
  if (!w.lines || !w.found || !w.kept) return SP_E_MEMORY;
  if (w.cart_count) memcpy(w.lines, request->lines, w.cart_count * sizeof *w.lines);
  w.request.lines = w.lines;
  // What a card adds is told in goods, and the decision says which coupons are in it.
  w.request.detail = SP_DETAIL_totals;
  sp_err err = w.cart_count ? price_cart(&w) : SP_OK;
  w.request.line_count++;
  for (uint32_t i = 0; i < count && !err; i++) {
    err = price_card(&w, &cards[i], &out[i]);
    *failed = i;
  }
  return err;
}
