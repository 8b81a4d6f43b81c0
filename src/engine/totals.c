#include "engine/totals.h"

#include "engine/add_on.h"
#include "engine/earn.h"
#include "engine/fees.h"
#include "engine/freight.h"
#include "engine/points.h"
#include "engine/price.h"
#include "engine/tender.h"

static void sum_goods(pricing *p) {
  sp_receipt *r = p->receipt;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    int64_t list = p->request->lines[segment->line].price_fen;
    r->list_fen += list * segment->qty;
    r->options_fen += segment->list_fen - list * segment->qty;
    r->unit_cut_fen += (list - segment->unit_fen) * segment->qty;
    r->goods_fen += segment_net(segment);
  }
}

static sp_err add_freight(pricing *p, const pricing_state *s) {
  sp_receipt *r = p->receipt;
  bool any = false, paid = false;
  for (uint32_t g = 0; g < p->package_count; g++) {
    p->packages[g].freight_list_fen = freight_list(p, s, g);
    p->packages[g].freight_fen = s->dues[g];
    r->freight_list_fen += p->packages[g].freight_list_fen;
    r->freight_fen += s->dues[g];
    any |= p->packages[g].freight_list_fen > 0;
    paid |= s->dues[g] > 0;
  }
  r->freight_cut_fen = r->freight_list_fen - r->freight_fen;
  r->freight_free = r->freight_state == SP_FREIGHT_STATE_known && any && !paid;
  return r->freight_list_fen > SP_CART_FEN_MAX ? SP_E_OVERFLOW : SP_OK;
}

/* Takes payable mod unit from the goods still to pay, from freight only when there are none. */
static void round_off(pricing *p) {
  sp_receipt *r = p->receipt;
  int64_t unit = is_topup(p->request) ? 1 : p->book->policy.rounding_off_fen;
  int64_t goods = r->goods_fen - r->points_cut_fen;
  int64_t cut = (goods + r->freight_fen + r->fees_fen) % unit;
  cut = sp_min(cut, goods > 0 ? goods : r->freight_fen);
  r->rounding_off_fen = cut;
  if (!cut) return;
  sp_remainder mode = p->book->policy.share_remainder;
  if (goods > 0) {
    for (uint32_t i = 0; i < p->segment_count; i++)
      p->share_weight[i] = segment_paid(&p->segments[i]);
    apportion(cut, p->share_weight, p->share_weight, p->segment_count, mode, p->share_part);
    for (uint32_t i = 0; i < p->segment_count; i++)
      p->segments[i].rounding_fen = p->share_part[i];
    r->rounding_off_goods_fen = cut;
    return;
  }
  for (uint32_t g = 0; g < p->package_count; g++)
    p->share_weight[g] = p->packages[g].freight_fen;
  apportion(cut, p->share_weight, p->share_weight, p->package_count, mode, p->share_part);
  for (uint32_t g = 0; g < p->package_count; g++)
    p->packages[g].freight_rounding_fen = p->share_part[g];
}

static void test_min_order(pricing *p) {
  sp_receipt *r = p->receipt;
  const sp_min_order *least = &p->book->min_order;
  int64_t sum = 0;
  bool any = false;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    if (!((least->fulfilment_bits >> p->packages[segment->group].fulfilment) & 1)) continue;
    any = true;
    if (is_add_on_line(p, segment)) continue;
    sum += least->base == SP_BASE_list         ? segment->list_fen
           : least->base == SP_BASE_after_item ? p->after_item[i] + segment->fixed_fen
                                               : segment_net(segment);
  }
  if (least->stands && any && !is_topup(p->request))
    r->submit_gap_fen = sp_max(0, least->amount_fen - sum);
  r->submit_ok = p->segment_count > 0 && !r->submit_gap_fen && !r->submit_no_delivery;
}

sp_err totals_fill(pricing *p, const pricing_state *s) {
  sp_receipt *r = p->receipt;
  for (uint32_t i = 0; i < p->segment_count; i++)
    p->segments[i].left_fen = s->left[i];
  sum_goods(p);
  sp_err err = add_freight(p, s);
  if (!err) err = fees_fill(p, s);
  if (err) return err;
  points_redeem(p);
  r->score_fen = price_score(p, s) + points_goal(p);
  round_off(p);
  err = earn_fill(p);
  if (err) return err;
  test_min_order(p);
  r->payable_fen =
      r->goods_fen - r->points_cut_fen - r->rounding_off_fen + r->freight_fen + r->fees_fen;
  r->saved_fen = r->list_fen + r->options_fen + r->freight_list_fen - r->goods_fen -
                 r->freight_fen + r->fees_cut_fen + r->points_cut_fen + r->rounding_off_fen;
  SP_CHECK(r->payable_fen >= 0);
  tender_split(p);
  r->submit_points = r->submit_ok && r->mall_points > p->request->points_balance;
  r->submit_ok = r->submit_ok && !r->submit_points;
  r->submit_zero_pay = r->submit_ok && !r->payable_fen && p->book->policy.zero_pay_refused;
  r->submit_ok = r->submit_ok && !r->submit_zero_pay;
  return SP_OK;
}
