#include "codec/top_up_in.h"

#include "base/text.h"
#include "codec/book_parts.h"
#include "codec/cart_in.h"
#include "engine/recommend.h"

#define TOP_UP_FIELDS(X)                                                                           \
  X(TOP_UP, request, .type = JSON_OBJECT, .required = true)                                        \
  X(TOP_UP, candidates, .type = JSON_ARRAY, .high = SP_CANDIDATES_MAX)                             \
  X(TOP_UP, worth, .type = JSON_OBJECT)                                                            \
  X(TOP_UP, limits, .type = JSON_OBJECT)                                                           \
  X(TOP_UP, gap, SP_LONG(sp_top_up_wish, price_max_fen), .low = 1, .high = SP_PRICE_FEN_MAX)       \
  X(TOP_UP, count, SP_INT(sp_top_up_wish, shown), .low = 1, .high = SP_TOP_UPS_MAX, .absent = 10)  \
  X(TOP_UP, pairs, SP_BOOL(sp_top_up_wish, pairs))                                                 \
  X(TOP_UP, work, SP_INT(sp_top_up_wish, work_max), .low = 1, .high = SP_TOP_UP_WORK_MAX,          \
    .absent = 10000)                                                                               \
  X(TOP_UP, non_personal, .type = JSON_BOOL, SP_LOOSE)                                             \
  X(TOP_UP, state, .type = JSON_OBJECT)
SP_SCHEMA(top_up_schema, TOP_UP, TOP_UP_FIELDS, "");

#define STATE_FIELDS(X)                                                                            \
  X(STATE, next, SP_INT(sp_top_up_state, next), .required = true, .high = SP_MEASURE_MAX)          \
  X(STATE, priced, SP_INT(sp_top_up_state, priced), .required = true, .high = SP_MEASURE_MAX)      \
  X(STATE, exact, SP_BOOL(sp_top_up_state, exact), .required = true)                               \
  X(STATE, singles, .type = JSON_ARRAY, .required = true, .high = SP_TOP_UPS_MAX)                  \
  X(STATE, pairs, .type = JSON_ARRAY, .required = true, .high = SP_TOP_UPS_MAX)
SP_SCHEMA(state_schema, STATE, STATE_FIELDS, "");

#define SP_GAIN(member)                                                                            \
  SP_BIGINT(sp_top_up, member), .required = true, .low = SP_MIRRORED, .high = SP_BIG_CART_FEN
#define SET_FIELDS(X)                                                                              \
  X(SET, first, SP_INT(sp_top_up, first), .required = true, .high = SP_CANDIDATES_MAX)             \
  X(SET, second, SP_INT(sp_top_up, second), .high = SP_CANDIDATES_MAX)                             \
  X(SET, gain, SP_GAIN(gain_fen))                                                                  \
  X(SET, more, SP_GAIN(more_fen))
SP_SCHEMA(set_schema, SET, SET_FIELDS, "");

/* ---- candidates ---- */

typedef struct {
  const sp_book *book;
  sp_arena *scratch;
  sp_report *report;
  const sp_request *cart;
  const sp_price *worth, *limits;
  uint32_t worth_count, limit_count, place, count;
  bool *seen; /* per SKU */
  sp_candidate *candidates;
} candidate_work;

/* Lists stand by SKU. */
static const sp_price *listed(const sp_price *list, uint32_t count, uint32_t sku) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = (low + high) / 2;
    if (list[middle].sku < sku)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count && list[low].sku == sku ? &list[low] : NULL;
}

/* A card changes whom every rule is for, which no bound on what goods save can know. */
static bool is_card(const sp_book *book, uint32_t sku) {
  uint32_t c = 0;
  while (c < book->member_card_count && book->member_cards[c].sku != sku)
    c++;
  return c < book->member_card_count;
}

/* Takes the SKU where one more piece of it may be bought; each once. */
static void add_candidate(candidate_work *w, uint32_t sku) {
  int64_t price_fen, held = 0;
  if (w->seen[sku] || is_card(w->book, sku)) return;
  if (!book_sells(w->book, sku, w->place, &price_fen)) return;
  w->seen[sku] = true;
  for (uint32_t i = 0; i < w->cart->line_count; i++)
    held += w->cart->lines[i].sku == sku ? w->cart->lines[i].qty : 0;
  const sp_price *stock = listed(w->cart->stock, w->cart->stock_count, sku);
  const sp_price *limit = listed(w->limits, w->limit_count, sku);
  if ((stock && stock->price_fen <= held) || (limit && limit->price_fen <= held)) return;
  w->candidates[w->count++] = (sp_candidate){sku, price_fen, 0};
}

static void listed_candidates(candidate_work *w, const cJSON *array) {
  for (const cJSON *node = json_first(array); node; node = node->next) {
    uint32_t sku = book_find_sku(w->book, json_id(w->report, node));
    if (sku == SP_NONE)
      report_error(w->report, node, SP_E_REFERENCE);
    else
      add_candidate(w, sku);
  }
}

/* The items of the cart, those that the model knows. */
static uint16_t *cart_items(candidate_work *w, const sp_model *model, uint32_t *count) {
  uint16_t *items = json_array(w->report, w->scratch, w->cart->line_count, sizeof *items);
  *count = 0;
  for (uint32_t i = 0; items && i < w->cart->line_count; i++) {
    uint32_t sku = w->cart->lines[i].sku;
    if (sku != SP_NONE && model->item[sku] != SP_NO_ITEM) items[(*count)++] = model->item[sku];
  }
  return items;
}

/* Nobody named any: what the model would show. */
static void shown_candidates(candidate_work *w, const sp_model *model, const sp_past *history) {
  uint32_t found = 0;
  sp_wish wish = {.count = SP_CANDIDATES_MAX, .place = w->place, .day = INT64_MIN};
  wish.cart = cart_items(w, model, &wish.cart_count);
  wish.stock = w->cart->stock;
  wish.stock_count = w->cart->stock_count;
  sp_recommendation *items = json_array(w->report, w->scratch, SP_CANDIDATES_MAX, sizeof *items);
  if (!items || !wish.cart) return;
  if (recommend(model, w->book, history, &wish, w->scratch, items, &found))
    report_error(w->report, NULL, SP_E_MEMORY);
  for (uint32_t i = 0; i < found; i++)
    add_candidate(w, model->sku[items[i].item]);
}

/* The bit length of a score says what part of its price an item is worth to the shopper. */
static int64_t worth_of_score(const sp_model *model, int32_t score) {
  uint32_t step = 0;
  for (; score > 0; score >>= 1)
    step++;
  return model->worth_bp[step < SP_WORTH_STEPS ? step : SP_WORTH_STEPS - 1];
}

/* By the request, or else by the model. */
static void read_worth(candidate_work *w, const sp_model *model, const sp_past *history) {
  uint32_t cart_count = 0;
  uint16_t *cart = model ? cart_items(w, model, &cart_count) : NULL;
  uint16_t *items = json_array(w->report, w->scratch, w->count, sizeof *items);
  int32_t *scores = json_array(w->report, w->scratch, w->count, sizeof *scores);
  if (!items || !scores) return;
  uint32_t known = 0;
  for (uint32_t i = 0; cart && i < w->count; i++) {
    uint32_t item = model->item[w->candidates[i].sku];
    if (item != SP_NO_ITEM) items[known++] = (uint16_t)item;
  }
  if (cart && recommend_scores(model, history, cart, cart_count, items, known, w->scratch, scores))
    report_error(w->report, NULL, SP_E_MEMORY);
  for (uint32_t i = 0, at = 0; i < w->count; i++) {
    sp_candidate *c = &w->candidates[i];
    const sp_price *own = listed(w->worth, w->worth_count, c->sku);
    bool scored = cart && at < known && model->item[c->sku] == items[at];
    int64_t bp = own      ? sp_min(own->price_fen, 10000)
                 : scored ? worth_of_score(model, scores[at])
                          : 0;
    at += scored;
    c->worth_fen = c->price_fen * bp / 10000;
  }
}

/* ---- the state of an earlier call ---- */

static uint32_t sets_in(sp_report *report, const cJSON *array, uint32_t candidates, bool pairs,
                        sp_top_up *out) {
  const cJSON *v[SET_COUNT];
  uint32_t count = 0;
  for (const cJSON *node = json_first(array); node; node = node->next, count++) {
    sp_top_up *set = &out[count];
    if (!json_object(report, node, &set_schema, set, v)) continue;
    if (!v[SET_second]) set->second = SP_NONE;
    bool is_pair = set->second != SP_NONE;
    if (set->first >= candidates || (is_pair && set->second >= candidates) || is_pair != pairs)
      report_error(report, node, SP_E_REFERENCE);
  }
  return count;
}

static void state_in(sp_report *report, const cJSON *node, uint32_t candidates,
                     sp_top_up_state *out) {
  const cJSON *v[STATE_COUNT];
  if (!json_object(report, node, &state_schema, out, v)) return;
  out->single_count = sets_in(report, v[STATE_singles], candidates, false, out->singles);
  out->pair_count = sets_in(report, v[STATE_pairs], candidates, true, out->pairs);
}

void top_up_in(const cJSON *tree, const sp_book *book, const sp_model *model,
               const sp_past *history, sp_arena *scratch, sp_report *report, top_up_request *out) {
  const cJSON *v[TOP_UP_COUNT];
  *out = (top_up_request){.wish = {.shown = 10, .work_max = 10000}};
  if (!json_object(report, tree, &top_up_schema, &out->wish, v) || report->error_count) return;
  cart_in(v[TOP_UP_request], book, scratch, report, &out->cart);
  if (report->error_count) return;
  if (out->cart.has_decision) report_error(report, v[TOP_UP_request], SP_E_CONFLICT);
  // What is bought with points has no step to reach.
  if (out->cart.order_type == SP_TYPE_points_mall)
    report_error(report, v[TOP_UP_request], SP_E_UNSUPPORTED);
  int64_t gap_fen = out->wish.price_max_fen;
  // What costs much more than what is missing tops nothing up.
  out->wish.price_max_fen = gap_fen ? gap_fen * 3 / 2 : SP_CART_FEN_MAX;
  candidate_work w = {book, scratch, report, &out->cart, .place = SP_NONE};
  if (v[TOP_UP_non_personal] && !json_is_false(v[TOP_UP_non_personal])) history = NULL;
  if (v[TOP_UP_worth])
    w.worth = prices_in(report, scratch, scratch, book, v[TOP_UP_worth], false, &w.worth_count);
  if (v[TOP_UP_limits])
    w.limits = prices_in(report, scratch, scratch, book, v[TOP_UP_limits], false, &w.limit_count);
  for (uint32_t i = out->cart.line_count; i-- > 0;) {
    if (out->cart.lines[i].state == SP_LINE_priced) w.place = out->cart.lines[i].place;
  }
  w.candidates = json_array(report, scratch, SP_CANDIDATES_MAX, sizeof *w.candidates);
  w.seen = json_array(report, scratch, book->sku_count, sizeof *w.seen);
  if (!w.candidates || !w.seen || report->error_count) return;
  if (v[TOP_UP_candidates])
    listed_candidates(&w, v[TOP_UP_candidates]);
  else if (model)
    shown_candidates(&w, model, history);
  else
    report_error(report, NULL, SP_E_NO_MODEL);
  read_worth(&w, model, history);
  out->wish.candidates = w.candidates;
  out->wish.count = w.count;
  if (v[TOP_UP_state]) state_in(report, v[TOP_UP_state], w.count, &out->state);
}

/* ---- the reply ---- */

static void sets_out(json_out *out, const sp_book *book, const top_up_request *request,
                     const sp_top_up *sets, uint32_t count, const sp_receipt *before) {
  for (uint32_t i = 0; i < count; i++) {
    const sp_top_up *set = &sets[i];
    const sp_candidate *a = &request->wish.candidates[set->first];
    const sp_candidate *b = set->second == SP_NONE ? NULL : &request->wish.candidates[set->second];
    json_form(out, "{\"skus\":[" OUT_STRING, {.text = &book->skus[a->sku].id});
    if (b) json_form(out, "," OUT_STRING, {.text = &book->skus[b->sku].id});
    int64_t price_fen = a->price_fen + (b ? b->price_fen : 0);
    json_form(out, "]," OUT_INT(price) "," OUT_KEY(more), {price_fen});
    if (set->more_fen < 0) json_literal(out, "-");
    json_form(out, OUT_NUMBER "," OUT_INT(payable) "," OUT_KEY(gain),
              {set->more_fen < 0 ? -set->more_fen : set->more_fen},
              {before->payable_fen + set->more_fen});
    if (set->gain_fen < 0) json_literal(out, "-");
    json_form(out, OUT_NUMBER "},", {set->gain_fen < 0 ? -set->gain_fen : set->gain_fen});
  }
}

static void state_sets_out(json_out *out, const sp_top_up *sets, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    const sp_top_up *set = &sets[i];
    json_form(out, "{" OUT_INT(first) OUT_MAY_INT(second) "," OUT_KEY(gain), {set->first},
              {set->second == SP_NONE ? -1 : (int64_t)set->second});
    if (set->gain_fen < 0) json_literal(out, "-");
    json_form(out, OUT_NUMBER "," OUT_KEY(more),
              {set->gain_fen < 0 ? -set->gain_fen : set->gain_fen});
    if (set->more_fen < 0) json_literal(out, "-");
    json_form(out, OUT_NUMBER "},", {set->more_fen < 0 ? -set->more_fen : set->more_fen});
  }
}

void top_up_out(json_out *out, const sp_book *book, const top_up_request *request,
                const sp_receipt *before) {
  const sp_top_up_state *s = &request->state;
  bool done = s->next == SP_NONE;
  json_form(out, "{" OUT_INT(payable) "," OUT_INT(saved) ",\"singles\":[", {before->payable_fen},
            {before->saved_fen});
  sets_out(out, book, request, s->singles, s->single_count, before);
  json_literal(out, OUT_END "],\"pairs\":[");
  sets_out(out, book, request, s->pairs, s->pair_count, before);
  json_form(out, OUT_END "]," OUT_BOOL(exact) "," OUT_INT(priced) ",\"state\":", {done && s->exact},
            {s->priced});
  if (done) {
    json_literal(out, "null}");
    return;
  }
  json_form(out, "{" OUT_INT(next) "," OUT_INT(priced) "," OUT_BOOL(exact) ",\"singles\":[",
            {s->next}, {s->priced}, {s->exact});
  state_sets_out(out, s->singles, s->single_count);
  json_literal(out, OUT_END "],\"pairs\":[");
  state_sets_out(out, s->pairs, s->pair_count);
  json_literal(out, OUT_END "]}}");
}
