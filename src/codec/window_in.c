#include "base/clock.h"
#include "codec/book_parts.h"

enum { WINDOW_from, WINDOW_to, WINDOW_daily, WINDOW_weekdays, WINDOW_at, WINDOW_COUNT };
static const json_field window_fields[] = {
    {.name = "from", .type = JSON_STRING},
    {.name = "to", .type = JSON_STRING},
    {.name = "daily", .type = JSON_ARRAY, .low = 1, .high = SP_TIERS_MAX},
    {.name = "weekdays", .type = JSON_ARRAY, .low = 1, .high = 7},
    {.name = "at", .type = JSON_ENUM, .words = SP_WORDS_AT},
};
static const json_schema window_schema = SP_SCHEMA(window_fields, NULL);

static const json_field pair_field = {.type = JSON_ARRAY, .low = 2, .high = 2};
static const json_field time_field = {.type = JSON_STRING};
static const json_field weekday_field = {.type = JSON_INT, .low = 1, .high = 7};

static bool civil_in(book_work *w, const json_node *node, int64_t *out_s) {
  if (!node->item) return false;
  if (clock_parse_civil(json_text(node->item), out_s)) return true;
  report_error(w->report, &node->at, SP_E_RANGE);
  return false;
}

/* ["HH:MM", "HH:MM"], the first before the second. */
static void daily_pair_in(book_work *w, const json_node *pair, int32_t *out) {
  json_value v;
  if (!json_value_in(w->report, pair, &pair_field, &v)) return;
  uint32_t i = 0;
  for (const cJSON *item = json_first(pair); item; item = item->next, i++) {
    json_node node = json_child(pair, item, i);
    if (!json_value_in(w->report, &node, &time_field, &v)) return;
    if (clock_parse_minute(v.text, &out[i])) continue;
    report_error(w->report, &node.at, SP_E_RANGE);
    return;
  }
  if (out[0] >= out[1]) report_error(w->report, &pair->at, SP_E_RANGE);
}

static void daily_in(book_work *w, const json_node *array, sp_window *window) {
  uint32_t count = json_count(array->item), i = 0;
  if (!count) return;
  int32_t *daily = json_array(w->report, w->arena, 2 * (size_t)count, sizeof *daily);
  if (!daily) return;
  for (const cJSON *item = json_first(array); item; item = item->next, i++) {
    json_node pair = json_child(array, item, i);
    daily_pair_in(w, &pair, &daily[2 * i]);
  }
  window->daily = daily;
  window->daily_count = count;
}

sp_window window_in(book_work *w, const json_node *node) {
  sp_window window = {.stands = false};
  json_value v[WINDOW_COUNT];
  if (!node->item || !json_object(w->report, node, &window_schema, v)) return window;
  window.stands = true;
  window.at = (sp_at)v[WINDOW_at].number;
  json_node from = json_member(node, &window_schema, v, WINDOW_from);
  json_node to = json_member(node, &window_schema, v, WINDOW_to);
  json_node daily = json_member(node, &window_schema, v, WINDOW_daily);
  json_node weekdays = json_member(node, &window_schema, v, WINDOW_weekdays);
  window.has_from = civil_in(w, &from, &window.from_s);
  window.has_to = civil_in(w, &to, &window.to_s);
  if (window.has_from && window.has_to && window.from_s >= window.to_s) {
    report_error(w->report, &to.at, SP_E_RANGE);
  }
  daily_in(w, &daily, &window);
  uint32_t i = 0;
  for (const cJSON *item = json_first(&weekdays); item; item = item->next, i++) {
    json_node day = json_child(&weekdays, item, i);
    json_value number;
    if (json_value_in(w->report, &day, &weekday_field, &number)) {
      window.weekdays |= 1u << number.number;
    }
  }
  return window;
}
