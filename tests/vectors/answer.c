#include "answer.h"

#include <string.h>

#include "codec/json_parse.h"
#include "sync/curve.h"
#include "sync/hash.h"
#include "sync/j0.h"
#include "sync/root.h"

enum { FIELDS_MAX = 4 };

typedef struct {
  const uint8_t *bytes;
  uint32_t size;
} field;

static uint32_t fields_in(const uint8_t *at, uint32_t left, field *out) {
  uint32_t count = 0;
  while (left >= 4 && count < FIELDS_MAX) {
    uint32_t size = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
    at += 4;
    left -= 4;
    if (size > left) return 0;
    out[count++] = (field){at, size};
    at += size;
    left -= size;
  }
  return left ? 0 : count;
}

static int32_t yes_or_no(uint8_t *reply, bool is) {
  reply[0] = is;
  return 1;
}

static int32_t answer_hmac(const field *f, uint8_t *reply) {
  hmac_stream mac;
  hmac_start(&mac, f[0].bytes, f[0].size);
  hash_add(&mac.inner, f[1].bytes, f[1].size);
  hmac_end(&mac, reply);
  return SP_SHA256_SIZE;
}

static int32_t answer_hkdf(const field *f, uint8_t *reply) {
  uint32_t size = (uint32_t)f[3].bytes[0] | (uint32_t)f[3].bytes[1] << 8;
  if (size > 255 * SP_SHA256_SIZE) return 0;
  hkdf((hash_bytes){f[0].bytes, f[0].size}, (hash_bytes){f[1].bytes, f[1].size},
       (hash_bytes){f[2].bytes, f[2].size}, reply, size);
  return (int32_t)size;
}

/* Sizes that the interface cannot even be given are refused as any verb refuses them. */
static int32_t answer_verify(const field *f, uint8_t *reply) {
  bool fits = f[0].size == SP_CURVE_KEY_SIZE && f[1].size == SP_SHA256_SIZE &&
              f[2].size == SP_CURVE_SIGNATURE_SIZE;
  return yes_or_no(reply, fits && curve_verify(f[0].bytes, f[1].bytes, f[2].bytes));
}

static int32_t answer_agree(const field *f, uint8_t *reply) {
  bool fits = f[0].size == SP_CURVE_SECRET_SIZE && f[1].size == SP_CURVE_KEY_SIZE;
  return fits && curve_agree(f[0].bytes, f[1].bytes, reply) ? SP_CURVE_SECRET_SIZE : 0;
}

static int32_t answer_key_pair(const field *f, uint8_t *reply) {
  uint8_t secret[SP_CURVE_SECRET_SIZE];
  bool fits = f[0].size == SP_CURVE_ENTROPY_SIZE;
  return fits && curve_key_pair(f[0].bytes, secret, reply) ? SP_CURVE_KEY_SIZE : 0;
}

/* keys: name and point each; signatures: name and bytes each; the threshold is one byte. */
static int32_t answer_threshold(const field *f, uint8_t *reply) {
  sync_key keys[SP_ROOT_KEYS_MAX];
  sync_signatures signatures;
  uint32_t key_count = f[0].size / sizeof *keys;
  signatures.count = f[3].size / sizeof *signatures.list;
  if (key_count > SP_ROOT_KEYS_MAX || signatures.count > SP_SIGNATURES_MAX) return -1;
  memcpy(keys, f[0].bytes, f[0].size);
  memcpy(signatures.list, f[3].bytes, f[3].size);
  sync_role role = {(1u << key_count) - 1, f[1].bytes[0]};
  return yes_or_no(reply, threshold_reached(keys, key_count, &role, f[2].bytes, &signatures));
}

static int32_t answer_json(const field *f, uint8_t *reply) {
  static uint64_t memory[1 << 14];
  sp_arena scratch = {(uint8_t *)memory, 0, sizeof memory, NULL};
  sp_report report;
  report_start(&report, &scratch, 1);
  sp_text text = {(const char *)f[0].bytes, f[0].size};
  return yes_or_no(reply, json_parse(text, NULL, &scratch, &report) != NULL);
}

static const struct {
  char what;
  uint8_t fields;
  int32_t (*answer)(const field *, uint8_t *);
} answers[] = {
    {'m', 2, answer_hmac},  {'k', 4, answer_hkdf},     {'v', 3, answer_verify},
    {'a', 2, answer_agree}, {'p', 1, answer_key_pair}, {'t', 4, answer_threshold},
    {'s', 1, answer_json},
};

int32_t vector_answer(const uint8_t *request, uint32_t size, uint8_t *reply) {
  field f[FIELDS_MAX];
  if (!size) return -1;
  uint32_t count = fields_in(request + 1, size - 1, f);
  if (request[0] == 'h' && count == 1) {
    sha256(f[0].bytes, f[0].size, reply);
    return SP_SHA256_SIZE;
  }
  if (request[0] == 'j' && count == 1) {
    return yes_or_no(reply, j0_check((sp_text){(const char *)f[0].bytes, f[0].size}));
  }
  for (uint32_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    if (answers[i].what == request[0] && answers[i].fields == count) {
      return answers[i].answer(f, reply);
    }
  }
  return -1;
}
