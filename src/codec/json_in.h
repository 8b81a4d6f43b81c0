/* Reading checked JSON. An object is read by a table of its fields into an array of values;
 * whatever does not fit goes into the report with its path, and reading goes on, so that `check`
 * can list everything.
 *
 * cJSON keeps numbers as double. Only json_in.c names that type: the text has passed json_check, so
 * every number is an integer of at most 53 bits and comes out exactly as it went in. */
#ifndef SP_CODEC_JSON_IN_H
#define SP_CODEC_JSON_IN_H

#include <cJSON.h>

#include "codec/report.h"
#include "codec/words.h"

/* Largest values of fields that pass 32 bits, in units of 10^9. Unix seconds end just before the
 * year 10000, so years have four digits; the last one is nearly all that JSON can carry. */
#define SP_BIG          1000000000
#define SP_BIG_CART_FEN (SP_CART_FEN_MAX / SP_BIG)
#define SP_BIG_UNIX_S   253
#define SP_BIG_INTEGER  9007199

/* A value, where it stands, and what was read of it. item is NULL where an optional value is
 * missing or did not fit. `at` points to the value above, which must outlive this one. */
typedef struct {
  json_at at;
  const cJSON *item;
  int64_t number; /* int, bool (0 or 1), enum (place in words) */
  sp_text text;   /* id, string: lives as long as the tree */
} json_value;

typedef enum {
  JSON_INT, /* low..high */
  JSON_BIG, /* low..high x 10^9 */
  JSON_BOOL,
  JSON_ID,     /* 1 to 64 bytes */
  JSON_STRING, /* any size */
  JSON_ENUM,   /* one of words */
  JSON_ARRAY,  /* low..high elements */
  JSON_OBJECT,
  JSON_ANY
} json_type;

typedef struct {
  const char *name;
  const char *words;
  const char *unsupported; /* enum values that are refused by name */
  int32_t low, high;
  int32_t absent; /* the number when the field is not there */
  uint8_t type;   /* json_type */
  bool required;
} json_field;

typedef struct {
  const json_field *fields;
  uint32_t count;
  const char *unsupported; /* members that are refused by name */
} json_schema;

#define SP_SCHEMA(fields, unsupported)                                                             \
  { fields, sizeof(fields) / sizeof((fields)[0]), unsupported }

/* Strict text to a tree, NULL with the reason in the report. The caller gives the tree back by
 * cJSON_Delete, which must happen before anybody else gets the memory behind `scratch`. */
cJSON *json_parse(sp_text text, const json_at *at, sp_arena *scratch, sp_report *report);

/* values[i] belongs to schema->fields[i]. False when the value is not an object; values are absent
 * then. */
bool json_object(sp_report *report, const json_value *object, const json_schema *schema,
                 json_value *values);

/* The values of an object that is not there. */
void json_absent(const json_schema *schema, json_value *values);

/* Reads value->item by the rules of one field. False and a report when it does not fit. */
bool json_read(sp_report *report, json_value *value, const json_field *field);

/* An element that is an id; false and a report when it is none. */
bool json_read_id(sp_report *report, json_value *value);

/* Walks elements or members: for (bool more = json_first(array, &e); more; more = json_next(&e)). A
 * value without item has none. For members at.key is the name. */
bool json_first(const json_value *parent, json_value *child);
bool json_next(json_value *child);
uint32_t json_count(const json_value *parent);

bool json_is_object(const json_value *value);
bool json_is_array(const json_value *value);
bool json_is_string(const json_value *value);
bool json_is_null(const json_value *value);

sp_text text_of(const char *zero_terminated);

/* arena_array that reports E_MEMORY. */
void *json_array(sp_report *report, sp_arena *arena, size_t count, size_t size);

#endif
