/* One sentence for every activity and coupon: the templates of SP_REASONS with the numbers filled
 * in. */
#include <string.h>

#include "codec/receipt_out.h"

/* One string: a table of pointers would cost the module more than walking costs these few calls. */
#define SP_TWO_TEXTS(name, zh, en) zh "\0" en "\0"
static const char texts[] = SP_REASONS(SP_TWO_TEXTS);

static const char *text_of(sp_reason reason, bool zh) {
  const char *at = texts;
  for (uint32_t skip = 2 * (uint32_t)reason + !zh; skip; skip--)
    at += strlen(at) + 1;
  return at;
}

/* Everything a placeholder can stand for. */
typedef struct {
  int64_t cut_fen;
  const sp_next *next; /* {gap} */
  const sp_text *with; /* {with} */
} fillings;

/* ¥12.00, the way both languages print it here. */
static void money(json_out *out, int64_t fen) {
  json_literal(out, "¥");
  json_digits(out, fen / 100, 1);
  json_literal(out, ".");
  json_digits(out, fen % 100, 2);
}

static void gap(json_out *out, const sp_next *next, bool zh) {
  static const char *const units[][3] = {{"件", " piece", " pieces"}, {"种", " kind", " kinds"}};
  if (next->by == SP_BY_amount) {
    money(out, next->gap);
    return;
  }
  json_digits(out, next->gap, 1);
  const char *unit = units[next->by == SP_BY_kinds][zh ? 0 : next->gap == 1 ? 1 : 2];
  json_raw(out, unit, strlen(unit));
}

/* The placeholder that begins at `at`, which is a brace: its size, 0 when it is none. */
static uint32_t placeholder(json_out *out, const char *at, const fillings *f, bool zh) {
  switch (at[1]) {
  case 'c':
    money(out, f->cut_fen);
    return sizeof "{cut}" - 1;
  case 'g':
    gap(out, f->next, zh);
    return sizeof "{gap}" - 1;
  case 'w':
    json_piece(out, f->with);
    return sizeof "{with}" - 1;
  default:
    return 0;
  }
}

static void fill(json_out *out, const char *template, const fillings *f, bool zh) {
  const char *from = template, *at = template;
  while (*at) {
    if (*at != '{') {
      at++;
      continue;
    }
    json_raw(out, from, (size_t)(at - from));
    uint32_t size = placeholder(out, at, f, zh);
    from = at + size;
    at += size ? size : 1;
  }
  json_raw(out, from, (size_t)(at - from));
}

static void sentences(json_out *out, sp_reason reason, const fillings *f, bool more) {
  static const char next_zh[] = "，再买{gap}可享下一档",
                    next_en[] = "; {gap} more for the next step";
  json_form(out, "," OUT_WORD(code) ",\"zh\":\"", {.words = sp_reason_words}, {reason});
  fill(out, text_of(reason, true), f, true);
  if (more) fill(out, next_zh, f, true);
  json_literal(out, "\",\"en\":\"");
  fill(out, text_of(reason, false), f, false);
  if (more) fill(out, next_en, f, false);
  json_literal(out, "\"},");
}

/* A threshold without a number would read "还差¥0.00": then the goods are what is missing. */
static sp_reason said(sp_reason reason, const sp_next *next) {
  return reason == SP_REASON_THRESHOLD && !next->stands ? SP_REASON_NO_GOODS : reason;
}

void explain_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  json_literal(out, "[");
  for (uint32_t i = 0; i < r->activity_count; i++) {
    const sp_activity *activity = &r->activities[i];
    fillings f = {activity->cut_fen, &activity->next, NULL};
    json_form(out, "{" OUT_TEXT(rule), {.text = &a->book->rules[activity->rule].id});
    bool more = activity->state == SP_ACTIVITY_applied && activity->next.stands;
    sentences(out, said(activity->reason, f.next), &f, more);
  }
  for (uint32_t i = 0; i < a->request->coupon_count; i++) {
    const sp_coupon_answer *given = &r->coupons[i];
    fillings f = {given->cut_fen, &given->gap, NULL};
    if (given->with != SP_NONE) f.with = &a->request->coupons[given->with].id;
    json_form(out, "{" OUT_TEXT(coupon), {.text = &a->request->coupons[i].id});
    sentences(out, said(given->reason, f.next), &f, false);
  }
  json_literal(out, OUT_END "]");
}
