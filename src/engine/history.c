#include "engine/history.h"

/* The largest sums that stay inside 31 bits when they are weighted. */
#define OWN_MOST (8 * SP_OWN_ONE)
#define KIN_MOST (1 << 18)

const uint16_t *history_popular(const sp_model *model, const sp_past *history) {
  bool is_new = history && history->order_count <= 1 && model->newcomer;
  return is_new ? model->newcomer : model->popular;
}

sp_segment_kind history_segment(const sp_model *model, const sp_past *history, int64_t day) {
  if (!history || !history->order_count) return SP_SEGMENT_unknown;
  if (history->order_count == 1) return SP_SEGMENT_newcomer;
  uint32_t idle = model->numbers[SP_MODEL_idle_days];
  bool dated = day != INT64_MIN && history->last_day != INT64_MIN;
  if (idle && dated && day - history->last_day > idle) return SP_SEGMENT_sleeping;
  uint32_t orders = model->numbers[SP_MODEL_loyal_orders],
           yuan = model->numbers[SP_MODEL_loyal_yuan];
  bool is_loyal = (orders && history->order_count >= orders) ||
                  (yuan && history->spent_fen >= (int64_t)yuan * 100);
  return is_loyal ? SP_SEGMENT_loyal : SP_SEGMENT_active;
}

/* own: what each item was bought, kin: what the orders say for it; both fade by `decay`. */
static void add_orders(const sp_model *model, const past_order *orders, uint32_t count,
                       int32_t *own, int32_t *kin) {
  int32_t fades = SP_OWN_ONE;
  for (uint32_t o = count; o-- > 0 && fades;) {
    for (uint32_t i = 0; i < orders[o].count; i++) {
      uint32_t item = orders[o].items[i];
      own[item] += fades;
      const int32_t *ratios = model_ratios(model, item);
      for (uint32_t k = model->row_start[item]; k < model->row_start[item + 1]; k++) {
        sp_weight weight = model->weights[k];
        kin[weight_item(weight)] += (weight_of(weight, ratios, model->scales) * fades) >> 12;
      }
    }
    fades = (fades * model->numbers[SP_MODEL_decay]) >> 12;
  }
}

static int32_t weighted(int32_t score, uint32_t weight, uint32_t shift) {
  return (int32_t)((uint32_t)score * weight >> shift);
}

static int32_t clamp(int32_t value, int32_t most) {
  return value > most ? most : value < -most ? -most : value;
}

size_t history_room(const sp_model *model) {
  const size_t arrays = 5, alignment = 8, for_each = 3 * sizeof(int32_t) + 2 * sizeof(uint16_t);
  return sizeof(sp_past) + model->item_count * for_each + (arrays + 1) * alignment;
}

sp_err history_spread(const sp_model *model, const past_order *orders, uint32_t count,
                      sp_arena *arena, sp_arena *scratch, sp_past *out) {
  uint32_t items = model->item_count;
  const uint16_t *n = model->numbers, *popular = history_popular(model, out);
  int32_t *own = arena_array(arena, items, sizeof *own);
  int32_t *beside = arena_array(arena, items, sizeof *beside);
  int32_t *alone = arena_array(arena, items, sizeof *alone);
  uint16_t *order = arena_array(arena, items, sizeof *order);
  uint16_t *order_alone = arena_array(arena, items, sizeof *order);
  int32_t *kin = arena_array(scratch, items, sizeof *kin);
  uint16_t *spare = arena_array(scratch, items, sizeof *spare);
  if (!own || !beside || !alone || !order || !order_alone || !kin || !spare) return SP_E_MEMORY;
  add_orders(model, orders, count, own, kin);
  for (uint32_t i = 0; i < items; i++) {
    int32_t bought = clamp(own[i], OWN_MOST), related = clamp(kin[i], KIN_MOST);
    if (n[SP_MODEL_saturates]) bought = bought * SP_OWN_ONE / (bought + SP_OWN_ONE);
    if (model->repeat) bought = bought * model->repeat[i] / 15;
    own[i] = bought;
    beside[i] = weighted(popular[i], n[SP_MODEL_popular], 16) +
                weighted(bought, n[SP_MODEL_own], 12) + ((related * n[SP_MODEL_kin]) >> 8);
    alone[i] = popular[i] / (65536 / SP_SCORE_ONE) + weighted(bought, n[SP_MODEL_own_alone], 12) +
               ((related * n[SP_MODEL_kin_alone]) >> 8);
  }
  items_by_score(beside, items, 4, order, spare);
  items_by_score(alone, items, 4, order_alone, spare);
  out->own = own;
  out->beside = beside;
  out->alone = alone;
  out->order = order;
  out->order_alone = order_alone;
  return SP_OK;
}
