/* What the fuzzers of the verbs that know keys share: any bytes to one verb. */
#ifndef SP_TESTS_FUZZ_KEYED_H
#define SP_TESTS_FUZZ_KEYED_H

#include "fuzz.h"
#include "sync/j0.h"

typedef sp_err keyed_verb(sp_arena *, sp_text, sp_text *);
typedef enum { REPLY_JSON, REPLY_J0, REPLY_TEXT } reply_kind;

static inline void fuzz_keyed(keyed_verb *verb, reply_kind kind, const uint8_t *data, size_t size) {
  sp_arena scratch = fuzz_arena(scratch_memory, sizeof scratch_memory);
  sp_text reply = {NULL, 0};
  sp_err err = verb(&scratch, fuzz_text(data, size), &reply);
  if (!err && kind == REPLY_J0) FUZZ_CHECK(j0_check(reply));
  if (err || kind == REPLY_JSON) cJSON_Delete(fuzz_reply(err, reply));
}

#endif
