/* One give at work on one level group. Shared by the files that know what gives do. */
#ifndef SP_ENGINE_GIVE_H
#define SP_ENGINE_GIVE_H

#include "engine/match.h"

typedef struct {
  pricing *p;
  const pricing_state *s; /* before the rule */
  const goods *measured;  /* the level group's eligible goods: what steps and tiers count */
  const goods *g;         /* those in the rule's filter: what is computed on and cut */
  uint32_t rule;
  uint32_t index;      /* which of the rule's gives */
  int64_t times;       /* of every */
  bool compound;       /* of every */
  bool stepped;        /* by every */
  bool excess_lost;    /* while a cut is being shared */
  bool over;           /* an amount named more than there was room for */
  int64_t *cut;        /* per position of g, this give alone; 0 where it has not been */
  int64_t given_fen;   /* their sum */
  int64_t freight_fen; /* what it took of freight and fees, in p->due_cut */
  int64_t face_fen;
  outcome *out;
} give_work;

SP_IN_PLACE uint32_t give_package(const give_work *w, uint32_t k) {
  return w->p->segments[w->g->segments[k]].group;
}

static inline int64_t give_percent(const give_work *w, int64_t base_fen, uint32_t bp) {
  const sp_policy *policy = &w->p->book->policy;
  return money_percent_cut(base_fen, bp, policy->percent_rounding, policy->percent_price_side);
}

#endif
