/* What is known for recommendation: the model that the trainer wrote, and one member's history.
 * Built by codec/model_in.c and codec/history_in.c; src/RECOMMEND.md is the reference.
 *
 * Scores are whole numbers, SP_SCORE_ONE is a weight of 1. Items are numbered in the order of the
 * bytes of their ids; item numbers fit 16 bits. */
#ifndef SP_MODEL_RECOMMEND_H
#define SP_MODEL_RECOMMEND_H

#include "model/book.h"

#define SP_SCORE_ONE       8192
#define SP_WEIGHT_BITS_MIN 2
#define SP_WEIGHT_BITS_MAX 8
#define SP_LEVELS_MAX      256  /* values that a weight may have */
#define SP_LEVEL_MOST      8192 /* of a level, without its sign */
#define SP_SCALE_BITS_MAX  6
#define SP_SCALE_STEPS     8 /* to a doubling */
#define SP_WORTH_STEPS     16

/* X(name): the head of a model file, two bytes each, low one first. */
#define SP_MODEL_NUMBERS(X)                                                                        \
  X(version)                                                                                       \
  X(items)                                                                                         \
  X(entries_low)                                                                                   \
  X(entries_high) /* weights */                                                                    \
  X(id_bytes_low)                                                                                  \
  X(id_bytes_high) /* of all ids together */                                                       \
  X(weight_bits)                                                                                   \
  X(scale_bits)       /* 0: rows of weights, otherwise of pairs */                                 \
      X(gap_bits)     /* of the least gap between two weights of a row */                          \
      X(sections)     /* bits of sp_model_section */                                               \
      X(day)          /* of the last order it was trained on, since 1970; 0: unknown */            \
      X(recent_share) /* of 256: how much of an item's popularity is the recent one */             \
      X(popular)      /* weight of popularity beside a cart */                                     \
      X(own)          /* of what the member bought before, beside a cart, at SP_OWN_ONE */         \
      X(own_alone)    /* the same without a cart, beside a popularity of SP_SCORE_ONE */           \
      X(kin)          /* of 256: of what earlier orders say for an item, beside a cart */          \
      X(kin_alone)    /* the same without a cart */                                                \
      X(decay)        /* of 4096: what a purchase keeps with every later order */                  \
      X(saturates)    /* 1: many purchases x count x / (1 + x) */                                  \
      X(idle_days)    /* the member sleeps when his last order is older */                         \
      X(loyal_orders) /* he is loyal from so many orders */                                        \
      X(loyal_yuan)   /* or so much spent */

typedef enum {
#define X(name) SP_MODEL_##name,
  SP_MODEL_NUMBERS(X)
#undef X
      SP_MODEL_NUMBER_COUNT
} sp_model_number;

typedef enum {
  SP_SECTION_recent = 1,
  SP_SECTION_newcomer = 2,
  SP_SECTION_repeat = 4
} sp_model_section;

/* What a file says of each item, behind the ids: its popularity and then the sections that stand.
 * Of popularity code 0 is the largest, each step is a quarter of a power of two less, and the last
 * code is none. Repeat: how far an item is bought again, of 15. */
#define SP_POPULAR_BITS  6
#define SP_REPEAT_BITS   4
#define SP_MODEL_VERSION 3

#define SP_OWN_ONE 4096 /* one purchase in the last order */

/* One word, which is read at once: in its lower half the item that is spoken for, in its upper one
 * the level with its sign. */
typedef uint32_t sp_weight;
#define SP_WEIGHT(item, level) ((uint32_t)(level) << 16 | (item))

/* 1024 * 2^(steps / SP_SCALE_STEPS) for every difference of two scales, from the least one on. */
#define SP_RATIO_STEPS ((1 << SP_SCALE_BITS_MAX) - 1)
#define SP_RATIO_COUNT (2 * SP_RATIO_STEPS + 1)

typedef struct sp_model {
  uint16_t numbers[SP_MODEL_NUMBER_COUNT];
  uint16_t worth_bp[SP_WORTH_STEPS]; /* of the price, by the bit length of the score */
  uint32_t item_count;
  const char *id_bytes;
  const uint32_t *id_start;  /* item_count + 1 */
  const uint32_t *row_start; /* item_count + 1 */
  const sp_weight *weights;  /* by context item, columns ascending */
  const uint8_t *scales;     /* of each item */
  int32_t ratios[SP_RATIO_COUNT];
  const uint16_t *popular;  /* of 65535, recent ones mixed in */
  const uint16_t *newcomer; /* the same for first orders; NULL: not known */
  const uint8_t *repeat;    /* NULL: not known */
  const uint32_t *sku;      /* of the book, SP_NONE: not in it; NULL: there was no book */
  const uint16_t *item;     /* of each SKU, UINT16_MAX: none; NULL: there was no book */
  const uint16_t *order;    /* items, the most popular first */
  const uint16_t *newcomer_order;
  uint16_t *places; /* room that a call may use; what stands there means nothing */
} sp_model;

#define SP_NO_ITEM UINT16_MAX

/* X(name): how a member buys, by his own history against the model's thresholds. */
#define SP_SEGMENTS(X) X(unknown) X(newcomer) X(active) X(loyal) X(sleeping)
typedef enum {
#define X(name) SP_SEGMENT_##name,
  SP_SEGMENTS(X)
#undef X
} sp_segment_kind;

/* One member's past, spread over the items. */
typedef struct sp_past {
  uint32_t order_count;
  int64_t last_day; /* INT64_MIN: not known */
  int64_t spent_fen;
  const int32_t *own;    /* score of earlier purchases */
  const int32_t *beside; /* everything that does not depend on the cart, with one */
  const int32_t *alone;  /* and without */
  const uint16_t *order; /* items by `beside`, the largest first */
  const uint16_t *order_alone;
} sp_past;

/* X(name, zh, en): why an item is shown. */
#define SP_WHYS(X)                                                                                 \
  X(TOGETHER, "常一起买", "often bought together")                                                 \
  X(AGAIN, "再买一次", "you bought it before")                                                     \
  X(TOP_UP, "凑单刚好", "just what is missing")                                                    \
  X(POPULAR, "人气", "popular")
typedef enum {
#define X(name, zh, en) SP_WHY_##name,
  SP_WHYS(X)
#undef X
} sp_why;

/* Goods that the shop wants to be seen: their score counts bp / 10000 times. */
typedef struct {
  uint32_t tag;     /* of the book, SP_NONE: it has no such tag */
  uint32_t segment; /* of the member, SP_NONE: whoever he is */
  int32_t bp;
} sp_boost;

/* What is asked for. */
typedef struct {
  uint32_t count;
  const uint16_t *cart, *excluded; /* items */
  uint32_t cart_count, excluded_count;
  bool non_personal;     /* popularity and the cart only */
  int32_t mmr_bp;        /* how much being like what was picked already counts against an item */
  uint32_t per_category; /* at most so many of one first tag, 0: any number */
  const sp_boost *boosts;
  uint32_t boost_count;
  const uint32_t *tags; /* one of them is wanted */
  uint32_t tag_count;
  uint32_t place;         /* store of the book, SP_NONE: none */
  const sp_price *stock;  /* pieces as the price */
  const sp_price *limits; /* pieces that may still be bought */
  uint32_t stock_count, limit_count;
  int64_t gap_fen, gain_fen; /* what is missing and what it would unlock, 0: nothing */
  int64_t day;               /* today, INT64_MIN: not known */
} sp_wish;

typedef struct {
  uint16_t item;
  sp_why why;
  int32_t score;
} sp_recommendation;

SP_IN_PLACE sp_text model_id(const sp_model *model, uint32_t item) {
  uint32_t start = model->id_start[item];
  return (sp_text){model->id_bytes + start, model->id_start[item + 1] - start};
}

SP_IN_PLACE uint32_t weight_item(sp_weight weight) {
  return (uint16_t)weight;
}

/* The ratios of an item's row, for weight_of. */
SP_IN_PLACE const int32_t *model_ratios(const sp_model *model, uint32_t item) {
  return model->ratios + SP_RATIO_STEPS + model->scales[item];
}

/* What a weight says: its level by the two scales. Rounded, since what is cut off would add up
 * beside a cart of many. */
SP_IN_PLACE int32_t weight_of(sp_weight weight, const int32_t *ratios, const uint8_t *scales) {
  int32_t level = (int32_t)weight >> 16;
  return (int16_t)((level * ratios[-scales[weight_item(weight)]] + 512) >> 10);
}

/* The item with that id, SP_NO_ITEM when there is none. O(log n). */
uint32_t model_find(const sp_model *model, sp_text id);

/* Fills order with the items by score, the largest first, ties by number. Only the lower `bytes`
 * bytes of scores that are then not below 0 are looked at; 4: all. `spare` has room for as many. */
void items_by_score(const int32_t *score, uint32_t count, uint32_t bytes, uint16_t *order,
                    uint16_t *spare);

#endif
