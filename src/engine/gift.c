#include "engine/gift.h"

#include "engine/freight.h"

/* ---- what there is ---- */

/* Where its stock is counted; SP_NONE: nobody knows how many there are, or nobody gives it away. */
static uint32_t slot_of(const pricing *p, uint32_t sku) {
  const sp_request *request = p->request;
  const sp_price *stock = prices_find(request->stock, request->stock_count, sku);
  return stock && p->gift_slots ? p->gift_slots[stock - request->stock] : SP_NONE;
}

/* A gift that a turn may give, so often. The alternatives of its tiers count once for a SKU. */
typedef struct {
  uint32_t give; /* which of all, from 1 */
  uint32_t applications;
} draw;

/* What is known of a slot while they are being numbered. */
typedef struct {
  uint32_t last_give, draws;
  bool is_valued;
} drawn;

static void draw_options(pricing *p, const sp_give *give, const draw *d, drawn *slots) {
  const sp_request *request = p->request;
  for (uint32_t i = 0; i < give->tier_count; i++)
    draw_options(p, give->tiers[i].give, d, slots);
  if (give->inner) draw_options(p, give->inner, d, slots);
  for (uint32_t o = 0; give->kind == SP_GIVE_gift && o < give->gift_count; o++) {
    const sp_price *stock = prices_find(request->stock, request->stock_count, give->gifts[o].sku);
    if (!stock) continue;
    uint32_t at = (uint32_t)(stock - request->stock);
    if (p->gift_slots[at] == SP_NONE) {
      p->gift_slots[at] = p->gift_slot_count;
      p->gift_left[p->gift_slot_count++] = stock->price_fen;
    }
    drawn *slot = &slots[p->gift_slots[at]];
    if (slot->last_give != d->give) slot->draws += d->applications;
    slot->last_give = d->give;
    slot->is_valued |= give->goal_value_fen > 0;
    p->gifts_meet |= slot->is_valued && slot->draws > 1;
  }
}

static uint32_t count_options(const sp_give *give) {
  uint32_t count = give->inner ? count_options(give->inner) : give->gift_count;
  for (uint32_t i = 0; i < give->tier_count; i++)
    count += count_options(give->tiers[i].give);
  return count;
}

/* Room for as many slots as the turns have options. *slots: NULL where they have none. */
static sp_err room_for_slots(pricing *p, drawn **slots) {
  uint32_t stock_count = p->request->stock_count, most = 0;
  bool weigh = p->book->policy.gifts_weigh && p->receipt->freight_state == SP_FREIGHT_STATE_known;
  p->gift_slot_count = 0;
  p->gift_units = SP_NONE;
  p->gift_slots = NULL;
  p->gifts_meet = false;
  *slots = NULL;
  for (uint32_t i = 0; (stock_count || weigh) && i < p->turn_count; i++) {
    const sp_rule *rule = turn_is_rule(&p->turns[i]) ? turn_rule(p, &p->turns[i]) : NULL;
    for (uint32_t g = 0; rule && rule->benefit && g < rule->give_count; g++)
      most += count_options(&rule->gives[g]);
  }
  if (!most) return SP_OK;
  p->gift_slots = arena_array(p->arena, stock_count, sizeof(uint32_t));
  p->gift_left = arena_array(p->arena, most, sizeof(int64_t));
  size_t units = weigh ? (size_t)p->package_count * p->book->freight.template_count : 0;
  p->gifts_taken = arena_array(p->arena, most + units, sizeof(int64_t));
  p->gifts_before = arena_array(p->arena, most + units, sizeof(int64_t));
  *slots = arena_array(p->arena, most, sizeof(drawn));
  bool good = p->gift_slots && p->gift_left && p->gifts_taken && p->gifts_before && *slots;
  for (uint32_t k = 0; good && k < stock_count; k++)
    p->gift_slots[k] = SP_NONE;
  return good ? SP_OK : SP_E_MEMORY;
}

sp_err gift_plan(pricing *p) {
  drawn *slots;
  uint32_t gives = 0;
  sp_err err = room_for_slots(p, &slots);
  if (err || !slots) return err;
  for (uint32_t i = 0; i < p->turn_count; i++) {
    const turn *t = &p->turns[i];
    if (!turn_is_rule(t) || !turn_rule(p, t)->benefit) continue;
    const sp_rule *rule = turn_rule(p, t);
    draw d = {0, level_count(p, rule->level) * (t->kind == TURN_COUPON ? t->coupon_count : 1)};
    for (uint32_t g = 0; g < rule->give_count; g++) {
      d.give = ++gives;
      draw_options(p, &rule->gives[g], &d, slots);
    }
  }
  for (uint32_t l = 0; l < p->request->line_count; l++) {
    const sp_line *line = &p->request->lines[l];
    uint32_t slot = line->state == SP_LINE_priced ? slot_of(p, line->sku) : SP_NONE;
    if (slot != SP_NONE) p->gift_left[slot] -= line->qty;
  }
  if (p->book->policy.gifts_weigh && p->receipt->freight_state == SP_FREIGHT_STATE_known) {
    p->gift_units = p->gift_slot_count;
    p->gift_slot_count += p->package_count * p->book->freight.template_count;
    p->gifts_meet = true;
  }
  return SP_OK;
}

/* ---- at its turn ---- */

static int64_t left_of(const give_work *w, uint32_t slot) {
  if (slot == SP_NONE) return INT64_MAX;
  // Without a state nobody else draws on it, see gifts_meet.
  if (!w->s) return w->p->gift_left[slot];
  return w->p->gift_left[slot] - w->s->gifts_taken[slot] - w->p->gifts_taken[slot];
}

/* The SKU that is pinned for the rule; SP_NONE: none of these options is. */
static uint32_t pinned(const sp_request *request, uint32_t rule, const sp_give *give) {
  for (uint32_t i = 0; i < request->gift_pin_count; i++) {
    const sp_gift_pin *pin = &request->gift_pins[i];
    for (uint32_t o = 0; pin->rule == rule && o < give->gift_count; o++) {
      if (give->gifts[o].sku == pin->sku) return pin->sku;
    }
  }
  return SP_NONE;
}

/* Gifts that are given before freight is counted travel with the first of the goods they are for.
 */
static void weigh_gift(give_work *w, uint32_t sku, int64_t pieces) {
  pricing *p = w->p;
  if (p->gift_units == SP_NONE || p->book->rules[w->rule].stage == SP_STAGE_reward) return;
  const sp_freight_table *table = &p->book->freight;
  uint32_t t = freight_template(p->book, sku);
  int64_t units = freight_units(&table->templates[t], &p->book->skus[sku]) * pieces;
  p->gifts_taken[p->gift_units + give_package(w, 0) * table->template_count + t] +=
      sp_min(units, SP_CART_FEN_MAX);
}

void gift_give(give_work *w, const sp_give *give) {
  pricing *p = w->p;
  uint32_t pin = pinned(p->request, w->rule, give);
  const sp_gift_option *first = NULL, *given = NULL;
  for (uint32_t o = 0; o < give->gift_count && !given; o++) {
    const sp_gift_option *option = &give->gifts[o];
    if (pin != SP_NONE && option->sku != pin) continue;
    if (!first) first = option;
    if (left_of(w, slot_of(p, option->sku)) >= option->qty * w->times) given = option;
  }
  w->out->benefit = true;
  const sp_gift_option *option = given ? given : first;
  if (given) {
    uint32_t slot = slot_of(p, option->sku);
    if (slot != SP_NONE && w->s) p->gifts_taken[slot] += option->qty * w->times;
    w->out->goal_value_fen += give->goal_value_fen * w->times;
    weigh_gift(w, option->sku, option->qty * w->times);
  }
  if (!p->recording) return;
  sp_receipt *r = p->receipt;
  r->gifts[r->gift_count++] = (sp_gift){w->rule, option->sku, option->qty * w->times, !given};
}
