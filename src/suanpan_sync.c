/* The verbs that know keys: verifying, enrolling, sealing. src/sync/README.md says what they mean.
 *
 * Secrets: what a verb puts on the stack it wipes itself; its request and its scratch are wiped by
 * whoever owns them (wasm/abi.c). */
#include "suanpan.h"

#include <string.h>

#include "base/text.h"
#include "codec/device_text.h"
#include "codec/manifest_in.h"
#include "codec/receipt_out.h"
#include "codec/root_in.h"
#include "facade.h"
#include "sync/book_order.h"
#include "sync/hash.h"
#include "sync/j0.h"
#include "sync/secret.h"

/* One call while it runs. */
typedef struct {
  sp_arena *scratch;
  size_t mark;
  sp_report report;
  cJSON *tree;  /* of the request's JSON */
  sp_text blob; /* the bytes behind it */
} call;

static bool refuse(call *c, sp_err code) {
  report_error_path(&c->report, &(json_path){.size = 0}, code);
  return false;
}

/* [u32 LE size of the JSON][JSON][blob] */
static bool call_start(call *c, sp_arena *scratch, sp_text request, uint32_t size_max) {
  sp_text json;
  c->scratch = scratch;
  c->mark = arena_mark(scratch);
  c->tree = NULL;
  report_start(&c->report, scratch, 1);
  c->report.keep = scratch;
  if (request.size > size_max) return refuse(c, SP_E_LIMIT);
  if (!cut_counted(&request, &json)) return refuse(c, SP_E_JSON);
  c->blob = request;
  c->tree = json_parse(json, NULL, scratch, &c->report);
  return c->tree != NULL;
}

/* Ends a call whose reply is text that stands already, an error when there was one. */
static sp_err call_end(call *c, sp_text text, sp_text *reply) {
  sp_err err = SP_OK;
  if (c->report.error_count) {
    err = fail(c->scratch, arena_mark(c->scratch), &c->report, reply);
  } else {
    *reply = text;
  }
  return err;
}

/* Ends a call whose reply has been written to `out`. */
static sp_err call_close(call *c, json_out *out, sp_text *reply) {
  if (c->report.error_count) return call_end(c, (sp_text){NULL, 0}, reply);
  sp_err err = close_reply(out, c->scratch, c->mark, reply);
  return err;
}

/* The digest of a message: its beginning and the bytes behind it. */
static void digest_of(const char *purpose, sp_text tenant, sp_text bytes,
                      uint8_t out[SP_SHA256_SIZE]) {
  hash_stream stream;
  message_start(&stream, purpose, tenant);
  hash_text(&stream, bytes);
  hash_end(&stream, out);
}

/* Text in base64url for a form; `room` keeps it. */
static sp_text base64url_text(const uint8_t *bytes, uint32_t size, char *room) {
  base64url_write(bytes, size, room);
  return (sp_text){room, SP_BASE64URL_SIZE(size)};
}

/* ---- roots ---- */

typedef struct {
  sp_text shop, trusted;
} root_request;
#define ROOT_FIELDS(X)                                                                             \
  X(ROOT, shop, SP_ID(root_request, shop), .required = true)                                       \
  X(ROOT, trusted, SP_STRING(root_request, trusted), .required = true)
SP_SCHEMA(root_schema, ROOT, ROOT_FIELDS, "");

/* Signatures come before any word of the root is believed, but for the names of its own keys, whose
 * signatures are asked too. */
static bool root_verify(call *c, signed_file *file, sync_root *next) {
  root_request request;
  sync_root trusted;
  sync_signatures signatures;
  uint8_t digest[SP_SHA256_SIZE];
  if (!json_object(&c->report, c->tree, &root_schema, &request, NULL) || c->report.error_count) {
    return false;
  }
  if (!root_in(request.trusted, "trusted", request.shop, c->scratch, &c->report, &trusted)) {
    return false;
  }
  if (!signed_file_cut(c->blob, "SPR1", file) || file->parts.size) return refuse(c, SP_E_MAGIC);
  if (!signatures_in(file->signatures, c->scratch, &c->report, &signatures)) return false;
  digest_of("root", request.shop, file->payload, digest);
  if (!root_has_signed(&trusted, SP_ROLE_root, digest, &signatures)) {
    return refuse(c, SP_E_SIGNATURE);
  }
  if (!root_in(file->payload, "next", request.shop, c->scratch, &c->report, next)) return false;
  sp_err err = root_may_follow(&trusted, next, digest, &signatures);
  return err ? refuse(c, err) : true;
}

sp_err suanpan_root_verify(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  json_out out = {0};
  signed_file file;
  sync_root next;
  if (call_start(&c, scratch, request, SP_SYNC_BYTES_MAX) && root_verify(&c, &file, &next)) {
    json_open(&out, scratch);
    json_form(&out, "{" OUT_INT(expires) "," OUT_TEXT(root) "," OUT_INT(v) "}", {next.expires_s},
              {.text = &file.payload}, {next.version});
  }
  return call_close(&c, &out, reply);
}

/* ---- books ---- */

typedef struct {
  sp_text shop, root;
  int64_t now_s;
  bool hashes; /* false: whoever opens the book next checks the hashes of its parts */
} book_request;
#define BOOK_FIELDS(X)                                                                             \
  X(BOOK, checkpoint, .type = JSON_STRING, SP_LOOSE)                                               \
  X(BOOK, hashes, SP_BOOL(book_request, hashes), .required = true)                                 \
  X(BOOK, now, SP_BIGINT(book_request, now_s), .required = true, .high = SP_BIG_INTEGER)           \
  X(BOOK, root, SP_STRING(book_request, root), .required = true)                                   \
  X(BOOK, shop, SP_ID(book_request, shop), .required = true)
SP_SCHEMA(book_schema, BOOK, BOOK_FIELDS, "");

typedef struct {
  sync_checkpoint order;
  sp_text manifest;
} checkpoint_text;
#define CHECKPOINT_FIELDS(X)                                                                       \
  X(CHECKPOINT, epoch, SP_BIGINT(checkpoint_text, order.epoch), .required = true,                  \
    .high = SP_BIG_INTEGER)                                                                        \
  X(CHECKPOINT, manifest, SP_STRING(checkpoint_text, manifest), .required = true)                  \
  X(CHECKPOINT, parts, .type = JSON_ANY, .required = true)                                         \
  X(CHECKPOINT, root, SP_BIGINT(checkpoint_text, order.root), .required = true,                    \
    .high = SP_BIG_INTEGER)                                                                        \
  X(CHECKPOINT, ver, SP_BIGINT(checkpoint_text, order.version), .required = true,                  \
    .high = SP_BIG_INTEGER)
SP_SCHEMA(checkpoint_schema, CHECKPOINT, CHECKPOINT_FIELDS, "");

static bool checkpoint_in(call *c, const cJSON *node, sync_checkpoint *out) {
  const cJSON *v[CHECKPOINT_COUNT];
  checkpoint_text text = {.manifest = {NULL, 0}};
  cJSON *tree = j0_parse(json_text(node), "checkpoint", c->scratch, &c->report);
  if (tree && json_object(&c->report, tree, &checkpoint_schema, &text, v) &&
      c->report.error_count == 0 && !hex_read(text.manifest, text.order.digest, SP_SHA256_SIZE)) {
    report_error(&c->report, v[CHECKPOINT_manifest], SP_E_NONCANON);
  }
  *out = text.order;
  return c->report.error_count == 0;
}

/* What verifying a book found out. */
typedef struct {
  sync_root root;
  book_manifest manifest;
  cJSON *tree; /* of the manifest */
  sp_text bytes;
  uint8_t digest[SP_SHA256_SIZE];
} verified_book;

static bool book_verify(call *c, verified_book *book) {
  const cJSON *v[BOOK_COUNT];
  book_request request = {.now_s = 0};
  sync_checkpoint checkpoint;
  signed_file file;
  sync_signatures signatures;
  uint8_t digest[SP_SHA256_SIZE];
  sp_report *report = &c->report;
  if (!json_object(report, c->tree, &book_schema, &request, v) || report->error_count) return false;
  if (v[BOOK_checkpoint] && !checkpoint_in(c, v[BOOK_checkpoint], &checkpoint)) return false;
  if (!root_in(request.root, "root", request.shop, c->scratch, report, &book->root)) return false;
  if (!signed_file_cut(c->blob, "SPB1", &file)) return refuse(c, SP_E_MAGIC);
  if (!signatures_in(file.signatures, c->scratch, report, &signatures)) return false;
  digest_of("book", request.shop, file.payload, digest);
  if (!root_has_signed(&book->root, SP_ROLE_book, digest, &signatures)) {
    return refuse(c, SP_E_SIGNATURE);
  }
  book->bytes = file.payload;
  sha256((const uint8_t *)file.payload.ptr, file.payload.size, book->digest);
  book->tree = j0_parse(file.payload, "manifest", c->scratch, report);
  if (!book->tree || !manifest_in(book->tree, report, &book->manifest)) return false;
  if (!text_equal(book->manifest.shop, request.shop)) return refuse(c, SP_E_SHOP);
  sp_err err = book_may_follow(&book->root, v[BOOK_checkpoint] ? &checkpoint : NULL,
                               &book->manifest.order, book->digest, request.now_s);
  if (err) return refuse(c, err);
  if (!manifest_parts_in(file.parts, report, &book->manifest)) return false;
  parts_hash hash = {.part = 0};
  while (request.hashes && parts_hash_on(&hash, &book->manifest, UINT32_MAX, report)) {
  }
  return manifest_is_whole(&book->manifest, report);
}

/* The checkpoint as a text by itself, because the reply has it as a string. */
static bool checkpoint_text_of(const verified_book *book, sp_arena *scratch, sp_text *text) {
  char hex[2 * SP_SHA256_SIZE];
  sp_text manifest = digest_text(book->digest, hex);
  const sync_manifest *order = &book->manifest.order;
  json_out out;
  json_open(&out, scratch);
  json_form(&out, "{" OUT_INT(epoch) "," OUT_TEXT(manifest) ",\"parts\":[", {order->epoch},
            {.text = &manifest});
  for (uint32_t i = 0; i < book->manifest.parts.count; i++) {
    const manifest_part *part = &book->manifest.parts.items[i];
    if (!part->bytes.ptr) continue;
    json_form(&out, "[" OUT_NUMBER "," OUT_STRING "],", {i}, {.text = &part->sha256});
  }
  json_form(&out, OUT_END "]," OUT_INT(root) "," OUT_INT(ver) "}", {book->root.version},
            {order->version});
  return json_close(&out, text);
}

sp_err suanpan_book_verify(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  json_out out = {0};
  verified_book book = {.tree = NULL};
  sp_text checkpoint;
  if (call_start(&c, scratch, request, SP_SYNC_BYTES_MAX + SP_BOOK_BYTES_MAX) &&
      book_verify(&c, &book)) {
    char hex[2 * SP_SHA256_SIZE];
    sp_text digest = digest_text(book.digest, hex);
    if (!checkpoint_text_of(&book, scratch, &checkpoint)) refuse(&c, SP_E_MEMORY);
    json_open(&out, scratch);
    json_form(&out,
              "{" OUT_TEXT(checkpoint) "," OUT_TEXT(digest) "," OUT_INT(expires) ",\"manifest\":",
              {.text = &checkpoint}, {.text = &digest},
              {sp_min(book.manifest.expires_s, book.root.expires_s)});
    json_raw(&out, book.bytes.ptr, book.bytes.size);
    json_literal(&out, "}");
  }
  return call_close(&c, &out, reply);
}

/* ---- enrolment ---- */

static bool has_entropy(sp_text bytes) {
  if (bytes.size != SP_CURVE_ENTROPY_SIZE) return false;
  for (uint32_t i = 1; i < bytes.size; i++) {
    if (bytes.ptr[i] != bytes.ptr[0]) return true;
  }
  return false;
}

sp_err suanpan_enroll_begin(sp_arena *scratch, sp_text entropy, sp_text *reply) {
  uint8_t pair[SP_KEY_PAIR_SIZE];
  char key_room[SP_BASE64URL_SIZE(SP_CURVE_KEY_SIZE)], pair_room[SP_BASE64URL_SIZE(sizeof pair)];
  json_out out;
  size_t mark = arena_mark(scratch);
  uint8_t *key = pair + SP_CURVE_SECRET_SIZE;
  if (!has_entropy(entropy) || !curve_key_pair((const uint8_t *)entropy.ptr, pair, key)) {
    return fail_at(scratch, mark, SP_E_ENTROPY, SP_TEXT(""), reply);
  }
  sp_text pub = base64url_text(key, SP_CURVE_KEY_SIZE, key_room);
  sp_text secret = base64url_text(pair, sizeof pair, pair_room);
  json_open(&out, scratch);
  json_form(&out, "{" OUT_TEXT(pub) "," OUT_TEXT(secret) "}", {.text = &pub}, {.text = &secret});
  secret_wipe(pair, sizeof pair);
  secret_wipe(pair_room, sizeof pair_room);
  return close_reply(&out, scratch, mark, reply);
}

/* The role of the key that signed, as the list of signatures that it would be. */
static bool is_signed_online(const sync_root *root, const uint8_t digest[SP_SHA256_SIZE],
                             const uint8_t name[SP_KEY_NAME_SIZE],
                             const uint8_t signature[SP_CURVE_SIGNATURE_SIZE]) {
  sync_signatures one = {.count = 1};
  memcpy(one.list[0].name, name, SP_KEY_NAME_SIZE);
  memcpy(one.list[0].bytes, signature, SP_CURVE_SIGNATURE_SIZE);
  return root_has_signed(root, SP_ROLE_online, digest, &one);
}

static bool enroll(call *c, enroll_request *request, uint8_t transcript[SP_SHA256_SIZE],
                   device_keys *keys) {
  uint8_t shared[SP_CURVE_SECRET_SIZE];
  sync_root root;
  const enrolment *said = &request->said;
  if (!root_in(request->root, "root", said->tenant, c->scratch, &c->report, &root)) return false;
  enrolment_digest(said, transcript);
  if (!is_signed_online(&root, transcript, request->signer, request->signature)) {
    return refuse(c, SP_E_SIGNATURE);
  }
  if (!curve_agree(request->secret, said->server, shared)) return refuse(c, SP_E_KEY);
  bool is_confirmed = device_keys_derive(
      said, transcript, shared, (hash_bytes){request->wxk, request->wxk_size}, request->mac, keys);
  secret_wipe(shared, sizeof shared);
  return is_confirmed ? true : refuse(c, SP_E_MAC);
}

sp_err suanpan_enroll_finish(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  json_out out = {0};
  enroll_request in;
  device_keys derived;
  uint8_t digest[SP_SHA256_SIZE];
  if (call_start(&c, scratch, request, SP_REQUEST_BYTES_MAX) && enroll_in(c.tree, &c.report, &in) &&
      enroll(&c, &in, digest, &derived)) {
    char room[SP_KEYS_TEXT_SIZE_MAX], dev_room[SP_BASE64URL_SIZE(SP_DEVICE_SIZE)];
    char digest_room[SP_BASE64URL_SIZE(SP_SHA256_SIZE)];
    sp_text keys = keys_text(&derived, room);
    sp_text dev = base64url_text(derived.device, SP_DEVICE_SIZE, dev_room);
    sp_text transcript = base64url_text(digest, SP_SHA256_SIZE, digest_room);
    json_open(&out, scratch);
    json_form(&out,
              "{" OUT_TEXT(dev) "," OUT_INT(epoch) "," OUT_TEXT(keys) "," OUT_TEXT(
                  member) "," OUT_TEXT(transcript) "}",
              {.text = &dev}, {in.said.epoch}, {.text = &keys}, {.text = &in.said.member},
              {.text = &transcript});
    secret_wipe(room, sizeof room);
  }
  secret_wipe(&derived, sizeof derived);
  secret_wipe(&in, sizeof in);
  return call_close(&c, &out, reply);
}

/* ---- sync ---- */

static bool keys_of(call *c, sp_text text, device_keys *keys) {
  return keys_in(text, keys) ? true : refuse(c, SP_E_KEY);
}

static const uint8_t *chain_ops(const device_keys *keys, seal_request *request) {
  const uint8_t *before = request->before;
  for (uint32_t i = 0; i < request->ops.count; i++) {
    sync_op *op = &request->ops.items[i];
    op_digest(keys, op->seq, before, op->body, op->digest);
    op_tag(keys, op->digest, op->tag);
    before = op->digest;
  }
  return before;
}

/* The line of the request, `<tenant>.<device>.<MAC>`, and its J0 behind it. The MAC is put in when
 * the J0 is there. */
static bool request_text(call *c, const device_keys *keys, const seal_request *request,
                         sp_text *body) {
  enum { device_size = SP_BASE64URL_SIZE(SP_DEVICE_SIZE) };
  enum { mac_size = SP_BASE64URL_SIZE(SP_SHA256_SIZE) };
  char line[SP_TENANT_SIZE_MAX + device_size + mac_size + 3] = {0};
  uint32_t device_at = keys->tenant.size + 1, mac_at = device_at + device_size + 1;
  uint32_t line_size = mac_at + mac_size + 1;
  uint8_t mac[SP_SHA256_SIZE];
  json_out out;
  memcpy(line, keys->tenant.ptr, keys->tenant.size);
  line[device_at - 1] = line[mac_at - 1] = '.';
  line[line_size - 1] = '\n';
  base64url_write(keys->device, SP_DEVICE_SIZE, line + device_at);
  json_open(&out, c->scratch);
  json_raw(&out, line, line_size);
  seal_out(&out, request);
  if (!json_close(&out, body)) return refuse(c, SP_E_MEMORY);
  if (body->size > SP_SYNC_REQUEST_SIZE_MAX) return refuse(c, SP_E_LIMIT);
  request_mac(keys, (sp_text){body->ptr + line_size, body->size - line_size}, mac);
  base64url_write(mac, sizeof mac, (char *)(uintptr_t)body->ptr + mac_at);
  return true;
}

sp_err suanpan_sync_seal(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  json_out out = {0};
  seal_request in;
  device_keys keys;
  sp_text body;
  if (call_start(&c, scratch, request, SP_REQUEST_BYTES_MAX) && seal_in(c.tree, &c.report, &in) &&
      keys_of(&c, in.keys, &keys)) {
    char room[SP_BASE64URL_SIZE(SP_SHA256_SIZE)];
    sp_text head = base64url_text(chain_ops(&keys, &in), SP_SHA256_SIZE, room);
    if (request_text(&c, &keys, &in, &body)) {
      json_open(&out, scratch);
      json_form(&out, "{" OUT_TEXT(body) "," OUT_TEXT(head) "}", {.text = &body}, {.text = &head});
    }
  }
  secret_wipe(&keys, sizeof keys);
  return call_close(&c, &out, reply);
}

/* `<b64u MAC>\n<text>`, as replies and records have it. */
static bool maced_cut(sp_text bytes, uint8_t mac[SP_SHA256_SIZE], sp_text *text) {
  const uint32_t size = SP_BASE64URL_SIZE(SP_SHA256_SIZE);
  if (bytes.size <= size || bytes.ptr[size] != '\n') return false;
  *text = (sp_text){bytes.ptr + size + 1, bytes.size - size - 1};
  return base64url_read((sp_text){bytes.ptr, size}, mac);
}

typedef struct {
  sp_text keys, name, nonce;
} maced_request;
#define OPEN_FIELDS(X)                                                                             \
  X(OPEN, keys, SP_STRING(maced_request, keys), .required = true)                                  \
  X(OPEN, nonce, SP_STRING(maced_request, nonce), .required = true)
SP_SCHEMA(open_schema, OPEN, OPEN_FIELDS, "");
#define RECORD_FIELDS(X)                                                                           \
  X(RECORD, keys, SP_STRING(maced_request, keys), .required = true)                                \
  X(RECORD, name, SP_STRING(maced_request, name), .required = true)
SP_SCHEMA(record_schema, RECORD, RECORD_FIELDS, "");

/* Starts a call that has keys and one more text. */
static bool maced_start(call *c, sp_arena *scratch, sp_text request, const json_schema *schema,
                        maced_request *in, device_keys *keys) {
  return call_start(c, scratch, request, SP_SYNC_BYTES_MAX) &&
         json_object(&c->report, c->tree, schema, in, NULL) && c->report.error_count == 0 &&
         keys_of(c, in->keys, keys);
}

sp_err suanpan_sync_open(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  maced_request in;
  device_keys keys;
  uint8_t nonce[SP_NONCE_SIZE], said[SP_SHA256_SIZE], mac[SP_SHA256_SIZE];
  sp_text j0 = {NULL, 0};
  if (maced_start(&c, scratch, request, &open_schema, &in, &keys)) {
    if (!base64url_of_size(in.nonce, nonce, sizeof nonce)) {
      refuse(&c, SP_E_NONCANON);
    } else if (!maced_cut(c.blob, said, &j0)) {
      refuse(&c, SP_E_MAC);
    } else {
      reply_mac(&keys, nonce, j0, mac);
      if (!secret_equal(said, mac, sizeof mac))
        refuse(&c, SP_E_MAC);
      else if (!j0_check(j0))
        refuse(&c, SP_E_NONCANON);
    }
  }
  secret_wipe(&keys, sizeof keys);
  return call_end(&c, j0, reply);
}

/* ---- notes ---- */

typedef struct {
  uint32_t purpose;
  sp_text shop, root;
} note_request;
#define NOTE_WORDS "head order recovery"
#define NOTE_FIELDS(X)                                                                             \
  X(NOTE, purpose, SP_ENUM(note_request, purpose), .required = true, .words = NOTE_WORDS)          \
  X(NOTE, root, SP_STRING(note_request, root), .required = true)                                   \
  X(NOTE, shop, SP_ID(note_request, shop), .required = true)
SP_SCHEMA(note_schema, NOTE, NOTE_FIELDS, "");

/* `<kid>.<b64u signature>\n<J0>` */
static bool note_cut(sp_text note, sync_signature *signature, sp_text *j0) {
  enum { name_size = 2 * SP_KEY_NAME_SIZE };
  enum { signature_size = SP_BASE64URL_SIZE(SP_CURVE_SIGNATURE_SIZE) };
  const uint32_t line_size = name_size + 1 + signature_size;
  if (note.size <= line_size || note.ptr[name_size] != '.' || note.ptr[line_size] != '\n') {
    return false;
  }
  *j0 = (sp_text){note.ptr + line_size + 1, note.size - line_size - 1};
  return hex_read((sp_text){note.ptr, name_size}, signature->name, SP_KEY_NAME_SIZE) &&
         base64url_read((sp_text){note.ptr + name_size + 1, signature_size}, signature->bytes);
}

static bool note_open(call *c, sp_text *j0) {
  static const char *const purposes[] = {"head", "order", "recovery"};
  note_request in = {.purpose = 0};
  sync_root root;
  sync_signature signature;
  uint8_t digest[SP_SHA256_SIZE];
  if (!json_object(&c->report, c->tree, &note_schema, &in, NULL) || c->report.error_count ||
      !root_in(in.root, "root", in.shop, c->scratch, &c->report, &root)) {
    return false;
  }
  if (!note_cut(c->blob, &signature, j0)) return refuse(c, SP_E_NONCANON);
  digest_of(purposes[in.purpose], in.shop, *j0, digest);
  if (!is_signed_online(&root, digest, signature.name, signature.bytes)) {
    return refuse(c, SP_E_SIGNATURE);
  }
  return j0_check(*j0) ? true : refuse(c, SP_E_NONCANON);
}

sp_err suanpan_note_open(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  sp_text j0 = {NULL, 0};
  if (call_start(&c, scratch, request, SP_SYNC_BYTES_MAX)) note_open(&c, &j0);
  return call_end(&c, j0, reply);
}

/* ---- records ---- */

sp_err suanpan_record_seal(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  json_out out = {0};
  maced_request in;
  device_keys keys;
  if (maced_start(&c, scratch, request, &record_schema, &in, &keys)) {
    uint8_t mac[SP_SHA256_SIZE];
    char room[SP_BASE64URL_SIZE(SP_SHA256_SIZE)];
    record_mac(&keys, in.name, c.blob, mac);
    sp_text line = base64url_text(mac, sizeof mac, room);
    json_open(&out, scratch);
    json_raw(&out, line.ptr, line.size);
    json_raw(&out, "\n", 1);
    json_raw(&out, c.blob.ptr, c.blob.size);
  }
  secret_wipe(&keys, sizeof keys);
  return call_close(&c, &out, reply);
}

sp_err suanpan_record_open(sp_arena *scratch, sp_text request, sp_text *reply) {
  call c;
  maced_request in;
  device_keys keys;
  uint8_t said[SP_SHA256_SIZE], mac[SP_SHA256_SIZE];
  sp_text text = {NULL, 0};
  if (maced_start(&c, scratch, request, &record_schema, &in, &keys)) {
    if (!maced_cut(c.blob, said, &text)) {
      refuse(&c, SP_E_MAC);
    } else {
      record_mac(&keys, in.name, text, mac);
      if (!secret_equal(said, mac, sizeof mac)) refuse(&c, SP_E_MAC);
    }
  }
  secret_wipe(&keys, sizeof keys);
  return call_end(&c, text, reply);
}
