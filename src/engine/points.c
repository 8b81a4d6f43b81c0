#include "engine/points.h"

static int64_t value_of(const sp_points_table *table, int64_t points) {
  return points * table->num / table->den;
}

/* The largest k in [0, k_max] with value_of(k * step) <= limit; the value grows with k. */
static int64_t largest_steps(const sp_points_table *table, int64_t k_max, int64_t limit_fen) {
  int64_t low = 0, high = k_max;
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if (value_of(table, middle * table->step) <= limit_fen) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/* The smallest k with value_of(k * step) >= value. */
static int64_t smallest_steps(const sp_points_table *table, int64_t k_max, int64_t value_fen) {
  int64_t low = 0, high = k_max;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (value_of(table, middle * table->step) >= value_fen) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/* How many of at most n_max points are used against limit_fen, and the cut. */
static int64_t redeem(const sp_points_table *table, int64_t n_max, int64_t limit_fen,
                      int64_t *cut_fen) {
  int64_t k = largest_steps(table, n_max / table->step, limit_fen);
  int64_t cut = value_of(table, k * table->step);
  if (table->last_step_partial && cut < limit_fen &&
      value_of(table, (k + 1) * table->step) > limit_fen) {
    int64_t partial = (limit_fen * table->den + table->num - 1) / table->num;
    if (partial <= n_max) {
      *cut_fen = limit_fen;
      return partial;
    }
  }
  *cut_fen = cut;
  return cut ? smallest_steps(table, k, cut) * table->step : 0;
}

static bool may_pay(const pricing *p, const sp_segment *segment) {
  const sp_line *line = &p->request->lines[segment->line];
  return !line->add_on && scope_has(p->book->points.scope, line->sku);
}

static void share_cut(pricing *p, int64_t cut_fen) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (!may_pay(p, &p->segments[i])) continue;
    p->share_weight[count] = p->share_cap[count] = segment_net(&p->segments[i]);
    p->share_positions[count++] = i;
  }
  apportion(cut_fen, p->share_weight, p->share_cap, count, p->book->policy.share_remainder,
            p->share_part);
  for (uint32_t k = 0; k < count; k++)
    p->segments[p->share_positions[k]].points_fen = p->share_part[k];
}

static int64_t points_max(const pricing *p) {
  const sp_points_table *table = &p->book->points;
  if (!table->stands || p->request->order_type != SP_TYPE_normal) return 0;
  int64_t balance = p->request->points_balance;
  return table->max >= 0 ? sp_min(balance, table->max) : balance;
}

/* The most that points may pay of goods that cost so much. */
static int64_t limit_of(const sp_points_table *table, int64_t goods_fen) {
  int64_t share = money_mul_div(goods_fen, table->share_bp, 10000);
  return sp_min(share, sp_max(0, goods_fen - table->min_payable_fen));
}

int64_t points_most(const pricing *p) {
  const sp_points_table *table = &p->book->points;
  int64_t points = sp_min(points_max(p), p->request->points_asked), goods = 0;
  if (!points) return 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (may_pay(p, &p->segments[i])) goods += p->start_left[i] + p->segments[i].fixed_fen;
  }
  return sp_min(value_of(table, points), limit_of(table, goods));
}

void points_count(pricing *p) {
  const sp_points_table *table = &p->book->points;
  sp_receipt *r = p->receipt;
  int64_t n_max = points_max(p);
  if (!n_max) return;
  int64_t eligible = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (may_pay(p, &p->segments[i])) eligible += segment_net(&p->segments[i]);
  }
  int64_t limit = limit_of(table, eligible);
  int64_t ignored;
  r->points_usable = redeem(table, n_max, limit, &ignored);
  r->points_used =
      redeem(table, sp_min(n_max, p->request->points_asked), limit, &r->points_cut_fen);
}

void points_redeem(pricing *p) {
  sp_receipt *r = p->receipt;
  if (r->decision.coupon_count && !p->book->policy.points_with_coupons) return;
  points_count(p);
  if (r->points_cut_fen) share_cut(p, r->points_cut_fen);
}

int64_t points_goal(const pricing *p) {
  const sp_policy *policy = &p->book->policy;
  if (policy->points_with_coupons) return 0;
  return money_mul_div(p->receipt->points_cut_fen, policy->points_goal_bp, 10000);
}
