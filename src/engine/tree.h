/* The search's working memory and the steps that search.c and warm.c share. Internal to engine/. */
#ifndef SP_ENGINE_TREE_H
#define SP_ENGINE_TREE_H

#include "engine/cups.h"
#include "engine/search.h"
#include "engine/tie.h"

/* The lines one assigned turn may take, while its subsets are being walked. Where lines go together
 * (turn.bundles) they are the last position: lines[count - 1] to lines[line_count - 1]. */
typedef struct {
  uint32_t *lines, *spare;
  uint32_t line_count;
  uint32_t count; /* positions */
  bool bundle;
  uint32_t position;
  uint8_t *tried; /* per position: branches done, 0 to 2 */
  bool *taken;
  int64_t *mine, *later; /* what the line can gain here / at a later rule of the group */
  int64_t *best_after;   /* sum over the positions from here on of max(mine, later) */

  /* warm.c, per cart line: what it gains when this turn acts alone / the best of the group from
   * here on */
  int64_t *hint_fen, *hint_best_fen;

  /* The same for every decision: */
  uint32_t next;           /* the group's next turn, SP_NONE: none */
  int64_t *line_bound_fen; /* per cart line: the best of this turn and the group's later ones */
  bool *reaches;           /* per cart line: in scope of this turn or a later one of the group */
  int64_t group_bound_fen; /* what this turn and the group's later ones can gain together */
  int64_t beside_fen;      /* what they count beside their lines */
} line_walk;

/* The most that goods may have lost before a turn, for it to hold; INT64_MAX: any. */
typedef struct {
  int64_t most_fen;
  bool after_item; /* until the item stage is done, not until its own turn */
} limit;

typedef struct {
  pricing *p;
  pricing_state **states; /* one per depth, made when it is first reached */
  uint32_t state_count;
  const bool *allowed; /* per coupon */
  bool *no_rules, *no_coupons;
  candidate now, best; /* decision so far, best one found */
  bool found;
  bool forced; /* all usable coupons must be taken */
  bool some;   /* at least one coupon must be taken */
  bool by_level;
  bool few; /* every decision is tried, without bounds */
  int64_t best_score;
  int64_t pass_score; /* the best that tree_decision was told since warm.c began a pass */
  int64_t best_levels[SP_LEVEL_SUMS]; /* by_level: compared before the score */
  uint32_t improved;                  /* decisions that were the best so far */
  uint32_t visited;                   /* applications tried */
  uint32_t work;                      /* segments and turns looked at: what the budget counts */
  uint32_t work_max;                  /* of it for the tree, once something is found */
  bool exhausted;
  int64_t abandoned_score; /* best bound of what the budget cut off */
  line_walk *walks;        /* per turn, assigned ones only */
  uint32_t *group_first;   /* per once_line group: its first turn */
  int64_t *hint_fen;       /* warm.c, per turn: what it gains when it acts alone */
  outcome o;
  sp_err err;
  uint32_t freight_turn, last_free; /* the table's test; the last turn that can make it free */
  uint32_t last_cut;                /* the last turn that can cut any freight */
  int64_t goods_fen;                /* before any cut, fixed parts included */
  struct tail *tail;
  uint32_t tail_from; /* the first turn of the tail, turn_count: there is none */
  uint32_t *by_bound; /* turns but assigned ones, by what they can gain */
  uint32_t by_bound_count;
  limit *limits;       /* per turn */
  int64_t *group_left; /* per book group, scratch of bound_rest */
  uint32_t cups_apart; /* coupons that bound_rest leaves out, SP_NONE: none */
  cup_prices *prices;  /* per cups, made when they are first picked */
} search;

/* A search of one pricing, or of several that have the same turns one after another: x->p is set
 * anew before each run, and what was found counts for all of them. `allowed` stays where it is. */
sp_err search_start(search *x, pricing *p, const bool *allowed, search_coupons wanted);
sp_err search_run(search *x);
void search_finish(const search *x, choice *best, search_result *out);

/* The best score that any decision of x->p can reach, pieces left out; and whether anything else is
 * to be chosen. E_MEMORY. */
sp_err search_most(search *x, bool *other_choices, int64_t *score);

/* What an application costs, in segments: measuring, sharing and copying all walk them. */
uint32_t tree_application_work(const turn *t);

/* Tries every decision from that turn on, after the state of that depth. */
void tree_explore(search *x, uint32_t depth, uint32_t turn_index);

/* One more state at the end of x->states. */
bool tree_add_state(search *x);

/* The lines that turn i can be given in this state, with their bounds, in x->walks[i]. */
void tree_prepare_walk(search *x, const pricing_state *s, uint32_t i);

/* What a line may do at this turn under the shopper's pins: bit 0 stay out, bit 1 be taken. */
uint32_t tree_line_options(const search *x, const turn *t, uint32_t line);

/* Where the lines of position k end in walk->lines. */
uint32_t tree_position_end(const line_walk *w, uint32_t k);

/* Whether nothing that uses at least these coupons and reaches at most that score can beat or tie
 * the best decision found. */
bool tree_hopeless(const search *x, int64_t bound, uint32_t coupon_count, int64_t waste_fen);

/* True when the budget is used up; what it cuts off is remembered for the gap. Pins that can hardly
 * be met get some more before they are given up. */
bool tree_out_of_budget(search *x, int64_t bound);

/* > 0: these sums of levels are better than those of the best decision; 0 for goals without. */
int tree_compare_levels(const search *x, const int64_t *levels);

/* Whether the decision so far has the coupons that are asked for. */
bool tree_has_coupons(const search *x);

/* Whether an earlier turn has said which coupons are solved together with this one's. */
bool tree_cups_begun(const search *x, uint32_t i);

/* Compares the decision so far, which has that score, with the best one and keeps the better. */
void tree_decision(search *x, const int64_t *levels, int64_t score);

/* The same for the decision that led to s, unless it breaks a pin. */
void tree_leaf(search *x, const pricing_state *s);

#endif
