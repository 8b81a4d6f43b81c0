/* Where giving a rule one more line can't make anything worse, so that the search need not try
 * without it.
 *
 * A line that only one rule of its once_line group can take is either left out with all others or
 * taken with all others, provided that (a) the rule never cuts less for having more lines, and (b)
 * nothing that comes later can turn out differently, whatever is cut before it: thresholds stay on
 * their side, amounts are never clamped, and percentages see the sum of the rule's lines or none of
 * them. Then taking the line leaves the total the same or lower and comes first in the ties (X,
 * larger first). Whatever this file cannot prove is searched. */
#ifndef SP_ENGINE_STEADY_H
#define SP_ENGINE_STEADY_H

#include "engine/pricing.h"

/* Sets `bundles` of every assigned turn. After bound_turns. E_MEMORY. */
sp_err steady_turns(pricing *p);

#endif
