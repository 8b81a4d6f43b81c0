/* What the shopper brings: cart, member, wallet, time, and what is asked. Built by codec/cart_in.c.
 */
#ifndef SP_MODEL_CART_H
#define SP_MODEL_CART_H

#include "model/book.h"

typedef enum { SP_LINE_priced, SP_LINE_unselected, SP_LINE_off_shelf } sp_line_state;
typedef enum { SP_DETAIL_totals, SP_DETAIL_lines, SP_DETAIL_full } sp_detail;

typedef struct {
  uint32_t option; /* index into the book's options */
  int32_t qty;     /* per piece */
} sp_line_option;

typedef struct {
  sp_text id;
  sp_text sku_id;
  uint32_t sku; /* SP_NONE: off shelf */
  int32_t qty;
  sp_line_state state;
  sp_fulfilment fulfilment;
  sp_text shop, store; /* size 0: none named */
  const sp_line_option *options;
  uint32_t option_count;
  int64_t seen_unit_fen; /* -1: not given */
} sp_line;

typedef struct {
  sp_text id;
  sp_text rule_id;
  uint32_t rule;  /* SP_NONE: not in the book */
  int64_t from_s; /* INT64_MIN: none */
  int64_t to_s;   /* INT64_MAX: none */
  bool claimable; /* still to be claimed */
} sp_coupon;

/* One cell of X: the line goes to the rule (SP_NONE in a pin: to none). */
typedef struct {
  uint32_t line;
  uint32_t rule;
} sp_assignment;

/* D = (G, X, C), see src/README.md §2. */
typedef struct {
  uint32_t *rules; /* chosen rules of shared groups, sorted by id */
  uint32_t rule_count;
  sp_assignment *lines; /* in cart order, then rule id */
  uint32_t line_count;
  uint32_t *coupons; /* indices into the request's coupons, sorted by id */
  uint32_t coupon_count;
} sp_decision;

typedef struct {
  int64_t now_s, pay_at_s, fulfil_at_s;
  sp_detail detail;
  sp_text member_id; /* size 0: none */
  sp_text tier_id;
  uint32_t tier; /* SP_NONE: none */
  int64_t points_balance;
  const sp_line *lines;
  uint32_t line_count;
  bool has_address;
  sp_text region;
  const sp_coupon *coupons;
  uint32_t coupon_count;
  int64_t points_asked; /* INT64_MAX: as many as possible */
  bool pick_none;
  bool has_coupon_pins;
  const uint32_t *coupon_pins; /* indices into coupons */
  uint32_t coupon_pin_count;
  const sp_assignment *line_pins;
  uint32_t line_pin_count;
  bool has_pins;
  bool compare_best; /* with pins: also say what they cost */
  bool has_decision;
  sp_decision decision;
} sp_request;

#endif
