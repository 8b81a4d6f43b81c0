#include "codec/bits.h"

uint32_t bits_long_run(bit_reader *r) {
  uint32_t begin = r->at, run;
  do {
    run = bits_run(bits_peek(r));
    r->at += run;
  } while (run == SP_BITS_SEEN);
  run = r->at++ - begin;
  return run < UINT16_MAX ? run : UINT16_MAX;
}

uint32_t bits_rice_shift(uint32_t range, uint32_t count) {
  // ln 2 = 0.69 of the mean gap is where a longer rest costs as much as it saves.
  uint32_t gap = range * 69 / 100 / (count + 1);
  return 31 - (uint32_t)__builtin_clz(gap | 1);
}
