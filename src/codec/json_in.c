#include "codec/json_in.h"

#include <string.h>

#include "codec/json_check.h"

/* cJSON marks references and constant keys above the low byte. */
static int type_of(const cJSON *item) {
  return item->type & 0xFF;
}

static bool is(const json_value *value, int type) {
  return value->item && type_of(value->item) == type;
}

bool json_is_object(const json_value *value) {
  return is(value, cJSON_Object);
}
bool json_is_array(const json_value *value) {
  return is(value, cJSON_Array);
}
bool json_is_string(const json_value *value) {
  return is(value, cJSON_String);
}
bool json_is_null(const json_value *value) {
  return is(value, cJSON_NULL);
}

sp_text text_of(const char *zero_terminated) {
  return (sp_text){zero_terminated, (uint32_t)strlen(zero_terminated)};
}

static bool show(json_value *child, const cJSON *item) {
  child->item = item;
  if (!item) return false;
  child->at.key = item->string;
  child->number = 0;
  child->text = (sp_text){NULL, 0};
  return true;
}

bool json_first(const json_value *parent, json_value *child) {
  child->at = (json_at){&parent->at, NULL, 0};
  return show(child, parent->item ? parent->item->child : NULL);
}

bool json_next(json_value *child) {
  child->at.index++;
  return show(child, child->item->next);
}

uint32_t json_count(const json_value *parent) {
  uint32_t count = 0;
  json_value child;
  for (bool more = json_first(parent, &child); more; more = json_next(&child))
    count++;
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

static sp_err read_int(json_value *value, const json_field *field) {
  if (!is(value, cJSON_Number)) return SP_E_TYPE;
  double number = value->item->valuedouble;
  value->number = (int64_t)number;
  int64_t high = field->type == JSON_BIG ? (int64_t)field->high * SP_BIG : field->high;
  return value->number < field->low || value->number > high ? SP_E_RANGE : SP_OK;
}

static sp_err read_string(json_value *value, const json_field *field) {
  if (!json_is_string(value)) return SP_E_TYPE;
  value->text = text_of(value->item->valuestring);
  if (field->type == JSON_ID) {
    return value->text.size == 0 || value->text.size > SP_ID_BYTES_MAX ? SP_E_ID : SP_OK;
  }
  if (field->type == JSON_STRING) return SP_OK;
  uint32_t place = words_find(field->words, value->text);
  value->number = place;
  if (place != SP_NONE) return SP_OK;
  bool named = field->unsupported && words_find(field->unsupported, value->text) != SP_NONE;
  return named ? SP_E_UNSUPPORTED : SP_E_RANGE;
}

static sp_err read_array(const json_value *value, const json_field *field) {
  if (!json_is_array(value)) return SP_E_TYPE;
  int64_t count = json_count(value);
  if (count > field->high) return SP_E_LIMIT;
  return count < field->low ? SP_E_RANGE : SP_OK;
}

static sp_err read_value(json_value *value, const json_field *field) {
  switch ((json_type)field->type) {
  case JSON_INT:
  case JSON_BIG:
    return read_int(value, field);
  case JSON_BOOL:
    value->number = is(value, cJSON_True);
    return value->number || is(value, cJSON_False) ? SP_OK : SP_E_TYPE;
  case JSON_ID:
  case JSON_STRING:
  case JSON_ENUM:
    return read_string(value, field);
  case JSON_ARRAY:
    return read_array(value, field);
  case JSON_OBJECT:
    return json_is_object(value) ? SP_OK : SP_E_TYPE;
  case JSON_ANY:
    break;
  }
  return SP_OK;
}

bool json_read(sp_report *report, json_value *value, const json_field *field) {
  sp_err err = read_value(value, field);
  if (!err) return true;
  value->number = field->absent;
  value->text = (sp_text){NULL, 0};
  report_error(report, &value->at, err);
  return false;
}

bool json_read_id(sp_report *report, json_value *value) {
  static const json_field id_field = {.type = JSON_ID};
  return json_read(report, value, &id_field);
}

void json_absent(const json_schema *schema, json_value *values) {
  for (uint32_t i = 0; i < schema->count; i++) {
    values[i] = (json_value){.number = schema->fields[i].absent};
  }
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

bool json_object(sp_report *report, const json_value *object, const json_schema *schema,
                 json_value *values) {
  json_absent(schema, values);
  if (!json_is_object(object)) {
    report_error(report, &object->at, SP_E_TYPE);
    return false;
  }
  uint64_t seen = 0;
  uint32_t i = SP_NONE;
  json_value member;
  for (bool more = json_first(object, &member); more; more = json_next(&member)) {
    const char *name = member.at.key;
    i = find_field(schema, name, i + 1);
    if (i == SP_NONE) {
      bool named = schema->unsupported && words_find(schema->unsupported, text_of(name)) != SP_NONE;
      report_error(report, &member.at, named ? SP_E_UNSUPPORTED : SP_E_FIELD);
      continue;
    }
    seen |= 1ull << i;
    values[i].at = member.at;
    values[i].item = member.item;
    if (!json_read(report, &values[i], &schema->fields[i])) values[i].item = NULL;
  }
  for (i = 0; i < schema->count; i++) {
    if (!schema->fields[i].required || (seen >> i) & 1) continue;
    report_error_key(report, &object->at, schema->fields[i].name, SP_E_REQUIRED);
  }
  return true;
}
