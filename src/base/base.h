/* The words every other file uses: fixed-width integers, borrowed text, and the trap for broken
 * code. */
#ifndef SP_BASE_BASE_H
#define SP_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"

/* Borrowed bytes, never zero-terminated. They live as long as the text they were cut from. */
typedef struct {
  const char *ptr;
  uint32_t size;
} sp_text;

#define SP_TEXT(literal) ((sp_text){(literal), (uint32_t)(sizeof(literal) - 1)})

/* No such index. */
#define SP_NONE UINT32_MAX

/* A broken invariant is a defect of ours, not bad input: stop at once, in release too. */
#define SP_CHECK(condition) ((condition) ? (void)0 : __builtin_trap())

/* For what is a few steps long: where nothing is compiled a call costs as much as seventy. */
#define SP_IN_PLACE static inline __attribute__((always_inline))

static inline int64_t sp_min(int64_t a, int64_t b) {
  return a < b ? a : b;
}
static inline int64_t sp_max(int64_t a, int64_t b) {
  return a > b ? a : b;
}

#endif
