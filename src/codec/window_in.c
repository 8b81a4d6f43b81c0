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

static bool civil_in(book_work *w, const json_value *node, int64_t *out_s) {
  if (!node->item) return false;
  if (clock_parse_civil(node->text, out_s)) return true;
  report_error(w->report, &node->at, SP_E_RANGE);
  return false;
}

/* ["HH:MM", "HH:MM"], the first before the second. */
static void daily_pair_in(book_work *w, json_value *pair, int32_t *out) {
  if (!json_read(w->report, pair, &pair_field)) return;
  json_value node;
  for (bool more = json_first(pair, &node); more; more = json_next(&node)) {
    if (!json_read(w->report, &node, &time_field)) return;
    if (clock_parse_minute(node.text, &out[node.at.index])) continue;
    report_error(w->report, &node.at, SP_E_RANGE);
    return;
  }
  if (out[0] >= out[1]) report_error(w->report, &pair->at, SP_E_RANGE);
}

static void daily_in(book_work *w, const json_value *array, sp_window *window) {
  uint32_t count = json_count(array);
  if (!count) return;
  int32_t *daily = json_array(w->report, w->arena, 2 * (size_t)count, sizeof *daily);
  if (!daily) return;
  json_value pair;
  for (bool more = json_first(array, &pair); more; more = json_next(&pair)) {
    daily_pair_in(w, &pair, &daily[2 * pair.at.index]);
  }
  window->daily = daily;
  window->daily_count = count;
}

sp_window window_in(book_work *w, const json_value *node) {
  sp_window window = {.stands = false};
  json_value v[WINDOW_COUNT];
  if (!node->item || !json_object(w->report, node, &window_schema, v)) return window;
  window.stands = true;
  window.at = (sp_at)v[WINDOW_at].number;
  window.has_from = civil_in(w, &v[WINDOW_from], &window.from_s);
  window.has_to = civil_in(w, &v[WINDOW_to], &window.to_s);
  if (window.has_from && window.has_to && window.from_s >= window.to_s) {
    report_error(w->report, &v[WINDOW_to].at, SP_E_RANGE);
  }
  daily_in(w, &v[WINDOW_daily], &window);
  json_value day;
  for (bool more = json_first(&v[WINDOW_weekdays], &day); more; more = json_next(&day)) {
    if (json_read(w->report, &day, &weekday_field)) {
      window.weekdays |= 1u << day.number;
    }
  }
  return window;
}
