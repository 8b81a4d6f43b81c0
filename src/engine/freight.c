#include "engine/freight.h"

#include "base/text.h"

static const sp_region *find_region(const sp_template *template, sp_text code) {
  const sp_region *best = NULL;
  uint32_t best_size = 0;
  for (uint32_t r = 0; r < template->region_count; r++) {
    const sp_region *region = &template->regions[r];
    if (!region->code_count && !best) best = region;
    for (uint32_t c = 0; c < region->code_count; c++) {
      sp_text prefix = region->codes[c];
      if (prefix.size <= best_size || !text_starts_with(code, prefix)) continue;
      best = region;
      best_size = prefix.size;
    }
  }
  return best;
}

int64_t freight_units(const sp_template *template, const sp_sku *sku) {
  return template->by == SP_FREIGHT_pieces   ? 1
         : template->by == SP_FREIGHT_weight ? sku->weight_g
                                             : sku->volume_cm3;
}

uint32_t freight_template(const sp_book *book, uint32_t sku) {
  uint32_t t = book->skus[sku].freight;
  return t == SP_NONE ? book->freight.default_template : t;
}

/* ceil(units / additional) * additional_fee, -1 where it passes the limit. */
static int64_t additional_fee(const sp_region *region, int64_t units) {
  if (units <= 0 || region->additional == 0) return 0;
  int64_t steps = money_divide(units, region->additional, SP_UP);
  return money_multiply(steps, region->additional_fee_fen, SP_CART_FEN_MAX);
}

/* The package's fee from the units of each template (-1: not used), -1 where it is too much. A
 * template without units (a SKU without weight) costs nothing, but has to deliver there all the
 * same; of gifts that it doesn't deliver there nothing is asked. gifts: their units, NULL: none. */
static int64_t package_fee(const pricing *p, uint32_t package, const int64_t *gifts,
                           bool *no_delivery) {
  const sp_freight_table *table = &p->book->freight;
  const int64_t *goods = p->freight_units + (size_t)package * table->template_count;
  const sp_region *first = NULL;
  int64_t fee = 0;
  for (uint32_t pass = 0; pass < 2; pass++) {
    for (uint32_t t = 0; t < table->template_count; t++) {
      const sp_region *region = p->regions[t];
      int64_t units = sp_max(goods[t], 0) + (gifts ? gifts[t] : 0);
      if (goods[t] >= 0 && !region) {
        *no_delivery = true;
        p->never_free[package] = false;
        return 0;
      }
      if (goods[t] >= 0) p->never_free[package] |= region->never_free;
      if (!units || !region) continue;
      if (!pass) {
        if (!first || region->first_fee_fen > first->first_fee_fen) first = region;
        continue;
      }
      bool whole = !table->max_first_plus_additional || region == first;
      int64_t more = additional_fee(region, whole ? units - region->first : units);
      if (more < 0) return -1;
      fee += (whole ? region->first_fee_fen : 0) + more;
    }
  }
  return fee > SP_CART_FEN_MAX ? -1 : fee;
}

int64_t freight_list(const pricing *p, const pricing_state *s, uint32_t package) {
  if (p->gift_units == SP_NONE) return p->packages[package].freight_list_fen;
  if (p->packages[package].fulfilment != SP_DELIVERY) return 0;
  bool ignored;
  const int64_t *gifts = s->gifts_taken + p->gift_units;
  int64_t fee =
      package_fee(p, package, gifts + (size_t)package * p->book->freight.template_count, &ignored);
  return fee < 0 ? SP_CART_FEN_MAX : fee;
}

static void sum_units(const pricing *p) {
  const sp_freight_table *table = &p->book->freight;
  for (size_t k = 0; k < (size_t)p->package_count * table->template_count; k++)
    p->freight_units[k] = -1;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    uint32_t sku = p->request->lines[segment->line].sku, t = freight_template(p->book, sku);
    int64_t *units = &p->freight_units[(size_t)segment->group * table->template_count + t];
    *units =
        sp_max(*units, 0) + freight_units(&table->templates[t], &p->book->skus[sku]) * segment->qty;
  }
}

sp_err freight_list_prices(pricing *p) {
  const sp_freight_table *table = &p->book->freight;
  p->receipt->submit_no_delivery = false;
  p->receipt->freight_state = SP_FREIGHT_STATE_none;
  p->never_free = arena_array(p->arena, p->package_count, sizeof(bool));
  size_t cells = (size_t)p->package_count * table->template_count;
  p->freight_units = arena_array(p->arena, cells, sizeof(int64_t));
  p->regions = arena_array(p->arena, table->template_count, sizeof *p->regions);
  if (!p->never_free || !p->freight_units || !p->regions) return SP_E_MEMORY;
  if (!table->stands || is_topup(p->request)) return SP_OK;
  for (uint32_t t = 0; t < table->template_count; t++)
    p->regions[t] = find_region(&table->templates[t], p->request->region);
  sum_units(p);
  int64_t sum = 0;
  for (uint32_t g = 0; g < p->package_count; g++) {
    if (p->packages[g].fulfilment != SP_DELIVERY) continue;
    if (!p->request->has_address) {
      p->receipt->freight_state = SP_FREIGHT_STATE_unknown;
      continue;
    }
    p->receipt->freight_state = SP_FREIGHT_STATE_known;
    bool no_delivery = false;
    int64_t fee = package_fee(p, g, NULL, &no_delivery);
    p->packages[g].freight_list_fen = fee;
    sum += fee;
    if (fee < 0 || sum > SP_CART_FEN_MAX) return SP_E_OVERFLOW;
    p->receipt->submit_no_delivery |= no_delivery;
  }
  return SP_OK;
}
