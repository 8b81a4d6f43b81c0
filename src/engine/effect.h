/* What a give takes off some segments: one level group of one rule at its turn.
 * Knows nothing of decisions, groups of rules or exclusions. */
#ifndef SP_ENGINE_EFFECT_H
#define SP_ENGINE_EFFECT_H

#include "engine/match.h"

/* Adds what the rule's gives take from each of the goods to cut (per position of `landing`, starts
 * at 0, at most the room), of freight to p->due_cut, and to out: cut_fen, waste_fen,
 * goal_value_fen, benefit, frees_freight, overflow, measure, step, times, and the next tier or step
 * where out->next does not stand yet. Steps and tiers count `measured`; `landing` is the part of it
 * that is in the rule's filter, at its front. Gifts and rewards are recorded under rule_index.
 * Returns whether anything was given; if not, cut is 0 again.
 * cut NULL: only the sums are wanted, of a rule of which gives_sums holds; s may be NULL then where
 * the goods have theirs. */
bool effect_apply(pricing *p, const pricing_state *s, uint32_t rule_index, const goods *measured,
                  const goods *landing, int64_t *cut, outcome *out);

/* Whether one of the rule's gives reaches its first tier or step on the goods. */
bool effect_reached(pricing *p, const sp_rule *rule, const goods *g);

/* Whether sums of its goods are all that the rule's gives look at in this cart. */
bool gives_sums(const pricing *p, const sp_rule *rule);

#endif
