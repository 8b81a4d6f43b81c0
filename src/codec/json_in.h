/* Reading checked JSON. An object is read by a table of its fields into an array of values; whatever does
 * not fit goes into the report with its path, and reading goes on, so that `check` can list everything.
 *
 * cJSON keeps numbers as double. Only json_in.c names that type: the text has passed json_check, so every
 * number is an integer of at most 53 bits and comes out exactly as it went in. */
#ifndef SP_CODEC_JSON_IN_H
#define SP_CODEC_JSON_IN_H

#include <cJSON.h>

#include "codec/report.h"
#include "codec/words.h"

/* The largest number that JSON may carry here. */
#define SP_JSON_INTEGER_MAX 9007199254740991
/* Unix seconds up to the year 9999: civil time never overflows. */
#define SP_UNIX_S_MAX 253402300799

/* A value and where it stands. item is NULL where an optional value is missing. */
typedef struct {
  json_at at;
  const cJSON *item;
} json_node;

typedef enum {
  JSON_INT,    /* low..high */
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
  json_type type;
  bool required;
  int64_t low, high;
  int64_t absent;          /* the number when the field is not there */
  const char *words;
  const char *unsupported; /* enum values that are refused by name */
} json_field;

typedef struct {
  const json_field *fields;
  uint32_t count;
  const char *unsupported; /* members that are refused by name */
} json_schema;

#define SP_SCHEMA(fields, unsupported) {fields, sizeof(fields) / sizeof((fields)[0]), unsupported}

/* What was read of one field. item is NULL when the field was absent or wrong. */
typedef struct {
  const cJSON *item;
  int64_t number; /* int, bool (0 or 1), enum (place in words) */
  sp_text text;   /* id, string: lives as long as the tree */
} json_value;

/* Strict text to a tree, NULL with the reason in the report. The caller gives the tree back by cJSON_Delete,
 * which must happen before anybody else gets the memory behind `scratch`. */
cJSON *json_parse(sp_text text, const json_at *at, sp_arena *scratch, sp_report *report);

/* values[i] belongs to schema->fields[i]. False when the node is not an object; values are then absent. */
bool json_object(sp_report *report, const json_node *node, const json_schema *schema,
                 json_value *values);

/* The values of an object that is not there. */
void json_absent(const json_schema *schema, json_value *values);

/* One value by the rules of one field. False and a report when it does not fit. */
bool json_value_in(sp_report *report, const json_node *node, const json_field *field,
                   json_value *out);

/* The node of a field that json_object has read; `up` must outlive it. */
json_node json_member(const json_node *up, const json_schema *schema, const json_value *values,
                      uint32_t field);

/* The node of any member or element of `up`. */
json_node json_child(const json_node *up, const cJSON *item, uint32_t index);

bool json_is_object(const cJSON *item);
bool json_is_array(const cJSON *item);
bool json_is_string(const cJSON *item);
bool json_is_null(const cJSON *item);
sp_text json_text(const cJSON *item);
sp_text json_key_of(const cJSON *item);
uint32_t json_count(const cJSON *item);

/* The first member or element of a node, NULL when there is none; its siblings follow by ->next. */
const cJSON *json_first(const json_node *node);

/* arena_array that reports E_MEMORY. */
void *json_array(sp_report *report, sp_arena *arena, size_t count, size_t size);

#endif
