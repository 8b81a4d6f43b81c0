/* The small replies: errors, checks, loaded books, shares, and the codes of this build. */
#ifndef SP_CODEC_REPLY_OUT_H
#define SP_CODEC_REPLY_OUT_H

#include "codec/json_out.h"
#include "codec/report.h"
#include "model/book.h"

/* {"code","path","message"} and what there is more. */
void error_out(json_out *out, sp_err code, sp_text path, sp_text more);

/* {"ok","errors","warnings"} */
void check_out(json_out *out, const sp_report *report);

/* {"digest","version","shop"} */
void loaded_out(json_out *out, const sp_book *book);

/* Version, meaning and the numbers of the errors. */
void info_out(json_out *out, const char *version);

/* Every code with its texts, as JavaScript is generated from it. */
void codes_out(json_out *out, const char *version);

/* The tree of a `share` request to parts, which are in scratch. False with a reason in the report.
 */
bool share_in(const cJSON *tree, sp_arena *scratch, sp_report *report, int64_t **parts,
              uint32_t *count);
void share_out(json_out *out, const int64_t *parts, uint32_t count);

#endif
