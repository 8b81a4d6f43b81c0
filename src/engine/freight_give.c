#include "engine/freight_give.h"

#include <string.h>

/* The freight of each package of the goods, 0 for the others. Returns the sum; *packages: how many
 * they are. */
static int64_t read_freight(give_work *w, int64_t *packages) {
  pricing *p = w->p;
  int64_t sum = 0;
  *packages = 0;
  words_zero(p->package_cap, p->package_count);
  memset(p->package_end, 0, p->package_count * sizeof *p->package_end);
  for (uint32_t k = 0; k < w->g->count; k++) {
    uint32_t g = give_package(w, k);
    if (p->package_end[g]) continue;
    p->package_end[g] = 1;
    p->package_cap[g] = w->s->freight[g];
    sum += w->s->freight[g];
    ++*packages;
  }
  return sum;
}

static void cut_package(give_work *w, uint32_t g, int64_t amount) {
  int64_t cut = sp_min(amount, w->s->freight[g] - w->p->package_cut[g]);
  w->p->package_cut[g] += cut;
  w->freight_fen += cut;
}

void freight_give_free(give_work *w) {
  int64_t packages;
  read_freight(w, &packages);
  for (uint32_t g = 0; g < w->p->package_count; g++) {
    if (!w->p->never_free[g]) cut_package(w, g, w->p->package_cap[g]);
  }
}

static void share_freight(give_work *w, int64_t amount) {
  pricing *p = w->p;
  apportion(amount, p->package_cap, p->package_cap, p->package_count,
            p->book->policy.share_remainder, p->package_part);
  for (uint32_t g = 0; g < p->package_count; g++)
    cut_package(w, g, p->package_part[g]);
}

void freight_give_amount(give_work *w, int64_t amount_fen) {
  int64_t packages, sum = read_freight(w, &packages);
  share_freight(w, sp_min(amount_fen, sum));
}

static int64_t off_of(const give_work *w, const sp_give *give, int64_t freight) {
  if (give->amount_fen) return sp_min(give->amount_fen, freight);
  int64_t cut = give_percent(w, freight, give->bp);
  return give->cap_fen >= 0 ? sp_min(cut, give->cap_fen) : cut;
}

void freight_give_off(give_work *w, const sp_give *give) {
  int64_t packages, sum = read_freight(w, &packages);
  w->face_fen = give->amount_fen * (give->whole_order ? 1 : packages);
  if (give->whole_order) {
    share_freight(w, off_of(w, give, sum));
    return;
  }
  for (uint32_t g = 0; g < w->p->package_count; g++)
    cut_package(w, g, off_of(w, give, w->p->package_cap[g]));
}
