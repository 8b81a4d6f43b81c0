/* Reading trees of JSON. An object is read by a table of its members straight into a struct: a row
 * says how a member is called, what it may be and where it goes. Whatever does not fit goes into
 * the report with its path, and reading goes on, so that `check` can list everything.
 *
 * cJSON keeps numbers as double. Only json_parse.c and json_in.c name that type: every number is an
 * integer of at most 53 bits and comes out exactly as it went in. */
#ifndef SP_CODEC_JSON_IN_H
#define SP_CODEC_JSON_IN_H

#include "codec/json_parse.h"
#include "codec/words.h"

/* Largest values of fields that pass 32 bits, in units of 10^9. Unix seconds end just before the
 * year 10000, so years have four digits; the last one is nearly all that JSON can carry. */
#define SP_BIG          1000000000
#define SP_BIG_CART_FEN (SP_CART_FEN_MAX / SP_BIG)
#define SP_BIG_UNIX_S   253
#define SP_BIG_INTEGER  9007199

typedef enum {
  JSON_INT,  /* low..high, an int32_t */
  JSON_LONG, /* low..high, an int64_t */
  JSON_BIG,  /* low..high x 10^9, an int64_t */
  JSON_BOOL,
  JSON_ID,     /* 1 to 64 bytes: a text of the tree */
  JSON_NAME,   /* the same: a copy in report->keep */
  JSON_STRING, /* any size: a text of the tree */
  JSON_ENUM,   /* one of words: its place, four bytes */
  JSON_FLAG,   /* one of two words: its place, a bool */
  JSON_RECORD, /* an object: read by schema into the same struct, `at` bytes on */
  JSON_LIST,   /* low..each->high elements, each read into an item of its own: a json_items */
  /* The rest is only kept as a node: */
  JSON_ARRAY, /* low..high elements */
  JSON_OBJECT,
  JSON_ANY
} json_type;

typedef struct json_schema json_schema;
typedef struct json_each json_each;

typedef struct {
  uint8_t type; /* json_type */
  bool required;
  int8_t low;     /* SP_MIRRORED: -high */
  bool loose;     /* the struct has no place for it: only the node is kept */
  int16_t absent; /* when it is not there or does not fit; 0 leaves what stands in the struct */
  uint16_t at;    /* offset in the struct */
  union {
    int32_t high;
    const char *words;
    const json_schema *schema;
    const json_each *each;
  };
} json_field;

struct json_schema {
  const char *names; /* of the fields in their order; those behind a bar are refused by name */
  const json_field *fields;
  uint32_t count;
  uint32_t hidden; /* bits of fields that this schema does not know */
};

/* The elements of a list: the rules of one, how many there may be, and the size of an item. */
struct json_each {
  json_field element;
  uint32_t high, size;
};

/* A list that was read: its items are in report->keep, `node` is where it stood. All 0 when it was
 * not there or did not fit. */
#define SP_ITEMS(type)                                                                             \
  struct {                                                                                         \
    type *items;                                                                                   \
    const cJSON *node;                                                                             \
    uint32_t count;                                                                                \
  }
typedef SP_ITEMS(void) json_items;

#define SP_MIRRORED (-1)

/* Where a member goes; the struct's member must have the size that the type fills. */
#define SP_AT(type_of_struct, member, bytes)                                                       \
  .at = offsetof(type_of_struct, member) +                                                         \
        0 * sizeof(char[sizeof(((type_of_struct *)0)->member) == (bytes) ? 1 : -1])
#define SP_INT(s, member)    .type = JSON_INT, SP_AT(s, member, 4)
#define SP_LONG(s, member)   .type = JSON_LONG, SP_AT(s, member, 8)
#define SP_BIGINT(s, member) .type = JSON_BIG, SP_AT(s, member, 8)
#define SP_BOOL(s, member)   .type = JSON_BOOL, SP_AT(s, member, 1)
#define SP_ID(s, member)     .type = JSON_ID, SP_AT(s, member, sizeof(sp_text))
#define SP_NAME(s, member)   .type = JSON_NAME, SP_AT(s, member, sizeof(sp_text))
#define SP_STRING(s, member) .type = JSON_STRING, SP_AT(s, member, sizeof(sp_text))
#define SP_ENUM(s, member)   .type = JSON_ENUM, SP_AT(s, member, 4)
#define SP_FLAG(s, member)   .type = JSON_FLAG, SP_AT(s, member, 1)
#define SP_LIST(s, member, of)                                                                     \
  .type = JSON_LIST, SP_AT(s, member, sizeof(json_items)), .each = &(of)
#define SP_RECORD(s, member, of) .type = JSON_RECORD, .at = offsetof(s, member), .schema = &(of)
#define SP_LOOSE                 .loose = true

/* The elements of a list: SP_EACH(name, type of an item, at most, field…). */
#define SP_EACH(name, item, most, ...)                                                             \
  static const json_each name = {{__VA_ARGS__}, (most), sizeof(item)}

/* From a list X(prefix, name, row…) of members: the places <prefix>_<name>, the rows, the schema;
 * SP_SCHEMA_HIDING makes one more of the same rows. */
#define SP_FIELD_PLACE(prefix, name, ...) prefix##_##name,
#define SP_FIELD_NAME(prefix, name, ...)  #name " "
#define SP_FIELD_ROW(prefix, name, ...)   {__VA_ARGS__},
#define SP_FIELDS(prefix, list)                                                                    \
  enum { list(SP_FIELD_PLACE) prefix##_COUNT };                                                    \
  static const json_field prefix##_fields[] = {list(SP_FIELD_ROW)}
#define SP_SCHEMA_HIDING(schema, prefix, list, unsupported, hidden)                                \
  static const json_schema schema = {list(SP_FIELD_NAME) unsupported, prefix##_fields,             \
                                     prefix##_COUNT, hidden}
#define SP_SCHEMA(schema, prefix, list, unsupported)                                               \
  SP_FIELDS(prefix, list);                                                                         \
  SP_SCHEMA_HIDING(schema, prefix, list, unsupported, 0)

/* Fills `out` and, unless it is NULL, nodes[schema->count]: the members that stand and fit, NULL
 * for all others. False when the node is not an object, which is reported unless it is NULL: not
 * there. */
bool json_object(sp_report *report, const cJSON *node, const json_schema *schema, void *out,
                 const cJSON **nodes);

/* Reads a node by the rules of one field. False and a report when it does not fit. */
bool json_read(sp_report *report, const cJSON *node, const json_field *field, void *out);

/* An element that is an id; size 0 and a report when it is none. */
sp_text json_id(sp_report *report, const cJSON *node);

/* Elements or members, the first and how many; none of NULL. The next is node->next. */
const cJSON *json_first(const cJSON *node);
uint32_t json_count(const cJSON *node);
const cJSON *json_element(const cJSON *array, uint32_t index);

/* Of a node that may be NULL. */
SP_IN_PLACE bool json_is(const cJSON *node, int type) {
  return node && node->type == type;
}
SP_IN_PLACE bool json_is_object(const cJSON *node) {
  return json_is(node, cJSON_Object);
}
SP_IN_PLACE bool json_is_array(const cJSON *node) {
  return json_is(node, cJSON_Array);
}
SP_IN_PLACE bool json_is_string(const cJSON *node) {
  return json_is(node, cJSON_String);
}
SP_IN_PLACE bool json_is_null(const cJSON *node) {
  return json_is(node, cJSON_NULL);
}

/* A member that may not fit. */
SP_IN_PLACE bool json_is_false(const cJSON *node) {
  return json_is(node, cJSON_False);
}

/* What a node says that is a string. */
SP_IN_PLACE sp_text json_text(const cJSON *node) {
  return (sp_text){node->valuestring, (uint32_t)node->valueint};
}

sp_text text_of(const char *zero_terminated);

/* arena_array that reports E_MEMORY. */
void *json_array(sp_report *report, sp_arena *arena, size_t count, size_t size);

/* Room for each element of a node that may be NULL; *count is 0 where there is no memory for it. */
void *json_list(sp_report *report, sp_arena *arena, const cJSON *node, size_t size,
                uint32_t *count);

#endif
