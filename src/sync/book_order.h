/* Which book may follow which: README.md, section 3. */
#ifndef SP_SYNC_BOOK_ORDER_H
#define SP_SYNC_BOOK_ORDER_H

#include "sync/root.h"

/* What a phone may step over within one epoch: a stolen book key must not carry phones out of reach
 * of the true one. */
#define SP_BOOK_STEP_MAX 1000

/* The lowest protocol of an engine that a book may ask for and still be priced by this one. */
#define SP_ENGINE_PROTOCOL 1

/* What of a manifest decides whether it may be taken. */
typedef struct {
  int64_t epoch, version, engine_min, not_before_s;
} sync_manifest;

/* The book that is in use. */
typedef struct {
  int64_t epoch, version, root;
  uint8_t digest[SP_SHA256_SIZE];
} sync_checkpoint;

/* checkpoint: NULL before the first book. now_s: the server's clock as best known. */
sp_err book_may_follow(const sync_root *root, const sync_checkpoint *checkpoint,
                       const sync_manifest *manifest, const uint8_t digest[SP_SHA256_SIZE],
                       int64_t now_s);

#endif
