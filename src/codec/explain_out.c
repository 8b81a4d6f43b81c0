/* One sentence for every activity and coupon: the templates of SP_REASONS with the numbers filled
 * in. */
#include <string.h>

#include "codec/receipt_out.h"

/* One string: a table of pointers would cost the module more than walking costs these few calls.
 * Behind the reasons stand what is said of the next step, and the units. */
#define SP_TWO_TEXTS(name, zh, en) zh "\0" en "\0"
static const char texts[] =
    SP_REASONS(SP_TWO_TEXTS) "，再买{gap}可享下一档\0; {gap} more for the next step\0"
                             "件\0 piece\0种\0 kind\0克\0 g\0立方厘米\0 cm³\0"
                             "未满足使用条件\0its conditions are not met\0"
                             "，共{times}次\0, {times} times\0已选用\0picked\0"
                             "赠品已赠完\0its gift is out of stock\0"
                             "（运费未知，选好地址后可能变化）\0"
                             " (freight is not known yet, so the address may change this)\0";
enum {
  TEXT_NEXT = SP_REASON_COUNT,
  TEXT_UNITS,
  TEXT_CONDITION = TEXT_UNITS + SP_BY_volume,
  TEXT_TIMES,
  TEXT_PICKED,
  TEXT_GIFT_OUT,
  TEXT_PROVISIONAL,
};

/* Everything a placeholder can stand for. */
typedef struct {
  int64_t cut_fen;
  int64_t times;       /* {times} */
  const sp_next *next; /* {gap} */
  const sp_text *with; /* {with} */
  bool more;           /* a next step can be reached */
  bool provisional;    /* freight is not known yet */
  bool is_english;
} fillings;

static const char *text_of(uint32_t index, bool is_english) {
  const char *at = texts;
  for (uint32_t skip = 2 * index + is_english; skip; skip--)
    at += strlen(at) + 1;
  return at;
}

static void raw(json_out *out, const char *text) {
  json_raw(out, text, strlen(text));
}

/* ¥12.00, the way both languages print it here. */
static void money(json_out *out, int64_t fen) {
  raw(out, "¥");
  json_digits(out, fen / 100, 1);
  raw(out, ".");
  json_digits(out, fen % 100, 2);
}

static void gap(json_out *out, const fillings *f) {
  const sp_next *next = f->next;
  if (next->by == SP_BY_amount) {
    money(out, next->gap);
    return;
  }
  json_digits(out, next->gap, 1);
  raw(out, text_of(TEXT_UNITS + next->by - SP_BY_qty, f->is_english));
  if (f->is_english && next->gap != 1 && next->by <= SP_BY_kinds) raw(out, "s");
}

static void fill(json_out *out, uint32_t index, const fillings *f) {
  for (const char *at = text_of(index, f->is_english); *at; at++) {
    if (*at != '{') {
      json_raw(out, at, 1);
      continue;
    }
    if (at[1] == 'c') {
      money(out, f->cut_fen);
    } else if (at[1] == 'g') {
      gap(out, f);
    } else if (at[1] == 't') {
      json_digits(out, f->times, 1);
    } else {
      json_piece(out, f->with);
    }
    while (*at != '}')
      at++;
  }
}

/* What a rule gives that takes nothing off: a gift that is not there is no benefit. */
static uint32_t benefit_text(const answer *a, uint32_t rule) {
  const sp_receipt *r = a->receipt;
  const sp_rule *given = &a->book->rules[rule];
  bool out = false;
  for (uint32_t i = 0; i < given->give_count; i++)
    if (given->gives[i].kind == SP_GIVE_free_freight) return SP_REASON_BENEFIT;
  for (uint32_t i = 0; i < r->reward_count; i++)
    if (r->rewards[i].rule == rule) return SP_REASON_BENEFIT;
  for (uint32_t i = 0; i < r->gift_count; i++) {
    if (r->gifts[i].rule == rule && !r->gifts[i].out) return SP_REASON_BENEFIT;
    out |= r->gifts[i].rule == rule;
  }
  return out ? TEXT_GIFT_OUT : (uint32_t)SP_REASON_BENEFIT;
}

/* A commission is no business of the shopper's. */
static bool is_told(const sp_rule *rule) {
  bool commission = true;
  for (uint32_t i = 0; i < rule->give_count; i++)
    commission = commission && rule->gives[i].kind == SP_GIVE_commission;
  return !commission;
}

/* What a shopper knows the coupon by. */
static const sp_text *name_of(const answer *a, uint32_t coupon) {
  const sp_coupon *one = &a->request->coupons[coupon];
  const sp_rule *rule = one->rule == SP_NONE ? NULL : &a->book->rules[one->rule];
  return rule && rule->title.size ? &rule->title : &one->id;
}

static void sentences(json_out *out, sp_reason reason, uint32_t text, fillings *f) {
  // A condition without a number would read "还差¥0.00", a coupon for a gift "减¥0.00".
  if (reason == SP_REASON_THRESHOLD && !f->next->stands) text = TEXT_CONDITION;
  if (reason == SP_REASON_PICKED && !f->cut_fen) text = TEXT_PICKED;
  json_form(out, "," OUT_WORD(code), {.words = sp_reason_words}, {reason});
  for (uint32_t i = 0; i < 2; i++) {
    raw(out, i ? "\",\"en\":\"" : ",\"zh\":\"");
    f->is_english = i;
    fill(out, text, f);
    if (f->times > 1) fill(out, TEXT_TIMES, f);
    if (f->more) fill(out, TEXT_NEXT, f);
    if (f->provisional) fill(out, TEXT_PROVISIONAL, f);
  }
  raw(out, "\"},");
}

void explain_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  raw(out, "[");
  for (uint32_t i = 0; i < r->activity_count; i++) {
    const sp_activity *activity = &r->activities[i];
    if (!is_told(&a->book->rules[activity->rule])) continue;
    fillings f = {activity->cut_fen,
                  activity->times,
                  &activity->next,
                  NULL,
                  activity->state == SP_ACTIVITY_applied && activity->next.stands,
                  false,
                  false};
    json_form(out, "{" OUT_TEXT(rule), {.text = &a->book->rules[activity->rule].id});
    uint32_t text = activity->reason;
    if (text == SP_REASON_BENEFIT) text = benefit_text(a, activity->rule);
    sentences(out, activity->reason, text, &f);
  }
  for (uint32_t i = 0; i < a->request->coupon_count; i++) {
    const sp_coupon_answer *given = &r->coupons[i];
    fillings f = {given->cut_fen, 0, &given->gap, NULL, false, coupon_is_provisional(r, given),
                  false};
    if (given->with != SP_NONE) f.with = name_of(a, given->with);
    json_form(out, "{" OUT_TEXT(coupon), {.text = &a->request->coupons[i].id});
    sentences(out, given->reason, given->reason, &f);
  }
  json_literal(out, OUT_END "]");
}
