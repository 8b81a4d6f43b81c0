#include "engine/tender.h"

#include <string.h>

#include "base/text.h"
#include "engine/engine.h"

void tender_split(pricing *p) {
  const sp_tender *tender = &p->request->tender;
  sp_receipt *r = p->receipt;
  if (!tender->stands) return;
  int64_t stored = tender->principal_fen + tender->bonus_fen;
  r->tender_card_fen = sp_min(tender->gift_card_fen, r->payable_fen);
  int64_t amount = sp_min(r->payable_fen - r->tender_card_fen, stored);
  r->tender_principal_fen = sp_min(amount, tender->principal_fen);
  if (tender->pro_rata && amount)
    r->tender_principal_fen = money_mul_div(amount, tender->principal_fen, stored);
  r->tender_bonus_fen = amount - r->tender_principal_fen;
}

/* ---- balances that make a paid_by hold ----
 *
 * A balance holds for a decision that it could pay whole, so who pays follows from the decision and
 * the decision from who pays. Every set of balances is searched as if it held. What is best there
 * counts at the price that it has under the balances that it really makes hold; and as nothing that
 * makes exactly this set hold costs less than what was found, the answer may still be proven. */

#define KINDS_MAX 2

typedef struct {
  const sp_book *book;
  sp_request under; /* the request with other payers */
  sp_arena *arena;
  uint32_t own_bits; /* whom the request itself names */
  uint32_t kind_count, kind_bits[KINDS_MAX];
  int64_t kind_fen[KINDS_MAX];
  sp_decision decision; /* room for one, outside of what is rewound */
} payers;

static void add_kind(payers *y, sp_text name, int64_t balance_fen) {
  uint32_t payer = book_find_payer(y->book, name);
  if (payer == SP_NONE || !balance_fen || (y->own_bits >> payer) & 1) return;
  y->kind_bits[y->kind_count] = 1u << payer;
  y->kind_fen[y->kind_count++] = balance_fen;
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

/* The balances that could pay the decision whole, each alone. NULL: the request's own decision. */
static sp_err covering(payers *y, const sp_receipt *found, uint32_t *bits) {
  sp_receipt tried;
  *bits = 0;
  for (uint32_t k = 0; k < y->kind_count; k++) {
    sp_err err = try_under(y, y->kind_bits[k], found, &tried);
    if (failed(err)) return err;
    if (!err && tried.payable_fen <= y->kind_fen[k]) *bits |= y->kind_bits[k];
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

/* What the goal compares: the sums of levels, where it has them, then the cost. More is better. */
typedef struct {
  int64_t sums[SP_LEVEL_SUMS + 1];
} worth;

static worth worth_of(const sp_receipt *r) {
  worth w;
  memcpy(w.sums, r->levels_fen, sizeof r->levels_fen);
  w.sums[SP_LEVEL_SUMS] = -r->cost_fen;
  return w;
}

static int compare_worth(const worth *a, const worth *b) {
  uint32_t i = 0;
  while (i < SP_LEVEL_SUMS && a->sums[i] == b->sums[i])
    i++;
  return a->sums[i] > b->sums[i] ? 1 : a->sums[i] < b->sums[i] ? -1 : 0;
}

typedef struct {
  sp_receipt found, best;
  uint32_t best_bits;
  bool any, best_is_own,
      best_tied;     /* found where exactly its own balances hold; another is as good */
  uint32_t too_poor; /* balances that no decision is cheap enough for */
  worth high;        /* no decision that is not proven is worth more */
  uint32_t visited;
} quest;

/* priced: the decision found, under the balances that it makes hold. */
static void keep_better(quest *q, uint32_t bits, uint32_t held, const sp_receipt *priced) {
  const sp_receipt *f = &q->found, *b = &q->best;
  bool own = bits == held, same_held = q->any && held == q->best_bits;
  worth now = worth_of(priced), then = worth_of(b);
  int order = compare_worth(&now, &then);
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

/* Whether no decision is cheap enough for one balance if that holds. What the best one costs often
 * says so; where benefits or saved freight count in the goal, the cheapest one has to be found. */
static sp_err find_too_poor(payers *y, quest *q, uint32_t kind) {
  sp_book plain = *y->book;
  sp_receipt cheapest;
  q->too_poor |= y->kind_bits[kind];
  bool bounded = q->found.gap_fen >= 0 && y->book->policy.goal != SP_GOAL_best_per_level;
  if (bounded && least_payable(&q->found) > y->kind_fen[kind]) return SP_OK;
  plain.policy.goal = SP_GOAL_lowest_payable;
  y->under.payer_bits = y->own_bits | y->kind_bits[kind];
  y->under.ignores_values = true;
  size_t mark = arena_mark(y->arena);
  sp_err err = quote_under(&plain, &y->under, y->arena, NULL, &cheapest);
  arena_rewind(y->arena, mark);
  y->under.ignores_values = false;
  if (err || cheapest.gap_fen < 0 || least_payable(&cheapest) <= y->kind_fen[kind])
    q->too_poor &= ~y->kind_bits[kind];
  return err;
}

/* The best decision if these balances hold, and what it costs in truth. */
static sp_err search_under(payers *y, quest *q, uint32_t bits) {
  sp_receipt priced;
  uint32_t held;
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
  for (uint32_t k = 0; k < y->kind_count && held != bits; k++) {
    if (bits == y->kind_bits[k]) err = find_too_poor(y, q, k);
    if (err) return err;
  }
  bool lawful = true, settled = q->found.exact;
  if (held != bits) {
    err = try_under(y, held, &q->found, &priced);
    if (failed(err)) return err;
    lawful = !err;
    worth real = worth_of(&priced);
    settled = settled && lawful && compare_worth(&real, &bound) >= 0;
  }
  if (q->found.gap_fen < 0) bound.sums[0] = bound.sums[SP_LEVEL_SUMS] = INT64_MAX;
  if (q->found.gap_fen > 0) bound.sums[SP_LEVEL_SUMS] += q->found.gap_fen;
  if (!settled && compare_worth(&bound, &q->high) > 0) q->high = bound;
  if (lawful) keep_better(q, bits, held, held == bits ? &q->found : &priced);
  return SP_OK;
}

static sp_err quote_covered(payers *y, sp_receipt *out) {
  quest q = {.high = {{INT64_MIN}}};
  sp_detail detail = y->under.detail;
  y->under.detail = SP_DETAIL_totals;
  if (!make_room(y, &q.found.decision) || !make_room(y, &q.best.decision)) return SP_E_MEMORY;
  for (uint32_t set = 0; set < 1u << y->kind_count; set++) {
    uint32_t bits = 0;
    for (uint32_t k = 0; k < y->kind_count; k++)
      bits |= (set >> k) & 1 ? y->kind_bits[k] : 0;
    if (bits & q.too_poor) continue;
    worth high = q.high;
    sp_err err = search_under(y, &q, bits);
    if (err) return err;
    if (bits & q.too_poor) q.high = high;
  }
  // Nobody's balances are asked for by doing nothing, so something is lawful.
  SP_CHECK(q.any);
  worth best = worth_of(&q.best);
  int order = compare_worth(&q.high, &best);
  bool unknown =
      y->book->policy.goal == SP_GOAL_best_per_level || q.high.sums[SP_LEVEL_SUMS] == INT64_MAX;
  q.best.exact = order < 0 && !q.best_tied;
  q.best.gap_fen = order <= 0 ? 0
                   : unknown  ? -1
                              : q.high.sums[SP_LEVEL_SUMS] - best.sums[SP_LEVEL_SUMS];
  q.best.visited = q.visited;
  y->under.detail = detail;
  y->under.payer_bits = y->own_bits | q.best_bits;
  return quote_under(y->book, &y->under, y->arena, &q.best, out);
}

/* The request's payer, and the balances that could pay alone. */
static sp_err quote_payer(const sp_book *book, const sp_request *request, sp_arena *arena,
                          sp_receipt *out) {
  const sp_tender *tender = &request->tender;
  if (!tender->stands) return quote_under(book, request, arena, NULL, out);
  payers y = {.book = book, .under = *request, .arena = arena, .own_bits = request->payer_bits};
  add_kind(&y, SP_TEXT("gift_card"), tender->gift_card_fen);
  add_kind(&y, SP_TEXT("stored_value"), tender->principal_fen + tender->bonus_fen);
  if (!y.kind_count) return quote_under(book, request, arena, NULL, out);
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
    size_t mark = arena_mark(arena);
    under.payer_bits = i ? 1u << (i - 1) : 0;
    sp_err err = quote_payer(book, &under, arena, &tried);
    arena_rewind(arena, mark);
    if (failed(err)) return err;
    if (!err) options[(*count)++] = (sp_pay_option){i ? i - 1 : SP_NONE, tried.payable_fen};
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
