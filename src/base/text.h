/* Comparing ids. Ids are bytes; their order is the order of the bytes, as the ties of a decision
 * need it. */
#ifndef SP_BASE_TEXT_H
#define SP_BASE_TEXT_H

#include "base/base.h"

/* < 0, 0, > 0 like memcmp; a prefix comes first. */
int text_compare(sp_text a, sp_text b);
bool text_equal(sp_text a, sp_text b);
bool text_starts_with(sp_text text, sp_text prefix);

#endif
