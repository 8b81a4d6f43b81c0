/* The working table of one quote: segments, turns and the state that rules change as they apply.
 * Internal to engine/. Everything lives in the quote's arena. */
#ifndef SP_ENGINE_PRICING_H
#define SP_ENGINE_PRICING_H

#include "base/arena.h"
#include "model/receipt.h"

/* A cell of line_pins that leaves the line free. */
#define SP_PIN_FREE (SP_NONE - 1)

/* What a rule may do with the decision. */
typedef enum {
  TURN_AUTOMATIC, /* applies whenever it can */
  TURN_CHOSEN,    /* applies when G names it (a shared choice group) */
  TURN_ASSIGNED,  /* works on the lines that X gives it (a once_line group) */
  TURN_PIECES,    /* has the pieces that X gives it (a once_piece group), and must serve them all */
  TURN_COUPON,    /* one application for each coupon of C */
  TURN_FREIGHT,   /* not a rule: the freight table's own free test */
  TURN_COVER      /* not a rule: what coupons name beyond their goods takes freight */
} turn_kind;

/* A rule's place in the order of work, with what it can reach in this cart. */
typedef struct {
  turn_kind kind;
  uint32_t rule;            /* SP_NONE: TURN_FREIGHT, TURN_COVER */
  const uint32_t *segments; /* in scope, ascending */
  uint32_t segment_count;
  const uint32_t *coupons; /* TURN_COUPON: valid coupons by id */
  const uint32_t *coupons_by_expiry;
  uint32_t coupon_count;
  uint32_t once_group; /* TURN_ASSIGNED: row of the assignment table */
  bool bundles;        /* lines that no later rule of the group can take go together */
  uint32_t cups;       /* coupons for one piece: solved together, SP_NONE: alone */
  uint32_t cup_row;
  bool can_free;         /* may make freight free or cheaper */
  bool cuts_any_freight; /* that of regions that are never free too */
  bool dead;             /* its condition cannot hold in this cart */
  bool begins;           /* it is the first turn after a stage, see level_turns */
  bool idle;             /* as if it were dead: X gives it none of its pieces */
  sp_when when;          /* the members of its condition that are still open */
  int64_t uses_max;      /* TURN_COUPON: coupons of it that its limit leaves for one order */
  uint32_t limit_slot;   /* where those are fewer than it has: slot in pricing_state.counts */
  int64_t bound_fen;     /* no decision lets one application gain more (search only) */
  /* TURN_ASSIGNED: it gains no more than beside_fen and these of its lines together. */
  int64_t *line_bound_fen, beside_fen;
} turn;

/* Pieces [from, to) of a segment, which one number of X gives away. */
typedef struct {
  int32_t from, to;
} piece_run;

/* Where a part of a segment begins, and which numbers of X speak of that segment. */
typedef struct {
  int32_t from;
  uint32_t first, end;
} segment_part;

/* What a fee asks of a package. */
typedef struct {
  uint32_t fee, package;
  int64_t list_fen;
} fee_charge;

/* What exclusive rules need to know of a segment. */
typedef struct {
  uint16_t displaced_by; /* rule + 1 of the automatic rule it is kept for, 0: none */
  uint8_t cut_stages;    /* bit per stage that has cut here */
  bool taken;            /* an exclusive rule acted here */
} segment_mark;

/* What changes while rules apply. What its pointers lead to, but for covers, is one block that
 * begins with `left`. */
typedef struct {
  size_t size;            /* bytes of the block */
  int64_t *left;          /* per segment: discountable fen not yet cut */
  uint64_t *classes;      /* per segment: classes that cut there; NULL: nobody asks */
  uint64_t *excluded;     /* per segment: classes that what cut there excludes */
  segment_mark *marks;    /* per segment; NULL without exclusive rules */
  uint64_t order_classes; /* the same for the whole order */
  uint64_t order_excluded;
  uint8_t *counts;            /* per slot of every counted group: rules that cut there */
  int64_t *dues;              /* per due, what is still to pay */
  uint8_t *freed;             /* per package: a rule gave free freight */
  int64_t cut_fen;            /* promotions and coupons on goods */
  int64_t add_on_fen;         /* what add-ons lose: also in goal_value_fen */
  int64_t fees_cut_fen;       /* what rules took off fees */
  int64_t freight_coupon_fen; /* what coupons took off freight and fees */
  int64_t goal_value_fen;
  /* What coupons named beyond the room of their goods, in the order of work, and which packages may
   * pay less for it: a row of bits for each. */
  int64_t *cover_fen;
  uint32_t *cover_packages;
  uint32_t cover_count;
  int64_t *gifts_taken;              /* per slot of p->gift_slots: pieces that were given away */
  int64_t levels_fen[SP_LEVEL_SUMS]; /* what goods lost until the stages item to platform_coupon
                                        were done */
} pricing_state;

/* What one application did. Arrays are the pricing's scratch, valid until the next application. */
typedef struct {
  bool applied;
  sp_reason reason;        /* why not, or APPLIED / BENEFIT */
  int64_t cut_fen;         /* goods */
  int64_t freight_cut_fen; /* fees included */
  int64_t fees_cut_fen;
  int64_t waste_fen;  /* face - cut of its amounts: what they name but could not take off */
  int64_t beyond_fen; /* what an order's amount names beyond the room of its goods */
  int64_t goal_value_fen;
  bool benefit; /* gave something other than free freight */
  bool unmet;   /* a condition does not hold, and may have no next */
  bool frees_freight;
  bool overflow; /* it named more than there was room for, which the policy refuses */
  int32_t step;
  int64_t times;
  int64_t measure;
  sp_next next;
} outcome;

typedef struct pricing pricing;

struct pricing {
  const sp_book *book;
  const sp_request *request;
  sp_arena *arena;
  sp_receipt *receipt;

  /* Fixed by the unit-price stage. */
  sp_segment *segments;
  uint32_t segment_count;
  uint32_t *segment_shop;  /* dense shop number */
  uint32_t *segment_store; /* dense shop x store number */
  int64_t *list_part;      /* discountable part of the list price */
  int64_t *start_left;     /* discountable part after unit prices */
  int64_t *floor_fen;      /* what cuts must leave of it; NULL: nothing anywhere */
  uint32_t shop_count, store_count;
  int64_t list_fen; /* of all segments together */
  bool has_fixed;   /* some segment has a part that no rule can cut */
  sp_package *packages;
  uint32_t package_count;
  uint32_t *package_shop;
  bool *never_free; /* per package */
  /* A due is what is asked beside the goods: the freight of each package, then each charge of a
   * fee. */
  fee_charge *charges; /* by fee, then package */
  uint32_t due_count;
  int64_t fees_fen; /* all charges */

  /* Once pieces were given out, see parts.h. */
  const sp_assignment *given;
  uint32_t given_count;
  piece_run *runs;      /* per number of X */
  segment_part *parts;  /* per segment */
  const pricing *whole; /* before that, where a search is to say who gets them; NULL: nobody */

  /* The wallet's valid coupons by rule: per book rule the first, per coupon the next one. */
  uint32_t *coupon_first, *coupon_next;

  uint32_t *all_segments; /* 0, 1, 2, …: the goods, behind them the add-ons */
  uint32_t goods_count;   /* segments that are no add-ons */
  turn *turns;
  uint32_t turn_count;
  uint32_t *turn_of;         /* per book rule: its turn; SP_NONE: it has none */
  uint32_t order_stage_turn; /* the first turn after the item stage: after_item is taken there */
  uint32_t coupon_turn;      /* the first turn of coupons */
  uint32_t level_turns[SP_LEVEL_SUMS]; /* the first turn after each of these stages */
  bool has_exclusions;                 /* what one rule cut can keep another one off */
  bool excludes_on_lines;              /* on the same goods, not in the whole order */
  bool has_exclusive;
  uint32_t *displacers; /* turns of automatic exclusive rules: priority, then id */
  uint32_t displacer_count;

  int64_t *after_item; /* per segment, of the decision that is being priced */

  /* Assignment X: for each once_line group a row of rules per line, SP_NONE: not given. */
  uint32_t *assigned;
  uint32_t once_group_count;
  uint32_t *line_pins;     /* same shape, what the shopper pinned; NULL: no pins */
  int64_t value_bound_fen; /* the most that declared values of benefits can add */

  /* Slots of counted groups inside pricing_state.counts. */
  uint32_t *group_slots; /* per group: first slot, SP_NONE: nothing to count */
  uint32_t slot_count;

  /* Stock that gifts draw on, see gift.h. */
  uint32_t
      *gift_slots; /* per entry of the request's stock: its slot, SP_NONE: no gift; NULL: none */
  uint32_t gift_slot_count;
  /* Where gifts weigh: the slot from which on, for each package and template, the units of gifts
   * are counted like pieces that are taken. SP_NONE: they don't. */
  uint32_t gift_units;
  int64_t *freight_units;    /* per package and template: those of goods, -1: it is not used */
  const sp_region **regions; /* per template: the address's, NULL: it does not deliver there */
  int64_t *gift_left;        /* per slot: what the lines of the cart leave */
  int64_t *gifts_taken;      /* per slot: by the application that is at work */
  int64_t *gifts_before;     /* the same before its level group */
  bool gifts_meet;           /* what a gift counts in the goal may depend on what else was given */

  /* Scratch of turn_apply. */
  const uint32_t *eligible; /* segments, grouped by level group: in eligible_room, or the turn's own
                               where all of those stand in one group */
  uint32_t *eligible_room, *eligible_spare;
  uint32_t eligible_count;
  int64_t *cut;     /* per position in eligible */
  bool *served;     /* per position: its level group applied */
  int64_t *due_cut; /* per due: its cut, or per package the sum a free test is made on */
  uint32_t *slot_seen, *line_seen; /* stamps: seen in the pass that has the current one */
  uint32_t *kind_seen; /* the same per SKU of the book or line of the cart, see when.c */
  int64_t *kind_qty;   /* pieces of it */
  bool *package_seen;  /* scratch of a sum over packages */
  uint32_t stamp;
  int64_t *share_weight, *share_cap, *share_part; /* also of points and rounding off */
  uint32_t *share_positions;
  int64_t *package_weight;         /* of one cut over several packages */
  int64_t *due_cap, *package_part; /* the same per due */
  uint32_t *package_end;           /* per package: where its positions end in share_positions */
  int64_t *nth_weight, *give_cut;
  int64_t
      *beyond_fen; /* per position, at the first of a level group; NULL: freight is not covered */
  struct piece_class *pieces, *pieces_spare;
  struct cup_table *cups;
  uint32_t *cups_taken; /* per turn: picked coupons, scratch */
  bool rough; /* some coupons for one piece were solved, but not proven to be the best way */
  bool out_of_memory; /* a cut could not be recorded: E_MEMORY at the end */

  const uint8_t *open;   /* per book rule: sp_reason, APPLIED where it may act */
  uint32_t cards;        /* bit per card of the book that this order buys */
  uint32_t tier;         /* the member's, or that of such a card; SP_NONE: none */
  bool *acted;           /* per book rule: it applied in the final pass, or priced a segment */
  bool explaining;       /* from the final pass on: every unmet member is asked for */
  bool recording;        /* the final pass: cuts, gifts, activities go to the receipt */
  uint32_t *activity_of; /* per book rule: its activity in the receipt; NULL at detail totals */
};

SP_IN_PLACE const sp_rule *turn_rule(const pricing *p, const turn *t) {
  return &p->book->rules[t->rule];
}

SP_IN_PLACE bool turn_is_rule(const turn *t) {
  return t->rule != SP_NONE;
}

/* Whether it acts as the state says, without anything to choose. */
static inline bool turn_is_fixed(const turn *t) {
  return !turn_is_rule(t) || t->kind == TURN_AUTOMATIC || t->kind == TURN_PIECES;
}

/* Words in a row of bits, one for each package. */
static inline uint32_t package_words(const pricing *p) {
  return (p->package_count + 31) / 32;
}

static inline uint32_t charge_count(const pricing *p) {
  return p->due_count - p->package_count;
}

/* Which level group a segment is in, and how many there are. */
static inline uint32_t level_key(const pricing *p, sp_level level, uint32_t segment) {
  if (level == SP_LEVEL_order) return 0;
  return level == SP_LEVEL_shop ? p->segment_shop[segment] : p->segment_store[segment];
}

static inline uint32_t level_count(const pricing *p, sp_level level) {
  if (level == SP_LEVEL_order) return 1;
  return level == SP_LEVEL_shop ? p->shop_count : p->store_count;
}

/* What cuts may still take from a segment. */
SP_IN_PLACE int64_t room_of(const pricing *p, const pricing_state *s, uint32_t segment) {
  if (!p->floor_fen) return s->left[segment];
  return sp_max(0, s->left[segment] - p->floor_fen[segment]);
}

static inline uint32_t *assigned_row(pricing *p, uint32_t once_group) {
  return p->assigned + (size_t)once_group * p->request->line_count;
}

#endif
