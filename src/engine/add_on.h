/* Add-ons (src/README.md §3.6): lines that one rule sells cheaper and no other rule sees.
 *
 * In the search their cut is a declared value: it takes nothing away that another rule could see,
 * and is the same whenever the rule's condition holds. */
#ifndef SP_ENGINE_ADD_ON_H
#define SP_ENGINE_ADD_ON_H

#include "engine/pricing.h"

static inline bool is_add_on_line(const pricing *p, const sp_segment *segment) {
  return p->request->lines[segment->line].add_on > 0;
}
static inline bool is_add_on_rule(const sp_rule *rule) {
  return rule->give_count && rule->gives[0].kind == SP_GIVE_add_on;
}

/* What the rule takes off its add-ons together, where its condition holds. */
int64_t add_on_value(const pricing *p, uint32_t rule);

/* Puts the rule's add-ons with their cuts in the place of the goods that its condition was tested
 * on. */
void add_on_place(pricing *p, uint32_t rule);

/* The final pass: the condition holds. Once per level group. */
void add_on_record(pricing *p, uint32_t rule);

/* How many pieces of one of the rule's lines have its price. */
int64_t add_on_taken(const pricing *p, uint32_t rule, uint32_t line);

#endif
