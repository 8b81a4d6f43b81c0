/* Cards that are sold: src/README.md §1.2. */
#include "base/text.h"
#include "codec/book_parts.h"

#define CARD_FIELDS(X)                                                                             \
  X(CARD, tier, .type = JSON_STRING, SP_LOOSE)                                                     \
  X(CARD, tags, .type = JSON_ARRAY, .low = 1, .high = SP_RULE_IDS_MAX)
SP_SCHEMA(card_schema, CARD, CARD_FIELDS, "");

static void card_in(book_work *w, const cJSON *node, sp_member_card *card) {
  const cJSON *v[CARD_COUNT];
  card->tier = SP_NONE;
  card->sku = book_find_sku(w->book, text_of(node->string));
  if (card->sku == SP_NONE) report_error(w->report, node, SP_E_REFERENCE);
  if (!json_object(w->report, node, &card_schema, card, v)) return;
  if (v[CARD_tier]) {
    card->tier = book_find_tier(w->book, json_text(v[CARD_tier]));
    if (card->tier == SP_NONE) report_error(w->report, v[CARD_tier], SP_E_REFERENCE);
  }
  id_list_in(w->report, w->arena, v[CARD_tags], JSON_NAME, &card->tags);
  if (!node->child) report_error(w->report, node, SP_E_RANGE);
}

/* {sku id: {tier, tags}} */
void member_cards_in(book_work *w, const cJSON *object) {
  if (json_count(object) > SP_MEMBER_CARDS_MAX) {
    report_error(w->report, object, SP_E_LIMIT);
    return;
  }
  sp_member_card *card =
      json_list(w->report, w->arena, object, sizeof *card, &w->book->member_card_count);
  w->book->member_cards = card;
  for (const cJSON *node = json_first(object); card && node; node = node->next)
    card_in(w, node, card++);
}
