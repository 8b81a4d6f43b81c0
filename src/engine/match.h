/* Which rules are open to this member now, and whether a condition holds on some segments. */
#ifndef SP_ENGINE_MATCH_H
#define SP_ENGINE_MATCH_H

#include "engine/pricing.h"

/* APPLIED when the rule is open; else NOT_STARTED, EXPIRED, CLOSED or NOT_FOR_YOU. */
sp_reason rule_open(const pricing *p, const sp_rule *rule);

/* Segments of one level group, ascending, with what is left of them together: most of what a rule
 * measures and shares is that sum, so it is added up once. */
typedef struct {
  const uint32_t *segments;
  uint32_t count;
  int64_t left_fen;
} goods;

/* The sum or count that a threshold is tested on. */
int64_t measure_amount(const pricing *p, const goods *g, sp_base base);
int64_t measure_qty(const pricing *p, const goods *g);

/* Whether `when` holds; measure and next describe its first unmet member, or its first member. */
bool when_holds(pricing *p, const goods *g, const sp_when *when, int64_t *measure, sp_next *next);

#endif
