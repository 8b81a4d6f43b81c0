/* The smallest test frame: every test is a function named by the property it shows. A check that
 * fails prints where and what, then the program goes on and ends with 1. */
#ifndef SP_TESTS_UNIT_H
#define SP_TESTS_UNIT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static int unit_failures;
static const char *unit_test = "";

/* More than that says nothing new. */
#define UNIT_FAILURES_MAX 20

static inline void unit_fail(const char *file, int line, const char *what) {
  if (unit_failures++ < UNIT_FAILURES_MAX) printf("%s:%d: %s: %s\n", file, line, unit_test, what);
}

#define CHECK(condition) ((condition) ? (void)0 : unit_fail(__FILE__, __LINE__, #condition))

#define CHECK_INT(found, wanted)                                                                   \
  do {                                                                                             \
    int64_t unit_found = (found), unit_wanted = (wanted);                                          \
    if (unit_found != unit_wanted) {                                                               \
      char unit_text[160];                                                                         \
      snprintf(unit_text, sizeof unit_text, "%s is %lld, not %lld", #found, (long long)unit_found, \
               (long long)unit_wanted);                                                            \
      unit_fail(__FILE__, __LINE__, unit_text);                                                    \
    }                                                                                              \
  } while (0)

#define CHECK_TEXT(found, wanted)                                                                  \
  do {                                                                                             \
    sp_text unit_found = (found), unit_wanted = (wanted);                                          \
    if (unit_found.size != unit_wanted.size ||                                                     \
        (unit_wanted.size && memcmp(unit_found.ptr, unit_wanted.ptr, unit_wanted.size))) {         \
      printf("  found:  %.*s\n  wanted: %.*s\n", (int)unit_found.size, unit_found.ptr,             \
             (int)unit_wanted.size, unit_wanted.ptr);                                              \
      unit_fail(__FILE__, __LINE__, #found);                                                       \
    }                                                                                              \
  } while (0)

#define RUN(test) (unit_test = #test, test())

/* The last statement of main. */
static inline int unit_end(void) {
  if (unit_failures) printf("%d checks failed\n", unit_failures);
  return unit_failures ? 1 : 0;
}

/* ---- random numbers: the same on every host ---- */

typedef struct {
  uint64_t state;
} unit_random;

/* splitmix64, public domain by Sebastiano Vigna. */
static inline uint64_t random_bits(unit_random *r) {
  uint64_t z = (r->state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/* low to high, both included. */
static inline int64_t random_int(unit_random *r, int64_t low, int64_t high) {
  return low + (int64_t)(random_bits(r) % ((uint64_t)high - (uint64_t)low + 1));
}

static inline bool random_one_in(unit_random *r, int64_t n) {
  return random_int(r, 1, n) == 1;
}

/* Numbers of every size, small ones as often as large ones: 0 to 2^bits - 1. */
static inline int64_t random_sized(unit_random *r, uint32_t bits_max) {
  uint32_t bits = (uint32_t)random_int(r, 0, bits_max);
  return bits ? (int64_t)(random_bits(r) >> (64 - bits)) : 0;
}

/* ---- memory ---- */

static inline bool unit_never_grow(sp_arena *arena, size_t size) {
  (void)arena, (void)size;
  return false;
}

/* A fixed arena from the heap; give it back with free(arena.base). */
static inline sp_arena unit_arena(size_t capacity) {
  sp_arena arena = {.base = malloc(capacity ? capacity : 1), .capacity = capacity,
                    .grow = unit_never_grow};
  if (!arena.base) abort();
  return arena;
}

#endif
