/* Points, growth and the points mall: src/README.md §1.3. */
#include "base/ids.h"
#include "base/text.h"
#include "codec/book_parts.h"

#define SP_RATIO(type, member)                                                                     \
  SP_LONG(type, member), .required = true, .low = 1, .high = SP_RATIO_MAX
#define POINTS_FIELDS(X)                                                                           \
  X(POINTS, num, SP_RATIO(sp_points_table, num))                                                   \
  X(POINTS, den, SP_RATIO(sp_points_table, den))                                                   \
  X(POINTS, step, SP_LONG(sp_points_table, step), .low = 1, .high = SP_MEASURE_MAX, .absent = 1)   \
  X(POINTS, max, SP_BIGINT(sp_points_table, max), .high = SP_BIG_POINTS, .absent = -1)             \
  X(POINTS, share_bp, SP_LONG(sp_points_table, share_bp), .high = 10000, .absent = 10000)          \
  X(POINTS, min_payable, SP_BIGINT(sp_points_table, min_payable_fen), .high = SP_BIG_CART_FEN)     \
  X(POINTS, last_step_partial, SP_BOOL(sp_points_table, last_step_partial))                        \
  X(POINTS, scope, .type = JSON_ANY)                                                               \
  X(POINTS, earn, .type = JSON_OBJECT)                                                             \
  X(POINTS, mall, .type = JSON_OBJECT)
SP_SCHEMA(points_schema, POINTS, POINTS_FIELDS, "");

/* A rate may be nothing at all. */
#define SP_RATE .high = SP_RATIO_MAX
#define EARN_FIELDS(X)                                                                             \
  X(EARN, num, SP_RATIO(sp_points_table, earn_num))                                                \
  X(EARN, den, SP_RATIO(sp_points_table, earn_den))                                                \
  X(EARN, by_tier, .type = JSON_OBJECT)                                                            \
  X(EARN, by_tag, .type = JSON_OBJECT)                                                             \
  X(EARN, birthday_bp, SP_INT(sp_points_table, birthday_bp), SP_RATE, .absent = 10000)             \
  X(EARN, campaigns, .type = JSON_ARRAY, .low = 1, .high = SP_CAMPAIGNS_MAX)                       \
  X(EARN, order_max, SP_BIGINT(sp_points_table, earn_max), .high = SP_BIG_POINTS, .absent = -1)
SP_SCHEMA(earn_schema, EARN, EARN_FIELDS, "");

#define CAMPAIGN_FIELDS(X)                                                                         \
  X(CAMPAIGN, window, .type = JSON_OBJECT, .required = true)                                       \
  X(CAMPAIGN, bp, SP_INT(sp_campaign, bp), .required = true, SP_RATE)
SP_SCHEMA(campaign_schema, CAMPAIGN, CAMPAIGN_FIELDS, "");

#define MALL_FIELDS(X)                                                                             \
  X(MALL, points, SP_LONG(sp_mall_price, points), .required = true, .high = SP_MEASURE_MAX)        \
  X(MALL, price, SP_LONG(sp_mall_price, price_fen), .high = SP_PRICE_FEN_MAX)
SP_SCHEMA(mall_schema, MALL, MALL_FIELDS, "");

#define GROWTH_FIELDS(X)                                                                           \
  X(GROWTH, num, SP_RATIO(sp_growth, num))                                                         \
  X(GROWTH, den, SP_RATIO(sp_growth, den))                                                         \
  X(GROWTH, levels, .type = JSON_ARRAY, .required = true, .high = SP_MEMBER_TIERS_MAX)
SP_SCHEMA(growth_schema, GROWTH, GROWTH_FIELDS, "");

static const json_field rate_field = {.type = JSON_INT, SP_RATE};

/* {tier id: bp} */
static const int32_t *tier_rates_in(book_work *w, const cJSON *object) {
  int32_t *rates = json_array(w->report, w->arena, w->book->tier_count, sizeof *rates);
  if (!rates) return NULL;
  for (uint32_t i = 0; i < w->book->tier_count; i++)
    rates[i] = 10000;
  for (const cJSON *node = json_first(object); node; node = node->next) {
    uint32_t tier = book_find_tier(w->book, text_of(node->string));
    if (tier == SP_NONE) {
      report_error(w->report, node, SP_E_REFERENCE);
    } else {
      json_read(w->report, node, &rate_field, &rates[tier]);
    }
  }
  return rates;
}

typedef struct {
  sp_text tag;
  int32_t bp;
} tag_rate;

/* {tag: bp} as what the best tag of each SKU adds; a tag that no SKU has is nothing wrong. */
static const int32_t *tag_rates_in(book_work *w, const cJSON *object) {
  uint32_t count;
  tag_rate *rates = json_list(w->report, w->scratch, object, sizeof *rates, &count), *rate = rates;
  uint32_t *order = json_array(w->report, w->scratch, count, sizeof *order);
  int32_t *of_tag = json_array(w->report, w->scratch, w->book->tag_count, sizeof *of_tag);
  int32_t *more = json_array(w->report, w->arena, w->book->sku_count, sizeof *more);
  if (!rates || !order || !of_tag || !more) return NULL;
  for (const cJSON *node = json_first(object); node; node = node->next, rate++) {
    rate->tag = text_of(node->string);
    if (rate->tag.size - 1 >= SP_ID_BYTES_MAX) report_error(w->report, node, SP_E_ID);
    json_read(w->report, node, &rate_field, &rate->bp);
  }
  id_table table = {rates, sizeof *rates, count};
  ids_sort(&table, order);
  for (uint32_t t = 0; t < w->book->tag_count; t++) {
    uint32_t i = ids_find(&table, order, w->book->tags[t]);
    of_tag[t] = i == SP_NONE ? -1 : rates[i].bp;
  }
  for (uint32_t s = 0; s < w->book->sku_count; s++) {
    int32_t best = -1;
    for (uint32_t i = 0; i < w->skus[s].tag_count; i++) {
      int32_t bp = of_tag[w->skus[s].tags[i]];
      if (bp > best) best = bp;
    }
    more[s] = best < 0 ? 0 : best - 10000;
  }
  return more;
}

static void earn_in(book_work *w, const cJSON *node, sp_points_table *points) {
  const cJSON *v[EARN_COUNT], *campaign[CAMPAIGN_COUNT];
  points->earns = json_object(w->report, node, &earn_schema, points, v);
  if (points->earn_max < 0) points->earn_max = SP_POINTS_MAX;
  if (v[EARN_by_tier]) points->tier_bp = tier_rates_in(w, v[EARN_by_tier]);
  if (v[EARN_by_tag]) points->tag_bp = tag_rates_in(w, v[EARN_by_tag]);
  sp_campaign *campaigns =
      json_list(w->report, w->arena, v[EARN_campaigns], sizeof *campaigns, &points->campaign_count);
  points->campaigns = campaigns;
  if (!campaigns) return;
  for (node = json_first(v[EARN_campaigns]); node; node = node->next, campaigns++) {
    json_object(w->report, node, &campaign_schema, campaigns, campaign);
    window_in(w, campaign[CAMPAIGN_window], &campaigns->window);
  }
}

/* {sku id: {points, price}} */
static const sp_mall_price *mall_in(book_work *w, const cJSON *object) {
  const cJSON *v[MALL_COUNT];
  sp_mall_price *mall = json_array(w->report, w->arena, w->book->sku_count, sizeof *mall);
  if (!mall) return NULL;
  for (uint32_t s = 0; s < w->book->sku_count; s++)
    mall[s].points = -1;
  for (const cJSON *node = json_first(object); node; node = node->next) {
    uint32_t sku = book_find_sku(w->book, text_of(node->string));
    if (sku == SP_NONE) {
      report_error(w->report, node, SP_E_REFERENCE);
    } else {
      json_object(w->report, node, &mall_schema, &mall[sku], v);
    }
  }
  return mall;
}

void points_in(book_work *w, const cJSON *node) {
  const cJSON *v[POINTS_COUNT];
  sp_points_table *points = &w->book->points;
  points->stands = json_object(w->report, node, &points_schema, points, v);
  if (!points->stands) return;
  points->scope = scope_in(w, v[POINTS_scope]);
  earn_in(w, v[POINTS_earn], points);
  if (v[POINTS_mall]) points->mall = mall_in(w, v[POINTS_mall]);
}

void growth_in(book_work *w, const cJSON *node) {
  static const json_field level_field = {.type = JSON_BIG, .high = SP_BIG_POINTS};
  const cJSON *v[GROWTH_COUNT];
  sp_growth *growth = &w->book->growth;
  growth->stands = json_object(w->report, node, &growth_schema, growth, v);
  uint32_t count;
  int64_t *levels = json_list(w->report, w->arena, v[GROWTH_levels], sizeof *levels, &count),
          below = -1;
  growth->levels = levels;
  if (!growth->stands || !levels || !v[GROWTH_levels]) return;
  if (count != w->book->tier_count) report_error(w->report, v[GROWTH_levels], SP_E_CONFLICT);
  for (node = json_first(v[GROWTH_levels]); node; node = node->next, levels++) {
    bool good = json_read(w->report, node, &level_field, levels);
    if (good && *levels <= below) report_error(w->report, node, SP_E_RANGE);
    below = *levels;
  }
}
