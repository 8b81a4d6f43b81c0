/* What a device says and keeps, as text: its keys, an enrolment, a request for a sync.
 * sync/README.md, sections 4 to 6. */
#ifndef SP_CODEC_DEVICE_TEXT_H
#define SP_CODEC_DEVICE_TEXT_H

#include "codec/json_out.h"
#include "codec/signed_file.h"
#include "sync/base64url.h"
#include "sync/device.h"

/* Device keys as the host stores them: tenant, device and keys with dots between. The text is
 * opaque to it and secret. */
#define SP_KEYS_TEXT_SIZE_MAX                                                                      \
  (SP_TENANT_SIZE_MAX + 2 + SP_BASE64URL_SIZE(SP_DEVICE_SIZE) +                                    \
   SP_BASE64URL_SIZE(SP_KEY_COUNT * SP_SHA256_SIZE))
sp_text keys_text(const device_keys *keys, char out[SP_KEYS_TEXT_SIZE_MAX]);

/* The tenant stays in the text. False when it is not one that keys_text wrote. */
bool keys_in(sp_text text, device_keys *out);

/* The secret of an enrolment that has begun: the client's secret and its public key. */
#define SP_KEY_PAIR_SIZE (SP_CURVE_SECRET_SIZE + SP_CURVE_KEY_SIZE)

/* The request of sp_enroll_finish. */
typedef struct {
  enrolment said;
  uint8_t secret[SP_CURVE_SECRET_SIZE];
  uint8_t wxk[SP_WXK_SIZE_MAX];
  uint32_t wxk_size;
  sp_text root;
  uint8_t signer[SP_KEY_NAME_SIZE]; /* the name of the key that made the signature */
  uint8_t signature[SP_CURVE_SIGNATURE_SIZE];
  uint8_t mac[SP_SHA256_SIZE];
} enroll_request;

/* False with a reason in the report; texts are the tree's. */
bool enroll_in(const cJSON *tree, sp_report *report, enroll_request *out);

typedef struct {
  sp_text body; /* J0 */
  int64_t seq;
  uint8_t digest[SP_SHA256_SIZE], tag[SP_SHA256_SIZE];
} sync_op;

#define SP_SYNC_OPS_MAX          64
#define SP_SYNC_BODY_BYTES_MAX   4096
#define SP_SYNC_REQUEST_SIZE_MAX 65536

/* The request of sp_sync_seal. */
typedef struct {
  sp_text keys;
  int64_t count, now_ms, state, epoch, version;
  sp_text nonce, prev;            /* base64url */
  uint8_t before[SP_SHA256_SIZE]; /* what prev says */
  SP_ITEMS(sync_op) ops;
} seal_request;

/* False with a reason in the report; texts are the tree's, operations live in report->keep. */
bool seal_in(const cJSON *tree, sp_report *report, seal_request *out);

/* The J0 of the request, whose operations have their digests and tags by now. */
void seal_out(json_out *out, const seal_request *request);

#endif
