#include "codec/device_text.h"

#include <string.h>

#include "sync/j0.h"
#include "sync/secret.h"

/* ---- keys ---- */

enum {
  device_text_size = SP_BASE64URL_SIZE(SP_DEVICE_SIZE),
  keys_size = SP_KEY_COUNT * SP_SHA256_SIZE,
  keys_text_size = SP_BASE64URL_SIZE(keys_size)
};

sp_text keys_text(const device_keys *keys, char out[SP_KEYS_TEXT_SIZE_MAX]) {
  char *at = out + keys->tenant.size;
  memcpy(out, keys->tenant.ptr, keys->tenant.size);
  *at++ = '.';
  base64url_write(keys->device, SP_DEVICE_SIZE, at);
  at += device_text_size;
  *at++ = '.';
  base64url_write(keys->keys[0], keys_size, at);
  return (sp_text){out, (uint32_t)(at - out) + keys_text_size};
}

bool keys_in(sp_text text, device_keys *out) {
  const uint32_t behind = 2 + device_text_size + keys_text_size;
  if (text.size <= behind || text.size > SP_KEYS_TEXT_SIZE_MAX) return false;
  out->tenant = (sp_text){text.ptr, text.size - behind};
  const char *device = text.ptr + out->tenant.size + 1, *keys = device + device_text_size + 1;
  return tenant_is_lawful(out->tenant) && device[-1] == '.' && keys[-1] == '.' &&
         base64url_read((sp_text){device, device_text_size}, out->device) &&
         base64url_read((sp_text){keys, keys_text_size}, out->keys[0]);
}

/* ---- enrolment ---- */

/* A string that is base64url of exactly so many bytes. */
static void bytes_in(sp_report *report, const cJSON *node, uint8_t *out, uint32_t size) {
  if (report->error_count == 0 && !base64url_of_size(json_text(node), out, size)) {
    report_error(report, node, SP_E_NONCANON);
  }
}

#define SP_BYTES                 .type = JSON_STRING, .required = true, SP_LOOSE
#define SP_COUNTER(type, member) SP_BIGINT(type, member), .required = true, .high = SP_BIG_INTEGER
#define REPLY_FIELDS(X)                                                                            \
  X(REPLY, dev, SP_BYTES)                                                                          \
  X(REPLY, epoch, SP_COUNTER(enroll_request, said.epoch))                                          \
  X(REPLY, kid, SP_BYTES)                                                                          \
  X(REPLY, mac, SP_BYTES)                                                                          \
  X(REPLY, member, SP_ID(enroll_request, said.member), .required = true)                           \
  X(REPLY, pub, SP_BYTES)                                                                          \
  X(REPLY, sig, SP_BYTES)                                                                          \
  X(REPLY, time, SP_COUNTER(enroll_request, said.time_ms))
SP_SCHEMA(reply_schema, REPLY, REPLY_FIELDS, "");

#define ENROLL_FIELDS(X)                                                                           \
  X(ENROLL, app, SP_ID(enroll_request, said.app), .required = true)                                \
  X(ENROLL, nonce, SP_BYTES)                                                                       \
  X(ENROLL, reply, .type = JSON_OBJECT, .required = true)                                          \
  X(ENROLL, root, SP_STRING(enroll_request, root), .required = true)                               \
  X(ENROLL, secret, SP_BYTES)                                                                      \
  X(ENROLL, shop, SP_ID(enroll_request, said.tenant), .required = true)                            \
  X(ENROLL, wxk, .type = JSON_STRING, SP_LOOSE)                                                    \
  X(ENROLL, wxk_ver, SP_COUNTER(enroll_request, said.wxk_version))
SP_SCHEMA(enroll_schema, ENROLL, ENROLL_FIELDS, "");

static void wxk_in(sp_report *report, const cJSON *node, enroll_request *out) {
  if (!node) return;
  sp_text text = json_text(node);
  out->wxk_size = base64url_size(text);
  if (out->wxk_size > SP_WXK_SIZE_MAX) {
    report_error(report, node, SP_E_LIMIT);
  } else {
    bytes_in(report, node, out->wxk, out->wxk_size);
  }
}

bool enroll_in(const cJSON *tree, sp_report *report, enroll_request *out) {
  const cJSON *v[ENROLL_COUNT], *r[REPLY_COUNT];
  uint8_t pair[SP_KEY_PAIR_SIZE];
  enrolment *said = &out->said;
  *out = (enroll_request){.wxk_size = 0};
  if (json_object(report, tree, &enroll_schema, out, v)) {
    json_object(report, v[ENROLL_reply], &reply_schema, out, r);
  }
  if (report->error_count) return false;
  bytes_in(report, v[ENROLL_nonce], said->nonce, sizeof said->nonce);
  bytes_in(report, v[ENROLL_secret], pair, sizeof pair);
  wxk_in(report, v[ENROLL_wxk], out);
  bytes_in(report, r[REPLY_dev], said->device, sizeof said->device);
  bytes_in(report, r[REPLY_mac], out->mac, sizeof out->mac);
  bytes_in(report, r[REPLY_pub], said->server, sizeof said->server);
  bytes_in(report, r[REPLY_sig], out->signature, sizeof out->signature);
  memcpy(out->secret, pair, sizeof out->secret);
  memcpy(said->client, pair + sizeof out->secret, sizeof said->client);
  secret_wipe(pair, sizeof pair);
  if (!hex_read(json_text(r[REPLY_kid]), out->signer, sizeof out->signer)) {
    report_error(report, r[REPLY_kid], SP_E_NONCANON);
  }
  return report->error_count == 0;
}

/* ---- sync ---- */

#define OP_FIELDS(X)                                                                               \
  X(OP, b, SP_STRING(sync_op, body), .required = true)                                             \
  X(OP, s, SP_COUNTER(sync_op, seq), .low = 1)
SP_SCHEMA(op_schema, OP, OP_FIELDS, "");
SP_EACH(op_each, sync_op, SP_SYNC_OPS_MAX, .type = JSON_RECORD, .schema = &op_schema);

#define HAVE_FIELDS(X)                                                                             \
  X(HAVE, book, .type = JSON_ARRAY, .required = true, .low = 2, .high = 2)                         \
  X(HAVE, state, SP_COUNTER(seal_request, state))
SP_SCHEMA(have_schema, HAVE, HAVE_FIELDS, "");

#define SYNC_FIELDS(X)                                                                             \
  X(SYNC, count, SP_COUNTER(seal_request, count))                                                  \
  X(SYNC, have, .type = JSON_OBJECT, .required = true)                                             \
  X(SYNC, nonce, SP_STRING(seal_request, nonce), .required = true)                                 \
  X(SYNC, now, SP_COUNTER(seal_request, now_ms))                                                   \
  X(SYNC, ops, SP_LIST(seal_request, ops, op_each), .required = true)                              \
  X(SYNC, prev, SP_STRING(seal_request, prev), .required = true)
SP_SCHEMA(sync_schema, SYNC, SYNC_FIELDS, "");

#define SEAL_FIELDS(X)                                                                             \
  X(SEAL, keys, SP_STRING(seal_request, keys), .required = true)                                   \
  X(SEAL, request, .type = JSON_OBJECT, .required = true)
SP_SCHEMA(seal_schema, SEAL, SEAL_FIELDS, "");

/* Bodies are J0, not too large, and numbered one after the other. */
static void ops_check(sp_report *report, const seal_request *request) {
  const cJSON *node = json_first(request->ops.node);
  for (uint32_t i = 0; i < request->ops.count; i++, node = node->next) {
    const sync_op *op = &request->ops.items[i];
    sp_err err = op->body.size > SP_SYNC_BODY_BYTES_MAX ? SP_E_LIMIT
                 : !j0_check(op->body)                  ? SP_E_NONCANON
                                                        : SP_OK;
    if (err) report_error_key(report, node, "b", err);
    if (op->seq != request->ops.items[0].seq + i) report_error_key(report, node, "s", SP_E_RANGE);
  }
}

bool seal_in(const cJSON *tree, sp_report *report, seal_request *out) {
  static const json_field counter = {.type = JSON_BIG, .high = SP_BIG_INTEGER};
  const cJSON *v[SEAL_COUNT], *r[SYNC_COUNT], *h[HAVE_COUNT];
  uint8_t nonce[SP_NONCE_SIZE];
  *out = (seal_request){.count = 0};
  if (json_object(report, tree, &seal_schema, out, v) &&
      json_object(report, v[SEAL_request], &sync_schema, out, r)) {
    json_object(report, r[SYNC_have], &have_schema, out, h);
  }
  if (report->error_count) return false;
  json_read(report, json_element(h[HAVE_book], 0), &counter, &out->epoch);
  json_read(report, json_element(h[HAVE_book], 1), &counter, &out->version);
  bytes_in(report, r[SYNC_nonce], nonce, sizeof nonce);
  bytes_in(report, r[SYNC_prev], out->before, sizeof out->before);
  ops_check(report, out);
  return report->error_count == 0;
}

static void base64url_out(json_out *out, const uint8_t bytes[SP_SHA256_SIZE]) {
  char text[SP_BASE64URL_SIZE(SP_SHA256_SIZE)];
  base64url_write(bytes, SP_SHA256_SIZE, text);
  json_raw(out, text, sizeof text);
}

void seal_out(json_out *out, const seal_request *request) {
  json_form(out,
            "{" OUT_INT(count) ",\"have\":{\"book\":[" OUT_NUMBER "," OUT_NUMBER "]," OUT_INT(
                state) "}," OUT_TEXT(nonce) "," OUT_INT(now) ",\"ops\":[",
            {request->count}, {request->epoch}, {request->version}, {request->state},
            {.text = &request->nonce}, {request->now_ms});
  for (uint32_t i = 0; i < request->ops.count; i++) {
    const sync_op *op = &request->ops.items[i];
    json_form(out, "{" OUT_TEXT(b) ",\"d\":\"", {.text = &op->body});
    base64url_out(out, op->digest);
    json_form(out, "\"," OUT_INT(s) ",\"t\":\"", {op->seq});
    base64url_out(out, op->tag);
    json_literal(out, "\"},");
  }
  json_form(out, OUT_END "]," OUT_TEXT(prev) "}", {.text = &request->prev});
}
