/* SHA-256 (FIPS 180-4), from Mbed TLS. Used by book digests and receipt hashes in every build. */
#ifndef SP_BASE_SHA256_H
#define SP_BASE_SHA256_H

#include <stdalign.h>

#include "base/base.h"

#define SP_SHA256_SIZE 32

/* Of bytes that come piece by piece: a mbedtls_sha256_context. */
typedef struct {
  alignas(8) uint8_t context[112];
} hash_stream;

void hash_start(hash_stream *stream);
void hash_add(hash_stream *stream, const void *bytes, size_t size);

/* Also wipes the stream. */
void hash_end(hash_stream *stream, uint8_t out[SP_SHA256_SIZE]);

void sha256(const uint8_t *bytes, size_t size, uint8_t out[SP_SHA256_SIZE]);

#endif
