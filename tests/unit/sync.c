/* The verbs that know keys, on good requests (the seeds of their fuzzers): they succeed with enough
 * memory and say E_MEMORY with less, wherever it ends; and no cut request is taken. */
#include <cJSON.h>

#include "suanpan.h"
#include "sync/base64url.h"
#include "sync/secret.h"
#include "unit/unit.h"

typedef sp_err verb(sp_arena *, sp_text, sp_text *);

static const struct {
  const char *seed;
  verb *run;
} verbs[] = {
    {"root_verify", suanpan_root_verify},
    {"book_verify", suanpan_book_verify},
    {"note_open", suanpan_note_open},
    {"sync_open", suanpan_sync_open},
    {"enroll_finish", suanpan_enroll_finish},
    {"sync_seal", suanpan_sync_seal},
    {"record_open", suanpan_record_open},
    {"record_open", suanpan_record_seal},
    {NULL, suanpan_enroll_begin},
};
enum { VERB_COUNT = sizeof verbs / sizeof *verbs, ROOM = 1 << 18 };

/* The seed's bytes in a block of exactly their size; 64 bytes of entropy where there is none. */
static sp_text request_of(const char *seed) {
  char path[200] = "";
  char *bytes = malloc(8192);
  size_t size = 64;
  if (!bytes) abort();
  for (size_t i = 0; i < size; i++)
    bytes[i] = (char)(i * 7 + 1);
  if (seed) {
    snprintf(path, sizeof path, "tests/fuzz/seeds/%s/good", seed);
    FILE *file = fopen(path, "rb");
    if (!file) abort();
    size = fread(bytes, 1, 8192, file);
    fclose(file);
  }
  char *exact = realloc(bytes, size);
  if (!exact) abort();
  return (sp_text){exact, (uint32_t)size};
}

static sp_err run(verb *v, uint8_t *memory, size_t capacity, sp_text request, sp_text *reply) {
  sp_arena scratch = {memory, 0, capacity, NULL};
  *reply = (sp_text){NULL, 0};
  sp_err err = v(&scratch, request, reply);
  CHECK(reply->size > 0 || err == SP_E_MEMORY || v == suanpan_record_open);
  return err;
}

static void memory_may_end_anywhere(void) {
  for (uint32_t i = 0; i < VERB_COUNT; i++) {
    sp_text request = request_of(verbs[i].seed), reply;
    uint8_t *memory = malloc(ROOM);
    if (!memory) abort();
    CHECK_INT(run(verbs[i].run, memory, ROOM, request, &reply), SP_OK);
    sp_err err = SP_E_MEMORY;
    size_t capacity = 0;
    for (; err && capacity < ROOM; capacity += 248) {
      // A block of this size alone, so that a step behind it is seen.
      uint8_t *exact = malloc(capacity ? capacity : 1);
      if (!exact) abort();
      err = run(verbs[i].run, exact, capacity, request, &reply);
      CHECK(err == SP_OK || err == SP_E_MEMORY);
      free(exact);
    }
    CHECK_INT(err, SP_OK);
    free(memory);
    free((void *)(uintptr_t)request.ptr);
  }
}

static void a_cut_request_is_refused(void) {
  uint8_t *memory = malloc(ROOM);
  if (!memory) abort();
  for (uint32_t i = 0; i < VERB_COUNT; i++) {
    sp_text request = request_of(verbs[i].seed), reply;
    for (uint32_t size = 0; size < request.size; size++) {
      char *exact = malloc(size ? size : 1);
      if (!exact) abort();
      memcpy(exact, request.ptr, size);
      sp_err err = run(verbs[i].run, memory, ROOM, (sp_text){exact, size}, &reply);
      // Sealing takes any text behind the JSON.
      CHECK(err || verbs[i].run == suanpan_record_seal);
      free(exact);
    }
    free((void *)(uintptr_t)request.ptr);
  }
  free(memory);
}

static void base64url_goes_there_and_back(void) {
  uint8_t bytes[70], again[70];
  char text[SP_BASE64URL_SIZE(70)];
  for (uint32_t size = 0; size <= sizeof bytes; size++) {
    for (uint32_t i = 0; i < size; i++)
      bytes[i] = (uint8_t)(i * 37 + size);
    base64url_write(bytes, size, text);
    sp_text written = {text, SP_BASE64URL_SIZE(size)};
    CHECK_INT(base64url_size(written), size);
    CHECK(base64url_read(written, again) && !memcmp(bytes, again, size));
  }
  CHECK(!base64url_read(SP_TEXT("AB"), again) && !base64url_read(SP_TEXT("A"), again));
  CHECK(base64url_read(SP_TEXT("AA"), again) && !base64url_read(SP_TEXT("A="), again));
  CHECK(!base64url_read(SP_TEXT("AA+A"), again) && !base64url_read(SP_TEXT("AA/A"), again));
}

static void secrets_are_compared_and_wiped_whole(void) {
  uint8_t a[32], b[32];
  memset(a, 5, sizeof a);
  memcpy(b, a, sizeof b);
  CHECK(secret_equal(a, b, sizeof a));
  for (uint32_t i = 0; i < sizeof a; i++) {
    b[i] ^= 128;
    CHECK(!secret_equal(a, b, sizeof a));
    b[i] ^= 128;
  }
  secret_wipe(a, sizeof a);
  for (uint32_t i = 0; i < sizeof a; i++)
    CHECK_INT(a[i], 0);
}

int main(void) {
  RUN(memory_may_end_anywhere);
  RUN(a_cut_request_is_refused);
  RUN(base64url_goes_there_and_back);
  RUN(secrets_are_compared_and_wiped_whole);
  return unit_end();
}
