#include "engine/add_on.h"

typedef struct {
  uint32_t segment, line;
  int64_t taken, cut_fen;
} add_on;

/* The next add-on of the rule from place k of the list behind the goods on; *room is what is left
 * of its maximum. False: there is none. */
static bool next_add_on(const pricing *p, uint32_t rule, uint32_t *k, int64_t *room, add_on *out) {
  const sp_give *give = &p->book->rules[rule].gives[0];
  for (; *k < p->segment_count; ++*k) {
    uint32_t i = p->all_segments[*k];
    const sp_segment *segment = &p->segments[i];
    const sp_line *line = &p->request->lines[segment->line];
    if (line->add_on != rule + 1) continue;
    int64_t taken = sp_min(*room, segment->qty), price = line->price_fen;
    for (uint32_t o = 0; o < give->price_count; o++) {
      if (give->prices[o].sku == line->sku) price = sp_min(price, give->prices[o].price_fen);
    }
    *out = (add_on){i, segment->line, taken, (line->price_fen - price) * taken};
    // Like every other cut it leaves the floor of the goods.
    int64_t floor = p->floor_fen ? p->floor_fen[i] : 0;
    out->cut_fen = sp_min(out->cut_fen, sp_max(0, p->start_left[i] - floor));
    *room -= taken;
    ++*k;
    return true;
  }
  return false;
}

int64_t add_on_value(const pricing *p, uint32_t rule) {
  int64_t room = p->book->rules[rule].gives[0].n, sum = 0;
  add_on one;
  for (uint32_t k = p->goods_count; next_add_on(p, rule, &k, &room, &one);)
    sum += one.cut_fen;
  return sum;
}

void add_on_place(pricing *p, uint32_t rule) {
  int64_t room = p->book->rules[rule].gives[0].n;
  add_on one;
  p->eligible = p->eligible_room;
  p->eligible_count = 0;
  for (uint32_t k = p->goods_count; next_add_on(p, rule, &k, &room, &one);) {
    p->eligible_room[p->eligible_count] = one.segment;
    p->cut[p->eligible_count] = one.cut_fen;
    p->served[p->eligible_count++] = true;
  }
}

void add_on_record(pricing *p, uint32_t rule) {
  sp_receipt *r = p->receipt;
  if (!p->recording || (r->add_on_count && r->add_ons[r->add_on_count - 1].rule == rule)) return;
  int64_t room = p->book->rules[rule].gives[0].n, taken = 0;
  add_on one;
  for (uint32_t k = p->goods_count; next_add_on(p, rule, &k, &room, &one);)
    taken += one.taken;
  r->add_ons[r->add_on_count++] = (sp_add_on_answer){rule, taken};
}

int64_t add_on_taken(const pricing *p, uint32_t rule, uint32_t line) {
  const sp_receipt *r = p->receipt;
  int64_t room = p->book->rules[rule].gives[0].n;
  bool holds = false;
  for (uint32_t i = 0; i < r->add_on_count; i++)
    holds |= r->add_ons[i].rule == rule;
  add_on one;
  for (uint32_t k = p->goods_count; holds && next_add_on(p, rule, &k, &room, &one);)
    if (one.line == line) return one.taken;
  return 0;
}
