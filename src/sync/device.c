#include "sync/device.h"

#include <string.h>

#include "sync/secret.h"

void enrolment_digest(const enrolment *e, uint8_t out[SP_SHA256_SIZE]) {
  hash_stream stream;
  message_start(&stream, "enroll", e->tenant);
  hash_counted(&stream, e->app);
  hash_add(&stream, e->client, sizeof e->client);
  hash_add(&stream, e->server, sizeof e->server);
  hash_add(&stream, e->device, sizeof e->device);
  hash_u64(&stream, e->epoch);
  hash_u64(&stream, e->time_ms);
  hash_counted(&stream, (sp_text){(const char *)e->nonce, sizeof e->nonce});
  hash_u64(&stream, e->wxk_version);
  hash_counted(&stream, e->member);
  hash_end(&stream, out);
}

/* A MAC by one of the keys: the message is added to mac->inner. */
static void mac_start(hmac_stream *mac, const device_keys *keys, uint32_t key,
                      const char *purpose) {
  hmac_start(mac, keys->keys[key], SP_SHA256_SIZE);
  message_add(&mac->inner, purpose, keys->tenant);
}

bool device_keys_derive(const enrolment *e, const uint8_t transcript[SP_SHA256_SIZE],
                        const uint8_t shared[SP_CURVE_SECRET_SIZE], hash_bytes wxk,
                        const uint8_t mac[SP_SHA256_SIZE], device_keys *out) {
  static const char infos[SP_KEY_COUNT][16] = {"suanpan.k.op", "suanpan.k.ack", "suanpan.k.store"};
  static const char info[] = "suanpan.k.dev";
  uint8_t secret[SP_CURVE_SECRET_SIZE + SP_WXK_SIZE_MAX], device_key[SP_SHA256_SIZE];
  uint8_t expected[SP_SHA256_SIZE];
  hash_bytes salt = {transcript, SP_SHA256_SIZE};
  hmac_stream stream;
  SP_CHECK(wxk.size <= SP_WXK_SIZE_MAX);
  memcpy(secret, shared, SP_CURVE_SECRET_SIZE);
  if (wxk.size) memcpy(secret + SP_CURVE_SECRET_SIZE, wxk.bytes, wxk.size);
  hkdf(salt, (hash_bytes){secret, SP_CURVE_SECRET_SIZE + wxk.size},
       (hash_bytes){info, sizeof info - 1}, device_key, sizeof device_key);
  for (uint32_t i = 0; i < SP_KEY_COUNT; i++) {
    hkdf(salt, (hash_bytes){device_key, sizeof device_key},
         (hash_bytes){infos[i], strlen(infos[i])}, out->keys[i], SP_SHA256_SIZE);
  }
  secret_wipe(secret, sizeof secret);
  secret_wipe(device_key, sizeof device_key);
  out->tenant = e->tenant;
  memcpy(out->device, e->device, SP_DEVICE_SIZE);
  mac_start(&stream, out, SP_KEY_ack, "enrolled");
  hash_add(&stream.inner, transcript, SP_SHA256_SIZE);
  hmac_end(&stream, expected);
  if (secret_equal(mac, expected, sizeof expected)) return true;
  secret_wipe(out, sizeof *out);
  return false;
}

void op_digest(const device_keys *keys, int64_t seq, const uint8_t before[SP_SHA256_SIZE],
               sp_text body, uint8_t out[SP_SHA256_SIZE]) {
  hash_stream stream;
  message_start(&stream, "op", keys->tenant);
  hash_add(&stream, keys->device, SP_DEVICE_SIZE);
  hash_u64(&stream, seq);
  hash_add(&stream, before, SP_SHA256_SIZE);
  hash_text(&stream, body);
  hash_end(&stream, out);
}

void op_tag(const device_keys *keys, const uint8_t digest[SP_SHA256_SIZE],
            uint8_t out[SP_SHA256_SIZE]) {
  hmac_stream mac;
  hmac_start(&mac, keys->keys[SP_KEY_op], SP_SHA256_SIZE);
  hash_add(&mac.inner, digest, SP_SHA256_SIZE);
  hmac_end(&mac, out);
}

void request_mac(const device_keys *keys, sp_text request, uint8_t out[SP_SHA256_SIZE]) {
  hmac_stream mac;
  mac_start(&mac, keys, SP_KEY_op, "sync");
  hash_add(&mac.inner, keys->device, SP_DEVICE_SIZE);
  hash_text(&mac.inner, request);
  hmac_end(&mac, out);
}

void reply_mac(const device_keys *keys, const uint8_t nonce[SP_NONCE_SIZE], sp_text reply,
               uint8_t out[SP_SHA256_SIZE]) {
  hmac_stream mac;
  mac_start(&mac, keys, SP_KEY_ack, "synced");
  hash_add(&mac.inner, keys->device, SP_DEVICE_SIZE);
  hash_add(&mac.inner, nonce, SP_NONCE_SIZE);
  hash_text(&mac.inner, reply);
  hmac_end(&mac, out);
}

void record_mac(const device_keys *keys, sp_text name, sp_text text, uint8_t out[SP_SHA256_SIZE]) {
  hmac_stream mac;
  mac_start(&mac, keys, SP_KEY_store, "store");
  hash_text(&mac.inner, name);
  hash_add(&mac.inner, "", 1);
  hash_text(&mac.inner, text);
  hmac_end(&mac, out);
}
