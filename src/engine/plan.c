#include "engine/plan.h"

#include <string.h>

#include "base/text.h"
#include "engine/add_on.h"
#include "engine/cups.h"
#include "engine/fees.h"
#include "engine/gift.h"
#include "engine/match.h"
#include "engine/parts.h"
#include "engine/pieces.h"
#include "engine/when.h"

sp_reason plan_coupon_open(const pricing *p, const sp_coupon *coupon) {
  if (coupon->rule == SP_NONE) return SP_REASON_UNKNOWN_RULE;
  if (p->request->now_s < coupon->from_s) return SP_REASON_NOT_STARTED;
  if (p->request->now_s >= coupon->to_s) return SP_REASON_EXPIRED;
  return rule_open(p, &p->book->rules[coupon->rule]);
}

static bool in_place(const sp_book *book, const sp_rule *rule, const sp_line *line) {
  if (!((rule->fulfilment_bits >> line->fulfilment) & 1)) return false;
  if (!rule->stores.count && !rule->store_tags.count) return true;
  if (ids_have(&rule->stores, line->store)) return true;
  return line->place < book->store_count &&
         ids_meet(&book->stores[line->place].tags, &rule->store_tags);
}

bool plan_covers(const pricing *p, const sp_rule *rule, const sp_line *line) {
  if (line->state != SP_LINE_priced || line->add_on) return false;
  if (!scope_has(rule->scope, line->sku)) return false;
  if (rule->shop.size && !text_equal(rule->shop, line->shop)) return false;
  return in_place(p->book, rule, line);
}

uint32_t plan_covered(const pricing *p, const sp_rule *rule, uint32_t key, uint32_t *out) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    const sp_line *line = &p->request->lines[p->segments[i].line];
    if (level_key(p, rule->level, i) == key && plan_covers(p, rule, line)) out[count++] = i;
  }
  return count;
}

static uint32_t shop_number(const pricing *p, sp_text shop) {
  for (uint32_t g = 0; g < p->package_count; g++) {
    if (text_equal(p->packages[g].shop, shop)) return p->package_shop[g];
  }
  return SP_NONE;
}

/* It asks nothing of the store where a line is sold, or how it is handed over. */
static bool asks_no_place(const sp_rule *rule) {
  const uint32_t any = 1u << SP_DELIVERY | 1u << SP_PICKUP;
  return !rule->stores.count && !rule->store_tags.count && rule->fulfilment_bits == any;
}

/* Rules of one scope, which share its bits, and one shop share their list. */
static sp_err find_segments(pricing *p, const sp_rule *rule, turn *t) {
  bool alone = asks_no_place(rule);
  if (!rule->scope.bits && !rule->shop.size && alone) {
    t->segments = p->all_segments;
    t->segment_count = p->goods_count;
    return SP_OK;
  }
  for (const turn *other = t; alone && other-- > p->turns;) {
    if (!turn_is_rule(other) || other->kind == TURN_PIECES) continue;
    const sp_rule *before = turn_rule(p, other);
    if (before->scope.bits != rule->scope.bits || !asks_no_place(before)) continue;
    if (!text_equal(before->shop, rule->shop)) continue;
    t->segments = other->segments;
    t->segment_count = other->segment_count;
    return SP_OK;
  }
  uint32_t *segments = arena_room(p->arena, p->goods_count * sizeof *segments);
  if (!segments) return SP_E_MEMORY;
  uint32_t shop = shop_number(p, rule->shop);
  for (uint32_t k = 0; k < p->goods_count; k++) {
    uint32_t i = p->all_segments[k];
    if (rule->shop.size && p->segment_shop[i] != shop) continue;
    const sp_line *line = &p->request->lines[p->segments[i].line];
    if (!scope_has(rule->scope, line->sku)) continue;
    if (alone || in_place(p->book, rule, line)) segments[t->segment_count++] = i;
  }
  t->segments = segments;
  return SP_OK;
}

static bool expires_before(const sp_coupon *coupons, uint32_t a, uint32_t b) {
  if (coupons[a].to_s != coupons[b].to_s) return coupons[a].to_s < coupons[b].to_s;
  return text_compare(coupons[a].id, coupons[b].id) < 0;
}

/* Lists the wallet's valid coupons by their rule; no rule has a turn yet. */
static sp_err sort_wallet(pricing *p) {
  const sp_request *request = p->request;
  p->coupon_first = arena_room(p->arena, p->book->rule_count * sizeof(uint32_t));
  p->turn_of = arena_room(p->arena, p->book->rule_count * sizeof(uint32_t));
  p->coupon_next = arena_room(p->arena, request->coupon_count * sizeof(uint32_t));
  if (!p->coupon_first || !p->turn_of || !p->coupon_next) return SP_E_MEMORY;
  for (uint32_t r = 0; r < p->book->rule_count; r++)
    p->coupon_first[r] = p->turn_of[r] = SP_NONE;
  for (uint32_t c = request->coupon_count; c-- > 0;) {
    if (plan_coupon_open(p, &request->coupons[c]) != SP_REASON_APPLIED) continue;
    uint32_t *first = &p->coupon_first[request->coupons[c].rule];
    p->coupon_next[c] = *first;
    *first = c;
  }
  return SP_OK;
}

/* Those of one rule, twice: by id (the order they apply in) and by expiry (which the best decision
 * takes first). At most 100, so insertion sort. */
static sp_err find_coupons(pricing *p, turn *t) {
  const sp_request *request = p->request;
  uint32_t count = 0;
  for (uint32_t c = p->coupon_first[t->rule]; c != SP_NONE; c = p->coupon_next[c])
    count++;
  uint32_t *by_id = arena_room(p->arena, 2 * count * sizeof(uint32_t)), *by_expiry = by_id + count;
  if (!by_id) return SP_E_MEMORY;
  t->coupons = by_id;
  t->coupons_by_expiry = by_expiry;
  for (uint32_t c = p->coupon_first[t->rule]; c != SP_NONE; c = p->coupon_next[c]) {
    uint32_t i = t->coupon_count, j = t->coupon_count++;
    for (; i > 0 && text_compare(request->coupons[c].id, request->coupons[by_id[i - 1]].id) < 0;
         i--) {
      by_id[i] = by_id[i - 1];
    }
    by_id[i] = c;
    for (; j > 0 && expires_before(request->coupons, c, by_expiry[j - 1]); j--) {
      by_expiry[j] = by_expiry[j - 1];
    }
    by_expiry[j] = c;
  }
  return SP_OK;
}

static turn_kind kind_of(const sp_book *book, const sp_rule *rule) {
  if (rule->kind == SP_KIND_coupon) return TURN_COUPON;
  if (rule->group == SP_NONE) return TURN_AUTOMATIC;
  sp_pieces pieces = book->groups[rule->group].pieces;
  return pieces == SP_PIECES_once_line    ? TURN_ASSIGNED
         : pieces == SP_PIECES_once_piece ? TURN_PIECES
                                          : TURN_CHOSEN;
}

/* Row of the group in the assignment table; rows are made in order of first use. */
static uint32_t once_row(pricing *p, uint32_t *rows, uint32_t group) {
  if (rows[group] == SP_NONE) rows[group] = p->once_group_count++;
  return rows[group];
}

/* Only the pieces that were given to it; all of them where none were. */
static sp_err keep_own(pricing *p, turn *t) {
  uint32_t *own = arena_array(p->arena, t->segment_count, sizeof(uint32_t)), count = 0;
  if (!own) return SP_E_MEMORY;
  for (uint32_t k = 0; k < t->segment_count; k++) {
    if (parts_owned(p, t->segments[k], t->rule)) own[count++] = t->segments[k];
  }
  t->idle = count == 0;
  if (t->idle) return SP_OK;
  t->segments = own;
  t->segment_count = count;
  return SP_OK;
}

static sp_err add_turn(pricing *p, uint32_t rule_index, uint32_t *rows) {
  const sp_rule *rule = &p->book->rules[rule_index];
  turn *t = &p->turns[p->turn_count];
  bool closed = rule->kind == SP_KIND_coupon ? p->coupon_first[rule_index] == SP_NONE
                                             : rule_open(p, rule) != SP_REASON_APPLIED;
  if (closed) return SP_OK;
  *t = (turn){.kind = kind_of(p->book, rule), .rule = rule_index};
  sp_err err = find_segments(p, rule, t);
  if (err || t->segment_count == 0) return err;
  if (t->kind == TURN_COUPON) err = find_coupons(p, t);
  if (t->kind == TURN_ASSIGNED) t->once_group = once_row(p, rows, rule->group);
  if (!err && t->kind == TURN_PIECES) err = keep_own(p, t);
  p->turn_of[rule_index] = p->turn_count++;
  return err;
}

static bool names_classes(const sp_rule *rule) {
  return rule->exclude_line_bits || rule->exclude_order_bits;
}

/* Slots for every group that has a maximum to count, and for every coupon rule whose limit is below
 * the coupons that there are. */
static sp_err number_slots(pricing *p) {
  p->group_slots = arena_room(p->arena, p->book->group_count * sizeof(uint32_t));
  if (!p->group_slots) return SP_E_MEMORY;
  for (uint32_t g = 0; g < p->book->group_count; g++) {
    const sp_group *group = &p->book->groups[g];
    p->group_slots[g] = SP_NONE;
    if (!group->counts) continue;
    p->group_slots[g] = p->slot_count;
    p->slot_count += group->max_per == SP_MAX_PER_order  ? 1
                     : group->max_per == SP_MAX_PER_shop ? p->shop_count
                                                         : p->request->line_count;
  }
  for (uint32_t i = 0; i < p->turn_count; i++) {
    turn *t = &p->turns[i];
    bool is_coupon = t->kind == TURN_COUPON;
    t->uses_max = is_coupon ? rule_uses_left(p, turn_rule(p, t)) : INT64_MAX;
    t->limit_slot = t->uses_max < t->coupon_count ? p->slot_count++ : SP_NONE;
  }
  return SP_OK;
}

/* What every application writes before it reads it: one block, whatever stands there. */
static sp_err allocate_scratch(pricing *p) {
  size_t n = p->segment_count, packages = p->package_count, places = n > packages ? n : packages;
  size_t pieces = 2 * n, dues = p->due_count;
  // Entries of less than a word are counted as whole ones.
  size_t words = 6 * n + 4 * places + 3 * packages + 3 * dues +
                 2 * pieces * (sizeof(struct piece_class) / sizeof(uint64_t));
  uint64_t *at = arena_room(p->arena, words * sizeof *at);
  if (!at) return SP_E_MEMORY;
  p->cut = words_take(&at, n, sizeof(int64_t));
  p->nth_weight = words_take(&at, n, sizeof(int64_t));
  p->give_cut = words_take(&at, n, sizeof(int64_t));
  p->eligible = p->eligible_room = words_take(&at, n, sizeof(uint32_t));
  p->eligible_spare = words_take(&at, n, sizeof(uint32_t));
  p->served = words_take(&at, n, sizeof(bool));
  p->share_weight = words_take(&at, places, sizeof(int64_t));
  p->share_cap = words_take(&at, places, sizeof(int64_t));
  p->share_part = words_take(&at, places, sizeof(int64_t));
  p->share_positions = words_take(&at, places, sizeof(uint32_t));
  p->due_cut = words_take(&at, dues, sizeof(int64_t));
  p->package_weight = words_take(&at, packages, sizeof(int64_t));
  p->due_cap = words_take(&at, dues, sizeof(int64_t));
  p->package_part = words_take(&at, dues, sizeof(int64_t));
  p->package_end = words_take(&at, packages, sizeof(uint32_t));
  p->package_seen = words_take(&at, packages, sizeof(bool));
  p->pieces = words_take(&at, pieces, sizeof(struct piece_class));
  p->pieces_spare = words_take(&at, pieces, sizeof(struct piece_class));
  return SP_OK;
}

/* What the first application finds at 0. */
static sp_err allocate_marks(pricing *p) {
  uint32_t n = p->segment_count, lines = p->request->line_count;
  p->after_item = arena_array(p->arena, n, sizeof(int64_t));
  p->slot_seen = arena_array(p->arena, p->slot_count, sizeof(uint32_t));
  p->line_seen = arena_array(p->arena, lines, sizeof(uint32_t));
  p->acted = arena_array(p->arena, p->book->rule_count, sizeof(bool));
  p->assigned = arena_array(p->arena, (size_t)p->once_group_count * lines, sizeof(uint32_t));
  bool covers = p->book->policy.coupons_cover_freight;
  if (covers) p->beyond_fen = arena_array(p->arena, n, sizeof(int64_t));
  bool good = p->after_item && p->slot_seen && p->line_seen && p->acted && p->assigned &&
              (!covers || p->beyond_fen);
  return good ? SP_OK : SP_E_MEMORY;
}

static bool displaces_before(const sp_rule *a, const sp_rule *b) {
  return a->priority != b->priority ? a->priority > b->priority : text_compare(a->id, b->id) < 0;
}

static void add_displacer(pricing *p, uint32_t i) {
  const sp_rule *rule = turn_rule(p, &p->turns[i]);
  if (!rule->exclusive || p->turns[i].kind != TURN_AUTOMATIC) return;
  uint32_t at = p->displacer_count++;
  for (; at > 0; at--) {
    uint32_t before = p->displacers[at - 1];
    if (!displaces_before(rule, turn_rule(p, &p->turns[before]))) break;
    p->displacers[at] = before;
  }
  p->displacers[at] = i;
}

/* A rule that cannot act here excludes nothing. */
static void find_exclusions(pricing *p) {
  uint64_t classes = 0, on_lines = 0;
  for (uint32_t i = 0; i < p->turn_count + p->segment_count; i++) {
    bool is_turn = i < p->turn_count;
    uint32_t index = is_turn ? p->turns[i].rule : p->segments[i - p->turn_count].rule;
    if (index == SP_NONE) continue;
    const sp_rule *rule = &p->book->rules[index];
    classes |= rule->class_bits;
    on_lines |= rule->exclude_line_bits;
    p->has_exclusions |= names_classes(rule);
    if (!is_turn) continue;
    p->has_exclusive |= rule->exclusive;
    add_displacer(p, i);
  }
  p->has_exclusions |= p->has_exclusive;
  p->excludes_on_lines = classes & on_lines;
}

/* Add-ons behind the goods. */
static void list_segments(pricing *p) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < p->segment_count; i++) {
    if (!is_add_on_line(p, &p->segments[i])) p->all_segments[count++] = i;
  }
  p->goods_count = count;
  for (uint32_t i = 0; count < p->segment_count; i++) {
    if (is_add_on_line(p, &p->segments[i])) p->all_segments[count++] = i;
  }
}

sp_err plan_turns(pricing *p) {
  const sp_book *book = p->book;
  uint32_t *rows = arena_room(p->arena, book->group_count * sizeof *rows);
  p->turns = arena_room(p->arena, ((size_t)book->rule_count + 2) * sizeof(turn));
  p->all_segments = arena_room(p->arena, p->segment_count * sizeof(uint32_t));
  if (!rows || !p->turns || !p->all_segments) return SP_E_MEMORY;
  sp_err err = sort_wallet(p);
  if (err) return err;
  list_segments(p);
  err = fees_list(p);
  if (err) return err;
  for (uint32_t g = 0; g < book->group_count; g++)
    rows[g] = SP_NONE;
  for (uint32_t l = 0; l < SP_LEVEL_SUMS; l++)
    p->level_turns[l] = SP_NONE;
  bool freight_added = false, cover_added = false;
  for (uint32_t r = 0; r <= book->rule_count; r++) {
    sp_stage stage =
        r < book->rule_count ? book->rules[book->rule_turns[r]].stage : SP_STAGE_reward;
    for (uint32_t l = 0; l < SP_LEVEL_SUMS && stage > SP_STAGE_item + l; l++)
      if (p->level_turns[l] == SP_NONE) p->level_turns[l] = p->turn_count;
    if (stage >= SP_STAGE_freight && !freight_added) {
      p->turns[p->turn_count++] = (turn){.kind = TURN_FREIGHT, .rule = SP_NONE};
      freight_added = true;
    }
    if (stage == SP_STAGE_reward && book->policy.coupons_cover_freight && !cover_added) {
      p->turns[p->turn_count++] =
          (turn){.kind = TURN_COVER, .rule = SP_NONE, .can_free = true, .cuts_any_freight = true};
      cover_added = true;
    }
    if (r == book->rule_count || stage == SP_STAGE_unit) continue;
    err = add_turn(p, book->rule_turns[r], rows);
    if (err) return err;
  }
  for (uint32_t l = 0; l < SP_LEVEL_SUMS; l++)
    if (p->level_turns[l] < p->turn_count) p->turns[p->level_turns[l]].begins = true;
  p->order_stage_turn = p->level_turns[0];
  p->coupon_turn = p->level_turns[1];
  p->displacers = arena_room(p->arena, p->turn_count * sizeof(uint32_t));
  if (!p->displacers) return SP_E_MEMORY;
  find_exclusions(p);
  for (uint32_t i = 0; i < p->turn_count; i++) {
    if (!turn_is_rule(&p->turns[i])) continue;
    err = when_fold(p, &p->turns[i]);
    if (err) return err;
  }
  err = number_slots(p);
  if (!err) err = cups_plan(p);
  if (!err) err = allocate_marks(p);
  if (!err) err = gift_plan(p);
  return err ? err : allocate_scratch(p);
}

/* What goods coupons can leave beyond their goods: once per coupon and level group, and one row to
 * write in. */
static size_t cover_rows(const pricing *p) {
  size_t rows = 1;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (t->kind != TURN_COUPON || turn_rule(p, t)->stage == SP_STAGE_freight) continue;
    rows += (size_t)t->coupon_count * level_count(p, turn_rule(p, t)->level);
  }
  return rows;
}

sp_err plan_new_state(pricing *p, pricing_state *out) {
  size_t n = p->segment_count, packages = p->package_count, dues = p->due_count;
  size_t gifts = p->gift_slot_count, marked = p->has_exclusive ? n : 0;
  // Entries of less than a word are counted as whole ones.
  size_t words =
      (p->excludes_on_lines ? 3 : 1) * n + gifts + dues + packages + marked + p->slot_count;
  *out = (pricing_state){0};
  uint64_t *at = arena_room(p->arena, words * sizeof *at);
  if (!at) return SP_E_MEMORY;
  const uint64_t *begin = at;
  out->left = words_take(&at, n, sizeof(int64_t));
  if (p->excludes_on_lines) {
    out->classes = words_take(&at, n, sizeof(uint64_t));
    out->excluded = words_take(&at, n, sizeof(uint64_t));
  }
  if (gifts) out->gifts_taken = words_take(&at, gifts, sizeof(int64_t));
  out->dues = words_take(&at, dues, sizeof(int64_t));
  if (marked) out->marks = words_take(&at, n, sizeof(segment_mark));
  out->counts = words_take(&at, p->slot_count, sizeof *out->counts);
  out->freed = words_take(&at, packages, sizeof *out->freed);
  out->size = (size_t)(at - begin) * sizeof *at;
  if (p->beyond_fen) {
    size_t rows = cover_rows(p);
    out->cover_fen = arena_array(p->arena, rows, sizeof(int64_t));
    out->cover_packages = arena_array(p->arena, rows * package_words(p), sizeof(uint32_t));
    if (!out->cover_fen || !out->cover_packages) return SP_E_MEMORY;
  }
  plan_reset_state(p, out);
  return SP_OK;
}

void plan_reset_state(const pricing *p, pricing_state *s) {
  size_t left = p->segment_count * sizeof *s->left;
  s->order_classes = s->order_excluded = 0;
  s->cut_fen = s->add_on_fen = s->freight_coupon_fen = s->goal_value_fen = s->fees_cut_fen = 0;
  s->cover_count = 0;
  memcpy(s->left, p->start_left, left);
  memset(s->left + p->segment_count, 0, s->size - left);
  for (uint32_t d = p->package_count; d < p->due_count; d++)
    s->dues[d] = p->charges[d - p->package_count].list_fen;
  for (uint32_t i = 0; p->has_exclusions && i < p->segment_count; i++) {
    if (p->segments[i].rule == SP_NONE) continue;
    const sp_rule *rule = &p->book->rules[p->segments[i].rule];
    s->order_classes |= rule->class_bits;
    s->order_excluded |= rule->exclude_order_bits;
    if (!s->classes) continue;
    s->classes[i] = rule->class_bits;
    s->excluded[i] = rule->exclude_line_bits;
  }
}

void plan_copy_state(const pricing *p, pricing_state *to, const pricing_state *from) {
  to->order_classes = from->order_classes;
  to->order_excluded = from->order_excluded;
  to->cut_fen = from->cut_fen;
  to->add_on_fen = from->add_on_fen;
  to->fees_cut_fen = from->fees_cut_fen;
  to->freight_coupon_fen = from->freight_coupon_fen;
  to->goal_value_fen = from->goal_value_fen;
  memcpy(to->levels_fen, from->levels_fen, sizeof to->levels_fen);
  memcpy(to->left, from->left, to->size);
  to->cover_count = from->cover_count;
  if (to->cover_count) {
    size_t words = (size_t)to->cover_count * package_words(p);
    memcpy(to->cover_fen, from->cover_fen, to->cover_count * sizeof *to->cover_fen);
    memcpy(to->cover_packages, from->cover_packages, words * sizeof *to->cover_packages);
  }
}
