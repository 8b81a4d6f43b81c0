/* The largest of everything. Loops, arrays and searches are bounded by these numbers.
 * SP_LIMITS is the one list; `suanpan codes` prints it and the JavaScript side is made from it. */
#ifndef SP_BASE_LIMITS_H
#define SP_BASE_LIMITS_H

#define SP_DEPTH_MAX          16
#define SP_ID_BYTES_MAX       64
#define SP_REQUEST_BYTES_MAX  65536
#define SP_BOOK_BYTES_MAX     8388608
#define SP_LINES_MAX          200
#define SP_QTY_MAX            9999
#define SP_LINE_OPTIONS_MAX   8
#define SP_OPTION_QTY_MAX     99
#define SP_LINE_SEGMENTS_MAX  4
#define SP_PIECE_RULES_MAX    8 /* in once_piece groups of one book */
/* Each of them ends one more part of a segment. */
#define SP_LINE_PARTS_MAX     (SP_LINE_SEGMENTS_MAX * (SP_PIECE_RULES_MAX + 1))
#define SP_SKUS_MAX           5000
#define SP_OPTIONS_MAX        2000
#define SP_SKU_TAGS_MAX       32
#define SP_SKU_OPTIONS_MAX    64
#define SP_RULES_MAX          300
#define SP_SCOPES_MAX         2000
#define SP_GROUPS_MAX         24
#define SP_TIERS_MAX          16
#define SP_MEMBER_TIERS_MAX   32
#define SP_GIVES_MAX          4
#define SP_GIFT_OPTIONS_MAX   8
#define SP_NEEDS_MAX          8
#define SP_PROMOTERS_MAX      2
#define SP_NTH_MAX            16
#define SP_COUPONS_MAX        100
#define SP_CUP_TAKERS_MAX     200
#define SP_CUP_TRIED_MAX      8
#define SP_CUP_TRIALS_MAX     2000
#define SP_TEMPLATES_MAX      64
#define SP_REGIONS_MAX        64
#define SP_FEES_MAX           16
#define SP_STORES_MAX         1000
#define SP_RULE_IDS_MAX       64
#define SP_MEMBER_IDS_MAX     1000
#define SP_WHEN_NODES_MAX     16
#define SP_WHEN_DEPTH_MAX     4
#define SP_FUNDERS_MAX        4
#define SP_PAYERS_MAX         16
#define SP_PAYER_SHARES_MAX   2
#define SP_LOTS_MAX           64
#define SP_CAMPAIGNS_MAX      8
#define SP_ADD_ON_OPTIONS_MAX 8
#define SP_POINTS_MAX         1000000000000LL
#define SP_PRICE_FEN_MAX      1000000000
#define SP_CART_FEN_MAX       10000000000000LL
#define SP_SHARE_PARTS_MAX    1000
#define SP_CHECK_MESSAGES_MAX 100
#define SP_REFUND_BYTES_MAX   262144
#define SP_REFUNDS_MAX        500
#define SP_ORDER_GIFTS_MAX    100
#define SP_GIFT_TERMS_MAX     4
#define SP_ORDER_LOTS_MAX     64
#define SP_SEARCH_WORK_MAX    60000
#define SP_CARDS_MAX          60
#define SP_MEMBER_CARDS_MAX   16
#define SP_CARD_SKUS_MAX      1000
#define SP_PARTS_MAX          1024
#define SP_SYNC_BYTES_MAX     1048576
#define SP_MODEL_BYTES_MAX    1048576
#define SP_HISTORY_ORDERS_MAX 100
#define SP_RECOMMENDED_MAX    100
#define SP_CANDIDATES_MAX     300
#define SP_TOP_UP_WORK_MAX    100000

/* X(name, value) */
#define SP_LIMITS(X)                                                                               \
  X(depth_max, SP_DEPTH_MAX)                                                                       \
  X(id_bytes_max, SP_ID_BYTES_MAX)                                                                 \
  X(request_bytes_max, SP_REQUEST_BYTES_MAX)                                                       \
  X(book_bytes_max, SP_BOOK_BYTES_MAX)                                                             \
  X(lines_max, SP_LINES_MAX)                                                                       \
  X(qty_max, SP_QTY_MAX)                                                                           \
  X(line_options_max, SP_LINE_OPTIONS_MAX)                                                         \
  X(option_qty_max, SP_OPTION_QTY_MAX)                                                             \
  X(line_segments_max, SP_LINE_SEGMENTS_MAX)                                                       \
  X(piece_rules_max, SP_PIECE_RULES_MAX)                                                           \
  X(line_parts_max, SP_LINE_PARTS_MAX)                                                             \
  X(skus_max, SP_SKUS_MAX)                                                                         \
  X(options_max, SP_OPTIONS_MAX)                                                                   \
  X(sku_tags_max, SP_SKU_TAGS_MAX)                                                                 \
  X(sku_options_max, SP_SKU_OPTIONS_MAX)                                                           \
  X(rules_max, SP_RULES_MAX)                                                                       \
  X(scopes_max, SP_SCOPES_MAX)                                                                     \
  X(groups_max, SP_GROUPS_MAX)                                                                     \
  X(tiers_max, SP_TIERS_MAX)                                                                       \
  X(member_tiers_max, SP_MEMBER_TIERS_MAX)                                                         \
  X(gives_max, SP_GIVES_MAX)                                                                       \
  X(gift_options_max, SP_GIFT_OPTIONS_MAX)                                                         \
  X(needs_max, SP_NEEDS_MAX)                                                                       \
  X(promoters_max, SP_PROMOTERS_MAX)                                                               \
  X(nth_max, SP_NTH_MAX)                                                                           \
  X(coupons_max, SP_COUPONS_MAX)                                                                   \
  X(cup_takers_max, SP_CUP_TAKERS_MAX)                                                             \
  X(templates_max, SP_TEMPLATES_MAX)                                                               \
  X(regions_max, SP_REGIONS_MAX)                                                                   \
  X(fees_max, SP_FEES_MAX)                                                                         \
  X(stores_max, SP_STORES_MAX)                                                                     \
  X(rule_ids_max, SP_RULE_IDS_MAX)                                                                 \
  X(member_ids_max, SP_MEMBER_IDS_MAX)                                                             \
  X(when_nodes_max, SP_WHEN_NODES_MAX)                                                             \
  X(when_depth_max, SP_WHEN_DEPTH_MAX)                                                             \
  X(funders_max, SP_FUNDERS_MAX)                                                                   \
  X(payers_max, SP_PAYERS_MAX)                                                                     \
  X(payer_shares_max, SP_PAYER_SHARES_MAX)                                                         \
  X(lots_max, SP_LOTS_MAX)                                                                         \
  X(campaigns_max, SP_CAMPAIGNS_MAX)                                                               \
  X(add_on_options_max, SP_ADD_ON_OPTIONS_MAX)                                                     \
  X(points_max, SP_POINTS_MAX)                                                                     \
  X(price_fen_max, SP_PRICE_FEN_MAX)                                                               \
  X(cart_fen_max, SP_CART_FEN_MAX)                                                                 \
  X(share_parts_max, SP_SHARE_PARTS_MAX)                                                           \
  X(check_messages_max, SP_CHECK_MESSAGES_MAX)                                                     \
  X(refund_bytes_max, SP_REFUND_BYTES_MAX)                                                         \
  X(refunds_max, SP_REFUNDS_MAX)                                                                   \
  X(order_gifts_max, SP_ORDER_GIFTS_MAX)                                                           \
  X(gift_terms_max, SP_GIFT_TERMS_MAX)                                                             \
  X(order_lots_max, SP_ORDER_LOTS_MAX)                                                             \
  X(search_work_max, SP_SEARCH_WORK_MAX)                                                           \
  X(cards_max, SP_CARDS_MAX)                                                                       \
  X(card_skus_max, SP_CARD_SKUS_MAX)                                                               \
  X(member_cards_max, SP_MEMBER_CARDS_MAX)                                                         \
  X(parts_max, SP_PARTS_MAX)                                                                       \
  X(sync_bytes_max, SP_SYNC_BYTES_MAX)                                                             \
  X(model_bytes_max, SP_MODEL_BYTES_MAX)                                                           \
  X(history_orders_max, SP_HISTORY_ORDERS_MAX)                                                     \
  X(recommended_max, SP_RECOMMENDED_MAX)                                                           \
  X(candidates_max, SP_CANDIDATES_MAX)                                                             \
  X(top_up_work_max, SP_TOP_UP_WORK_MAX)

#endif
