#include "engine/fees.h"

int64_t fees_pieces(const pricing *p, uint32_t fee, uint32_t package, const uint32_t *segments,
                    uint32_t count) {
  int64_t pieces = 0;
  for (uint32_t k = 0; k < count; k++) {
    const sp_segment *segment = &p->segments[segments[k]];
    if (segment->group != package) continue;
    if (scope_has(p->book->fees[fee].scope, p->request->lines[segment->line].sku))
      pieces += segment->qty;
  }
  return pieces;
}

sp_err fees_list(pricing *p) {
  p->due_count = p->package_count;
  p->fees_fen = 0;
  uint32_t fee_count = p->request->on_shelf || is_topup(p->request) ? 0 : p->book->fee_count;
  p->charges = arena_array(p->arena, (size_t)fee_count * p->package_count, sizeof *p->charges);
  if (!p->charges) return SP_E_MEMORY;
  for (uint32_t f = 0; f < fee_count; f++) {
    const sp_fee *fee = &p->book->fees[f];
    bool charged = false;
    for (uint32_t g = 0; g < p->package_count; g++) {
      if (!((fee->fulfilment_bits >> p->packages[g].fulfilment) & 1)) continue;
      int64_t pieces = fees_pieces(p, f, g, p->all_segments, p->segment_count);
      if (!pieces || !fee->amount_fen || (fee->per == SP_FEE_order && charged)) continue;
      int64_t amount = fee->per == SP_FEE_piece ? fee->amount_fen * pieces : fee->amount_fen;
      p->charges[charge_count(p)] = (fee_charge){f, g, amount};
      p->due_count++;
      p->fees_fen += amount;
      charged = true;
      if (p->fees_fen > SP_CART_FEN_MAX) return SP_E_OVERFLOW;
    }
  }
  return SP_OK;
}

sp_err fees_fill(pricing *p, const pricing_state *s) {
  sp_receipt *r = p->receipt;
  r->fees = arena_array(p->arena, p->book->fee_count, sizeof(sp_fee_answer));
  if (!r->fees) return SP_E_MEMORY;
  for (uint32_t c = 0; c < charge_count(p); c++) {
    const fee_charge *charge = &p->charges[c];
    int64_t amount = s->dues[p->package_count + c];
    if (!r->fee_count || r->fees[r->fee_count - 1].fee != charge->fee)
      r->fees[r->fee_count++].fee = charge->fee;
    r->fees[r->fee_count - 1].amount_fen += amount;
    p->packages[charge->package].fees_fen += amount;
    r->fees_fen += amount;
  }
  r->fees_cut_fen = p->fees_fen - r->fees_fen;
  return SP_OK;
}
