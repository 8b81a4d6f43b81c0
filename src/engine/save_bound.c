#include "engine/save_bound.h"

#include "base/text.h"

/* One promotion, or one coupon of the wallet. */
typedef struct {
  const sp_rule *rule;
  int64_t list_fen; /* of the cart's lines in its scope, options included */
  int64_t pieces, lines;
} saver;

struct save_bound {
  const sp_book *book;
  saver *savers;
  uint32_t saver_count;
  const sp_rule **units; /* open unit rules */
  uint32_t unit_count;
  int64_t list_fen;             /* of the cart, with fees */
  int64_t unit_fen, add_on_fen; /* saved at most by unit prices; by add-ons */
  int64_t points_fen;           /* what the points that are there would pay */
  int64_t *group_fen;           /* of a call: the largest cuts of each group, SLOTS_MAX apart */
  uint32_t level_groups;
  bool one_shop;
};

/* More coupons of one group are simply added up. */
#define SLOTS_MAX 4

/* The base a condition or a tier is measured on is never above the list price. */
static int64_t measured(const sp_give *give, int64_t list_fen, int64_t pieces) {
  return give->by == SP_BY_qty ? pieces : list_fen;
}

static int64_t percentage(int64_t amount_fen, uint32_t bp) {
  return money_mul_div(amount_fen, bp, 10000) + 1;
}

/* A cut of so much of every fen, rounded up once a piece at worst. */
static int64_t rated(int64_t list_fen, int64_t bp, int64_t pieces, int64_t lines) {
  return percentage(list_fen, (uint32_t)bp) + pieces + lines;
}

/* Where the dearest pieces come first, no row of them loses more than the first k positions take
 * off on average, whatever k is; else none loses more than the largest part. */
static int64_t most_of_nth(const sp_give *give, int64_t list_fen, int64_t pieces, int64_t lines) {
  int64_t off = give->repeat ? 0 : 10000 - (int64_t)give->beyond_bp, sum = 0;
  for (uint32_t i = 0; i < give->pay_count; i++) {
    int64_t here = 10000 - give->pay_bp[i];
    sum += here;
    if (give->order == SP_ORDER_price_desc) here = money_divide(sum, i + 1, SP_UP);
    off = sp_max(off, here);
  }
  return rated(list_fen, off, pieces, lines);
}

static int64_t most_of_groups(const sp_give *give, int64_t list_fen, int64_t pieces) {
  int64_t sets = pieces / give->n;
  if (give->inner->kind == SP_GIVE_amount_off) return give->inner->amount_fen * sets;
  if (give->inner->kind != SP_GIVE_percent_off) return list_fen;
  int64_t most = rated(list_fen, give->inner->bp, pieces, 0);
  return give->inner->cap_fen >= 0 ? sp_min(most, give->inner->cap_fen) : most;
}

/* The largest cut of a give on so much; what is not known better takes all. */
static int64_t most_of(const sp_give *give, int64_t list_fen, int64_t pieces, int64_t lines) {
  int64_t most = list_fen;
  if (give_is_benefit(give) || give->kind == SP_GIVE_freight_off) return 0;
  if (give->kind == SP_GIVE_amount_off) {
    int64_t times = give->per == SP_PER_line ? lines : give->per == SP_PER_unit ? pieces : 1;
    if (give->max_units) times = sp_min(times, give->max_units);
    most = give->amount_fen * times;
  } else if (give->kind == SP_GIVE_percent_off) {
    most = rated(list_fen, give->bp, pieces, lines);
    bool once = give->per == SP_PER_order || give->per == SP_PER_piece;
    if (give->cap_fen >= 0 && once) most = sp_min(most, give->cap_fen);
  } else if (give->kind == SP_GIVE_nth_item) {
    most = most_of_nth(give, list_fen, pieces, lines);
  } else if (give->kind == SP_GIVE_qty_groups) {
    most = most_of_groups(give, list_fen, pieces);
  } else if (give->kind == SP_GIVE_first_and_additional) {
    most = give->amount_fen * lines + give->additional_fen * pieces;
  }
  return give->lands_on_freight ? most : sp_min(most, list_fen);
}

/* Where the cheapest of every so many pieces are free, they cost no more than their part of all. */
static int64_t most_free(const sp_give *give, int64_t list_fen) {
  const sp_give *free = give->inner;
  bool parts = give->by == SP_BY_qty && free->choose == SP_CHOOSE_cheapest && free->n <= give->step;
  return parts ? money_mul_div(list_fen, free->n, give->step) + 1 : list_fen;
}

static int64_t most_of_every(const sp_rule *rule, const sp_give *give, int64_t list_fen,
                             int64_t pieces) {
  int64_t n = sp_min(give->limit, measured(give, list_fen, pieces) / give->step);
  const sp_give *inner = give->inner;
  if (n == 0 || give_is_benefit(inner)) return 0;
  if (inner->kind == SP_GIVE_amount_off) return sp_min(list_fen, inner->amount_fen * n);
  // What is counted and what is free are the same pieces where nothing filters them.
  if (inner->kind == SP_GIVE_items_free && !rule->filter.bits) return most_free(give, list_fen);
  if (inner->kind != SP_GIVE_percent_off) return list_fen;
  int64_t most = percentage(list_fen, (uint32_t)sp_min(10000, inner->bp * n)) + n;
  return inner->cap_fen >= 0 ? sp_min(most, inner->cap_fen) : sp_min(most, list_fen);
}

static int64_t most_of_give(const sp_rule *rule, const sp_give *give, int64_t list_fen,
                            int64_t pieces, int64_t lines) {
  int64_t most = 0;
  if (give->kind == SP_GIVE_every) return most_of_every(rule, give, list_fen, pieces);
  if (give->kind != SP_GIVE_tiers) return most_of(give, list_fen, pieces, lines);
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (give->tiers[i].gte > measured(give, list_fen, pieces)) break;
    most = sp_max(most, most_of(give->tiers[i].give, list_fen, pieces, lines));
  }
  return most;
}

/* Whether the plain sums that it asks for can be there. */
static bool can_hold(const sp_when *when, int64_t list_fen, int64_t pieces) {
  for (uint32_t i = 0; i < when->count; i++) {
    const sp_test *test = &when->tests[i];
    if (test->kind >= SP_TEST_all) return true;
    if (test->kind == SP_TEST_qty && test->gte > pieces) return false;
    if (test->kind == SP_TEST_amount && test->base != SP_BASE_goods_and_freight &&
        test->gte > list_fen)
      return false;
  }
  return true;
}

static int64_t most_of_rule(const save_bound *b, const sp_rule *rule, int64_t list_fen,
                            int64_t pieces, int64_t lines) {
  int64_t most = 0;
  if (!pieces || !can_hold(&rule->when, list_fen, pieces)) return 0;
  for (uint32_t i = 0; i < rule->give_count; i++)
    most += most_of_give(rule, &rule->gives[i], list_fen, pieces, lines);
  // Each shop or store by itself can save no more than all of them together would.
  return rule->level == SP_LEVEL_order ? most : most * b->level_groups;
}

/* ---- unit prices ---- */

static int64_t offer_saves(const sp_rule *rule, uint32_t sku, int64_t price_fen) {
  const sp_give *give = rule->gives;
  if (!scope_has(rule->scope, sku)) return 0;
  if (give->kind == SP_GIVE_percent_off) return percentage(price_fen, give->bp);
  if (give->kind == SP_GIVE_amount_off) return sp_min(price_fen, give->amount_fen);
  if (!give->prices) return sp_max(0, price_fen - give->amount_fen);
  for (uint32_t i = 0; i < give->price_count; i++) {
    if (give->prices[i].sku == sku) return sp_max(0, price_fen - give->prices[i].price_fen);
  }
  return 0;
}

static int64_t unit_saves(const save_bound *b, uint32_t sku, int64_t price_fen) {
  int64_t most = 0;
  for (uint32_t i = 0; i < b->unit_count; i++)
    most = sp_max(most, offer_saves(b->units[i], sku, price_fen));
  return most;
}

/* ---- the cart ---- */

/* What the cart itself shows to be closed stays closed whatever is added. */
static bool is_shut(const sp_receipt *receipt, uint32_t rule) {
  for (uint32_t i = 0; i < receipt->activity_count; i++) {
    const sp_activity *a = &receipt->activities[i];
    if (a->rule == rule)
      return a->state == SP_ACTIVITY_closed || a->state == SP_ACTIVITY_not_for_you;
  }
  return false;
}

static bool is_dead(sp_reason reason) {
  switch (reason) {
  case SP_REASON_NOT_STARTED:
  case SP_REASON_EXPIRED:
  case SP_REASON_CLOSED:
  case SP_REASON_NOT_FOR_YOU:
  case SP_REASON_UNKNOWN_RULE:
  case SP_REASON_ORDER_TYPE:
  case SP_REASON_CHANNEL:
    return true;
  default:
    return false;
  }
}

static void add_saver(save_bound *b, const sp_request *cart, const sp_rule *rule) {
  saver *s = &b->savers[b->saver_count++];
  s->rule = rule;
  for (uint32_t i = 0; i < cart->line_count; i++) {
    const sp_line *line = &cart->lines[i];
    if (line->state != SP_LINE_priced || !scope_has(rule->scope, line->sku)) continue;
    int64_t unit_fen = line->price_fen;
    for (uint32_t k = 0; k < line->option_count; k++)
      unit_fen += b->book->options[line->options[k].option].price_fen * line->options[k].qty;
    s->list_fen += unit_fen * line->qty;
    s->pieces += line->qty;
    s->lines++;
  }
}

/* Different places in the cart: each may be a level group of its own. */
static void read_places(save_bound *b, const sp_request *cart) {
  b->level_groups = 1;
  b->one_shop = true;
  for (uint32_t i = 1; i < cart->line_count; i++) {
    const sp_line *line = &cart->lines[i], *first = &cart->lines[0];
    bool same_shop = text_equal(line->shop, first->shop);
    b->one_shop = b->one_shop && same_shop;
    if (!same_shop || !text_equal(line->store, first->store)) b->level_groups++;
  }
}

const save_bound *save_bound_new(const sp_book *book, const sp_request *cart,
                                 const sp_receipt *receipt, sp_arena *arena) {
  save_bound *b = arena_alloc(arena, sizeof *b);
  if (!b) return NULL;
  b->book = book;
  b->savers = arena_array(arena, (size_t)book->rule_count + cart->coupon_count, sizeof *b->savers);
  b->units = arena_array(arena, book->rule_count, sizeof *b->units);
  b->group_fen = arena_array(arena, (size_t)book->group_count * SLOTS_MAX, sizeof *b->group_fen);
  if (!b->savers || !b->units || !b->group_fen) return NULL;
  read_places(b, cart);
  for (uint32_t r = 0; r < book->rule_count; r++) {
    const sp_rule *rule = &book->rules[r];
    if (rule->kind == SP_KIND_coupon || is_shut(receipt, r)) continue;
    if (rule->stage == SP_STAGE_unit)
      b->units[b->unit_count++] = rule;
    else
      add_saver(b, cart, rule);
  }
  for (uint32_t i = 0; i < cart->coupon_count && !cart->pick_none; i++) {
    if (cart->coupons[i].rule != SP_NONE && !is_dead(receipt->coupons[i].reason))
      add_saver(b, cart, &book->rules[cart->coupons[i].rule]);
  }
  for (uint32_t i = 0; i < cart->line_count; i++) {
    const sp_line *line = &cart->lines[i];
    if (line->state != SP_LINE_priced) continue;
    b->unit_fen += unit_saves(b, line->sku, line->price_fen) * line->qty;
    if (line->add_on) b->add_on_fen += line->price_fen * line->qty;
  }
  int64_t points = sp_min(cart->points_asked, cart->points_balance);
  if (points && book->points.stands)
    b->points_fen = money_mul_div(points, book->points.num, book->points.den) + 1;
  b->list_fen = receipt->list_fen + receipt->options_fen + receipt->fees_fen;
  return b;
}

/* ---- with something more ---- */

/* Keeps the largest cuts of the group, as many as it lets stand; the rest of a sum stays out. */
static int64_t join_group(const save_bound *b, const sp_rule *rule, int64_t cut_fen) {
  const sp_group *group = rule->group == SP_NONE ? NULL : &b->book->groups[rule->group];
  bool counted =
      group && group->pieces == SP_PIECES_shared && group->max <= SLOTS_MAX &&
      (group->max_per == SP_MAX_PER_order || (group->max_per == SP_MAX_PER_shop && b->one_shop));
  if (!counted) return cut_fen;
  int64_t *slots = b->group_fen + (size_t)rule->group * SLOTS_MAX, before = 0, after = 0;
  for (int32_t i = 0; i < group->max; i++)
    before += slots[i];
  for (int32_t i = 0; i < group->max; i++) {
    if (cut_fen <= slots[i]) continue;
    int64_t smaller = slots[i];
    slots[i] = cut_fen;
    cut_fen = smaller;
  }
  for (int32_t i = 0; i < group->max; i++)
    after += slots[i];
  return after - before;
}

int64_t start_of_bound(const save_bound *b) {
  return b->list_fen - b->unit_fen;
}

int64_t most_unit_cut(const save_bound *b, const added_piece *piece) {
  return unit_saves(b, piece->sku, piece->price_fen);
}

int64_t most_saved(const save_bound *b, const added_piece *pieces, uint32_t count) {
  int64_t saved = b->add_on_fen + b->book->policy.rounding_off_fen, list_fen = b->list_fen;
  words_zero(b->group_fen, (size_t)b->book->group_count * SLOTS_MAX);
  for (uint32_t i = 0; i < b->saver_count; i++) {
    const saver *s = &b->savers[i];
    int64_t own_fen = s->list_fen, more = 0;
    for (uint32_t k = 0; k < count; k++) {
      if (!scope_has(s->rule->scope, pieces[k].sku)) continue;
      own_fen += pieces[k].price_fen;
      more++;
    }
    int64_t cut_fen = most_of_rule(b, s->rule, own_fen, s->pieces + more, s->lines + more);
    saved += join_group(b, s->rule, cut_fen);
  }
  for (uint32_t k = 0; k < count; k++)
    list_fen += pieces[k].price_fen;
  return saved + sp_min(b->points_fen, percentage(list_fen, (uint32_t)b->book->points.share_bp));
}

bool ruled_alike(const save_bound *b, uint32_t one_sku, uint32_t other_sku) {
  for (uint32_t i = 0; i < b->saver_count; i++) {
    sp_scope scope = b->savers[i].rule->scope;
    if (scope_has(scope, one_sku) != scope_has(scope, other_sku)) return false;
  }
  return true;
}
