/* Lists of names in one string ("member timed flash"): the X-macros become these, and an enum value
 * is the place of its name. One string costs the module a fraction of a table of pointers. Names
 * behind a bar are known but not built: "unit order |invite". */
#ifndef SP_CODEC_WORDS_H
#define SP_CODEC_WORDS_H

#include "base/base.h"
#include "model/receipt.h"

/* The word is behind the bar. Larger than any place, smaller than SP_NONE. */
#define SP_UNSUPPORTED (SP_NONE - 1)

/* The place of a zero-terminated word in words, SP_UNSUPPORTED or SP_NONE. */
uint32_t words_find(const char *words, const char *word);

/* The same, looking first behind the word that was found last: names mostly come in their order.
 * The cursor starts at {words, 0}. */
typedef struct {
  const char *at;
  uint32_t place;
} words_cursor;
uint32_t words_find_next(const char *words, const char *word, words_cursor *cursor);

/* The word at that place; size 0 past the end. */
sp_text words_at(const char *words, uint32_t index);

#define SP_WORD(name, number)   #name " "
#define SP_WORD_ALONE(name)     #name " "
#define SP_WORDS_KIND           SP_KINDS(SP_WORD)
#define SP_WORDS_STAGE          SP_STAGES(SP_WORD)
#define SP_WORDS_BASE           SP_BASES(SP_WORD)
#define SP_WORDS_GIVE           SP_GIVES(SP_WORD)
#define SP_WORDS_LEVEL          SP_LEVELS(SP_WORD)
#define SP_WORDS_PER            SP_PERS(SP_WORD)
#define SP_WORDS_ORDER_TYPE     SP_ORDER_TYPES(SP_WORD)
#define SP_WORDS_BY             "amount qty kinds weight volume"
#define SP_WORDS_SAME           "line sku spu"
#define SP_WORDS_BIRTHDAY       "day month"
#define SP_WORDS_CHOOSE         "dearest cheapest best"
#define SP_WORDS_PIECE_ORDER    "cart price_desc price_asc"
#define SP_WORDS_PIECES         "shared once_line once_piece"
#define SP_WORDS_MAX_PER        "line shop order"
#define SP_WORDS_AT             "order pay fulfilment"
#define SP_WORDS_FULFILMENT     "delivery pickup"
#define SP_WORDS_GOAL           "lowest_payable largest_saving best_per_level"
#define SP_WORDS_SLOTS          "shop shop_and_platform unlimited"
#define SP_WORDS_ROUNDING       "floor half_up half_even up"
#define SP_WORDS_REMAINDER      "last first largest"
#define SP_WORDS_PRESET         "cn_sequential cn_parallel international"
#define SP_WORDS_DETAIL         "totals lines full"
#define SP_WORDS_LINE_STATE     "priced unselected off_shelf"
#define SP_WORDS_COUPON_STATE   "picked usable unusable claim_first"
#define SP_WORDS_FREIGHT_STATE  "none known unknown"
#define SP_WORDS_ACTIVITY_STATE SP_ACTIVITY_STATES(SP_WORD_ALONE)
#define SP_WORDS_WARNING        SP_WARNINGS(SP_WORD_ALONE)
#define SP_WORDS_ASSUMPTION     SP_ASSUMPTIONS(SP_WORD_ALONE)
/* payable_goods and what follows it exist in the freight and reward stages only. */
#define SP_WORDS_EARLY_BASE     "list after_item current"
#define SP_WORDS_GOODS_BASE     SP_WORDS_EARLY_BASE " payable_goods"
#define SP_WORDS_SIDE           "discount price"
#define SP_WORDS_UNIT_PRICE     "lowest member timed flash new_member"

#endif
