/* Which rules of a once_line group can be reached together, and with which lines: bin covering.
 *
 * For rules that give a fixed amount once their lines reach a threshold. Which lines they are is
 * nothing to what they gain, so sets of rules are searched instead of assignments: a set stands
 * when its thresholds can be covered by lines that each serve one rule. */
#ifndef SP_ENGINE_COVER_H
#define SP_ENGINE_COVER_H

#include "engine/tree.h"

/* Subsets of the rules that share lines are enumerated. */
#define COVER_RULES_MAX 8

/* What one rule can give: the amount of a level from its threshold on, both rising. */
typedef struct {
  uint32_t turn;
  uint32_t level_count;
  int64_t need[SP_TIERS_MAX], gain_fen[SP_TIERS_MAX];
} cover_rule;

/* Rules that share lines, by rule id, and what each line adds to a threshold. */
typedef struct {
  cover_rule rules[COVER_RULES_MAX];
  uint32_t rule_count;
  const int64_t *weight; /* per cart line, > 0 where a rule reaches it */
} cover_part;

typedef struct {
  int64_t gain_fen;
  int64_t gap_fen; /* what an untested set could still add */
  bool proven;     /* the best, and the first among equals */
} cover_result;

/* Gives lines to rules in p->assigned and counts the rules in x->now. E_MEMORY. */
sp_err cover_solve(search *x, const cover_part *part, cover_result *out);

#endif
