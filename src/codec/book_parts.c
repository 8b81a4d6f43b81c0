#include "codec/book_parts.h"

#include "base/text.h"

const uint32_t *id_order(sp_report *report, sp_arena *arena, id_table table) {
  uint32_t *order = json_array(report, arena, table.count, sizeof *order);
  if (order) ids_sort(&table, order);
  return order;
}

const uint32_t *id_index(sp_report *report, sp_arena *arena, id_table table, const cJSON *array) {
  const uint32_t *order = id_order(report, arena, table);
  for (uint32_t i = 1; order && i < table.count; i++) {
    sp_text id = id_of(&table, order[i]);
    // A missing id has been reported; the later of two equal ones is the wrong one.
    if (!id.size || !text_equal(id, id_of(&table, order[i - 1]))) continue;
    report_error_key(report, json_element(array, order[i]), "id", SP_E_DUPLICATE_ID);
  }
  return order;
}

void ids_once(sp_report *report, sp_arena *scratch, id_table table, const cJSON *array) {
  const uint32_t few = 256; // Of more, some could be chosen to make it slow.
  uint32_t bits = 1;
  while (table.count <= few && 1u << bits < 2 * table.count)
    bits++;
  size_t mark = arena_mark(scratch);
  uint16_t *slots = json_array(report, scratch, (size_t)1 << bits, sizeof *slots);
  if (!slots) return;
  bool differ = table.count <= few && ids_differ(&table, slots, bits);
  arena_rewind(scratch, mark);
  if (!differ) id_index(report, scratch, table, array);
}

uint32_t *ids_in(sp_report *report, sp_arena *arena, const cJSON *array, id_finder find,
                 const void *context, uint32_t *count) {
  uint32_t room, known = 0;
  uint32_t *found = json_list(report, arena, array, sizeof *found, &room);
  const void *where = (const void *)(uintptr_t)find;
  *count = 0;
  if (!found) return NULL;
  for (const cJSON *node = json_first(array); node; node = node->next) {
    json_note *note = json_is_string(node) ? json_note_of(node->valuestring) : NULL;
    if (!note || note->where != where) {
      sp_text id = json_id(report, node);
      if (!id.size) continue;
      *note = (json_note){where, find(context, id), note->sign};
    }
    uint32_t index = note->place, i = 0;
    while (i < known && found[i] != index)
      i++;
    if (index == SP_NONE || i < known) {
      report_error(report, node, index == SP_NONE ? SP_E_REFERENCE : SP_E_DUPLICATE_ID);
    } else {
      found[known++] = index;
    }
  }
  *count = known;
  return found;
}

void id_list_in(sp_report *report, sp_arena *arena, const cJSON *array, json_type type,
                sp_ids *out) {
  const json_field field = {.type = (uint8_t)type};
  uint32_t count;
  if (!array) return;
  sp_text *ids = json_list(report, arena, array, sizeof *ids, &count), *id = ids;
  uint32_t *order = json_array(report, arena, count, sizeof *order);
  if (!ids || !order) return;
  for (const cJSON *node = array->child; node; node = node->next)
    json_read(report, node, &field, id++);
  id_table table = {ids, sizeof *ids, count};
  ids_sort(&table, order);
  *out = (sp_ids){ids, order, count};
}

uint32_t word_bits_in(sp_report *report, const cJSON *array, const char *words) {
  const json_field field = {.type = JSON_ENUM, .words = words};
  uint32_t bits = 0, bit;
  for (const cJSON *node = json_first(array); node; node = node->next) {
    if (json_read(report, node, &field, &bit)) bits |= 1u << bit;
  }
  return bits;
}

void refuse_late_base(book_work *w, const cJSON *node, sp_stage stage, sp_base base) {
  // Not stated is no base.
  bool late = base == SP_BASE_payable_goods || base == SP_BASE_goods_and_freight;
  if (late && stage != SP_STAGE_freight && stage != SP_STAGE_reward) {
    report_error_key(w->report, node, "base", SP_E_CONFLICT);
  }
}

sp_base resolve_base(sp_stage stage, uint32_t stated, sp_base otherwise) {
  sp_base base = stated == SP_NONE ? otherwise : (sp_base)stated;
  if (stage == SP_STAGE_unit) return SP_BASE_list;
  if (stage == SP_STAGE_item && base == SP_BASE_after_item) return SP_BASE_current;
  return base;
}

bool give_offers_gift(const sp_give *give, uint32_t sku) {
  for (uint32_t i = 0; i < give->gift_count; i++) {
    if (give->gifts[i].sku == sku) return true;
  }
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (give_offers_gift(give->tiers[i].give, sku)) return true;
  }
  return give->inner && give_offers_gift(give->inner, sku);
}

bool give_has(const sp_give *give, uint32_t kinds) {
  bool for_nothing = give->kind == SP_GIVE_buy_get && give->bp == 10000;
  if ((kinds >> give->kind) & 1) return !for_nothing || kinds != SP_GIVES_PERCENTAGE;
  if (give->inner) return give_has(give->inner, kinds);
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (give_has(give->tiers[i].give, kinds)) return true;
  }
  return false;
}
