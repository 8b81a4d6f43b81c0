#include "sync/root.h"

#include <string.h>

#include "sync/hash.h"

bool tenant_is_lawful(sp_text tenant) {
  for (uint32_t i = 0; i < tenant.size; i++) {
    char c = tenant.ptr[i];
    bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!is_fine) return false;
  }
  return tenant.size > 0 && tenant.size <= SP_TENANT_SIZE_MAX;
}

void key_name(const uint8_t point[SP_CURVE_KEY_SIZE], uint8_t out[SP_KEY_NAME_SIZE]) {
  static const char purpose[] = "suanpan.key";
  uint8_t digest[SP_SHA256_SIZE];
  hash_stream stream;
  hash_start(&stream);
  hash_add(&stream, purpose, sizeof purpose);
  hash_add(&stream, point, SP_CURVE_KEY_SIZE);
  hash_end(&stream, digest);
  memcpy(out, digest, SP_KEY_NAME_SIZE);
}

bool threshold_reached(const sync_key *keys, uint32_t key_count, const sync_role *role,
                       const uint8_t digest[SP_SHA256_SIZE], const sync_signatures *signatures) {
  uint32_t signers = 0, count = 0;
  for (uint32_t i = 0; i < signatures->count && count < role->threshold; i++) {
    const sync_signature *signature = &signatures->list[i];
    for (uint32_t k = 0; k < key_count; k++) {
      uint32_t bit = 1u << k;
      if (!(role->members & ~signers & bit)) continue;
      if (memcmp(keys[k].name, signature->name, SP_KEY_NAME_SIZE)) continue;
      if (!curve_verify(keys[k].point, digest, signature->bytes)) continue;
      signers |= bit;
      count++;
    }
  }
  return role->threshold > 0 && count >= role->threshold;
}

bool root_has_signed(const sync_root *root, uint32_t role, const uint8_t digest[SP_SHA256_SIZE],
                     const sync_signatures *signatures) {
  return threshold_reached(root->keys, root->key_count, &root->roles[role], digest, signatures);
}

sp_err root_may_follow(const sync_root *trusted, const sync_root *next,
                       const uint8_t digest[SP_SHA256_SIZE], const sync_signatures *signatures) {
  if (!root_has_signed(trusted, SP_ROLE_root, digest, signatures) ||
      !root_has_signed(next, SP_ROLE_root, digest, signatures)) {
    return SP_E_SIGNATURE;
  }
  if (next->version <= trusted->version) return SP_E_ROLLBACK;
  return next->version == trusted->version + 1 ? SP_OK : SP_E_FAST_FORWARD;
}
