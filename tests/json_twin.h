/* cJSON's own reading of a text, held against the tree that json_parse made of it. */
#ifndef SP_TESTS_JSON_TWIN_H
#define SP_TESTS_JSON_TWIN_H

#include <cJSON.h>
#include <string.h>

static inline bool json_same_text(const char *a, const char *b) {
  return a && b ? !strcmp(a, b) : a == b;
}

/* Kind, key, value and order of every node. `valueint` is left out: json_parse keeps the sign of a
 * key there. Depth is bounded by SP_DEPTH_MAX. */
static inline bool json_same_tree(const cJSON *ours, const cJSON *theirs) {
  for (; ours && theirs; ours = ours->next, theirs = theirs->next) {
    if (ours->type != theirs->type || !json_same_text(ours->string, theirs->string) ||
        !json_same_text(ours->valuestring, theirs->valuestring))
      return false;
    if (ours->type == cJSON_Number && ours->valuedouble != theirs->valuedouble) return false;
    if (!json_same_tree(ours->child, theirs->child)) return false;
  }
  return !ours && !theirs;
}

/* What json_parse takes, cJSON takes too, and reads alike. */
static inline bool json_is_read_alike(const cJSON *ours, const char *text, size_t size) {
  cJSON *theirs = cJSON_ParseWithLength(text, size);
  bool same = theirs && json_same_tree(ours, theirs);
  cJSON_Delete(theirs);
  return same;
}

#endif
