/* Writing JSON at the end of an arena. Commas come by themselves; running out of memory is
 * remembered and told once, by json_close. While a writer is open nobody else may allocate in its
 * arena. */
#ifndef SP_CODEC_JSON_OUT_H
#define SP_CODEC_JSON_OUT_H

#include "base/arena.h"
#include "base/base.h"

typedef struct {
  sp_arena *arena;
  char *start, *at, *end;
  bool comma; /* the next value or key needs one before it */
  bool failed;
} json_out;

void json_open(json_out *out, sp_arena *arena);

/* What was written; it becomes part of the arena. False when memory ran out: nothing was taken
 * then. */
bool json_close(json_out *out, sp_text *text);

/* Raw bytes, without a comma. */
void json_raw(json_out *out, const char *bytes, size_t size);

/* '{' or '[', with the comma before it; and their ends. */
void json_begin(json_out *out, char bracket);
void json_end(json_out *out, char bracket);

void json_int(json_out *out, int64_t value);
void json_bool(json_out *out, bool value);
void json_null(json_out *out);

/* A string of bytes. The wrappers below spare every caller the copy of a struct, which
 * WebAssembly's calling convention would put on the stack. */
void json_string_bytes(json_out *out, const char *bytes, uint32_t size);
void json_piece_bytes(json_out *out, const char *bytes, uint32_t size);

/* A zero-terminated string. */
void json_word(json_out *out, const char *word);

/* A string in pieces: json_quote, json_piece..., json_quote_end. */
void json_quote(json_out *out);
void json_quote_end(json_out *out);

/* A key that needs no escape. */
void json_key(json_out *out, const char *key);
void json_key_int(json_out *out, const char *key, int64_t value);
void json_key_begin(json_out *out, const char *key, char bracket);

/* Several integers: their keys in one list of words. */
void json_key_ints(json_out *out, const char *keys, const int64_t *values);

/* The word at that place of a list, as a string. */
void json_key_word(json_out *out, const char *key, const char *words, uint32_t index);

#define SP_INLINE static inline __attribute__((always_inline))
SP_INLINE void json_string(json_out *out, sp_text text) {
  json_string_bytes(out, text.ptr, text.size);
}
SP_INLINE void json_piece(json_out *out, sp_text text) {
  json_piece_bytes(out, text.ptr, text.size);
}
SP_INLINE void json_key_string(json_out *out, const char *key, sp_text text) {
  json_key(out, key);
  json_string_bytes(out, text.ptr, text.size);
}

#endif
