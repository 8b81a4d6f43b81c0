#include "engine/tender.h"

#include <string.h>

#include "base/text.h"
#include "engine/engine.h"
#include "engine/worth.h"

static int64_t stored_fen(const sp_tender *tender) {
  return tender->principal_fen + tender->bonus_fen;
}

void tender_split(pricing *p) {
  const sp_tender *tender = &p->request->tender;
  sp_receipt *r = p->receipt;
  if (!tender->stands) return;
  int64_t stored = stored_fen(tender);
  r->tender_card_fen = sp_min(tender->gift_card_fen, r->payable_fen);
  int64_t amount = sp_min(r->payable_fen - r->tender_card_fen, stored);
  r->tender_principal_fen = sp_min(amount, tender->principal_fen);
  if (tender->pro_rata && amount)
    r->tender_principal_fen = money_mul_div(amount, tender->principal_fen, stored);
  r->tender_bonus_fen = amount - r->tender_principal_fen;
}

/* ---- who pays enough for a paid_by ----
 *
 * What a kind of tender pays follows from the decision, and the decision from who pays enough.
 * Every set of kinds is searched as if it held. What is best there counts at the price that it has
 * under the kinds that it really makes hold; and as nothing that makes exactly this set hold costs
 * less than what was found, the answer may still be proven. */

typedef enum { BY_CARD, BY_STORED, BY_CASH, KINDS_MAX } paying;

/* What rules ask of one kind, the smaller share first. bits: the book's payers that hold when it
 * pays that share, those of the smaller one too. */
typedef struct {
  paying by;
  uint32_t step_count, bits[SP_PAYER_SHARES_MAX];
  int64_t share_bp[SP_PAYER_SHARES_MAX];
} payer_kind;

typedef struct {
  const sp_book *book;
  sp_request under; /* the request with other payers */
  sp_arena *arena;
  uint32_t own_bits; /* who pays whatever is to pay */
  uint32_t kind_count;
  payer_kind kinds[KINDS_MAX];
  sp_decision decision; /* room for one, outside of what is rewound */
} payers;

/* One step of each kind, from 1; 0: the kind does not hold. */
typedef struct {
  uint32_t step[KINDS_MAX];
} payer_set;

static void add_kind(payers *y, paying by, uint32_t asked) {
  payer_kind kind = {.by = by};
  for (uint32_t i = 0; i < y->book->payer_count; i++) {
    int64_t share = y->book->payers[i].min_share_bp;
    if (!((asked >> i) & 1)) continue;
    uint32_t at = kind.step_count++;
    if (at && share < kind.share_bp[0]) {
      kind.share_bp[1] = kind.share_bp[0];
      kind.bits[1] = kind.bits[0];
      at = 0;
    }
    kind.share_bp[at] = share;
    kind.bits[at] = 1u << i;
  }
  kind.bits[1] |= kind.bits[0];
  if (kind.step_count) y->kinds[y->kind_count++] = kind;
}

static uint32_t bits_of_set(const payers *y, const payer_set *set) {
  uint32_t bits = 0;
  for (uint32_t k = 0; k < y->kind_count; k++)
    bits |= set->step[k] ? y->kinds[k].bits[set->step[k] - 1] : 0;
  return bits;
}

/* Whether the kind pays that share of what is payable. */
static bool pays_enough(const payers *y, paying by, int64_t share_bp, int64_t payable_fen) {
  const sp_tender *tender = &y->under.tender;
  int64_t card = sp_min(tender->gift_card_fen, payable_fen);
  int64_t stored = sp_min(stored_fen(tender), payable_fen - card);
  int64_t part = by == BY_CARD ? card : by == BY_STORED ? stored : payable_fen - card - stored;
  return part * 10000 >= payable_fen * share_bp;
}

/* No more than this may be payable if the kind is to pay that share of it. high_fen: nothing costs
 * more. Of a balance a smaller payable is the greater share, but for what another one pays before;
 * of cash it is the other way round. */
static int64_t most_payable(const payers *y, paying by, int64_t share_bp, int64_t high_fen) {
  const sp_tender *tender = &y->under.tender;
  int64_t balance = by == BY_CARD ? tender->gift_card_fen : stored_fen(tender);
  int64_t most = by == BY_CASH ? high_fen : money_divide(balance * 10000, share_bp, SP_FLOOR);
  return pays_enough(y, by, share_bp, most) ? most : 0;
}

/* A quote that leaves nothing behind but its numbers. */
static sp_err try_under(payers *y, uint32_t bits, const sp_receipt *found, sp_receipt *out) {
  size_t mark = arena_mark(y->arena);
  y->under.payer_bits = y->own_bits | bits;
  sp_err err = quote_under(y->book, &y->under, y->arena, found, out);
  arena_rewind(y->arena, mark);
  return err;
}

static bool failed(sp_err err) {
  return err && err != SP_E_DECISION;
}

/* The payers that hold for a decision: of each kind alone the greatest share that it then pays.
 * NULL: the request's own decision. */
static sp_err covering(payers *y, const sp_receipt *found, uint32_t *bits) {
  sp_receipt tried;
  *bits = 0;
  for (uint32_t k = 0; k < y->kind_count; k++) {
    const payer_kind *kind = &y->kinds[k];
    bool holds = false;
    for (uint32_t s = kind->step_count; s-- > 0 && !holds;) {
      sp_err err = try_under(y, kind->bits[s], found, &tried);
      if (failed(err)) return err;
      holds = !err && pays_enough(y, kind->by, kind->share_bp[s], tried.payable_fen);
      if (holds) *bits |= kind->bits[s];
    }
  }
  return SP_OK;
}

static bool make_room(payers *y, sp_decision *d) {
  size_t cells = (size_t)y->under.line_count * y->book->group_count;
  d->rules = arena_array(y->arena, y->book->rule_count, sizeof *d->rules);
  d->lines = arena_array(y->arena, cells, sizeof *d->lines);
  d->coupons = arena_array(y->arena, y->under.coupon_count, sizeof *d->coupons);
  size_t numbers = (size_t)y->under.line_count * SP_LINE_SEGMENTS_MAX * y->book->piece_rule_count;
  d->pieces = arena_array(y->arena, numbers, sizeof *d->pieces);
  return d->rules && d->lines && d->coupons && d->pieces;
}

static void copy_decision(sp_decision *to, const sp_decision *from) {
  to->rule_count = from->rule_count;
  to->line_count = from->line_count;
  to->coupon_count = from->coupon_count;
  to->piece_count = from->piece_count;
  memcpy(to->rules, from->rules, from->rule_count * sizeof *to->rules);
  memcpy(to->lines, from->lines, from->line_count * sizeof *to->lines);
  memcpy(to->coupons, from->coupons, from->coupon_count * sizeof *to->coupons);
  if (from->piece_count) memcpy(to->pieces, from->pieces, from->piece_count * sizeof *to->pieces);
}

static worth worth_of(const sp_receipt *r) {
  worth w;
  memcpy(w.sums, r->levels_fen, sizeof r->levels_fen);
  w.sums[SP_LEVEL_SUMS] = -r->cost_fen;
  return w;
}

typedef struct {
  sp_receipt found, best;
  uint32_t best_bits;
  bool any, best_is_own,
      best_tied; /* found where exactly its own balances hold; another is as good */
  bool too_poor[KINDS_MAX][SP_PAYER_SHARES_MAX + 1]; /* shares that no decision lets them pay */
  worth high; /* no decision that is not proven is worth more */
  worth tied; /* as good as what pays otherwise than it was searched: the search settled no tie */
  uint32_t visited;
} quest;

/* priced: the decision found, under the balances that it makes hold. */
static void keep_better(quest *q, uint32_t bits, uint32_t held, const sp_receipt *priced) {
  const sp_receipt *f = &q->found, *b = &q->best;
  bool own = bits == held, same_held = q->any && held == q->best_bits;
  worth now = worth_of(priced), then = worth_of(b);
  int order = worth_compare(&now, &then);
  bool less =
      !q->any || f->pin_dropped < b->pin_dropped || (f->pin_dropped == b->pin_dropped && order > 0);
  bool equal = q->any && f->pin_dropped == b->pin_dropped && !order;
  // Under the same balances the search itself has settled the tie.
  if (equal && !same_held) q->best_tied = true;
  if (!less && !(equal && same_held && own && !q->best_is_own)) return;
  sp_decision room = q->best.decision;
  int64_t cost_fen = priced->cost_fen;
  copy_decision(&room, &f->decision);
  q->best = *f;
  q->best.decision = room;
  q->best.cost_fen = cost_fen;
  memcpy(q->best.levels_fen, now.sums, sizeof q->best.levels_fen);
  q->best_bits = held;
  q->best_is_own = own;
  q->any = true;
  if (less) q->best_tied = false;
}

static int64_t least_payable(const sp_receipt *found) {
  return found->cost_fen - found->gap_fen + found->payable_over_cost_fen;
}

/* Whether no decision lets one kind pay that share if it holds. What the best one costs often says
 * so; where benefits or saved freight count in the goal, the cheapest one has to be found. */
static sp_err find_too_poor(payers *y, quest *q, uint32_t k, uint32_t step) {
  sp_book plain = *y->book;
  sp_receipt cheapest;
  const payer_kind *kind = &y->kinds[k];
  const sp_receipt *f = &q->found;
  int64_t fees = f->fees_fen + f->fees_cut_fen;
  int64_t high = f->list_fen + f->options_fen + f->freight_list_fen + fees;
  if (y->book->policy.gifts_weigh) high += SP_CART_FEN_MAX;
  int64_t most = most_payable(y, kind->by, kind->share_bp[step - 1], high);
  bool bounded = f->gap_fen >= 0 && y->book->policy.goal != SP_GOAL_best_per_level;
  q->too_poor[k][step] = bounded && least_payable(f) > most;
  if (q->too_poor[k][step] || most == high) return SP_OK;
  plain.policy.goal = SP_GOAL_lowest_payable;
  y->under.payer_bits = y->own_bits | kind->bits[step - 1];
  y->under.ignores_values = true;
  size_t mark = arena_mark(y->arena);
  sp_err err = quote_under(&plain, &y->under, y->arena, NULL, &cheapest);
  arena_rewind(y->arena, mark);
  y->under.ignores_values = false;
  q->too_poor[k][step] = !err && cheapest.gap_fen >= 0 && least_payable(&cheapest) > most;
  return err;
}

/* Where the set is one kind alone that does not hold after all. */
static sp_err look_at_one(payers *y, quest *q, const payer_set *set) {
  uint32_t one = SP_NONE;
  for (uint32_t k = 0; k < y->kind_count; k++) {
    if (!set->step[k]) continue;
    if (one != SP_NONE) return SP_OK;
    one = k;
  }
  return one == SP_NONE ? SP_OK : find_too_poor(y, q, one, set->step[one]);
}

static bool is_too_poor(const payers *y, const quest *q, const payer_set *set) {
  bool any = false;
  for (uint32_t k = 0; k < y->kind_count; k++)
    any |= q->too_poor[k][set->step[k]];
  return any;
}

/* Whether as much is cut of each kind: then what settled a tie says the same of both. */
static bool cuts_alike(const sp_receipt *a, const sp_receipt *b) {
  return a->unit_cut_fen == b->unit_cut_fen && a->promotion_cut_fen == b->promotion_cut_fen &&
         a->coupon_cut_fen == b->coupon_cut_fen && a->freight_cut_fen == b->freight_cut_fen &&
         a->fees_cut_fen == b->fees_cut_fen;
}

/* The best decision if these kinds hold, and what it costs in truth. */
static sp_err search_under(payers *y, quest *q, const payer_set *set) {
  sp_receipt priced;
  uint32_t held, bits = bits_of_set(y, set);
  size_t mark = arena_mark(y->arena);
  y->under.payer_bits = y->own_bits | bits;
  sp_decision room = q->found.decision;
  sp_err err = quote_under(y->book, &y->under, y->arena, NULL, &q->found);
  if (err) return err;
  copy_decision(&room, &q->found.decision);
  q->found.decision = room;
  arena_rewind(y->arena, mark);
  q->visited += q->found.visited;
  err = covering(y, &q->found, &held);
  if (err) return err;
  worth bound = worth_of(&q->found);
  if (held != bits) err = look_at_one(y, q, set);
  if (err) return err;
  bool lawful = true, settled = q->found.exact;
  if (held != bits) {
    err = try_under(y, held, &q->found, &priced);
    if (failed(err)) return err;
    lawful = !err;
    worth real = worth_of(&priced);
    int order = worth_compare(&real, &bound);
    settled = settled && lawful && order >= 0;
    bool alike = lawful && cuts_alike(&q->found, &priced);
    if (lawful && order == 0 && !alike && worth_compare(&real, &q->tied) > 0) q->tied = real;
  }
  if (q->found.gap_fen < 0) bound.sums[0] = bound.sums[SP_LEVEL_SUMS] = INT64_MAX;
  if (q->found.gap_fen > 0) bound.sums[SP_LEVEL_SUMS] += q->found.gap_fen;
  bool open = !settled && !is_too_poor(y, q, set);
  if (open && worth_compare(&bound, &q->high) > 0) q->high = bound;
  if (lawful) keep_better(q, bits, held, held == bits ? &q->found : &priced);
  return SP_OK;
}

/* The next set, those of one kind alone before those that it shares. */
static bool next_set(const payers *y, payer_set *set) {
  uint32_t k = 0;
  while (k < y->kind_count && set->step[k] == y->kinds[k].step_count)
    set->step[k++] = 0;
  if (k == y->kind_count) return false;
  set->step[k]++;
  return true;
}

static sp_err quote_covered(payers *y, sp_receipt *out) {
  quest q = {.high = {{INT64_MIN}}, .tied = {{INT64_MIN}}};
  sp_detail detail = y->under.detail;
  y->under.detail = SP_DETAIL_totals;
  if (!make_room(y, &q.found.decision) || !make_room(y, &q.best.decision)) return SP_E_MEMORY;
  payer_set set = {{0}};
  do {
    sp_err err = is_too_poor(y, &q, &set) ? SP_OK : search_under(y, &q, &set);
    if (err) return err;
  } while (next_set(y, &set));
  // Nobody's balances are asked for by doing nothing, so something is lawful.
  SP_CHECK(q.any);
  worth best = worth_of(&q.best);
  int order = worth_compare(&q.high, &best);
  bool unknown =
      y->book->policy.goal == SP_GOAL_best_per_level || q.high.sums[SP_LEVEL_SUMS] == INT64_MAX;
  q.best.exact = order < 0 && !q.best_tied && worth_compare(&q.tied, &best) < 0;
  q.best.gap_fen = order <= 0 ? 0
                   : unknown  ? -1
                              : q.high.sums[SP_LEVEL_SUMS] - best.sums[SP_LEVEL_SUMS];
  q.best.visited = q.visited;
  y->under.detail = detail;
  y->under.payer_bits = y->own_bits | q.best_bits;
  return quote_under(y->book, &y->under, y->arena, &q.best, out);
}

/* Who pays enough. Without balances the request's payer pays everything; with them he pays what
 * they leave, whatever he is called. */
static sp_err quote_payer(const sp_book *book, const sp_request *request, sp_arena *arena,
                          sp_receipt *out) {
  const sp_tender *tender = &request->tender;
  if (!tender->stands) return quote_under(book, request, arena, NULL, out);
  payers y = {.book = book, .under = *request, .arena = arena};
  uint32_t card = book_payer_bits(book, SP_TEXT("gift_card"));
  uint32_t stored = book_payer_bits(book, SP_TEXT("stored_value"));
  uint32_t cash = request->payer_bits & ~(card | stored);
  if (tender->gift_card_fen) add_kind(&y, BY_CARD, card);
  if (stored_fen(tender)) add_kind(&y, BY_STORED, stored);
  bool pays_all = !tender->gift_card_fen && !stored_fen(tender);
  if (pays_all) y.own_bits = cash;
  if (!pays_all) add_kind(&y, BY_CASH, cash);
  y.under.payer_bits = y.own_bits;
  if (!y.kind_count) return quote_under(book, &y.under, arena, NULL, out);
  if (!request->has_decision) return quote_covered(&y, out);
  uint32_t held;
  sp_err err = covering(&y, NULL, &held);
  y.under.payer_bits = y.own_bits | held;
  return err ? err : quote_under(book, &y.under, arena, NULL, out);
}

/* The payable under nobody in particular, and under each payer that the book asks for. */
static sp_err quote_options(const sp_book *book, const sp_request *request, sp_arena *arena,
                            sp_pay_option *options, uint32_t *count) {
  sp_request under = *request;
  under.detail = SP_DETAIL_totals;
  for (uint32_t i = 0; i <= book->payer_count; i++) {
    sp_receipt tried;
    // A payer of whom two shares are asked is one.
    uint32_t bits = i ? book_payer_bits(book, book->payers[i - 1].id) : 0;
    if (bits & ((1u << i >> 1) - 1)) continue;
    size_t mark = arena_mark(arena);
    under.payer_bits = bits;
    sp_err err = quote_payer(book, &under, arena, &tried);
    arena_rewind(arena, mark);
    if (failed(err)) return err;
    uint32_t payer = i ? i - 1 : SP_NONE;
    if (!err) options[(*count)++] = (sp_pay_option){payer, tried.payable_fen, tried.exact};
  }
  return SP_OK;
}

/* The same request without pins, searched: what they cost. */
static sp_err compare_best(const sp_book *book, const sp_request *request, sp_arena *arena,
                           sp_receipt *out) {
  sp_receipt best;
  sp_request open = *request;
  open.detail = SP_DETAIL_totals;
  open.has_pins = open.has_coupon_pins = false;
  open.line_pin_count = open.gift_pin_count = 0;
  open.has_decision = false;
  sp_err err = quote_payer(book, &open, arena, &best);
  if (err) return err;
  out->has_best = true;
  out->best = best.decision;
  out->best_payable_fen = best.payable_fen;
  out->best_costs_fen = best.score_fen - out->score_fen;
  out->best_exact = best.exact;
  return SP_OK;
}

/* The tests of a rule with every base that the policy gives them at list price. NULL: no memory. */
static const sp_test *tests_on_list(const sp_when *when, sp_arena *arena) {
  sp_test *tests = arena_array(arena, when->count, sizeof *tests);
  for (uint32_t i = 0; tests && i < when->count; i++) {
    tests[i] = when->tests[i];
    if (tests[i].base_is_policys) tests[i].base = SP_BASE_list;
  }
  return tests;
}

/* The book as a group buy reads it where the policy says so: rules for some goods only ask for
 * their list price. Everything that looks at a condition then sees the same one. */
static sp_err read_for_group(sp_book *book, sp_arena *arena) {
  sp_rule *rules = arena_array(arena, book->rule_count, sizeof *rules);
  if (!rules) return SP_E_MEMORY;
  for (uint32_t i = 0; i < book->rule_count; i++) {
    sp_rule *rule = &rules[i];
    *rule = book->rules[i];
    if (!rule->scope.bits || !rule->when.count) continue;
    rule->when.tests = tests_on_list(&rule->when, arena);
    if (!rule->when.tests) return SP_E_MEMORY;
  }
  book->rules = rules;
  return SP_OK;
}

sp_err quote(const sp_book *published, const sp_request *request, sp_arena *arena,
             sp_receipt *out) {
  sp_pay_option *options = NULL;
  uint32_t count = 0;
  sp_book for_group;
  const sp_book *book = published;
  if (book->policy.group_buy_list && request->order_type == SP_TYPE_group_buy) {
    for_group = *published;
    book = &for_group;
    sp_err err = read_for_group(&for_group, arena);
    if (err) return err;
  }
  if (request->pay_options) {
    options = arena_array(arena, book->payer_count + 1, sizeof *options);
    if (!options) return SP_E_MEMORY;
    sp_err err = quote_options(book, request, arena, options, &count);
    if (err) return err;
  }
  sp_err err = quote_payer(book, request, arena, out);
  out->pay_options = options;
  out->pay_option_count = count;
  if (!err && request->has_pins && request->compare_best)
    err = compare_best(book, request, arena, out);
  return err;
}
