#include "engine/gift.h"

static bool in_stock(const sp_request *request, const sp_gift_option *option, int64_t times) {
  const sp_price *stock = prices_find(request->stock, request->stock_count, option->sku);
  return !stock || stock->price_fen >= option->qty * times;
}

/* The SKU that is pinned for the rule; SP_NONE: none of these options is. */
static uint32_t pinned(const sp_request *request, uint32_t rule, const sp_give *give) {
  for (uint32_t i = 0; i < request->gift_pin_count; i++) {
    const sp_gift_pin *pin = &request->gift_pins[i];
    for (uint32_t o = 0; pin->rule == rule && o < give->gift_count; o++) {
      if (give->gifts[o].sku == pin->sku) return pin->sku;
    }
  }
  return SP_NONE;
}

void gift_give(pricing *p, uint32_t rule, const sp_give *give, int64_t times, outcome *out) {
  uint32_t pin = pinned(p->request, rule, give);
  const sp_gift_option *first = NULL, *given = NULL;
  for (uint32_t o = 0; o < give->gift_count && !given; o++) {
    const sp_gift_option *option = &give->gifts[o];
    if (pin != SP_NONE && option->sku != pin) continue;
    if (!first) first = option;
    if (in_stock(p->request, option, times)) given = option;
  }
  out->benefit = true;
  if (given) out->goal_value_fen += give->goal_value_fen * times;
  if (!p->recording) return;
  const sp_gift_option *option = given ? given : first;
  sp_receipt *r = p->receipt;
  r->gifts[r->gift_count++] = (sp_gift){rule, option->sku, option->qty * times, !given};
}
