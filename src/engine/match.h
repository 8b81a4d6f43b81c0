/* Which rules are open in this request, and what their goods amount to. */
#ifndef SP_ENGINE_MATCH_H
#define SP_ENGINE_MATCH_H

#include "engine/pricing.h"

/* Finds out once what rule_open answers. E_MEMORY. */
sp_err match_rules(pricing *p);

/* APPLIED when the rule is open; else the first of NOT_STARTED, EXPIRED, CLOSED, ORDER_TYPE,
 * CHANNEL, NOT_FOR_YOU and LIMIT that holds. */
sp_reason rule_open(const pricing *p, const sp_rule *rule);

/* Whether it is open at the moment it asks for. */
bool match_window_open(const pricing *p, const sp_window *window);

/* Whether today is the member's birthday, or this month is its month. */
bool match_birthday(const pricing *p, bool whole_month);

/* How often a rule that is no unit rule may still act in one order, INT64_MAX: any number of times.
 */
int64_t rule_uses_left(const pricing *p, const sp_rule *rule);

/* Pieces that a unit rule may still price under its limit, INT64_MAX: any number. */
int64_t rule_pieces_left(const pricing *p, const sp_rule *rule);

/* What no later cut changes, added up. after_item_fen and list_part_fen: the discountable parts. */
typedef struct {
  int64_t list_fen, list_part_fen, after_item_fen, fixed_fen, qty;
} goods_sums;

/* Segments of one level group, ascending, with what is left of them together: most of what a rule
 * measures and shares is that sum, so it is added up once. */
typedef struct {
  const uint32_t *segments;
  uint32_t count;
  int64_t left_fen;
  const goods_sums *sums; /* NULL: added up when they are asked for */
  const int64_t *freight; /* per package, what is still to pay; NULL where no base can ask for it */
} goods;

/* Whether ascending segments, one at least, leave none out. Most lists are all goods of the cart,
 * and their values need not be gathered. */
SP_IN_PLACE bool in_a_row(const uint32_t *segments, uint32_t count) {
  return segments[count - 1] - segments[0] == count - 1;
}

/* values[] of these ascending segments, added up. */
int64_t sum_of(const int64_t *values, const uint32_t *segments, uint32_t count);

/* The sums of these goods. */
void measure_sums(pricing *p, const goods *g, goods_sums *out);

/* The sum or count that a threshold is tested on. */
int64_t measure_amount(const pricing *p, const goods *g, sp_base base);
int64_t measure_qty(const pricing *p, const goods *g);

#endif
