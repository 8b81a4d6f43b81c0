#include "engine/effect.h"

#include <string.h>

#include "engine/add_on.h"
#include "engine/freight_give.h"
#include "engine/grant.h"
#include "engine/land.h"
#include "engine/pieces.h"
#include "engine/sets.h"

static const int64_t *worth_of(const give_work *w, sp_base base) {
  return base == SP_BASE_list         ? w->p->list_part
         : base == SP_BASE_after_item ? w->p->after_item
                                      : w->s->left;
}

/* What a percentage is of, over positions [from, to). */
static int64_t base_sum(const give_work *w, sp_base base, uint32_t from, uint32_t to) {
  const goods_sums *sums = w->g->sums;
  if (sums) return base == SP_BASE_list ? sums->list_part_fen : sums->after_item_fen;
  return sum_of(worth_of(w, base), w->g->segments + from, to - from);
}

static int64_t capped(const sp_give *give, int64_t cut) {
  return give->cap_fen >= 0 ? sp_min(cut, give->cap_fen) : cut;
}

/* What an amount or a percentage takes off one piece. */
static int64_t off_piece(const give_work *w, const sp_give *give, int64_t value) {
  int64_t cut = give->kind == SP_GIVE_amount_off ? give->amount_fen * w->times
                                                 : capped(give, give_percent(w, value, give->bp));
  return sp_min(cut, value);
}

/* per unit and per piece: off each of at most max_units pieces of positions [from, to) that are
 * worth anything. Returns how many those are. */
static int64_t off_pieces_of(give_work *w, const sp_give *give, uint32_t from, uint32_t to) {
  pricing *p = w->p;
  const uint32_t *segments = w->g->segments + from;
  int64_t rest = give->per == SP_PER_piece ? 1 : give->max_units ? give->max_units : INT64_MAX;
  int64_t units = 0;
  uint32_t classes = pieces_of(p, w->s->left, segments, to - from, false);
  // Where all of them lose something the order makes no difference.
  if (rest != INT64_MAX) pieces_sort(p, classes, give->choose != SP_CHOOSE_cheapest);
  if (give->choose == SP_CHOOSE_best) {
    // The piece that loses most is not the dearest one where floors or roundings stand in between.
    int64_t most = -1;
    for (uint32_t c = 0; c < classes; c++) {
      const struct piece_class *piece = &p->pieces[c];
      int64_t room = room_of(p, w->s, segments[piece->position]);
      int64_t cut = sp_min(off_piece(w, give, piece->value_fen), room);
      if (cut < most || (cut == most && piece->position >= p->pieces[0].position)) continue;
      most = cut;
      p->pieces[0] = *piece;
    }
  }
  for (uint32_t c = 0; c < classes && rest > 0; c++) {
    int64_t count = sp_min(rest, p->pieces[c].count);
    w->cut[from + p->pieces[c].position] += count * off_piece(w, give, p->pieces[c].value_fen);
    rest -= count;
    units += count;
  }
  return units;
}

static int64_t off_pieces(give_work *w, const sp_give *give) {
  int64_t units = 0;
  for (uint32_t from = 0, to; from < w->g->count; from = to) {
    to = give->units_per_line ? land_line_end(w, from) : w->g->count;
    units += off_pieces_of(w, give, from, to);
  }
  land_pieces(w);
  return units;
}

static void amount_off(give_work *w, const sp_give *give) {
  int64_t amount = give->amount_fen * w->times;
  if (give->per == SP_PER_order) {
    int64_t on_goods = sp_min(amount, land_room_of_all(w));
    land_order(w, on_goods, NULL);
    w->face_fen = amount;
    if (give->lands_on_freight) freight_give_amount(w, amount - on_goods);
    if (!w->stepped) w->out->beyond_fen += amount - on_goods;
    // What the switch excess_share loses was named within the room.
    w->over = amount > on_goods + w->freight_fen;
    return;
  }
  if (give->per == SP_PER_line) {
    for (uint32_t from = 0, to; from < w->g->count; from = to) {
      to = land_line_end(w, from);
      land_line(w, from, to, sp_min(amount, land_room(w, from, to)), NULL);
      w->face_fen += amount;
    }
  } else {
    w->face_fen = amount * off_pieces(w, give);
  }
  w->over = w->face_fen > w->given_fen;
}

/* n times in turn, each of what the ones before left. */
static int64_t compound_cut(const give_work *w, int64_t base, uint32_t bp) {
  int64_t cut = 0;
  for (int64_t i = 0; i < w->times; i++) {
    int64_t more = give_percent(w, base - cut, bp);
    if (!more) break;
    cut += more;
  }
  return cut;
}

static void percent_off(give_work *w, const sp_give *give) {
  if (give->per == SP_PER_unit || give->per == SP_PER_piece) {
    off_pieces(w, give);
    return;
  }
  if (give->per == SP_PER_line) {
    for (uint32_t from = 0, to; from < w->g->count; from = to) {
      to = land_line_end(w, from);
      int64_t cut = give_percent(w, base_sum(w, give->base, from, to), give->bp);
      land_line(w, from, to, sp_min(cut, land_room(w, from, to)), NULL);
    }
    return;
  }
  int64_t base =
      give->base == SP_BASE_current ? w->g->left_fen : base_sum(w, give->base, 0, w->g->count);
  uint32_t bp = (uint32_t)sp_min(10000, give->bp * w->times);
  int64_t cut = w->compound ? compound_cut(w, base, give->bp) : give_percent(w, base, bp);
  land_order(w, sp_min(capped(give, cut), land_room_of_all(w)), NULL);
}

/* The first give with something next speaks for the rule; where none has, the first one. gte: -1
 * where nothing comes next. */
static void describe(give_work *w, sp_by by, int64_t gte, int64_t measure) {
  outcome *out = w->out;
  if (out->next.stands || (w->index > 0 && gte < 0)) return;
  out->measure = measure;
  if (gte >= 0) out->next = (sp_next){true, by, gte, gte - measure};
}

/* A give that asks for pieces and found too few. */
static void describe_pieces(give_work *w, needed_pieces needed) {
  if (needed.missing > 0) describe(w, SP_BY_qty, needed.all, needed.all - needed.missing);
}

/* Which piece is the first that pays less than all; 0: none does. */
static int64_t nth_first(const sp_give *give) {
  uint32_t first = 0;
  while (first < give->pay_count && give->pay_bp[first] == 10000)
    first++;
  bool none = first == give->pay_count && (give->repeat || give->beyond_bp == 10000);
  return none ? 0 : (int64_t)first + 1;
}

/* The unrounded cuts of positions [from, to), rounded together. */
static int64_t nth_cut(const give_work *w, const sp_give *give, uint32_t from, uint32_t to) {
  const sp_policy *policy = &w->p->book->policy;
  int64_t off = 0;
  for (uint32_t k = from; k < to; k++)
    off += w->p->nth_weight[k];
  if (!policy->percent_price_side) return money_divide(off, 10000, policy->percent_rounding);
  int64_t value = base_sum(w, give->base, from, to);
  return value - money_divide(value * 10000 - off, 10000, policy->percent_rounding);
}

static void nth_item(give_work *w, const sp_give *give) {
  pricing *p = w->p;
  const int64_t *weight = p->nth_weight;
  uint32_t end = w->g->count;
  int64_t needed = nth_first(give), pieces = needed ? measure_qty(p, w->g) : 0;
  describe_pieces(w, (needed_pieces){needed, needed - pieces});
  pieces_nth_weights(p, worth_of(w, give->base), w->g->segments, end, give, p->nth_weight);
  if (p->book->policy.percent_level == SP_PER_order) {
    land_order(w, sp_min(nth_cut(w, give, 0, end), land_room_of_all(w)), weight);
    return;
  }
  for (uint32_t from = 0, to; from < end; from = to) {
    to = land_line_end(w, from);
    land_line(w, from, to, sp_min(nth_cut(w, give, from, to), land_room(w, from, to)), weight);
  }
}

static int64_t measure_by(const give_work *w, sp_by by, sp_base base) {
  const goods *g = w->measured;
  return by == SP_BY_qty ? measure_qty(w->p, g) : measure_amount(w->p, g, base);
}

static bool give_one(give_work *w, const sp_give *give);

static bool give_tiers(give_work *w, const sp_give *give) {
  int64_t measure = measure_by(w, give->by, give->base);
  uint32_t reached = 0;
  while (reached < give->tier_count && measure >= give->tiers[reached].gte)
    reached++;
  describe(w, give->by, reached < give->tier_count ? give->tiers[reached].gte : -1, measure);
  if (!reached) return false;
  w->out->step = (int32_t)reached - 1;
  return give_one(w, give->tiers[reached - 1].give);
}

static bool give_every(give_work *w, const sp_give *give) {
  int64_t measure = measure_by(w, give->by, give->base);
  w->times = sp_min(give->limit, money_divide(measure, give->step, SP_FLOOR));
  w->compound = give->compound;
  w->stepped = true;
  if (!w->out->times) w->out->times = w->times;
  describe(w, give->by, w->times < give->limit ? (w->times + 1) * give->step : -1, measure);
  return w->times > 0 && give_one(w, give->inner);
}

/* Returns whether the give gives a benefit; cuts are in w->cut. */
static bool give_one(give_work *w, const sp_give *give) {
  switch (give->kind) {
  case SP_GIVE_amount_off:
    amount_off(w, give);
    return false;
  case SP_GIVE_percent_off:
    percent_off(w, give);
    return false;
  case SP_GIVE_nth_item:
    nth_item(w, give);
    return false;
  case SP_GIVE_tiers:
    return give_tiers(w, give);
  case SP_GIVE_every:
    return give_every(w, give);
  case SP_GIVE_items_free:
    sets_items_free(w, give);
    return false;
  case SP_GIVE_buy_get:
    describe_pieces(w, sets_buy_get(w, give));
    return false;
  case SP_GIVE_bundle:
  case SP_GIVE_qty_groups:
    describe_pieces(w, sets_bundle(w, give));
    return false;
  case SP_GIVE_first_and_additional:
    describe_pieces(w, sets_first_and_additional(w, give));
    return false;
  case SP_GIVE_free_freight:
    if (w->s && w->p->book->rules[w->rule].stage == SP_STAGE_freight) freight_give_free(w);
    w->out->frees_freight = true;
    return true;
  case SP_GIVE_freight_off:
  case SP_GIVE_fees_off:
    freight_give_off(w, give);
    return false;
  case SP_GIVE_add_on:
    add_on_record(w->p, w->rule);
    w->out->goal_value_fen = add_on_value(w->p, w->rule);
    return w->out->goal_value_fen > 0;
  case SP_GIVE_unit_price:
    break;
  default:
    return grant_give(w, give);
  }
  SP_CHECK(false);
  return false;
}

/* Later gives of a list take what the earlier ones left. */
static int64_t add_clamped(const pricing *p, const pricing_state *s, const goods *g,
                           const int64_t *more, int64_t *cut) {
  int64_t given = 0;
  for (uint32_t k = 0; k < g->count; k++) {
    int64_t added = sp_min(more[k], room_of(p, s, g->segments[k]) - cut[k]);
    cut[k] += added;
    given += added;
  }
  return given;
}

static bool give_sums(const sp_give *give) {
  if (give->kind == SP_GIVE_qty_groups) return false;
  bool whole = (give->kind == SP_GIVE_amount_off || give->kind == SP_GIVE_percent_off) &&
               give->per == SP_PER_order && !give->lands_on_freight;
  bool good = whole || give_is_benefit(give) || give->kind == SP_GIVE_tiers ||
              give->kind == SP_GIVE_every || give->kind == SP_GIVE_add_on;
  for (uint32_t i = 0; i < give->tier_count; i++)
    good = good && give_sums(give->tiers[i].give);
  return good && (!give->inner || give_sums(give->inner));
}

bool gives_sums(const pricing *p, const sp_rule *rule) {
  const sp_policy *policy = &p->book->policy;
  if (p->floor_fen || rule->filter.bits || policy->refuse_overflow || p->beyond_fen) return false;
  // Two cuts at once are clamped segment by segment.
  uint32_t cuts = 0;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    if (!give_sums(&rule->gives[i])) return false;
    cuts += !give_is_benefit(&rule->gives[i]);
  }
  return cuts <= 1;
}

bool effect_reached(pricing *p, const sp_rule *rule, const goods *g) {
  give_work w = {.p = p, .measured = g, .g = g};
  for (uint32_t i = 0; i < rule->give_count; i++) {
    const sp_give *give = &rule->gives[i];
    bool steps = give->kind == SP_GIVE_tiers || give->kind == SP_GIVE_every;
    int64_t gte = give->tier_count ? give->tiers[0].gte : give->step;
    if (!steps || measure_by(&w, give->by, give->base) >= gte) return true;
  }
  return false;
}

bool effect_apply(pricing *p, const pricing_state *s, uint32_t rule_index, const goods *measured,
                  const goods *landing, int64_t *cut, outcome *out) {
  const sp_rule *rule = &p->book->rules[rule_index];
  uint32_t gifts = p->receipt->gift_count, rewards = p->receipt->reward_count;
  size_t gifts_size = s && p->book->policy.refuse_overflow ? p->gift_slot_count : 0;
  gifts_size *= sizeof *p->gifts_taken;
  if (gifts_size) memcpy(p->gifts_before, p->gifts_taken, gifts_size);
  bool given = false;
  for (uint32_t i = 0; i < rule->give_count; i++) {
    // The first give works in place.
    give_work w = {.p = p,
                   .s = s,
                   .measured = measured,
                   .g = landing,
                   .rule = rule_index,
                   .index = i,
                   .times = 1,
                   .cut = cut,
                   .out = out};
    if (i > 0 && cut) {
      w.cut = p->give_cut;
      words_zero(w.cut, landing->count);
    }
    given |= give_one(&w, &rule->gives[i]);
    out->overflow |= w.over && p->book->policy.refuse_overflow;
    int64_t on_goods = i > 0 && cut ? add_clamped(p, s, landing, w.cut, cut) : w.given_fen;
    out->cut_fen += on_goods;
    given |= on_goods > 0 || w.freight_fen > 0;
    if (w.face_fen) out->waste_fen += w.face_fen - on_goods - w.freight_fen;
  }
  if (!out->overflow) return given;
  // As if it had not been tried: a package stands in one level group only.
  if (gifts_size) memcpy(p->gifts_taken, p->gifts_before, gifts_size);
  words_zero(cut, landing->count);
  for (uint32_t k = 0; k < landing->count; k++)
    p->due_cut[p->segments[landing->segments[k]].group] = 0;
  p->receipt->gift_count = gifts;
  p->receipt->reward_count = rewards;
  return false;
}
