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
  uint32_t sku;      /* SP_NONE: off shelf */
  uint32_t place;    /* index into the book's stores, SP_NONE: none of them */
  int64_t price_fen; /* list price of the SKU in this line's store, without options */
  int32_t qty;
  sp_line_state state;
  sp_fulfilment fulfilment;
  sp_text shop, store; /* size 0: none named */
  const sp_line_option *options;
  uint32_t option_count;
  int64_t seen_unit_fen; /* -1: not given */
  int32_t order_type;    /* sp_order_type, -1: not selected */
  uint32_t add_on;       /* 1 + the rule that sells it as one, 0: an ordinary line */
} sp_line;

typedef struct {
  sp_text id;
  sp_text rule_id;
  uint32_t rule;  /* SP_NONE: not in the book */
  int64_t from_s; /* INT64_MIN: none */
  int64_t to_s;   /* INT64_MAX: none */
  bool claimable; /* not in the wallet yet */
} sp_coupon;

/* One cell of X: the line goes to the rule (SP_NONE in a pin: to none), or so many pieces of one of
 * its segments, which are counted inside the line. */
typedef struct {
  uint32_t line;
  uint32_t rule;
  uint32_t segment;
  int32_t qty;
} sp_assignment;

/* D = (G, X, C), see src/README.md §2. */
typedef struct {
  uint32_t *rules; /* chosen rules of shared groups, sorted by id */
  uint32_t rule_count;
  sp_assignment *lines; /* in cart order, then rule id */
  uint32_t line_count;
  sp_assignment *pieces; /* in cart order, then rule id */
  uint32_t piece_count;
  uint32_t *coupons; /* indices into the request's coupons, sorted by id */
  uint32_t coupon_count;
} sp_decision;

/* How often a member has used a rule, and on how many pieces. */
typedef struct {
  int64_t times, qty;
} sp_usage;

/* What else is known of the member. */
typedef struct {
  int64_t orders;
  sp_ids tags, segments, bought;
  int32_t birthday; /* month * 100 + day, 0: not said */
  bool is_registered;
  int64_t registered_at_s;
  const sp_usage *usage; /* per book rule; NULL: none */
} sp_member;

/* Points that expire together. */
typedef struct {
  sp_text id;
  int64_t points;
  int64_t expires_s; /* INT64_MAX: never */
} sp_lot;

/* The balances that may pay. */
typedef struct {
  bool stands, pro_rata;
  int64_t gift_card_fen, principal_fen, bonus_fen;
} sp_tender;

/* The SKU that the shopper wants of a rule's gifts. */
typedef struct {
  uint32_t rule, sku;
} sp_gift_pin;

typedef struct {
  int64_t now_s, pay_at_s, fulfil_at_s;
  sp_order_type order_type;
  int64_t group_size;     /* 0: not said */
  sp_text channel, payer; /* size 0: not said */
  uint32_t payer_bits;    /* of the book's payers: who is taken to pay */
  sp_tender tender;
  bool pay_options;
  bool on_shelf; /* an estimate: fees are no part of it, and nobody is told how much was tried */
  const uint8_t *open; /* what match_rules found, where it is known already; NULL: it is not */
  bool ignores_values; /* benefits count nothing in the goal; never asked for by a shopper */
  sp_member member;
  const sp_price *stock; /* pieces as the price; NULL: nothing is known */
  uint32_t stock_count;
  const int64_t *left; /* per book rule, -1: not said; NULL: nothing is known */
  sp_detail detail;
  bool hash;         /* the receipt has one */
  sp_text member_id; /* size 0: none */
  sp_text tier_id;
  uint32_t tier;          /* SP_NONE: none */
  int64_t points_balance; /* of the lots that are still good, where there are lots */
  bool has_lots;
  const sp_lot *lots; /* the good ones, first to be used first */
  uint32_t lot_count;
  int64_t growth;
  sp_text promoters[SP_PROMOTERS_MAX]; /* nearest first */
  uint32_t promoter_count;
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
  const sp_gift_pin *gift_pins;
  uint32_t gift_pin_count;
  bool has_pins;
  bool compare_best; /* with pins: also say what they cost */
  bool has_decision;
  sp_decision decision;
  bool has_seen_coupons;
  sp_ids seen_coupons; /* what was picked while freight was unknown */
} sp_request;

/* Whether stored value is bought: without freight, fees, minimum order, rounding off and earning.
 */
static inline bool is_topup(const sp_request *request) {
  return request->order_type == SP_TYPE_topup;
}

#endif
