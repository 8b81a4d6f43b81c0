#include "train/habits.h"

#include <math.h>
#include <stdlib.h>

#include "train/memory.h"

enum { RECENT_DAYS = 30 };

uint32_t *previous_orders(const order_log *log) {
  uint32_t *previous = memory_take(log->order_count, sizeof *previous);
  uint32_t *last = memory_take(log->member_count, sizeof *last);
  for (uint32_t m = 0; m < log->member_count; m++)
    last[m] = UINT32_MAX;
  for (uint32_t o = 0; o < log->order_count; o++) {
    uint32_t member = log->orders[o].member;
    previous[o] = member == LOG_NOBODY ? UINT32_MAX : last[member];
    if (member != LOG_NOBODY) last[member] = o;
  }
  free(last);
  return previous;
}

static float *beside_largest(double *counts, uint32_t n) {
  float *shares = memory_take(n, sizeof *shares);
  double most = 0;
  for (uint32_t i = 0; i < n; i++)
    most = counts[i] > most ? counts[i] : most;
  for (uint32_t i = 0; i < n; i++)
    shares[i] = most > 0 ? (float)(counts[i] / most) : 0;
  free(counts);
  return shares;
}

/* Orders that count, by age or as first ones of members. */
static float *popularity(const order_log *log, bool recent, const uint32_t *previous) {
  double *counts = memory_take(log->item_count, sizeof *counts);
  int32_t until = log->order_count ? log->orders[log->order_count - 1].day : 0;
  for (uint32_t o = 0; o < log->order_count; o++) {
    const log_order *order = &log->orders[o];
    if (previous && (order->member == LOG_NOBODY || previous[o] != UINT32_MAX)) continue;
    double weight = recent ? exp2(-(double)(until - order->day) / RECENT_DAYS) : 1;
    for (uint32_t k = 0; k < order->count; k++)
      counts[log->items[order->first + k]] += weight;
  }
  return beside_largest(counts, log->item_count);
}

/* Walks back through each member's orders: an item bought before is bought again. Two more buyers
 * who did not are added, so that one lucky member proves nothing. */
static float *repeats(const order_log *log, const uint32_t *previous) {
  uint32_t n = log->item_count;
  double *buyers = memory_take(n, sizeof *buyers), *again = memory_take(n, sizeof *again);
  float *shares = memory_take(n, sizeof *shares);
  bool *has_next = memory_take(log->order_count, 1);
  uint8_t *seen = memory_take(n, 1); // how often in the walk at hand, 2 at most
  uint32_t *list = memory_take(n, sizeof *list);
  for (uint32_t o = 0; o < log->order_count; o++) {
    if (previous[o] != UINT32_MAX) has_next[previous[o]] = true;
  }
  for (uint32_t last = 0; last < log->order_count; last++) {
    uint32_t count = 0;
    if (has_next[last] || log->orders[last].member == LOG_NOBODY) continue;
    for (uint32_t o = last; o != UINT32_MAX; o = previous[o]) {
      for (uint32_t k = 0; k < log->orders[o].count; k++) {
        uint32_t item = log->items[log->orders[o].first + k];
        if (!seen[item]) list[count++] = item;
        if (seen[item] < 2) seen[item]++;
      }
    }
    for (uint32_t i = 0; i < count; i++) {
      buyers[list[i]]++;
      again[list[i]] += seen[list[i]] == 2;
      seen[list[i]] = 0;
    }
  }
  for (uint32_t i = 0; i < n; i++)
    shares[i] = (float)(again[i] / (buyers[i] + 2));
  free(buyers);
  free(again);
  free(has_next);
  free(seen);
  free(list);
  return shares;
}

static int by_size(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return a < b ? -1 : a > b;
}

static uint32_t quantile(int64_t *values, size_t count, uint32_t percent) {
  if (!count) return 0;
  qsort(values, count, sizeof *values, by_size);
  int64_t value = values[(count - 1) * percent / 100];
  return value > UINT16_MAX ? UINT16_MAX : (uint32_t)value;
}

/* Idle: longer than nine of ten breaks between two orders. Loyal: among the fifth of the members
 * with the most orders, or with the most spent, of those who came back. */
static void thresholds(const order_log *log, const uint32_t *previous, habits *h) {
  int64_t *gaps = memory_take(log->order_count, sizeof *gaps);
  int64_t *orders = memory_take(log->member_count, sizeof *orders);
  int64_t *yuan = memory_take(log->member_count, sizeof *yuan);
  size_t gap_count = 0, members = 0;
  for (uint32_t o = 0; o < log->order_count; o++) {
    const log_order *order = &log->orders[o];
    if (order->member == LOG_NOBODY) continue;
    orders[order->member]++;
    yuan[order->member] += order->spent_fen;
    if (log->has_days && previous[o] != UINT32_MAX)
      gaps[gap_count++] = order->day - log->orders[previous[o]].day;
  }
  for (uint32_t m = 0; m < log->member_count; m++) {
    if (orders[m] < 2) continue;
    yuan[members] = yuan[m] / 100;
    orders[members++] = orders[m];
  }
  h->idle_days = quantile(gaps, gap_count, 90);
  h->loyal_orders = quantile(orders, members, 80);
  h->loyal_yuan = quantile(yuan, members, 80);
  free(gaps);
  free(orders);
  free(yuan);
}

habits habits_of(const order_log *log) {
  habits h = {.popular = popularity(log, false, NULL)};
  if (log->has_days) h.recent = popularity(log, true, NULL);
  if (!log->has_members) return h;
  uint32_t *previous = previous_orders(log);
  h.newcomer = popularity(log, false, previous);
  h.repeat = repeats(log, previous);
  thresholds(log, previous, &h);
  free(previous);
  return h;
}

void habits_free(habits *h) {
  free(h->popular);
  free(h->recent);
  free(h->newcomer);
  free(h->repeat);
}
