/* What a give takes off some segments: one level group of one rule at its turn.
 * Knows nothing of decisions, groups of rules or exclusions. */
#ifndef SP_ENGINE_EFFECT_H
#define SP_ENGINE_EFFECT_H

#include "engine/pricing.h"

/* The segments of one level group, ascending, and what every give of the rule takes from each. */
typedef struct {
  const uint32_t *segments;
  uint32_t count;
  int64_t *cut; /* out: sum over the gives, at most what is left */
} effect_part;

/* Adds the rule's gives to part->cut (which starts at 0) and to out: cut_fen, waste_fen,
 * goal_value_fen, benefit, frees_freight, measure, step, times, and the next tier or step where
 * out->next does not stand yet. Gifts and rewards are recorded under rule_index. Returns whether
 * anything was given. */
bool effect_apply(pricing *p, const pricing_state *s, const sp_rule *rule, uint32_t rule_index,
                  effect_part *part, outcome *out);

#endif
