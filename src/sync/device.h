/* One installation: how it gets its keys from the server, and what it does with them. README.md,
 * sections 4, 5, 6 and 10. */
#ifndef SP_SYNC_DEVICE_H
#define SP_SYNC_DEVICE_H

#include "sync/curve.h"
#include "sync/hash.h"

#define SP_DEVICE_SIZE  16
#define SP_NONCE_SIZE   16
#define SP_WXK_SIZE_MAX 64

/* K_op, K_ack and K_store. */
enum { SP_KEY_op, SP_KEY_ack, SP_KEY_store, SP_KEY_COUNT };

typedef struct {
  sp_text tenant;
  uint8_t device[SP_DEVICE_SIZE];
  uint8_t keys[SP_KEY_COUNT][SP_SHA256_SIZE];
} device_keys;

/* What both sides say in an enrolment, in the order of the transcript. */
typedef struct {
  sp_text tenant, app;
  uint8_t client[SP_CURVE_KEY_SIZE], server[SP_CURVE_KEY_SIZE];
  uint8_t device[SP_DEVICE_SIZE];
  int64_t epoch, time_ms;
  uint8_t nonce[SP_NONCE_SIZE];
  int64_t wxk_version;
  sp_text member;
} enrolment;

/* T, which is also the digest that the server signs. */
void enrolment_digest(const enrolment *e, uint8_t out[SP_SHA256_SIZE]);

/* shared: the x that both sides agreed on. False unless the server's MAC proves that it derived the
 * same keys; they are wiped then. */
bool device_keys_derive(const enrolment *e, const uint8_t transcript[SP_SHA256_SIZE],
                        const uint8_t shared[SP_CURVE_SECRET_SIZE], hash_bytes wxk,
                        const uint8_t mac[SP_SHA256_SIZE], device_keys *out);

/* d of an operation; `before` is T or the d before. */
void op_digest(const device_keys *keys, int64_t seq, const uint8_t before[SP_SHA256_SIZE],
               sp_text body, uint8_t out[SP_SHA256_SIZE]);
void op_tag(const device_keys *keys, const uint8_t digest[SP_SHA256_SIZE],
            uint8_t out[SP_SHA256_SIZE]);

void request_mac(const device_keys *keys, sp_text request, uint8_t out[SP_SHA256_SIZE]);
void reply_mac(const device_keys *keys, const uint8_t nonce[SP_NONCE_SIZE], sp_text reply,
               uint8_t out[SP_SHA256_SIZE]);
void record_mac(const device_keys *keys, sp_text name, sp_text text, uint8_t out[SP_SHA256_SIZE]);

#endif
