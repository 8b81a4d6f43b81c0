#include "engine/unit_price.h"

#include <string.h>

#include "base/sort.h"
#include "base/text.h"
#include "engine/plan.h"
#include "engine/when.h"

/* A unit rule that is open, with what is left of a quota that all lines share. */
typedef struct {
  uint32_t rule;
  int64_t quota_left;
  bool *holds;     /* per line, for a rule with a condition; NULL: everywhere */
  int64_t *shares; /* per line, of a quota that goes by price; NULL: by the cart */
} unit_rule;

/* A unit rule's price for one line. */
typedef struct {
  uint32_t entry; /* index into the unit rules */
  int64_t price_fen;
  int64_t quota;
  bool used;
} offer;

/* The priced lines as the stage sees them. */
typedef struct {
  pricing *p;
  uint32_t *shop, *store, *package; /* per line, dense numbers */
  uint32_t *package_store;          /* per package */
  unit_rule *rules;
  uint32_t rule_count;
  offer *offers;
  int64_t *floor;    /* per segment, the pricing's where any is > 0 */
  uint32_t *covered; /* scratch: segments of one level group */
} stage;

static void option_sums(const pricing *p, const sp_line *line, int64_t *discountable,
                        int64_t *fixed) {
  *discountable = *fixed = 0;
  for (uint32_t i = 0; i < line->option_count; i++) {
    const sp_option *option = &p->book->options[line->options[i].option];
    *(option->discountable ? discountable : fixed) += option->price_fen * line->options[i].qty;
  }
}

/* Numbers shops, stores and packages in order of first appearance among priced lines. A shop or a
 * store appears with a package of its own, so the packages are the list that is searched. */
static void place_line(stage *st, uint32_t i) {
  pricing *p = st->p;
  const sp_line *line = &p->request->lines[i];
  st->shop[i] = p->shop_count;
  st->store[i] = p->store_count;
  for (uint32_t g = p->package_count; g-- > 0;) {
    const sp_package *package = &p->packages[g];
    if (!text_equal(package->shop, line->shop)) continue;
    st->shop[i] = p->package_shop[g];
    if (!text_equal(package->store, line->store)) continue;
    st->store[i] = st->package_store[g];
    if (package->fulfilment != line->fulfilment) continue;
    st->package[i] = g;
    return;
  }
  uint32_t g = st->package[i] = p->package_count++;
  p->package_shop[g] = st->shop[i];
  st->package_store[g] = st->store[i];
  p->packages[g] =
      (sp_package){.shop = line->shop, .store = line->store, .fulfilment = line->fulfilment};
  p->shop_count += st->shop[i] == p->shop_count;
  p->store_count += st->store[i] == p->store_count;
}

/* One block for everything per line and per segment: all of it is written before it is read. */
static bool make_room(stage *st) {
  pricing *p = st->p;
  size_t n = p->request->line_count, segments = n * SP_LINE_SEGMENTS_MAX;
  // Entries of less than a word are counted as whole ones.
  size_t of_line = sizeof(sp_package) / sizeof(uint64_t) + 6;
  size_t of_segment = sizeof(sp_segment) / sizeof(uint64_t) + 5;
  uint64_t *at = arena_room(p->arena, (n * of_line + segments * of_segment) * sizeof *at);
  if (!at) return false;
  st->shop = words_take(&at, n, sizeof(uint32_t));
  st->store = words_take(&at, n, sizeof(uint32_t));
  st->package = words_take(&at, n, sizeof(uint32_t));
  st->package_store = words_take(&at, n, sizeof(uint32_t));
  st->covered = words_take(&at, n, sizeof(uint32_t));
  p->package_shop = words_take(&at, n, sizeof(uint32_t));
  p->packages = words_take(&at, n, sizeof(sp_package));
  p->segments = words_take(&at, segments, sizeof(sp_segment));
  p->segment_shop = words_take(&at, segments, sizeof(uint32_t));
  p->segment_store = words_take(&at, segments, sizeof(uint32_t));
  p->list_part = words_take(&at, segments, sizeof(int64_t));
  p->start_left = words_take(&at, segments, sizeof(int64_t));
  st->floor = words_take(&at, segments, sizeof(int64_t));
  return true;
}

static sp_err number_lines(stage *st) {
  pricing *p = st->p;
  const sp_request *request = p->request;
  uint32_t n = request->line_count;
  for (uint32_t i = 0; i < n; i++) {
    if (request->lines[i].state == SP_LINE_priced) place_line(st, i);
  }
  return when_prepare(p);
}

/* A condition of a unit rule is tested on the lines it covers at list price, per level group. */
static sp_err test_condition(stage *st, unit_rule *entry, const sp_rule *rule) {
  pricing *p = st->p;
  entry->holds = arena_array(p->arena, p->request->line_count, sizeof(bool));
  if (!entry->holds) return SP_E_MEMORY;
  for (uint32_t key = 0; key < level_count(p, rule->level); key++) {
    goods g = {st->covered, plan_covered(p, rule, key, st->covered), 0, NULL, NULL};
    when_told ignored;
    if (!g.count || !when_holds(p, rule, &g, &rule->when, &ignored)) continue;
    for (uint32_t k = 0; k < g.count; k++)
      entry->holds[p->segments[g.segments[k]].line] = true;
  }
  return SP_OK;
}

/* What the give makes of a line's list price; the list price itself where it has no offer. */
static int64_t offered_price(const pricing *p, const sp_give *give, const sp_line *line) {
  int64_t list = line->price_fen;
  const sp_policy *policy = &p->book->policy;
  if (give->kind == SP_GIVE_percent_off) {
    return list -
           money_percent_cut(list, give->bp, policy->percent_rounding, policy->percent_price_side);
  }
  if (give->kind == SP_GIVE_amount_off) return sp_max(0, list - give->amount_fen);
  if (!give->prices) return give->amount_fen;
  const sp_price *price = prices_find(give->prices, give->price_count, line->sku);
  return price ? price->price_fen : list;
}

/* Keeps the offers of one kind, where there are any. Returns how many there are then. */
static uint32_t keep_kind(stage *st, uint32_t count, uint32_t kind) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (st->p->book->rules[st->rules[st->offers[i].entry].rule].kind != kind) continue;
    offer one = st->offers[i];
    st->offers[i] = st->offers[kept];
    st->offers[kept++] = one;
  }
  return kept ? kept : count;
}

/* What the rule asks for a piece of a line; its list price where it has no offer. */
static int64_t price_at(const stage *st, const unit_rule *entry, uint32_t line_index) {
  const sp_rule *rule = &st->p->book->rules[entry->rule];
  const sp_line *line = &st->p->request->lines[line_index];
  bool has_offer = line->state == SP_LINE_priced && plan_covers(st->p, rule, line) &&
                   (!entry->holds || entry->holds[line_index]);
  return has_offer ? offered_price(st->p, &rule->gives[0], line) : line->price_fen;
}

static bool dearer(const void *context, uint32_t a, uint32_t b) {
  const int64_t *rank = context;
  return rank[a] != rank[b] ? rank[a] > rank[b] : a < b;
}

/* A quota that goes by price is given to the lines before any of them is cut, whatever else they
 * are offered. */
static sp_err share_quota(stage *st, unit_rule *entry, sp_choose choose) {
  pricing *p = st->p;
  uint32_t n = p->request->line_count;
  int64_t left = entry->quota_left;
  int64_t *rank = arena_array(p->arena, n, sizeof *rank);
  uint32_t *order = arena_array(p->arena, n, sizeof *order);
  entry->shares = arena_array(p->arena, n, sizeof(int64_t));
  if (!rank || !order || !entry->shares) return SP_E_MEMORY;
  for (uint32_t i = 0; i < n; i++) {
    int64_t list = p->request->lines[i].price_fen;
    int64_t saved = list - price_at(st, entry, i);
    rank[i] = choose == SP_CHOOSE_best ? saved : choose == SP_CHOOSE_cheapest ? -list : list;
    if (saved <= 0) rank[i] = INT64_MIN;
    order[i] = i;
  }
  sort_indices(order, n, dearer, rank);
  for (uint32_t k = 0; k < n && rank[order[k]] > INT64_MIN; k++) {
    int64_t share = sp_min(left, p->request->lines[order[k]].qty);
    entry->shares[order[k]] = share;
    left -= share;
  }
  return SP_OK;
}

static sp_err open_rules(stage *st) {
  pricing *p = st->p;
  st->rules = arena_room(p->arena, p->book->rule_count * sizeof(unit_rule));
  st->offers = arena_room(p->arena, p->book->rule_count * sizeof(offer));
  if (!st->rules || !st->offers) return SP_E_MEMORY;
  for (uint32_t i = 0; i < p->book->rule_count; i++) {
    const sp_rule *rule = &p->book->rules[i];
    if (rule->stage != SP_STAGE_unit || rule_open(p, rule) != SP_REASON_APPLIED) continue;
    unit_rule *entry = &st->rules[st->rule_count++];
    *entry = (unit_rule){.rule = i, .quota_left = rule_pieces_left(p, rule)};
    if (rule->gives[0].max_units && !rule->gives[0].units_per_line) {
      entry->quota_left = sp_min(entry->quota_left, rule->gives[0].max_units);
    }
    if (rule->when.count) {
      sp_err err = test_condition(st, entry, rule);
      if (err) return err;
    }
    if (rule->gives[0].max_units && rule->gives[0].choose != SP_CHOOSE_cart) {
      sp_err err = share_quota(st, entry, rule->gives[0].choose);
      if (err) return err;
    }
  }
  return SP_OK;
}

static uint32_t collect_offers(stage *st, uint32_t line_index) {
  pricing *p = st->p;
  const sp_line *line = &p->request->lines[line_index];
  uint32_t count = 0;
  for (uint32_t e = 0; e < st->rule_count; e++) {
    const sp_rule *rule = &p->book->rules[st->rules[e].rule];
    const sp_give *give = &rule->gives[0];
    int64_t price = price_at(st, &st->rules[e], line_index);
    if (price >= line->price_fen) continue;
    int64_t quota = st->rules[e].quota_left;
    if (give->max_units && give->units_per_line) quota = sp_min(quota, give->max_units);
    if (st->rules[e].shares) quota = sp_min(quota, st->rules[e].shares[line_index]);
    st->offers[count++] = (offer){e, price, quota, false};
  }
  // In an order of a type with a kind of its own that kind comes before the one the policy names.
  uint32_t type = p->request->order_type;
  uint32_t own = SP_KIND_group_buy + type - SP_TYPE_group_buy;
  bool has_own = type >= SP_TYPE_group_buy && type <= SP_TYPE_presale;
  uint32_t kept = has_own ? keep_kind(st, count, own) : count;
  return kept < count ? kept : keep_kind(st, count, p->book->policy.unit_price_kind);
}

static uint32_t source_rank(const sp_rule *rule) {
  return rule->kind == SP_KIND_member ? 0 : rule->kind == SP_KIND_timed ? 1 : 2;
}

static bool offer_before(const stage *st, const offer *a, const offer *b) {
  if (a->price_fen != b->price_fen) return a->price_fen < b->price_fen;
  const sp_rule *rule_a = &st->p->book->rules[st->rules[a->entry].rule];
  const sp_rule *rule_b = &st->p->book->rules[st->rules[b->entry].rule];
  if (source_rank(rule_a) != source_rank(rule_b)) return source_rank(rule_a) < source_rank(rule_b);
  return text_compare(rule_a->id, rule_b->id) < 0;
}

/* The best unused offer with at least that much quota. */
static offer *best_offer(const stage *st, uint32_t count, int64_t quota_min) {
  offer *best = NULL;
  for (uint32_t i = 0; i < count; i++) {
    offer *candidate = &st->offers[i];
    if (candidate->used || candidate->quota < quota_min) continue;
    if (!best || offer_before(st, candidate, best)) best = candidate;
  }
  return best;
}

static void add_segment(stage *st, uint32_t line_index, int32_t qty, const offer *from) {
  pricing *p = st->p;
  const sp_line *line = &p->request->lines[line_index];
  int64_t discountable, fixed;
  option_sums(p, line, &discountable, &fixed);
  int64_t list = line->price_fen;
  int64_t unit = from ? from->price_fen : list;
  uint32_t i = p->segment_count++;
  p->segments[i] = (sp_segment){.line = line_index,
                                .group = st->package[line_index],
                                .qty = qty,
                                .rule = from ? st->rules[from->entry].rule : SP_NONE,
                                .unit_fen = unit,
                                .list_fen = (list + discountable + fixed) * qty,
                                .fixed_fen = fixed * qty};
  p->has_fixed |= fixed > 0;
  p->segment_shop[i] = st->shop[line_index];
  p->segment_store[i] = st->store[line_index];
  p->list_part[i] = (list + discountable) * qty;
  p->start_left[i] = (unit + discountable) * qty;
  int64_t floor = p->book->skus[p->request->lines[line_index].sku].floor_fen * qty;
  st->floor[i] = floor;
  if (floor) p->floor_fen = st->floor;
}

static void cut_line(stage *st, uint32_t line_index) {
  uint32_t count = collect_offers(st, line_index);
  int32_t rest = st->p->request->lines[line_index].qty;
  for (uint32_t made = 0; rest > 0; made++) {
    bool last = made == SP_LINE_SEGMENTS_MAX - 1;
    offer *best = best_offer(st, count, last ? rest : 1);
    int32_t taken = best ? (int32_t)sp_min(rest, best->quota) : rest;
    add_segment(st, line_index, taken, best);
    rest -= taken;
    if (!best) continue;
    best->used = true;
    unit_rule *entry = &st->rules[best->entry];
    if (entry->quota_left != INT64_MAX) entry->quota_left -= taken;
  }
}

sp_err unit_price_stage(pricing *p) {
  stage st = {.p = p};
  uint32_t n = p->request->line_count;
  if (!make_room(&st)) return SP_E_MEMORY;
  sp_err err = number_lines(&st);
  if (!err) err = match_rules(p);
  if (err) return err;
  // Conditions see every line at its list price, before it is cut into segments.
  int64_t list = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (p->request->lines[i].state != SP_LINE_priced) continue;
    add_segment(&st, i, p->request->lines[i].qty, NULL);
    list += p->segments[p->segment_count - 1].list_fen;
    if (list > SP_CART_FEN_MAX) return SP_E_OVERFLOW;
  }
  p->list_fen = list;
  err = open_rules(&st);
  if (err || !st.rule_count) return err;
  p->segment_count = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (p->request->lines[i].state == SP_LINE_priced) cut_line(&st, i);
  }
  return SP_OK;
}
