/* What the merchant publishes, checked and indexed. Built by codec/book_in.c, read-only afterwards.
 * Names refer to src/README.md §1; every index is into the array of the same name. */
#ifndef SP_MODEL_BOOK_H
#define SP_MODEL_BOOK_H

#include "base/apportion.h"
#include "base/base.h"
#include "base/limits.h"
#include "base/money.h"
#include "base/sha256.h"

#define SP_MEANING 1

/* X(name, number): the wire name is the lower-case name. Order of SP_KINDS is the tie order of unit
 * prices. */
#define SP_KINDS(X)                                                                                \
  X(member, 0)                                                                                     \
  X(timed, 1)                                                                                      \
  X(flash, 2)                                                                                      \
  X(promotion, 3) X(coupon, 4) X(group_buy, 5) X(bargain, 6) X(presale, 7) X(new_member, 8)
#define SP_STAGES(X)                                                                               \
  X(unit, 0)                                                                                       \
  X(item, 1) X(order, 2) X(shop_coupon, 3) X(platform_coupon, 4) X(freight, 5) X(reward, 6)
#define SP_BASES(X)                                                                                \
  X(list, 0) X(after_item, 1) X(current, 2) X(payable_goods, 3) X(goods_and_freight, 4)
#define SP_GIVES(X)                                                                                \
  X(amount_off, 0)                                                                                 \
  X(percent_off, 1)                                                                                \
  X(unit_price, 2)                                                                                 \
  X(tiers, 3)                                                                                      \
  X(every, 4)                                                                                      \
  X(nth_item, 5)                                                                                   \
  X(gift, 6)                                                                                       \
  X(grant_coupon, 7)                                                                               \
  X(points, 8)                                                                                     \
  X(free_freight, 9)                                                                               \
  X(items_free, 10)                                                                                \
  X(buy_get, 11)                                                                                   \
  X(bundle, 12)                                                                                    \
  X(qty_groups, 13)                                                                                \
  X(first_and_additional, 14)                                                                      \
  X(freight_off, 15) X(growth, 16) X(grant_membership, 17) X(stored_bonus, 18) X(commission, 19)   \
      X(add_on, 20) X(fees_off, 21)
/* group_buy, bargain and presale stand as far from `normal` as their kinds from the first of them.
 */
#define SP_ORDER_TYPES(X)                                                                          \
  X(normal, 0) X(group_buy, 1) X(bargain, 2) X(presale, 3) X(points_mall, 4) X(topup, 5)
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
typedef enum {
#define X(name, number) SP_TYPE_##name = number,
  SP_ORDER_TYPES(X)
#undef X
      SP_TYPE_COUNT
} sp_order_type;
typedef enum { SP_BY_amount, SP_BY_qty, SP_BY_kinds, SP_BY_weight, SP_BY_volume } sp_by;
typedef enum {
  SP_CHOOSE_dearest,
  SP_CHOOSE_cheapest,
  SP_CHOOSE_best,
  SP_CHOOSE_cart /* unit prices only, where nothing is said */
} sp_choose;
typedef enum { SP_ORDER_cart, SP_ORDER_price_desc, SP_ORDER_price_asc } sp_piece_order;
typedef enum { SP_PIECES_shared, SP_PIECES_once_line, SP_PIECES_once_piece } sp_pieces;
typedef enum { SP_MAX_PER_line, SP_MAX_PER_shop, SP_MAX_PER_order } sp_max_per;
typedef enum { SP_AT_order, SP_AT_pay, SP_AT_fulfilment } sp_at;
typedef enum { SP_DELIVERY, SP_PICKUP } sp_fulfilment;
typedef enum { SP_GOAL_lowest_payable, SP_GOAL_largest_saving, SP_GOAL_best_per_level } sp_goal;
typedef enum { SP_SLOTS_shop, SP_SLOTS_shop_and_platform, SP_SLOTS_unlimited } sp_coupon_slots;

/* A list of ids, each once, with its order by bytes: asked in O(log n). */
typedef struct {
  const sp_text *ids;
  const uint32_t *order;
  uint32_t count;
} sp_ids;

bool ids_have(const sp_ids *list, sp_text id);
bool ids_meet(const sp_ids *list, const sp_ids *other);

typedef struct {
  sp_text id;
  int64_t price_fen;
  bool discountable;
} sp_option;

typedef struct {
  sp_text id;
  sp_text spu; /* size 0: none */
  int64_t price_fen;
  const uint32_t *options; /* indices of the options it may be sold with, ascending */
  uint32_t option_count;
  uint32_t freight; /* template index, SP_NONE: the book's default */
  int64_t weight_g;
  int64_t volume_cm3;
  int64_t floor_fen;  /* per piece: what promotions and coupons leave of the discountable part */
  uint32_t spu_first; /* index of the first SKU of the same SPU, its own without one */
  uint32_t tax_bp;
  const uint32_t *tags; /* numbers of the book's, in the order of the file; the first: category */
  uint32_t tag_count;
  bool on_sale;
} sp_sku;

/* What something is for one SKU. Tables are ascending by sku. */
typedef struct {
  uint32_t sku;
  int64_t price_fen;
} sp_price;

/* The entry of that SKU, NULL when there is none. */
const sp_price *prices_find(const sp_price *prices, uint32_t count, uint32_t sku);

typedef struct {
  sp_text id;
  sp_ids tags;
  const sp_price *prices;    /* list prices in this store */
  const sp_price *off_shelf; /* their price means nothing */
  uint32_t price_count, off_shelf_count;
} sp_store;

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
  const int32_t *daily; /* pairs of minutes [from, to), to < from: on the next day */
  uint32_t daily_count; /* pairs */
  sp_at at;
} sp_window;

/* One member of a `when`. The first ones are measured on the rule's own goods and stand as sp_by.
 */
typedef enum {
  SP_TEST_amount, /* amount_gt x is stored as x + 1 */
  SP_TEST_qty,
  SP_TEST_kinds,
  SP_TEST_weight,
  SP_TEST_volume,
  SP_TEST_same_line, /* the most pieces of one line, SKU or SPU */
  SP_TEST_same_sku,
  SP_TEST_same_spu,
  SP_TEST_contains,
  SP_TEST_nth_order, /* from here on decided by the request alone */
  SP_TEST_group_size,
  SP_TEST_paid_by,
  SP_TEST_all, /* the tests inside: one alternative of `any` */
  SP_TEST_any,
  SP_TEST_not /* holds when the tests inside do not all hold */
} sp_test_kind;

typedef struct {
  sp_test_kind kind;
  uint32_t inside; /* all, any, not: how many of the tests behind it stand inside */
  int64_t gte;
  sp_base base;         /* amount: resolved by policy */
  bool base_is_policys; /* it was not stated */
  sp_scope scope;       /* contains */
  uint32_t payer;       /* paid_by: index into the book's payers */
} sp_test;

#define SP_TEST_BIT(kind) (1u << SP_TEST_##kind)
#define SP_TESTS_BY_SKU                                                                            \
  (SP_TEST_BIT(kinds) | SP_TEST_BIT(same_line) | SP_TEST_BIT(same_sku) | SP_TEST_BIT(same_spu))

/* All must hold. In reading order: an object's own members, the members of its `all`, `any`, `not`.
 */
typedef struct {
  const sp_test *tests;
  uint32_t count;
} sp_when;

/* Who a rule is for. Lists without entries ask nothing. */
typedef struct sp_for sp_for;
typedef struct {
  const sp_for *items;
  uint32_t count;
} sp_fors;
struct sp_for {
  sp_fors all, any, none; /* `not` is a list of one */
  uint32_t tiers;         /* bit per tier index, 0: everybody */
  sp_ids tags, segments, bought, not_bought;
  enum { SP_BIRTHDAY_any, SP_BIRTHDAY_day, SP_BIRTHDAY_month } birthday;
  int64_t registered_within_s, registered_before_s; /* -1 */
};

typedef struct {
  bool stands;
  bool total_left;
  int64_t per_order, per_member, qty_per_member; /* -1 */
} sp_limit;

typedef struct {
  sp_text party;
  int64_t bp;
} sp_funder;

typedef struct sp_give sp_give;

typedef struct {
  int64_t gte;
  const sp_give *give;
} sp_tier;

typedef struct {
  uint32_t sku;
  int32_t qty;
} sp_gift_option;

/* So many pieces of a scope: of a bundle, or what a buy_get asks for and gives. */
typedef struct {
  sp_scope scope;
  int64_t qty;
} sp_need;

struct sp_give {
  sp_give_kind kind;
  sp_per per;
  sp_choose choose;
  sp_by by;     /* tiers, every */
  sp_base base; /* percent_off, nth_item, tiers, every: resolved by policy */
  // amount_off, unit_price with one price, bundle, first_and_additional's first, freight_off and
  // fees_off (0: bp), stored_bonus, commission (-1: levels).
  int64_t amount_fen;
  // grant_coupon, points, growth, items_free; size of qty_groups; days of grant_membership; max of
  // first_and_additional (0: no limit).
  int64_t n;
  int64_t den;            /* points {num: n, den}, 0: n itself */
  int64_t additional_fen; /* first_and_additional */
  uint32_t bp;            /* percent_off, freight_off, fees_off, buy_get's off_bp */
  int64_t cap_fen;        /* percent_off, freight_off, fees_off, -1: none */
  uint32_t fee_bits;      /* fees_off: which of the book's fees */
  const sp_need *needs;   /* bundle; buy_get: what is bought, then what is got */
  uint32_t need_count;
  bool names_price;       /* bundle: amount_fen is its price, not what it takes off */
  bool lands_on_freight;  /* amount_off: what is beyond the goods takes freight */
  bool whole_order;       /* freight_off: of the sum over the packages; fees_off */
  bool compound;          /* every */
  sp_text card;           /* grant_membership */
  int32_t max_units;      /* 0: no limit */
  bool units_per_line;    /* max_units_per: line */
  const sp_price *prices; /* unit_price with a list, ascending by sku; NULL: amount_fen;
                             add_on: its options as they stand */
  uint32_t price_count;
  const sp_tier *tiers;
  uint32_t tier_count;
  int64_t step;           /* every: fen or pieces */
  int64_t limit;          /* every */
  const sp_give *inner;   /* every, qty_groups */
  const uint16_t *pay_bp; /* nth_item; levels of commission */
  uint32_t pay_count;
  uint32_t beyond_bp;
  bool repeat;
  sp_piece_order order;
  const sp_gift_option *gifts;
  uint32_t gift_count;
  uint32_t coupon_rule; /* grant_coupon */
  int64_t goal_value_fen;
};

/* Whether it gives something that is no money off the goods. */
static inline bool give_is_benefit(const sp_give *give) {
  const uint32_t benefits = 1u << SP_GIVE_gift | 1u << SP_GIVE_grant_coupon | 1u << SP_GIVE_points |
                            1u << SP_GIVE_free_freight | 1u << SP_GIVE_growth |
                            1u << SP_GIVE_grant_membership | 1u << SP_GIVE_stored_bonus |
                            1u << SP_GIVE_commission;
  return (benefits >> give->kind) & 1;
}

/* Classes of rules for exclusions: bit 0 promotions, bit 1 coupons,
 * bits 2+2g and 3+2g the promotions and the coupons of book group g (g < SP_GROUPS_MAX). */
#define SP_CLASS_PROMOTION 1ull
#define SP_CLASS_COUPON    2ull

typedef struct {
  sp_text id;
  int32_t max;
  sp_max_per max_per;
  sp_pieces pieces; /* what serves one rule of the group: all serve any, a line, a piece */
  bool counts;      /* false: it has no maximum */
} sp_group;

typedef struct {
  sp_text id;
  sp_text title; /* size 0: none; only texts read it */
  sp_kind kind;
  sp_stage stage;
  sp_level level;
  int32_t priority;
  bool percentage; /* sorts after amounts */
  bool benefit;    /* gives something that is not money: gift, grant_coupon, points, free_freight */
  bool takes_freight; /* of stage freight: some give is of freight, not of fees alone */
  sp_text shop;       /* size 0: every shop */
  sp_scope scope;
  sp_scope filter;           /* where it lands; bits NULL: everywhere in scope */
  sp_ids stores, store_tags; /* lines of one of these; both empty: all lines */
  uint32_t fulfilment_bits;  /* lines of one of these: 1 << sp_fulfilment */
  sp_ids channels;           /* empty: every request */
  uint32_t order_types;      /* bit per type, 0: every request */
  const sp_for *member;      /* NULL: everybody */
  sp_limit limit;
  const sp_funder *funders;
  uint32_t funder_count;
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
  sp_window window;
  int32_t bp;
} sp_campaign;

/* What a SKU costs in the points mall; points -1: it is not there. */
typedef struct {
  int64_t points, price_fen;
} sp_mall_price;

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
  int64_t earn_max;       /* of one order */
  const int32_t *tier_bp; /* per tier; NULL: 10000 */
  const int32_t *tag_bp;  /* per SKU, what its tags add to 10000; NULL: nothing */
  int32_t birthday_bp;    /* 10000: nothing more */
  const sp_campaign *campaigns;
  uint32_t campaign_count;
  const sp_mall_price *mall; /* per SKU; NULL: there is none */
} sp_points_table;

/* What goods paid make of a member: levels per tier, strictly rising. */
typedef struct {
  bool stands;
  int64_t num, den;
  const int64_t *levels;
} sp_growth;

/* What the buyer of a SKU has in the order that buys it (开卡立享). */
typedef struct {
  uint32_t sku;
  uint32_t tier; /* SP_NONE: none */
  sp_ids tags;
} sp_member_card;

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
  sp_per percent_level; /* order, line, unit: of a percentage that does not say its own */
  sp_remainder share_remainder;
  bool excess_lost; /* an order's cut is not moved away from goods that have no room */
  bool refuse_overflow;
  bool coupons_cover_freight;
  sp_coupon_slots coupon_slots;
  bool amounts_first;
  uint32_t unit_price_kind; /* sp_kind, SP_NONE: lowest */
  bool zero_pay_refused;
  bool points_on_payable; /* freight earns points too */
  bool gifts_weigh;       /* gifts count in the freight of their package */
  bool group_buy_list;    /* what a rule asks of some goods in a group_buy is list price */
  sp_goal goal;
  int64_t coupon_min_gain_fen;
  int64_t rounding_off_fen;
  bool points_with_coupons;
  int64_t points_goal_bp; /* what a fen of points counts against coupons */
} sp_policy;

/* In stages_of_type: of other stages the rules that name the type act, and promotions that do
 * nothing but grant. */
#define SP_STAGES_OF_GRANTS (1u << 31)

/* Whom a `paid_by` names, and how much of the payable it asks of him. */
typedef struct {
  sp_text id;
  int64_t min_share_bp;
} sp_payer;

typedef struct sp_book {
  sp_text shop;
  int64_t version;
  int64_t meaning;
  uint8_t digest[SP_SHA256_SIZE];
  const sp_sku *skus;        /* in the order of the file */
  const uint32_t *sku_by_id; /* their indices sorted by id */
  uint32_t sku_count;
  const sp_text *tags; /* of SKUs, as they are first named */
  uint32_t tag_count;
  const sp_option *options;
  const uint32_t *option_by_id;
  uint32_t option_count;
  bool has_stores; /* the catalogue lists its stores: a line's must be one of them */
  const sp_store *stores;
  const uint32_t *store_by_id;
  uint32_t store_count;
  uint32_t stages_of_type[SP_TYPE_COUNT]; /* bit per stage that may act in such orders */
  uint32_t tests_standing;                /* bit per sp_test_kind that some rule has */
  const sp_text *tiers;
  uint32_t tier_count;
  const sp_group *groups; /* the book's own first, then the default coupon slots */
  uint32_t group_count;
  uint32_t piece_rule_count; /* in once_piece groups */
  const sp_rule *rules;      /* in the order of the file */
  const uint32_t *rule_by_id;
  const uint32_t
      *rule_turns; /* their indices in the order of work: stage, priority, amounts first, id */
  uint32_t rule_count;
  sp_freight_table freight;
  const sp_fee *fees;
  uint32_t fee_count;
  bool cuts_fees; /* some rule takes something off fees */
  sp_points_table points;
  sp_growth growth;
  const sp_member_card *member_cards;
  uint32_t member_card_count;
  sp_payer payers[SP_PAYERS_MAX]; /* whom rules ask for, as they are first named */
  uint32_t payer_count;
  sp_min_order min_order;
  sp_policy policy;
  int64_t utc_offset_s;
} sp_book;

/* Index of the entry with that id, SP_NONE when there is none. O(log n). */
uint32_t book_find_sku(const sp_book *book, sp_text id);
uint32_t book_find_option(const sp_book *book, sp_text id);
uint32_t book_find_rule(const sp_book *book, sp_text id);
uint32_t book_find_store(const sp_book *book, sp_text id);

/* Index of a member tier, SP_NONE when the book has none of that id. */
uint32_t book_find_tier(const sp_book *book, sp_text id);
/* A bit for each entry of the book's payers with that id. */
uint32_t book_payer_bits(const sp_book *book, sp_text id);

/* Whether the SKU is sold in that store (index, SP_NONE: in none of the book's), and at what list
 * price. */
bool book_sells(const sp_book *book, uint32_t sku, uint32_t place, int64_t *price_fen);

/* The same in orders of a type: the points mall sells what it lists, at its price. */
bool book_sells_as(const sp_book *book, sp_order_type type, uint32_t sku, uint32_t place,
                   int64_t *price_fen);

/* Whether the window is open at that unix second. */
bool book_window_open(const sp_book *book, const sp_window *window, int64_t now_s);

#endif
