#include "engine/save_bound.h"

#include "base/text.h"

/* Pieces of one line. */
typedef struct {
  int64_t unit_fen, qty; /* list price, options included */
} row;

/* One promotion, or one coupon of the wallet. */
typedef struct {
  const sp_rule *rule;
  int64_t list_fen; /* of the cart's lines in its scope, options included */
  int64_t pieces, lines;
  row *rows; /* the lines, the dearest first; NULL: it is not asked which are dear */
} saver;

/* What is in a rule's scope: the cart's own, and what is added. */
typedef struct {
  int64_t list_fen, pieces, lines;
  const saver *own;
  int64_t more_fen[ADDED_PIECES_MAX]; /* the dearest first */
  uint32_t more;
} goods;

struct save_bound {
  const sp_book *book;
  saver *savers;
  uint32_t saver_count;
  const sp_rule **units; /* open unit rules */
  uint32_t unit_count;
  int64_t list_fen;             /* of the cart, with fees that nothing can cut */
  int64_t unit_fen, add_on_fen; /* saved at most by unit prices; by add-ons */
  int64_t points_fen;           /* what the points that are there would pay */
  int64_t *group_fen;           /* of a call: the largest cuts of each group, SLOTS_MAX apart */
  uint32_t level_groups;
  bool one_shop;
};

/* More coupons of one group are simply added up. */
#define SLOTS_MAX 4

/* The base a condition or a tier is measured on is never above the list price. */
static int64_t measured(const sp_give *give, const goods *g) {
  return give->by == SP_BY_qty ? g->pieces : g->list_fen;
}

static int64_t percentage(int64_t amount_fen, uint32_t bp) {
  return money_mul_div(amount_fen, bp, 10000) + 1;
}

/* A cut of so much of every fen, rounded up once a piece at worst. */
static int64_t rated(int64_t list_fen, int64_t bp, int64_t pieces, int64_t lines) {
  return percentage(list_fen, (uint32_t)bp) + pieces + lines;
}

/* Basis points that the first `end` positions lose together. */
static int64_t nth_off_bp(const sp_give *give, int64_t end) {
  int64_t count = give->pay_count, first = give->repeat ? end % count : sp_min(end, count);
  int64_t cycle_bp = 0, first_bp = 0;
  for (int64_t i = 0; i < count; i++) {
    int64_t here_bp = 10000 - give->pay_bp[i];
    cycle_bp += here_bp;
    if (i < first) first_bp += here_bp;
  }
  int64_t rest_bp =
      give->repeat ? end / count * cycle_bp : (end - first) * (10000 - (int64_t)give->beyond_bp);
  return first_bp + rest_bp;
}

/* At list prices. The k-th dearest piece is no dearer where any of them is cheaper or not there, so
 * earlier cuts and pieces that another rule takes only make it less. */
static int64_t most_of_dearest_first(const sp_give *give, const goods *g) {
  int64_t end = 0, off_bp = 0, parts = 0;
  for (int64_t line = 0, more = 0; line < g->own->lines || more < g->more;) {
    row next = {0, 1};
    if (more < g->more) next.unit_fen = g->more_fen[more];
    bool is_own =
        line < g->own->lines && (more == g->more || g->own->rows[line].unit_fen >= next.unit_fen);
    if (is_own) next = g->own->rows[line];
    line += is_own;
    more += !is_own;
    end += next.qty;
    int64_t with_bp = nth_off_bp(give, end);
    parts += next.unit_fen * (with_bp - off_bp);
    off_bp = with_bp;
  }
  return parts / 10000 + 1 + g->pieces + g->lines;
}

/* Where the dearest pieces do not come first, none loses more than the largest part. */
static int64_t most_of_nth(const sp_give *give, const goods *g) {
  if (give->order == SP_ORDER_price_desc) return most_of_dearest_first(give, g);
  int64_t off_bp = give->repeat ? 0 : 10000 - (int64_t)give->beyond_bp;
  for (uint32_t i = 0; i < give->pay_count; i++)
    off_bp = sp_max(off_bp, 10000 - (int64_t)give->pay_bp[i]);
  return rated(g->list_fen, off_bp, g->pieces, g->lines);
}

static int64_t most_of_groups(const sp_give *give, const goods *g) {
  int64_t sets = g->pieces / give->n;
  if (give->inner->kind == SP_GIVE_amount_off) return give->inner->amount_fen * sets;
  if (give->inner->kind != SP_GIVE_percent_off) return g->list_fen;
  int64_t most = rated(g->list_fen, give->inner->bp, g->pieces, 0);
  return give->inner->cap_fen >= 0 ? sp_min(most, give->inner->cap_fen) : most;
}

/* The largest cut of a give on so much; what is not known better takes all. */
static int64_t most_of(const sp_give *give, const goods *g) {
  int64_t most = g->list_fen;
  bool dues = give->kind == SP_GIVE_freight_off || give->kind == SP_GIVE_fees_off;
  if (give_is_benefit(give) || dues) return 0;
  if (give->kind == SP_GIVE_amount_off) {
    int64_t times = give->per == SP_PER_line ? g->lines : give->per == SP_PER_unit ? g->pieces : 1;
    int64_t most_units = give->max_units * (give->units_per_line ? g->lines : 1);
    if (most_units) times = sp_min(times, most_units);
    most = give->amount_fen * times;
  } else if (give->kind == SP_GIVE_percent_off) {
    most = rated(g->list_fen, give->bp, g->pieces, g->lines);
    bool once = give->per == SP_PER_order || give->per == SP_PER_piece;
    if (give->cap_fen >= 0 && once) most = sp_min(most, give->cap_fen);
  } else if (give->kind == SP_GIVE_nth_item) {
    most = most_of_nth(give, g);
  } else if (give->kind == SP_GIVE_qty_groups) {
    most = most_of_groups(give, g);
  } else if (give->kind == SP_GIVE_first_and_additional) {
    most = give->amount_fen * g->lines + give->additional_fen * g->pieces;
  }
  return give->lands_on_freight ? most : sp_min(most, g->list_fen);
}

/* Where the cheapest of every so many pieces are free, they cost no more than their part of all. */
static int64_t most_free(const sp_give *give, int64_t list_fen) {
  const sp_give *free = give->inner;
  bool parts = give->by == SP_BY_qty && free->choose == SP_CHOOSE_cheapest && free->n <= give->step;
  return parts ? money_mul_div(list_fen, free->n, give->step) + 1 : list_fen;
}

static int64_t most_of_every(const sp_rule *rule, const sp_give *give, const goods *g) {
  int64_t n = sp_min(give->limit, measured(give, g) / give->step), list_fen = g->list_fen;
  const sp_give *inner = give->inner;
  if (n == 0 || give_is_benefit(inner)) return 0;
  if (inner->kind == SP_GIVE_amount_off) return sp_min(list_fen, inner->amount_fen * n);
  // What is counted and what is free are the same pieces where nothing filters them.
  if (inner->kind == SP_GIVE_items_free && !rule->filter.bits) return most_free(give, list_fen);
  if (inner->kind != SP_GIVE_percent_off) return list_fen;
  int64_t most = percentage(list_fen, (uint32_t)sp_min(10000, inner->bp * n)) + n;
  return inner->cap_fen >= 0 ? sp_min(most, inner->cap_fen) : sp_min(most, list_fen);
}

static int64_t most_of_give(const sp_rule *rule, const sp_give *give, const goods *g) {
  int64_t most = 0;
  if (give->kind == SP_GIVE_every) return most_of_every(rule, give, g);
  if (give->kind != SP_GIVE_tiers) return most_of(give, g);
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (give->tiers[i].gte > measured(give, g)) break;
    most = sp_max(most, most_of(give->tiers[i].give, g));
  }
  return most;
}

/* Whether the plain sums that it asks for can be there. */
static bool can_hold(const sp_when *when, const goods *g) {
  for (uint32_t i = 0; i < when->count; i++) {
    const sp_test *test = &when->tests[i];
    if (test->kind >= SP_TEST_all) return true;
    if (test->kind == SP_TEST_qty && test->gte > g->pieces) return false;
    if (test->kind == SP_TEST_amount && test->base != SP_BASE_goods_and_freight &&
        test->gte > g->list_fen)
      return false;
  }
  return true;
}

static int64_t most_of_rule(const save_bound *b, const goods *g) {
  const sp_rule *rule = g->own->rule;
  int64_t most = 0;
  if (!g->pieces || !can_hold(&rule->when, g)) return 0;
  for (uint32_t i = 0; i < rule->give_count; i++)
    most += most_of_give(rule, &rule->gives[i], g);
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

/* Whether what it gives depends on which pieces are the dearest. */
static bool asks_for_dearest(const sp_rule *rule) {
  for (uint32_t i = 0; i < rule->give_count; i++) {
    const sp_give *give = &rule->gives[i];
    if (give->kind == SP_GIVE_nth_item) return true;
    for (uint32_t t = 0; t < give->tier_count; t++) {
      if (give->tiers[t].give->kind == SP_GIVE_nth_item) return true;
    }
  }
  return false;
}

static bool add_saver(save_bound *b, const sp_request *cart, const sp_rule *rule, sp_arena *arena) {
  saver *s = &b->savers[b->saver_count++];
  s->rule = rule;
  if (asks_for_dearest(rule)) {
    s->rows = arena_array(arena, cart->line_count, sizeof *s->rows);
    if (!s->rows) return false;
  }
  for (uint32_t i = 0; i < cart->line_count; i++) {
    const sp_line *line = &cart->lines[i];
    if (line->state != SP_LINE_priced || !scope_has(rule->scope, line->sku)) continue;
    int64_t unit_fen = line->price_fen, at = s->lines++;
    for (uint32_t k = 0; k < line->option_count; k++)
      unit_fen += b->book->options[line->options[k].option].price_fen * line->options[k].qty;
    s->list_fen += unit_fen * line->qty;
    s->pieces += line->qty;
    if (!s->rows) continue;
    for (; at > 0 && s->rows[at - 1].unit_fen < unit_fen; at--)
      s->rows[at] = s->rows[at - 1];
    s->rows[at] = (row){unit_fen, line->qty};
  }
  return true;
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
    else if (!add_saver(b, cart, rule, arena))
      return NULL;
  }
  for (uint32_t i = 0; i < cart->coupon_count && !cart->pick_none; i++) {
    uint32_t rule = cart->coupons[i].rule;
    bool counts = rule != SP_NONE && !is_dead(receipt->coupons[i].reason);
    if (counts && !add_saver(b, cart, &book->rules[rule], arena)) return NULL;
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
  b->list_fen =
      receipt->list_fen + receipt->options_fen + (book->cuts_fees ? 0 : receipt->fees_fen);
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

/* What of the cart and of these pieces is in a rule's scope. */
static goods goods_of(const saver *s, const added_piece *pieces, uint32_t count) {
  goods g = {.list_fen = s->list_fen, .pieces = s->pieces, .lines = s->lines, .own = s};
  for (uint32_t k = 0; k < count; k++) {
    if (!scope_has(s->rule->scope, pieces[k].sku)) continue;
    uint32_t at = g.more++;
    for (; at > 0 && g.more_fen[at - 1] < pieces[k].price_fen; at--)
      g.more_fen[at] = g.more_fen[at - 1];
    g.more_fen[at] = pieces[k].price_fen;
    g.list_fen += pieces[k].price_fen;
  }
  g.pieces += g.more;
  g.lines += g.more;
  return g;
}

int64_t most_saved(const save_bound *b, const added_piece *pieces, uint32_t count) {
  int64_t saved = b->add_on_fen + b->book->policy.rounding_off_fen, list_fen = b->list_fen;
  words_zero(b->group_fen, (size_t)b->book->group_count * SLOTS_MAX);
  for (uint32_t i = 0; i < b->saver_count; i++) {
    goods g = goods_of(&b->savers[i], pieces, count);
    saved += join_group(b, b->savers[i].rule, most_of_rule(b, &g));
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
