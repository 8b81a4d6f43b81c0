/* suanpan-train: a log of orders to the model file that phones recommend by.
 *
 *   suanpan-train --orders FILE|- --out FILE [--bytes N] [--cases FILE] [--skip-bad]
 *                 [--no-table] [--quick] [--progress]
 *
 * It tunes itself on the last tenth of the log, tells there how good the model is beside the usual
 * methods, and then trains on all of the log. Same log, same bytes, on one machine. The reference
 * is src/RECOMMEND.md. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "codec/model_in.h"
#include "engine/history.h"
#include "engine/recommend.h"
#include "train/assortment.h"
#include "train/memory.h"
#include "train/model_out.h"
#include "train/neighbours.h"
#include "train/tune.h"

static const char usage[] =
    "usage: suanpan-train --orders FILE|- --out FILE [--bytes N] [--cases FILE] [--skip-bad] "
    "[--no-table] [--quick] [--progress]\n";

enum { BYTES_MIN = 1024, BYTES_USUAL = 65536, ORDERS_MIN = 20 };

typedef struct {
  const char *orders, *out, *cases;
  size_t bytes;
  bool skip_bad, no_table, quick, progress;
} arguments;

static bool parse(int argc, char **argv, arguments *a) {
  *a = (arguments){.bytes = BYTES_USUAL, .progress = isatty(2)};
  for (int i = 1; i < argc; i++) {
    bool last = i + 1 == argc;
    if (!strcmp(argv[i], "--skip-bad"))
      a->skip_bad = true;
    else if (!strcmp(argv[i], "--no-table"))
      a->no_table = true;
    else if (!strcmp(argv[i], "--quick"))
      a->quick = true;
    else if (!strcmp(argv[i], "--progress"))
      a->progress = true;
    else if (last)
      return false;
    else if (!strcmp(argv[i], "--orders"))
      a->orders = argv[++i];
    else if (!strcmp(argv[i], "--out"))
      a->out = argv[++i];
    else if (!strcmp(argv[i], "--cases"))
      a->cases = argv[++i];
    else if (!strcmp(argv[i], "--bytes"))
      a->bytes = strtoul(argv[++i], NULL, 10);
    else
      return false;
  }
  return a->orders && a->out && a->bytes >= BYTES_MIN && a->bytes <= SP_MODEL_BYTES_MAX;
}

/* ---- telling how far it is ---- */

static bool shows_progress;

static void show(const char *what, uint32_t done, uint32_t of) {
  enum { WIDTH = 30 };
  char bar[WIDTH + 1];
  if (!shows_progress) return;
  for (uint32_t i = 0; i < WIDTH; i++)
    bar[i] = i * of < done * WIDTH ? '#' : ' ';
  bar[WIDTH] = 0;
  fprintf(stderr, "\r[%s] %u/%u %s          ", bar, done, of, what);
  if (done >= of) fputc('\n', stderr);
}

/* Of all threads. */
static double cpu_seconds(void) {
  return (double)clock() / CLOCKS_PER_SEC;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- building a model ---- */

static uint16_t pair_of(double value, double most) {
  value = round(value < 0 ? 0 : value);
  return (uint16_t)(value > most ? most : value);
}

static uint8_t *popular_codes(const float *shares, uint32_t n) {
  uint8_t *codes = memory_take(n, 1);
  for (uint32_t i = 0; i < n; i++)
    codes[i] = popular_code(shares[i]);
  return codes;
}

/* Repeat shares beside the largest one; the score options are scaled to what they then are. */
static uint8_t *repeat_codes(const float *shares, uint32_t n, double *largest) {
  uint8_t *codes = memory_take(n, 1);
  *largest = 0;
  for (uint32_t i = 0; i < n; i++)
    *largest = shares[i] > *largest ? shares[i] : *largest;
  for (uint32_t i = 0; i<n && * largest> 0; i++)
    codes[i] = (uint8_t)round(15 * shares[i] / *largest);
  return codes;
}

/* Everything of a model but its weights. */
static model_parts parts_of(const order_log *log, const habits *known, const score_options *o) {
  model_parts p = {.names = log->names, .count = log->item_count};
  uint16_t *n = p.numbers;
  n[SP_MODEL_weight_bits] = SP_WEIGHT_BITS_MIN;
  double scale = 1;
  p.popular = popular_codes(known->popular, p.count);
  if (known->recent && o->recent_share > 0) p.recent = popular_codes(known->recent, p.count);
  if (known->newcomer && o->by_newcomer) p.newcomer = popular_codes(known->newcomer, p.count);
  if (known->repeat && o->by_repeat) p.repeat = repeat_codes(known->repeat, p.count, &scale);
  int32_t day = log->has_days && log->order_count ? log->orders[log->order_count - 1].day : 0;
  n[SP_MODEL_day] = pair_of(day, UINT16_MAX);
  n[SP_MODEL_recent_share] = pair_of(256 * o->recent_share, 256);
  n[SP_MODEL_popular] = pair_of(SP_SCORE_ONE * o->popular, UINT16_MAX);
  n[SP_MODEL_own] = pair_of(SP_SCORE_ONE * o->own * scale, UINT16_MAX);
  n[SP_MODEL_own_alone] = pair_of(SP_SCORE_ONE * o->own_alone * scale, UINT16_MAX);
  n[SP_MODEL_kin] = pair_of(256 * o->kin, 4096);
  n[SP_MODEL_kin_alone] = pair_of(256 * o->kin_alone, 4096);
  n[SP_MODEL_decay] = pair_of(4096 * o->decay, 4096);
  n[SP_MODEL_saturates] = o->saturates;
  n[SP_MODEL_idle_days] = (uint16_t)known->idle_days;
  n[SP_MODEL_loyal_orders] = (uint16_t)known->loyal_orders;
  n[SP_MODEL_loyal_yuan] = (uint16_t)known->loyal_yuan;
  return p;
}

static void free_codes(model_parts *p) {
  free(p->popular);
  free(p->recent);
  free(p->newcomer);
  free(p->repeat);
}

/* What the file takes before any weight is in it. */
static size_t bare_size(const order_log *log, const habits *known, const score_options *o) {
  model_parts p = parts_of(log, known, o);
  file_bytes file = model_out(&p);
  free_codes(&p);
  free(file.bytes);
  return file.size;
}

/* With every section that tuning might still ask for. */
static score_options all_sections(const order_log *log, const score_options *o) {
  score_options all = *o;
  if (log->has_days) all.recent_share = 1;
  all.by_newcomer = all.by_repeat = log->has_members;
  return all;
}

typedef struct {
  file_bytes file;
  kept_weights weights;
} built;

static built build(const all_weights *weights, const tuning *t, size_t bits) {
  return (built){.weights = weights_keep(weights, &t->ease, &t->keep, bits)};
}

static void write_file(built *b, const order_log *log, const habits *known, const tuning *t,
                       const uint16_t *worth_bp) {
  model_parts p = parts_of(log, known, &t->score);
  p.numbers[SP_MODEL_weight_bits] = (uint16_t)b->weights.bits;
  p.numbers[SP_MODEL_scale_bits] = (uint16_t)b->weights.scale_bits;
  memcpy(p.levels, b->weights.levels, sizeof p.levels);
  memcpy(p.worth_bp, worth_bp, sizeof p.worth_bp);
  p.weights = &b->weights.stored;
  p.codes = b->weights.codes;
  p.scales = b->weights.scales;
  b->file = model_out(&p);
  free_codes(&p);
}

static void free_built(built *b) {
  free(b->file.bytes);
  kept_free(&b->weights);
}

static size_t size_of_items(const order_log *log, bool sections) {
  habits known = habits_of(log);
  score_options plain = tuning_start.score, all = all_sections(log, &plain);
  size_t size = bare_size(log, &known, sections ? &all : &plain);
  habits_free(&known);
  return size;
}

/* Item numbers have 16 bits: what is more is sold least. */
static order_log numbered_log(const order_log *all) {
  uint32_t *to = memory_take(all->item_count, sizeof *to);
  uint32_t count = popular_items(all, SP_NO_ITEM - 1, to);
  char **names = memory_take(count, sizeof *names);
  for (uint32_t i = 0; i < all->item_count; i++) {
    if (to[i] != UINT32_MAX) names[to[i]] = all->names[i];
  }
  order_log log = log_renumbered(all, to, names, count);
  free(to);
  return log;
}

/* ---- the table ---- */

static void row(const char *name, measure m, size_t bytes, double took) {
  printf("%-28s %6.2f  %6.2f  %6.2f  %10zu  %8.2f\n", name, 100 * m.ndcg, 100 * m.hit_rate,
         100 * m.mrr, bytes, took);
}

static measure measure_popular(const holdout *tail, const float *popular) {
  sparse none = {.n = tail->log->item_count};
  none.start = memory_take((size_t)none.n + 1, sizeof *none.start);
  measure m = measure_sparse(&none, tail, popular, 1, NULL);
  free(none.start);
  return m;
}

/* The best of some numbers of neighbours. */
static void neighbour_row(const char *name, likeness_kind kind, const order_log *train,
                          const holdout *tail, const float *popular) {
  static const uint32_t counts[] = {20, 50, 100, 200};
  measure best = {.ndcg = -1};
  size_t bytes = 0;
  double start = seconds();
  for (uint32_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    sparse s = neighbours_of(train, kind, counts[i]);
    measure m = measure_sparse(&s, tail, popular, 1e-9, NULL);
    if (m.ndcg > best.ndcg) {
      best = m;
      bytes = 4 * s.count;
    }
    sparse_free(&s);
  }
  row(name, best, bytes, seconds() - start);
}

/* The file as a phone reads it, asked as a phone asks it. */
static measure measure_file(const built *b, const holdout *tail, bool with_history) {
  enum { RANKED = SP_RECOMMENDED_MAX };
  size_t room = (size_t)64 << 20;
  sp_arena arena = {memory_take(room, 1), 0, room, NULL};
  sp_text text = {(const char *)b->file.bytes, (uint32_t)b->file.size};
  sp_err err;
  const sp_model *model = model_in(text, NULL, &arena, &arena, &err);
  if (!model) {
    fprintf(stderr, "suanpan-train: the model can't be read again (%d)\n", (int)err);
    exit(2);
  }
  uint32_t *previous = previous_orders(tail->log);
  sp_recommendation *found = memory_take(RANKED, sizeof *found);
  measure m = {0};
  for (uint32_t c = 0; c < tail->count; c++) {
    const holdout_case *one = &tail->cases[c];
    size_t mark = arena_mark(&arena);
    sp_past history = {.last_day = INT64_MIN};
    past_order past[SP_HISTORY_ORDERS_MAX];
    uint32_t count = 0, rank = 0, shown = 0;
    uint32_t last = with_history ? previous[one->order] : UINT32_MAX, at = last;
    for (; at != UINT32_MAX && count < SP_HISTORY_ORDERS_MAX; at = previous[at])
      count++;
    at = last;
    for (uint32_t i = count; i-- > 0; at = previous[at]) {
      const log_order *o = &tail->log->orders[at];
      uint16_t *items = arena_array(&arena, o->count, sizeof *items);
      for (uint32_t k = 0; items && k < o->count; k++)
        items[k] = (uint16_t)tail->log->items[o->first + k];
      past[i] = (past_order){items, items ? o->count : 0};
    }
    history.order_count = count;
    uint16_t *cart = arena_array(&arena, one->context_count, sizeof *cart);
    for (uint32_t k = 0; k < one->context_count; k++)
      cart[k] = (uint16_t)one->context[k];
    sp_wish wish = {
        .count = RANKED, .cart = cart, .cart_count = one->context_count, .day = INT64_MIN};
    err = count ? history_spread(model, past, count, &arena, &arena, &history) : SP_OK;
    if (!err) err = recommend(model, NULL, count ? &history : NULL, &wish, &arena, found, &shown);
    for (uint32_t i = 0; i < shown && !err; i++) {
      if (found[i].item == one->hidden) rank = i + 1;
    }
    measure_add(&m, rank);
    arena_rewind(&arena, mark);
  }
  free(found);
  free(previous);
  free(arena.base);
  return measure_end(m);
}

/* What each method makes of the same cases. */
static void table(const char *of, const order_log *train, const holdout *cases,
                  const all_weights *weights, const habits *known, const built *b, double took) {
  printf("\n%u %s, one item hidden\n%-28s %6s  %6s  %6s  %10s  %8s\n", cases->count, of, "",
         "NDCG@10", "HR@10", "MRR", "bytes", "seconds");
  row("popularity", measure_popular(cases, known->popular), train->item_count, 0);
  neighbour_row("item-kNN cosine", LIKE_COSINE, train, cases, known->popular);
  neighbour_row("item-kNN BM25", LIKE_BM25, train, cases, known->popular);
  if (weights->dense)
    row("dense EASE", measure_dense(weights->dense, cases, known->popular, NULL),
        4 * (size_t)weights->n * weights->n, took);
  row("this model", measure_file(b, cases, false), b->file.size, took);
  if (cases->first && train->has_members)
    row("this model, own history", measure_file(b, cases, true), b->file.size, took);
}

/* ---- the way ---- */

static void train_and_write(const order_log *log, const tuning *t, const uint16_t *worth_bp,
                            const arguments *a) {
  double start = seconds(), cpu = cpu_seconds();
  show("training on all orders", 0, 1);
  habits known = habits_of(log);
  all_weights weights = weights_train(log, &t->ease);
  size_t bare = bare_size(log, &known, &t->score);
  built b = {.file = {NULL, SIZE_MAX}};
  // Gaps are guessed by the row, so the first try may pass the budget by a little.
  for (size_t bits = (a->bytes - bare) * 8; b.file.size > a->bytes; bits -= bits / 64) {
    if (b.file.bytes) free_built(&b);
    b = build(&weights, t, bits);
    write_file(&b, log, &known, t, worth_bp);
  }
  FILE *file = fopen(a->out, "wb");
  bool good = file && fwrite(b.file.bytes, 1, b.file.size, file) == b.file.size;
  if (file && fclose(file)) good = false;
  if (!good) {
    fprintf(stderr, "suanpan-train: can't write %s\n", a->out);
    exit(2);
  }
  show("training on all orders", 1, 1);
  printf("\n%s: %zu bytes, %u items, %zu weights; trained on all %u orders in %.2f s, %.2f s of "
         "processor time\n",
         a->out, b.file.size, log->item_count, b.weights.stored.count, log->order_count,
         seconds() - start, cpu_seconds() - cpu);
  if (a->cases) {
    holdout cases = holdout_read(a->cases, log);
    table("cases of the file", log, &cases, &weights, &known, &b, seconds() - start);
    holdout_free(&cases);
  }
  free_built(&b);
  weights_free(&weights);
  habits_free(&known);
}

int main(int argc, char **argv) {
  arguments a;
  if (!parse(argc, argv, &a)) {
    fputs(usage, stderr);
    return 2;
  }
  shows_progress = a.progress;
  order_log all = log_read(a.orders, a.skip_bad);
  if (all.order_count < ORDERS_MIN || all.item_count < 2) {
    fprintf(stderr,
            "suanpan-train: %u orders of %u items are too few: at least %d of 2 are needed\n",
            all.order_count, all.item_count, ORDERS_MIN);
    return 1;
  }
  order_log numbered = numbered_log(&all);
  holdout whole_tail = holdout_of(&numbered);
  order_log whole_train = log_head(&numbered, whole_tail.first);
  tuning t = tuning_start;
  double start = seconds();
  tune_ease(&whole_train, &whole_tail, a.quick ? TUNE_ITEMS_QUICK : TUNE_ITEMS_MAX, &t, show);
  order_log log = assortment_of(&numbered, &whole_tail, &t, a.bytes, size_of_items, show);
  holdout_free(&whole_tail);
  holdout tail = holdout_of(&log);
  order_log train = log_head(&log, tail.first);
  printf("%u orders, %u items (%u in the model), %u members, %u bad rows left out\n",
         all.order_count, all.item_count, log.item_count, all.has_members ? all.member_count : 0,
         all.skipped);
  double tuned = seconds();
  all_weights weights = weights_train(&train, &t.ease);
  double trained = seconds();
  habits known = habits_of(&train);
  size_t bits = (a.bytes - bare_size(&train, &known, &t.score)) * 8;
  tune_keep(&weights, &tail, known.popular, bits, &t, show);
  double bit_cost = tune_bit_cost(&weights, &tail, known.popular, bits, &t);
  built b = build(&weights, &t, bits);
  tune_score(&tail, kept_rows(&b.weights), &known, bit_cost, &t, show);
  free_built(&b);
  b = build(&weights, &t, (a.bytes - bare_size(&train, &known, &t.score)) * 8);
  uint16_t worth_bp[SP_WORTH_STEPS];
  tune_worth(&tail, kept_rows(&b.weights), &known, &t, worth_bp);
  write_file(&b, &train, &known, &t, worth_bp);
  printf("tuned in %.2f s on the last %u orders: lambda %.3g, half-life %.0f days, drop-out %.2f, "
         "size exponent %.1f,\n  %s by own weight^%.2f%s, %u bits, popularity %.4g (recent "
         "%.1f), own %.3g "
         "/ %.3g, kin %.3g / %.3g, decay %.2f%s%s%s\n\n",
         tuned - start + seconds() - trained, log.order_count - tail.first, t.ease.lambda,
         t.ease.half_life_days, t.ease.drop_out, t.ease.size_exponent,
         t.keep.pairs ? "pairs" : "rows", t.keep.exponent, t.keep.refit ? ", refit" : "",
         t.keep.bits, t.score.popular, t.score.recent_share, t.score.own, t.score.own_alone,
         t.score.kin, t.score.kin_alone, t.score.decay, t.score.saturates ? ", saturating" : "",
         t.score.by_repeat ? ", by repeats" : "", t.score.by_newcomer ? ", newcomers apart" : "");
  if (!a.no_table)
    table("baskets of the tail", &train, &tail, &weights, &known, &b, trained - tuned);
  free_built(&b);
  weights_free(&weights);
  habits_free(&known);
  train_and_write(&log, &t, worth_bp, &a);
  return 0;
}
