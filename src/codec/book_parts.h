/* What the readers of a book's parts share. Internal to codec/; one reader for one idea. */
#ifndef SP_CODEC_BOOK_PARTS_H
#define SP_CODEC_BOOK_PARTS_H

#include "base/ids.h"
#include "codec/json_in.h"
#include "model/book.h"

/* A scope that is not "all", until it is resolved. */
typedef struct scope_work scope_work;
struct scope_work {
  uint32_t number;
  uint32_t *bits;
  uint32_t *exclude; /* NULL: nothing */
  bool lists;        /* false: every SKU */
  int64_t low, high; /* price_between */
  scope_work *next;
};

/* A tag or SPU that a scope names. They are resolved together, by one walk over the SKUs. */
typedef struct scope_name scope_name;
struct scope_name {
  sp_text name;
  const scope_work *scope;
  bool spu, exclude;
  scope_name *next;
};

/* `excludes` and `on` as written, of a rule or a group. */
typedef struct {
  uint64_t targets; /* class bits that are named */
  uint32_t on;      /* SP_NONE: not stated; 0 line, 1 order */
} exclusion;

typedef struct {
  exclusion exclusion;
  bool states_max, states_max_per, states_pieces;
  uint32_t promotion_count, coupon_count; /* rules that stand in it */
} group_work;

/* A bundle whose needs are compared when scopes are resolved. */
typedef struct bundle_work bundle_work;
struct bundle_work {
  const cJSON *needs;
  const sp_give *give;
  bundle_work *next;
};

/* Tags by their names: a table of numbers + 1, open addressing. */
typedef struct {
  uint32_t *slots;
  uint32_t mask;
  sp_text *names; /* as they are first named */
  uint32_t count;
} tag_work;

/* A catalogue between two steps. */
typedef struct {
  const cJSON *skus, *stores, *next; /* the SKU that is read next */
  uint32_t read;                     /* SKUs */
  tag_work tags;
} catalog_work;

/* A book that is being read. What it will show as const is kept here as it was allocated. */
typedef struct {
  sp_report *report;
  sp_arena *arena; /* the book's */
  sp_arena *scratch;
  sp_book *book;
  sp_sku *skus;
  catalog_work catalog;
  const uint32_t *template_by_id;
  sp_group *groups;
  group_work *group_work;
  sp_rule *rules;
  exclusion *rule_exclusions;
  scope_work *scopes; /* the last one first */
  scope_name *scope_names;
  uint32_t scope_name_count;
  bundle_work *bundles;
} book_work;

/* Largest weight, volume, count or amount of one thing that is not a price. */
#define SP_MEASURE_MAX 1000000000
/* Points: num and den this small keep balance x num inside 63 bits. */
#define SP_RATIO_MAX   100000
#define SP_BIG_POINTS  1000

/* Sorted indices of a table of ids. */
const uint32_t *id_order(sp_report *report, sp_arena *arena, id_table table);

/* The same; of two equal ones the later element of `array` is reported. */
const uint32_t *id_index(sp_report *report, sp_arena *arena, id_table table, const cJSON *array);

/* Only the report. */
void ids_once(sp_report *report, sp_arena *scratch, id_table table, const cJSON *array);

/* Finds an id; SP_NONE when it is not there. All through one tree it looks in one context. */
typedef uint32_t id_finder(const void *context, sp_text id);

/* A list of ids as their indices, each once, each known; *count is how many. */
uint32_t *ids_in(sp_report *report, sp_arena *arena, const cJSON *array, id_finder find,
                 const void *context, uint32_t *count);

/* A list of ids to ask: copies in the book (JSON_NAME), or texts of the tree (JSON_ID). */
void id_list_in(sp_report *report, sp_arena *arena, const cJSON *array, json_type type,
                sp_ids *out);

/* A list of words as bits of their places. */
uint32_t word_bits_in(sp_report *report, const cJSON *array, const char *words);

/* {sku id: fen} or [sku id…] as a table ascending by SKU. SKUs that the book does not have are
 * errors where they must be known, and left out otherwise. */
const sp_price *prices_in(sp_report *report, sp_arena *arena, sp_arena *scratch,
                          const sp_book *book, const cJSON *list, bool known, uint32_t *count);

/* "fulfilment": ["delivery", "pickup"] as bits; absent: both. */
uint32_t fulfilment_in(book_work *w, const cJSON *node);

/* A base that is stated although it is settled later than the stage. */
void refuse_late_base(book_work *w, const cJSON *node, sp_stage stage, sp_base base);

/* A base as the engine reads it: `stated` SP_NONE takes the default; see src/README.md §1.2. */
sp_base resolve_base(sp_stage stage, uint32_t stated, sp_base otherwise);

/* The parts: nodes as a schema left them, NULL where nothing stands. Errors go into the report. */
void policy_in(book_work *w, uint32_t preset, const cJSON *node);

/* The catalogue: its options, then so many SKUs at a time, false: none was left, then the rest. */
void catalog_begin(book_work *w, const cJSON *node);
bool catalog_read_on(book_work *w, uint32_t count_max);
void catalog_end(book_work *w);

void stores_in(book_work *w, const cJSON *node);
void spus_resolve(book_work *w);
sp_scope scope_in(book_work *w, const cJSON *node);
void rule_scope_in(book_work *w, const cJSON *node, sp_rule *rule);
void for_in(book_work *w, const cJSON *node, sp_rule *rule);
void limit_in(book_work *w, const cJSON *node, sp_rule *rule);
void funders_in(book_work *w, const cJSON *node, sp_rule *rule);
void when_in(book_work *w, const cJSON *node, sp_rule *rule);
void scopes_resolve(book_work *w);
void window_in(book_work *w, const cJSON *node, sp_window *window);
void freight_in(book_work *w, const cJSON *node);
void fees_in(book_work *w, const cJSON *node);
void points_in(book_work *w, const cJSON *node);
void growth_in(book_work *w, const cJSON *node);
void min_order_in(book_work *w, const cJSON *node);
void member_cards_in(book_work *w, const cJSON *node);
void groups_in(book_work *w, const cJSON *node);
void rules_in(book_work *w, const cJSON *node);

/* The value of `give`: one or a list. */
void gives_in(book_work *w, const cJSON *node, sp_rule *rule);

/* When scopes are resolved: the needs of a bundle share no SKU. */
void bundles_resolve(book_work *w);

/* `stack` of a rule: its group, exclusions, applies_to_discounted. */
void stack_in(book_work *w, const cJSON *node, sp_rule *rule, exclusion *out);

/* When all rules are read: defaults of groups, coupon slots, class bits; checks across rules.
 * groups and rules are the nodes they were read from. */
void stacks_resolve(book_work *w, const cJSON *groups, const cJSON *rules);

/* Lawful, but surely not meant so. */
void book_warn(book_work *w, const cJSON *rules);

/* Whether a give, or one inside it, is one of the kinds (bit 1 << sp_give_kind). */
bool give_has(const sp_give *give, uint32_t kinds);

/* Whether the SKU is an option of the give, or of one inside it. */
bool give_offers_gift(const sp_give *give, uint32_t sku);

#define SP_GIVE_BIT(kind) (1u << SP_GIVE_##kind)
#define SP_GIVES_BENEFIT                                                                           \
  (SP_GIVE_BIT(gift) | SP_GIVE_BIT(grant_coupon) | SP_GIVE_BIT(points) |                           \
   SP_GIVE_BIT(free_freight) | SP_GIVE_BIT(growth) | SP_GIVE_BIT(grant_membership) |               \
   SP_GIVE_BIT(stored_bonus) | SP_GIVE_BIT(commission))
#define SP_GIVES_FREIGHT                                                                           \
  (SP_GIVE_BIT(free_freight) | SP_GIVE_BIT(freight_off) | SP_GIVE_BIT(amount_off))
/* A buy_get that gives for nothing is none. */
#define SP_GIVES_PERCENTAGE                                                                        \
  (SP_GIVE_BIT(percent_off) | SP_GIVE_BIT(nth_item) | SP_GIVE_BIT(buy_get))
#define SP_GIVES_MONEY                                                                             \
  (SP_GIVE_BIT(amount_off) | SP_GIVES_PERCENTAGE | SP_GIVE_BIT(items_free) | SP_GIVE_BIT(bundle) | \
   SP_GIVE_BIT(first_and_additional))

#endif
