/* A root's J0 to sync_root: sync/README.md, section 2. */
#ifndef SP_CODEC_ROOT_IN_H
#define SP_CODEC_ROOT_IN_H

#include "codec/signed_file.h"

/* False with a reason in the report: E_ROOT for what is lawful JSON and no lawful root, E_SHOP when
 * it is another shop's. The root's texts live in report->keep. */
bool root_in(sp_text j0, const char *base, sp_text shop, sp_arena *scratch, sp_report *report,
             sync_root *out);

#endif
