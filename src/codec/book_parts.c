#include "codec/book_parts.h"

#include "base/text.h"

void book_text(book_work *w, sp_text *text) {
  if (!text->size) return;
  *text = arena_text(w->arena, *text);
  if (!text->ptr) report_error(w->report, NULL, SP_E_MEMORY);
}

const uint32_t *id_index(book_work *w, sp_arena *arena, id_table table, const json_value *array) {
  uint32_t *order = json_array(w->report, arena, table.count, sizeof *order);
  if (!order) return NULL;
  ids_sort(&table, order);
  for (uint32_t i = 1; i < table.count; i++) {
    sp_text id = id_of(&table, order[i]);
    // A missing id has been reported; the later of two equal ones is the wrong one.
    if (!id.size || !text_equal(id, id_of(&table, order[i - 1]))) continue;
    json_at element = {&array->at, NULL, order[i]};
    report_error_key(w->report, &element, "id", SP_E_DUPLICATE_ID);
  }
  return order;
}

sp_base resolve_base(sp_stage stage, uint32_t stated, sp_base otherwise) {
  sp_base base = stated == SP_NONE ? otherwise : (sp_base)stated;
  if (stage == SP_STAGE_unit) return SP_BASE_list;
  if (stage == SP_STAGE_item && base == SP_BASE_after_item) return SP_BASE_current;
  return base;
}

bool give_has(const sp_give *give, uint32_t kinds) {
  if ((kinds >> give->kind) & 1) return true;
  if (give->inner) return give_has(give->inner, kinds);
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (give_has(give->tiers[i].give, kinds)) return true;
  }
  return false;
}
