#include "engine/earn.h"

#include "engine/match.h"

/* amount * num / den, at most as many points as anybody can have. */
static int64_t at_rate(int64_t amount, int64_t num, int64_t den) {
  if (amount / den >= SP_POINTS_MAX) return SP_POINTS_MAX;
  return sp_min(SP_POINTS_MAX, money_mul_div(amount, num, den));
}

static int64_t tier_rate(const pricing *p) {
  const int32_t *rates = p->book->points.tier_bp;
  return rates && p->tier != SP_NONE ? rates[p->tier] : 10000;
}

/* What the day adds to every rate: the birthday, and the best campaign that is open. */
static int64_t day_rate(const pricing *p) {
  const sp_points_table *table = &p->book->points;
  int64_t birthday = match_birthday(p, false) ? table->birthday_bp - 10000 : 0, best = -1;
  for (uint32_t i = 0; i < table->campaign_count; i++) {
    const sp_campaign *campaign = &table->campaigns[i];
    if (match_window_open(p, &campaign->window)) best = sp_max(best, campaign->bp);
  }
  return birthday + (best < 0 ? 0 : best - 10000);
}

/* Lines that earn share their points by what they earn them with. What freight adds is nobody's. */
static sp_err earn_points(pricing *p) {
  const sp_points_table *table = &p->book->points;
  sp_receipt *r = p->receipt;
  if (!table->stands || !table->earns || is_topup(p->request)) return SP_OK;
  uint32_t count = 0, last = SP_NONE;
  int64_t sum = 0, day = day_rate(p), tier = tier_rate(p);
  r->line_points = arena_array(p->arena, p->request->line_count, sizeof(int64_t));
  if (!r->line_points) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    uint32_t line = p->segments[i].line, sku = p->request->lines[line].sku;
    int64_t rate = sp_max(0, tier + day + (table->tag_bp ? table->tag_bp[sku] : 0));
    int64_t weight = segment_paid(&p->segments[i]) * rate;
    if (!weight) continue;
    if (line != last) {
      p->share_weight[count] = 0;
      p->share_positions[count++] = last = line;
    }
    p->share_weight[count - 1] += weight;
    sum += weight;
  }
  int64_t den = table->earn_den * 10000;
  int64_t of_lines = sp_min(table->earn_max, at_rate(sum, table->earn_num, den));
  if (count) {
    apportion(of_lines, p->share_weight, NULL, count, p->book->policy.share_remainder,
              p->share_part);
  }
  for (uint32_t k = 0; k < count; k++)
    r->line_points[p->share_positions[k]] = p->share_part[k];
  if (p->book->policy.points_on_payable) {
    sum += (r->freight_fen - (r->rounding_off_fen - r->rounding_off_goods_fen)) * tier;
  }
  r->points_earned = sp_min(table->earn_max, at_rate(sum, table->earn_num, den));
  return SP_OK;
}

static void grow(pricing *p) {
  const sp_growth *growth = &p->book->growth;
  sp_receipt *r = p->receipt;
  sp_tier_answer *tier = &r->tier;
  *tier = (sp_tier_answer){-1, SP_NONE, SP_NONE, 0};
  if (!growth->stands) return;
  int64_t paid = r->goods_fen - r->points_cut_fen - r->rounding_off_goods_fen;
  // Stored value counts when it is spent.
  bool counts = !is_topup(p->request);
  tier->growth = counts ? at_rate(paid, growth->num, growth->den) : 0;
  for (uint32_t i = 0; i < r->reward_count; i++) {
    bool grows = r->rewards[i].give->kind == SP_GIVE_growth;
    if (grows) tier->growth = sp_min(SP_POINTS_MAX, tier->growth + r->rewards[i].n);
  }
  int64_t total = p->request->growth + tier->growth;
  uint32_t own = p->request->tier == SP_NONE ? 0 : p->request->tier + 1, reached = 0;
  while (reached < p->book->tier_count && growth->levels[reached] <= total)
    reached++;
  if (reached > own) tier->upgrade = reached - 1;
  uint32_t next = reached > own ? reached : own;
  if (next == p->book->tier_count) return;
  tier->next = next;
  tier->gap = growth->levels[next] - total;
}

static void sum_mall(pricing *p) {
  const sp_mall_price *mall = p->book->points.mall;
  sp_receipt *r = p->receipt;
  r->mall_points = -1;
  if (p->request->order_type != SP_TYPE_points_mall) return;
  r->mall_points = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_segment *segment = &p->segments[i];
    r->mall_points += mall[p->request->lines[segment->line].sku].points * segment->qty;
  }
}

/* What rules bring of one kind is at most what one wallet can hold; the later ones bring the rest,
 * and those that have nothing left of it are no rewards. */
static void cap_rewards(sp_receipt *r, sp_give_kind kind, int64_t most) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < r->reward_count; i++) {
    sp_reward reward = r->rewards[i];
    if (reward.give->kind == kind) {
      reward.n = sp_min(reward.n, most);
      most -= reward.n;
      if (reward.n == 0) continue;
    }
    r->rewards[kept++] = reward;
  }
  r->reward_count = kept;
}

sp_err earn_fill(pricing *p) {
  sp_receipt *r = p->receipt;
  sp_err err = earn_points(p);
  if (err) return err;
  cap_rewards(r, SP_GIVE_points, SP_POINTS_MAX - r->points_earned);
  cap_rewards(r, SP_GIVE_growth, SP_POINTS_MAX);
  cap_rewards(r, SP_GIVE_stored_bonus, SP_CART_FEN_MAX);
  cap_rewards(r, SP_GIVE_grant_coupon, SP_COUPONS_MAX);
  grow(p);
  sum_mall(p);
  return SP_OK;
}
