/* A log of orders, as the trainer works with it: baskets of item numbers in the order of time.
 *
 * Four forms are read (src/RECOMMEND.md §2): CSV with a head line, JSON lines, "order user day
 * minute item:qty:price …", and bare baskets, "item item …". An item counts once an order. */
#ifndef SP_TRAIN_LOG_H
#define SP_TRAIN_LOG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint32_t first, count; /* its items: log.items + first */
  uint32_t member;       /* LOG_NOBODY: not known */
  int32_t day;           /* LOG_NO_DAY: not known */
  int64_t minute;        /* of the day, then the place in the file: ties of a day */
  int64_t spent_fen;
} log_order;

#define LOG_NOBODY UINT32_MAX
#define LOG_NO_DAY INT32_MIN

typedef struct {
  char **names; /* of the items, in the order of their bytes */
  uint32_t item_count;
  uint32_t *items;
  log_order *orders; /* first to last */
  uint32_t order_count, member_count;
  uint32_t skipped; /* bad rows that were left out */
  bool has_days, has_members;
} order_log;

/* Reads all of a file ("-": standard input). A bad row ends the program with its line number, or
 * with skip_bad is reported and left out. */
order_log log_read(const char *path, bool skip_bad);

/* The same log with items renumbered (to[item], UINT32_MAX: left out) and given names. */
order_log log_renumbered(const order_log *log, const uint32_t *to, char **names, uint32_t count);

/* The first `count` orders; shares the memory. */
order_log log_head(const order_log *log, uint32_t count);

#endif
