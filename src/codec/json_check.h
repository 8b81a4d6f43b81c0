/* The strict reading of RFC 8259 that stands in front of cJSON, which is far too kind.
 *
 * Accepts exactly: one value with white space around it, valid UTF-8, depth at most SP_DEPTH_MAX,
 * integers from -(2^53-1) to 2^53-1 without fraction, exponent, leading zero or -0, no key twice in
 * one object (compared after unescaping), no lone surrogate, and no U+0000 in a string or a key,
 * because cJSON ends its strings there. Source of the integer range: ECMA-262
 * Number.MAX_SAFE_INTEGER. */
#ifndef SP_CODEC_JSON_CHECK_H
#define SP_CODEC_JSON_CHECK_H

#include "codec/report.h"

/* False and one error in the report, at the place below `base`, which is the name of a part or
 * NULL. Scratch is as before afterwards, except for the path of that error. */
bool json_check(sp_text text, const char *base, sp_arena *scratch, sp_report *report);

#endif
