/* What goes into SHA-256 besides bytes, HMAC (RFC 2104) and HKDF (RFC 5869) with it, and the
 * beginning that every message of the protocol has: README.md, sections 1 and 4. */
#ifndef SP_SYNC_HASH_H
#define SP_SYNC_HASH_H

#include "base/base.h"
#include "base/sha256.h"

void hash_text(hash_stream *stream, sp_text text);
void hash_u64(hash_stream *stream, int64_t number);

/* Its length, at most 255, in one byte, then the text. */
void hash_counted(hash_stream *stream, sp_text text);

/* "suanpan." purpose 0x00 and the tenant: starts what is signed, or continues what hmac_start has
 * begun. */
void message_start(hash_stream *stream, const char *purpose, sp_text tenant);
void message_add(hash_stream *stream, const char *purpose, sp_text tenant);

#define SP_HASH_BLOCK_SIZE 64

/* The message goes into `inner`. */
typedef struct {
  hash_stream inner;
  uint8_t outer_key[SP_HASH_BLOCK_SIZE];
} hmac_stream;

void hmac_start(hmac_stream *stream, const void *key, size_t size);

/* Also wipes the stream. */
void hmac_end(hmac_stream *stream, uint8_t out[SP_SHA256_SIZE]);

typedef struct {
  const void *bytes;
  size_t size;
} hash_bytes;

/* out_size: at most 255 * 32. */
void hkdf(hash_bytes salt, hash_bytes secret, hash_bytes info, uint8_t *out, size_t out_size);

#endif
