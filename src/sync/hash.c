#include "sync/hash.h"

#include <string.h>

#include "sync/secret.h"

void hash_text(hash_stream *stream, sp_text text) {
  hash_add(stream, text.ptr, text.size);
}

void hash_u64(hash_stream *stream, int64_t number) {
  uint8_t bytes[8];
  for (uint32_t i = 8; i-- > 0; number >>= 8)
    bytes[i] = (uint8_t)number;
  hash_add(stream, bytes, sizeof bytes);
}

void hash_counted(hash_stream *stream, sp_text text) {
  uint8_t size = (uint8_t)text.size;
  SP_CHECK(text.size == size);
  hash_add(stream, &size, 1);
  hash_text(stream, text);
}

void message_add(hash_stream *stream, const char *purpose, sp_text tenant) {
  hash_text(stream, SP_TEXT("suanpan."));
  hash_add(stream, purpose, strlen(purpose) + 1);
  hash_counted(stream, tenant);
}

void message_start(hash_stream *stream, const char *purpose, sp_text tenant) {
  hash_start(stream);
  message_add(stream, purpose, tenant);
}

void hmac_start(hmac_stream *stream, const void *key, size_t size) {
  uint8_t inner_key[SP_HASH_BLOCK_SIZE] = {0};
  if (size <= sizeof inner_key) {
    if (size) memcpy(inner_key, key, size);
  } else {
    sha256(key, size, inner_key);
  }
  for (uint32_t i = 0; i < sizeof inner_key; i++) {
    stream->outer_key[i] = inner_key[i] ^ 0x5c;
    inner_key[i] ^= 0x36;
  }
  hash_start(&stream->inner);
  hash_add(&stream->inner, inner_key, sizeof inner_key);
  secret_wipe(inner_key, sizeof inner_key);
}

void hmac_end(hmac_stream *stream, uint8_t out[SP_SHA256_SIZE]) {
  uint8_t digest[SP_SHA256_SIZE];
  hash_end(&stream->inner, digest);
  hash_start(&stream->inner);
  hash_add(&stream->inner, stream->outer_key, sizeof stream->outer_key);
  hash_add(&stream->inner, digest, sizeof digest);
  hash_end(&stream->inner, out);
  secret_wipe(stream->outer_key, sizeof stream->outer_key);
}

void hkdf(hash_bytes salt, hash_bytes secret, hash_bytes info, uint8_t *out, size_t out_size) {
  uint8_t key[SP_SHA256_SIZE], block[SP_SHA256_SIZE];
  hmac_stream mac;
  SP_CHECK(out_size <= 255 * sizeof block);
  hmac_start(&mac, salt.bytes, salt.size);
  hash_add(&mac.inner, secret.bytes, secret.size);
  hmac_end(&mac, key);
  uint8_t number = 1;
  for (size_t done = 0; done < out_size; done += sizeof block, number++) {
    hmac_start(&mac, key, sizeof key);
    if (done) hash_add(&mac.inner, block, sizeof block);
    hash_add(&mac.inner, info.bytes, info.size);
    hash_add(&mac.inner, &number, 1);
    hmac_end(&mac, block);
    size_t left = out_size - done;
    memcpy(out + done, block, left < sizeof block ? left : sizeof block);
  }
  secret_wipe(key, sizeof key);
  secret_wipe(block, sizeof block);
}
