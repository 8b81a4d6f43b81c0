/* What the merchant publishes, checked and indexed. Built by codec/book_in.c, read-only afterwards.
 * Names refer to src/README.md §1; every index is into the array of the same name. */
#ifndef SP_MODEL_BOOK_H
#define SP_MODEL_BOOK_H

#include "base/apportion.h"
#include "base/base.h"
#include "base/money.h"
#include "base/sha256.h"

#define SP_MEANING 1

/* X(name, number): the wire name is the lower-case name. Order of SP_KINDS is the tie order of unit
 * prices. */
#define SP_KINDS(X) X(member, 0) X(timed, 1) X(flash, 2) X(promotion, 3) X(coupon, 4)
#define SP_STAGES(X)                                                                               \
  X(unit, 0)                                                                                       \
  X(item, 1) X(order, 2) X(shop_coupon, 3) X(platform_coupon, 4) X(freight, 5) X(reward, 6)
#define SP_BASES(X) X(list, 0) X(after_item, 1) X(current, 2) X(payable_goods, 3)
#define SP_GIVES(X)                                                                                \
  X(amount_off, 0)                                                                                 \
  X(percent_off, 1)                                                                                \
  X(unit_price, 2)                                                                                 \
  X(tiers, 3)                                                                                      \
  X(every, 4) X(nth_item, 5) X(gift, 6) X(grant_coupon, 7) X(points, 8) X(free_freight, 9)
#define SP_LEVELS(X) X(order, 0) X(shop, 1) X(store, 2)
#define SP_PERS(X)   X(order, 0) X(line, 1) X(unit, 2) X(piece, 3)

typedef enum {
#define X(name, number) SP_KIND_##name = number,
  SP_KINDS(X)
#undef X
} sp_kind;
typedef enum {
#define X(name, number) SP_STAGE_##name = number,
  SP_STAGES(X)
#undef X
} sp_stage;
typedef enum {
#define X(name, number) SP_BASE_##name = number,
  SP_BASES(X)
#undef X
} sp_base;
typedef enum {
#define X(name, number) SP_GIVE_##name = number,
  SP_GIVES(X)
#undef X
} sp_give_kind;
typedef enum {
#define X(name, number) SP_LEVEL_##name = number,
  SP_LEVELS(X)
#undef X
} sp_level;
typedef enum {
#define X(name, number) SP_PER_##name = number,
  SP_PERS(X)
#undef X
} sp_per;
typedef enum { SP_BY_amount, SP_BY_qty, SP_BY_kinds } sp_by;
typedef enum { SP_CHOOSE_dearest, SP_CHOOSE_cheapest } sp_choose;
typedef enum { SP_ORDER_cart, SP_ORDER_price_desc, SP_ORDER_price_asc } sp_piece_order;
typedef enum { SP_MAX_PER_line, SP_MAX_PER_shop, SP_MAX_PER_order } sp_max_per;
typedef enum { SP_AT_order, SP_AT_pay, SP_AT_fulfilment } sp_at;
typedef enum { SP_DELIVERY, SP_PICKUP } sp_fulfilment;
typedef enum { SP_GOAL_lowest_payable, SP_GOAL_largest_saving, SP_GOAL_best_per_level } sp_goal;
typedef enum { SP_SLOTS_shop, SP_SLOTS_shop_and_platform, SP_SLOTS_unlimited } sp_coupon_slots;

typedef struct {
  sp_text id;
  int64_t price_fen;
  bool discountable;
} sp_option;

typedef struct {
  sp_text id;
  int64_t price_fen;
  const uint32_t *options; /* indices of the options it may be sold with, ascending */
  uint32_t option_count;
  uint32_t freight; /* template index, SP_NONE: the book's default */
  int64_t weight_g;
  int64_t volume_cm3;
  bool on_sale;
} sp_sku;

/* A set of SKUs as one bit each; bits NULL means every SKU. */
typedef struct {
  const uint32_t *bits;
} sp_scope;

static inline bool scope_has(sp_scope scope, uint32_t sku) {
  return !scope.bits || ((scope.bits[sku / 32] >> (sku % 32)) & 1);
}

typedef struct {
  bool stands; /* false: always open */
  bool has_from, has_to;
  int64_t from_s, to_s; /* civil seconds, see base/clock.h */
  uint32_t weekdays;    /* bit 1..7, 0: every day */
  const int32_t *daily; /* pairs of minutes [from, to) */
  uint32_t daily_count; /* pairs */
  sp_at at;
} sp_window;

typedef struct {
  int64_t amount_gte_fen; /* -1: no condition; amount_gt x is stored as x + 1 */
  int64_t qty_gte;        /* -1 */
  int64_t kinds_gte;      /* -1 */
  sp_base base;           /* resolved by policy */
} sp_when;

typedef struct sp_give sp_give;

typedef struct {
  int64_t gte;
  const sp_give *give;
} sp_tier;

typedef struct {
  uint32_t sku;
  int64_t price_fen;
} sp_price;

typedef struct {
  uint32_t sku;
  int32_t qty;
} sp_gift_option;

struct sp_give {
  sp_give_kind kind;
  sp_per per;
  sp_choose choose;
  sp_by by;               /* tiers, every */
  sp_base base;           /* percent_off, tiers, every: resolved by policy */
  int64_t amount_fen;     /* amount_off, unit_price with one price */
  int64_t n;              /* grant_coupon, points */
  uint32_t bp;            /* percent_off */
  int64_t cap_fen;        /* percent_off, -1: none */
  int32_t max_units;      /* 0: no limit */
  bool quota_per_rule;    /* max_units_per: rule */
  const sp_price *prices; /* unit_price with a list, ascending by sku; NULL: amount_fen */
  uint32_t price_count;
  const sp_tier *tiers;
  uint32_t tier_count;
  int64_t step;           /* every: fen or pieces */
  int64_t limit;          /* every */
  const sp_give *inner;   /* every */
  const uint16_t *pay_bp; /* nth_item */
  uint32_t pay_count;
  uint32_t beyond_bp;
  bool repeat;
  sp_piece_order order;
  const sp_gift_option *gifts;
  uint32_t gift_count;
  uint32_t coupon_rule; /* grant_coupon */
  int64_t goal_value_fen;
};

/* Classes of rules for exclusions: bit 0 promotions, bit 1 coupons,
 * bits 2+2g and 3+2g the promotions and the coupons of book group g (g < SP_GROUPS_MAX). */
#define SP_CLASS_PROMOTION 1ull
#define SP_CLASS_COUPON    2ull

typedef struct {
  sp_text id;
  int32_t max;
  sp_max_per max_per;
  bool once_line;
} sp_group;

typedef struct {
  sp_text id;
  sp_kind kind;
  sp_stage stage;
  sp_level level;
  int32_t priority;
  bool percentage; /* sorts after amounts */
  bool benefit;    /* gives something that is not money: gift, grant_coupon, points, free_freight */
  sp_text shop;    /* size 0: every shop */
  sp_scope scope;
  uint32_t member_tiers; /* bit per tier index, 0: everybody */
  sp_window window;
  sp_when when;
  const sp_give *gives;
  uint32_t give_count;
  uint32_t group; /* index into book groups, SP_NONE: automatic (promotion) or unlimited (coupon) */
  uint64_t class_bits;
  uint64_t exclude_line_bits; /* classes it excludes on a line / in the order */
  uint64_t exclude_order_bits;
  bool applies_to_discounted;
  bool one_piece; /* a coupon for one piece, solved together with its like */
  bool exclusive; /* nothing else acts where it cut */
} sp_rule;

typedef struct {
  sp_text *codes; /* prefixes; code_count 0: default region */
  uint32_t code_count;
  int64_t first, first_fee_fen, additional, additional_fee_fen;
  bool never_free;
} sp_region;

typedef struct {
  sp_text id;
  enum { SP_FREIGHT_pieces, SP_FREIGHT_weight, SP_FREIGHT_volume } by;
  const sp_region *regions;
  uint32_t region_count;
} sp_template;

typedef struct {
  bool stands;
  const sp_template *templates;
  uint32_t template_count;
  uint32_t default_template;
  bool max_first_plus_additional;
  bool has_free;
  int64_t free_gte_fen;
  bool free_per_order;
  sp_base free_base;
} sp_freight_table;

typedef struct {
  sp_text id;
  int64_t amount_fen;
  enum { SP_FEE_order, SP_FEE_package, SP_FEE_piece } per;
  sp_scope scope;
  uint32_t fulfilment_bits; /* 1 << sp_fulfilment */
} sp_fee;

typedef struct {
  bool stands;
  int64_t num, den, step;
  int64_t max; /* -1: no limit */
  int64_t share_bp;
  int64_t min_payable_fen;
  bool last_step_partial;
  sp_scope scope;
  bool earns;
  int64_t earn_num, earn_den;
} sp_points_table;

typedef struct {
  bool stands;
  int64_t amount_fen;
  sp_base base;
  uint32_t fulfilment_bits;
} sp_min_order;

typedef struct {
  sp_base threshold_base, percent_base, free_freight_base;
  sp_rounding percent_rounding;
  bool percent_price_side;
  sp_remainder share_remainder;
  sp_coupon_slots coupon_slots;
  bool amounts_first;
  uint32_t unit_price_kind; /* sp_kind, SP_NONE: lowest */
  sp_goal goal;
  int64_t coupon_min_gain_fen;
  int64_t rounding_off_fen;
  bool points_with_coupons;
  int64_t points_goal_bp; /* what a fen of points counts against coupons */
} sp_policy;

typedef struct sp_book {
  sp_text shop;
  int64_t version;
  uint32_t meaning;
  uint8_t digest[SP_SHA256_SIZE];
  const sp_sku *skus;        /* in the order of the file */
  const uint32_t *sku_by_id; /* their indices sorted by id */
  uint32_t sku_count;
  const sp_option *options;
  const uint32_t *option_by_id;
  uint32_t option_count;
  const sp_text *tiers;
  uint32_t tier_count;
  const sp_group *groups; /* the book's own first, then the default coupon slots */
  uint32_t group_count;
  const sp_rule *rules; /* in the order of the file */
  const uint32_t *rule_by_id;
  const uint32_t
      *rule_turns; /* their indices in the order of work: stage, priority, amounts first, id */
  uint32_t rule_count;
  sp_freight_table freight;
  const sp_fee *fees;
  uint32_t fee_count;
  sp_points_table points;
  sp_min_order min_order;
  sp_policy policy;
  int64_t utc_offset_s;
} sp_book;

/* Index of the entry with that id, SP_NONE when there is none. O(log n). */
uint32_t book_find_sku(const sp_book *book, sp_text id);
uint32_t book_find_option(const sp_book *book, sp_text id);
uint32_t book_find_rule(const sp_book *book, sp_text id);

/* Index of a member tier, SP_NONE when the book has none of that id. */
uint32_t book_find_tier(const sp_book *book, sp_text id);

/* Whether the window is open at that unix second. */
bool book_window_open(const sp_book *book, const sp_window *window, int64_t now_s);

#endif
