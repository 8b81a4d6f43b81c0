#include "train/assortment.h"

#include <stdlib.h>
#include <string.h>

#include "model/recommend.h"
#include "train/memory.h"

/* Parts of the file that ids and popularity may take, and all that is said of items at most. */
static const double parts[] = {0.6, 0.45, 0.3, 0.2}, most_part = 0.8;
enum { PARTS = sizeof parts / sizeof *parts };

typedef struct {
  uint32_t count;
  size_t bare; /* bytes */
  uint32_t *to;
} choice;

static void free_log(order_log *log) {
  free(log->names);
  free(log->items);
  free(log->orders);
}

static order_log with_items(const order_log *all, const uint32_t *to, uint32_t count) {
  char **names = memory_take(count, sizeof *names);
  for (uint32_t i = 0; i < all->item_count; i++) {
    if (to[i] != UINT32_MAX) names[to[i]] = all->names[i];
  }
  return log_renumbered(all, to, names, count);
}

/* The most sold items, a sixteenth fewer each time until they fit into so many bytes. */
static void make_fit(const order_log *all, size_t bytes, double part, assortment_size *bare_size,
                     choice *c) {
  for (;;) {
    c->count = popular_items(all, c->count, c->to);
    order_log log = with_items(all, c->to, c->count);
    c->bare = bare_size(&log, false);
    size_t whole = bare_size(&log, true);
    free_log(&log);
    double room = (double)bytes;
    bool fits = (double)c->bare <= room * part && (double)whole <= room * most_part;
    if (fits || c->count <= 16) return;
    c->count -= c->count / 16;
  }
}

/* Takes the weights of items that are left out away. */
static void leave_out(all_weights *w, const uint32_t *to) {
  size_t n = w->n;
  for (size_t i = 0; i < n && w->dense; i++) {
    if (to[i] == UINT32_MAX) memset(w->dense + i * n, 0, n * sizeof *w->dense);
    for (size_t j = 0; j < n; j++) {
      if (to[j] == UINT32_MAX) w->dense[i * n + j] = 0;
    }
  }
  for (size_t i = 0; i < n && !w->dense; i++) {
    for (uint32_t k = w->local.start[i]; k < w->local.start[i + 1]; k++) {
      if (to[i] == UINT32_MAX || to[w->local.column[k]] == UINT32_MAX) w->local.value[k] = 0;
    }
  }
}

/* The best of the choices, which stand from many items to few. */
static uint32_t best_of(const choice *choices, const order_log *all, const holdout *tail,
                        const tuning *t, size_t bytes, tune_progress *progress) {
  order_log train = log_head(all, tail->first);
  all_weights weights = weights_train(&train, &t->ease);
  habits known = habits_of(&train);
  uint32_t best = 0;
  double most = -1;
  for (uint32_t i = 0; i < PARTS; i++) {
    leave_out(&weights, choices[i].to);
    size_t bits = (bytes - choices[i].bare) * 8;
    kept_weights kept = weights_keep(&weights, &t->ease, &t->keep, bits);
    measure m = measure_kept(&kept, &weights, tail, known.popular, NULL);
    kept_free(&kept);
    if (m.ndcg > most) {
      most = m.ndcg;
      best = i;
    }
    if (progress) progress("choosing items", i + 1, PARTS);
  }
  habits_free(&known);
  weights_free(&weights);
  return best;
}

order_log assortment_of(const order_log *all, const holdout *tail, const tuning *t, size_t bytes,
                        assortment_size *bare_size, tune_progress *progress) {
  choice choices[PARTS];
  uint32_t best = PARTS - 1;
  for (uint32_t i = 0; i < PARTS; i++) {
    choices[i].to = memory_take(all->item_count, sizeof *choices[i].to);
    choices[i].count = i ? choices[i - 1].count : all->item_count;
    make_fit(all, bytes, parts[i], bare_size, &choices[i]);
  }
  // What leaves nothing out at its smallest has nothing to choose.
  if (choices[best].count < all->item_count) best = best_of(choices, all, tail, t, bytes, progress);
  order_log log = with_items(all, choices[best].to, choices[best].count);
  for (uint32_t i = 0; i < PARTS; i++)
    free(choices[i].to);
  return log;
}
