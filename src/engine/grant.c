#include "engine/grant.h"

#include "base/text.h"
#include "engine/gift.h"
#include "engine/land.h"

/* What the goods cost without their tax, which is rounded for each line like the receipt's. */
static int64_t paid_without_tax(const give_work *w) {
  const pricing *p = w->p;
  int64_t paid = measure_amount(p, w->g, SP_BASE_current);
  for (uint32_t from = 0, to; from < w->g->count; from = to) {
    to = land_line_end(w, from);
    uint32_t line = p->segments[w->g->segments[from]].line;
    int64_t bp = p->book->skus[p->request->lines[line].sku].tax_bp, net = 0;
    for (uint32_t k = from; bp && k < to; k++)
      net += w->s->left[w->g->segments[k]] + p->segments[w->g->segments[k]].fixed_fen;
    paid -= money_divide(net * bp, 10000 + bp, SP_HALF_UP);
  }
  return paid;
}

/* floor(shares of what the goods cost, without tax) for each promoter, nearest first; whoever buys
 * through his own link is passed over. A fixed amount is for the first one alone. */
static bool grant_commission(give_work *w, const sp_give *give) {
  const sp_request *request = w->p->request;
  int64_t paid = w->s ? paid_without_tax(w) : 0; // Without a state only whether it gives is asked.
  uint32_t level = 0, levels = give->amount_fen >= 0 ? 1 : give->pay_count;
  for (uint32_t i = 0; i < request->promoter_count && level < levels; i++) {
    if (text_equal(request->promoters[i], request->member_id)) continue;
    int64_t amount =
        give->amount_fen >= 0 ? give->amount_fen : money_mul_div(paid, give->pay_bp[level], 10000);
    level++;
    if (!w->p->recording) continue;
    sp_receipt *r = w->p->receipt;
    r->commissions[r->commission_count++] = (sp_commission){w->rule, i, amount};
  }
  return level > 0;
}

/* How many: of points for each line or piece, or for the money; of everything else n. */
static int64_t count_of(const give_work *w, const sp_give *give) {
  if (give->den) {
    return money_mul_div(measure_amount(w->p, w->g, SP_BASE_current), give->n, give->den);
  }
  int64_t n = give->kind == SP_GIVE_stored_bonus ? give->amount_fen : give->n;
  int64_t lines = 0;
  if (give->per == SP_PER_unit) return n * measure_qty(w->p, w->g);
  if (give->per == SP_PER_order) return n;
  for (uint32_t k = 0; k < w->g->count; k = land_line_end(w, k))
    lines++;
  return n * lines;
}

bool grant_give(give_work *w, const sp_give *give) {
  if (give->kind == SP_GIVE_commission) {
    bool any = grant_commission(w, give);
    w->out->benefit |= any;
    return any;
  }
  if (give->kind == SP_GIVE_gift) {
    gift_give(w, give);
    return true;
  }
  int64_t n = count_of(w, give);
  if (give->den && !n) return false;
  sp_receipt *r = w->p->receipt;
  if (w->p->recording) r->rewards[r->reward_count++] = (sp_reward){w->rule, give, n * w->times};
  w->out->goal_value_fen += give->goal_value_fen * w->times;
  return w->out->benefit = true;
}
