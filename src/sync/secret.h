/* Bytes that must not stay in memory, and comparing what nobody may guess byte by byte. */
#ifndef SP_SYNC_SECRET_H
#define SP_SYNC_SECRET_H

#include "base/base.h"

/* Zeroes bytes, and no compiler leaves that out. */
void secret_wipe(void *bytes, size_t size);

/* Takes the same time wherever the first difference is. */
bool secret_equal(const void *a, const void *b, size_t size);

#endif
