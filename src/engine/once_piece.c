#include "engine/once_piece.h"

#include "engine/bound.h"
#include "engine/parts.h"
#include "engine/plan.h"
#include "engine/tree.h"

/* Fewer tables than this are walked without a good one to begin with. */
#define TABLES_FEW 200

/* Pieces of a segment, and how many of them a group has not given away yet. */
typedef struct {
  int32_t qty, left;
  int64_t rate; /* scratch of most_below */
} pool;

/* One number of a table, and what the rule gains at most by each piece: see bound_rate. */
typedef struct {
  uint32_t row;
  sp_assignment x;
  pool *from;
  int64_t rate;
  int32_t kept; /* of a good table */
} cell;

/* A rule that may have pieces: its cells stand together, in cart order. */
typedef struct {
  uint32_t first, end;
  int64_t most_fen, roundings_fen;
  bool on;
} row;

typedef struct {
  search x;
  pricing *p, table;            /* the cart as it was, and as x looks at it */
  row rows[SP_PIECE_RULES_MAX]; /* by rule id */
  uint32_t row_count;
  cell *cells;
  uint32_t cell_count;
  uint32_t *walk; /* cells of the rows that are on */
  uint32_t walk_count;
  sp_assignment *pieces; /* of the table */
  uint32_t piece_count;
  int64_t others_fen; /* the best score without pieces */
  bool walked;        /* the best one so far was met in the order of the ties */
  bool strict;        /* of equal scores the one that was found first is the better one */
} pieces_search;

/* ---- set-up ---- */

/* The same cart with one piece in each segment. */
static bool one_piece_each(const pricing *p, pricing *one) {
  uint32_t n = p->segment_count;
  *one = *p;
  one->segments = arena_array(p->arena, n, sizeof(sp_segment));
  one->start_left = arena_array(p->arena, n, sizeof(int64_t));
  one->list_part = arena_array(p->arena, n, sizeof(int64_t));
  if (!one->segments || !one->start_left || !one->list_part) return false;
  for (uint32_t i = 0; i < n; i++) {
    int32_t qty = p->segments[i].qty;
    one->segments[i] = p->segments[i];
    one->segments[i].qty = 1;
    one->segments[i].list_fen /= qty;
    one->segments[i].fixed_fen /= qty;
    one->start_left[i] = p->start_left[i] / qty;
    one->list_part[i] = p->list_part[i] / qty;
  }
  return true;
}

static pool *new_pools(const pricing *p) {
  pool *pools = arena_array(p->arena, p->segment_count, sizeof *pools);
  for (uint32_t i = 0; pools && i < p->segment_count; i++)
    pools[i].qty = pools[i].left = p->segments[i].qty;
  return pools;
}

static void add_row(pieces_search *y, const turn *t, const pricing *one, pool *pools) {
  const pricing *p = y->p;
  row *r = &y->rows[y->row_count];
  *r = (row){.first = y->cell_count, .most_fen = bound_pieces(p, t)};
  r->roundings_fen = bound_roundings(p, t);
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t i = t->segments[k], first = i;
    while (first > 0 && p->segments[first - 1].line == p->segments[i].line)
      first--;
    cell *c = &y->cells[y->cell_count++];
    *c = (cell){.row = y->row_count, .from = &pools[i], .rate = bound_rate(p, one, t, k)};
    c->x = (sp_assignment){.line = p->segments[i].line, .rule = t->rule, .segment = i - first};
  }
  r->end = y->cell_count;
  y->row_count++;
}

static sp_err find_rows(pieces_search *y) {
  pricing *p = y->p, one;
  size_t most = (size_t)p->segment_count * SP_PIECE_RULES_MAX;
  y->cells = arena_array(p->arena, most, sizeof *y->cells);
  y->walk = arena_array(p->arena, most, sizeof *y->walk);
  y->pieces = arena_array(p->arena, most, sizeof *y->pieces);
  y->x.best.pieces = arena_array(p->arena, most, sizeof *y->pieces);
  pool **pools = arena_array(p->arena, p->book->group_count, sizeof *pools);
  if (!y->cells || !y->walk || !y->pieces || !y->x.best.pieces || !pools) return SP_E_MEMORY;
  if (!one_piece_each(p, &one)) return SP_E_MEMORY;
  for (uint32_t r = 0; r < p->book->rule_count; r++) {
    for (uint32_t i = 0; i < p->turn_count; i++) {
      const turn *t = &p->turns[i];
      if (!t->idle || t->rule != p->book->rule_by_id[r]) continue;
      uint32_t group = turn_rule(p, t)->group;
      if (!pools[group]) pools[group] = new_pools(p);
      if (!pools[group]) return SP_E_MEMORY;
      add_row(y, t, &one, pools[group]);
    }
  }
  return SP_OK;
}

/* ---- one table ---- */

static void give(cell *c, int32_t qty) {
  c->from->left += c->x.qty - qty;
  c->x.qty = qty;
}

static void give_none(pieces_search *y) {
  for (uint32_t k = 0; k < y->cell_count; k++)
    give(&y->cells[k], 0);
}

static bool stands_before(const sp_assignment *a, const sp_assignment *b) {
  return a->line != b->line ? a->line < b->line : a->segment < b->segment;
}

/* The numbers above 0 in the order of a decision, by segment, then rule: the rows, which are in
 * cart order and come by rule id, are merged. */
static void list_pieces(pieces_search *y) {
  uint32_t at[SP_PIECE_RULES_MAX];
  y->piece_count = 0;
  for (uint32_t r = 0; r < y->row_count; r++)
    at[r] = y->rows[r].first;
  for (;;) {
    uint32_t next = SP_NONE;
    for (uint32_t r = 0; r < y->row_count; r++) {
      while (at[r] < y->rows[r].end && !y->cells[at[r]].x.qty)
        at[r]++;
      if (at[r] == y->rows[r].end) continue;
      if (next == SP_NONE || stands_before(&y->cells[at[r]].x, &y->cells[at[next]].x)) next = r;
    }
    if (next == SP_NONE) return;
    y->pieces[y->piece_count++] = y->cells[at[next]++].x;
  }
}

/* The cart with those pieces given out, ready to be searched or priced. */
static sp_err cut_up(const pricing *p, const sp_assignment *pieces, uint32_t count, pricing *out) {
  pricing cut = *p->whole;
  cut.whole = p->whole;
  cut.line_pins = p->line_pins;
  cut.rough = p->rough;
  cut.stamp = p->stamp; // Some of the places where it is left are shared.
  sp_err err = parts_split(&cut, pieces, count);
  if (!err) err = plan_turns(&cut);
  *out = cut;
  return err;
}

static bool hopeless_turn(const pricing *p) {
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (p->turns[i].kind == TURN_PIECES && p->turns[i].dead) return true;
  }
  return false;
}

/* The best decision with the numbers as the cells have them is compared with the best one so far.
 * E_MEMORY. */
static sp_err try_table(pieces_search *y) {
  sp_arena *arena = y->p->arena;
  size_t mark = arena_mark(arena);
  list_pieces(y);
  sp_err err = cut_up(y->p, y->pieces, y->piece_count, &y->table);
  if (err) return err;
  y->x.p = &y->table;
  y->x.visited++;
  y->x.work += 64 + 4 * (y->table.turn_count + y->table.segment_count);
  if (!hopeless_turn(&y->table)) err = search_run(&y->x);
  y->p->stamp = y->table.stamp;
  y->p->rough |= y->table.rough;
  arena_rewind(arena, mark);
  return err;
}

/* Whether the table that was tried last is that of the best decision. */
static bool is_best(const pieces_search *y) {
  const candidate *best = &y->x.best;
  uint32_t i = 0;
  for (; i < y->piece_count && i < best->piece_count; i++) {
    const sp_assignment *a = &y->pieces[i], *b = &best->pieces[i];
    if (a->rule != b->rule || a->qty != b->qty || stands_before(a, b) || stands_before(b, a))
      return false;
  }
  return y->piece_count == best->piece_count;
}

/* ---- all tables ---- */

/* What the rules can gain at most, when the first `done` cells of the walk are what they are. A
 * piece that is still to be given away counts once, at the best rate there is for it; or each rule
 * counts with all pieces it could have. */
static int64_t most_below(pieces_search *y, uint32_t done) {
  int64_t apart = 0, together = 0;
  y->x.work += 1 + y->walk_count / 4;
  for (uint32_t k = done; k < y->walk_count; k++)
    y->cells[y->walk[k]].from->rate = 0;
  for (uint32_t k = 0; k < y->walk_count;) {
    const row *r = &y->rows[y->cells[y->walk[k]].row];
    int64_t given = 0, could = 0;
    for (uint32_t l = r->first; l < r->end; l++, k++) {
      const cell *c = &y->cells[l];
      if (k < done) {
        given += c->rate * c->x.qty;
        continue;
      }
      could += c->rate * c->from->left;
      if (c->rate <= c->from->rate) continue;
      together += (c->rate - c->from->rate) * c->from->left;
      c->from->rate = c->rate;
    }
    int64_t most = r->most_fen * SP_RATE_ONE, more = r->roundings_fen * SP_RATE_ONE;
    apart += sp_min(most, given + could + more);
    together += sp_min(most, given + more);
  }
  return money_divide(sp_min(apart, together), SP_RATE_ONE, SP_FLOOR);
}

/* Whether there may be something good among the tables with these `done` numbers. */
static bool promises(pieces_search *y, uint32_t done) {
  search *x = &y->x;
  if (done) {
    const cell *last = &y->cells[y->walk[done - 1]];
    const row *r = &y->rows[last->row];
    int64_t sum = 0;
    for (uint32_t k = r->first; k < r->end; k++)
      sum += y->cells[k].x.qty;
    // A rule that is on has pieces.
    if (last == &y->cells[r->end - 1] && !sum) return false;
  }
  int64_t score = y->others_fen + most_below(y, done);
  if (x->by_level || !x->found) return true;
  return score > x->best_score || (score == x->best_score && !(y->strict && y->walked));
}

static void list_walk(pieces_search *y) {
  y->walk_count = 0;
  for (uint32_t k = 0; k < y->cell_count; k++) {
    if (y->rows[y->cells[k].row].on) y->walk[y->walk_count++] = k;
  }
}

static sp_err try_walked(pieces_search *y) {
  sp_err err = try_table(y);
  y->walked |= is_best(y);
  return err;
}

/* All tables of the rows that are on: the first number as large as can be, then the next one. A
 * loop instead of a recursion: there may be thousands of cells. */
static sp_err walk_tables(pieces_search *y) {
  uint32_t at = 0;
  list_walk(y);
  if (!promises(y, 0)) return SP_OK;
  if (!y->walk_count) return try_walked(y);
  give(&y->cells[y->walk[0]], y->cells[y->walk[0]].from->left);
  while (!tree_out_of_budget(&y->x, INT64_MIN)) {
    if (promises(y, at + 1)) {
      if (at + 1 < y->walk_count) {
        cell *next = &y->cells[y->walk[++at]];
        give(next, next->from->left);
        continue;
      }
      sp_err err = try_walked(y);
      if (err) return err;
    }
    while (y->cells[y->walk[at]].x.qty == 0) {
      if (at == 0) return SP_OK;
      at--;
    }
    give(&y->cells[y->walk[at]], y->cells[y->walk[at]].x.qty - 1);
  }
  return SP_OK;
}

/* Every set of rules that have pieces, in the order of their sorted ids, a prefix first. */
static sp_err walk_sets(pieces_search *y) {
  uint32_t chosen[SP_PIECE_RULES_MAX + 1], count = 0;
  for (;;) {
    sp_err err = walk_tables(y);
    give_none(y);
    if (err || y->x.exhausted) return err;
    uint32_t next = count ? chosen[count - 1] + 1 : 0;
    // Behind the last rule it goes again, and the one before it moves on.
    for (uint32_t gone = 0; next == y->row_count && gone < 2; gone++) {
      if (!count) return SP_OK;
      y->rows[chosen[--count]].on = false;
    }
    if (next == y->row_count) next = chosen[count] + 1;
    chosen[count++] = next;
    y->rows[next].on = true;
  }
}

/* ---- a good table to begin with ---- */

static bool few_tables(const pieces_search *y) {
  uint64_t tables = 1;
  for (uint32_t k = 0; k < y->cell_count && tables < TABLES_FEW; k++)
    tables *= (uint32_t)y->cells[k].from->left + 1;
  return tables < TABLES_FEW;
}

/* Pieces that others of the same group have come back first, those of the last rule at first. */
static void take(pieces_search *y, cell *c, int32_t qty) {
  for (uint32_t k = y->cell_count; k-- > 0 && c->from->left + c->x.qty < qty;) {
    cell *other = &y->cells[k];
    if (other == c || other->from != c->from) continue;
    int32_t missing = qty - c->from->left - c->x.qty;
    give(other, other->x.qty > missing ? other->x.qty - missing : 0);
  }
  give(c, qty);
}

/* The numbers are tried, and kept if that is better than anything so far. */
static sp_err try_better(pieces_search *y, bool *better) {
  bool found = y->x.found;
  int64_t score = y->x.best_score;
  sp_err err = try_table(y);
  *better = y->x.found && (!found || y->x.best_score > score);
  for (uint32_t k = 0; k < y->cell_count && *better; k++)
    y->cells[k].kept = y->cells[k].x.qty;
  y->x.work += y->cell_count;
  return err;
}

/* All pieces to one rule, or (row_count) each to the rule that promises most for it. */
static void give_all(pieces_search *y, uint32_t r) {
  give_none(y);
  for (uint32_t k = 0; k < y->cell_count; k++)
    y->cells[k].from->rate = 0;
  for (uint32_t k = 0; k < y->cell_count; k++)
    y->cells[k].from->rate = sp_max(y->cells[k].from->rate, y->cells[k].rate);
  for (uint32_t k = 0; k < y->cell_count; k++) {
    cell *c = &y->cells[k];
    bool mine = r < y->row_count ? c->row == r : c->rate == c->from->rate;
    if (mine) give(c, c->x.qty + c->from->left);
  }
}

static bool has_time(const pieces_search *y) {
  return !y->x.exhausted && y->x.work < SP_SEARCH_WORK_MAX / 2;
}

/* Whole rows first, and then one number at a time as long as that helps: one more piece, or all of
 * its segment. */
static sp_err begin_well(pieces_search *y) {
  bool better = false, any = true;
  sp_err err = SP_OK;
  for (uint32_t r = 0; r <= y->row_count && !err; r++) {
    give_all(y, r);
    err = try_better(y, &better);
  }
  while (any && !err && has_time(y)) {
    any = false;
    for (uint32_t k = 0; k < 2 * y->cell_count && !err && has_time(y); k++) {
      give_none(y);
      for (uint32_t l = 0; l < y->cell_count; l++)
        give(&y->cells[l], y->cells[l].kept);
      cell *c = &y->cells[k / 2];
      if (c->x.qty == c->from->qty) continue;
      take(y, c, k % 2 ? c->from->qty : c->x.qty + 1);
      err = try_better(y, &better);
      any |= better;
    }
  }
  give_none(y);
  return err;
}

sp_err once_piece_search(pricing *p, const bool *allowed, search_coupons wanted, choice *best,
                         search_result *out) {
  pieces_search *y = arena_alloc(p->arena, sizeof *y);
  bool others = false;
  if (!y) return SP_E_MEMORY;
  sp_err err = cut_up(p, NULL, 0, p);
  y->p = p;
  if (!err) err = search_start(&y->x, p, allowed, wanted);
  if (!err) err = search_most(&y->x, &others, &y->others_fen);
  if (!err) err = find_rows(y);
  y->strict = !others;
  if (!err && !few_tables(y)) err = begin_well(y);
  if (!err && !y->x.exhausted) err = walk_sets(y);
  if (err) return err;
  if (y->x.exhausted) {
    // Where the budget ended is not looked into: no table is worth more than this.
    for (uint32_t r = 0; r < y->row_count; r++)
      y->rows[r].on = true;
    list_walk(y);
    y->x.abandoned_score = sp_max(y->x.abandoned_score, y->others_fen + most_below(y, 0));
  }
  if (y->x.found) err = cut_up(p, y->x.best.pieces, y->x.best.piece_count, p);
  y->x.p = p;
  if (!err) search_finish(&y->x, best, out);
  return err;
}
