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

static int64_t segment_units(const sp_book *book, const sp_template *template, const sp_line *line,
                             const sp_segment *segment) {
  const sp_sku *sku = &book->skus[line->sku];
  int64_t each = template->by == SP_FREIGHT_pieces   ? 1
                 : template->by == SP_FREIGHT_weight ? sku->weight_g
                                                     : sku->volume_cm3;
  return each * segment->qty;
}

/* ceil(units / additional) * additional_fee, -1 where it passes the limit. */
static int64_t additional_fee(const sp_region *region, int64_t units) {
  if (units <= 0 || region->additional == 0) return 0;
  int64_t steps = money_divide(units, region->additional, SP_UP);
  return money_multiply(steps, region->additional_fee_fen, SP_CART_FEN_MAX);
}

/* The package's fee from the units of each template (-1: not used), or an error. A template without
 * units (a SKU without weight) costs nothing, but has to deliver there all the same. */
static sp_err package_fee(const pricing *p, uint32_t package, const int64_t *units,
                          bool *no_delivery) {
  const sp_freight_table *table = &p->book->freight;
  const sp_region *first = NULL;
  uint32_t first_template = SP_NONE;
  int64_t fee = 0;
  for (uint32_t t = 0; t < table->template_count; t++) {
    if (units[t] < 0) continue;
    const sp_region *region = find_region(&table->templates[t], p->request->region);
    if (!region) {
      *no_delivery = true;
      p->never_free[package] = false;
      return SP_OK;
    }
    p->never_free[package] |= region->never_free;
    if (units[t] == 0) continue;
    if (first_template == SP_NONE || region->first_fee_fen > first->first_fee_fen) {
      first = region;
      first_template = t;
    }
  }
  for (uint32_t t = 0; t < table->template_count; t++) {
    if (units[t] <= 0) continue;
    const sp_region *region = find_region(&table->templates[t], p->request->region);
    bool whole = !table->max_first_plus_additional || t == first_template;
    int64_t more = additional_fee(region, whole ? units[t] - region->first : units[t]);
    if (more < 0) return SP_E_OVERFLOW;
    fee += (whole ? region->first_fee_fen : 0) + more;
  }
  if (fee > SP_CART_FEN_MAX) return SP_E_OVERFLOW;
  p->packages[package].freight_list_fen = fee;
  return SP_OK;
}

static void sum_units(const pricing *p, uint32_t package, int64_t *units) {
  const sp_freight_table *table = &p->book->freight;
  for (uint32_t t = 0; t < table->template_count; t++)
    units[t] = -1;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    if (segment->group != package) continue;
    const sp_line *line = &p->request->lines[segment->line];
    uint32_t t = p->book->skus[line->sku].freight;
    if (t == SP_NONE) t = table->default_template;
    units[t] = sp_max(units[t], 0);
    units[t] += segment_units(p->book, &table->templates[t], line, segment);
  }
}

sp_err freight_list_prices(pricing *p) {
  const sp_freight_table *table = &p->book->freight;
  p->receipt->submit_no_delivery = false;
  p->receipt->freight_state = SP_FREIGHT_STATE_none;
  p->never_free = arena_array(p->arena, p->package_count, sizeof(bool));
  int64_t *units = arena_array(p->arena, table->template_count, sizeof(int64_t));
  if (!p->never_free || !units) return SP_E_MEMORY;
  if (!table->stands || is_topup(p->request)) return SP_OK;
  int64_t sum = 0;
  for (uint32_t g = 0; g < p->package_count; g++) {
    if (p->packages[g].fulfilment != SP_DELIVERY) continue;
    if (!p->request->has_address) {
      p->receipt->freight_state = SP_FREIGHT_STATE_unknown;
      continue;
    }
    p->receipt->freight_state = SP_FREIGHT_STATE_known;
    bool no_delivery = false;
    sum_units(p, g, units);
    sp_err err = package_fee(p, g, units, &no_delivery);
    sum += p->packages[g].freight_list_fen;
    if (err || sum > SP_CART_FEN_MAX) return err ? err : SP_E_OVERFLOW;
    p->receipt->submit_no_delivery |= no_delivery;
  }
  return SP_OK;
}
