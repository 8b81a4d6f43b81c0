#include "codec/root_in.h"

#include <string.h>

#include "base/text.h"

#define ROLES_FIELDS(X)                                                                            \
  X(ROLES, book, .type = JSON_OBJECT, .required = true)                                            \
  X(ROLES, online, .type = JSON_OBJECT, .required = true)                                          \
  X(ROLES, redeem, .type = JSON_OBJECT)                                                            \
  X(ROLES, root, .type = JSON_OBJECT, .required = true)
SP_SCHEMA(roles_schema, ROLES, ROLES_FIELDS, "");
_Static_assert((int)ROLES_root == SP_ROLE_root && (int)ROLES_COUNT == SP_ROLE_COUNT, "in order");

#define ROLE_FIELDS(X)                                                                             \
  X(ROLE, keys, .type = JSON_ARRAY, .required = true, .low = 1, .high = SP_ROOT_KEYS_MAX)          \
  X(ROLE, threshold, SP_INT(sync_role, threshold), .required = true, .low = 1,                     \
    .high = SP_ROOT_KEYS_MAX)
SP_SCHEMA(role_schema, ROLE, ROLE_FIELDS, "");

#define ROOT_FIELDS(X)                                                                             \
  X(ROOT, expires, SP_BIGINT(sync_root, expires_s), .required = true, .high = SP_BIG_INTEGER)      \
  X(ROOT, keys, .type = JSON_OBJECT, .required = true)                                             \
  X(ROOT, roles, .type = JSON_OBJECT, .required = true)                                            \
  X(ROOT, shop, SP_NAME(sync_root, shop), .required = true)                                        \
  X(ROOT, v, SP_BIGINT(sync_root, version), .required = true, .low = 1, .high = SP_BIG_INTEGER)
SP_SCHEMA(root_schema, ROOT, ROOT_FIELDS, "");

/* The key of that name, NULL when the root has none. */
static const sync_key *find_key(const sync_root *root, const uint8_t name[SP_KEY_NAME_SIZE]) {
  for (uint32_t i = 0; i < root->key_count; i++) {
    if (!memcmp(root->keys[i].name, name, SP_KEY_NAME_SIZE)) return &root->keys[i];
  }
  return NULL;
}

/* A name stands for its key alone, so it is made of the key again; as names stand once, keys do. */
static bool key_in(const cJSON *node, sync_root *out) {
  uint8_t said[SP_KEY_NAME_SIZE];
  sync_key *key = &out->keys[out->key_count];
  if (out->key_count == SP_ROOT_KEYS_MAX || !json_is_string(node) ||
      !hex_read(text_of(node->string), said, sizeof said) ||
      !base64url_of_size(json_text(node), key->point, sizeof key->point)) {
    return false;
  }
  key_name(key->point, key->name);
  out->key_count++;
  return !memcmp(said, key->name, sizeof said);
}

static void role_in(const cJSON *node, uint32_t role, sp_report *report, sync_root *out) {
  const cJSON *v[ROLE_COUNT];
  sync_role *to = &out->roles[role];
  uint32_t count = 0;
  if (!json_object(report, node, &role_schema, to, v) || report->error_count) return;
  for (node = json_first(v[ROLE_keys]); node; node = node->next, count++) {
    uint8_t name[SP_KEY_NAME_SIZE];
    const sync_key *key = NULL;
    if (json_is_string(node) && hex_read(json_text(node), name, sizeof name)) {
      key = find_key(out, name);
    }
    uint32_t bit = key ? 1u << (key - out->keys) : 0;
    if (!bit || to->members & bit) report_error(report, node, SP_E_ROOT);
    to->members |= bit;
  }
  // One signature is all that a note and a redemption code carry.
  bool signs_alone = role == SP_ROLE_online || role == SP_ROLE_redeem;
  if (to->threshold > (signs_alone ? 1 : count)) {
    report_error(report, v[ROLE_threshold], SP_E_ROOT);
  }
}

bool root_in(sp_text j0, const char *base, sp_text shop, sp_arena *scratch, sp_report *report,
             sync_root *out) {
  const cJSON *v[ROOT_COUNT], *roles[ROLES_COUNT];
  cJSON *tree = j0_parse(j0, base, scratch, report);
  *out = (sync_root){.version = 0};
  if (tree && json_object(report, tree, &root_schema, out, v) && !report->error_count) {
    for (const cJSON *node = json_first(v[ROOT_keys]); node; node = node->next) {
      if (report->error_count == 0 && !key_in(node, out)) report_error(report, node, SP_E_ROOT);
    }
    json_object(report, v[ROOT_roles], &roles_schema, NULL, roles);
    for (uint32_t role = 0; role < SP_ROLE_COUNT && !report->error_count; role++)
      role_in(roles[role], role, report, out);
    if (!report->error_count && !(tenant_is_lawful(shop) && text_equal(out->shop, shop))) {
      report_error(report, v[ROOT_shop], SP_E_SHOP);
    }
  }
  return report->error_count == 0;
}
