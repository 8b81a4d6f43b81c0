/* A rule at its turn: what is still eligible, whether it holds, what it takes, and whether stacking
 * allows it. Does not choose: the search and the pricing pass decide which turns are taken. */
#ifndef SP_ENGINE_TURN_H
#define SP_ENGINE_TURN_H

#include "engine/pricing.h"

/* What happens before turn i: a stage begins. */
void turn_begin(pricing *p, pricing_state *s, uint32_t i);

/* Applies the turn once (a coupon turn: one coupon) and changes s, or leaves s as it was and
 * returns false with out->reason. p->eligible, p->cut and p->served describe the application until
 * the next one. */
bool turn_apply(pricing *p, pricing_state *s, const turn *t, outcome *out);

/* The same of a turn that is no choice. False only where pieces were given to it and it does not
 * serve them all, so that the decision is not lawful. */
bool turn_apply_fixed(pricing *p, pricing_state *s, const turn *t, outcome *out);

/* Whether the segment's goods are in the rule's filter: what it takes and frees lands on them. */
bool lands_on(const pricing *p, const sp_rule *rule, uint32_t segment);

/* Whether the last application served all segments of the turn. */
bool turn_serves_pieces(const pricing *p, const turn *t);

/* turn_apply without changing s, and with every line for an assigned rule: what would it say?
 * p->cut is filled for assigned rules only. */
bool turn_probe(pricing *p, const pricing_state *s, const turn *t, outcome *out);

/* For coupons that are solved together: the level group + 1 of each segment where the condition
 * holds, 0 elsewhere. How many groups there are; 0: out->reason says why. */
uint32_t turn_levels(pricing *p, const pricing_state *s, const turn *t, uint16_t *levels,
                     outcome *out);

/* Changes s by what p->eligible, p->cut, p->served and out say of this turn, if stacking allows. */
bool turn_take(pricing *p, pricing_state *s, const turn *t, outcome *out);

/* True when every line that X gives the turn's rule, all of them in its scope, was served by the
 * last application. */
bool turn_serves_lines(pricing *p, const turn *t);

/* Whether wherever a rule of the group acts it is counted in one and the same place, or in none. */
bool turn_counts_once(const pricing *p, uint32_t group);

/* The lines an assigned turn could be given now: free in its group, with an eligible segment. */
uint32_t turn_free_lines(pricing *p, const pricing_state *s, const turn *t, uint32_t *lines);

#endif
