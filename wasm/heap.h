/* The module's linear memory above its static data, for abi.c.
 *
 * Memory is only ever taken upward: an arena is a mark that moves, and putting the mark back is the
 * only free. Nothing here fails by a trap: a host that refuses to grow gives 0. */
#ifndef SP_HEAP_H
#define SP_HEAP_H

#include <stdint.h>

#include "base/arena.h"

/* The first address that is free for arenas, a multiple of 16. */
uint8_t *heap_start(void);

/* Makes the memory reach up to `end` (exclusive). Returns 0 when the host refuses, else 1. */
int heap_reach(uintptr_t end);

/* The end of the memory that is there already. */
uintptr_t heap_end(void);

#endif
