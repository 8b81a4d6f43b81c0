#include "base/clock.h"
#include "codec/book_parts.h"

#define WINDOW_FIELDS(X)                                                                           \
  X(WINDOW, from, .type = JSON_STRING, SP_LOOSE)                                                   \
  X(WINDOW, to, .type = JSON_STRING, SP_LOOSE)                                                     \
  X(WINDOW, daily, .type = JSON_ARRAY, .low = 1, .high = SP_TIERS_MAX)                             \
  X(WINDOW, weekdays, .type = JSON_ARRAY, .low = 1, .high = 7)                                     \
  X(WINDOW, at, SP_ENUM(sp_window, at), .words = SP_WORDS_AT)
SP_SCHEMA(window_schema, WINDOW, WINDOW_FIELDS, "");

static const json_field pair_field = {.type = JSON_ARRAY, .low = 2, .high = 2};
static const json_field time_field = {.type = JSON_STRING};
static const json_field weekday_field = {.type = JSON_INT, .low = 1, .high = 7};

static bool civil_in(book_work *w, const cJSON *node, int64_t *out_s) {
  if (!node) return false;
  if (clock_parse_civil(json_text(node), out_s)) return true;
  report_error(w->report, node, SP_E_RANGE);
  return false;
}

/* ["HH:MM", "HH:MM"]; where the second is not later it is on the next day. */
static void daily_pair_in(book_work *w, const cJSON *pair, int32_t *out) {
  if (!json_read(w->report, pair, &pair_field, NULL)) return;
  const cJSON *node = pair->child;
  for (uint32_t i = 0; node; node = node->next, i++) {
    sp_text time;
    if (!json_read(w->report, node, &time_field, &time)) return;
    if (clock_parse_minute(time, &out[i])) continue;
    report_error(w->report, node, SP_E_RANGE);
    return;
  }
  if (out[0] == out[1] || out[0] == 24 * 60) report_error(w->report, pair, SP_E_RANGE);
}

void window_in(book_work *w, const cJSON *node, sp_window *window) {
  const cJSON *v[WINDOW_COUNT];
  if (!json_object(w->report, node, &window_schema, window, v)) return;
  window->stands = true;
  window->has_from = civil_in(w, v[WINDOW_from], &window->from_s);
  window->has_to = civil_in(w, v[WINDOW_to], &window->to_s);
  if (window->has_from && window->has_to && window->from_s >= window->to_s) {
    report_error(w->report, v[WINDOW_to], SP_E_RANGE);
  }
  uint32_t count;
  int32_t *daily = json_list(w->report, w->arena, v[WINDOW_daily], 2 * sizeof *daily, &count);
  if (!daily) return;
  window->daily = daily;
  window->daily_count = count;
  for (node = json_first(v[WINDOW_daily]); node; node = node->next, daily += 2)
    daily_pair_in(w, node, daily);
  for (node = json_first(v[WINDOW_weekdays]); node; node = node->next) {
    uint32_t day;
    if (json_read(w->report, node, &weekday_field, &day)) window->weekdays |= 1u << day;
  }
}
