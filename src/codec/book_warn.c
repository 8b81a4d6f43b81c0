/* Books that are lawful but surely not meant so. Never an error: the shopper's phone loads them. */
#include "base/text.h"
#include "codec/book_parts.h"

static uint32_t scope_word(sp_scope scope, uint32_t i) {
  return scope.bits ? scope.bits[i] : UINT32_MAX;
}

static bool scopes_meet(const book_work *w, sp_scope a, sp_scope b) {
  uint32_t count = w->book->sku_count;
  for (uint32_t i = 0; i < (count + 31) / 32; i++) {
    uint32_t both = scope_word(a, i) & scope_word(b, i);
    if (i == count / 32) both &= (1u << (count % 32)) - 1;
    if (both) return true;
  }
  return false;
}

/* What no other rule's goods lose: a gift beside a cut is what a merchant means. */
static bool takes_no_goods(const sp_give *give) {
  if (give->tier_count) give = give->tiers[0].give;
  if (give->inner) give = give->inner;
  return give_is_benefit(give) || give->kind == SP_GIVE_add_on;
}

/* Automatic promotions of the item and order stages add up where they meet. */
static bool adds_up(const sp_rule *rule) {
  return rule->kind == SP_KIND_promotion && rule->group == SP_NONE &&
         (rule->stage == SP_STAGE_item || rule->stage == SP_STAGE_order) &&
         !(rule->give_count == 1 && takes_no_goods(rule->gives));
}

static bool overlap(const book_work *w, const sp_rule *a, const sp_rule *b) {
  if (a->stage != b->stage || !adds_up(b)) return false;
  if (a->shop.size && b->shop.size && !text_equal(a->shop, b->shop)) return false;
  if (!(a->fulfilment_bits & b->fulfilment_bits)) return false;
  uint32_t tiers_a = a->member ? a->member->tiers : 0, tiers_b = b->member ? b->member->tiers : 0;
  if (tiers_a && tiers_b && !(tiers_a & tiers_b)) return false;
  return scopes_meet(w, a->scope, b->scope);
}

/* The coupon's window is over when the rule that gives it opens. */
static bool grant_ended(const book_work *w, const sp_rule *rule, const sp_give *give) {
  if (give->kind == SP_GIVE_grant_coupon) {
    const sp_window *coupon = &w->rules[give->coupon_rule].window;
    return rule->window.has_from && coupon->has_to && coupon->to_s <= rule->window.from_s;
  }
  if (give->inner && grant_ended(w, rule, give->inner)) return true;
  for (uint32_t i = 0; i < give->tier_count; i++) {
    if (grant_ended(w, rule, give->tiers[i].give)) return true;
  }
  return false;
}

void book_warn(book_work *w, const cJSON *rules) {
  sp_scope everything = {NULL};
  const cJSON *node = json_first(rules);
  for (uint32_t i = 0; i < w->book->rule_count; i++, node = node->next) {
    const sp_rule *rule = &w->rules[i];
    if (rule->scope.bits && !scopes_meet(w, rule->scope, everything))
      report_warning_key(w->report, node, "scope", SP_W_EMPTY_SCOPE);
    for (uint32_t j = 0; j < rule->give_count; j++) {
      if (grant_ended(w, rule, &rule->gives[j]))
        report_warning_key(w->report, node, "give", SP_W_GRANT_ENDED);
    }
    // Told once for each rule, at the later one of a pair: n rules would make n² warnings.
    for (uint32_t j = 0; j < i && adds_up(rule); j++) {
      if (!overlap(w, rule, &w->rules[j])) continue;
      report_warning_key(w->report, node, "stack", SP_W_UNGROUPED_OVERLAP);
      break;
    }
  }
}
