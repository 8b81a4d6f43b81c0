#include "codec/json_in.h"

#include <string.h>

#include "codec/json_check.h"

/* cJSON marks references and constant keys above the low byte. */
static int type_of(const cJSON *item) { return item->type & 0xFF; }

bool json_is_object(const cJSON *item) { return type_of(item) == cJSON_Object; }
bool json_is_array(const cJSON *item) { return type_of(item) == cJSON_Array; }
bool json_is_string(const cJSON *item) { return type_of(item) == cJSON_String; }
bool json_is_null(const cJSON *item) { return type_of(item) == cJSON_NULL; }

static sp_text text_of(const char *zero_terminated) {
  return (sp_text){zero_terminated, (uint32_t)strlen(zero_terminated)};
}

sp_text json_text(const cJSON *item) { return text_of(item->valuestring); }
sp_text json_key_of(const cJSON *item) { return text_of(item->string); }

const cJSON *json_first(const json_node *node) { return node->item ? node->item->child : NULL; }

uint32_t json_count(const cJSON *item) {
  uint32_t count = 0;
  for (const cJSON *child = item ? item->child : NULL; child; child = child->next) count++;
  return count;
}

cJSON *json_parse(sp_text text, const json_at *at, sp_arena *scratch, sp_report *report) {
  if (!json_check(text, at, scratch, report)) return NULL;
  cJSON *tree = cJSON_ParseWithLengthOpts(text.ptr, text.size, NULL, false);
  // The text is good, so only memory can be missing.
  if (!tree) report_error(report, at, SP_E_MEMORY);
  return tree;
}

void *json_array(sp_report *report, sp_arena *arena, size_t count, size_t size) {
  void *array = arena_array(arena, count, size);
  if (!array) report_error(report, NULL, SP_E_MEMORY);
  return array;
}

static sp_err int_in(const cJSON *item, const json_field *field, json_value *out) {
  if (type_of(item) != cJSON_Number) return SP_E_TYPE;
  double number = item->valuedouble;
  int64_t integer = (int64_t)number;
  if (integer < field->low || integer > field->high) return SP_E_RANGE;
  out->number = integer;
  return SP_OK;
}

static sp_err string_in(const cJSON *item, const json_field *field, json_value *out) {
  if (!json_is_string(item)) return SP_E_TYPE;
  sp_text text = json_text(item);
  if (field->type == JSON_ID && (text.size == 0 || text.size > SP_ID_BYTES_MAX)) return SP_E_ID;
  if (field->type == JSON_ENUM) {
    uint32_t place = words_find(field->words, text);
    if (place == SP_NONE) {
      bool named = field->unsupported && words_find(field->unsupported, text) != SP_NONE;
      return named ? SP_E_UNSUPPORTED : SP_E_RANGE;
    }
    out->number = place;
  }
  out->text = text;
  return SP_OK;
}

static sp_err array_in(const cJSON *item, const json_field *field) {
  if (!json_is_array(item)) return SP_E_TYPE;
  int64_t count = json_count(item);
  if (count > field->high) return SP_E_LIMIT;
  return count < field->low ? SP_E_RANGE : SP_OK;
}

static sp_err read_value(const cJSON *item, const json_field *field, json_value *out) {
  switch (field->type) {
    case JSON_INT: return int_in(item, field, out);
    case JSON_BOOL:
      out->number = type_of(item) == cJSON_True;
      return out->number || type_of(item) == cJSON_False ? SP_OK : SP_E_TYPE;
    case JSON_ID:
    case JSON_STRING:
    case JSON_ENUM: return string_in(item, field, out);
    case JSON_ARRAY: return array_in(item, field);
    case JSON_OBJECT: return json_is_object(item) ? SP_OK : SP_E_TYPE;
    case JSON_ANY: return SP_OK;
  }
  return SP_E_TYPE;
}

bool json_value_in(sp_report *report, const json_node *node, const json_field *field,
                   json_value *out) {
  *out = (json_value){.item = node->item, .number = field->absent};
  sp_err err = read_value(node->item, field, out);
  if (!err) return true;
  *out = (json_value){.item = NULL, .number = field->absent};
  report_error(report, &node->at, err);
  return false;
}

/* Members mostly come in the order of the table, so the search begins behind the last one found. */
static uint32_t find_field(const json_schema *schema, const char *name, uint32_t start) {
  for (uint32_t step = 0, i = start; step < schema->count; step++, i++) {
    if (i >= schema->count) i = 0;
    const char *field = schema->fields[i].name;
    if (field[0] == name[0] && !strcmp(field, name)) return i;
  }
  return SP_NONE;
}

void json_absent(const json_schema *schema, json_value *values) {
  for (uint32_t i = 0; i < schema->count; i++) {
    values[i] = (json_value){.item = NULL, .number = schema->fields[i].absent};
  }
}

bool json_object(sp_report *report, const json_node *node, const json_schema *schema,
                 json_value *values) {
  json_absent(schema, values);
  if (!json_is_object(node->item)) {
    report_error(report, &node->at, SP_E_TYPE);
    return false;
  }
  uint64_t seen = 0;
  uint32_t next = 0;
  for (const cJSON *item = node->item->child; item; item = item->next) {
    uint32_t i = find_field(schema, item->string, next);
    if (i == SP_NONE) {
      bool named = schema->unsupported
                   && words_find(schema->unsupported, text_of(item->string)) != SP_NONE;
      report_error_key(report, &node->at, item->string, named ? SP_E_UNSUPPORTED : SP_E_FIELD);
      continue;
    }
    json_node member = json_child(node, item, 0);
    json_value_in(report, &member, &schema->fields[i], &values[i]);
    seen |= 1ull << i;
    next = i + 1;
  }
  for (uint32_t i = 0; i < schema->count; i++) {
    if (!schema->fields[i].required || (seen >> i) & 1) continue;
    report_error_key(report, &node->at, schema->fields[i].name, SP_E_REQUIRED);
  }
  return true;
}

json_node json_member(const json_node *up, const json_schema *schema, const json_value *values,
                      uint32_t field) {
  return (json_node){{&up->at, schema->fields[field].name, 0}, values[field].item};
}

json_node json_child(const json_node *up, const cJSON *item, uint32_t index) {
  return (json_node){{&up->at, item->string, index}, item};
}
