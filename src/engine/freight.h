/* What each package costs to send before anything frees it (src/README.md §3.4).
 * Does not decide what is free: that is a turn of its own. */
#ifndef SP_ENGINE_FREIGHT_H
#define SP_ENGINE_FREIGHT_H

#include "engine/pricing.h"

/* Fills freight_list_fen and never_free of every package, the freight state, and raises
 * NO_DELIVERY. E_MEMORY, E_OVERFLOW. */
sp_err freight_list_prices(pricing *p);

/* What a piece counts for a template, and which one is a SKU's. */
int64_t freight_units(const sp_template *template, const sp_sku *sku);
uint32_t freight_template(const sp_book *book, uint32_t sku);

/* What the package costs to send in this state before anything frees it: with the gifts that were
 * given, where they weigh. */
int64_t freight_list(const pricing *p, const pricing_state *s, uint32_t package);

#endif
