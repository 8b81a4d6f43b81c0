/* The search against an enumeration of every lawful decision, on random small worlds: same score,
 * same decision among equally good ones. The enumeration walks subsets, not turns, knows no bound
 * and merges nothing; it shares with the engine only what one rule does at its turn. */
#include "engine/engine.h"
#include "engine/freight.h"
#include "engine/plan.h"
#include "engine/price.h"
#include "engine/turn.h"
#include "engine/unit_price.h"
#include "unit/unit.h"
#include "unit/world.h"

#define DECISIONS_MAX 30000

/* One decision with what the ties look at. */
typedef struct {
  bool lawful;
  int64_t score, waste_fen;
  bool rules[WORLD_RULES];
  bool coupons[WORLD_COUPONS];
  uint32_t assigned[WORLD_GROUPS][WORLD_LINES];
} decision;

typedef struct {
  pricing p;
  pricing_state s;
  const world *w;
  uint32_t chosen[WORLD_RULES], chosen_count; /* turns of shared groups */
  uint32_t coupons[WORLD_COUPONS], coupon_count;
  uint32_t cell_count;
  struct {
    uint32_t row, line, rules[WORLD_RULES], count;
  } cells[WORLD_GROUPS * WORLD_LINES];
  decision now, best;
  uint64_t lawful_count;
} enumeration;

static bool assigned_any(enumeration *e, const turn *t) {
  for (uint32_t line = 0; line < e->w->request.line_count; line++) {
    if (assigned_row(&e->p, t->once_group)[line] == t->rule) return true;
  }
  return false;
}

/* Plays the decision in e->now and p->assigned from the first turn to the last. */
static bool play(enumeration *e) {
  pricing *p = &e->p;
  outcome o;
  e->now.waste_fen = 0;
  plan_reset_state(p, &e->s);
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (i == p->order_stage_turn)
      memcpy(p->after_item, e->s.left, p->segment_count * sizeof(int64_t));
    if (!turn_is_rule(t) || t->kind == TURN_AUTOMATIC) {
      turn_apply(p, &e->s, t, &o);
    } else if (t->kind == TURN_CHOSEN && e->now.rules[t->rule]) {
      if (!turn_apply(p, &e->s, t, &o)) return false;
    } else if (t->kind == TURN_ASSIGNED && assigned_any(e, t)) {
      if (!turn_apply(p, &e->s, t, &o) || !turn_serves_lines(p, t)) return false;
    }
    for (uint32_t k = 0; t->kind == TURN_COUPON && k < t->coupon_count; k++) {
      if (!e->now.coupons[t->coupons[k]]) continue;
      if (!turn_apply(p, &e->s, t, &o)) return false;
      e->now.waste_fen += o.waste_fen;
    }
  }
  return true;
}

static int64_t score_of(const enumeration *e) {
  int64_t freight = 0;
  if (e->w->book.policy.goal == SP_GOAL_largest_saving)
    return e->s.cut_fen + e->s.freight_coupon_fen + e->s.goal_value_fen;
  for (uint32_t g = 0; g < e->p.package_count; g++)
    freight += e->s.dues[g];
  return e->s.cut_fen + e->s.goal_value_fen - freight;
}

/* ---- ties, by the letter of src/README.md §3.3 ---- */

static int compare_int(int64_t a, int64_t b) {
  return a < b ? -1 : a > b;
}

static uint32_t coupon_total(const decision *d) {
  uint32_t count = 0;
  for (uint32_t c = 0; c < WORLD_COUPONS; c++)
    count += d->coupons[c];
  return count;
}

static uint32_t expiries(const enumeration *e, const decision *d, int64_t *out) {
  uint32_t count = 0;
  for (uint32_t c = 0; c < WORLD_COUPONS; c++) {
    if (!d->coupons[c]) continue;
    uint32_t at = count++;
    for (; at > 0 && out[at - 1] > e->w->coupons[c].to_s; at--)
      out[at] = out[at - 1];
    out[at] = e->w->coupons[c].to_s;
  }
  return count;
}

static uint32_t insert_text(sp_text *list, uint32_t count, sp_text id) {
  uint32_t at = count;
  for (uint32_t i = 0; i < count; i++) {
    if (text_equal(list[i], id)) return count;
  }
  for (; at > 0 && text_compare(list[at - 1], id) > 0; at--)
    list[at] = list[at - 1];
  list[at] = id;
  return count + 1;
}

static uint32_t rule_ids(const enumeration *e, const decision *d, sp_text *out) {
  uint32_t count = 0;
  for (uint32_t r = 0; r < e->w->book.rule_count; r++) {
    if (d->rules[r]) count = insert_text(out, count, e->w->rules[r].id);
  }
  for (uint32_t g = 0; g < e->p.once_group_count; g++) {
    for (uint32_t l = 0; l < e->w->request.line_count; l++) {
      uint32_t rule = d->assigned[g][l];
      if (rule != SP_NONE) count = insert_text(out, count, e->w->rules[rule].id);
    }
  }
  return count;
}

static uint32_t coupon_ids(const enumeration *e, const decision *d, sp_text *out) {
  uint32_t count = 0;
  for (uint32_t c = 0; c < WORLD_COUPONS; c++) {
    if (d->coupons[c]) count = insert_text(out, count, e->w->coupons[c].id);
  }
  return count;
}

static int compare_texts(const sp_text *a, uint32_t a_count, const sp_text *b, uint32_t b_count) {
  for (uint32_t i = 0; i < a_count && i < b_count; i++) {
    int order = text_compare(a[i], b[i]);
    if (order) return order;
  }
  return compare_int(a_count, b_count);
}

static bool assigned_to(const enumeration *e, const decision *d, uint32_t rule, uint32_t line) {
  for (uint32_t g = 0; g < e->p.once_group_count; g++) {
    if (d->assigned[g][line] == rule) return true;
  }
  return false;
}

static int compare_ties(const enumeration *e, const decision *a, const decision *b) {
  int64_t a_expiry[WORLD_COUPONS], b_expiry[WORLD_COUPONS];
  sp_text a_text[WORLD_RULES + WORLD_COUPONS], b_text[WORLD_RULES + WORLD_COUPONS];
  int order = compare_int(coupon_total(a), coupon_total(b));
  if (!order) order = compare_int(a->waste_fen, b->waste_fen);
  if (order) return order;
  uint32_t count = expiries(e, a, a_expiry);
  expiries(e, b, b_expiry);
  for (uint32_t i = 0; i < count && !order; i++)
    order = compare_int(a_expiry[i], b_expiry[i]);
  if (!order) {
    uint32_t a_count = rule_ids(e, a, a_text), b_count = rule_ids(e, b, b_text);
    order = compare_texts(a_text, a_count, b_text, b_count);
  }
  if (!order) {
    uint32_t a_count = coupon_ids(e, a, a_text), b_count = coupon_ids(e, b, b_text);
    order = compare_texts(a_text, a_count, b_text, b_count);
  }
  for (uint32_t r = 0; r < e->w->book.rule_count && !order; r++) {
    uint32_t rule = e->w->rule_by_id[r];
    for (uint32_t line = 0; line < e->w->request.line_count && !order; line++)
      order = assigned_to(e, b, rule, line) - assigned_to(e, a, rule, line);
  }
  return order;
}

/* ---- the walk ---- */

static void visit(enumeration *e) {
  pricing *p = &e->p;
  uint32_t lines = e->w->request.line_count;
  if (!play(e)) return;
  e->lawful_count++;
  e->now.lawful = true;
  e->now.score = score_of(e);
  for (uint32_t g = 0; g < p->once_group_count; g++)
    memcpy(e->now.assigned[g], assigned_row(p, g), lines * sizeof(uint32_t));
  bool better = !e->best.lawful || e->now.score > e->best.score ||
                (e->now.score == e->best.score && compare_ties(e, &e->now, &e->best) < 0);
  if (better) e->best = e->now;
}

static void walk_coupons(enumeration *e, uint32_t from) {
  if (from == e->coupon_count) {
    visit(e);
    return;
  }
  for (int used = 0; used < 2; used++) {
    e->now.coupons[e->coupons[from]] = used;
    walk_coupons(e, from + 1);
  }
  e->now.coupons[e->coupons[from]] = false;
}

static void walk_cells(enumeration *e, uint32_t from) {
  if (from == e->cell_count) {
    walk_coupons(e, 0);
    return;
  }
  uint32_t *cell = assigned_row(&e->p, e->cells[from].row) + e->cells[from].line;
  for (uint32_t r = 0; r <= e->cells[from].count; r++) {
    *cell = r ? e->cells[from].rules[r - 1] : SP_NONE;
    walk_cells(e, from + 1);
  }
  *cell = SP_NONE;
}

static void walk_rules(enumeration *e, uint32_t from) {
  if (from == e->chosen_count) {
    walk_cells(e, 0);
    return;
  }
  for (int used = 0; used < 2; used++) {
    e->now.rules[e->chosen[from]] = used;
    walk_rules(e, from + 1);
  }
  e->now.rules[e->chosen[from]] = false;
}

static void add_cell(enumeration *e, uint32_t row, uint32_t line, uint32_t rule) {
  for (uint32_t c = 0; c < e->cell_count; c++) {
    if (e->cells[c].row != row || e->cells[c].line != line) continue;
    e->cells[c].rules[e->cells[c].count++] = rule;
    return;
  }
  e->cells[e->cell_count].row = row;
  e->cells[e->cell_count].line = line;
  e->cells[e->cell_count].rules[0] = rule;
  e->cells[e->cell_count++].count = 1;
}

static uint64_t count_decisions(const enumeration *e) {
  uint64_t count = 1ull << (e->chosen_count + e->coupon_count);
  for (uint32_t c = 0; c < e->cell_count; c++)
    count *= e->cells[c].count + 1;
  return count;
}

static uint64_t choices(enumeration *e) {
  pricing *p = &e->p;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind == TURN_CHOSEN) e->chosen[e->chosen_count++] = t->rule;
    for (uint32_t k = 0; t->kind == TURN_COUPON && k < t->coupon_count; k++)
      e->coupons[e->coupon_count++] = t->coupons[k];
    uint32_t last = SP_NONE;
    for (uint32_t k = 0; t->kind == TURN_ASSIGNED && k < t->segment_count; k++) {
      uint32_t line = p->segments[t->segments[k]].line;
      if (line != last) add_cell(e, t->once_group, line, t->rule);
      last = line;
    }
  }
  return count_decisions(e);
}

/* False: too many decisions for this test. */
static bool enumerate(enumeration *e, const world *w, sp_arena *arena, sp_receipt *receipt) {
  *e = (enumeration){.w = w};
  *receipt = (sp_receipt){0};
  e->p = (pricing){.book = &w->book, .request = &w->request, .arena = arena, .receipt = receipt,
                   .explaining = true};
  if (unit_price_stage(&e->p) || freight_list_prices(&e->p) || plan_turns(&e->p) ||
      plan_new_state(&e->p, &e->s))
    abort();
  for (uint32_t c = 0; c < e->p.once_group_count * w->request.line_count; c++)
    e->p.assigned[c] = SP_NONE;
  if (choices(e) > DECISIONS_MAX) return false;
  walk_rules(e, 0);
  return true;
}

/* ---- the comparison ---- */

/* Puts the engine's decision on the table and plays it: the score of what was found. */
static int64_t play_found(enumeration *e, const sp_decision *d) {
  pricing *p = &e->p;
  for (uint32_t c = 0; c < p->once_group_count * e->w->request.line_count; c++)
    p->assigned[c] = SP_NONE;
  e->now = (decision){0};
  for (uint32_t i = 0; i < d->rule_count; i++)
    e->now.rules[d->rules[i]] = true;
  for (uint32_t i = 0; i < d->coupon_count; i++)
    e->now.coupons[d->coupons[i]] = true;
  for (uint32_t i = 0; i < d->line_count; i++) {
    for (uint32_t t = 0; t < p->turn_count; t++) {
      const turn *given = &p->turns[t];
      if (given->kind == TURN_ASSIGNED && given->rule == d->lines[i].rule)
        assigned_row(p, given->once_group)[d->lines[i].line] = given->rule;
    }
  }
  CHECK(play(e));
  for (uint32_t g = 0; g < p->once_group_count; g++)
    memcpy(e->now.assigned[g], assigned_row(p, g), e->w->request.line_count * sizeof(uint32_t));
  return score_of(e);
}

static void print_decision(const enumeration *e, const decision *d) {
  const world *w = e->w;
  for (uint32_t r = 0; r < w->book.rule_count; r++) {
    if (d->rules[r]) printf(" %.2s", w->rules[r].id.ptr);
  }
  for (uint32_t g = 0; g < e->p.once_group_count; g++) {
    for (uint32_t l = 0; l < w->request.line_count; l++) {
      uint32_t rule = d->assigned[g][l];
      if (rule != SP_NONE) printf(" %u>%.2s", l, w->rules[rule].id.ptr);
    }
  }
  for (uint32_t c = 0; c < WORLD_COUPONS; c++) {
    if (d->coupons[c]) printf(" (%.2s)", w->coupons[c].id.ptr);
  }
  printf("\n");
}

static uint64_t first_seed = 1, last_seed = 4000;

/* What is called exact is the best one, ties included; otherwise the gap holds. */
static bool compare(enumeration *e, const sp_receipt *receipt) {
  int64_t score = play_found(e, &receipt->decision);
  if (score > e->best.score) return false;
  if (!receipt->exact) return e->best.score - score <= receipt->gap_fen;
  return score == e->best.score && compare_ties(e, &e->now, &e->best) == 0;
}

static void search_finds_what_enumeration_finds(void) {
  sp_arena arena = unit_arena(1u << 24);
  static world w;
  static enumeration e;
  int compared = 0, inexact = 0;
  for (uint64_t seed = first_seed; seed <= last_seed; seed++) {
    sp_receipt receipt, ignored;
    arena.used = 0;
    world_make(&w, seed);
    if (!enumerate(&e, &w, &arena, &ignored)) continue;
    sp_err err = quote(&w.book, &w.request, &arena, &receipt);
    CHECK_INT(err, SP_OK);
    if (err) continue;
    compared++;
    inexact += !receipt.exact;
    bool good = compare(&e, &receipt);
    CHECK(good);
    if (good) continue;
    printf("seed %llu: best %lld:", (unsigned long long)seed, (long long)e.best.score);
    print_decision(&e, &e.best);
    printf("  found %lld, exact %d, gap %lld, visited %u:", (long long)score_of(&e), receipt.exact,
           (long long)receipt.gap_fen, receipt.visited);
    print_decision(&e, &e.now);
  }
  printf("%d worlds compared, %d of them not exact\n", compared, inexact);
  CHECK(compared > 0);
  free(arena.base);
}

int main(int count, char **arguments) {
  if (count > 1) first_seed = last_seed = strtoull(arguments[1], NULL, 10);
  if (count > 2) last_seed = strtoull(arguments[2], NULL, 10);
  RUN(search_finds_what_enumeration_finds);
  return unit_end();
}
