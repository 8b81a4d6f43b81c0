/* Which rule of a once_line group takes which line, so that what they cut together comes to one of
 * given sums: amounts over thresholds, percentages and n-th pieces, each line for one rule. Knows
 * nothing of what comes after them: whoever asks says which sums are worth looking for. */
#ifndef SP_ENGINE_LINES_H
#define SP_ENGINE_LINES_H

#include "engine/tree.h"

#define LINES_RULES_MAX  8
#define LINES_RANGES_MAX 64

/* One rule. A level is reached by what its lines weigh together; an amount is taken by the highest
 * one, a percentage or an n-th piece has one level. Rates are in basis points. */
typedef struct {
  uint32_t turn;
  uint32_t level_count;
  int64_t need[SP_TIERS_MAX], gain_fen[SP_TIERS_MAX]; /* rising */
  int64_t *weight;                                    /* per place, 0: out of its reach */
  uint32_t off_count;                                 /* n-th pieces, dearest first */
  int64_t off_bp[SP_NTH_MAX];                         /* off_count 1: a percentage; 0: amounts */
} line_rule;

typedef struct {
  int64_t low, high;
} line_range;

typedef struct lines lines;

/* A sum that is looked for was found, its lines stand in `holder`. True: look no further. */
typedef bool (*lines_found)(void *context, int64_t cut_fen);

struct lines {
  search *x;
  line_rule rules[LINES_RULES_MAX]; /* by rule id */
  uint32_t rule_count;
  uint32_t count;  /* places: lines that a rule reaches, the dearest pieces first */
  uint32_t *line;  /* per place */
  int64_t *left;   /* what can be cut of it */
  int64_t *qty;    /* its pieces, all alike */
  uint16_t *may;   /* bits of the rules that may have it; 1 << rule_count: nobody */
  uint8_t *holder; /* who has it, rule_count: nobody */
  bool spread;     /* where cuts land matters, too */
  line_range ranges[LINES_RANGES_MAX]; /* sums that are looked for, rising */
  uint32_t range_count;
  lines_found found;
  void *context;
  int64_t most_fen; /* no sum is higher */
  int64_t open_fen; /* the highest sum that the budget left open, -1: none */
  struct line_work *work;
};

/* Room for so many lines. E_MEMORY. */
sp_err lines_new(search *x, uint32_t line_count, lines *out);

/* After rules and places are filled in: most_fen. *good false: too many levels or n-th pieces.
 * E_MEMORY. */
sp_err lines_begin(lines *l, bool *good);

/* Any rules. */
#define LINES_ANY UINT32_MAX

/* Looks at all sums in the ranges, the likely largest first. rules: bits of those that act. True:
 * found() said so. What the budget cut off goes to open_fen. */
bool lines_search(lines *l, uint32_t rules);

/* The next set of rules that may reach a sum in the ranges, in the order of the ties; LINES_ANY:
 * the first one. False: there is none. */
bool lines_next_rules(lines *l, uint32_t *rules);

#endif
