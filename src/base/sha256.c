#include "base/sha256.h"

#include <mbedtls/sha256.h>

_Static_assert(sizeof(mbedtls_sha256_context) <= sizeof(hash_stream), "a stream holds its context");

static mbedtls_sha256_context *context_of(hash_stream *stream) {
  return (mbedtls_sha256_context *)(void *)stream->context;
}

void hash_start(hash_stream *stream) {
  mbedtls_sha256_init(context_of(stream));
  int failed = mbedtls_sha256_starts(context_of(stream), 0);
  SP_CHECK(!failed);
}

void hash_add(hash_stream *stream, const void *bytes, size_t size) {
  int failed = mbedtls_sha256_update(context_of(stream), bytes, size);
  SP_CHECK(!failed);
}

void hash_end(hash_stream *stream, uint8_t out[SP_SHA256_SIZE]) {
  int failed = mbedtls_sha256_finish(context_of(stream), out);
  SP_CHECK(!failed);
  mbedtls_sha256_free(context_of(stream));
}

void sha256(const uint8_t *bytes, size_t size, uint8_t out[SP_SHA256_SIZE]) {
  hash_stream stream;
  hash_start(&stream);
  hash_add(&stream, bytes, size);
  hash_end(&stream, out);
}
