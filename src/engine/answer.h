/* Why: what every activity and every coupon says for itself, and the warnings. Changes no amount.
 */
#ifndef SP_ENGINE_ANSWER_H
#define SP_ENGINE_ANSWER_H

#include "engine/price.h"

/* Before the recorded pass: an activity for every promotion, with what is known without pricing.
 * E_MEMORY. */
sp_err answer_activities(pricing *p);

/* Before the recorded pass: room for the coupons' answers. E_MEMORY. */
sp_err answer_coupons_begin(pricing *p);

/* After it: every coupon that was not picked, each tried alone with the same G and X. searched:
 * whether the engine chose (otherwise a usable coupon was simply not asked for). E_MEMORY. */
sp_err answer_coupons(pricing *p, const choice *chosen, bool searched);

/* Whether the rule is for some line that is priced. */
bool covers_any_line(const pricing *p, const sp_rule *rule);

/* What the shopper should be told, in warnings.c. E_MEMORY. */
sp_err answer_warnings(pricing *p);

/* What the price takes for granted; after the decision is written. E_MEMORY. */
sp_err answer_assumptions(pricing *p);

#endif
