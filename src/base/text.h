/* Comparing ids, and the sequences of UTF-8. Ids are bytes; their order is the order of the bytes,
 * as the ties of a decision need it. */
#ifndef SP_BASE_TEXT_H
#define SP_BASE_TEXT_H

#include "base/base.h"

/* < 0, 0, > 0 like memcmp; a prefix comes first. */
int text_compare(sp_text a, sp_text b);
bool text_equal(sp_text a, sp_text b);
bool text_starts_with(sp_text text, sp_text prefix);

/* Size of the UTF-8 sequence of two to four bytes at p, 0 when it is broken, overlong or a
 * surrogate. Source: Unicode, table 3-7. */
uint32_t utf8_sequence(const uint8_t *p, const uint8_t *end);

#endif
