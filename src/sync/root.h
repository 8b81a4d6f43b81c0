/* Keys, what they may do, and who signed: README.md, section 2. Text becomes these structs in
 * codec/root_in.h; what is decided about them is decided here. */
#ifndef SP_SYNC_ROOT_H
#define SP_SYNC_ROOT_H

#include "base/base.h"
#include "base/sha256.h"
#include "sync/curve.h"

#define SP_KEY_NAME_SIZE   16
#define SP_ROOT_KEYS_MAX   16
#define SP_SIGNATURES_MAX  16
#define SP_TENANT_SIZE_MAX 64

typedef struct {
  uint8_t name[SP_KEY_NAME_SIZE];
  uint8_t point[SP_CURVE_KEY_SIZE];
} sync_key;

typedef struct {
  uint8_t name[SP_KEY_NAME_SIZE]; /* of the key that is said to have made it */
  uint8_t bytes[SP_CURVE_SIGNATURE_SIZE];
} sync_signature;

typedef struct {
  sync_signature list[SP_SIGNATURES_MAX];
  uint32_t count;
} sync_signatures;

enum { SP_ROLE_book, SP_ROLE_online, SP_ROLE_redeem, SP_ROLE_root, SP_ROLE_COUNT };

typedef struct {
  uint32_t members; /* one bit for each key of the root */
  uint32_t threshold;
} sync_role;

typedef struct {
  sp_text shop;
  int64_t version, expires_s;
  sync_key keys[SP_ROOT_KEYS_MAX];
  uint32_t key_count;
  sync_role roles[SP_ROLE_COUNT]; /* a role that the root does not have has no members */
} sync_root;

/* [a-z0-9_-]{1,64} */
bool tenant_is_lawful(sp_text tenant);

/* What a public key is called. */
void key_name(const uint8_t point[SP_CURVE_KEY_SIZE], uint8_t out[SP_KEY_NAME_SIZE]);

/* Whether at least `threshold` different keys among `members`, bits of `keys`, have signed. Two
 * signatures of one key are one; unknown names and wrong signatures count nothing. */
bool threshold_reached(const sync_key *keys, uint32_t key_count, const sync_role *role,
                       const uint8_t digest[SP_SHA256_SIZE], const sync_signatures *signatures);

bool root_has_signed(const sync_root *root, uint32_t role, const uint8_t digest[SP_SHA256_SIZE],
                     const sync_signatures *signatures);

/* Whether the root next, whose message has this digest, may take the place of the trusted one. Both
 * are for the right shop. */
sp_err root_may_follow(const sync_root *trusted, const sync_root *next,
                       const uint8_t digest[SP_SHA256_SIZE], const sync_signatures *signatures);

#endif
