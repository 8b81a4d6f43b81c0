#include "codec/json_in.h"

#include <string.h>

sp_text text_of(const char *zero_terminated) {
  return (sp_text){zero_terminated, (uint32_t)strlen(zero_terminated)};
}

uint32_t json_count(const cJSON *node) {
  uint32_t count = 0;
  if (json_is_array(node)) return (uint32_t)node->valueint;
  for (node = node ? node->child : NULL; node; node = node->next)
    count++;
  return count;
}

const cJSON *json_first(const cJSON *node) {
  return node ? node->child : NULL;
}

const cJSON *json_element(const cJSON *array, uint32_t index) {
  const cJSON *node = json_first(array);
  while (node && index--)
    node = node->next;
  return node;
}

void *json_array(sp_report *report, sp_arena *arena, size_t count, size_t size) {
  void *array = arena_array(arena, count, size);
  if (!array) report_error(report, NULL, SP_E_MEMORY);
  return array;
}

void *json_list(sp_report *report, sp_arena *arena, const cJSON *node, size_t size,
                uint32_t *count) {
  *count = json_count(node);
  void *list = json_array(report, arena, *count, size);
  if (!list) *count = 0;
  return list;
}

/* Writes an integer with the width of the field's type. */
SP_IN_PLACE void put(const json_field *field, int64_t number, void *record) {
  char *out = (char *)record + field->at;
  switch ((json_type)field->type) {
  case JSON_LONG:
  case JSON_BIG:
    *(int64_t *)(void *)out = number;
    break;
  case JSON_INT:
  case JSON_ENUM:
    *(int32_t *)(void *)out = (int32_t)number;
    break;
  case JSON_BOOL:
  case JSON_FLAG:
    *(bool *)out = number;
    break;
  default:
    break;
  }
}

static sp_err read_number(const cJSON *node, const json_field *field, int64_t *out) {
  int64_t number, high = field->high, low = field->low;
  // Only a number has this member: of other nodes it may be anything.
  if (!json_is(node, cJSON_Number)) return SP_E_TYPE;
  number = (int64_t)node->valuedouble;
  if (field->type == JSON_BIG) high *= SP_BIG;
  if (low == SP_MIRRORED) low = -high;
  *out = number;
  return number < low || number > high ? SP_E_RANGE : SP_OK;
}

static sp_err read_text(const cJSON *node, const json_field *field, sp_report *report,
                        void *record) {
  json_type type = (json_type)field->type;
  if (!json_is_string(node)) return SP_E_TYPE;
  sp_text text = json_text(node);
  if (type != JSON_STRING && text.size - 1 >= SP_ID_BYTES_MAX) return SP_E_ID;
  if (type == JSON_NAME) {
    text = arena_text(report->keep, text);
    if (!text.ptr) report_error(report, NULL, SP_E_MEMORY);
  }
  if (!field->loose) *(sp_text *)(void *)((char *)record + field->at) = text;
  return SP_OK;
}

static sp_err read_count(const cJSON *array, const json_field *field, uint32_t high) {
  if (!json_is_array(array)) return SP_E_TYPE;
  uint32_t count = json_count(array);
  if (count > high) return SP_E_LIMIT;
  return count < (uint32_t)field->low ? SP_E_RANGE : SP_OK;
}

static void read_list(const cJSON *array, const json_field *field, sp_report *report,
                      void *record) {
  const json_each *each = field->each;
  json_items list = {.node = array};
  char *item = list.items = json_list(report, report->keep, array, each->size, &list.count);
  if (!item) return;
  for (const cJSON *node = array->child; node; node = node->next, item += each->size)
    json_read(report, node, &each->element, item);
  memcpy((char *)record + field->at, &list, sizeof list);
}

static sp_err read_value(const cJSON *node, const json_field *field, sp_report *report,
                         void *record) {
  int64_t number = 0;
  switch ((json_type)field->type) {
  case JSON_INT:
  case JSON_LONG:
  case JSON_BIG: {
    sp_err err = read_number(node, field, &number);
    if (err) return err;
    break;
  }
  case JSON_BOOL:
    number = json_is(node, cJSON_True);
    if (!number && !json_is(node, cJSON_False)) return SP_E_TYPE;
    break;
  case JSON_ID:
  case JSON_NAME:
  case JSON_STRING:
    return read_text(node, field, report, record);
  case JSON_ENUM:
  case JSON_FLAG: {
    if (!json_is_string(node)) return SP_E_TYPE;
    uint32_t place = words_find(field->words, node->valuestring);
    if (place >= SP_UNSUPPORTED) return place == SP_NONE ? SP_E_RANGE : SP_E_UNSUPPORTED;
    number = place;
    break;
  }
  case JSON_RECORD:
    json_object(report, node, field->schema, (char *)record + field->at, NULL);
    return SP_OK;
  case JSON_LIST: {
    sp_err err = read_count(node, field, field->each->high);
    if (!err) read_list(node, field, report, record);
    return err;
  }
  case JSON_ARRAY:
    return read_count(node, field, (uint32_t)field->high);
  case JSON_OBJECT:
    return json_is_object(node) ? SP_OK : SP_E_TYPE;
  case JSON_ANY:
    return SP_OK;
  }
  if (!field->loose) put(field, number, record);
  return SP_OK;
}

bool json_read(sp_report *report, const cJSON *node, const json_field *field, void *out) {
  sp_err err = read_value(node, field, report, out);
  if (err) report_error(report, node, err);
  return !err;
}

sp_text json_id(sp_report *report, const cJSON *node) {
  static const json_field id_field = {.type = JSON_ID};
  sp_text id = {NULL, 0};
  json_read(report, node, &id_field, &id);
  return id;
}

/* Objects of one schema come one after another. */
static void look_at_schema(sp_report *report, const json_schema *schema) {
  report->schema = schema;
  report->required = report->preset = 0;
  for (uint32_t i = 0; i < schema->count; i++) {
    report->required |= (uint32_t)schema->fields[i].required << i;
    report->preset |= (uint32_t)(schema->fields[i].absent != 0) << i;
  }
}

bool json_object(sp_report *report, const cJSON *node, const json_schema *schema, void *out,
                 const cJSON **nodes) {
  const json_field *fields = schema->fields;
  uint32_t count = schema->count, seen = schema->hidden;
  words_cursor cursor = {schema->names, 0};
  if (report->schema != schema) look_at_schema(report, schema);
  uint32_t required = report->required;
  if (nodes) memset(nodes, 0, count * sizeof *nodes);
  for (uint32_t preset = report->preset; preset; preset &= preset - 1) {
    const json_field *field = &fields[__builtin_ctz(preset)];
    put(field, field->absent, out);
  }
  if (!node) return false;
  if (!json_is_object(node)) {
    report_error(report, node, SP_E_TYPE);
    return false;
  }
  for (const cJSON *member = node->child; member; member = member->next) {
    json_note *note = json_note_of(member->string);
    if (note->where != schema->names) {
      note->place = words_find_next(schema->names, member->string, &cursor);
      note->where = schema->names;
    }
    uint32_t i = note->place;
    if (i < count && (schema->hidden >> i) & 1) i = SP_NONE;
    if (i >= SP_UNSUPPORTED) {
      report_error(report, member, i == SP_NONE ? SP_E_FIELD : SP_E_UNSUPPORTED);
      continue;
    }
    seen |= 1u << i;
    if (json_read(report, member, &fields[i], out) && nodes) nodes[i] = member;
  }
  required &= ~seen;
  for (uint32_t i = 0; required; i++, required >>= 1) {
    if (required & 1) report_error_key(report, node, words_at(schema->names, i).ptr, SP_E_REQUIRED);
  }
  return true;
}
