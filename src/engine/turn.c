#include "engine/turn.h"

#include <string.h>

#include "engine/add_on.h"
#include "engine/effect.h"
#include "engine/freight.h"
#include "engine/when.h"

/* Eligibility lost to an exclusion is told apart from a scope that holds nothing. */
typedef struct {
  bool ignore_assignment;
  uint32_t excluded_count;
} filter;

static bool excluded_here(const pricing_state *s, const sp_rule *rule, uint32_t i) {
  if (!s->classes) return false;
  return (s->excluded[i] & rule->class_bits) || (s->classes[i] & rule->exclude_line_bits);
}

static bool is_discount(const sp_rule *rule) {
  return rule->stage >= SP_STAGE_item && rule->stage <= SP_STAGE_platform_coupon;
}

/* Lost to an exclusive rule, or for one because its stage has cut there. */
static bool kept_off(const pricing *p, const pricing_state *s, const turn *t, uint32_t i) {
  const sp_rule *rule = turn_rule(p, t);
  if (!s->marks || !is_discount(rule)) return false;
  const segment_mark *mark = &s->marks[i];
  if (mark->taken || (rule->exclusive && (mark->cut_stages >> rule->stage) & 1)) return true;
  // A choice that is dead looks like an automatic rule.
  bool automatic = t->kind == TURN_AUTOMATIC && rule->group == SP_NONE;
  return automatic && mark->displaced_by && mark->displaced_by != t->rule + 1;
}

static bool discounted(const pricing *p, const pricing_state *s, uint32_t i) {
  return s->left[i] + p->segments[i].fixed_fen < p->segments[i].list_fen;
}

/* Fills p->eligible and returns how many there are. */
static uint32_t collect_eligible(pricing *p, const pricing_state *s, const turn *t, filter *f) {
  const sp_rule *rule = turn_rule(p, t);
  const uint32_t *row = NULL;
  uint32_t *out = p->eligible_room;
  p->eligible = out;
  if (t->kind == TURN_ASSIGNED && !f->ignore_assignment) row = assigned_row(p, t->once_group);
  if (!row && !s->classes && !s->marks && rule->applies_to_discounted) {
    // What nothing moves about need not be copied.
    if (level_count(p, rule->level) == 1 && !rule->filter.bits)
      p->eligible = t->segments;
    else
      memcpy(out, t->segments, t->segment_count * sizeof *out);
    return t->segment_count;
  }
  uint32_t count = 0;
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t i = t->segments[k];
    if (row && row[p->segments[i].line] != t->rule) continue;
    if (excluded_here(s, rule, i) || kept_off(p, s, t, i) ||
        (!rule->applies_to_discounted && discounted(p, s, i))) {
      f->excluded_count++;
      continue;
    }
    out[count++] = i;
  }
  return count;
}

/* Moves the segments of the level group of eligible[from] to its front, keeping cart order. Returns
 * its end. */
static uint32_t gather_level_group(pricing *p, sp_level level, uint32_t from) {
  if (level_count(p, level) == 1) return p->eligible_count;
  uint32_t *eligible = p->eligible_room;
  uint32_t key = level_key(p, level, eligible[from]), to = from, kept = 0;
  for (uint32_t k = from; k < p->eligible_count; k++) {
    uint32_t i = eligible[k];
    if (level_key(p, level, i) == key) {
      eligible[to++] = i;
    } else {
      p->eligible_spare[kept++] = i;
    }
  }
  memcpy(eligible + to, p->eligible_spare, kept * sizeof *eligible);
  return to;
}

bool lands_on(const pricing *p, const sp_rule *rule, uint32_t i) {
  return scope_has(rule->filter, p->request->lines[p->segments[i].line].sku);
}

/* Moves the goods in the rule's filter to the front, in cart order like the others. */
static goods gather_landing(pricing *p, const pricing_state *s, const sp_rule *rule, const goods *g,
                            uint32_t *eligible) {
  goods landing = *g;
  if (!rule->filter.bits) return landing;
  uint32_t kept = 0;
  landing.count = 0;
  landing.left_fen = 0;
  for (uint32_t k = 0; k < g->count; k++) {
    uint32_t i = eligible[k];
    if (!lands_on(p, rule, i)) {
      p->eligible_spare[kept++] = i;
      continue;
    }
    eligible[landing.count++] = i;
    landing.left_fen += s->left[i];
  }
  memcpy(eligible + landing.count, p->eligible_spare, kept * sizeof *eligible);
  return landing;
}

static goods goods_of(const pricing *p, const pricing_state *s, uint32_t from, uint32_t to) {
  const uint32_t *segments = p->eligible + from;
  return (goods){segments, to - from, sum_of(s->left, segments, to - from), NULL, s->dues};
}

/* The group with the smallest gap speaks for the rule; the first one where no group has a gap. */
static void merge_description(outcome *out, const outcome *part, bool first) {
  bool closer = part->next.stands && (!out->next.stands || part->next.gap < out->next.gap);
  if (!first && !closer) return;
  out->measure = part->measure;
  out->step = part->step;
  out->next = part->next;
}

static void merge_sums(outcome *out, const outcome *part) {
  out->applied = true;
  out->times += part->times;
  out->cut_fen += part->cut_fen;
  out->waste_fen += part->waste_fen;
  out->goal_value_fen += part->goal_value_fen;
  out->benefit |= part->benefit;
  out->frees_freight |= part->frees_freight;
}

static const outcome nothing = {.reason = SP_REASON_NO_GOODS, .step = -1, .measure = -1};

/* Runs every level group; out->applied when one of them gave anything. Without `place` only sums
 * are made: p->cut stays 0. False when none of the groups has goods in the rule's filter. */
static bool apply_level_groups(pricing *p, const pricing_state *s, const turn *t, bool place,
                               outcome *out) {
  const sp_rule *rule = turn_rule(p, t);
  bool described = false;
  if (rule->stage == SP_STAGE_freight) words_zero(p->due_cut, p->due_count);
  for (uint32_t from = 0, to; from < p->eligible_count; from = to) {
    to = gather_level_group(p, rule->level, from);
    goods g = goods_of(p, s, from, to);
    goods landing = gather_landing(p, s, rule, &g, p->eligible_room + from);
    outcome local = nothing;
    bool given = landing.count > 0;
    if (given) {
      when_told told;
      given = when_holds(p, rule, &g, p->explaining ? &rule->when : &t->when, &told);
      local.measure = told.measure;
      local.next = told.next;
      local.unmet = !given;
      out->unmet |= local.unmet;
    }
    // A turn whose only group fails changes nothing, so nobody looks at its cuts.
    if (given || g.count < p->eligible_count) words_zero(p->cut + from, g.count);
    given =
        given && effect_apply(p, s, t->rule, &g, &landing, place ? p->cut + from : NULL, &local);
    if (landing.count) merge_description(out, &local, !described);
    described |= landing.count > 0;
    out->overflow |= local.overflow;
    if (p->beyond_fen) p->beyond_fen[from] = given ? local.beyond_fen : 0;
    if (given) merge_sums(out, &local);
    memset(p->served + from, given, g.count);
  }
  return described;
}

/* Whether the rule took anything off the freight or a fee of the package. */
static bool cut_package(const pricing *p, uint32_t package) {
  bool cut = p->due_cut[package] > 0;
  for (uint32_t d = p->package_count; d < p->due_count; d++)
    cut |= p->due_cut[d] > 0 && p->charges[d - p->package_count].package == package;
  return cut;
}

/* Where the rule counts for maxima and exclusions: where its cut is > 0, of goods or of the freight
 * and the fees of their package, or all it served if it cuts nothing. */
static bool occupies(const pricing *p, const outcome *out, uint32_t k) {
  if (!p->served[k]) return false;
  bool freight = out->freight_cut_fen > 0;
  if (freight && cut_package(p, p->segments[p->eligible[k]].group)) return true;
  return (out->cut_fen == 0 && !freight) || p->cut[k] > 0;
}

static uint32_t slot_of(const pricing *p, const sp_group *group, uint32_t first_slot, uint32_t i) {
  if (group->max_per == SP_MAX_PER_shop) return first_slot + p->segment_shop[i];
  return first_slot + p->segments[i].line;
}

bool turn_counts_once(const pricing *p, uint32_t group) {
  if (group == SP_NONE || p->group_slots[group] == SP_NONE) return true;
  sp_max_per max_per = p->book->groups[group].max_per;
  return max_per == SP_MAX_PER_order || (max_per == SP_MAX_PER_shop && p->shop_count == 1);
}

/* Counts the rule in the slots of its group that it occupies; false (and nothing counted) when a
 * slot is full. */
static bool count_in_group(pricing *p, pricing_state *s, const turn *t, const outcome *out,
                           bool commit) {
  uint32_t group_index = turn_rule(p, t)->group;
  if (group_index == SP_NONE || p->group_slots[group_index] == SP_NONE) return true;
  const sp_group *group = &p->book->groups[group_index];
  uint32_t first_slot = p->group_slots[group_index];
  if (turn_counts_once(p, group_index)) {
    // What has applied occupies something, so there is nothing to look for.
    if (s->counts[first_slot] >= group->max) return false;
    s->counts[first_slot] += commit;
    return true;
  }
  for (int pass = 0; pass < (commit ? 2 : 1); pass++) {
    uint32_t stamp = ++p->stamp;
    for (uint32_t k = 0; k < p->eligible_count; k++) {
      if (!occupies(p, out, k)) continue;
      uint32_t slot = slot_of(p, group, first_slot, p->eligible[k]);
      if (p->slot_seen[slot] == stamp) continue;
      p->slot_seen[slot] = stamp;
      if (pass == 0 && s->counts[slot] >= group->max) return false;
      if (pass == 1) s->counts[slot]++;
    }
  }
  return true;
}

/* The same with the coupons of its rule in the whole order. */
static bool count_use(pricing *p, pricing_state *s, const turn *t, const outcome *out,
                      bool commit) {
  bool limited = t->limit_slot != SP_NONE;
  if (limited && s->counts[t->limit_slot] >= t->uses_max) return false;
  if (!count_in_group(p, s, t, out, commit)) return false;
  if (limited && commit) s->counts[t->limit_slot]++;
  return true;
}

/* Only the cut part of what was served, or all of it, is an exclusive rule's own. */
static void mark_segments(pricing *p, pricing_state *s, const turn *t, const outcome *out) {
  const sp_rule *rule = turn_rule(p, t);
  if (!s->marks || !is_discount(rule)) return;
  for (uint32_t k = 0; k < p->eligible_count; k++) {
    segment_mark *mark = &s->marks[p->eligible[k]];
    if (p->cut[k] > 0) mark->cut_stages |= (uint8_t)(1u << rule->stage);
    mark->taken |= rule->exclusive && occupies(p, out, k);
  }
}

static void mark_exclusions(pricing *p, pricing_state *s, const turn *t, const outcome *out) {
  const sp_rule *rule = turn_rule(p, t);
  s->order_classes |= rule->class_bits;
  s->order_excluded |= rule->exclude_order_bits;
  if (!s->classes) return;
  for (uint32_t k = 0; k < p->eligible_count; k++) {
    if (!occupies(p, out, k)) continue;
    s->classes[p->eligible[k]] |= rule->class_bits;
    s->excluded[p->eligible[k]] |= rule->exclude_line_bits;
  }
}

/* Notes what each level group of a goods coupon left of its amount, with the group's packages. */
static void note_beyond(const pricing *p, pricing_state *s, const sp_rule *rule) {
  for (uint32_t from = 0, to; from < p->eligible_count; from = to) {
    uint32_t key = level_key(p, rule->level, p->eligible[from]);
    uint32_t *row = s->cover_packages + s->cover_count * package_words(p);
    memset(row, 0, package_words(p) * sizeof *row);
    for (to = from; to < p->eligible_count; to++) {
      uint32_t i = p->eligible[to], package = p->segments[i].group;
      if (level_key(p, rule->level, i) != key) break;
      if (lands_on(p, rule, i)) row[package / 32] |= 1u << package % 32;
    }
    if (p->beyond_fen[from]) s->cover_fen[s->cover_count++] = p->beyond_fen[from];
  }
}

static void commit(pricing *p, pricing_state *s, const turn *t, const outcome *out) {
  bool is_freight = turn_rule(p, t)->stage == SP_STAGE_freight;
  const uint32_t *segment = p->eligible;
  int64_t *all_left = s->left, signs = 0;
  uint32_t count = p->eligible_count;
  const int64_t *cut = p->cut;
  // A turn of the loop costs as much as an entry.
  for (; count >= 2; count -= 2, segment += 2, cut += 2) {
    signs |= all_left[segment[0]] -= cut[0];
    signs |= all_left[segment[1]] -= cut[1];
  }
  if (count) signs |= all_left[*segment] -= *cut;
  SP_CHECK(signs >= 0); // Nothing is below 0.
  for (uint32_t k = 0; out->frees_freight && k < p->eligible_count; k++) {
    uint32_t i = p->eligible[k];
    if (p->served[k] && lands_on(p, turn_rule(p, t), i)) s->freed[p->segments[i].group] = 1;
  }
  if (is_freight) {
    for (uint32_t d = 0; d < p->due_count; d++)
      s->dues[d] -= p->due_cut[d];
    s->fees_cut_fen += out->fees_cut_fen;
    if (t->kind == TURN_COUPON) s->freight_coupon_fen += out->freight_cut_fen;
  }
  // What add-ons lose is no part of what other rules find: it counts as a value.
  *(is_add_on_rule(turn_rule(p, t)) ? &s->add_on_fen : &s->cut_fen) += out->cut_fen;
  s->goal_value_fen += out->goal_value_fen;
  if (p->beyond_fen && t->kind == TURN_COUPON && !is_freight && turn_rule(p, t)->give_count == 1)
    note_beyond(p, s, turn_rule(p, t));
  for (uint32_t k = 0; k < p->gift_slot_count && turn_rule(p, t)->benefit; k++)
    s->gifts_taken[k] += p->gifts_taken[k];
  mark_exclusions(p, s, t, out);
  mark_segments(p, s, t, out);
}

/* A coupon has to gain something of its own; free freight alone counts as the freight it saves. */
static sp_reason coupon_refusal(const pricing *p, const turn *t, const outcome *out) {
  bool is_freight = turn_rule(p, t)->takes_freight;
  int64_t gain = out->freight_cut_fen + out->cut_fen;
  if (gain >= p->book->policy.coupon_min_gain_fen || out->benefit) return SP_REASON_APPLIED;
  if (gain > 0) return SP_REASON_SMALL_GAIN;
  return is_freight ? SP_REASON_NO_FREIGHT : SP_REASON_NO_GAIN;
}

static bool barred(const pricing_state *s, const sp_rule *rule, outcome *out) {
  bool bars =
      (s->order_excluded & rule->class_bits) || (s->order_classes & rule->exclude_order_bits);
  if (bars) out->reason = SP_REASON_EXCLUDED;
  return bars;
}

/* What has been given takes effect, unless it is a coupon without a gain, or a maximum is full. */
static bool conclude(pricing *p, pricing_state *s, const turn *t, bool change, outcome *out) {
  sp_reason refusal = t->kind == TURN_COUPON ? coupon_refusal(p, t, out) : SP_REASON_APPLIED;
  if (refusal == SP_REASON_APPLIED && !count_use(p, s, t, out, change))
    refusal = SP_REASON_EXCLUDED;
  bool saves = out->cut_fen > 0 || out->fees_cut_fen > 0 || t->kind == TURN_COUPON;
  out->reason = refusal == SP_REASON_APPLIED && !saves ? SP_REASON_BENEFIT : refusal;
  out->applied = refusal == SP_REASON_APPLIED;
  if (out->applied && change) commit(p, s, t, out);
  return out->applied;
}

static bool evaluate(pricing *p, pricing_state *s, const turn *t, filter *f, bool change,
                     outcome *out) {
  const sp_rule *rule = turn_rule(p, t);
  *out = nothing;
  p->eligible_count = 0;
  if (barred(s, rule, out)) return false;
  bool is_freight = rule->stage == SP_STAGE_freight;
  if (rule->takes_freight && t->kind == TURN_COUPON &&
      p->receipt->freight_state == SP_FREIGHT_STATE_unknown) {
    out->reason = SP_REASON_FREIGHT_UNKNOWN;
    return false;
  }
  p->eligible_count = collect_eligible(p, s, t, f);
  if (p->eligible_count == 0) {
    out->reason = f->excluded_count ? SP_REASON_EXCLUDED : SP_REASON_NO_GOODS;
    return false;
  }
  if (p->gift_slot_count) memset(p->gifts_taken, 0, p->gift_slot_count * sizeof *p->gifts_taken);
  bool place = change || t->kind == TURN_ASSIGNED || !turn_counts_once(p, rule->group) ||
               !gives_sums(p, rule);
  if (!apply_level_groups(p, s, t, place, out)) return false; // Nothing in the filter: NO_GOODS.
  if (!out->applied) {
    bool no_freight = rule->takes_freight && t->kind == TURN_COUPON;
    out->reason = out->overflow                    ? SP_REASON_OVERFLOW
                  : out->next.stands || out->unmet ? SP_REASON_THRESHOLD
                  : no_freight                     ? SP_REASON_NO_FREIGHT
                                                   : SP_REASON_NO_GAIN;
    return false;
  }
  for (uint32_t d = 0; is_freight && d < p->due_count; d++) {
    out->freight_cut_fen += p->due_cut[d];
    if (d >= p->package_count) out->fees_cut_fen += p->due_cut[d];
  }
  if (is_add_on_rule(rule)) {
    out->cut_fen = out->goal_value_fen = add_on_value(p, t->rule);
    if (change) add_on_place(p, t->rule);
  }
  if (p->request->ignores_values && !is_add_on_rule(rule)) out->goal_value_fen = 0;
  return conclude(p, s, t, change, out);
}

/* The table's own test: packages whose goods reach the threshold, and those a rule freed, cost
 * nothing. */
static void apply_freight_table(pricing *p, pricing_state *s, outcome *out) {
  const sp_freight_table *table = &p->book->freight;
  *out = nothing;
  out->applied = true;
  int64_t order_sum = 0;
  memset(p->due_cut, 0, p->package_count * sizeof *p->due_cut);
  for (uint32_t k = 0; k < p->goods_count; k++) {
    uint32_t i = p->all_segments[k];
    goods one = {&i, 1, s->left[i], NULL, NULL};
    int64_t value = measure_amount(p, &one, table->free_base);
    order_sum += value;
    p->due_cut[p->segments[i].group] += value;
  }
  for (uint32_t g = 0; g < p->package_count; g++) {
    int64_t sum = table->free_per_order ? order_sum : p->due_cut[g];
    bool reached = table->has_free && sum >= table->free_gte_fen;
    bool free = (reached || s->freed[g]) && !p->never_free[g];
    s->dues[g] = free ? 0 : freight_list(p, s, g);
    if (s->dues[g] == 0 || !table->has_free || p->never_free[g]) continue;
    int64_t gap = table->free_gte_fen - sum;
    if (!out->next.stands || gap < out->next.gap) {
      out->next = (sp_next){true, SP_BY_amount, table->free_gte_fen, gap};
    }
  }
}

/* What goods coupons named beyond their goods takes freight, one after another. */
static void cover_freight(pricing *p, pricing_state *s) {
  const uint32_t *row = s->cover_packages;
  for (uint32_t c = 0; c < s->cover_count; c++, row += package_words(p)) {
    int64_t sum = 0;
    for (uint32_t g = 0; g < p->package_count; g++) {
      p->due_cap[g] = (row[g / 32] >> g % 32) & 1 ? s->dues[g] : 0;
      sum += p->due_cap[g];
    }
    apportion(sp_min(s->cover_fen[c], sum), p->due_cap, p->due_cap, p->package_count,
              p->book->policy.share_remainder, p->package_part);
    for (uint32_t g = 0; g < p->package_count; g++)
      s->dues[g] -= p->package_part[g];
  }
}

/* Keeps the segments where the rule's condition holds now for it alone, as far as other automatic
 * rules go. */
static void displace(pricing *p, pricing_state *s, const turn *t) {
  const sp_rule *rule = turn_rule(p, t);
  filter f = {.ignore_assignment = true};
  outcome refused;
  when_told ignored;
  if (barred(s, rule, &refused)) return;
  p->eligible_count = collect_eligible(p, s, t, &f);
  for (uint32_t from = 0, to; from < p->eligible_count; from = to) {
    to = gather_level_group(p, rule->level, from);
    goods g = goods_of(p, s, from, to);
    if (!when_holds(p, rule, &g, &t->when, &ignored) || !effect_reached(p, rule, &g)) continue;
    for (uint32_t k = from; k < to; k++)
      s->marks[p->eligible[k]].displaced_by = (uint16_t)(t->rule + 1);
  }
}

void turn_begin(pricing *p, pricing_state *s, uint32_t i) {
  if (i > 0 && !p->turns[i].begins) return;
  for (uint32_t l = 0; l < SP_LEVEL_SUMS; l++)
    if (i == p->level_turns[l]) s->levels_fen[l] = s->cut_fen + s->add_on_fen;
  if (i == p->order_stage_turn) memcpy(p->after_item, s->left, p->segment_count * sizeof *s->left);
  if (i > 0 && i != p->order_stage_turn) return;
  sp_stage stage = i == p->order_stage_turn ? SP_STAGE_order : SP_STAGE_item;
  for (uint32_t k = 0; k < p->displacer_count; k++) {
    const turn *t = &p->turns[p->displacers[k]];
    if (turn_rule(p, t)->stage == stage) displace(p, s, t);
  }
}

bool turn_apply(pricing *p, pricing_state *s, const turn *t, outcome *out) {
  if (t->kind == TURN_FREIGHT) {
    apply_freight_table(p, s, out);
    return true;
  }
  if (t->kind == TURN_COVER) {
    cover_freight(p, s);
    return true;
  }
  if (t->dead && t->kind == TURN_AUTOMATIC && (!p->explaining || t->idle)) {
    *out = nothing;
    return false;
  }
  filter f = {.ignore_assignment = false};
  return evaluate(p, s, t, &f, true, out);
}

bool turn_apply_fixed(pricing *p, pricing_state *s, const turn *t, outcome *out) {
  if (!turn_apply(p, s, t, out)) return t->kind != TURN_PIECES;
  return t->kind != TURN_PIECES || turn_serves_pieces(p, t);
}

bool turn_serves_pieces(const pricing *p, const turn *t) {
  bool served = p->eligible_count == t->segment_count;
  for (uint32_t k = 0; k < p->eligible_count; k++)
    served &= p->served[k];
  return served;
}

bool turn_probe(pricing *p, const pricing_state *s, const turn *t, outcome *out) {
  filter f = {.ignore_assignment = true};
  bool recording = p->recording;
  p->recording = false;
  pricing_state copy = *s; // Nothing behind its pointers is written without `change`.
  bool applied = evaluate(p, &copy, t, &f, false, out);
  p->recording = recording;
  return applied;
}

uint32_t turn_levels(pricing *p, const pricing_state *s, const turn *t, uint16_t *levels,
                     outcome *out) {
  const sp_rule *rule = turn_rule(p, t);
  filter f = {.ignore_assignment = true};
  uint32_t count = 0;
  *out = nothing;
  memset(levels, 0, p->segment_count * sizeof *levels);
  if (barred(s, rule, out)) return 0;
  p->eligible_count = collect_eligible(p, s, t, &f);
  for (uint32_t from = 0, to; from < p->eligible_count; from = to) {
    to = gather_level_group(p, rule->level, from);
    goods g = goods_of(p, s, from, to);
    goods landing = gather_landing(p, s, rule, &g, p->eligible_room + from);
    when_told ignored;
    if (!landing.count) continue;
    out->reason = SP_REASON_THRESHOLD;
    if (!when_holds(p, rule, &g, &t->when, &ignored)) continue;
    count++;
    for (uint32_t k = 0; k < landing.count; k++)
      levels[landing.segments[k]] = (uint16_t)count;
  }
  return count;
}

bool turn_take(pricing *p, pricing_state *s, const turn *t, outcome *out) {
  return !barred(s, turn_rule(p, t), out) && conclude(p, s, t, true, out);
}

bool turn_serves_lines(pricing *p, const turn *t) {
  const uint32_t *row = assigned_row(p, t->once_group);
  uint32_t stamp = ++p->stamp, last = SP_NONE;
  for (uint32_t k = 0; k < p->eligible_count; k++) {
    if (p->served[k]) p->line_seen[p->segments[p->eligible[k]].line] = stamp;
  }
  for (uint32_t k = 0; k < t->segment_count; k++) {
    uint32_t line = p->segments[t->segments[k]].line;
    if (line != last && row[line] == t->rule && p->line_seen[line] != stamp) return false;
    last = line;
  }
  return true;
}

uint32_t turn_free_lines(pricing *p, const pricing_state *s, const turn *t, uint32_t *lines) {
  filter f = {.ignore_assignment = true};
  const uint32_t *row = assigned_row(p, t->once_group);
  uint32_t eligible = collect_eligible(p, s, t, &f), count = 0;
  for (uint32_t k = 0; k < eligible; k++) {
    uint32_t line = p->segments[p->eligible[k]].line;
    if (row[line] != SP_NONE || (count && lines[count - 1] == line)) continue;
    lines[count++] = line;
  }
  return count;
}
