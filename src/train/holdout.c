#include "train/holdout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train/memory.h"

enum { CASES_MAX = 6000, TAIL_PART = 10 };

static uint32_t mixed(uint32_t x) {
  x = (x ^ x >> 16) * 0x7feb352du;
  x = (x ^ x >> 15) * 0x846ca68bu;
  return x ^ x >> 16;
}

static holdout_case case_of(const order_log *log, uint32_t order, uint32_t hidden) {
  const log_order *o = &log->orders[order];
  holdout_case one = {order, log->items[o->first + hidden],
                      memory_take(o->count, sizeof *one.context), 0};
  for (uint32_t k = 0; k < o->count; k++) {
    if (k != hidden) one.context[one.context_count++] = log->items[o->first + k];
  }
  return one;
}

holdout holdout_of(const order_log *log) {
  holdout h = {log, log->order_count - log->order_count / TAIL_PART, NULL, 0};
  uint32_t fit = 0;
  for (uint32_t o = h.first; o < log->order_count; o++)
    fit += log->orders[o].count >= 2;
  h.cases = memory_take(CASES_MAX, sizeof *h.cases);
  uint32_t each = fit ? (CASES_MAX + fit - 1) / fit : 0, orders = fit < CASES_MAX ? fit : CASES_MAX;
  uint64_t seen = 0;
  for (uint32_t o = h.first; o < log->order_count; o++) {
    uint32_t count = log->orders[o].count;
    if (count < 2) continue;
    // Where there are more orders than cases, those that are taken lie evenly among them.
    bool taken = (seen + 1) * orders / fit > seen * orders / fit;
    seen++;
    if (!taken) continue;
    uint32_t most = each < count ? each : count, from = mixed(o) % count;
    for (uint32_t k = 0; k < most && h.count < CASES_MAX; k++)
      h.cases[h.count++] = case_of(log, o, (from + k) % count);
  }
  return h;
}

static uint32_t item_named(const order_log *log, const char *name) {
  uint32_t low = 0, high = log->item_count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    int order = strcmp(log->names[middle], name);
    if (!order) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return UINT32_MAX;
}

static bool case_in(char *line, const order_log *log, holdout_case *out) {
  char *fields[5], *at = line;
  line[strcspn(line, "\r\n")] = 0;
  for (uint32_t i = 0; i < 5; i++) {
    fields[i] = at;
    if (!at) return false;
    at = strchr(at, '\t');
    if (at) *at++ = 0;
  }
  *out = (holdout_case){UINT32_MAX, item_named(log, fields[4]), NULL, 0};
  out->context = memory_take(strlen(fields[3]) / 2 + 1, sizeof *out->context);
  for (char *name = strtok(fields[3], " "); name; name = strtok(NULL, " ")) {
    uint32_t item = item_named(log, name);
    if (item != UINT32_MAX) out->context[out->context_count++] = item;
  }
  return true;
}

holdout holdout_read(const char *path, const order_log *log) {
  enum { LINE_MAX_BYTES = 65536 };
  holdout h = {log, 0, NULL, 0};
  size_t room = 0;
  FILE *file = fopen(path, "rb");
  char *line = memory_take(LINE_MAX_BYTES, 1);
  while (file && fgets(line, LINE_MAX_BYTES, file)) {
    h.cases = memory_more(h.cases, h.count, &room, sizeof *h.cases);
    if (case_in(line, log, &h.cases[h.count++])) continue;
    fprintf(stderr, "suanpan-train: %s: line %u: not five fields between tabs\n", path, h.count);
    exit(1);
  }
  if (!file || ferror(file)) {
    fprintf(stderr, "suanpan-train: can't read %s\n", path);
    exit(2);
  }
  fclose(file);
  free(line);
  return h;
}

holdout holdout_renumbered(const holdout *all, const order_log *log, const uint32_t *to) {
  holdout h = {log, all->first, memory_take(all->count, sizeof *h.cases), 0};
  for (uint32_t i = 0; i < all->count; i++) {
    const holdout_case *one = &all->cases[i];
    holdout_case moved = {one->order, to[one->hidden], NULL, 0};
    if (moved.hidden == UINT32_MAX) continue;
    moved.context = memory_take(one->context_count, sizeof *moved.context);
    for (uint32_t k = 0; k < one->context_count; k++) {
      if (to[one->context[k]] != UINT32_MAX)
        moved.context[moved.context_count++] = to[one->context[k]];
    }
    h.cases[h.count++] = moved;
  }
  return h;
}

void holdout_free(holdout *h) {
  for (uint32_t i = 0; i < h->count; i++)
    free(h->cases[i].context);
  free(h->cases);
}

void measure_add(measure *m, uint32_t rank) {
  double ndcg = rank && rank <= 10 ? 1 / log2(rank + 1.0) : 0;
  if (m->each) m->each[m->count] = (float)ndcg;
  m->count++;
  m->ndcg += ndcg;
  m->hit_rate += ndcg > 0;
  if (rank) m->mrr += 1.0 / rank;
}

bool measure_is_better(const float *a, const float *b, uint32_t count, double errors,
                       double least) {
  double sum = 0, squares = 0;
  if (!a) return true;
  if (!count) return false;
  for (uint32_t i = 0; i < count; i++) {
    double gain = (double)b[i] - a[i];
    sum += gain;
    squares += gain * gain;
  }
  double mean = sum / count, variance = squares / count - mean * mean;
  return mean > least + errors * sqrt((variance > 0 ? variance : 0) / count) + 1e-9;
}

measure measure_end(measure m) {
  double count = m.count ? m.count : 1;
  return (measure){m.hit_rate / count, m.ndcg / count, m.mrr / count, m.count, m.each};
}

uint32_t rank_of(const float *scores, uint32_t n, const holdout_case *one) {
  if (one->hidden == UINT32_MAX) return 0;
  float own = scores[one->hidden];
  uint32_t rank = 1;
  for (uint32_t j = 0; j < n; j++)
    rank += scores[j] > own || (scores[j] == own && j < one->hidden);
  for (uint32_t k = 0; k < one->context_count; k++) {
    uint32_t j = one->context[k];
    rank -= scores[j] > own || (scores[j] == own && j < one->hidden);
  }
  return rank;
}
