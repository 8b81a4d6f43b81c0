/* J0, the canonical JSON of everything that is signed: README.md, section 1. */
#ifndef SP_SYNC_J0_H
#define SP_SYNC_J0_H

#include "base/base.h"

/* Whether the text is the one way to write its value. J0 is a subset of the strict JSON that
 * codec/json_parse.h accepts. */
bool j0_check(sp_text text);

#endif
