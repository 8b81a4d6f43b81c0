/* Writing JSON at the end of an arena. Objects are written by forms: the text as it will stand,
 * with marks where values come, so that all keys between two values are one copy. Running out of
 * memory is remembered and told once, by json_close. While a writer is open nobody else may
 * allocate in its arena. */
#ifndef SP_CODEC_JSON_OUT_H
#define SP_CODEC_JSON_OUT_H

#include "base/arena.h"
#include "base/base.h"

typedef struct {
  sp_arena *arena;
  char *start, *at, *end;
  bool failed;
} json_out;

void json_open(json_out *out, sp_arena *arena);

/* What was written; it becomes part of the arena. False when memory ran out: nothing was taken
 * then. */
bool json_close(json_out *out, sp_text *text);

/* Raw bytes. */
void json_raw(json_out *out, const char *bytes, size_t size);

/* The inside of a string, escaped, and the digits of a number >= 0, at least so many. */
void json_piece(json_out *out, const sp_text *text);
void json_digits(json_out *out, int64_t number, uint32_t digits_min);

/* Makes room for that many more bytes at out->at, for writers of other formats. False when there is
 * none. */
bool json_reserve(json_out *out, size_t size);

/* What stands for one mark. */
typedef union {
  int64_t number;
  const sp_text *text;
  const char *words; /* a list of codec/words.h; the next slot is the number of the word */
} json_slot;

/* Marks, in the text of a form. The commas and brackets between members are the form's. */
#define OUT_STRING "\1" /* text; NULL: the text since the last mark is not written either */
#define OUT_NUMBER "\2" /* number */
#define OUT_LESS   "\3" /* number; below 0: as OUT_STRING has it with NULL */
#define OUT_END    "\4" /* no value: a comma before it goes, so elements of a list may end in one */

/* Members. */
#define OUT_KEY(name)      "\"" #name "\":"
#define OUT_TEXT(name)     OUT_KEY(name) OUT_STRING
#define OUT_INT(name)      OUT_KEY(name) OUT_NUMBER
#define OUT_MAY_INT(name)  "," OUT_KEY(name) OUT_LESS
#define OUT_MAY_TEXT(name) "," OUT_TEXT(name)
#define OUT_WORD(name)     OUT_KEY(name) "\"\5" /* words, number */
#define OUT_MAY_WORD(name) "," OUT_WORD(name)   /* words, number; below 0 as OUT_LESS */
#define OUT_BOOL(name)     OUT_KEY(name) "\6"   /* number: 0 or 1 */
#define OUT_OR_NULL(name)  OUT_KEY(name) "\7"   /* text; NULL: null */

#define SP_SLOTS(...) ((const json_slot[]){__VA_ARGS__})

/* What a form may take without its texts; a number or a word takes at most 24 bytes. */
#define SP_FORM_BYTES_MAX 640
/* A form is read by eight bytes, so it has some zeros behind its end. One that is too long does not
 * compile. */
#define SP_FORM(form)     form "\0\0\0\0\0\0\0"
#define SP_FORM_OF(form, slots)                                                                    \
  &SP_FORM(form)[0 * sizeof(char[sizeof SP_FORM(form) + (slots)*24 <= SP_FORM_BYTES_MAX ? 1 : -1])]

/* json_form(out, "{" OUT_INT(a) "," OUT_TEXT(b) "}", {.number = 1}, {.text = &b}) */
#define json_form(out, form, ...)                                                                  \
  json_form_at(out, SP_FORM_OF(form, sizeof SP_SLOTS(__VA_ARGS__) / sizeof(json_slot)),            \
               SP_SLOTS(__VA_ARGS__))
/* A form without values, and one whose values stand in an array. */
#define json_literal(out, form) json_form_at(out, SP_FORM_OF(form, 0), NULL)
#define json_form_of(out, form, slots)                                                             \
  json_form_at(out, SP_FORM_OF(form, sizeof(slots) / sizeof *(slots)), slots)

void json_form_at(json_out *out, const char *form, const json_slot *slots);

#endif
