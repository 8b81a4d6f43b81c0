#include "train/tune.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/recommend.h"
#include "train/memory.h"

const tuning tuning_start = {
    .ease = {.lambda = 10, .size_exponent = 0.5},
    .keep = {.exponent = 0.25, .pairs = true, .bits = 5},
    .score = {.popular = 0.003, .own = 0.1, .own_alone = 1, .decay = 0.95},
};

/* Items that nothing speaks for come by their popularity. */
static const double tie_weight = 1e-4;

/* The NDCG of each case under the best setting so far, and under the one that is tried. */
typedef struct {
  float *best, *tried;
  uint32_t count;
  bool any;
} contest;

static contest contest_of(const holdout *tail) {
  return (contest){memory_take(tail->count, sizeof(float)), memory_take(tail->count, sizeof(float)),
                   tail->count, false};
}

static void contest_end(contest *c) {
  free(c->best);
  free(c->tried);
}

/* Whether what was tried is better, by so many standard errors and more than what it costs; it is
 * then the best. */
static bool contest_won(contest *c, double errors, double cost) {
  if (!measure_is_better(c->any ? c->best : NULL, c->tried, c->count, errors, cost)) return false;
  float *swap = c->best;
  c->best = c->tried;
  c->tried = swap;
  return c->any = true;
}

/* ---- scores ---- */

static void start_scores(float *scores, const float *popular, double weight, uint32_t n) {
  for (uint32_t j = 0; j < n; j++)
    scores[j] = (float)weight * popular[j];
}

measure measure_dense(const float *weights, const holdout *tail, const float *popular,
                      float *each) {
  uint32_t n = tail->log->item_count;
  float *scores = memory_take(n, sizeof *scores);
  measure m = {.each = each};
  for (uint32_t c = 0; c < tail->count; c++) {
    const holdout_case *one = &tail->cases[c];
    start_scores(scores, popular, tie_weight, n);
    for (uint32_t k = 0; k < one->context_count; k++) {
      const float *row = weights + (size_t)one->context[k] * n;
      for (uint32_t j = 0; j < n; j++)
        scores[j] += row[j];
    }
    measure_add(&m, rank_of(scores, n, one));
  }
  free(scores);
  return measure_end(m);
}

static void add_rows(float *scores, const sparse *weights, const uint32_t *items, uint32_t count,
                     double factor) {
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t k = weights->start[items[i]]; k < weights->start[items[i] + 1]; k++)
      scores[weights->column[k]] += (float)factor * weights->value[k];
  }
}

measure measure_sparse(const sparse *weights, const holdout *tail, const float *popular,
                       double popular_weight, float *each) {
  uint32_t n = tail->log->item_count;
  float *scores = memory_take(n, sizeof *scores);
  measure m = {.each = each};
  for (uint32_t c = 0; c < tail->count; c++) {
    const holdout_case *one = &tail->cases[c];
    start_scores(scores, popular, popular_weight, n);
    add_rows(scores, weights, one->context, one->context_count, 1);
    measure_add(&m, rank_of(scores, n, one));
  }
  free(scores);
  return measure_end(m);
}

measure measure_kept(const kept_weights *kept, const all_weights *all, const holdout *tail,
                     const float *popular, float *each) {
  return measure_sparse(kept_rows(kept), tail, popular, tie_weight * all->gain, each);
}

/* ---- λ and the weights of orders ---- */

typedef struct {
  const order_log *train;
  const holdout *tail;
  float *popular;
  int32_t until;
  tuning best;
  contest contest;
  uint32_t tried;
  tune_progress *progress;
} ease_search;

/* About as many as there are; a second round is for logs of few items, where it costs little. */
enum { EASE_TRIES = 24, ROUND_ITEMS_MAX = 1500 };

/* Whether these options are better than the best so far, which they then are. */
static bool try_ease(ease_search *s, ease_options options) {
  float *order = order_weights(s->train, &options, s->until);
  gram g = gram_of(s->train, order);
  float *weights = ease_dense(&g, &options, NULL);
  measure_dense(weights, s->tail, s->popular, s->contest.tried);
  free(weights);
  gram_free(&g);
  free(order);
  if (s->progress && ++s->tried < EASE_TRIES) s->progress("tuning", s->tried, EASE_TRIES);
  if (!contest_won(&s->contest, 0, 0)) return false;
  s->best.ease = options;
  return true;
}

/* Up, or else down, by a factor while it helps. */
static void climb_lambda(ease_search *s, double factor) {
  bool went_up = false;
  for (uint32_t step = 0; step < 5; step++) {
    ease_options next = s->best.ease;
    next.lambda *= factor;
    if (!try_ease(s, next)) break;
    went_up = true;
  }
  for (uint32_t step = 0; step < 5 && !went_up; step++) {
    ease_options next = s->best.ease;
    next.lambda /= factor;
    if (!try_ease(s, next)) break;
  }
}

static int by_popularity(const void *left, const void *right) {
  const uint64_t *a = left, *b = right;
  return *a > *b ? -1 : *a < *b;
}

uint32_t popular_items(const order_log *log, uint32_t most, uint32_t *to) {
  uint32_t n = log->item_count, count = 0;
  uint64_t *keys = memory_take(n, sizeof *keys);
  for (uint32_t o = 0; o < log->order_count; o++) {
    for (uint32_t k = 0; k < log->orders[o].count; k++)
      keys[log->items[log->orders[o].first + k]] += (uint64_t)1 << 32;
  }
  for (uint32_t i = 0; i < n; i++) {
    keys[i] |= n - i;
    to[i] = UINT32_MAX;
  }
  qsort(keys, n, sizeof *keys, by_popularity);
  for (uint32_t i = 0; i < n && i < most; i++)
    to[n - (uint32_t)keys[i]] = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (to[i] != UINT32_MAX) to[i] = count++;
  }
  free(keys);
  return count;
}

static const double lives[] = {180, 60, 365, 30, 120}, drops[] = {0.33, 0.2, 0.5, 0.1, 0};
static const double exponents[] = {0, 1, 0.25, 0.75};
enum { LIVES = 5, DROPS = 5, EXPONENTS = 4 };

/* One number of the options at some values; the list ends early when the first two are no better.
 */
static void try_each(ease_search *s, size_t at, const double *values, uint32_t count) {
  bool any = false;
  for (uint32_t i = 0; i < count && (i < 2 || any); i++) {
    ease_options next = s->best.ease;
    double now;
    memcpy(&now, (char *)&next + at, sizeof now);
    if (now == values[i]) continue;
    memcpy((char *)&next + at, &values[i], sizeof now);
    any |= try_ease(s, next);
  }
}

void tune_ease(const order_log *train, const holdout *tail, uint32_t items_max, tuning *t,
               tune_progress *progress) {
  uint32_t *to = memory_take(train->item_count, sizeof *to);
  uint32_t count = popular_items(train, items_max, to);
  order_log few = log_renumbered(train, to, NULL, count);
  holdout cases = holdout_renumbered(tail, &few, to);
  habits known = habits_of(&few);
  ease_search s = {.train = &few,
                   .tail = &cases,
                   .popular = known.popular,
                   .best = *t,
                   .contest = contest_of(&cases),
                   .progress = progress};
  s.until = train->order_count ? train->orders[train->order_count - 1].day : 0;
  try_ease(&s, s.best.ease);
  climb_lambda(&s, 2.5);
  uint32_t rounds = count <= ROUND_ITEMS_MAX ? 2 : 1;
  for (uint32_t round = 0; round < rounds; round++) {
    if (train->has_days) try_each(&s, offsetof(ease_options, half_life_days), lives, LIVES);
    try_each(&s, offsetof(ease_options, drop_out), drops, DROPS);
    try_each(&s, offsetof(ease_options, size_exponent), exponents, EXPONENTS);
    climb_lambda(&s, 1.6);
  }
  t->ease = s.best.ease;
  if (progress) progress("tuning", EASE_TRIES, EASE_TRIES);
  contest_end(&s.contest);
  habits_free(&known);
  holdout_free(&cases);
  free(few.items);
  free(few.orders);
  free(to);
}

/* ---- which weights are kept ---- */

typedef struct {
  const all_weights *weights;
  const holdout *tail;
  const float *popular;
  size_t bits;
  const ease_options *ease;
  keep_options best;
  keep_list list; /* as `listed` says */
  keep_options listed;
  contest contest;
  uint32_t tried;
  tune_progress *progress;
} keep_search;

enum { KEEP_TRIES = 12 };

/* Whether there is nothing that the model has no room for. */
static bool try_keep(keep_search *s, keep_options options) {
  s->tried++;
  if (s->progress) s->progress("choosing weights", s->tried, KEEP_TRIES);
  if (options.refit && !s->weights->dense) return false;
  bool listed = s->listed.exponent == options.exponent && s->listed.pairs == options.pairs;
  if (!s->list.entries || !listed) {
    free(s->list.entries);
    s->list = weights_list(s->weights, &options, s->bits);
    s->listed = options;
  }
  kept_weights kept = weights_fit(s->weights, &s->list, s->ease, &options, s->bits);
  bool all = kept.stored.count == s->list.count;
  measure_kept(&kept, s->weights, s->tail, s->popular, s->contest.tried);
  kept_free(&kept);
  // Fitting to the kept ones again trusts the log more, and has to earn it. Where all are kept
  // what is closer to them needs no proof.
  double errors = all ? -10 : options.refit ? 1 : 0.5;
  if (contest_won(&s->contest, errors, 0)) s->best = options;
  return all;
}

/* Fewer bits a weight leave room for more of them: which is better depends on the shop. Whether all
 * of them are kept, and there is no more to choose. */
static bool choose_bits(keep_search *s) {
  static const uint32_t bit_counts[] = {6, 8, 5, 4, 3};
  bool all = false;
  for (uint32_t i = 0; i < sizeof bit_counts / sizeof *bit_counts; i++) {
    if (all && bit_counts[i] < s->best.bits) continue;
    keep_options next = s->best;
    next.bits = bit_counts[i];
    all |= try_keep(s, next);
  }
  return all;
}

void tune_keep(const all_weights *weights, const holdout *tail, const float *popular, size_t bits,
               tuning *t, tune_progress *progress) {
  static const double exponents_of_own[] = {0.25, 0.5, 0};
  keep_search s = {.weights = weights,
                   .tail = tail,
                   .popular = popular,
                   .bits = bits,
                   .ease = &t->ease,
                   .best = t->keep,
                   .contest = contest_of(tail),
                   .progress = progress};
  bool all = choose_bits(&s);
  for (uint32_t i = 0; i < 3 && !all; i++) {
    keep_options next = s.best;
    next.exponent = exponents_of_own[i];
    next.refit = false;
    if (i) try_keep(&s, next);
    next.refit = true;
    try_keep(&s, next);
  }
  // Rows say what pairs can't, that one is wanted with another but not the other way round.
  for (uint32_t refit = 0; refit < 2 && !all; refit++) {
    keep_options rows = s.best;
    rows.pairs = false;
    rows.refit = refit;
    try_keep(&s, rows);
  }
  if (progress) progress("choosing weights", KEEP_TRIES, KEEP_TRIES);
  contest_end(&s.contest);
  free(s.list.entries);
  t->keep = s.best;
}

/* ---- popularity and habits ---- */

typedef struct {
  const holdout *tail;
  const sparse *weights;
  const habits *known;
  uint32_t *previous;
  float *popular, *own, *scores;
  bool alone; /* the cart is not looked at: the next basket */
  double bit_cost;
  contest contest;
} score_work;

enum { PAST_MAX = SP_HISTORY_ORDERS_MAX };

/* What the member bought before the case, faded, into w->own and as rows of weights into scores. */
static uint32_t add_past(score_work *w, const holdout_case *one, const score_options *o) {
  const order_log *log = w->tail->log;
  uint32_t at = w->previous[one->order], count = 0;
  double fades = 1, kin = w->alone ? o->kin_alone : o->kin;
  for (; at != UINT32_MAX && count < PAST_MAX; at = w->previous[at], count++) {
    const log_order *past = &log->orders[at];
    const uint32_t *items = log->items + past->first;
    for (uint32_t k = 0; k < past->count; k++)
      w->own[items[k]] += (float)fades;
    if (kin > 0) add_rows(w->scores, w->weights, items, past->count, kin * fades);
    fades *= o->decay;
  }
  return count;
}

static void add_own(score_work *w, const holdout_case *one, const score_options *o) {
  const order_log *log = w->tail->log;
  double weight = w->alone ? o->own_alone : o->own;
  uint32_t at = w->previous[one->order];
  for (uint32_t count = 0; at != UINT32_MAX && count < PAST_MAX; at = w->previous[at], count++) {
    for (uint32_t k = 0; k < log->orders[at].count; k++) {
      uint32_t item = log->items[log->orders[at].first + k];
      double own = w->own[item] < 8 ? w->own[item] : 8;
      if (o->saturates) own = own / (1 + own);
      if (o->by_repeat) own *= w->known->repeat[item];
      w->scores[item] += (float)(weight * own);
      w->own[item] = 0;
    }
  }
}

static void score_case(score_work *w, const holdout_case *one, const score_options *o) {
  uint32_t n = w->weights->n;
  const float *popular = w->popular;
  uint32_t before = w->previous[one->order];
  bool is_new = before == UINT32_MAX || w->previous[before] == UINT32_MAX;
  bool member = w->tail->log->orders[one->order].member != LOG_NOBODY;
  if (o->by_newcomer && is_new && member) popular = w->known->newcomer;
  start_scores(w->scores, popular, w->alone ? 1 : o->popular, n);
  if (!w->alone) add_rows(w->scores, w->weights, one->context, one->context_count, 1);
  if (add_past(w, one, o)) add_own(w, one, o);
}

static void measure_scores(score_work *w, const score_options *o) {
  measure m = {.each = w->contest.tried};
  uint32_t n = w->weights->n;
  for (uint32_t j = 0; j < n; j++) {
    float recent = w->known->recent ? w->known->recent[j] : 0;
    w->popular[j] =
        (float)(w->known->popular[j] * (1 - o->recent_share) + recent * o->recent_share);
  }
  for (uint32_t c = 0; c < w->tail->count; c++) {
    holdout_case one = w->tail->cases[c];
    score_case(w, &one, o);
    if (w->alone) one.context_count = 0;
    measure_add(&m, rank_of(w->scores, n, &one));
  }
}

/* What is said of each item takes room that weights could have. */
static double cost_of(const score_work *w, const score_options *o) {
  uint32_t bits = 0;
  if (o->recent_share > 0) bits += SP_POPULAR_BITS;
  if (o->by_newcomer) bits += SP_POPULAR_BITS;
  if (o->by_repeat) bits += SP_REPEAT_BITS;
  return w->bit_cost * bits * w->weights->n;
}

static void try_options(score_work *w, score_options *best, const score_options *next) {
  measure_scores(w, next);
  if (contest_won(&w->contest, 1, cost_of(w, next) - cost_of(w, best))) *best = *next;
}

/* One number of the options, tried at some values; the best is taken. */
static void try_values(score_work *w, score_options *best, size_t at, const double *values,
                       uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    score_options next = *best;
    double now;
    memcpy(&now, (char *)&next + at, sizeof now);
    if (values[i] == now) continue;
    memcpy((char *)&next + at, &values[i], sizeof now);
    try_options(w, best, &next);
  }
}

static void try_flag(score_work *w, score_options *best, size_t at) {
  score_options next = *best;
  bool *flag = (bool *)((char *)&next + at);
  *flag = !*flag;
  try_options(w, best, &next);
}

#define TRY(name, ...)                                                                             \
  do {                                                                                             \
    static const double values[] = {__VA_ARGS__};                                                  \
    try_values(w, o, offsetof(score_options, name), values, sizeof values / sizeof *values);       \
  } while (0)

static void tune_with_cart(score_work *w, score_options *o) {
  w->alone = w->contest.any = false;
  try_options(w, o, o);
  TRY(popular, 0.0005, 0.01, 0.03, 0.1, 0.3, 1, 3);
  if (w->known->recent) TRY(recent_share, 0.5, 1);
  if (!w->tail->log->has_members) return;
  for (uint32_t round = 0; round < 2; round++) {
    TRY(own, 0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2);
    TRY(decay, 1, 0.98, 0.95, 0.9, 0.8);
    TRY(kin, 0, 0.02, 0.05, 0.1, 0.2, 0.4);
    try_flag(w, o, offsetof(score_options, saturates));
    try_flag(w, o, offsetof(score_options, by_repeat));
    TRY(popular, 0.0005, 0.003, 0.01, 0.03, 0.1, 0.3);
  }
}

/* The parts that stand for the cart alone are tuned with it; here the rest. */
static void tune_alone(score_work *w, score_options *o) {
  w->alone = true;
  w->contest.any = false;
  try_options(w, o, o);
  if (!w->tail->log->has_members) return;
  for (uint32_t round = 0; round < 2; round++) {
    TRY(own_alone, 0, 0.1, 0.3, 1, 3, 7);
    TRY(kin_alone, 0, 0.02, 0.05, 0.1, 0.2, 0.5, 1);
  }
  try_flag(w, o, offsetof(score_options, by_newcomer));
}

static score_work score_begin(const holdout *tail, const sparse *weights, const habits *known) {
  uint32_t n = weights->n;
  score_work w = {.tail = tail, .weights = weights, .known = known};
  w.previous = previous_orders(tail->log);
  w.popular = memory_take(n, sizeof *w.popular);
  w.own = memory_take(n, sizeof *w.own);
  w.scores = memory_take(n, sizeof *w.scores);
  w.contest = contest_of(tail);
  return w;
}

static void score_end(score_work *w) {
  contest_end(&w->contest);
  free(w->previous);
  free(w->popular);
  free(w->own);
  free(w->scores);
}

double tune_bit_cost(const all_weights *weights, const holdout *tail, const float *popular,
                     size_t bits, const tuning *t) {
  size_t fewer = (size_t)SP_POPULAR_BITS * weights->n;
  double ndcg[2];
  for (uint32_t i = 0; i < 2; i++) {
    size_t room = i ? bits - (bits > fewer ? fewer : bits) : bits;
    kept_weights kept = weights_keep(weights, &t->ease, &t->keep, room);
    ndcg[i] = measure_kept(&kept, weights, tail, popular, NULL).ndcg;
    kept_free(&kept);
  }
  return ndcg[0] > ndcg[1] ? (ndcg[0] - ndcg[1]) / (double)fewer : 0;
}

void tune_score(const holdout *tail, const sparse *weights, const habits *known, double bit_cost,
                tuning *t, tune_progress *progress) {
  score_work w = score_begin(tail, weights, known);
  w.bit_cost = bit_cost;
  tune_with_cart(&w, &t->score);
  if (progress) progress("weighing habits", 1, 2);
  tune_alone(&w, &t->score);
  if (progress) progress("weighing habits", 2, 2);
  score_end(&w);
}

/* ---- what a score is worth ---- */

static uint32_t step_of(double score) {
  uint32_t steps = 0;
  for (int64_t units = (int64_t)(score * SP_SCORE_ONE); units > 0; units >>= 1)
    steps++;
  return steps < SP_WORTH_STEPS ? steps : SP_WORTH_STEPS - 1;
}

void tune_worth(const holdout *tail, const sparse *weights, const habits *known, const tuning *t,
                uint16_t *worth_bp) {
  score_work w = score_begin(tail, weights, known);
  double shown[SP_WORTH_STEPS] = {0}, wanted[SP_WORTH_STEPS] = {0}, most = 0, last = 0;
  measure_scores(&w, &t->score);
  for (uint32_t c = 0; c < tail->count; c++) {
    const holdout_case *one = &tail->cases[c];
    score_case(&w, one, &t->score);
    for (uint32_t k = 0; k < one->context_count; k++)
      w.scores[one->context[k]] = -1;
    for (uint32_t j = 0; j < weights->n; j++)
      shown[step_of(w.scores[j])] += w.scores[j] > 0;
    wanted[step_of(w.scores[one->hidden])]++;
  }
  // A few more that nobody wanted, so that a step that was hardly ever seen says little.
  for (uint32_t i = 0; i < SP_WORTH_STEPS; i++) {
    double rate = wanted[i] / (shown[i] + 20);
    last = rate > last ? rate : last;
    shown[i] = last;
    most = last > most ? last : most;
  }
  for (uint32_t i = 0; i < SP_WORTH_STEPS; i++)
    worth_bp[i] = (uint16_t)(most > 0 ? round(10000 * shown[i] / most) : 0);
  score_end(&w);
}
