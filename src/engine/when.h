/* The conditions of a rule: what they measure on its goods, and whether they hold. */
#ifndef SP_ENGINE_WHEN_H
#define SP_ENGINE_WHEN_H

#include "engine/match.h"

/* What a condition says of itself: that of its first unmet member, or of its first measured one. */
typedef struct {
  int64_t measure; /* -1: nothing was measured */
  sp_next next;
} when_told;

/* Whether `when` holds on the goods of one level group of the rule. */
bool when_holds(pricing *p, const sp_rule *rule, const goods *g, const sp_when *when,
                when_told *told);

/* Sets t->when to the members that may still fail, and t->dead where the condition cannot hold
 * whatever is chosen: the request alone decides it, or there are not goods enough. E_MEMORY. */
sp_err when_fold(pricing *p, turn *t);

/* Whether a test of one of these kinds (bits) stands anywhere in it. */
bool when_has(const sp_when *when, uint32_t kinds);

/* Stamps and counts per SKU for the tests that need them. E_MEMORY. */
sp_err when_prepare(pricing *p);

#endif
