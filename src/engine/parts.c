#include "engine/parts.h"

bool parts_rule(const sp_book *book, uint32_t rule) {
  uint32_t group = book->rules[rule].group;
  return group != SP_NONE && book->groups[group].pieces == SP_PIECES_once_piece;
}

bool parts_owned(const pricing *p, uint32_t segment, uint32_t rule) {
  if (!p->given_count) return false;
  const segment_part *own = &p->parts[segment];
  for (uint32_t k = own->first; k < own->end; k++) {
    const piece_run *r = &p->runs[k];
    if (p->given[k].rule == rule) return r->from <= own->from && own->from < r->to;
  }
  return false;
}

/* Where each number's pieces stand in their segment: every group takes them from the front, its
 * rules by id. */
static sp_err find_runs(pricing *p, segment_part *segments) {
  const sp_rule *rules = p->book->rules;
  uint32_t line = 0, i = 0;
  for (uint32_t k = 0; k < p->given_count; k++) {
    const sp_assignment *cell = &p->given[k];
    while (line < p->segment_count && p->segments[line].line < cell->line)
      line++;
    i = line + cell->segment;
    if (i >= p->segment_count || p->segments[i].line != cell->line) return SP_E_DECISION;
    if (segments[i].end == 0) segments[i].first = k;
    segments[i].end = k + 1;
    piece_run *r = &p->runs[k];
    for (uint32_t j = segments[i].first; j < k; j++) {
      bool same = rules[p->given[j].rule].group == rules[cell->rule].group;
      if (same) r->from = p->runs[j].to;
    }
    r->to = r->from + cell->qty;
    if (r->to > p->segments[i].qty) return SP_E_DECISION;
  }
  return SP_OK;
}

/* The pieces [from, to) of whole segment i as the next segment of q. */
static void add_part(const pricing *p, pricing *q, uint32_t i, segment_part own, int32_t to) {
  sp_segment *segment = &q->segments[q->segment_count];
  int32_t whole = p->segments[i].qty, qty = to - own.from;
  uint32_t at = q->segment_count++;
  *segment = p->segments[i];
  segment->qty = qty;
  segment->list_fen = segment->list_fen / whole * qty;
  segment->fixed_fen = segment->fixed_fen / whole * qty;
  q->segment_shop[at] = p->segment_shop[i];
  q->segment_store[at] = p->segment_store[i];
  q->list_part[at] = p->list_part[i] / whole * qty;
  q->start_left[at] = p->start_left[i] / whole * qty;
  if (p->floor_fen) q->floor_fen[at] = p->floor_fen[i] / whole * qty;
  q->parts[at] = own;
}

sp_err parts_split(pricing *p, const sp_assignment *pieces, uint32_t count) {
  pricing q = *p;
  sp_arena *arena = p->arena;
  // Each number ends one part more.
  size_t n = (size_t)p->segment_count + count;
  segment_part *segments = arena_array(arena, p->segment_count, sizeof *segments);
  p->given = q.given = pieces;
  p->given_count = q.given_count = count;
  p->runs = q.runs = arena_array(arena, count, sizeof(piece_run));
  q.parts = arena_array(arena, n, sizeof(segment_part));
  q.segments = arena_array(arena, n, sizeof(sp_segment));
  q.segment_shop = arena_array(arena, n, sizeof(uint32_t));
  q.segment_store = arena_array(arena, n, sizeof(uint32_t));
  q.list_part = arena_array(arena, n, sizeof(int64_t));
  q.start_left = arena_array(arena, n, sizeof(int64_t));
  if (p->floor_fen) q.floor_fen = arena_array(arena, n, sizeof(int64_t));
  if (!segments || !q.runs || !q.parts || !q.segments || !q.segment_shop || !q.segment_store ||
      !q.list_part || !q.start_left || (p->floor_fen && !q.floor_fen)) {
    return SP_E_MEMORY;
  }
  sp_err err = find_runs(p, segments);
  if (err) return err;
  q.segment_count = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    segment_part own = segments[i];
    for (int32_t to; own.from < p->segments[i].qty; own.from = to) {
      to = p->segments[i].qty;
      for (uint32_t k = own.first; k < own.end; k++) {
        const piece_run *r = &p->runs[k];
        if (r->from > own.from && r->from < to) to = r->from;
        if (r->to > own.from && r->to < to) to = r->to;
      }
      add_part(p, &q, i, own, to);
    }
  }
  *p = q;
  return SP_OK;
}
