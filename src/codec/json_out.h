/* Writing JSON at the end of an arena. Commas come by themselves; running out of memory is remembered and
 * told once, by json_close. While a writer is open nobody else may allocate in its arena. */
#ifndef SP_CODEC_JSON_OUT_H
#define SP_CODEC_JSON_OUT_H

#include "base/arena.h"
#include "base/base.h"

typedef struct {
  sp_arena *arena;
  char *start;
  size_t size, room;
  bool comma; /* the next value or key needs one before it */
  bool failed;
} json_out;

void json_open(json_out *out, sp_arena *arena);

/* What was written; it becomes part of the arena. False when memory ran out: nothing was taken then. */
bool json_close(json_out *out, sp_text *text);

/* Raw bytes, without a comma. */
void json_raw(json_out *out, const char *bytes, size_t size);

/* '{' or '[', with the comma before it; and their ends. */
void json_begin(json_out *out, char bracket);
void json_end(json_out *out, char bracket);

void json_int(json_out *out, int64_t value);
void json_bool(json_out *out, bool value);
void json_null(json_out *out);
void json_string(json_out *out, sp_text text);

/* A string in pieces: json_quote, json_piece..., json_quote_end. */
void json_quote(json_out *out);
void json_piece(json_out *out, sp_text text);
void json_quote_end(json_out *out);

/* A key that needs no escape. json_key takes a literal, whose quotes are made by the compiler. */
void json_key_raw(json_out *out, const char *quoted, size_t size);
#define json_key(out, literal) json_key_raw(out, "\"" literal "\":", sizeof("\"" literal "\":") - 1)
void json_key_text(json_out *out, sp_text key);

#define json_key_int(out, literal, value) (json_key(out, literal), json_int(out, value))
#define json_key_bool(out, literal, value) (json_key(out, literal), json_bool(out, value))
#define json_key_string(out, literal, value) (json_key(out, literal), json_string(out, value))
#define json_key_begin(out, literal, bracket) (json_key(out, literal), json_begin(out, bracket))

#endif
