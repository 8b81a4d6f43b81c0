/* One sentence for every activity and coupon: the templates of SP_REASONS with the numbers filled
 * in. */
#include <string.h>

#include "codec/receipt_out.h"

typedef struct {
  const char *code, *zh, *en;
} reason_text;

static const reason_text reasons[] = {
#define X(name, zh, en) {#name, zh, en},
    SP_REASONS(X)
#undef X
};

/* Everything a placeholder can stand for. */
typedef struct {
  int64_t cut_fen;
  sp_next next; /* {gap} */
  sp_text with; /* {with} */
} fillings;

static void decimal(json_out *out, int64_t value, uint32_t digits_min) {
  char digits[20];
  uint32_t first = sizeof digits;
  for (; value || sizeof digits - first < digits_min; value /= 10) {
    digits[--first] = (char)('0' + value % 10);
  }
  json_raw(out, digits + first, sizeof digits - first);
}

/* ¥12.00, the way both languages print it here. */
static void money(json_out *out, int64_t fen) {
  json_piece(out, SP_TEXT("¥"));
  decimal(out, fen / 100, 1);
  json_raw(out, ".", 1);
  decimal(out, fen % 100, 2);
}

static void gap(json_out *out, const sp_next *next, bool zh) {
  static const char *const units[][3] = {{"件", " piece", " pieces"}, {"种", " kind", " kinds"}};
  if (next->by == SP_BY_amount) {
    money(out, next->gap);
    return;
  }
  decimal(out, next->gap, 1);
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
    gap(out, &f->next, zh);
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
    json_piece(out, (sp_text){from, (uint32_t)(at - from)});
    uint32_t size = placeholder(out, at, f, zh);
    from = at + size;
    at += size ? size : 1;
  }
  json_piece(out, (sp_text){from, (uint32_t)(at - from)});
}

static void sentences(json_out *out, sp_reason reason, const fillings *f, bool more) {
  static const char next_zh[] = "，再买{gap}可享下一档",
                    next_en[] = "; {gap} more for the next step";
  const reason_text *text = &reasons[reason];
  json_key(out, "code");
  json_word(out, text->code);
  json_key(out, "zh");
  json_quote(out);
  fill(out, text->zh, f, true);
  if (more) fill(out, next_zh, f, true);
  json_quote_end(out);
  json_key(out, "en");
  json_quote(out);
  fill(out, text->en, f, false);
  if (more) fill(out, next_en, f, false);
  json_quote_end(out);
}

/* A threshold without a number would read "还差¥0.00": then the goods are what is missing. */
static sp_reason said(sp_reason reason, const sp_next *next) {
  return reason == SP_REASON_THRESHOLD && !next->stands ? SP_REASON_NO_GOODS : reason;
}

void explain_out(json_out *out, const answer *a) {
  const sp_receipt *r = a->receipt;
  json_begin(out, '[');
  for (uint32_t i = 0; i < r->activity_count; i++) {
    const sp_activity *activity = &r->activities[i];
    fillings f = {activity->cut_fen, activity->next, {NULL, 0}};
    json_begin(out, '{');
    json_key_string(out, "rule", a->book->rules[activity->rule].id);
    bool more = activity->state == SP_ACTIVITY_applied && activity->next.stands;
    sentences(out, said(activity->reason, &f.next), &f, more);
    json_end(out, '}');
  }
  for (uint32_t i = 0; i < a->request->coupon_count; i++) {
    const sp_coupon_answer *given = &r->coupons[i];
    fillings f = {given->cut_fen, given->gap, {NULL, 0}};
    if (given->with != SP_NONE) f.with = a->request->coupons[given->with].id;
    json_begin(out, '{');
    json_key_string(out, "coupon", a->request->coupons[i].id);
    sentences(out, said(given->reason, &f.next), &f, false);
    json_end(out, '}');
  }
  json_end(out, ']');
}
