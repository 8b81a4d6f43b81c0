/* What a give takes off some segments: one level group of one rule at its turn.
 * Knows nothing of decisions, groups of rules or exclusions. */
#ifndef SP_ENGINE_EFFECT_H
#define SP_ENGINE_EFFECT_H

#include "engine/match.h"

/* Adds what the rule's gives take from each of the goods to cut (per position, starts at 0, at most
 * what is left) and to out: cut_fen, waste_fen,
 * goal_value_fen, benefit, frees_freight, measure, step, times, and the next tier or step where
 * out->next does not stand yet. Gifts and rewards are recorded under rule_index. Returns whether
 * anything was given.
 * cut NULL: only the sums are wanted, of a rule of which gives_sums holds; s may be NULL then where
 * g->sums stands. */
bool effect_apply(pricing *p, const pricing_state *s, uint32_t rule_index, const goods *g,
                  int64_t *cut, outcome *out);

/* Whether one of the rule's gives reaches its first tier or step on the goods. */
bool effect_reached(pricing *p, const sp_rule *rule, const goods *g);

/* Whether sums of its goods are all that the rule's gives look at. */
bool gives_sums(const sp_rule *rule);

#endif
