#include "engine/tie.h"

#include <string.h>

#include "base/text.h"
#include "engine/parts.h"

static size_t table_size(const pricing *p) {
  return (size_t)p->once_group_count * p->request->line_count;
}

sp_err candidate_new(pricing *p, const bool *allowed, candidate *out) {
  *out = (candidate){0};
  out->taken = arena_array(p->arena, p->turn_count, sizeof(uint32_t));
  out->usable = arena_array(p->arena, p->turn_count, sizeof(uint32_t *));
  out->usable_count = arena_array(p->arena, p->turn_count, sizeof(uint32_t));
  out->assigned = arena_array(p->arena, table_size(p), sizeof(uint32_t));
  if (!out->taken || !out->usable || !out->usable_count || !out->assigned) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_COUPON || t->dead) continue;
    out->usable[i] = arena_array(p->arena, t->coupon_count, sizeof(uint32_t));
    if (!out->usable[i]) return SP_E_MEMORY;
    for (uint32_t k = 0; k < t->coupon_count; k++) {
      uint32_t coupon = t->coupons_by_expiry[k];
      if (allowed[coupon]) out->usable[i][out->usable_count[i]++] = coupon;
    }
  }
  return SP_OK;
}

void candidate_copy(pricing *p, candidate *to, const candidate *from) {
  memcpy(to->taken, from->taken, p->turn_count * sizeof *to->taken);
  memcpy(to->assigned, p->assigned, table_size(p) * sizeof *to->assigned);
  if (p->given_count) memcpy(to->pieces, p->given, p->given_count * sizeof *to->pieces);
  to->piece_count = p->given_count;
  to->coupon_count = from->coupon_count;
  to->waste_fen = from->waste_fen;
}

/* Of each rule both use the first ones of the same list, so they differ in some at its end. The
 * earliest of all those that only one of them uses decides: everything before it is the same in
 * both lists. */
static int compare_ids(const pricing *p, const candidate *a, const candidate *b) {
  const sp_coupon *coupons = p->request->coupons, *first = NULL;
  bool mine = false;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    bool more = a->taken[i] > b->taken[i];
    if (p->turns[i].kind != TURN_COUPON || a->taken[i] == b->taken[i]) continue;
    for (uint32_t k = (more ? b : a)->taken[i]; k < (more ? a : b)->taken[i]; k++) {
      const sp_coupon *one = &coupons[a->usable[i][k]];
      if (first && text_compare(one->id, first->id) > 0) continue;
      first = one;
      mine = more;
    }
  }
  return !first ? 0 : mine ? -1 : 1;
}

/* The same by expiry, where several may be equal: how many more of the earliest ones a uses. */
static int compare_expiries(const pricing *p, const candidate *a, const candidate *b) {
  const sp_coupon *coupons = p->request->coupons;
  int64_t done = INT64_MIN;
  for (;;) {
    int64_t first = INT64_MAX;
    int more = 0;
    bool any = false;
    for (uint32_t i = 0; i < p->turn_count; i++) {
      bool mine = a->taken[i] > b->taken[i];
      if (p->turns[i].kind != TURN_COUPON || a->taken[i] == b->taken[i]) continue;
      for (uint32_t k = (mine ? b : a)->taken[i]; k < (mine ? a : b)->taken[i]; k++) {
        int64_t to = coupons[a->usable[i][k]].to_s;
        if (to <= done || to > first) continue;
        more = (to < first || !any ? 0 : more) + (mine ? 1 : -1);
        first = to;
        any = true;
      }
    }
    if (!any) return 0;
    if (more) return more > 0 ? -1 : 1;
    done = first;
  }
}

int candidate_compare_coupons(const pricing *p, const candidate *a, const candidate *b,
                              bool by_expiry) {
  return by_expiry ? compare_expiries(p, a, b) : compare_ids(p, a, b);
}

/* The turn of a rule that a decision may choose or give goods to; SP_NONE: it has none, or is no
 * such rule. */
static uint32_t turn_of_choice(const pricing *p, uint32_t rule) {
  return p->book->rules[rule].group == SP_NONE ? SP_NONE : p->turn_of[rule];
}

static bool has_pieces(const sp_assignment *pieces, uint32_t count, uint32_t rule) {
  for (uint32_t i = 0; i < count; i++) {
    if (pieces[i].rule == rule) return true;
  }
  return false;
}

/* Walks all choice rules by id: the first rule that only one of them chose decides. The one whose
 * list ends there comes first (a prefix); otherwise the one that has the smaller id. */
static int compare_rules(pricing *p, const candidate *a, const candidate *b) {
  uint32_t only_a = SP_NONE, only_b = SP_NONE, last_a = 0, last_b = 0;
  for (uint32_t r = 0; r < p->book->rule_count; r++) {
    uint32_t rule = p->book->rule_by_id[r], i = turn_of_choice(p, rule);
    if (i == SP_NONE) continue;
    bool piecewise = parts_rule(p->book, rule);
    if (!piecewise && p->turns[i].kind != TURN_CHOSEN && p->turns[i].kind != TURN_ASSIGNED)
      continue;
    bool in_a = piecewise ? has_pieces(p->given, p->given_count, rule) : a->taken[i] > 0;
    bool in_b = piecewise ? has_pieces(b->pieces, b->piece_count, rule) : b->taken[i] > 0;
    if (in_a) last_a = r + 1;
    if (in_b) last_b = r + 1;
    if (in_a && !in_b && only_a == SP_NONE) only_a = r;
    if (in_b && !in_a && only_b == SP_NONE) only_b = r;
  }
  if (only_a == SP_NONE && only_b == SP_NONE) return 0;
  uint32_t first = only_a < only_b ? only_a : only_b;
  if (first == only_a) return last_b <= first ? 1 : -1;
  return last_a <= first ? -1 : 1;
}

static bool place_before(const sp_assignment *a, const sp_assignment *b) {
  return a->line != b->line ? a->line < b->line : a->segment < b->segment;
}

/* The next of the rule's numbers, the end of the list behind the last. */
static const sp_assignment *next_of(const sp_assignment *at, const sp_assignment *end,
                                    uint32_t rule) {
  while (at < end && at->rule != rule)
    at++;
  return at;
}

/* The row of one rule: the first segment where the numbers differ prefers the larger one. */
static int compare_pieces(const pricing *p, const candidate *b, uint32_t rule) {
  const sp_assignment *mine = p->given, *my_end = mine + p->given_count;
  const sp_assignment *other = b->pieces, *other_end = other + b->piece_count;
  for (;; mine++, other++) {
    mine = next_of(mine, my_end, rule);
    other = next_of(other, other_end, rule);
    if (mine == my_end) return other == other_end ? 0 : 1;
    if (other == other_end || place_before(mine, other)) return -1;
    if (place_before(other, mine)) return 1;
    if (mine->qty != other->qty) return mine->qty > other->qty ? -1 : 1;
  }
}

/* X row by row: rules by id, lines or segments in cart order; the one that has the first cell
 * alone, or more of it, comes first. */
static int compare_assignments(pricing *p, const candidate *b) {
  for (uint32_t r = 0; r < p->book->rule_count; r++) {
    uint32_t i = turn_of_choice(p, p->book->rule_by_id[r]);
    if (i == SP_NONE) continue;
    const turn *t = &p->turns[i];
    if (parts_rule(p->book, t->rule)) {
      int order = compare_pieces(p, b, t->rule);
      if (order) return order;
    }
    if (t->kind != TURN_ASSIGNED) continue;
    size_t row = (size_t)t->once_group * p->request->line_count;
    for (uint32_t line = 0; line < p->request->line_count; line++) {
      bool in_a = p->assigned[row + line] == t->rule, in_b = b->assigned[row + line] == t->rule;
      if (in_a != in_b) return in_a ? -1 : 1;
    }
  }
  return 0;
}

int candidate_compare(pricing *p, const candidate *a, const candidate *b) {
  if (a->coupon_count != b->coupon_count) return a->coupon_count < b->coupon_count ? -1 : 1;
  if (a->waste_fen != b->waste_fen) return a->waste_fen < b->waste_fen ? -1 : 1;
  int order = candidate_compare_coupons(p, a, b, true);
  if (!order) order = compare_rules(p, a, b);
  if (!order) order = candidate_compare_coupons(p, a, b, false);
  return order ? order : compare_assignments(p, b);
}

bool candidate_takes_all(const pricing *p, const candidate *c) {
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].kind == TURN_COUPON && c->taken[i] < c->usable_count[i]) return false;
  }
  return true;
}

bool candidate_meets_line_pins(pricing *p) {
  if (!p->line_pins) return true;
  for (size_t cell = 0; cell < table_size(p); cell++) {
    if (p->line_pins[cell] != SP_PIN_FREE && p->line_pins[cell] != p->assigned[cell]) return false;
  }
  return true;
}

void candidate_to_choice(pricing *p, const candidate *c, choice *out) {
  memset(out->rules, 0, p->book->rule_count * sizeof *out->rules);
  memset(out->coupons, 0, p->request->coupon_count * sizeof *out->coupons);
  memcpy(p->assigned, c->assigned, table_size(p) * sizeof *p->assigned);
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind == TURN_CHOSEN) out->rules[t->rule] = c->taken[i] > 0;
    if (t->kind != TURN_COUPON) continue;
    for (uint32_t k = 0; k < c->taken[i]; k++)
      out->coupons[c->usable[i][k]] = true;
  }
}
