#include "train/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/json_in.h"
#include "train/memory.h"
#include "train/names.h"

typedef enum { FORM_UNKNOWN, FORM_CSV, FORM_JSON, FORM_FIELDS, FORM_BASKETS } form;
enum { COLUMN_order, COLUMN_member, COLUMN_time, COLUMN_sku, COLUMN_qty, COLUMN_price, COLUMNS };
static const char *const column_names[COLUMNS] = {"order", "member", "time", "sku", "qty", "price"};
enum { FIELDS_MAX = 64 };

/* Rows are collected here; a CSV order may be spread over the file. */
typedef struct {
  name_table items, members, order_names;
  uint32_t *order_of, *item_of; /* one entry for each row */
  size_t row_count, order_of_room, item_of_room;
  log_order *orders;
  size_t order_count, order_room;
  form form;
  char separator;         /* of a CSV */
  int column_at[COLUMNS]; /* -1: not there */
  size_t line;
  uint32_t skipped;
  bool skip_bad;
  sp_arena scratch; /* of the JSON reader */
} reader;

/* False, so that a caller can return it. */
static bool bad(reader *r, const char *why) {
  fprintf(stderr, "suanpan-train: line %zu: %s\n", r->line, why);
  if (!r->skip_bad) {
    fputs("suanpan-train: nothing was trained; --skip-bad leaves bad rows out\n", stderr);
    exit(1);
  }
  r->skipped++;
  return false;
}

static void add_order(reader *r, log_order order) {
  r->orders = memory_more(r->orders, r->order_count, &r->order_room, sizeof *r->orders);
  if (order.minute == INT64_MIN) order.minute = 0;
  r->orders[r->order_count++] = order;
}

static void add_row(reader *r, size_t order, const char *sku, size_t size) {
  r->order_of = memory_more(r->order_of, r->row_count, &r->order_of_room, sizeof *r->order_of);
  r->item_of = memory_more(r->item_of, r->row_count, &r->item_of_room, sizeof *r->item_of);
  r->order_of[r->row_count] = (uint32_t)order;
  r->item_of[r->row_count++] = names_number(&r->items, sku, size);
}

/* Without a name, or with the name 0, nobody. */
static uint32_t member_number(reader *r, const char *name, size_t size) {
  bool nobody = !size || (size == 1 && *name == '0');
  return nobody ? LOG_NOBODY : names_number(&r->members, name, size);
}

/* No more than a member's threshold can say, so that no sum of them passes its end. */
static void spend(log_order *order, int64_t qty, int64_t price_fen) {
  int64_t room = INT32_MAX - order->spent_fen;
  order->spent_fen += price_fen && qty > room / price_fen ? room : qty * price_fen;
}

static bool whole(const char *text, size_t size, int64_t *out) {
  *out = 0;
  if (!size || size > 15) return false;
  for (size_t i = 0; i < size; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *out = *out * 10 + text[i] - '0';
  }
  return true;
}

/* A book can name no other id, and no reply could show it. */
static bool good_id(const char *id, size_t size) {
  const uint8_t *at = (const uint8_t *)id, *end = at + size;
  if (size < 1 || size > SP_ID_BYTES_MAX) return false;
  while (at < end) {
    uint32_t length = *at >= ' ' && *at < 0x7F ? 1 : utf8_sequence(at, end);
    if (!length) return false;
    at += length;
  }
  return true;
}

/* Days since 1970 of a civil date. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Unix seconds, or YYYY-MM-DD with anything behind that begins HH:MM. */
static bool time_in(const char *text, size_t size, log_order *order) {
  int64_t seconds, year, month, day, hour = 0, minute = 0;
  if (whole(text, size, &seconds)) {
    order->day = (int32_t)(seconds / 86400);
    order->minute = seconds % 86400 / 60;
    return seconds < 253402300800;
  }
  if (size < 10 || text[4] != '-' || text[7] != '-' || !whole(text, 4, &year) ||
      !whole(text + 5, 2, &month) || !whole(text + 8, 2, &day) || month < 1 || month > 12 ||
      day < 1 || day > 31)
    return false;
  order->day = (int32_t)days_of(year, month, day);
  order->minute = 0;
  if (size >= 16 && text[13] == ':' && whole(text + 11, 2, &hour) && whole(text + 14, 2, &minute))
    order->minute = hour * 60 + minute;
  return hour < 24 && minute < 60;
}

static const log_order no_order = {0, 0, LOG_NOBODY, LOG_NO_DAY, 0, 0};

/* ---- order user day minute item:qty:price …, and bare baskets ---- */

typedef struct {
  const char *at;
  size_t size;
} piece;

static bool next_piece(const char **at, const char *end, char by, piece *out) {
  if (*at > end) return false;
  const char *stop = memchr(*at, by, (size_t)(end - *at));
  if (!stop) stop = end;
  *out = (piece){*at, (size_t)(stop - *at)};
  *at = stop + 1;
  return true;
}

static bool read_fields(reader *r, const char *at, const char *end) {
  piece head[4], one;
  int64_t day, minute;
  log_order order = no_order;
  for (uint32_t i = 0; i < 4; i++) {
    if (!next_piece(&at, end, ' ', &head[i]) || at > end) return bad(r, "fewer than five fields");
  }
  if (!whole(head[2].at, head[2].size, &day) || !whole(head[3].at, head[3].size, &minute))
    return bad(r, "day and minute are not whole numbers");
  if (day > INT32_MAX) return bad(r, "the day is out of range");
  order.day = (int32_t)day;
  order.minute = minute;
  order.member = member_number(r, head[1].at, head[1].size);
  size_t rows = r->row_count;
  while (next_piece(&at, end, ' ', &one)) {
    const char *colon = memchr(one.at, ':', one.size);
    size_t size = colon ? (size_t)(colon - one.at) : one.size;
    int64_t qty = 1, price = 0;
    const char *rest = colon ? colon + 1 : NULL, *stop = one.at + one.size;
    piece number;
    bool good = good_id(one.at, size) && colon && next_piece(&rest, stop, ':', &number) &&
                whole(number.at, number.size, &qty);
    if (good && next_piece(&rest, stop, ':', &number)) good = whole(number.at, number.size, &price);
    if (!good) {
      r->row_count = rows;
      return bad(r, "an item is not item:qty:price");
    }
    spend(&order, qty, price);
    add_row(r, r->order_count, one.at, size);
  }
  add_order(r, order);
  return true;
}

static bool read_basket(reader *r, const char *at, const char *end) {
  piece one;
  size_t rows = r->row_count;
  while (next_piece(&at, end, ' ', &one)) {
    if (!good_id(one.at, one.size)) {
      r->row_count = rows;
      return bad(r, "an item is 1 to 64 bytes of UTF-8");
    }
    add_row(r, r->order_count, one.at, one.size);
  }
  add_order(r, no_order);
  return true;
}

/* ---- JSON lines ---- */

static const cJSON *member_of(const cJSON *object, const char *name) {
  for (const cJSON *node = json_first(object); node; node = node->next) {
    if (!strcmp(node->string, name)) return node;
  }
  return NULL;
}

static piece text_piece(const cJSON *node) {
  if (!node || !json_is_string(node)) return (piece){"", 0};
  return (piece){node->valuestring, strlen(node->valuestring)};
}

static bool order_of_tree(reader *r, sp_report *report, const cJSON *tree) {
  static const json_field number = {.type = JSON_BIG, .high = SP_BIG_UNIX_S};
  log_order order = no_order;
  const cJSON *time = member_of(tree, "time"), *member = member_of(tree, "member");
  const cJSON *lines = member_of(tree, "lines");
  if (!time) time = member_of(tree, "now");
  if (member && json_is_object(member)) member = member_of(member, "id");
  piece who = text_piece(member), when = text_piece(time);
  int64_t seconds;
  if (!lines || !json_is_array(lines)) return bad(r, "there is no array of lines");
  if (time && when.size && !time_in(when.at, when.size, &order)) return bad(r, "no such time");
  if (time && !when.size) {
    if (!json_read(report, time, &number, &seconds)) return bad(r, "no such time");
    order.day = (int32_t)(seconds / 86400);
    order.minute = seconds % 86400 / 60;
  }
  size_t rows = r->row_count;
  for (const cJSON *line = json_first(lines); line; line = line->next) {
    piece sku = text_piece(member_of(line, "sku"));
    if (!good_id(sku.at, sku.size)) {
      r->row_count = rows;
      return bad(r, "a line has no sku of 1 to 64 bytes");
    }
    int64_t qty = 1, price = 0;
    const cJSON *qty_node = member_of(line, "qty"), *price_node = member_of(line, "price");
    if ((qty_node && !json_read(report, qty_node, &number, &qty)) ||
        (price_node && !json_read(report, price_node, &number, &price))) {
      r->row_count = rows;
      return bad(r, "qty and price are whole numbers");
    }
    spend(&order, qty, price);
    add_row(r, r->order_count, sku.at, sku.size);
  }
  order.member = member_number(r, who.at, who.size);
  add_order(r, order);
  return true;
}

static bool read_json(reader *r, const char *at, const char *end) {
  static sp_report report;
  r->scratch.used = 0;
  report_start(&report, &r->scratch, 1);
  cJSON *tree = json_parse((sp_text){at, (uint32_t)(end - at)}, NULL, &r->scratch, &report);
  bool good = tree && json_is_object(tree) ? order_of_tree(r, &report, tree)
                                           : bad(r, "not a JSON object with whole numbers");
  return good;
}

/* ---- CSV ---- */

/* Cuts a row into fields, quotes taken off in place; 0 where a quote is not closed. */
static uint32_t cut_row(char *at, char *end, char separator, piece *fields) {
  uint32_t count = 0;
  while (count < FIELDS_MAX) {
    char *start = at, *to = at;
    bool quoted = at < end && *at == '"';
    if (quoted) at++;
    while (at < end && (quoted || *at != separator)) {
      if (quoted && *at == '"') {
        if (at + 1 < end && at[1] == '"') {
          at++;
        } else {
          quoted = false;
          at++;
          continue;
        }
      }
      *to++ = *at++;
    }
    if (quoted) return 0;
    fields[count++] = (piece){start, (size_t)(to - start)};
    if (at >= end) break;
    at++;
  }
  return count;
}

static bool read_head(reader *r, char *at, char *end) {
  piece fields[FIELDS_MAX];
  uint32_t count = cut_row(at, end, r->separator, fields);
  for (uint32_t c = 0; c < COLUMNS; c++)
    r->column_at[c] = -1;
  for (uint32_t i = 0; i < count; i++) {
    for (uint32_t c = 0; c < COLUMNS; c++) {
      if (strlen(column_names[c]) == fields[i].size &&
          !memcmp(column_names[c], fields[i].at, fields[i].size))
        r->column_at[c] = (int)i;
    }
  }
  return r->column_at[COLUMN_order] >= 0 && r->column_at[COLUMN_sku] >= 0;
}

static piece column(const reader *r, const piece *fields, uint32_t count, uint32_t which) {
  int at = r->column_at[which];
  return at < 0 || (uint32_t)at >= count ? (piece){"", 0} : fields[at];
}

static bool read_csv(reader *r, char *at, char *end) {
  piece fields[FIELDS_MAX];
  uint32_t count = cut_row(at, end, r->separator, fields);
  piece name = column(r, fields, count, COLUMN_order), sku = column(r, fields, count, COLUMN_sku);
  piece time = column(r, fields, count, COLUMN_time), who = column(r, fields, count, COLUMN_member);
  piece qty = column(r, fields, count, COLUMN_qty), price = column(r, fields, count, COLUMN_price);
  log_order order = no_order;
  int64_t pieces = 1, fen = 0;
  if (!count) return bad(r, "a quote is not closed");
  if (!name.size) return bad(r, "there is no order");
  if (!good_id(sku.at, sku.size)) return bad(r, "a sku is 1 to 64 bytes of UTF-8");
  if (time.size && !time_in(time.at, time.size, &order)) return bad(r, "no such time");
  if (qty.size && !whole(qty.at, qty.size, &pieces)) return bad(r, "qty is no whole number");
  if (price.size && !whole(price.at, price.size, &fen)) return bad(r, "price is no whole number");
  uint32_t number = names_number(&r->order_names, name.at, name.size);
  if (number == r->order_count) {
    order.member = member_number(r, who.at, who.size);
    add_order(r, order);
  }
  spend(&r->orders[number], pieces, fen);
  add_row(r, number, sku.at, sku.size);
  return true;
}

/* ---- the file ---- */

static form form_of(reader *r, char *at, char *end) {
  const char *from = at;
  piece one = {at, 0};
  uint32_t i = 0;
  if (*at == '{') return FORM_JSON;
  for (const char *separator = ",;\t"; *separator; separator++) {
    r->separator = *separator;
    if (memchr(at, *separator, (size_t)(end - at)))
      return read_head(r, at, end) ? FORM_CSV : FORM_UNKNOWN;
  }
  for (; i < 5 && next_piece(&from, end, ' ', &one); i++) {
  }
  return i == 5 && memchr(one.at, ':', one.size) ? FORM_FIELDS : FORM_BASKETS;
}

static void read_line(reader *r, char *at, char *end) {
  if (r->line == 1 && end - at >= 3 && !memcmp(at, "\xEF\xBB\xBF", 3)) at += 3;
  if (end > at && end[-1] == '\r') end--;
  while (end > at && end[-1] == ' ')
    end--;
  if (end == at) return;
  if (r->form == FORM_UNKNOWN) {
    r->form = form_of(r, at, end);
    if (r->form == FORM_UNKNOWN) {
      fprintf(stderr,
              "suanpan-train: line %zu: a CSV begins with a head line that names at least "
              "order and sku\n",
              r->line);
      exit(1);
    }
    if (r->form == FORM_CSV) return;
  }
  if (r->form == FORM_CSV)
    read_csv(r, at, end);
  else if (r->form == FORM_JSON)
    read_json(r, at, end);
  else if (r->form == FORM_FIELDS)
    read_fields(r, at, end);
  else
    read_basket(r, at, end);
}

static const log_order *sorted_orders;

static int by_time(const void *left, const void *right) {
  uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
  const log_order *a = &sorted_orders[i], *b = &sorted_orders[j];
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  if (a->minute != b->minute) return a->minute < b->minute ? -1 : 1;
  return i < j ? -1 : i > j;
}

static const char *const *sorted_names;

static int by_name(const void *left, const void *right) {
  uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
  return strcmp(sorted_names[i], sorted_names[j]);
}

static int by_number(const void *left, const void *right) {
  uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
  return i < j ? -1 : i > j;
}

static uint32_t *numbers(size_t count) {
  uint32_t *all = memory_take(count, sizeof *all);
  for (size_t i = 0; i < count; i++)
    all[i] = (uint32_t)i;
  return all;
}

/* Orders by time, items by name, and each item of an order once. */
static order_log gathered(reader *r) {
  order_log log = {.skipped = r->skipped};
  log.item_count = (uint32_t)r->items.count;
  log.order_count = (uint32_t)r->order_count;
  log.member_count = (uint32_t)r->members.count;
  log.has_days = r->order_count > 0;
  for (size_t i = 0; i < r->order_count; i++)
    log.has_days = log.has_days && r->orders[i].day != LOG_NO_DAY;
  // One name for everybody, as some logs have it, is nobody's.
  log.has_members = log.member_count > 1;
  uint32_t *order = numbers(r->order_count), *place = memory_take(r->order_count, sizeof *place);
  sorted_orders = r->orders;
  if (log.has_days) qsort(order, r->order_count, sizeof *order, by_time);
  uint32_t *item = numbers(r->items.count), *new_item = memory_take(r->items.count, sizeof *item);
  sorted_names = (const char *const *)r->items.names;
  qsort(item, r->items.count, sizeof *item, by_name);
  log.names = memory_take(r->items.count, sizeof *log.names);
  for (uint32_t i = 0; i < log.item_count; i++) {
    new_item[item[i]] = i;
    log.names[i] = r->items.names[item[i]];
  }
  log.orders = memory_take(r->order_count, sizeof *log.orders);
  for (uint32_t i = 0; i < log.order_count; i++) {
    log.orders[i] = r->orders[order[i]];
    place[order[i]] = i;
    if (!log.has_members) log.orders[i].member = LOG_NOBODY;
  }
  for (size_t i = 0; i < r->row_count; i++)
    log.orders[place[r->order_of[i]]].count++;
  log.items = memory_take(r->row_count, sizeof *log.items);
  uint32_t at = 0;
  for (uint32_t i = 0; i < log.order_count; i++) {
    log.orders[i].first = at;
    at += log.orders[i].count;
    log.orders[i].count = 0;
  }
  for (size_t i = 0; i < r->row_count; i++) {
    log_order *o = &log.orders[place[r->order_of[i]]];
    log.items[o->first + o->count++] = new_item[r->item_of[i]];
  }
  for (uint32_t i = 0; i < log.order_count; i++) {
    log_order *o = &log.orders[i];
    uint32_t kept = 0, *own = log.items + o->first;
    qsort(own, o->count, sizeof *own, by_number);
    for (uint32_t k = 0; k < o->count; k++) {
      if (!k || own[k] != own[k - 1]) own[kept++] = own[k];
    }
    o->count = kept;
  }
  free(order);
  free(place);
  free(item);
  free(new_item);
  return log;
}

order_log log_read(const char *path, bool skip_bad) {
  bool standard = !strcmp(path, "-");
  FILE *file = standard ? stdin : fopen(path, "rb");
  if (!file) {
    fprintf(stderr, "suanpan-train: can't read %s: %s\n", path, strerror(errno));
    exit(2);
  }
  reader r = {.skip_bad = skip_bad};
  r.scratch = (sp_arena){memory_take(1 << 22, 1), 0, 1 << 22, NULL};
  char *line = NULL;
  size_t room = 0, size = 0;
  for (int c = getc(file);; c = getc(file)) {
    if (c == '\n' || c == EOF) {
      r.line++;
      if (size) read_line(&r, line, line + size);
      size = 0;
      if (c == EOF) break;
    } else {
      line = memory_more(line, size, &room, 1);
      line[size++] = (char)c;
    }
  }
  if (ferror(file)) {
    fprintf(stderr, "suanpan-train: can't read %s: %s\n", path, strerror(errno));
    exit(2);
  }
  if (!standard) fclose(file);
  free(line);
  free(r.scratch.base);
  return gathered(&r);
}

order_log log_renumbered(const order_log *log, const uint32_t *to, char **names, uint32_t count) {
  order_log new_log = *log;
  new_log.names = names;
  new_log.item_count = count;
  size_t rows = 0;
  for (uint32_t i = 0; i < log->order_count; i++)
    rows += log->orders[i].count;
  new_log.items = memory_take(rows, sizeof *new_log.items);
  new_log.orders = memory_take(log->order_count, sizeof *new_log.orders);
  uint32_t at = 0;
  for (uint32_t i = 0; i < log->order_count; i++) {
    log_order *o = &new_log.orders[i];
    *o = log->orders[i];
    const uint32_t *own = log->items + o->first;
    uint32_t had = o->count;
    o->first = at;
    for (uint32_t k = 0; k < had; k++) {
      if (to[own[k]] != UINT32_MAX) new_log.items[at++] = to[own[k]];
    }
    o->count = at - o->first;
  }
  return new_log;
}

order_log log_head(const order_log *log, uint32_t count) {
  order_log head = *log;
  head.order_count = count;
  return head;
}
