#include "engine/ahead.h"

#include <string.h>

#include "base/money.h"

int64_t ahead_most(const ahead *a, int64_t left_fen) {
  uint32_t low = 0, high = a->count;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    *(a->steps[middle].need_fen <= left_fen ? &low : &high) = middle;
  }
  return a->steps[low].most_fen;
}

/* One more step at the end, unless it adds nothing. */
static void add(ahead *a, int64_t need_fen, int64_t most_fen) {
  if (a->count && most_fen <= a->steps[a->count - 1].most_fen) return;
  if (a->count && need_fen <= a->steps[a->count - 1].need_fen) a->count--;
  a->steps[a->count++] = (ahead_step){need_fen, most_fen};
}

/* The steps of a that still stand when those that are closest are joined, at most `most`. */
static void keep(const ahead *a, uint32_t most, ahead *out) {
  int64_t near = 0;
  if (a->count > most) near = (a->steps[a->count - 1].most_fen - a->steps[0].most_fen) / most / 2;
  for (uint32_t count = most + 1; count > most; near = 2 * near + 1) {
    count = 0;
    for (uint32_t k = 0, last; k < a->count; k = last + 1, count++) {
      last = k;
      while (last + 1 < a->count && a->steps[last + 1].most_fen - a->steps[k].most_fen <= near)
        last++;
      if (count < most)
        out->steps[count] = (ahead_step){a->steps[k].need_fen, a->steps[last].most_fen};
    }
    out->count = count;
  }
}

static int64_t rate_of(const ahead_turn *t, int64_t left_fen, sp_rounding rounding) {
  if (left_fen <= 0) return 0;
  int64_t cut = money_mul_div(left_fen, t->bp, 10000);
  return cut + (rounding == SP_UP);
}

static int64_t gain_at(const ahead_turn *t, int64_t left_fen) {
  return t->bp ? sp_min(t->gain_fen, rate_of(t, left_fen, SP_UP)) : t->gain_fen;
}

/* The steps of those that take the turn. */
static void shift(const ahead_turn *t, const ahead *after, int64_t top_fen, int64_t fixed_fen,
                  ahead *out) {
  int64_t need = 0;
  out->count = 0;
  for (uint32_t k = 0; k < after->count && need <= top_fen; k++) {
    int64_t next = top_fen + 1;
    for (uint32_t l = k; l < after->count && l <= k + 1; l++) {
      int64_t rest = after->steps[l].need_fen, cut = t->cut_fen;
      if (t->bp) cut = sp_min(cut, rate_of(t, rest - fixed_fen, SP_FLOOR));
      // Whatever is cut, the fixed part is left.
      *(l == k ? &need : &next) = sp_max(t->gte_fen, rest <= fixed_fen ? 0 : rest + cut);
    }
    next = sp_min(next, top_fen + 1);
    while (need < next) {
      int64_t to = next;
      // A rate grows with what is left: in steps of a quarter.
      if (gain_at(t, need - fixed_fen) < gain_at(t, next - fixed_fen))
        to = sp_min(next, need + need / 4 + 1);
      add(out, need, after->steps[k].most_fen + gain_at(t, to - fixed_fen));
      need = to;
    }
  }
}

void ahead_take(const ahead_turn *t, const ahead *without, const ahead *after, int64_t top_fen,
                int64_t fixed_fen, uint32_t most, ahead_step *spare, ahead *out) {
  ahead with = {spare, 0}, all;
  shift(t, after, top_fen, fixed_fen, &with);
  all = (ahead){spare + with.count, 0};
  for (uint32_t i = 0, k = 0; i < without->count || k < with.count;) {
    bool first = k == with.count ||
                 (i < without->count && without->steps[i].need_fen <= with.steps[k].need_fen);
    const ahead_step *next = first ? &without->steps[i++] : &with.steps[k++];
    add(&all, next->need_fen, next->most_fen);
  }
  keep(&all, most, out);
}

void ahead_charge(const ahead *after, int64_t gte_fen, int64_t price_fen, uint32_t most,
                  ahead_step *spare, ahead *out) {
  ahead all = {spare, 0};
  for (uint32_t k = 0; k < after->count && after->steps[k].need_fen < gte_fen; k++)
    add(&all, after->steps[k].need_fen, after->steps[k].most_fen - price_fen);
  if (gte_fen < INT64_MAX) add(&all, sp_max(0, gte_fen), ahead_most(after, gte_fen));
  for (uint32_t k = 0; k < after->count; k++) {
    if (after->steps[k].need_fen > gte_fen)
      add(&all, after->steps[k].need_fen, after->steps[k].most_fen);
  }
  keep(&all, most, out);
}
