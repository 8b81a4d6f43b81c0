#include "engine/bound.h"

#include <string.h>

#include "engine/add_on.h"
#include "engine/match.h"

/* Rules only ever see less than this as cuts go on: prices after the unit-price stage, list prices,
 * pieces. */
typedef struct {
  const pricing *p;
  const uint32_t *segments; /* the ones whose gain is bounded: a turn's, or one line's */
  uint32_t count;
  int64_t left_fen;                  /* of these segments, before any rule cuts */
  int64_t groups;                    /* level groups it can act in */
  int64_t amount_fen, list_fen, qty; /* what the whole turn can measure */
  int64_t freight_fen;               /* with it in base goods_and_freight */
  int64_t slack_fen;                 /* roundings and placed remainders */
  bool one_line;
} scope_bound;

/* Money and declared value apart: only money is limited by what is left. */
typedef struct {
  int64_t money_fen, value_fen;
} gain;

static int64_t sum_list_part(const scope_bound *b) {
  return sum_of(b->p->list_part, b->segments, b->count);
}

static int64_t sum_qty(const scope_bound *b) {
  int64_t sum = 0;
  for (uint32_t k = 0; k < b->count; k++)
    sum += b->p->segments[b->segments[k]].qty;
  return sum;
}

static int64_t line_count(const scope_bound *b) {
  int64_t lines = 0;
  uint32_t last = SP_NONE;
  for (uint32_t k = 0; k < b->count; k++) {
    lines += b->p->segments[b->segments[k]].line != last;
    last = b->p->segments[b->segments[k]].line;
  }
  return lines;
}

static int64_t dearest_piece(const scope_bound *b) {
  int64_t best = 0;
  for (uint32_t k = 0; k < b->count; k++) {
    uint32_t i = b->segments[k];
    best = sp_max(best, money_divide(b->p->start_left[i], b->p->segments[i].qty, SP_UP));
  }
  return best;
}

static int64_t amount_bound(const scope_bound *b, const sp_give *give, int64_t times) {
  int64_t amount = give->amount_fen * times;
  switch (give->per) {
  case SP_PER_order:
    return amount * b->groups;
  case SP_PER_line:
    return amount * line_count(b);
  case SP_PER_unit: {
    int64_t units = sum_qty(b);
    int64_t quotas = give->units_per_line ? line_count(b) : b->groups;
    if (give->max_units) units = sp_min(units, give->max_units * quotas);
    return amount * units;
  }
  case SP_PER_piece:
    return sp_min(amount, dearest_piece(b)) * b->groups;
  }
  SP_CHECK(false);
  return 0;
}

static int64_t rate_of(int64_t base_fen, int64_t bp) {
  return money_divide(base_fen * bp, 10000, SP_UP);
}

static int64_t percent_bound(const scope_bound *b, const sp_give *give, int64_t times) {
  int64_t bound;
  // Several roundings in turn, and what floors move from one line to another, are not looked into.
  if (times > 1 || (b->one_line && b->p->floor_fen)) return b->left_fen;
  if (give->per == SP_PER_unit) {
    bound = rate_of(b->left_fen, give->bp) + sum_qty(b);
  } else if (give->per == SP_PER_piece) {
    bound = (rate_of(dearest_piece(b), give->bp) + 1) * b->groups;
  } else if (give->base == SP_BASE_current) {
    bound = rate_of(b->left_fen, give->bp) + b->slack_fen;
  } else if (b->one_line && give->per == SP_PER_order) {
    // Measured on one thing, shared by another: a line's part is bounded by what is left of it
    // alone.
    bound = b->left_fen;
  } else {
    bound = rate_of(give->base == SP_BASE_list ? sum_list_part(b) : b->left_fen, give->bp) +
            b->slack_fen;
  }
  return give->cap_fen >= 0 ? sp_min(bound, give->cap_fen * b->groups) : bound;
}

static int64_t nth_bound(const scope_bound *b, const sp_give *give) {
  if (give->base != SP_BASE_current || (b->one_line && b->p->floor_fen)) return b->left_fen;
  int64_t off = give->repeat ? 0 : 10000 - (int64_t)give->beyond_bp;
  for (uint32_t i = 0; i < give->pay_count; i++)
    off = sp_max(off, 10000 - give->pay_bp[i]);
  return rate_of(b->left_fen, off) + b->slack_fen;
}

static int64_t measure_max(const scope_bound *b, const sp_give *give) {
  if (give->by == SP_BY_qty) return b->qty;
  if (give->base == SP_BASE_goods_and_freight) return b->amount_fen + b->freight_fen;
  return give->base == SP_BASE_list ? b->list_fen : b->amount_fen;
}

/* Whether it takes the same off every level group, however much stands there. */
static bool is_alike(const sp_give *give) {
  return give->kind == SP_GIVE_amount_off &&
         (give->per == SP_PER_order || give->per == SP_PER_piece);
}

static gain give_bound(const scope_bound *b, const sp_give *give, int64_t times) {
  gain best = {0, 0};
  int64_t parts_fen = 0;
  switch (give->kind) {
  case SP_GIVE_amount_off:
    return (gain){amount_bound(b, give, times), 0};
  case SP_GIVE_percent_off:
    return (gain){percent_bound(b, give, times), 0};
  case SP_GIVE_nth_item:
    return (gain){nth_bound(b, give), 0};
  case SP_GIVE_tiers:
    for (uint32_t i = 0; i < give->tier_count && give->tiers[i].gte <= measure_max(b, give); i++) {
      gain tier = give_bound(b, give->tiers[i].give, times);
      // Level groups may stand on several tiers: only where each can have the same of a tier the
      // best one bounds them all.
      bool adds = b->groups > 1 && !is_alike(give->tiers[i].give);
      parts_fen += adds ? tier.money_fen : 0;
      best.money_fen = sp_max(best.money_fen, adds ? 0 : tier.money_fen);
      best.value_fen = sp_max(best.value_fen, tier.value_fen);
    }
    best.money_fen += parts_fen;
    return best;
  case SP_GIVE_every: {
    // Several level groups together never count more steps than their sum does, each up to its
    // limit.
    int64_t n = sp_min(give->limit * b->groups, measure_max(b, give) / give->step);
    scope_bound whole = *b;
    whole.groups = 1;
    return n > 0 ? give_bound(&whole, give->inner, n) : best;
  }
  case SP_GIVE_items_free:
  case SP_GIVE_buy_get:
  case SP_GIVE_bundle:
  case SP_GIVE_qty_groups:
  case SP_GIVE_first_and_additional:
    return (gain){b->left_fen, 0};
  case SP_GIVE_free_freight:
  case SP_GIVE_freight_off:
  case SP_GIVE_add_on: // rule_bound adds it: it is not the give alone that knows it
    return best;
  case SP_GIVE_fees_off: {
    // Fees are no goods, so they count like a value beside them.
    int64_t most = give->amount_fen ? give->amount_fen : give->cap_fen;
    return (gain){0, most < 0 ? b->p->fees_fen : sp_min(most * b->groups, b->p->fees_fen)};
  }
  case SP_GIVE_unit_price:
    break;
  default:
    return (gain){0, give->goal_value_fen * times * b->groups};
  }
  SP_CHECK(false);
  return best;
}

static gain rule_bound(const scope_bound *b, const sp_rule *rule) {
  gain sum = {0, 0};
  for (uint32_t g = 0; g < rule->give_count; g++) {
    gain one = give_bound(b, &rule->gives[g], 1);
    sum.money_fen += one.money_fen;
    sum.value_fen += one.value_fen;
  }
  sum.money_fen = sp_min(sum.money_fen, b->left_fen);
  if (is_add_on_rule(rule))
    sum.value_fen = add_on_value(b->p, (uint32_t)(rule - b->p->book->rules));
  return sum;
}

/* Takes of any freight, that of regions that are never free too. */
static bool cuts_freight(const sp_give *give) {
  if (give->kind == SP_GIVE_freight_off || give->lands_on_freight) return true;
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (cuts_freight(give->tiers[i].give)) return true;
  }
  return false;
}

static bool frees(const sp_give *give) {
  if (give->kind == SP_GIVE_free_freight || cuts_freight(give)) return true;
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (frees(give->tiers[i].give)) return true;
  }
  return false;
}

/* What gifts add where they weigh is not looked into. */
static int64_t most_freight(const pricing *p) {
  int64_t sum = 0;
  if (p->gift_units != SP_NONE) return SP_CART_FEN_MAX;
  for (uint32_t g = 0; g < p->package_count; g++)
    sum += p->packages[g].freight_list_fen;
  return sum;
}

/* What the turn can measure on all of its segments. */
static scope_bound whole_of(const pricing *p, const turn *t) {
  scope_bound b = {.p = p, .segments = t->segments, .count = t->segment_count};
  b.groups = level_count(p, turn_rule(p, t)->level);
  b.left_fen = b.amount_fen = sum_of(p->start_left, b.segments, b.count);
  for (uint32_t k = 0; k < b.count; k++) {
    const sp_segment *segment = &p->segments[t->segments[k]];
    b.amount_fen += segment->fixed_fen;
    b.list_fen += segment->list_fen;
    b.qty += segment->qty;
  }
  b.freight_fen = most_freight(p);
  b.slack_fen = (int64_t)b.count + b.groups;
  return b;
}

/* ---- pieces and lines that may be given to a rule or not ---- */

/* What of `most` falls to a piece when it can only be had with so much measure: what pays for it
 * all together bounds each part of it. In SP_RATE_ONE-th of a fen, as all rates. */
static int64_t part_of(int64_t most_fen, int64_t weight, int64_t gte) {
  if (gte <= weight) return most_fen * SP_RATE_ONE;
  return money_mul_div(most_fen * SP_RATE_ONE, weight, gte) + 1;
}

static int64_t piece_weight(const scope_bound *piece, sp_by by, sp_base base) {
  int64_t weight = 0;
  for (uint32_t k = 0; k < piece->count; k++) {
    const sp_segment *segment = &piece->p->segments[piece->segments[k]];
    weight += by == SP_BY_qty ? segment->qty
              : base == SP_BASE_list
                  ? segment->list_fen
                  : piece->p->start_left[piece->segments[k]] + segment->fixed_fen;
  }
  return weight;
}

static int64_t both(gain g) {
  return g.money_fen + g.value_fen;
}

static int64_t most_of(const scope_bound *b, const sp_give *give) {
  gain g = give_bound(b, give, 1);
  return sp_min(g.money_fen, b->left_fen) + g.value_fen;
}

/* The most that the first k positions take off on average, whatever k is: where the dearest pieces
 * come first no row of them loses more. */
static int64_t nth_average_bp(const sp_give *give) {
  int64_t best = give->repeat ? 0 : 10000 - (int64_t)give->beyond_bp, sum = 0;
  for (uint32_t i = 0; i < give->pay_count; i++) {
    sum += 10000 - give->pay_bp[i];
    best = sp_max(best, money_divide(sum, i + 1, SP_UP));
  }
  return best;
}

/* Whether the give cuts each piece by a part of what is left of it. */
static bool is_proportional(const scope_bound *piece, const sp_give *give) {
  if (give->base != SP_BASE_current || piece->p->floor_fen) return false;
  if (give->kind == SP_GIVE_nth_item) return give->order == SP_ORDER_price_desc;
  return give->kind == SP_GIVE_percent_off &&
         (give->per == SP_PER_order || give->per == SP_PER_line);
}

static int64_t proportional_rate(const scope_bound *piece, const sp_give *give) {
  int64_t bp = give->kind == SP_GIVE_nth_item ? nth_average_bp(give) : give->bp;
  return piece->left_fen * bp;
}

/* A rate for the piece, such that the rates of all pieces of the rule bound what the give gains but
 * for roundings of the rule and of its lines. What a piece has left bounds its own share, and what
 * it weighs its part of the measure: of the two one stands for all pieces, because what one piece
 * can't bear falls to the others. */
static int64_t give_rate(const scope_bound *whole, const scope_bound *piece, const sp_give *give) {
  int64_t best = 0;
  if (is_proportional(piece, give)) return proportional_rate(piece, give);
  switch (give->kind) {
  case SP_GIVE_every: {
    scope_bound one = *whole;
    one.groups = 1;
    // A piece may be worth several steps, and no more than all of them.
    int64_t weight = piece_weight(piece, give->by, give->base);
    int64_t step = most_of(&one, give->inner), all = most_of(whole, give);
    if (!step || weight / give->step > all / step) return all * SP_RATE_ONE;
    return money_mul_div(step * SP_RATE_ONE, weight, give->step) + 1;
  }
  case SP_GIVE_tiers:
    for (uint32_t i = 0; i < give->tier_count && give->tiers[i].gte <= measure_max(whole, give);
         i++) {
      const sp_tier *tier = &give->tiers[i];
      int64_t weight = piece_weight(piece, give->by, give->base);
      int64_t rate = is_proportional(piece, tier->give)
                         ? proportional_rate(piece, tier->give)
                         : part_of(most_of(whole, tier->give), weight, tier->gte);
      best = sp_max(best, rate);
    }
    return best;
  default:
    return (piece->left_fen + give_bound(whole, give, 1).value_fen) * SP_RATE_ONE;
  }
}

/* The same for all gives of the rule. */
static int64_t rule_rate(const scope_bound *whole, const scope_bound *piece, const turn *t) {
  const sp_rule *rule = turn_rule(whole->p, t);
  int64_t rate = 0;
  bool proportional = true;
  for (uint32_t g = 0; g < rule->give_count; g++) {
    proportional = proportional && is_proportional(piece, &rule->gives[g]);
    rate += give_rate(whole, piece, &rule->gives[g]);
  }
  for (uint32_t i = 0; i < rule->when.count && !proportional; i += 1 + rule->when.tests[i].inside) {
    const sp_test *test = &rule->when.tests[i];
    if (test->kind != SP_TEST_amount && test->kind != SP_TEST_qty) continue;
    int64_t weight = piece_weight(piece, (sp_by)test->kind, test->base);
    return part_of(both(rule_bound(whole, rule)), weight, test->gte);
  }
  return rate;
}

int64_t bound_rate(const pricing *p, const pricing *one, const turn *t, uint32_t k) {
  scope_bound whole = whole_of(p, t), piece = whole;
  piece.p = one;
  piece.segments = &t->segments[k];
  piece.count = 1;
  piece.left_fen = one->start_left[t->segments[k]];
  piece.one_line = true;
  piece.slack_fen = 0;
  return rule_rate(&whole, &piece, t);
}

int64_t bound_pieces(const pricing *p, const turn *t) {
  scope_bound whole = whole_of(p, t);
  return both(rule_bound(&whole, turn_rule(p, t)));
}

int64_t bound_roundings(const pricing *p, const turn *t) {
  const sp_policy *policy = &p->book->policy;
  if (policy->percent_rounding == SP_FLOOR && !policy->percent_price_side) return 0;
  return t->segment_count + level_count(p, turn_rule(p, t)->level);
}

/* What each line can gain by the rule: what can fall to it, or what its part of the measure pays
 * for, whichever is less for all lines together. */
static void bound_lines(pricing *p, turn *t, const scope_bound *whole) {
  int64_t more = bound_roundings(p, t), by_share = 0, by_rate = 0;
  for (uint32_t pass = 0; pass < 2; pass++) {
    for (uint32_t from = 0, to; from < t->segment_count; from = to) {
      uint32_t line = p->segments[t->segments[from]].line;
      for (to = from + 1; to < t->segment_count && p->segments[t->segments[to]].line == line;)
        to++;
      scope_bound b = *whole;
      b.segments = t->segments + from;
      b.count = to - from;
      b.left_fen = sum_of(p->start_left, b.segments, b.count);
      b.one_line = true;
      int64_t share = both(rule_bound(&b, turn_rule(p, t)));
      b.slack_fen = 0;
      int64_t rate = money_divide(rule_rate(whole, &b, t), SP_RATE_ONE, SP_UP) + more;
      rate = sp_min(rate, t->bound_fen);
      by_share += pass ? 0 : share;
      by_rate += pass ? 0 : rate;
      t->line_bound_fen[line] = by_share <= by_rate ? share : rate;
    }
  }
}

static sp_err bound_turn(pricing *p, turn *t) {
  const sp_rule *rule = turn_rule(p, t);
  if (t->dead && !t->idle) return SP_OK;
  scope_bound b = whole_of(p, t);
  if (t->kind == TURN_ASSIGNED) {
    t->line_bound_fen = arena_array(p->arena, p->request->line_count, sizeof(int64_t));
    if (!t->line_bound_fen) return SP_E_MEMORY;
  }
  for (uint32_t g = 0; g < rule->give_count; g++) {
    t->can_free |= frees(&rule->gives[g]);
    t->cuts_any_freight |= cuts_freight(&rule->gives[g]);
  }
  if (t->idle) return SP_OK;
  gain whole = rule_bound(&b, rule);
  t->bound_fen = whole.money_fen + whole.value_fen;
  p->value_bound_fen += whole.value_fen * (t->kind == TURN_COUPON ? t->coupon_count : 1);
  if (rule->stage == SP_STAGE_freight && p->book->policy.goal == SP_GOAL_largest_saving)
    t->bound_fen += most_freight(p);
  if (t->kind == TURN_ASSIGNED) bound_lines(p, t, &b);
  return SP_OK;
}

/* A once_line group gains at most what its rules can gain in all, so many parts (of PARTS) of it
 * that may differ from rule to rule, and by its lines the rest. Few rules reach all they can, so
 * each finds the parts that make the sum least. */
#define PARTS 8

static bool shares_lines(const turn *t, uint32_t once_group) {
  return t->kind == TURN_ASSIGNED && t->once_group == once_group && t->bound_fen;
}

/* The best of the group's other rules for each line. A rule has bounds for the lines of its
 * segments alone. */
static void best_of_others(const pricing *p, uint32_t i, const uint8_t *parts, int64_t *best) {
  memset(best, 0, p->request->line_count * sizeof *best);
  for (uint32_t k = 0; k < p->turn_count; k++) {
    const turn *t = &p->turns[k];
    if (k == i || !shares_lines(t, p->turns[i].once_group)) continue;
    for (uint32_t s = 0; s < t->segment_count; s++) {
      uint32_t line = p->segments[t->segments[s]].line;
      best[line] = sp_max(best[line], (PARTS - parts[k]) * t->line_bound_fen[line]);
    }
  }
}

static uint8_t best_parts(const pricing *p, const turn *t, const int64_t *others) {
  uint8_t best = 0;
  int64_t least = INT64_MAX;
  for (uint8_t parts = 0; parts <= PARTS; parts++) {
    // What the others have on lines that are not its own adds the same to each sum.
    int64_t sum = parts * t->bound_fen;
    for (uint32_t k = 0, last = SP_NONE; k < t->segment_count; k++) {
      uint32_t line = p->segments[t->segments[k]].line;
      if (line != last) sum += sp_max(others[line], (PARTS - parts) * t->line_bound_fen[line]);
      last = line;
    }
    if (sum < least) best = parts;
    least = sp_min(least, sum);
  }
  return best;
}

static int64_t part_up(int64_t parts_fen) {
  return (parts_fen + PARTS - 1) / PARTS;
}

static sp_err balance_lines(pricing *p) {
  size_t mark = arena_mark(p->arena);
  uint8_t *parts = arena_alloc(p->arena, p->turn_count);
  int64_t *others = arena_array(p->arena, p->request->line_count, sizeof(int64_t));
  if (!parts || !others) return SP_E_MEMORY;
  for (uint32_t pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < p->turn_count; i++) {
      if (!shares_lines(&p->turns[i], p->turns[i].once_group)) continue;
      best_of_others(p, i, parts, others);
      parts[i] = best_parts(p, &p->turns[i], others);
    }
  }
  for (uint32_t i = 0; i < p->turn_count; i++) {
    turn *t = &p->turns[i];
    if (!shares_lines(t, t->once_group)) continue;
    t->beside_fen = part_up(parts[i] * t->bound_fen);
    for (uint32_t line = 0; line < p->request->line_count; line++)
      t->line_bound_fen[line] = part_up((PARTS - parts[i]) * t->line_bound_fen[line]);
  }
  arena_rewind(p->arena, mark);
  return SP_OK;
}

sp_err bound_turns(pricing *p) {
  p->value_bound_fen = 0;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (!turn_is_rule(&p->turns[i])) continue;
    sp_err err = bound_turn(p, &p->turns[i]);
    if (err) return err;
  }
  return p->once_group_count ? balance_lines(p) : SP_OK;
}
