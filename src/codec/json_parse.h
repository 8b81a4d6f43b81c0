/* The strict reading of RFC 8259 into a tree of cJSON's nodes. cJSON's own parser is far too kind,
 * so it would have to walk every byte a second time.
 *
 * Accepts exactly: one value with white space around it, valid UTF-8, depth at most SP_DEPTH_MAX,
 * integers from -(2^53-1) to 2^53-1 without fraction, exponent, leading zero or -0, no key twice in
 * one object (compared after unescaping), no lone surrogate, and no U+0000 in a string or a key,
 * because strings end there. Source of the integer range: ECMA-262 Number.MAX_SAFE_INTEGER. */
#ifndef SP_CODEC_JSON_PARSE_H
#define SP_CODEC_JSON_PARSE_H

#include "codec/report.h"

/* The tree, which lives in scratch and is never deleted; of a node there is what its kind has:
 * type, next, child, string, valuestring and its size in valueint, where an array has how many
 * elements it has, valuedouble. NULL and one error in the report, at the place below `base`, which
 * is the name of a part or NULL: scratch is as before then, except for the path of that error. */
cJSON *json_parse(sp_text text, const char *base, sp_arena *scratch, sp_report *report);

/* The same a piece at a time; between two nothing of scratch may go. json_start: NULL where there
 * is no memory. json_read_on reads so many bytes and what it is in the middle of then: true when
 * there are more. json_end: the tree, as json_parse gives it. */
typedef struct json_reader json_reader;
json_reader *json_start(sp_text text, const char *base, sp_arena *scratch, sp_report *report);
bool json_read_on(json_reader *reader, size_t size_max);
cJSON *json_end(json_reader *reader);

/* What stands in front of a key and of a string in an array. One that comes again mostly is the
 * same text with the same note, so what was found out about it once need not be looked for again.
 */
typedef struct {
  const void *where; /* it was looked for; NULL: nowhere yet */
  uint32_t place;    /* there; nowhere yet: its size, SP_NONE where it stood with escapes */
  uint64_t sign;     /* equal texts have equal ones */
} json_note;
_Static_assert(sizeof(json_note) % 8 == 0, "the text behind it is made of whole words");

SP_IN_PLACE json_note *json_note_of(char *text) {
  return (json_note *)(void *)text - 1;
}

#endif
