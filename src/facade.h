/* What the files of the facade share: how a call ends. */
#ifndef SP_FACADE_H
#define SP_FACADE_H

#include "codec/json_out.h"
#include "codec/report.h"

/* Closes a good reply. Without room for it the call has failed: its error takes the room of what it
 * had begun, from `mark` on. */
sp_err close_reply(json_out *out, sp_arena *scratch, size_t mark, sp_text *reply);

/* Replies with an error; its path may lie above the mark. */
sp_err fail_at(sp_arena *scratch, size_t mark, sp_err code, sp_text path, sp_text *reply);

/* The same with the report's first error. */
sp_err fail(sp_arena *scratch, size_t mark, const sp_report *report, sp_text *reply);

#endif
