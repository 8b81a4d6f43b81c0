#include "sync/book_order.h"

#include <string.h>

sp_err book_may_follow(const sync_root *root, const sync_checkpoint *checkpoint,
                       const sync_manifest *manifest, const uint8_t digest[SP_SHA256_SIZE],
                       int64_t now_s) {
  if (manifest->engine_min > SP_ENGINE_PROTOCOL) return SP_E_UNSUPPORTED;
  if (manifest->not_before_s > now_s) return SP_E_NOT_YET;
  if (manifest->epoch > root->version) return SP_E_FAST_FORWARD;
  if (!checkpoint) return SP_OK;
  if (root->version < checkpoint->root || manifest->epoch < checkpoint->epoch) {
    return SP_E_ROLLBACK;
  }
  if (manifest->epoch > checkpoint->epoch) return SP_OK;
  int64_t step = manifest->version - checkpoint->version;
  if (step > SP_BOOK_STEP_MAX) return SP_E_FAST_FORWARD;
  bool is_same = step == 0 && !memcmp(digest, checkpoint->digest, SP_SHA256_SIZE);
  return step > 0 || is_same ? SP_OK : SP_E_ROLLBACK;
}
