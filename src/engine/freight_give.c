#include "engine/freight_give.h"

#include <string.h>

#include "engine/fees.h"

/* The freight of each package of the goods, 0 for the other dues. Returns the sum; *packages: how
 * many they are. */
static int64_t read_freight(give_work *w, int64_t *packages) {
  pricing *p = w->p;
  int64_t sum = 0;
  *packages = 0;
  words_zero(p->due_cap, p->due_count);
  memset(p->package_end, 0, p->package_count * sizeof *p->package_end);
  for (uint32_t k = 0; k < w->g->count; k++) {
    uint32_t g = give_package(w, k);
    if (p->package_end[g]) continue;
    p->package_end[g] = 1;
    p->due_cap[g] = w->s->dues[g];
    sum += w->s->dues[g];
    ++*packages;
  }
  return sum;
}

/* The fees that the give names: of a fee per piece what the goods are charged, of the others all,
 * 0 for the other dues. Returns the sum. */
static int64_t read_fees(give_work *w, const sp_give *give) {
  pricing *p = w->p;
  int64_t sum = 0;
  words_zero(p->due_cap, p->due_count);
  for (uint32_t c = 0; c < charge_count(p); c++) {
    const fee_charge *charge = &p->charges[c];
    const sp_fee *fee = &p->book->fees[charge->fee];
    uint32_t due = p->package_count + c;
    if (!((give->fee_bits >> charge->fee) & 1)) continue;
    int64_t pieces = fees_pieces(p, charge->fee, charge->package, w->g->segments, w->g->count);
    int64_t most = fee->per == SP_FEE_piece ? fee->amount_fen * pieces : charge->list_fen;
    p->due_cap[due] = pieces ? sp_min(most, w->s->dues[due]) : 0;
    sum += p->due_cap[due];
  }
  return sum;
}

static void cut_due(give_work *w, uint32_t g, int64_t amount) {
  int64_t cut = sp_min(amount, w->s->dues[g] - w->p->due_cut[g]);
  w->p->due_cut[g] += cut;
  w->freight_fen += cut;
}

void freight_give_free(give_work *w) {
  int64_t packages;
  read_freight(w, &packages);
  for (uint32_t g = 0; g < w->p->package_count; g++) {
    if (!w->p->never_free[g]) cut_due(w, g, w->p->due_cap[g]);
  }
}

static void share_dues(give_work *w, int64_t amount) {
  pricing *p = w->p;
  apportion(amount, p->due_cap, p->due_cap, p->due_count, p->book->policy.share_remainder,
            p->package_part);
  for (uint32_t g = 0; g < p->due_count; g++)
    cut_due(w, g, p->package_part[g]);
}

void freight_give_amount(give_work *w, int64_t amount_fen) {
  int64_t packages, sum = read_freight(w, &packages);
  share_dues(w, sp_min(amount_fen, sum));
}

static int64_t off_of(const give_work *w, const sp_give *give, int64_t due) {
  if (give->amount_fen) return sp_min(give->amount_fen, due);
  int64_t cut = give_percent(w, due, give->bp);
  return give->cap_fen >= 0 ? sp_min(cut, give->cap_fen) : cut;
}

void freight_give_off(give_work *w, const sp_give *give) {
  int64_t packages = 1;
  bool fees = give->kind == SP_GIVE_fees_off;
  int64_t sum = fees ? read_fees(w, give) : read_freight(w, &packages);
  w->face_fen = give->amount_fen * (give->whole_order ? 1 : packages);
  if (give->whole_order) {
    share_dues(w, off_of(w, give, sum));
    return;
  }
  for (uint32_t g = 0; g < w->p->package_count; g++)
    cut_due(w, g, off_of(w, give, w->p->due_cap[g]));
}
